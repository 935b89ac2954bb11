"""Everything that is ever told of groups, together with all else, and an attacker who works out what is hidden."""

from __future__ import annotations

import random

import pytest

from tests.services import growing_groups as growing
from tests.services.growing_groups import Country, Printed
from trainer.services import fixed as kept
from trainer.services import group_telling, minutes_told
from trainer.services.figures import Column, Measures, sum_of
from trainer.services.group_figures import FACETS, GroupLine, GroupTable, Told
from trainer.services.suppression import PART, Cell

LONG = {"workshop": 120}
"""Planned minutes in a room; 90 otherwise."""


def grown(seed: int, room_minutes: int = 90) -> Country:
    chance = random.Random(seed)
    return growing.country(chance, chance.choice([25, 40, 60]), chance.randint(1, 3), room_minutes=room_minutes)


@pytest.mark.parametrize("seed", [0, 6, 7, 10])
def test_nobody_works_out_a_hidden_number_of_a_group(seed: int) -> None:
    one = grown(seed)
    made = growing.fixed(one)
    assert any(told.tables for told in made.told)
    for facet in FACETS:
        assert not growing.given_away(one, made, facet)
        assert not growing.small_sums(one, made, facet)


def test_planned_minutes_do_not_tell_who_learned_in_a_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are printed by module, and two hours of a room are not ninety minutes alone."""
    one = grown(73, room_minutes=120)
    made = growing.fixed(one)
    assert any(table.facet == "mode" for told in made.told for table in told.tables)
    assert not growing.given_away(one, made, "mode")
    monkeypatch.setattr(minutes_told, "exact", lambda modes, tables: frozenset(modes))
    monkeypatch.setattr(group_telling, "_unlike", lambda counts: iter(()))
    assert growing.given_away(one, growing.fixed(one), "mode")


def test_minutes_stand_exactly_where_they_say_no_more_than_completions() -> None:
    def minutes(**modes: int) -> Cell:
        rows = {mode: Measures(enrolled=n, completed=n, minutes=LONG.get(mode, 90) * n) for mode, n in modes.items()}
        groups = {"frontline": sum_of(rows.values())}
        counts = {"mode": {"alpha": rows}, "work_role": {"alpha": groups}}
        who = persons(
            {facet: {group: row.completed for group, row in of["alpha"].items()} for facet, of in counts.items()}
        )
        column = Column("2026-Q3", {"alpha": groups["frontline"]}, (groups["frontline"].completed,) * 3)
        (said,) = growing.fixed(Country((column,), (counts,), (who,))).said
        assert said.figures.minutes["alpha", "2026-Q3"] == said.figures.minutes[None, "2026"]
        return said.figures.minutes["alpha", "2026-Q3"]

    assert minutes(online=20) == Cell(1800)
    assert minutes(workshop=20) == Cell(2400)
    assert minutes(online=20, blended=2) == Cell(1980)
    assert minutes(online=20, workshop=6) == Cell(2520), "the table by way of learning says it"
    assert minutes(online=20, workshop=2) == Cell(None, PART, 1980)
    assert minutes(online=2, workshop=20) == Cell(None, PART, 1980)


def naive(one: Country, made: Printed) -> Printed:
    """The control: whoever is not few is shown."""
    told = []
    for column, counts in zip(one.columns, one.counts, strict=True):
        tables = [
            GroupTable(facet=facet, module=module, others=None, rows=tuple(
                GroupLine(group, row.enrolled, row.completed, Cell(row.minutes))
                for group, row in groups.items() if not any(0 < count < 5 for count in row[:2])
            ))
            for facet, of in counts.items() for module, groups in of.items()
            if all(figure.get((module, column.quarter), Cell(0)).value is not None
                   for said in made.said if said.quarter == column.quarter
                   for figure in (said.figures.enrolled, said.figures.completed))
        ]  # fmt: skip
        told.append(Told(tuple(tables)))
    return Printed(made.said, made.people, told)


def test_hiding_small_groups_alone_gives_them_away() -> None:
    one = grown(6)
    found = naive(one, growing.fixed(one))
    assert any(growing.given_away(one, found, facet) for facet in FACETS)


def quarter(name: str, roles: dict[str, tuple[int, int]]) -> tuple[Column, dict[str, dict[str, dict[str, Measures]]]]:
    """One module, and people of some roles."""
    rows = {role: Measures(enrolled=begun, completed=done, minutes=90 * done) for role, (begun, done) in roles.items()}
    whole = sum_of(rows.values())
    return Column(name, {"alpha": whole}, (whole.completed,) * 3), {"work_role": {"alpha": rows}}


def persons(of: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Everybody is of one agency and one sex."""
    return {**of, "who": {"police man": sum(of["work_role"].values())}}


