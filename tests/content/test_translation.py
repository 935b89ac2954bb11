"""Catalogs of a module: what they give out, what is wrong with them, and how they follow the module."""

from __future__ import annotations

import unicodedata

import polib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.content import po
from trainer.content.compiler import compile_module
from trainer.content.extraction import BrokenCatalog, messages, update
from trainer.content.frozen import bold, fits, frozen_parts, numbers
from trainer.content.model import Module
from trainer.content.translation import Catalog

HEADERS = 'msgid ""\nmsgstr ""\n"Language: km\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
REVIEWED = "# Reviewed by: Sok Dara, 2026-02-01\n"


def entry(context: str, source: str, text: str, before: str = "") -> str:
    return f'\n{before}msgctxt "{context}"\nmsgid "{source}"\nmsgstr "{text}"\n'


def catalog(*entries: str, head: str = "") -> Catalog:
    parsed, _ = Catalog.parse((head + HEADERS + "".join(entries)).encode(), "translations/km.po")
    assert parsed is not None
    return parsed


def found(data: str | bytes, file: str = "translations/km.po") -> list[tuple[str, int]]:
    _, diagnostics = Catalog.parse(data if isinstance(data, bytes) else data.encode(), file)
    assert all(str(one) for one in diagnostics)
    return [(one.code, one.line) for one in diagnostics]


# -------------------------------------------------------------------- looking up


def test_a_translation_is_a_draft_until_somebody_signs_the_catalog() -> None:
    one = entry("l/top/paragraph.1", "Look.", "មើល។")
    assert catalog(one).lookup("l/top/paragraph.1", "Look.") == ("មើល។", "draft")
    signed = catalog(one, head=REVIEWED)
    assert signed.lookup("l/top/paragraph.1", "Look.") == ("មើល។", "reviewed")
    assert (signed.reviewer, str(signed.reviewed_on)) == ("Sok Dara", "2026-02-01")


def test_an_entry_marked_as_draft_stays_one_in_a_signed_catalog() -> None:
    signed = catalog(entry("l/top/paragraph.1", "Look.", "មើល។", "# Draft, by machine\n"), head=REVIEWED)
    assert signed.lookup("l/top/paragraph.1", "Look.") == ("មើល។", "draft")


def test_a_moved_passage_keeps_its_translation_within_its_unit() -> None:
    one = catalog(entry("l/top/paragraph.1", "Look.", "មើល។"))
    assert one.lookup("l/other/paragraph.7", "Look.") == ("មើល។", "draft")
    assert one.lookup("k/top/paragraph.1", "Look.") is None


def test_a_reworded_passage_shows_its_older_translation_as_stale() -> None:
    one = catalog(entry("l/top/paragraph.1", "Look at the person.", "មើល។"))
    assert one.lookup("l/top/paragraph.1", "Look kindly at the person.") == ("មើល។", "stale")


def test_another_text_in_the_same_place_does_not_get_an_old_translation() -> None:
    one = catalog(entry("l/top/paragraph.1", "Look at the person.", "មើល។"))
    assert one.lookup("l/top/paragraph.1", "Call the hotline now.") is None


def test_a_fuzzy_entry_is_stale_and_belongs_to_the_source_it_was_made_from() -> None:
    one = catalog(entry("l/a/p.1", "Look closely.", "មើល។", '#, fuzzy\n#| msgid "Look."\n'), head=REVIEWED)
    assert one.lookup("l/a/p.1", "Look closely.") == ("មើល។", "stale")
    assert one.lookup("l/a/p.1", "Look.") == ("មើល។", "stale")


def test_a_stale_translation_has_to_fit_the_present_source() -> None:
    one = catalog(entry("l/a/p.1", "Call the hotline now.", "ទូរស័ព្ទ។"))
    assert one.lookup("l/a/p.1", "Call the hotline now.[^a]") is None


def test_an_empty_or_obsolete_entry_translates_nothing() -> None:
    one = catalog(entry("l/a/p.1", "Look.", ""), '\n#~ msgctxt "l/a/p.2"\n#~ msgid "Wait."\n#~ msgstr "ចាំ។"\n')
    assert one.lookup("l/a/p.1", "Look.") is None
    assert one.lookup("l/a/p.2", "Wait.") is None


