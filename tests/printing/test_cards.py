"""Cards to cut out, the exercises alone, and job aids."""

from __future__ import annotations

import re

import page as checker
import pymupdf
import pytest

from tests.printing.products import document, page_count, printed, words
from tests.printing.sample import compiled, files
from tests.typeset.readers import READERS, squeezed
from trainer.printing.pack import render

HEAD = "---\nid: lesson-one\ntitle: Short\n---\n\n## Table {#table}\n\n"


def text(data: bytes) -> str:
    return READERS["mupdf"](data)


def cases(*texts: str, product: str = "case-cards") -> bytes:
    blocks = "\n".join(f"::: case {{#c{number}}}\n{one}\n:::\n" for number, one in enumerate(texts))
    return render(document(product, compiled(**{"01_lesson": HEAD + blocks})))


def cut_lines(data: bytes, page: int = 0) -> tuple[set[int], set[int]]:
    """Where the dashed lines of a page stand: across and down, in whole points."""
    across, down = set(), set()
    for drawing in pymupdf.open(stream=data)[page].get_drawings():
        if "4" in (drawing["dashes"] or ""):
            box = drawing["rect"]
            (across if box.height < 1 else down).add(round(box.y0 if box.height < 1 else box.x0))
    return across, down


def test_there_is_a_card_for_each_case_between_lines_to_cut_along() -> None:
    data = cases(*(f"case{number} text" for number in range(7)))
    assert page_count(data) == 1
    across, down = (sorted(lines) for lines in cut_lines(data))
    assert (len(across), len(down)) == (5, 3), "four rows of two cards, of which seven are used"
    where = {word: (x, y) for _, x, y, word in words(data) if word.startswith("case")}
    assert len(where) == 7
    cells = {(sum(line < x for line in down), sum(line < y for line in across)) for x, y in where.values()}
    assert cells == {(column, row) for row in (1, 2, 3, 4) for column in (1, 2)} - {(2, 4)}


def test_cut_marks_reach_out_of_the_cards() -> None:
    data = cases("one", "two")
    across, _ = cut_lines(data)
    marks = [
        drawing["rect"]
        for drawing in pymupdf.open(stream=data)[0].get_drawings()
        if drawing["type"] == "f" and drawing["rect"].width < 1 and 5 < drawing["rect"].height < 15
    ]
    assert len(marks) == 6
    assert all(box.y1 <= min(across) or box.y0 >= max(across) for box in marks)


def test_no_words_cross_a_line_however_long_a_case_is() -> None:
    for length in (10, 60, 120, 300, 500):
        data = cases("word " * length, "short")
        for page in range(page_count(data)):
            across, down = cut_lines(data, page)
            boxes = [pymupdf.Rect(*word[:4]) for word in pymupdf.open(stream=data)[page].get_text("words")]
            for box in [box for box in boxes if box.y0 < max(across)]:
                assert not [x for x in down if box.x0 + 0.5 < x < box.x1 - 0.5]
                assert not [y for y in across if box.y0 + 3 < y < box.y1 - 3]
        assert text(data).count("word") == length


def test_a_case_longer_than_a_page_goes_on_on_the_next_card() -> None:
    data = cases("word " * 2500)
    assert page_count(data) > 1
    assert text(data).count("word") == 2500


def test_cases_inside_an_activity_are_cards_too() -> None:
    lesson = f"{HEAD}:::: activity {{#a}}\nSort.\n\n::: case {{#inner}}\nAn inner case.\n:::\n::::\n"
    data = render(document("case-cards", compiled(**{"01_lesson": lesson})))
    assert "An inner case." in text(data)
    assert "Sort." not in text(data)


def test_steps_are_numbered_cards_that_name_the_next() -> None:
    extracted = squeezed(text(printed("scenario-cards")))
    assert squeezed("Card 1 At the harbour The captain answers for them. • Talk apart → go to card 2") in extracted
    assert squeezed("Card 2 Away from the boat They relax. The scenario ends here.") in extracted
    across, down = cut_lines(printed("scenario-cards"))
    assert (len(across), len(down)) == (3, 3)


# ------------------------------------------------------------------ exercises, job aids


def test_exercises_leave_out_the_text_around_them() -> None:
    question = (
        files()["02-quiz.md"].decode().split("---\n", 2)[2].split(":::\n")[0].replace("q-single", "q-own") + ":::\n"
    )
    lesson = files()["01-lesson.md"].decode().replace("[^one]: The", f"{question}\n[^one]: The")
    lesson = lesson.replace("A deckhand asks", "A deckhand[^two] asks") + "[^two]: The other note.\n"
    extracted = text(render(document("exercises", compiled(**{"01_lesson": lesson}))))
    for wanted in ("Sort the cards", "A deckhand", "Which one?", "Question 1", "The other note."):
        assert wanted in extracted
    for left_out in (
        "Never interview",
        "First step",
        "What the term means",
        "The note at the foot",
        "Paper is digital",
    ):
        assert left_out not in extracted


def test_questions_have_the_numbers_of_the_handbook() -> None:
    lessons = "".join(f"Text.\n\n::: question {{#q{n} type=reflect}}\nThought {n}?\n:::\n\n" for n in (1, 2, 3))
    shown = compiled(**{"01_lesson": HEAD + lessons})
    for product in ("handbook", "exercises"):
        found = re.findall(r"Question (\d)\s+Thought (\d)", text(render(document(product, shown))))
        assert found == [("1", "1"), ("2", "2"), ("3", "3")]


def test_exercises_of_a_country_block_are_kept() -> None:
    lesson = f"{HEAD}:::: country {{#k in=KH}}\nAround.\n\n::: case {{#local}}\nA local case.\n:::\n::::\n"
    data = render(document("exercises", compiled(country="KH", **{"01_lesson": lesson})))
    assert "A local case." in text(data)
    assert "Around." not in text(data)


@pytest.mark.parametrize("product", ["job-aids", "case-cards", "exercises"])
def test_headings_never_skip_a_level(product: str) -> None:
    headings = "## First\n\n### Second\n\nWords.\n\n## Third\n\nWords.\n"
    card = files()["job-aid-card.md"].decode() + f"\n{headings}"
    lesson = f"{HEAD}::: case {{#a}}\n{headings}:::\n"
    data = render(document(product, compiled(**{"job_aid_card": card, "01_lesson": lesson})))
    report = checker.validate_pdf_bytes(data, profile=checker.ValidationProfile.PDF_UA_1)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert "Second" in text(data)


@pytest.mark.parametrize("locale", ["en", "km"])
def test_each_job_aid_is_a_page_that_says_where_it_is_from(locale: str) -> None:
    assert page_count(printed("job-aids", locale)) == 1
    assert "Edition 3" in text(printed("job-aids"))
    assert "A sample to print" in text(printed("job-aids"))
    assert "English" in text(printed("job-aids"))
    abroad = text(render(document("job-aids", compiled(country="KH"))))
    assert "Cambodia" in abroad
