"""A translator's catalog on its way back: what is taken, what is refused, and what a signature is worth."""

from __future__ import annotations

from typing import Any

import pytest

from trainer.content import po
from trainer.content.compiler import compile_module
from trainer.content.extraction import BrokenCatalog, update
from trainer.content.incoming import UNREVIEWED, Incoming, bring_in
from trainer.content.model import Module
from trainer.content.translation import Catalog
from trainer.content.translation_checks import MAX_BYTES

HEAD = b"---\nid: m\ntitle: A module\nsummary: What it is.\n---\n"
LESSON = """---
id: l
title: A lesson
---

Look at the person.

Listen well to [her](https://example.org/her).

::: question {#q type=gap}
It is [[(one)|two]] of them.
:::
"""
SIGNED = "# Reviewed by: Sok Dara, 2026-03-01\n"
WORDS = {
    "A module": "ម៉ូឌុល",
    "What it is.": "អ្វី។",
    "A lesson": "មេរៀន",
    "Look at the person.": "មើល។",
    "Listen well to [her](https://example.org/her).": "ស្តាប់[នាង](https://example.org/her)។",
    "It is [[1]] of them.": "គឺ [[1]]។",
    "one | two": "មួយ | ពីរ",
}


def module(lesson: str = LESSON) -> Module:
    compiled = compile_module({"module.md": HEAD, "01-l.md": lesson.encode()}, slug="m").module
    assert compiled is not None
    return compiled


def catalog(words: dict[str, str] = WORDS, head: str = "", lesson: str = LESSON, **fields: Any) -> bytes:
    """The module's catalog with these translations; `fields` change every entry that has one."""
    read, _ = po.read(update(None, module(lesson), "km").decode())
    entries = [one._replace(text=words.get(one.source, ""), **(fields if one.source in words else {}))
               for one in read.entries]  # fmt: skip
    return head.encode() + po.write(read._replace(entries=tuple(entries)))


def without_head(data: bytes, name: str) -> bytes:
    return b"\n".join(line for line in data.split(b"\n") if not line.startswith(f'"{name}:'.encode()))


def imported(data: bytes, present: bytes | None = None, lesson: str = LESSON) -> Incoming:
    result = bring_in(data, "back.po", module(lesson), "km", present)
    assert all(str(one).startswith("back.po:") for one in result.found)
    return result


def codes(result: Incoming) -> list[str]:
    return [one.code for one in result.found]


def counts(result: Incoming) -> dict[str, int]:
    return {outcome: count for outcome, count in result.outcomes.items() if count}


def entries(data: bytes | None) -> dict[str, po.Entry]:
    assert data is not None
    return {one.source: one for one in po.read(data.decode())[0].entries}


# ------------------------------------------------------------------- what is taken


def test_a_whole_catalog_comes_in_as_it_was_sent() -> None:
    result = imported(catalog())
    assert (counts(result), codes(result)) == ({"new": 7}, [])
    assert result.data == catalog()


def test_the_same_catalog_again_changes_nothing() -> None:
    result = imported(catalog(), catalog())
    assert counts(result) == {"unchanged": 7}
    assert result.data is None


def test_a_translation_replaces_ours_and_an_empty_one_does_not() -> None:
    result = imported(catalog({"A lesson": "មេរៀនថ្មី", "A module": ""}), catalog())
    assert counts(result) == {"changed": 1, "missing": 6}
    assert entries(result.data)["A lesson"].text == "មេរៀនថ្មី"
    assert entries(result.data)["A module"].text == "ម៉ូឌុល"


def test_a_translation_of_an_older_source_fills_an_empty_place_and_is_marked() -> None:
    reworded = LESSON.replace("Look at", "Look kindly at")
    result = imported(catalog(), lesson=reworded)
    assert counts(result) == {"new": 6, "stale": 1}
    assert codes(result) == ["translation-older"]
    one = entries(result.data)["Look kindly at the person."]
    assert (one.text, one.fuzzy, one.previous) == ("មើល។", True, "Look at the person.")


def test_a_translation_of_an_older_source_never_replaces_one_of_the_present() -> None:
    reworded = LESSON.replace("Look at", "Look kindly at")
    ours = catalog({**WORDS, "Look kindly at the person.": "ថ្មី"}, lesson=reworded)
    result = imported(catalog(), ours, lesson=reworded)
    assert counts(result) == {"unchanged": 6, "stale": 1}
    assert result.data is None


