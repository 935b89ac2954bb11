"""The linter: for every rule what it must find and, above all, what it must leave in peace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.content.test_any_text import MARKED_UP, PIECES, SETTINGS
from trainer import resources
from trainer.content.compiler import check_module, compile_module
from trainer.content.diagnostics import CODES
from trainer.content.folder import read_folder
from trainer.content.lint import Finding, Measured, lint, lint_unit, of_warnings

HEAD = "---\nid: m\ntitle: M\nsummary: S.\n{extra}---\n\nWelcome.\n"
UNIT = "---\nid: one\ntitle: One\n{extra}---\n\n"
FIRST = UNIT.format(extra="").count("\n") + 1
"""Line of the first words of a unit."""


def found(
    text: str, *, module: str = "", unit: str = "", files: dict[str, bytes] | None = None,
    pictures: dict[str, Measured] | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """What is said of a unit with `text`; `module` and `unit` are further lines of front matter."""
    folder = {"module.md": HEAD.format(extra=module).encode(), "01-one.md": (UNIT.format(extra=unit) + text).encode()}
    folder |= files or {}
    checked = check_module(folder, slug="m")
    assert checked.module is not None
    return lint(checked.module, folder, pictures=pictures, languages=checked.languages)


def codes(text: str, **more: str) -> list[str]:
    return [one.at.code.removeprefix("lint-") for one in found(text, **more)]  # type: ignore[arg-type]


LONG = "The officer who came from the capital asked each of the workers in the yard " + "in turn " * 6
"""27 words."""
KHMER = "អ្នកអាចជួបមនុស្សម្នាក់ដែលកំពុងត្រូវបានគេគ្រប់គ្រង ហើយអ្នកអាចមានពេលតែដប់នាទីប៉ុណ្ណោះ។ "
BURMESE = "ထိန်းချုပ်ခံနေရသူတစ်ဦးကို သင်တွေ့နိုင်ပြီး ထိုသူနှင့် ဆယ်မိနစ်သာ ရနိုင်ပါသည်။ "
THAI = "คุณอาจพบบุคคลที่กำลังถูกควบคุม และคุณอาจมีเวลาเพียงสิบนาทีกับบุคคลนั้น โมดูลนี้เตรียมคุณให้พร้อม "
QUESTION = "::: question {#q type=single}\nWhich?\n\n- [x] This\n- [ ] That\n%s:::\n"
TABLE = "| {0} | {0} | {0} |\n| - | - | - |\n| a | b | c |\n"

BAD = [
    ("heading-jump", "## Signs {#a}\n\n#### Deep {#b}\n\nWords.\n"),
    ("heading-jump", "### First {#a}\n\nWords.\n"),
    ("sentence-long", LONG + ".\n"),
    ("sentence-long", f"Short. {LONG}. Short.\n"),
    ("sentence-long", f"- Short.\n- {LONG}\n"),
    ("table-wide", TABLE.format("Multidisciplinary_team_coordination")),
    ("link-words", "Read the guide [here](https://example.org/guide).\n"),
    ("link-words", "[Click here](https://example.org/guide) now.\n"),
    ("question-feedback", QUESTION % ""),
    ("question-feedback", "::: question {#q type=truefalse answer=true}\nIs it so?\n:::\n"),
    ("question-feedback", "::: question {#q type=short}\nWhat?\n\n- = consent\n:::\n"),
    ("option-feedback", "::: question {#q type=single}\nWhich?\n\n- [x] A\n- [ ] B\n  > Why.\n- [ ] C\n:::\n"),
    ("sensitive", "She told the nurse about the rape.\n"),
    ("sensitive", "He had thoughts of suicide.\n"),
    ("person-name", "The inspector spoke with Mr Sokha about the pay.\n"),
    ("person-name", "The recruiter was called Maria dela Cruz by everyone.\n"),
    ("person-name", "A worker named Nguyễn Thị Hoa came to the counter.\n"),
    ("person-name", "Siti Aminah, 19, worked in a kitchen for two years.\n"),
    ("case-details", "On 12 May 2024 a girl of 16 was found in Battambang by officers.\n"),
    ("case-details", "A 16-year-old boy left Kampot village in March 2023 with his uncle.\n"),
    ("phone", "Her number is +855 12 345 678 and she answers at night.\n"),
    ("phone", "Write to him or use 012 345 678 at any hour.\n"),
    ("phone", "Ask at (023) 456 789 for him.\n"),
    ("phone", "In danger, call 1300.\n"),
    ("mailbox", "Ask sokha.chan@mail.kh for the form.\n"),
    ("identity-number", "His passport N1234567 was with the captain.\n"),
    ("identity-number", "The card 1-2345-67890-12-3 was false.\n"),
    ("address", "They slept at 12 Mao Tse Road behind the market.\n"),
    ("address", "They slept in Jalan Sultan 45 with the others.\n"),
    ("word-avoid", "The police freed a sex slave from the house.\n"),
    ("word-avoid", "Illegal migrants often fear the police.\n"),
    ("word-avoid", "The team met the rescued victims at night.\n"),
    ("word-avoid", "Each beneficiary signs the form.\n"),
    ("word-avoid", "Ask the suspected victim to sit down.\n"),
]

GOOD = [
    "## Signs {#a}\n\n### Deep {#b}\n\nWords.\n\n## Again {#c}\n\nWords.\n",
    # Sentences: abbreviations, numbers and quotations do not make one of two, nor two of one.
    'He asks: "Where do you sleep? Who keeps your papers? Can you leave when you wish?" She answers, he writes.\n',
    "Control has many forms, e.g. debts, threats, or papers kept; the person may hide it, and you may see but one.\n",
    "[^a]\n\n[^a]: " + LONG + LONG + ".\n",
    "Words  \n" + "with a forced end of the line  \n" * 8,
    # Tables: long text wraps, and a line may end behind a hyphen or a stroke.
    TABLE.format("Words that are long only because there are many of them in one cell of the table"),
    TABLE.format("police/immigration/labour-inspection/social-welfare"),
    # Links that say where they lead, also with the word "here" in them.
    "Read the [guide for those who work here](https://example.org/guide).\n",
    # Questions: explained, or with a word to everybody who was wrong, or without an answer that could be wrong.
    QUESTION % "\n> [!NOTE]\n> Because.\n",
    QUESTION % "  > Why not.\n",
    "::: question {#q type=single}\nWhich?\n\n- [x] A\n- [ ] B\n  > Why.\n- [ ] I do not know {last}\n:::\n",
    QUESTION.replace("That", "That {critical}") % "  > No.\n- [ ] It {critical}\n\n> [!CAUTION]\n> Never.\n",
    "::: question {#q type=reflect}\nWhat would you do? Do not write about real persons.\n:::\n",
    # Sensitive: the name of a treaty, and words that only hold another one.
    "States are parties to the Convention against Torture.\n",
    "The grapes and the skills of the therapist matter.\n",
    # Names: bodies, texts, places, months, invented first names, initials.
    "A country of 7 million people is called Lao PDR, and the plan is called Bohol Work Plan.\n",
    "Nuri says that madam keeps her passport. Ms A. agrees to meet a social worker.\n",
    "The text named Practitioner Guide Series has two parts.\n",
    "The Convention was signed in Kuala Lumpur, 21 November 2015, by all.\n",
    "Read Rules Three and Four, 12, before you go.\n",
    # Days, ages, places: two of the three, and ages of the law.
    "On 8 March 2017 it entered into force in Cambodia and in Singapore.\n",
    "A woman of 30 was recruited with a false promise in her own city.\n",
    "A child is any person under 18. Since May 2023 this is so in Thailand for people aged 18 and over.\n",
    "The boy is 15 minutes late on 3 May, says the officer in Vientiane.\n",
    # Numbers: years, dates, laws, money, resolutions, books, times.
    "Work Plan 2023-2028, resolution 55/25 and law 53/2024/QH15 of 05-12-2024 and 05.12.2024.\n",
    "He owes 12,500,000 kip, then 120 000 000, and 3.5 or 0.25 of it; ISBN 0-306-40615-2; 10.20, side room.\n",
    "Physical Review 14, 010115 (2018). Convention C188, protocol P029, UN/2000/123456, B.E. 2551 (2008).\n",
    "The hotline took many calls in 2023. Call 2 people. One phone for 120 workers.\n",
    "**Hotline:** {{slot.hotline}}\n",
    "Write to info@example.org, [the office](mailto:hotline@ministry.kh) or name@agency.kh for help.\n",
    "In Article 12, Street children are at risk. Step 3, Road safety.\n",
    # Words to avoid, where they are spoken of, asked about or mean something else.
    "Avoid: slave as a label, rescued victims, illegal migrant, child prostitute, customer of a child.\n",
    'Do not say "slave" or "rescued victim". Never write illegal migrant in a report.\n',
    "The rescue at sea went well, and the saved file is on the table. Slavery is a crime. She was enslaved.\n",
    "The victim was admitted to hospital. The court admitted the evidence.\n",
    "::: question {#q type=truefalse answer=false}\nAn illegal worker cannot be a victim.\n\n> [!NOTE]\n> No.\n:::\n",
    "::: question {#q type=single}\nWhich word?\n\n- [x] Client\n- [ ] Beneficiary\n\n> [!NOTE]\n> Dignity.\n:::\n",
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), BAD, ids=lambda value: str(value)[:40])
def test_it_finds(code: str, text: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize("text", GOOD, ids=lambda value: str(value)[:40])
def test_it_leaves_in_peace(text: str) -> None:
    extra = "slots: {hotline: optional}\n"
    assert [str(one.at) for one in found(text, module=extra)] == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [("km", KHMER), ("my", BURMESE), ("th", THAI), ("lo", THAI), ("vi", KHMER)],
    ids=["km", "my", "th", "lo", "vi"],
)
def test_other_scripts_are_not_measured_in_english_words(lang: str, text: str) -> None:
    module = f"source: {lang}\n"
    assert codes(text * 5, module=module) == []
    assert codes("| ក | ខ |\n| - | - |\n| " + text.replace(" ", "") * 3 + " | a |\n", module=module) == []
    # Rules that know English words leave another language alone; numbers are numbers everywhere.
    assert codes("He told Mr Sokha of the rape, see [here](https://example.org).\n", module=module) == []
    assert codes(f"{text} +855 12 345 678\n", module=module) == ["phone"]


@pytest.mark.parametrize(("lang", "text"), [("km", KHMER), ("my", BURMESE)], ids=["km", "my"])
def test_a_sentence_without_spaces_is_measured_in_letters(lang: str, text: str) -> None:
    endless = text.replace("។", "").replace("။", "") * 4
    assert codes(endless, module=f"source: {lang}\n") == ["sentence-letters"]


def test_a_thai_translation_is_told_the_word_of_the_law() -> None:
    catalog = (
        'msgid ""\nmsgstr "Language: th\\n"\n\nmsgctxt "one/top/paragraph.1"\nmsgid "A victim asks."\nmsgstr "%s"\n'
    )
    files = {"translations/th.po": (catalog % "เหยื่อถาม").encode()}
    (one,) = found("A victim asks.\n", files=files)
    assert (one.at.code, one.at.file, one.at.line) == ("lint-word-avoid", "translations/th.po", 5)
    assert "ผู้เสียหาย" in one.at.message
    files = {"translations/th.po": (catalog % "ผู้เสียหายถาม").encode()}
    assert found("A victim asks.\n", files=files) == ()


def test_a_content_note_of_the_unit_or_of_the_module_is_enough() -> None:
    text = "She told of the rape and of torture.\n\nThen of the rape again.\n"
    (one,) = found(text)
    assert one.at.params["words"] == "rape, torture"
    note = "sensitive: Violence, without detail.\n"
    assert codes(text, unit=note) == codes(text, module=note) == []


def test_objectives_want_a_question() -> None:
    module = "objectives: {o1: Name it, o2: Do it}\n"
    question = (QUESTION % "  > No.\n").replace("type=single", "type=single objective=o1")
    (one,) = found(question, module=module)
    assert (one.at.code, one.at.file, one.at.line, one.at.params) == (
        "lint-objective-unasked",
        "module.md",
        5,
        {"id": "o2"},
    )
    assert codes(question.replace("o1", "o2") + question.replace("#q", "#q2"), module=module) == []


def test_a_test_before_and_after_explains_nothing_and_may() -> None:
    unit = "kind: test\nforms: [A]\n"
    assert codes((QUESTION % "").replace("single}", "single form=A}"), unit=unit) == []


def test_pictures() -> None:
    def said(text: str, measured: Measured | None = None) -> list[str]:
        files = {"media/a.png": b"x", "media/b.jpg": b"y"}
        pictures = {} if measured is None else {"media/a.png": measured}
        return [one.at.code.removeprefix("lint-picture-") for one in found(text, files=files, pictures=pictures)]

    fine = "![A room with two chairs](media/a.png)\n"
    assert said(fine) == said(fine, Measured(1600, 900, 40_000)) == []
    assert said(fine, Measured(800, 600, 41_000)) == ["heavy"]
    assert said(fine, Measured(1601, 600, 900_000)) == ["large"]
    assert said("![IMG_2034.jpg](media/a.png)\n") == said("![Picture](media/a.png)\n") == ["words"]
    assert said("![Two fishers mend a net](media/b.jpg)\n") == ["consent"]
    assert said('![Two fishers mend a net](media/b.jpg "Both agreed to be shown.")\n') == []


def test_places_are_those_of_the_words() -> None:
    (one,) = found("First line of it.\nThen Mr Sokha came\nand went.\n")
    assert (one.at.file, one.at.line, one.at.column) == ("01-one.md", FIRST + 1, 6)


def test_a_subject_stays_when_lines_move_and_falls_when_words_change() -> None:
    (before,) = found("The inspector spoke with Mr Sokha about the pay.\n")
    (moved,) = found("New words first.\n\nThe inspector spoke\nwith Mr Sokha about\nthe pay.\n")
    (changed,) = found("The inspector spoke with Mr Sokha about the boat.\n")
    assert moved.subject == before.subject != changed.subject
    assert moved.at.line != before.at.line
    (question,) = found(QUESTION % "")
    (other,) = found((QUESTION % "").replace("That", "Those"))
    assert question.subject != other.subject


def test_a_warning_of_the_compiler_is_about_its_paragraph() -> None:
    def subject(text: str) -> str:
        files = {"module.md": HEAD.format(extra="").encode(), "01-one.md": (UNIT.format(extra="") + text).encode()}
        (one,) = of_warnings(compile_module(files, slug="m").diagnostics, files)
        return one.subject

    assert subject("A <b>word</b> here.\n") == subject("Before.\n\nA <b>word</b>\nhere.\n")
    assert subject("A <b>word</b> here.\n") != subject("A <b>word</b> there.\n")


def test_one_unit_alone_gives_what_the_whole_gives_for_it() -> None:
    module = "objectives: {o1: Name it}\n"
    files = {
        "module.md": HEAD.format(extra=module).encode(),
        "01-one.md": (UNIT.format(extra="") + "The rape. Mr Sokha came.\n").encode(),
        "02-two.md": b"---\nid: two\ntitle: Two\n---\n\n#### Deep {#d}\n\nCall 1300.\n",
    }
    compiled = compile_module(files, slug="m", facilitator=True).module
    assert compiled is not None
    whole = lint(compiled, files)
    for name in files:
        alone = lint_unit(compiled, files, name)
        assert alone
        assert alone == tuple(one for one in whole if one.at.file == name)


def test_our_own_modules_have_nothing_to_answer_for() -> None:
    """What is left is known: a statement of a quiz that would have to be translated anew in eight languages."""
    assert [(one.at.file, one.at.line, one.at.code) for one in _ours()] == [("06-quiz.md", 48, "lint-sentence-long")]


def _ours() -> Iterator[Finding]:
    for path in sorted(resources.folder("modules").iterdir()):
        if (path / "module.md").exists():
            files = read_folder(path)
            checked = check_module(files, slug=path.name)
            assert checked.module is not None
            yield from lint(checked.module, files, languages=checked.languages)


def test_every_code_is_found_by_a_test_and_explained() -> None:
    said = Path(__file__).read_text(encoding="utf-8")
    explained = (Path(__file__).parents[2] / "docs" / "lint.md").read_text(encoding="utf-8")
    for code in CODES:
        if code.startswith("lint-"):
            short = code.removeprefix("lint-").removeprefix("picture-")
            assert f'"{short}"' in said or f'"{code}"' in said, code
            assert f"`{code}`" in explained, code


WORDS = [
    "Mr", "Sokha Chan", " named ", "Siti Aminah, 19,", "On 12 May 2024 ", "a girl of 16 ", "in Battambang ", "+855",
    "012 345",    "call 1300", "a@b.kh", "N1234567", "12 Mao Road", "rape", "against ", "slave", '"', "“", "never ",
    "[here](https://x.org)",    "## ", "#### ", "![a](media/drawer.png)", "> ", "; ", "e.g. ", "?! ", "…", "។", "เหยื่อ",
]  # fmt: skip
TEXTS = MARKED_UP | st.lists(st.sampled_from(WORDS + PIECES) | st.text(max_size=4), max_size=40).map("".join)


@SETTINGS
@given(TEXTS, st.sampled_from(["en", "km", "my", "th", "vi", "zh-Hans"]))
def test_any_text_gives_findings_and_no_traceback(text: str, lang: str) -> None:
    files = {
        "module.md": HEAD.format(extra=f"source: {lang}\nobjectives: {{o1: Say}}\n").encode(),
        "01-one.md": (UNIT.format(extra="") + text).encode("utf-8", "surrogatepass"),
        "media/drawer.png": b"x",
    }
    compiled = compile_module(files, slug="m", facilitator=True).module
    assert compiled is not None
    for one in lint(compiled, files, pictures={"media/drawer.png": Measured(9, 9, 99_999)}, languages={"th": compiled}):
        assert one.at.severity == "warning"
        assert one.at.message
        assert len(one.subject) == 64
        assert one.at.line >= 0