# ------------------------------------------------------------------ what is wrong


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("See [here](#s1).", "មើល [ទីនេះ](#s2)។"),
        ("See [here](#s1).", "មើល ទីនេះ។"),
        ("Known.[^a]", "ដឹង។"),
        ("Call {{slot.hotline}}.", "ទូរស័ព្ទ 1288។"),
        ("It is [[1]] and [[2]].", "វា [[1]]។"),
        ("Plain.", "ធម្មតា <https://example.org>។"),
        ("Plain.", "ធម្មតា ![x](media/x.png)"),
    ],
)
def test_a_translation_that_changes_what_is_frozen_is_reported_and_not_used(source: str, text: str) -> None:
    data = HEADERS + entry("l/a/p.1", source, text)
    assert found(data) == [("translation-frozen", 7)]
    assert catalog(entry("l/a/p.1", source, text)).lookup("l/a/p.1", source) is None


def test_numbers_and_bold_that_differ_are_doubts_and_the_translation_is_used() -> None:
    one = entry("l/a/p.1", "Wait **10** days.", "រង់ចាំ ដប់ ថ្ងៃ។")
    assert found(HEADERS + one) == [("translation-number", 7), ("translation-bold", 7)]
    assert catalog(one).lookup("l/a/p.1", "Wait **10** days.") is not None


def test_numbers_may_be_written_in_other_digits_and_with_other_separators() -> None:
    assert numbers("១.០០០ and 2017") == numbers("1,000 and 2017")
    assert found(HEADERS + entry("l/a/p.1", "Since 2017: 1,000.", "តាំងពី ២០១៧៖ ១.០០០។")) == []


def test_broken_lines_are_named_and_the_other_entries_are_used() -> None:
    data = HEADERS + '\nmsgctxt "l/a/p.1"\nmsgid "Broken\nmsgstr "x"\n' + entry("l/a/p.2", "Look.", "មើល។")
    assert found(data) == [("translation-syntax", 7)]
    parsed, _ = Catalog.parse(data.encode(), "translations/km.po")
    assert parsed is not None
    assert parsed.lookup("l/a/p.2", "Look.") is not None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (HEADERS.replace("km", "th"), [("translation-language", 1)]),
        ("", [("translation-language", 1)]),
        (HEADERS.replace("UTF-8", "ISO-8859-1"), [("translation-charset", 1)]),
        (HEADERS + entry("l/a/p.1", "A", "b") * 2, [("translation-duplicate", 11)]),
        (HEADERS + entry("l/a/p.1", "A", "b\u202ec"), [("translation-bidi", 7)]),
        (
            HEADERS + '\nmsgid "A"\nmsgid_plural "B"\nmsgstr[0] "c"\n',
            [("translation-syntax", 7), ("translation-syntax", 8)],
        ),
        (HEADERS.encode() + b'\nmsgid "A"\nmsgstr "\xff"\n', [("translation-encoding", 7)]),
    ],
    ids=["language", "empty", "charset", "duplicate", "bidi", "plural", "bytes"],
)
def test_what_is_wrong_is_said_with_its_line(data: str | bytes, expected: list[tuple[str, int]]) -> None:
    assert found(data)[: len(expected)] == expected


def test_zawgyi_encoded_burmese_is_reported_and_not_used() -> None:
    headers = HEADERS.replace("km", "my")
    zawgyi, unicode = "ျမန္မာႏိုင္ငံ", "မြန်မာနိုင်ငံ"
    assert found(headers + entry("l/a/p.1", "Myanmar", zawgyi), "translations/my.po") == [("translation-zawgyi", 7)]
    assert found(headers + entry("l/a/p.1", "Myanmar", unicode), "translations/my.po") == []


def test_a_locale_that_does_not_exist_is_refused() -> None:
    assert found(HEADERS, "translations/xx.po") == [("translation-locale", 0)]


