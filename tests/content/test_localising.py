"""One module in another language and country: each passage exchanged, everything else unmoved."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.content.cases import LESSON, MODULE, PAGE
from trainer.content.compiler import Compilation, check_module, compile_module, localized
from trainer.content.extraction import update
from trainer.content.html import render, segments
from trainer.content.model import Module, Question

BODY = """## Signs {#signs}

Look for a *pattern* of
signs.[^src] See [the law](https://example.org/law).

::: case {#care safety}
Never ask in front of the employer.
:::

::: question {#q type=single}
Who is a child?

- [x] Under 18
- [ ] Under 16 {critical}
  > Not here.
:::

::: question {#g type=gap}
It is [[(irrelevant)|required]] once there is an [[act|deed]].
:::

::: question {#s type=short}
Which treaty?

- = ACTIP
:::

[^src]: The source.
"""


def files(body: str = BODY, **catalogs: str) -> dict[str, bytes]:
    found = {"module.md": MODULE.encode(), "01-one.md": (LESSON + body).encode()}
    return found | {f"translations/{locale}.po": text.encode() for locale, text in catalogs.items()}


def po(*entries: tuple[str, str, str], head: str = "") -> str:
    text = head + 'msgid ""\nmsgstr "Language: km\\n"\n'
    for context, source, translation in entries:
        quoted = [json.dumps(one, ensure_ascii=False) for one in (context, source, translation)]
        text += f"\nmsgctxt {quoted[0]}\nmsgid {quoted[1]}\nmsgstr {quoted[2]}\n"
    return text


def module(compilation: Compilation) -> Module:
    assert compilation.module is not None
    return compilation.module


def localised(*entries: tuple[str, str, str], head: str = "", **asked: Any) -> Compilation:
    return compile_module(files(km=po(*entries, head=head)), slug="x", locale="km", **asked)


def page(compilation: Compilation) -> str:
    khmer = PAGE._replace(locale="km")
    return "".join(piece for piece in segments(module(compilation).units[0], khmer) if isinstance(piece, str))


SIGNS = ("one/signs/paragraph.1", "Look for a *pattern* of signs.[^src] See [the law](https://example.org/law).")
CARE = ("one/care/paragraph.1", "Never ask in front of the employer.")


def test_messages_have_stable_contexts_and_hold_no_key() -> None:
    found = {one.context: one.source for one in module(compile_module(files(), slug="x")).passages}
    assert found == {
        "module/title": "Case",
        "module/summary": "A case.",
        "module/objective.o1": "Say it",
        "one/title": "One",
        "one/signs/heading": "Signs",
        SIGNS[0]: SIGNS[1],
        CARE[0]: CARE[1],
        "one/q/prompt.1": "Who is a child?",
        "one/q/option.1": "Under 18",
        "one/q/option.2": "Under 16",
        "one/q/feedback.2": "Not here.",
        "one/g/prompt.1": "It is [[1]] once there is an [[2]].",
        "one/g/choice.1": "irrelevant | required",
        "one/g/answer.2": "act | deed",
        "one/s/prompt.1": "Which treaty?",
        "one/s/answer": "ACTIP",
        "one/note-src": "The source.",
    }


def test_wrapping_a_paragraph_anew_leaves_its_message_alone() -> None:
    wrapped = BODY.replace("*pattern* of\nsigns", "*pattern*\nof signs")
    before, after = (module(compile_module(files(body), slug="x")).passages for body in (BODY, wrapped))
    assert [one.source for one in before] == [one.source for one in after]


def test_a_translation_is_shown_with_its_state_and_the_rest_with_its_own_language() -> None:
    translated = "សញ្ញា *ជា*[^src] [ច្បាប់](https://example.org/law)"
    compilation = localised((*SIGNS, translated))
    html = page(compilation)
    assert "<p>សញ្ញា <em>ជា</em>" in html
    assert '<p lang="en">Never ask in front of the employer.</p>' in html
    assert module(compilation).states == {"draft": 1, "missing": 16}
    assert module(compilation).languages == ("en", "km")


def test_a_reviewed_catalog_names_its_reviewer() -> None:
    compilation = localised((*CARE, "កុំសួរ"), head="# Reviewed by: Sok Dara, 2026-03-01\n")
    assert module(compilation).reviewer == "Sok Dara"
    assert module(compilation).states["reviewed"] == 1


def test_a_stale_translation_is_shown_and_says_so_but_not_where_safety_hangs_on_it() -> None:
    entries = [
        ("one/signs/paragraph.1", "Look for one pattern of signs.[^src] [the law](https://example.org/law)",
         "ចាស់[^src] [ច្បាប់](https://example.org/law)"),
        ("one/care/paragraph.1", "Never ask near the employer.", "ចាស់"),
    ]  # fmt: skip
    compilation = localised(*entries)
    html = page(compilation)
    assert '<small class="stale" lang="km">Newer text exists</small>' in html
    assert '<p lang="en">Never ask in front of the employer.</p>' in html
    assert module(compilation).states["stale"] == 1


def test_outdated_words_never_decide_which_answer_is_right() -> None:
    """The author turns the key round; the catalog still tells the old order."""
    old = BODY.replace("[[act|deed]]", "[[(act)|deed]]")
    new = BODY.replace("[[act|deed]]", "[[deed|(act)]]").replace("Which treaty?", "Which treaty was it?")
    new = new.replace("= ACTIP", "= ACTIP law").replace("] Under 16", "] Under 16 years")
    old_module = module(compile_module(files(old), slug="x"))
    translated = {
        "act | deed": "ក | ខ", "ACTIP": "សន្ធិ", "Under 16": "ក្រោម១៦", "Under 18": "លើស១៨", "Which treaty?": "អ្វី?",
    }  # fmt: skip
    catalog = po(*[(one.context, one.source, translated.get(one.source, "")) for one in old_module.passages])
    updated = update(catalog.encode(), module(compile_module(files(new), slug="x")), "km").decode()
    assert "fuzzy" in updated
    for text in (catalog, updated):
        compilation = compile_module(files(new, km=text), slug="x", locale="km")
        shown = {one.id: one for one in module(compilation).units[0].items if isinstance(one, Question)}
        gaps, short, single = shown["g"], shown["s"], shown["q"]
        assert (gaps.gaps[1].choices, gaps.gaps[1].accepted) == (("deed", "act"), ("act",)), text
        assert short.accepted == ("ACTIP law",)
        assert [one.body.lang for one in single.options if one.body] == ["km", "en"]
        assert "អ្វី" not in str(short.prompt)


def test_no_translation_adds_a_link_a_picture_a_footnote_or_mark_up() -> None:
    for text in (
        "[ទីនេះ](https://evil.example)", "<https://evil.example>", "![រូប](media/drawer.png)", "[^src]",
        "`កូដ`", "**ដិត**", "[term](term:victim)", "{{slot.hotline}}",
    ):  # fmt: skip
        compilation = localised((*CARE, text))
        assert '<p lang="en">Never ask in front of the employer.</p>' in page(compilation), text
        assert any(one.code.startswith("translation-") for one in compilation.diagnostics), text


def codes(compilation: Compilation) -> list[str]:
    return [one.code for one in compilation.diagnostics]


def test_html_that_the_source_has_not_is_not_used_in_words_or_titles() -> None:
    for key, text in ((CARE, "<b>កុំសួរ</b>"), (CARE, "កុំ<br>សួរ"), (("one/title", "One"), "<i>មួយ</i>")):
        compilation = localised((*key, text))
        assert codes(compilation) == ["translation-html"], text
        assert compilation.ok
        assert module(compilation).states["missing"] == 17
    hidden = localised((*CARE, "&lt;b&gt;កុំសួរ&lt;/b&gt;"))
    assert codes(hidden) == ["translation-markup"]
    assert module(hidden).states["missing"] == 17


def test_html_is_not_shown_from_a_published_or_an_outdated_catalog_either() -> None:
    entries = (("one/title", "One", "<i>មួយ</i>"), ("one/q/feedback.2", "Not over here.", "<b>ទេ</b>"))
    shown = localized(compile_module(files(), slug="x"), files(km=po(*entries)), "km", trusted=True)
    assert module(shown).states == {"missing": 17}


def test_html_that_the_source_speaks_of_may_stand_in_its_translation_too() -> None:
    body = "Write <b> before it.\n"
    catalog = po(("one/top/paragraph.1", "Write <b> before it.", "សរសេរ <b> ពីមុខ។"))
    compilation = compile_module(files(body, km=catalog), slug="x", locale="km")
    assert codes(compilation) == ["html-shown"]
    assert "<p>សរសេរ &lt;b&gt; ពីមុខ។</p>" in page(compilation)


def test_a_new_line_is_mark_up_as_well() -> None:
    assert codes(localised((*CARE, "កុំ\\\nសួរ"))) == ["translation-markup"]
    assert codes(localised((*CARE, "កុំ\nសួរ"))) == []


def test_an_address_in_the_words_of_a_link_is_where_the_link_goes() -> None:
    shown = "ស *ញ្ញា*[^src] [{}](https://example.org/law)"
    for words, expected in (
        ("evil.example", ["translation-address"]), ("www.example.org", []), ("e*xample.o*rg", []),
        ("https://example.org.evil.example/law", ["translation-address"]), ("មាត្រា 1.2 e.g.", []),
    ):  # fmt: skip
        assert codes(localised((*SIGNS, shown.format(words)))) == expected, words


def test_a_site_may_be_called_by_the_name_it_belongs_to_and_no_other() -> None:
    source = "See [it](https://reports.example.org/x)."
    for words, expected in (
        ("Example.ORG", []), ("reports.exam\u200bple.org", []), ("ample.org", ["translation-address"]),
        ("other.example.org", ["translation-address"]), ("example.org.evil", ["translation-address"]),
    ):  # fmt: skip
        catalog = po(("one/top/paragraph.1", source, source.replace("[it]", f"[{words}]")))
        assert codes(compile_module(files(source, km=catalog), slug="x", locale="km")) == expected, words


def test_an_address_that_the_authors_own_link_shows_may_be_shown() -> None:
    body = "See [unodc.org](https://example.org/unodc) or [me@example.org](mailto:me@example.org).\n"
    source = body.strip()
    for text, expected in (
        (source, []),
        (source.replace("[unodc.org]", "[www.example.org]"), []),
        (source.replace("me@example.org]", "you@example.org]"), ["translation-address"]),
    ):  # fmt: skip
        catalog = po(("one/top/paragraph.1", source, f"មើល {text}"))
        assert codes(compile_module(files(body, km=catalog), slug="x", locale="km")) == expected


def test_reference_links_are_links_too() -> None:
    body = BODY + "\n[other]: https://example.org/other\n"
    catalog = po((*CARE, "[ទីនេះ][other]"))
    compilation = compile_module(files(body, km=catalog), slug="x", locale="km")
    assert "translation-markup" in [one.code for one in compilation.diagnostics]
    assert "example.org/other" not in page(compilation)


def test_the_key_stays_where_it_is_whatever_a_catalog_says() -> None:
    compilation = localised(
        ("one/q/option.1", "Under 18", "ក្រោម ១៨ {critical}"), ("one/q/option.2", "Under 16", "[x] ក្រោម ១៦")
    )
    question = next(one for one in module(compilation).units[0].blocks if isinstance(one, Question))
    assert [(one.correct, one.critical) for one in question.options] == [(True, False), (False, True)]
    assert question.options[0].body is not None
    assert question.options[0].body.state == "draft"


def test_translated_answers_are_accepted_beside_those_of_the_source() -> None:
    compilation = localised(
        ("one/g/answer.2", "act | deed", "អំពើ"), ("one/s/answer", "ACTIP", "អនុសញ្ញា | អាសៀន"),
        ("one/g/choice.1", "irrelevant | required", "មិនពាក់ព័ន្ធ | ចាំបាច់"),
    )  # fmt: skip
    questions = [one for one in module(compilation).units[0].blocks if isinstance(one, Question)]
    assert questions[1].gaps[1].accepted == ("act", "deed", "អំពើ")
    assert questions[1].gaps[0].choices == ("មិនពាក់ព័ន្ធ", "ចាំបាច់")
    assert questions[1].gaps[0].accepted == ("មិនពាក់ព័ន្ធ",)
    assert questions[2].accepted == ("ACTIP", "អនុសញ្ញា", "អាសៀន")


def test_a_choice_gap_with_another_number_of_choices_stays_in_the_source() -> None:
    compilation = localised(("one/g/choice.1", "irrelevant | required", "មួយ | ពីរ | បី"))
    gap = next(one for one in module(compilation).units[0].blocks if isinstance(one, Question) and one.gaps).gaps[0]
    assert codes(compilation) == ["translation-choices"]
    assert (gap.choices, gap.passage.state) == (("irrelevant", "required"), "missing")


def test_headings_keep_their_ids_in_every_language() -> None:
    compilation = localised(("one/signs/heading", "Signs", "សញ្ញា"))
    assert '<h2 id="signs">សញ្ញា</h2>' in page(compilation)


def test_footnotes_have_the_same_number_in_every_language() -> None:
    body = "One[^a] two[^b].\n\n[^a]: A.\n[^b]: B.\n"
    catalog = po(("one/top/paragraph.1", "One[^a] two[^b].", "ពីរ[^b] មួយ[^a]"))
    compilation = compile_module(files(body, km=catalog), slug="x", locale="km")
    assert [(note.label, note.number) for note in module(compilation).units[0].notes] == [("a", 1), ("b", 2)]
    assert re.findall(r"<sup.*?>(\d)<", page(compilation)) == ["2", "1"]


def test_hidden_blocks_are_messages_too_and_their_footnotes_take_no_number() -> None:
    body = "::: facilitator\nQuiet.[^f]\n:::\n\n::: country {#c in=KH}\nHere.\n:::\n\nAll.[^a]\n\n[^f]: F.\n[^a]: A.\n"
    found = module(compile_module(files(body), slug="x"))
    assert {"Quiet.[^f]", "Here.", "F."} <= {one.source for one in found.passages}
    assert "Quiet" not in render(found.units[0].blocks, PAGE)
    assert [(note.label, note.number) for note in found.units[0].notes] == [("a", 1)]


def test_check_looks_at_every_language_and_country_and_says_each_thing_once() -> None:
    overlay = b"---\nslots: {nothing: 1}\n---\n"
    folder = files(BODY + "\n[gone](#gone)\n", km=po((*CARE, "[x](https://e.example)"))) | {"national/KH.md": overlay}
    found = [(one.code, one.file) for one in check_module(folder, slug="x").diagnostics]
    assert found == [
        ("link-anchor", "01-one.md"),
        ("overlay-unsigned", "national/KH.md"),
        ("overlay-slot", "national/KH.md"),
        ("translation-frozen", "translations/km.po"),
    ]


def test_the_same_folder_compiles_to_the_same_module() -> None:
    assert compile_module(files(), slug="x") == compile_module(files(), slug="x")
