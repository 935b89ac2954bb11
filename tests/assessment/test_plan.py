"""What an attempt asks, and in which order."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assessment.samples import all_items, asked, compiled, module
from trainer.assessment import assign_form, other_form, plan, present
from trainer.content.model import Unit

tried = settings(max_examples=60, deadline=None, derandomize=True)
SEEDS = [str(number) for number in range(40)]


def quiz(front: str, *questions: str) -> Unit:
    return compiled("", (f"kind: quiz\n{front}", "".join(questions))).units[0]


def asks(unit: Unit, seed: str, form: str | None = None) -> list[str]:
    return [one.item.id for one in plan(unit, seed, form)]


PLAIN = quiz("", *(asked(f"q{at}") for at in range(5)))
SHUFFLED = quiz("shuffle: true", *(asked(f"q{at}") for at in range(5)))


@tried
@given(st.text(max_size=20))
def test_the_same_seed_gives_the_same_plan(seed: str) -> None:
    unit = module().units[0]
    assert plan(unit, seed) == plan(unit, seed)


@tried
@given(st.text(max_size=20))
def test_without_draw_every_question_is_asked_once(seed: str) -> None:
    unit = module().units[0]
    assert sorted(asks(unit, seed)) == sorted(item.id for item in unit.items)


@tried
@given(st.text(max_size=20))
def test_every_choice_is_presented_once(seed: str) -> None:
    for one in plan(module().units[0], seed):
        assert sorted(one.order) == list(range(len(one.order)))
        for gap in one.gaps:
            assert sorted(gap) == list(range(len(gap)))


@tried
@given(st.text(max_size=20), st.booleans(), st.integers(3, 6))
def test_items_to_order_are_never_presented_in_the_right_order(seed: str, shuffle: bool, count: int) -> None:
    listed = "".join(f"{at}. Item {at}\n" for at in range(1, count + 1))
    unit = quiz("", f"::: question {{#o type=order}}\nOrder.\n\n{listed}:::\n")
    planned = present(unit.items[0], seed, shuffle=shuffle)
    assert sorted(planned.order) == list(range(count))
    assert list(planned.order) != sorted(planned.order)


def test_without_shuffle_questions_and_options_keep_their_order() -> None:
    for seed in SEEDS:
        assert asks(PLAIN, seed) == ["q0", "q1", "q2", "q3", "q4"]
        assert {one.order for one in plan(PLAIN, seed)} == {(0, 1, 2)}


def test_with_shuffle_other_seeds_give_other_orders() -> None:
    assert len({tuple(asks(SHUFFLED, seed)) for seed in SEEDS}) > 10
    assert {one.order for seed in SEEDS for one in plan(SHUFFLED, seed)} >= {(0, 1, 2), (2, 1, 0), (1, 2, 0)}


def test_an_option_marked_last_stays_there() -> None:
    item = quiz(
        "", "::: question {#q type=single}\nWhich?\n\n- [ ] A {last}\n- [x] B\n- [ ] C\n- [ ] D {last}\n:::\n"
    ).items[0]
    orders = {present(item, seed, shuffle=True).order for seed in SEEDS}
    assert orders == {(1, 2, 0, 3), (2, 1, 0, 3)}


def test_true_stays_before_false_when_options_are_shuffled() -> None:
    assert {present(all_items()["yes"], seed, shuffle=True).order for seed in SEEDS} == {(0, 1)}


def test_right_cells_and_gap_choices_are_mixed_even_without_shuffle() -> None:
    assert len({present(all_items()["match"], seed, shuffle=False).order for seed in SEEDS}) > 10
    assert len({present(all_items()["gap"], seed, shuffle=False).gaps[0] for seed in SEEDS}) > 3
    assert {present(all_items()["gap"], seed, shuffle=False).gaps[1] for seed in SEEDS} == {()}


def test_questions_are_found_between_other_text_in_the_order_of_the_source() -> None:
    body = f"# Title\n\nText.\n\n{asked('z')}> [!TIP]\n> A tip.\n\n{asked('a')}::: case {{#c}}\nA story.\n:::\n"
    unit = compiled("", ("", body)).units[0]
    assert [item.id for item in unit.items] == ["z", "a"]


def test_as_many_questions_as_drawn_are_asked_in_the_order_of_the_source() -> None:
    unit = quiz("draw: 2", *(asked(f"q{at}") for at in range(5)))
    drawn = [asks(unit, seed) for seed in SEEDS]
    assert all(len(one) == 2 and one == sorted(one) for one in drawn)
    assert {ident for one in drawn for ident in one} == {"q0", "q1", "q2", "q3", "q4"}


def test_pools_have_their_share_of_a_draw() -> None:
    many = [asked(f"a{at}", "pool=a") for at in range(6)]
    unit = quiz("draw: 4", *many, asked("b0", "pool=b"), asked("b1", "pool=b"))
    for seed in SEEDS:
        assert Counter(ident[0] for ident in asks(unit, seed)) == {"a": 2, "b": 2}


def test_a_pool_that_is_used_up_leaves_its_turns_to_the_others() -> None:
    unit = quiz("draw: 4", *(asked(f"a{at}", "pool=a") for at in range(6)), asked("b0", "pool=b"))
    for seed in SEEDS:
        assert Counter(ident[0] for ident in asks(unit, seed)) == {"a": 3, "b": 1}


def test_questions_of_a_set_are_drawn_all_or_none_and_never_too_many() -> None:
    pair = asked("s0", "set=s"), asked("s1", "set=s")
    unit = quiz("draw: 3", asked("q0"), pair[0], asked("q1"), pair[1], asked("q2"))
    drawn = [asks(unit, seed) for seed in SEEDS]
    assert all(len(one) == 3 and ("s0" in one) == ("s1" in one) for one in drawn)
    assert {"s0" in one for one in drawn} == {True, False}


def test_a_set_larger_than_the_draw_is_left_out() -> None:
    unit = quiz("draw: 2", *(asked(f"s{at}", "set=s") for at in range(3)), asked("q0"), asked("q1"))
    assert {tuple(asks(unit, seed)) for seed in SEEDS} == {("q0", "q1")}


def test_questions_of_a_set_are_asked_one_after_the_other_in_their_order() -> None:
    parts = asked("s0", "set=s"), asked("q0"), asked("s1", "set=s"), asked("q1")
    assert asks(quiz("", *parts), "any") == ["s0", "s1", "q0", "q1"]
    for seed in SEEDS:
        order = asks(quiz("shuffle: true", *parts), seed)
        assert order.index("s1") == order.index("s0") + 1


def test_a_form_asks_its_own_questions_only() -> None:
    questions = asked("a0", "form=A") + asked("b0", "form=B") + asked("a1", "form=A") + asked("b1", "form=B")
    unit = compiled("", ("kind: test\nforms: [A, B]", questions)).units[0]
    assert asks(unit, "any", "A") == ["a0", "a1"]
    assert asks(unit, "any", "B") == ["b0", "b1"]
    assert asks(unit, "any") == ["a0", "b0", "a1", "b1"]


def test_questions_without_a_form_are_in_every_form() -> None:
    assert asks(PLAIN, "any", "A") == asks(PLAIN, "any")


def test_first_forms_are_spread_over_people_and_stay_the_same_for_one() -> None:
    given_out = [assign_form(("A", "B"), f"person {at}") for at in range(200)]
    assert given_out == [assign_form(("A", "B"), f"person {at}") for at in range(200)]
    assert 70 <= Counter(given_out)["A"] <= 130


def test_the_second_form_is_the_next_one() -> None:
    assert [other_form(("A", "B", "C"), first) for first in "ABC"] == ["B", "C", "A"]
    assert other_form(("A",), "A") == "A"
    assert other_form(("A", "B"), None) == "A"


def test_a_test_without_forms_has_none_to_give() -> None:
    assert assign_form((), "person") is None
    assert other_form((), None) is None
