"""Marking and planning, tried on every question of our own modules, in every language they have."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer import assessment, resources
from trainer.assessment import InvalidAnswer, Planned, grade
from trainer.content.compiler import compile_module
from trainer.content.folder import module_folders, read_folder
from trainer.content.model import Item, Module, Question, Scenario, Unit
from trainer.services.demo import right_answer

SLUGS = [folder.name for folder in module_folders()]


@cache
def compiled(slug: str, locale: str | None = None) -> Module:
    module = compile_module(read_folder(resources.folder("modules") / slug), slug=slug, locale=locale).module
    assert module is not None
    return module


def units() -> list[Unit]:
    return [unit for slug in SLUGS for unit in compiled(slug).units if unit.items]


def scored(unit: Unit) -> list[Item]:
    return [item for item in unit.items if item.type != "reflect"]


ITEMS = [item for unit in units() for item in scored(unit)]


def test_our_modules_hold_every_type_of_question() -> None:
    found = {item.type for unit in units() for item in unit.items}
    assert found == {
        "single", "multiple", "truefalse", "short", "number", "gap", "match", "order", "reflect", "scenario",
    }  # fmt: skip


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_the_right_answer_brings_all_points(item: Item) -> None:
    marked = grade(item, right_answer(item), "en")
    assert marked.points == marked.max_points == assessment.max_points(item)
    assert marked.correct
    assert not marked.critical


@pytest.mark.parametrize("item", [one for one in ITEMS if one.type not in ("short", "gap")], ids=lambda item: item.id)
def test_the_language_of_the_words_changes_no_mark(item: Item) -> None:
    for slug in SLUGS:
        for unit in compiled(slug, "km").units:
            for other in unit.items:
                if other.id == item.id:
                    assert grade(other, right_answer(item), "km")[:4] == grade(item, right_answer(item), "en")[:4]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.text(max_size=20))
def test_what_is_shown_leads_back_to_what_was_meant(seed: str) -> None:
    for unit in units():
        for planned in assessment.plan(unit, seed, unit.forms[0] if unit.forms else None):
            if planned.item.type == "reflect":
                continue
            answer = right_answer(planned.item)
            assert assessment.parse_form(planned, assessment.form_fields(planned, answer)) == answer


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.text(max_size=20))
def test_one_seed_is_one_plan_and_no_list_to_order_is_shown_in_order(seed: str) -> None:
    for unit in units():
        plan = assessment.plan(unit, seed)
        assert plan == assessment.plan(unit, seed)
        assert sorted(one.item.id for one in plan) == sorted(item.id for item in unit.items)
        for one in plan:
            if one.item.type == "order" and len(one.order) >= 3:
                assert list(one.order) != sorted(one.order)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_no_answer_brings_more_than_all_or_less_than_nothing(data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(ITEMS))
    count = len(item.steps) if isinstance(item, Scenario) else max(len(item.options), len(item.right), 1)
    number = st.integers(min_value=-1, max_value=count)
    words = st.text(max_size=8)
    answer = data.draw(
        st.fixed_dictionaries(
            {
                "chosen": st.lists(number, max_size=6),
                "text": words,
                "gaps": st.lists(words, max_size=4),
                "pairs": st.lists(st.none() | number, max_size=6),
                "order": st.permutations(range(count)),
                "path": st.lists(number, max_size=4),
            }
        )
    )
    try:
        marked = grade(item, answer, "km")
    except InvalidAnswer:
        return
    assert 0 <= marked.points <= marked.max_points


def first(kind: str) -> Question:
    return next(item for item in ITEMS if isinstance(item, Question) and item.type == kind)


def test_more_ticks_than_right_ones_cost_points_but_never_below_nothing() -> None:
    item = first("multiple")
    everything = grade(item, {"chosen": list(range(len(item.options)))}, "en")
    assert everything.points < everything.max_points
    wrong = [at for at, option in enumerate(item.options) if not option.correct]
    assert grade(item, {"chosen": wrong}, "en").points == 0


def test_a_critical_choice_fails_the_question() -> None:
    item = next(one for one in ITEMS if isinstance(one, Question) and any(option.critical for option in one.options))
    critical = next(at for at, option in enumerate(item.options) if option.critical)
    right = [at for at, option in enumerate(item.options) if option.correct]
    chosen = [critical] if item.type == "single" else [*right, critical]
    marked = grade(item, {"chosen": chosen}, "en")
    assert marked.critical
    assert marked.points == 0


@pytest.mark.parametrize("typed", ["2", "២", " 2 ", "2.0", "2,0"])
def test_a_number_may_be_typed_as_people_type_it(typed: str) -> None:
    item = next(one for one in ITEMS if isinstance(one, Question) and one.number and one.number.value == 2)
    assert grade(item, {"text": typed}, "km").correct


def test_an_option_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidAnswer):
        grade(first("single"), {"chosen": [99]}, "en")
    with pytest.raises(InvalidAnswer):
        assessment.parse_form(Planned(first("single"), (0, 1, 2)), {"answer": ["7"]})


@pytest.mark.parametrize("slug", SLUGS)
def test_completion_names_what_is_missing(slug: str) -> None:
    module = compiled(slug)
    lessons = {unit.id for unit in module.units if unit.kind == "lesson"}
    quiz = next(unit.id for unit in module.units if unit.kind == "quiz")
    assert not assessment.completion(module, set(), {}, None)
    missing = assessment.completion(module, lessons, {quiz: 79.9}, None).missing
    assert [(one.code, one.unit) for one in missing] == [("quiz", quiz)]
    assert assessment.completion(module, lessons, {quiz: 80.0}, None)
