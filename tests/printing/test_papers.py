"""Test papers: what the answer sheet needs is on them, and nothing tells the answer."""

from __future__ import annotations

import re

import pytest

from tests.printing.products import document, page_count, printed, words
from tests.printing.sample import compiled, files
from tests.typeset.readers import READERS, squeezed
from trainer.assessment import Planned, grade, plan
from trainer.content.model import Module, Question, Unit
from trainer.printing.pack import render
from trainer.printing.passages import plain
from trainer.printing.rights import rights
from trainer.sheets.fields import LETTERS, fields
from trainer.sheets.marks import answer

SHUFFLED = files()["02-quiz.md"].decode().replace("pass: 80", "pass: 80\nshuffle: true")


def text(data: bytes) -> str:
    return READERS["mupdf"](data)


def quiz(shown: Module) -> Unit:
    return next(unit for unit in shown.units if unit.kind == "quiz")


def shuffled(locale: str | None = None) -> Module:
    return compiled(locale, **{"02_quiz": SHUFFLED})


TICKS = (
    ("- [ ] Wrong choice", "- [x] Wrong choice", "- [x] Right choice", "- [ ] Right choice"),
    ("- [x] Sun", "- [ ] Sun"),
    ("- [ ] Stone {critical}", "- [x] Stone"),
    ("type=truefalse answer=false", "type=truefalse answer=true"),
    ("[[(irrelevant)|required]]", "[[irrelevant|(required)]]"),
    ("{score=1}", "{score=0}", "(#s3){score=0}", "(#s3){score=1}"),
)
"""Old and new words, by turns, of quizzes that differ only in what is right."""


@pytest.mark.parametrize("product", ["test-paper", "handbook"])
@pytest.mark.parametrize("changes", TICKS, ids=lambda changes: changes[1])
def test_a_paper_does_not_depend_on_what_is_right(product: str, changes: tuple[str, ...]) -> None:
    other = SHUFFLED
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in other
        other = other.replace(old, new)
    assert render(document(product, compiled(**{"02_quiz": other}))) == render(document(product, shuffled()))


@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_rows_have_the_names_of_the_answer_sheet_in_its_order(seed: str) -> None:
    shown = shuffled()
    asked = plan(quiz(shown), seed)
    margin = [word for _, x, _, word in words(render(document("test-paper", shown, seed=seed))) if x < 84.0]
    names = [word for word in margin if re.fullmatch(r"[0-9]+(\.[0-9]+)?", word)]
    wanted = []
    for number, planned in enumerate(asked, 1):
        rows = [row.label for row in fields(asked) if row.question == planned.item.id]
        wanted += [str(number), *dict.fromkeys(label for label in rows if "." in label)]
    inside = [label for label in wanted if label not in names]
    assert [name for name in names if name in wanted] == [label for label in wanted if label not in inside]
    gaps = next(planned for planned in asked if planned.item.type == "gap")
    written = {f"{asked.index(gaps) + 1}.{at + 1}" for at, order in enumerate(gaps.gaps) if not order}
    assert set(inside) == written, "a gap to write in is named in its sentence"


@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_questions_and_choices_stand_in_the_order_of_the_plan(seed: str) -> None:
    shown = shuffled()
    extracted = squeezed(text(render(document("test-paper", shown, seed=seed))))
    at = 0
    for planned in plan(quiz(shown), seed):
        for piece in expected(planned):
            found = extracted.find(squeezed(piece), at)
            assert found >= 0, piece
            at = found + 1


def expected(planned: Planned) -> list[str]:
    """What of a question stands in the order of the plan, with its letters."""
    item = planned.item
    if not isinstance(item, Question):
        return [plain(step.title.content) for step in item.steps]
    bodies = [option.body for option in item.options]
    match item.type:
        case "single" | "multiple":
            return [f"{LETTERS[at]} {plain(bodies[source].content)}" for at, source in enumerate(planned.order)]
        case "match":
            return [f"{LETTERS[at]} {plain(item.right[source].content)}" for at, source in enumerate(planned.order)]
        case "order":
            return [plain(bodies[source].content) for source in planned.order]
        case "gap":
            return [
                f"{LETTERS[at]} {gap.choices[source]}"
                for gap, order in zip(item.gaps, planned.gaps, strict=True)
                for at, source in enumerate(order)
            ]
        case _:
            return []


def test_the_head_says_which_test_it_is_and_where_answers_go() -> None:
    shown = compiled(test=files()["test.md"].decode().replace("---\n\n:::", "---\n\nOnly what you know.\n\n:::", 1))
    before = text(render(document("test-paper", shown, when="before", form="A", seed="s")))
    assert "Test before the module · Form A" in before
    assert "Mark your answers on the answer sheet, not on this paper." in before
    assert "Only what you know." in before
    assert "TESTSECRET one" in before
    assert "TESTSECRET two" not in before
    after = text(render(document("test-paper", shown, when="after", form="B", seed="s")))
    assert "Test after the module · Form B" in after
    assert "TESTSECRET two" in after
    assert "Quiz" in text(printed("test-paper"))