def country_of(*quarters: dict[str, tuple[int, int]]) -> tuple[Country, Printed]:
    names = growing.QUARTERS[: len(quarters)]
    made = [quarter(name, roles) for name, roles in zip(names, quarters, strict=True)]
    who = tuple(persons({"work_role": {role: done for role, (_, done) in roles.items()}}) for roles in quarters)
    one = Country(tuple(column for column, _ in made), tuple(counts for _, counts in made), who)
    return one, growing.fixed(one)


def rows_of(told: Told, module: str = "alpha") -> dict[str, tuple[int, int]]:
    return {
        line.group: (line.enrolled, line.completed)
        for table in told.tables if table.module == module for line in table.rows
    }  # fmt: skip


def test_a_small_group_is_added_up_with_another() -> None:
    one, made = country_of({"frontline": (40, 30), "trainer": (12, 9), "policy": (3, 2)})
    (told,) = made.told
    assert rows_of(told) == rows_of(told, "") == {"frontline": (40, 30)}
    assert {table.others for table in told.tables} == {(15, 11)}
    assert not growing.given_away(one, made, "work_role")


def test_groups_that_are_all_large_stand_by_themselves() -> None:
    _, made = country_of({"frontline": (40, 30), "trainer": (12, 9)})
    assert rows_of(made.told[0]) == {"frontline": (40, 30), "trainer": (12, 9)}
    assert {table.others for table in made.told[0].tables} == {None}


def test_who_enrolled_and_was_hidden_is_not_told_by_those_who_complete_later() -> None:
    """Three of one role and twenty of another have enrolled; all of them complete in the next quarter."""
    one, made = country_of(
        {"frontline": (40, 30), "trainer": (20, 10), "policy": (3, 0)},
        {"frontline": (30, 40), "trainer": (20, 30), "policy": (10, 13)},
    )
    assert not growing.given_away(one, made, "work_role")


def test_persons_by_group_are_not_printed_where_they_would_tell_who_had_enrolled() -> None:
    """Everybody has completed: enrolments of a group are its completions, and of these only the last quarter's were
    still to be told.
    """
    one, made = country_of(
        {"frontline": (16, 9), "trainer": (9, 6), "policy": (16, 7)},
        {"frontline": (14, 21), "trainer": (4, 7), "policy": (21, 30)},
    )
    assert rows_of(made.told[0])["trainer"] == (9, 6)
    shown = {grouping.facet: bool(grouping.rows) for grouping in made.people[1]}
    assert not shown["work_role"]
    assert not growing.given_away(one, made, "work_role")


def test_what_is_told_of_groups_once_is_told_for_ever() -> None:
    one = grown(7)
    whole = growing.fixed(one)
    for length in range(1, len(one.columns)):
        part = growing.fixed(Country(one.columns[:length], one.counts[:length], one.who[:length]))
        assert part.told == whole.told[:length]


@pytest.mark.parametrize("seed", [6, 7])
def test_what_is_kept_of_groups_is_what_was_told(seed: int) -> None:
    for told in growing.fixed(grown(seed)).told:
        found = kept.told_of(kept.kept_told(told))
        assert found is not None
        assert (found.tables, found.tests) == (told.tables, told.tests)