@settings(deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(['msgid "a"', 'msgstr "b"', "#~ x", "#| y", '"', "#,"])).map("\n".join)
)
def test_any_text_at_all_gives_a_catalog_or_diagnostics(text: str) -> None:
    data = text.encode("utf-8", "replace")
    parsed, diagnostics = Catalog.parse(data, "translations/km.po")
    assert parsed is not None
    assert diagnostics


# ----------------------------------------------------------------------- the format

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30).map(
    lambda text: unicodedata.normalize("NFC", text)
)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS.filter(bool), TEXTS.filter(bool), TEXTS), unique_by=lambda one: one[:2], max_size=5))
def test_what_is_written_is_read_back(triples: list[tuple[str, str, str]]) -> None:
    entries = tuple(po.Entry(*triple, notes=("a note",), fuzzy=True, previous="old\ntext") for triple in triples)
    again, faults = po.read(po.write(po.Po(("Head",), {"Language": "km"}, entries)).decode())
    assert faults == []
    assert again.head == ("Head",)
    assert [one._replace(line=0) for one in again.entries] == list(entries)


def test_another_program_reads_the_same() -> None:
    entries = (
        po.Entry("l/a/p.1", 'A "quoted"\nline \\ here', "ខ្មែរ\t1", fuzzy=True, previous="old", comments=("title",)),
        po.Entry("l/a/p.2", "Gone", "បាត់", obsolete=True),
    )
    theirs = polib.pofile(po.write(po.Po((), {"Language": "km"}, entries)).decode())
    first, gone = theirs
    assert (first.msgctxt, first.msgid, first.msgstr) == entries[0][:3]
    assert (first.previous_msgid, first.fuzzy, first.comment) == ("old", True, "title")
    assert (gone.msgid, gone.obsolete) == ("Gone", True)


# -------------------------------------------------------------------- frozen parts


def test_frozen_parts_are_counted_whatever_their_order() -> None:
    assert fits("[a](#x) and [[1]] {{slot.h}}[^n]", "{{slot.h}}[^n] និង [[1]] [ខ](#x)")
    assert frozen_parts("[victim](term:victim) \\[[no]] `x`")[("link", "term:victim")] == 1
    assert bold("**a** and __b__") == 4


def test_a_translation_many_times_as_long_as_its_source_does_not_fit() -> None:
    assert fits("a", "b" * 1010)
    assert not fits("a", "b" * 1011)


# ------------------------------------------------------------- following the module

HEAD = b"---\nid: m\ntitle: A module\nsummary: What it is.\n---\n"
LESSON = "---\nid: l\ntitle: A lesson\n---\n\nLook at the person.\n\nListen well to them.\n"


def module(lesson: str = LESSON) -> Module:
    compiled = compile_module({"module.md": HEAD, "01-l.md": lesson.encode()}, slug="m").module
    assert compiled is not None
    return compiled


def translated(text: str = "មើល។") -> bytes:
    return update(None, module(), "km").replace(
        b'msgid "Look at the person."\nmsgstr ""', f'msgid "Look at the person."\nmsgstr "{text}"'.encode()
    )


def entries_of(data: bytes) -> dict[str, po.Entry]:
    return {one.source: one for one in po.read(data.decode())[0].entries}


def test_a_new_catalog_holds_every_message_in_order_and_says_what_it_is() -> None:
    data = update(None, module(), "km").decode()
    assert "# Status: machine-drafted, not reviewed" in data
    assert list(entries_of(data.encode())) == [one.source for one in messages(module())]
    assert found(data) == []


def test_hidden_country_blocks_and_facilitator_notes_are_messages_too() -> None:
    hidden = '\n::: country {#c in="KH"}\nOnly there.\n:::\n\n::: facilitator\nOnly for you.\n:::\n'
    assert {"Only there.", "Only for you."} <= {one.source for one in messages(module(LESSON + hidden))}


def test_accepted_answers_are_flagged_for_a_second_reader() -> None:
    short = "\n::: question {#q type=short}\nWhat?\n\n- = debt\n- = bondage\n:::\n"
    answers = [one for one in messages(module(LESSON + short)) if "second reader" in one.comment]
    assert [one.source for one in answers] == ["debt | bondage"]