def test_a_paper_has_only_the_notes_that_its_questions_point_to() -> None:
    test = files()["test.md"].decode().replace("TESTSECRET one.", "TESTSECRET one.[^a]\n\n> [!NOTE]\n> Because.[^b]")
    shown = compiled(test=f"{test}\n[^a]: Where it is written.\n[^b]: Why it is right.\n")
    extracted = text(render(document("test-paper", shown, when="before", form="A", seed="s")))
    assert "Where it is written." in extracted
    assert "Why it is right." not in extracted


def test_more_choices_than_bubbles_and_letters() -> None:
    options = "".join(f"- [{'x' if at == 3 else ' '}] Option {at}\n" for at in range(12))
    rows = "".join(f"| Left {at} | Right {at} |\n" for at in range(12))
    choices = "|".join(f"word{at}" for at in range(1, 30))
    many = (
        "---\nid: quiz\ntitle: Many\nkind: quiz\n---\n\n"
        f"::: question {{#a type=single}}\nOne?\n\n{options}:::\n\n"
        f"::: question {{#b type=match}}\nPairs?\n\n| A | B |\n| --- | --- |\n{rows}:::\n\n"
        f"::: question {{#c type=gap}}\nA [[(word0)|{choices}]] here.\n:::\n"
    )
    shown = compiled(**{"02_quiz": many})
    extracted = squeezed(text(render(document("test-paper", shown))))
    assert squeezed("1 One? Write the letter on the answer sheet. A Option 0") in extracted
    assert "LOption11" in extracted
    assert re.search(r"LRight\d", extracted)
    assert re.search(r"ADword\d", extracted), "after Z come AA, AB, …"
    assert extracted.count(squeezed("Write the letter on the answer sheet.")) == 2
    assert page_count(render(document("answer-key", shown))) > 1


def test_two_languages_share_one_plan() -> None:
    """Beside each question stands the same question."""
    shown = (shuffled(), shuffled("km"))
    plans = [[(planned.item.id, planned.order, planned.gaps) for planned in plan(quiz(one), "s")] for one in shown]
    assert plans[0] == plans[1]
    data = render(document("test-paper", *shown, seed="s"))
    left = [(page, word) for page, x, _, word in words(data) if x < 80.0 and re.fullmatch(r"[0-9]+", word)]
    right = [(page, word) for page, x, _, word in words(data) if 430.0 < x < 470.0 and re.fullmatch(r"[0-9]+", word)]
    assert left == right
    assert [word for _, word in left] == [str(number) for number in range(1, len(plans[0]) + 1)]


# ------------------------------------------------------------------ answer keys


@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_what_the_key_says_is_graded_as_right(seed: str) -> None:
    """Marked on the answer sheet as the key says, every question gets all of its points."""
    asked = plan(quiz(shuffled()), seed)
    for number, planned in enumerate(asked, 1):
        found = {right.label: right for right in rights(planned, number)}
        rows = [row for row in fields(asked) if row.question == planned.item.id]
        if planned.item.type in ("reflect", "number"):
            continue
        marks: dict[int, tuple[int, ...] | str] = {}
        for row in rows:
            right = found.get(row.label)
            if right is None:
                assert planned.item.type == "scenario"  # a card beside the best way
            elif row.kind == "line":
                marks[row.part] = right.mark.split(" / ")[0]
            else:
                marks[row.part] = tuple(
                    next(at for at in range(row.choices) if row.mark(at) == one) for one in right.mark.split()
                )
        given = answer(planned, marks)
        assert given is not None
        assert grade(planned.item, given, "en").correct, planned.item.id


def test_the_key_has_the_letters_of_the_paper() -> None:
    shown = shuffled()
    for seed in ("one", "two", "three"):
        extracted = squeezed(text(render(document("answer-key", shown, seed=seed))))
        single = next(planned for planned in plan(quiz(shown), seed) if planned.item.id == "q-single")
        letter = LETTERS[single.order.index(1)]
        assert f"{letter}RightchoiceRight" in extracted
        assert "4711±2" in extracted
        assert "Onlyforthefacilitator" in extracted


def test_the_key_of_a_scenario_is_its_best_way() -> None:
    cards = """
::: scenario {#s-way}
### One {#a}

Text.

- [Poor](#b){score=1}
- [Better, in the end](#c){score=0}
- [Back to the start](#a){score=0}

### Two {#b}

- [On](#d){score=1}

### Three {#c}

- [Small](#d){score=1}
- [Large](#d){score=5}

### Four {#d}

The end.
:::
"""
    shown = compiled(**{"02_quiz": f"---\nid: quiz\ntitle: A way\nkind: quiz\n---\n{cards}"})
    (planned,) = plan(quiz(shown), "s")
    assert [(right.label, right.mark) for right in rights(planned, 1)] == [("1.1", "B"), ("1.3", "B")]
