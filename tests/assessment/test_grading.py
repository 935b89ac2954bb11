"""What an answer is worth."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assessment.samples import all_items, compiled, right_answer
from trainer.assessment import PROBLEMS, Answer, InvalidAnswer, grade, max_points
from trainer.content.model import Item, Question, Scenario

LOCALES = ("en", "km", "vi")
ITEMS = all_items()
IDS = tuple(ITEMS)


def points(name: str, answer: Answer, locale: str = "en") -> float:
    return grade(ITEMS[name], answer, locale).points


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", IDS)
def test_the_answer_of_the_key_gets_full_marks(name: str, locale: str) -> None:
    item = all_items(locale)[name]
    result = grade(item, right_answer(item), locale)
    assert result.correct
    assert result.points == result.max_points == max_points(item)
    assert all(result.parts)


def test_single_is_all_or_nothing_but_for_the_share_an_author_gives() -> None:
    assert [points("single", {"chosen": [at]}) for at in range(4)] == [0, 2, 1, 0]
    assert not grade(ITEMS["single"], {"chosen": [2]}, "en").correct


def test_multiple_is_right_minus_wrong_and_not_below_nothing() -> None:
    assert points("multiple", {"chosen": [0, 1]}) == 2
    assert points("multiple", {"chosen": [0, 1, 3]}) == 1
    assert points("multiple", {"chosen": [0, 1, 2, 3]}) == 2
    assert points("multiple", {"chosen": [3]}) == 0


@pytest.mark.parametrize(("name", "chosen"), [("single", [3]), ("multiple", [0, 1, 2, 4])])
def test_a_critical_option_takes_all_points(name: str, chosen: list[int]) -> None:
    result = grade(ITEMS[name], {"chosen": chosen}, "en")
    assert result.critical
    assert result.points == 0
    assert not result.correct


def test_nothing_chosen_is_nothing_earned() -> None:
    for name in ("single", "multiple", "yes"):
        assert points(name, {"chosen": []}) == 0


def test_truefalse_with_the_interfaces_own_words() -> None:
    assert points("yes", {"chosen": [0]}) == 1
    assert points("yes", {"chosen": [1]}) == 0


@pytest.mark.parametrize("text", ["debt bondage", " Debt  Bondage. ", "DEBT-BONDAGE", "‘debt bondage’", "a d\u200bébt"])
def test_short_takes_any_accepted_answer_however_it_is_typed(text: str) -> None:
    assert points("short", {"text": text}) == 1


def test_short_takes_the_source_words_in_a_translated_course() -> None:
    item = all_items("km")["short"]
    assert grade(item, {"text": "km debt bondage"}, "km").correct
    assert grade(item, {"text": "debt bondage"}, "km").correct
    assert not grade(item, {"text": "wages"}, "km").correct


@pytest.mark.parametrize(
    "text", ["20", "18", "22", "20,5", "20.5", "+21", "២០", "๒๐", "໒໐", "၂၀", "២០,៥", " 20 ", "２０", "20 %"]
)
def test_number_within_its_tolerance_in_any_digits(text: str) -> None:
    assert points("number", {"text": text}) == 1


@pytest.mark.parametrize("text", ["17.9", "22,1", "-20", "twenty", "20 days", "2 0", "20.0.0", "", "1e1", "9" * 400])
def test_any_other_number_or_text_is_wrong(text: str) -> None:
    assert points("number", {"text": text}) == 0


def test_gaps_count_one_by_one() -> None:
    assert points("gap", {"gaps": ["0", "aim"]}) == 2
    assert points("gap", {"gaps": ["1", " PURPOSE"]}) == 1
    assert points("gap", {"gaps": ["", ""]}) == 0


def test_pairs_count_one_by_one_and_distractors_never() -> None:
    assert grade(ITEMS["match"], {"pairs": [0, 1, None]}, "en").parts == (True, True, False)
    assert points("match", {"pairs": [0, 3, 4]}) == pytest.approx(4 / 3, abs=1e-6)
    assert points("match", {"pairs": [1, 2, 0]}) == 0


def test_one_right_cell_belongs_to_one_row() -> None:
    with pytest.raises(InvalidAnswer):
        grade(ITEMS["match"], {"pairs": [0, 0, None]}, "en")


def test_only_what_is_all_right_brings_all_points() -> None:
    text = (
        "::: question {#q type=multiple points=2}\nWhich?\n\n- [x] A\n- [x] B\n- [ ] Near {score=0.5}\n- [ ] D\n:::\n"
    )
    item = compiled("", ("kind: quiz", text)).units[0].items[0]
    assert grade(item, {"chosen": [0, 1, 2]}, "en").points == 1.5
    assert grade(item, {"chosen": [0, 1]}, "en").points == 2


def test_order_counts_right_neighbours() -> None:
    assert points("order", {"order": [1, 2, 3, 0]}) == 2
    assert points("order", {"order": [3, 2, 1, 0]}) == 0
    assert points("order", {"order": [0, 2, 1, 3]}) == 0


def test_a_reflection_is_never_scored() -> None:
    result = grade(ITEMS["reflect"], {"text": "Anything."}, "en")
    assert (result.points, result.max_points) == (0, 0)


def test_a_path_earns_its_share_of_the_best_path() -> None:
    assert points("scenario", {"path": [0, 0]}) == 5
    assert points("scenario", {"path": [0, 1]}) == 3.75
    assert points("scenario", {"path": [1, 1]}) == 0


def test_coming_back_to_a_step_is_allowed() -> None:
    result = grade(ITEMS["scenario"], {"path": [1, 0, 0, 0]}, "en")
    assert result.points == 5
    assert result.parts == (False, True, True, True)


@pytest.mark.parametrize(
    ("name", "answer", "code"),
    [
        ("single", {"chosen": [4]}, "option-unknown"),
        ("single", {"chosen": [-1]}, "option-unknown"),
        ("single", {"chosen": [0, 1]}, "too-many"),
        ("single", {"chosen": [True]}, "answer-shape"),
        ("single", {"chosen": ["1"]}, "answer-shape"),
        ("single", {"chosen": 1}, "answer-shape"),
        ("single", {"text": "Right"}, "answer-shape"),
        ("single", {"chosen": [1], "more": 1}, "answer-shape"),
        ("single", [1], "answer-shape"),
        ("multiple", {"chosen": [0, 0]}, "chosen-twice"),
        ("short", {"text": None}, "answer-shape"),
        ("short", {"text": "x" * 501}, "too-long"),
        ("reflect", {"text": "x" * 5001}, "too-long"),
        ("gap", {"gaps": ["0"]}, "answer-shape"),
        ("gap", {"gaps": ["3", "aim"]}, "option-unknown"),
        ("gap", {"gaps": ["irrelevant", "aim"]}, "answer-shape"),
        ("match", {"pairs": [0, 1]}, "answer-shape"),
        ("match", {"pairs": [0, 1, 5]}, "option-unknown"),
        ("order", {"order": [0, 1, 2]}, "place-missing"),
        ("order", {"order": [0, 1, 2, 2]}, "chosen-twice"),
        ("scenario", {"path": []}, "path-unfinished"),
        ("scenario", {"path": [0]}, "path-unfinished"),
        ("scenario", {"path": [0, 2]}, "option-unknown"),
        ("scenario", {"path": [0, 0, 0]}, "path-finished"),
        ("scenario", {"path": [1, 0] * 101}, "too-long"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_with_a_code(name: str, answer: Answer, code: str) -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        grade(ITEMS[name], answer, "en")
    assert refusal.value.code == code
    assert PROBLEMS[code] % (refusal.value.params or {"limit": 0})


def answers(item: Item) -> st.SearchStrategy[Answer]:
    """Any answer that has the right shape, right or wrong."""
    if isinstance(item, Scenario):
        ends = [[0, 0], [0, 1], [1, 1]]
        return st.builds(lambda rounds, end: {"path": [1, 0] * rounds + end}, st.integers(0, 5), st.sampled_from(ends))
    assert isinstance(item, Question)
    indices = list(range(len(item.options)))
    words = st.sampled_from([*item.accepted, "20", "no", ""]) | st.text(max_size=20)
    match item.type:
        case "multiple":
            return st.builds(lambda chosen: {"chosen": sorted(chosen)}, st.sets(st.sampled_from(indices)))
        case "single" | "truefalse":
            return st.builds(lambda at: {"chosen": [at]}, st.sampled_from(indices))
        case "gap":
            fields = [st.sampled_from(["0", "1", "2", ""]), words]
            return st.builds(lambda *gaps: {"gaps": list(gaps)}, *fields)
        case "match":
            cells = st.none() | st.integers(0, len(item.right) - 1)
            unlike = st.lists(cells, min_size=3, max_size=3, unique_by=lambda cell: object() if cell is None else cell)
            return st.builds(lambda pairs: {"pairs": pairs}, unlike)
        case "order":
            return st.builds(lambda order: {"order": order}, st.permutations(indices))
    return st.builds(lambda text: {"text": text}, words)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data(), st.sampled_from(IDS))
def test_points_are_between_nothing_and_all(data: st.DataObject, name: str) -> None:
    item = ITEMS[name]
    result = grade(item, data.draw(answers(item)), "en")
    assert 0 <= result.points <= result.max_points == max_points(item)
    assert not (result.correct and result.critical)
    if result.correct:
        assert result.points == result.max_points
    if result.critical:
        assert result.points == 0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data(), st.sampled_from([name for name in IDS if name not in ("short", "gap")]))
def test_the_language_of_the_course_does_not_change_the_mark(data: st.DataObject, name: str) -> None:
    answer = data.draw(answers(ITEMS[name]))
    assert len({grade(all_items(locale)[name], answer, locale) for locale in LOCALES}) == 1