def test_what_the_translator_marked_as_unsure_stays_marked_and_replaces_nothing_good() -> None:
    unsure = catalog({"A lesson": "ប្រហែល"}, fuzzy=True)
    assert entries(imported(unsure).data)["A lesson"].fuzzy
    assert imported(unsure, catalog()).data is None
    assert counts(imported(unsure, catalog())) == {"stale": 1, "missing": 6}


def test_a_confirmed_translation_is_no_longer_marked() -> None:
    ours = catalog({"A lesson": "មេរៀន"}, fuzzy=True, previous="Lesson")
    result = imported(catalog({"A lesson": "មេរៀន"}), ours)
    assert counts(result) == {"changed": 1, "missing": 6}
    assert entries(result.data)["A lesson"][3:6] == (False, False, None)


def test_a_paragraph_that_was_moved_since_the_export_keeps_its_translation() -> None:
    moved = LESSON.replace("Look at", "Begin with this, please.\n\nLook at")
    result = imported(catalog(), lesson=moved)
    assert counts(result) == {"new": 7, "missing": 1}
    assert entries(result.data)["Look at the person."].text == "មើល។"


def test_another_text_in_the_same_place_gets_nothing() -> None:
    other = LESSON.replace("Look at the person.", "Telephone somebody else now.")
    result = imported(catalog(), lesson=other)
    assert counts(result) == {"new": 6, "unknown": 1, "missing": 1}
    assert codes(result) == ["translation-unknown"]


def test_a_changed_context_is_reported_with_the_place_of_the_same_words_and_not_taken() -> None:
    changed = catalog().replace(b'"l/top/paragraph.1"', b'"l/tip/paragraph.1"')
    result = imported(changed)
    assert counts(result) == {"new": 6, "unknown": 1, "missing": 1}
    (one,) = result.found
    assert (one.code, one.line) == ("translation-unknown", changed.split(b"tip")[0].count(b"\n") + 2)
    assert "l/top/paragraph.1" in one.message


def test_headers_and_dates_of_the_translators_program_do_not_come_in() -> None:
    theirs = catalog().replace(
        b'"Last-Translator: \\n"',
        b'"Last-Translator: A <a@example.org>\\n"\n"X-Generator: Poedit\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"',
    )
    result = imported(theirs)
    assert (result.data, codes(result)) == (catalog(), [])


def test_an_older_source_that_a_program_left_beside_a_confirmed_translation_is_forgotten() -> None:
    result = imported(catalog(previous="An [older](#one)"))
    assert (result.data, codes(result)) == (catalog(), [])


def test_of_two_entries_in_one_place_the_one_of_the_present_source_is_taken() -> None:
    older = b'\nmsgctxt "l/top/paragraph.1"\nmsgid "Look at a person."\nmsgstr "x"\n'
    for data in (catalog() + older, catalog().replace(b"\n#. title\n", older + b"\n#. title\n", 1)):
        result = imported(data)
        assert codes(result) == ["translation-unknown"]
        assert counts(result) == {"new": 7, "unknown": 1}
        assert result.data == catalog()


def test_where_nothing_is_taken_an_outdated_catalog_stays_as_it_is() -> None:
    result = imported(catalog({}), catalog(), lesson=LESSON.replace("Look at", "Look kindly at"))
    assert (result.data, counts(result)) == (None, {"missing": 7})


# ---------------------------------------------------------------- what is refused whole


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x" * (MAX_BYTES + 1), "translation-large"),
        (catalog().replace("មើល".encode(), b"\xff\xfe"), "translation-encoding"),
        (catalog().replace('មើល។"'.encode(), "មើល។".encode()), "translation-syntax"),
        (catalog().replace(b"Language: km", b"Language: th"), "translation-language"),
        (without_head(catalog(), "Language"), "translation-language"),
        (catalog().replace(b"charset=UTF-8", b"charset=CP1252"), "translation-charset"),
        (catalog().replace(b"X-Trainer-Module: m", b"X-Trainer-Module: other"), "translation-module"),
        (without_head(catalog(), "X-Trainer-Module").replace(b'"l/', b'"other/'), "translation-foreign"),
        (b'msgid ""\nmsgstr "Language: km\\n"\n', "translation-foreign"),
    ],
    ids=["size", "bytes", "quote", "language", "no language", "charset", "module", "contexts", "empty"],
)
def test_a_file_that_is_not_this_catalog_is_refused_whole(data: bytes, expected: str) -> None:
    result = imported(data, catalog({"A lesson": "មេរៀន"}))
    assert (result.data, result.outcomes) == (None, {})
    assert expected in codes(result)