# ------------------------------------------------------------------- hours


def hours(roles: dict[str, tuple[int, int]]) -> dict[str, int | None]:
    """Completions alone (90 minutes) and in a room (120), by role → hours that are told."""
    rows = {role: Measures(enrolled=a + b, completed=a + b, minutes=90 * a + 120 * b) for role, (a, b) in roles.items()}
    alone, room = (sum(pair[at] for pair in roles.values()) for at in (0, 1))
    modes = {
        "online": Measures(enrolled=alone, completed=alone, minutes=90 * alone),
        "workshop": Measures(enrolled=room, completed=room, minutes=120 * room),
    }
    counts = {"work_role": {"alpha": rows}, "mode": {"alpha": {mode: row for mode, row in modes.items() if any(row)}}}
    whole = sum_of(rows.values())
    who = persons({facet: {group: row.completed for group, row in of["alpha"].items()} for facet, of in counts.items()})
    column = Column("2026-Q3", {"alpha": whole}, (whole.completed,) * 3)
    (told,) = growing.fixed(Country((column,), (counts,), (who,))).told
    return {
        line.group: line.minutes.value for table in told.tables if (table.facet, table.module) == ("work_role", "alpha")
        for line in table.rows
    }  # fmt: skip


def test_hours_do_not_tell_who_of_a_group_learned_in_a_room() -> None:
    assert hours({"frontline": (30, 0), "trainer": (12, 0)}) == {"frontline": 2700, "trainer": 1080}
    assert hours({"frontline": (30, 20), "trainer": (12, 10)}) == {"frontline": 5100, "trainer": 2280}
    assert hours({"frontline": (30, 20), "trainer": (12, 3)}) == {"frontline": None, "trainer": None}
    alike = hours({"frontline": (8, 4), "trainer": (12, 6)})
    assert alike == {"frontline": None, "trainer": None}, "groups of equal make-up say it as well"


# ------------------------------------------------------------------- tests


def sat(pairs: int, passed: int, enrolled: int = 0) -> Measures:
    return Measures(
        enrolled=enrolled or pairs, completed=pairs, minutes=90 * pairs, first_posts=pairs, first_posts_passed=passed,
        pairs=pairs, before=4000 * pairs, after=6000 * pairs, before_squares=4000 * 4000 * pairs,
        after_squares=6000 * 6000 * pairs, products=4000 * 6000 * pairs,
    )  # fmt: skip


def told_of_tests(**roles: Measures) -> dict[str, tuple[int | None, int | None]]:
    """Role → people of the gain, and of the test after, as told."""
    whole = sum_of(roles.values())
    column = Column("2026-Q3", {"alpha": whole}, (whole.completed,) * 3)
    who = persons({"work_role": {role: row.completed for role, row in roles.items()}})
    (told,) = growing.fixed(Country((column,), ({"work_role": {"alpha": roles}},), (who,))).told
    return {
        one.group: (one.tests.gain.n if one.tests.gain else None, one.tests.after.n if one.tests.after else None)
        for one in told.tests
    }  # fmt: skip


def test_scores_of_groups_leave_no_few_beside_them() -> None:
    both = {"frontline": (30, 30), "trainer": (12, 12)}
    assert told_of_tests(frontline=sat(30, 20), trainer=sat(12, 6)) == both
    nine = told_of_tests(frontline=sat(30, 20), trainer=sat(9, 5))
    assert nine == {}, "nine people are what is left of the whole"
    one_failed = told_of_tests(frontline=sat(30, 20), trainer=sat(12, 11))
    assert one_failed == {"frontline": (30, None), "trainer": (12, None)}


def test_groups_have_no_scores_where_the_module_has_none_of_this_quarter_alone() -> None:
    """Three of forty failed: nothing is said of the whole, so its parts may not say it."""
    assert told_of_tests(frontline=sat(20, 20), trainer=sat(20, 17)) == {"frontline": (20, None), "trainer": (20, None)}
    assert told_of_tests(frontline=sat(9, 5)) == {}
