"""From the fields of a form to an answer in the order of the source, and back."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.assessment.samples import all_items, right_answer
from tests.assessment.test_grading import answers
from trainer.assessment import InvalidAnswer, Planned, Unanswered, form_fields, parse_form, present

ITEMS = all_items()
IDS = tuple(ITEMS)
tried = settings(max_examples=60, deadline=None, derandomize=True)


def shown(name: str, seed: str = "seed") -> Planned:
    return present(ITEMS[name], seed, shuffle=True)


@tried
@given(st.data(), st.sampled_from([name for name in IDS if name != "reflect"]), st.text(max_size=8))
def test_what_is_shown_leads_back_to_what_was_meant(data: st.DataObject, name: str, seed: str) -> None:
    answer = data.draw(answers(ITEMS[name]))
    planned = shown(name, seed)
    fields = form_fields(planned, answer)
    try:
        parsed = parse_form(planned, fields)
    except InvalidAnswer:
        # Nothing given, a cell given twice, or no number: a form refuses what marking would only call wrong.
        assume(False)
        raise
    # A browser's blanks around a written answer go.
    ((kind, value),) = answer.items()
    bare = {"text": lambda: value.strip(), "gaps": lambda: [one.strip() for one in value]}
    assert parsed.pop(kind) == (bare[kind]() if kind in bare else value)
    assert not parsed


@tried
@given(st.sampled_from(IDS), st.text(max_size=8))
def test_the_answer_of_the_key_survives_the_form(name: str, seed: str) -> None:
    planned = shown(name, seed)
    answer = right_answer(ITEMS[name])
    assert parse_form(planned, form_fields(planned, answer)) == answer


def test_positions_on_the_screen_become_places_in_the_source() -> None:
    assert parse_form(Planned(ITEMS["single"], (3, 1, 0, 2)), {"answer": ["0"]}) == {"chosen": [3]}
    assert parse_form(Planned(ITEMS["multiple"], (4, 2, 0, 1, 3)), {"answer": ["0", "2"]}) == {"chosen": [0, 4]}
    planned = Planned(ITEMS["match"], (4, 3, 2, 1, 0))
    assert parse_form(planned, {"row-0": ["4"], "row-1": [""], "row-2": ["0"]}) == {"pairs": [0, None, 4]}
    planned = Planned(ITEMS["order"], (2, 0, 3, 1))
    fields = {f"place-{at}": [place] for at, place in enumerate("1302")}
    assert parse_form(planned, fields) == {"order": [0, 1, 2, 3]}
    planned = Planned(ITEMS["gap"], (), ((2, 0, 1), ()))
    assert parse_form(planned, {"gap-0": ["1"], "gap-1": [" aim "]}) == {"gaps": ["0", "aim"]}


def test_a_scenario_goes_on_one_step_at_a_time() -> None:
    planned = shown("scenario")
    assert parse_form(planned, {"path": [""], "choice": ["0"]}) == {"path": [0]}
    assert parse_form(planned, {"path": ["1.0"], "choice": ["0"]}) == {"path": [1, 0, 0]}


def test_line_ends_of_browsers_become_plain() -> None:
    assert parse_form(shown("reflect"), {"answer": ["One\r\nTwo "]}) == {"text": "One\nTwo"}


@pytest.mark.parametrize("name", IDS)
def test_an_empty_form_is_no_answer(name: str) -> None:
    with pytest.raises(Unanswered) as refusal:
        parse_form(shown(name), {})
    assert refusal.value.code == "unanswered"


@pytest.mark.parametrize(
    ("name", "fields", "code"),
    [
        ("single", {"answer": ["4"]}, "option-unknown"),
        ("single", {"answer": ["-1"]}, "option-unknown"),
        ("single", {"answer": ["១"]}, "option-unknown"),
        ("single", {"answer": ["0", "1"]}, "too-many"),
        ("yes", {"answer": ["2"]}, "option-unknown"),
        ("multiple", {"answer": ["5"]}, "option-unknown"),
        ("multiple", {"answer": ["0", "0"]}, "chosen-twice"),
        ("short", {"answer": ["   "]}, "unanswered"),
        ("short", {"answer": ["a", "b"]}, "too-many"),
        ("short", {"answer": ["x" * 501]}, "too-long"),
        ("reflect", {"answer": ["x" * 5001]}, "too-long"),
        ("number", {"answer": ["twenty"]}, "number-expected"),
        ("gap", {"gap-0": ["3"]}, "option-unknown"),
        ("gap", {"gap-0": ["0"], "gap-2": ["x"]}, "option-unknown"),
        ("match", {"row-0": ["5"]}, "option-unknown"),
        ("match", {"row-0": ["1"], "row-1": ["1"]}, "chosen-twice"),
        ("match", {"row-0": ["0"], "row-3": ["1"]}, "option-unknown"),
        ("order", {"place-0": ["0"]}, "place-missing"),
        ("order", {f"place-{at}": ["0"] for at in range(4)}, "chosen-twice"),
        ("order", {f"place-{at}": [str(at + 1)] for at in range(4)}, "option-unknown"),
        ("scenario", {"path": [""], "choice": ["2"]}, "option-unknown"),
        ("scenario", {"path": [""], "choice": ["x"]}, "option-unknown"),
        ("scenario", {"path": ["0."], "choice": ["0"]}, "answer-shape"),
        ("scenario", {"path": ["0.0"], "choice": ["0"]}, "path-finished"),
    ],
)
def test_a_form_nobody_was_shown_is_refused_with_a_code(name: str, fields: dict[str, list[str]], code: str) -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        parse_form(shown(name), fields)
    assert refusal.value.code == code