def test_without_the_module_header_half_of_the_contexts_are_enough() -> None:
    assert counts(imported(without_head(catalog(), "X-Trainer-Module"))) == {"new": 7}


def test_everything_wrong_with_a_file_is_said_at_once() -> None:
    wrong = catalog().replace(b"Language: km", b"Language: th").replace(b"charset=UTF-8", b"charset=x")
    wrong = wrong.replace('មើល។"'.encode(), "មើល។".encode()).replace(" | ពីរ".encode(), "\u202e".encode())
    about_the_file = {"translation-language", "translation-charset", "translation-syntax"}
    assert set(codes(imported(wrong))) == {*about_the_file, "translation-bidi"}
    other = wrong.replace(b"X-Trainer-Module: m", b"X-Trainer-Module: other")
    assert set(codes(imported(other))) == {*about_the_file, "translation-module"}


@pytest.mark.parametrize(
    "rule", ["nplurals=INTEGER; plural=EXPRESSION;", "nplurals=2", "many", "nplurals=2; plural=n n;"]
)
def test_a_plural_rule_without_sense_is_named_and_does_no_harm(rule: str) -> None:
    result = imported(catalog().replace(b'"MIME-Version', f'"Plural-Forms: {rule}\\n"\n"MIME-Version'.encode()))
    assert codes(result) == ["translation-plural"]
    assert rule in result.found[0].message
    assert counts(result) == {"new": 7}


def test_a_damaged_catalog_of_ours_is_never_replaced() -> None:
    with pytest.raises(BrokenCatalog):
        imported(catalog(), catalog().replace('មើល។"'.encode(), "មើល។".encode()))


# ------------------------------------------------------------- what is refused by entry

LOOK, LISTEN = "Look at the person.", "Listen well to [her](https://example.org/her)."


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        (LOOK, "មើល\u202e។", "translation-bidi"),
        (LOOK, "មើល\x07។", "translation-control"),
        (LOOK, "មើល\r។", "translation-control"),
        (LOOK, "មើល\x00។", "translation-control"),
        (LOOK, "មើល\ufeff។", "translation-unseen"),
        (LOOK, "មើល\u200e។", "translation-unseen"),
        (LOOK, "មើល\u00ad។", "translation-unseen"),
        (LOOK, "រកប៉ូលិស p\u043elice", "translation-lookalike"),
        (LOOK, "<b>មើល</b>", "translation-html"),
        (LOOK, "ម" * 1191, "translation-long"),
        (LOOK, "មើល<!-- x", "translation-html"),
        (LOOK, "&lt;b&gt;មើល", "translation-markup"),
        (LOOK, "**មើល**", "translation-markup"),
        (LOOK, "មើល [ទីនេះ](https://evil.example)", "translation-frozen"),
        (LOOK, "មើល [[(ត្រូវ)|ខុស]]", "translation-frozen"),
        (LISTEN, "ស្តាប់[evil.example](https://example.org/her)", "translation-address"),
        (LISTEN, "ស្តាប់[e**v**il.example](https://example.org/her)", "translation-markup"),
        (LISTEN, "ស្តាប់[exam\u200bple.com](https://example.org/her)", "translation-address"),
        (LISTEN, "ស្តាប់[ｅｖｉｌ．example](https://example.org/her)", "translation-address"),
        (LISTEN, "ស្តាប់[me@example.org](https://example.org/her)", "translation-address"),
        (LISTEN, "ស្តាប់[\u0435\u0445\u0430.\u0441\u043e\u043c](https://example.org/her)", "translation-address"),
        (LISTEN, "ស្តាប់[ex\u0430mple.org](https://example.org/her)", "translation-lookalike"),
        ("one | two", "មួយ | ពីរ | បី", "translation-choices"),
    ],
)  # fmt: skip
def test_an_entry_that_does_not_fit_is_refused_with_its_line_and_ours_stays(
    source: str, text: str, expected: str
) -> None:
    theirs = catalog({**WORDS, source: text})
    line = next(one.line for one in po.read(theirs.decode())[0].entries if one.source == source)
    result = imported(theirs, catalog())
    assert [(one.code, one.line) for one in result.found if one.code != "translation-bold"] == [(expected, line)]
    assert counts(result) == {"unchanged": 6, "refused": 1, "missing": 1}
    assert result.data is None
    assert source == "one | two" or "l/top" in result.found[0].message