def test_no_key_score_or_mark_is_in_any_message() -> None:
    question = "\n::: question {#q type=single}\nWhich?\n\n- [x] This\n- [ ] That {critical}\n:::\n"
    sources = [one.source for one in messages(module(LESSON + question))]
    assert not [one for one in sources if "{" in one or "[x]" in one]


def test_the_same_module_and_catalog_give_the_same_bytes() -> None:
    once = update(translated(), module(), "km")
    assert once == translated() == update(once, module(), "km")


def test_a_moved_message_keeps_its_translation() -> None:
    moved = LESSON.replace("Look at", "Read this first please.\n\nLook at")
    after = entries_of(update(translated(), module(moved), "km"))
    assert after["Look at the person."].text == "មើល។"
    assert not after["Look at the person."].fuzzy
    assert after["Read this first please."].text == ""


def test_a_reworded_message_is_fuzzy_and_is_right_again_when_the_words_return() -> None:
    reworded = LESSON.replace("Look at", "Look kindly at")
    data = update(translated(), module(reworded), "km")
    changed = entries_of(data)["Look kindly at the person."]
    assert (changed.text, changed.fuzzy, changed.previous) == ("មើល។", True, "Look at the person.")
    twice = update(data, module(LESSON.replace("Look at", "Look very kindly at")), "km")
    assert entries_of(twice)["Look very kindly at the person."].previous == "Look at the person."
    assert update(data, module(), "km") == translated()


def test_a_message_that_is_gone_is_kept_and_comes_back() -> None:
    without = LESSON.replace("Look at the person.\n\n", "")
    data = update(translated(), module(without), "km")
    assert entries_of(data)["Look at the person."].obsolete
    assert update(data, module(), "km") == translated()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace("មើល".encode(), b"\xff\xfe"),
        lambda data: data.replace('។"'.encode(), "។".encode()),
        lambda data: (
            data
            + b'\nmsgctxt "l/title"\nmsgid "A lesson"\nmsgstr "x"\n' * 2
            + b'\nmsgctxt "l/title"\nmsgid "A lesson"\nmsgstr "y"\n'
        ),
    ],
    ids=["bytes", "quote", "two translations"],
)
def test_a_damaged_catalog_is_never_written_over(damage) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BrokenCatalog):
        update(damage(translated()), module(), "km")


# ------------------------------------------------------------------ fuzzy entries and signatures


@pytest.mark.parametrize("text", ["x\x03y", "\x04\x04", "\x01", "a\x02", "\x04", "\x04x\x04", "a\u202eb", "a\u00adb"])
def test_what_no_text_holds_is_refused_in_a_fuzzy_entry_too_also_once_published(text: str) -> None:
    data = (HEADERS + entry("l/a/p.1", "Look.", text, "#, fuzzy\n")).encode()
    for trusted, expected in ((False, 1), (True, 0)):
        parsed, diagnostics = Catalog.parse(data, "translations/km.po", trusted=trusted)
        assert parsed is not None
        assert parsed.lookup("l/a/p.1", "Look.") is None
        assert [one.severity for one in diagnostics] == ["error"] * expected


def test_a_fuzzy_answer_is_told_before_somebody_misses_it() -> None:
    fuzzy = '#, fuzzy\n#| msgid "police"\n'
    assert found(HEADERS + entry("l/q/answer", "the police", "ប៉ូលិស", fuzzy)) == [("translation-key", 9)]
    assert found(HEADERS + entry("l/q/hint.1", "the police", "ប៉ូលិស", fuzzy)) == []


@pytest.mark.parametrize("signed", ["Sok Dara, 2026-13-45", "Sok Dara 2026-02-01", "Sok Dara, 1 February 2026"])
def test_a_signature_without_a_day_that_there_is_is_a_doubt(signed: str) -> None:
    assert found(f"# Reviewed by: {signed}\n" + HEADERS) == [("translation-signature", 1)]


def test_a_signature_may_be_without_a_day() -> None:
    assert found("# Reviewed by: Sok Dara\n" + HEADERS) == []


def test_a_backslash_before_anything_unknown_is_named_and_not_swallowed() -> None:
    assert found(HEADERS + entry("l/a/p.1", "Look.", r"a\d")) == [("translation-syntax", 8)]