@pytest.mark.parametrize(
    "text",
    [
        "[example.org](https://example.org/her)", "[www.example.org](https://example.org/her)",
        "[https://example.org/her](https://example.org/her)", "មើល[org](https://example.org/her)",
    ],
)  # fmt: skip
def test_an_address_that_is_where_the_link_goes_is_welcome(text: str) -> None:
    assert codes(imported(catalog({**WORDS, LISTEN: text}))) == []


@pytest.mark.parametrize("text", ["មើល\u200bគាត់។", "មើល\u2060គាត់។", "មើល\u200cគាត់។", "មើល\u200dគាត់។", "ម" * 90])
def test_characters_that_guide_lines_and_letters_and_long_words_are_welcome(text: str) -> None:
    assert codes(imported(catalog({**WORDS, LOOK: text}))) == []


@pytest.mark.parametrize(
    "mark", ["[x] មើល", "- [ ] មើល", "មើល {critical}", "មើល {score=1}", "= មើល", "មើល {#id}", "::: មើល"]
)
def test_marks_of_the_key_are_taken_as_the_words_they_are_and_doubted(mark: str) -> None:
    result = imported(catalog({**WORDS, LOOK: mark}))
    assert codes(result) == ["translation-marks"]
    assert counts(result) == {"new": 7}


def test_of_a_message_that_stands_twice_neither_is_taken() -> None:
    twice = catalog() + b'\nmsgctxt "l/title"\nmsgid "A lesson"\nmsgstr "x"\n'
    result = imported(twice)
    assert codes(result) == ["translation-duplicate"]
    assert counts(result) == {"new": 6, "refused": 2, "missing": 1}


def test_zawgyi_is_refused() -> None:
    theirs = catalog({**WORDS, LOOK: "လူကုန္ကူးမႈသည္ ရာဇ၀တ္မႈ ျဖစ္သည္။"}).replace(b"Language: km", b"Language: my")
    result = bring_in(theirs, "back.po", module(), "my", None)
    assert codes(result) == ["translation-zawgyi"]


# ------------------------------------------------------------------------ signatures


def reviewer(data: bytes | None) -> str | None:
    assert data is not None
    parsed, _ = Catalog.parse(data, "translations/km.po")
    assert parsed is not None
    return parsed.reviewer


def test_a_signature_for_the_whole_module_is_taken_over() -> None:
    result = imported(catalog(head=SIGNED), catalog())
    assert codes(result) == []
    assert reviewer(result.data) == "Sok Dara"
    assert b"not reviewed" not in (result.data or b"")
    assert imported(catalog(head=SIGNED), result.data).data is None


@pytest.mark.parametrize(
    "words",
    [
        {key: text for key, text in WORDS.items() if key != LOOK},
        {**WORDS, LOOK: "<b>មើល</b>"},
    ],
    ids=["missing", "refused"],
)
def test_a_signature_does_not_stand_over_words_the_reviewer_never_saw(words: dict[str, str]) -> None:
    result = imported(catalog(words | {"A lesson": "ថ្មី"}, head=SIGNED), catalog())
    assert "translation-reviewer" in codes(result)
    assert reviewer(result.data) is None
    assert entries(result.data)[LOOK].text == "មើល។"


def test_a_signature_does_not_stand_over_an_outdated_text() -> None:
    result = imported(catalog(head=SIGNED), lesson=LESSON.replace("Look at", "Look kindly at"))
    assert codes(result) == ["translation-reviewer", "translation-older"]
    assert reviewer(result.data) is None


def test_what_comes_unsigned_into_a_signed_catalog_is_a_draft_until_somebody_signs() -> None:
    ours = catalog(head=SIGNED)
    result = imported(catalog({**WORDS, "A lesson": "ថ្មី"}, head=SIGNED), ours)
    assert reviewer(result.data) == "Sok Dara"
    assert entries(result.data)["A lesson"].notes == (UNREVIEWED,)
    assert entries(result.data)[LOOK].notes == ()
    parsed, _ = Catalog.parse(result.data or b"", "translations/km.po")
    assert parsed is not None
    assert parsed.lookup("l/title", "A lesson") == ("ថ្មី", "draft")
    resigned = (result.data or b"").replace(b"2026-03-01", b"2026-04-01")
    again = imported(resigned, result.data)
    assert b"2026-04-01" in (again.data or b"")
    assert entries(again.data)["A lesson"].notes == ()
