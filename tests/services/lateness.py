"""A country in which sheets come late and people withdraw, what its reports and corrections say, and what is known.

Unknown besides the fixed figures is, for each cut-off, how much every earlier quarter has changed since its own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tests.services.attacking import MANY, Attack, Either, Key, Sentence
from tests.services.growing import MODULES, QUARTERS, Cells, blanks, everything_said, parts, printed_with, told_cells
from trainer.services import corrections, deciding, periods
from trainer.services.corrections import Corrected
from trainer.services.deciding import Said
from trainer.services.figures import Column, Figures, Measures
from trainer.services.suppression import WITHHELD, Cell

KINDS = ("enrolled", "completed")


class Taken(NamedTuple):
    """Somebody takes a module. Numbers of quarters; what nobody knows before `entered` is entered late."""

    person: int
    module: str
    begun: int
    begun_entered: int
    done: int | None
    done_entered: int
    gone: int
    """From this cut-off on the register has none of it."""


class Country(NamedTuple):
    columns: tuple[Column, ...]
    said: tuple[Said, ...]
    lines: tuple[Corrected, ...]
    """Corrections that each cut-off tells."""
    truth: dict[Key, int]


def taken(chance: random.Random, people: int, size: int, *, only_more: bool) -> list[Taken]:
    """Groups who take a module together, and whose sheets come together; some of them do as they like.

    `only_more`: nobody withdraws.
    """
    used, found = MODULES[: chance.randint(1, 3)], []
    late = chance.choice([0.2, 0.5])
    taking: set[tuple[int, str]] = set()
    for _ in range(chance.randint(2, 3 * size)):
        module, begun, done = chance.choice(used), chance.randrange(size), chance.randrange(3)
        entered = [_entered(chance, begun, size, late), _entered(chance, begun, size, late)]
        gone = size if only_more or chance.random() < 0.8 else chance.randrange(1, size + 1)
        for person in chance.sample(range(people), min(people, chance.choice([1, 2, 3, 6, 7, 9, 30]))):
            if (person, module) in taking:
                continue
            taking.add((person, module))
            alone = chance.random() < 0.15
            when = begun if alone else entered[0]
            end = min(size - 1, begun + chance.randrange(2)) if done and chance.random() < 0.9 else None
            end_entered = max(when, entered[1] if end is not None and end <= entered[1] and not alone else end or 0)
            found.append(Taken(person, module, begun, when, end, end_entered, size if alone else gone))
    return found


def _entered(chance: random.Random, at: int, size: int, late: float) -> int:
    return chance.randint(at, size - 1) if chance.random() < late else at


class _State(NamedTuple):
    """What the register holds at a cut-off."""

    counts: dict[tuple[str, str, int], int]
    """Kind, module, quarter."""
    persons: tuple[tuple[int, int, int], ...]
    """Of each quarter: all, new in the year, new."""


def _state(rows: Sequence[Taken], at: int) -> _State:
    counts: dict[tuple[str, str, int], int] = {}
    done: dict[int, list[int]] = {}
    for row in rows:
        if row.gone <= at:
            continue
        for kind, quarter, entered in (
            ("enrolled", row.begun, row.begun_entered),
            ("completed", row.done, row.done_entered),
        ):
            if quarter is not None and entered <= at and quarter <= at:
                counts[kind, row.module, quarter] = counts.get((kind, row.module, quarter), 0) + 1
                if kind == "completed":
                    done.setdefault(row.person, []).append(quarter)
    persons = [[0, 0, 0] for _ in range(at + 1)]
    for quarters in done.values():
        for quarter in set(quarters):
            persons[quarter][0] += 1
        for quarter in {min(one for one in quarters if _year(one) == year) for year in map(_year, quarters)}:
            persons[quarter][1] += 1
        persons[min(quarters)][2] += 1
    return _State(counts, tuple((one[0], one[1], one[2]) for one in persons))


def _year(quarter: int) -> str:
    return QUARTERS[quarter][:4]


def grown(rows: Sequence[Taken], size: int) -> Country:
    """Fixed quarter by quarter."""
    states = [_state(rows, at) for at in range(size)]
    modules = sorted({row.module for row in rows})
    columns: list[Column] = []
    said: list[Said] = []
    lines: list[Corrected] = []
    for at, state in enumerate(states):
        now = {
            module: _measures(*(sum(state.counts.get((kind, module, one), 0) for one in range(at)) for kind in KINDS))
            for module in modules
        }
        persons = sum(one[2] for one in state.persons[:at])
        shown = deciding.together(said)
        lines.append(corrections.told(now, persons, columns, lines, shown) if columns else Corrected())
        here = {module: [state.counts.get((kind, module, at), 0) for kind in KINDS] for module in modules}
        row = {module: _measures(*counts) for module, counts in here.items() if any(counts)}
        columns.append(Column(QUARTERS[at], row, state.persons[at]))
        said.append(deciding.say(columns, said, lines))
    return Country(tuple(columns), tuple(said), tuple(lines), _truth(states, modules, lines))


def _measures(enrolled: int, completed: int) -> Measures:
    return Measures(enrolled=enrolled, completed=completed, minutes=90 * completed)


def _truth(states: Sequence[_State], modules: Sequence[str], lines: Sequence[Corrected]) -> dict[Key, int]:
    truth: dict[Key, int] = {}
    for at, state in enumerate(states):
        for kind in KINDS:
            for module in modules:
                truth[kind, "KH", module, QUARTERS[at]] = state.counts.get((kind, module, at), 0)
                for quarter in range(at):
                    fixed = states[quarter].counts.get((kind, module, quarter), 0)
                    key = (f"late-{kind}", module, QUARTERS[quarter], QUARTERS[at])
                    truth[key] = state.counts.get((kind, module, quarter), 0) - fixed
        for place, period in enumerate(printed_with(QUARTERS[at])):
            inside = [one for one in range(at + 1) if periods.is_in(QUARTERS[one], period)]
            truth["persons", "KH", period, QUARTERS[at]] = sum(states[one].persons[one][place] for one in inside)
        if at:
            ever = sum(one[2] for one in state.persons[:at])
            truth["late-persons", QUARTERS[at]] = ever - truth["persons", "KH", "", QUARTERS[at - 1]]
    for name, signs in list(narrowing(truth, modules, len(states))):
        truth[name] = sum(truth[key] * sign for key, sign in signs.items())
    for name in list(waiting_sums(modules, len(states))):
        terms, told = late_terms(name, truth), told_before(name, lines)
        truth[name] = sum(truth[key] for key in terms) - told
    return truth


def waiting_sums(modules: Sequence[str], size: int) -> Iterator[Key]:
    """What a cut-off finds to be told, or to wait."""
    for at in range(1, size):
        for module in modules:
            for kind in KINDS:
                yield ("late-waits", kind, module, QUARTERS[at])
        yield ("late-waits", "persons", "", QUARTERS[at])


def late_terms(name: Key, truth: Mapping[Key, int]) -> list[Key]:
    _, kind, module, quarter = name
    if kind == "persons":
        return [("late-persons", quarter)]
    return [key for key in truth if key[0] == f"late-{kind}" and key[1] == module and key[3] == quarter]


def told_before(name: Key, lines: Sequence[Corrected]) -> int:
    _, kind, module, quarter = name
    of_all = corrections.sums_of([line for at, line in enumerate(lines) if QUARTERS[at] < quarter])
    return _part(of_all, kind, module) or 0


def _part(line: Corrected, kind: str, module: str) -> int | None:
    """None: not told."""
    if kind == "persons":
        return line.persons or None
    return line.modules[module][KINDS.index(kind)] if module in line.modules else None


def known_of_late(
    truth: Mapping[Key, int], lines: Sequence[Corrected], modules: Sequence[str], *, only_more: bool
) -> Iterator[Sentence]:
    """The register holds no fewer than nobody, at no cut-off; nobody in it completes without having enrolled; whoever
    completed something is a person, and was a new one once.
    """
    size = len(lines)
    for name, signs in narrowing(truth, modules, size):
        yield Sentence(((name, -1), *signs.items()), 0, 0)
    for name in waiting_sums(modules, size):
        told = told_before(name, lines)
        yield Sentence(((name, 1), *((key, -1) for key in late_terms(name, truth))), -told, -told)
        value = _part(lines[QUARTERS.index(name[3])], name[1], name[2])
        if value is not None:
            yield Sentence(((name, 1),), value, value)
    for at in range(size):
        for module in modules:
            for until in range(at + 1):
                yield _difference(
                    _held(truth, "enrolled", module, until, at), _held(truth, "completed", module, until, at)
                )
            for quarter in range(at):
                for kind in KINDS:
                    key = (f"late-{kind}", module, QUARTERS[quarter], QUARTERS[at])
                    yield Sentence((((kind, "KH", module, QUARTERS[quarter]), 1), (key, 1)), 0, MANY)
                    before = (f"late-{kind}", module, QUARTERS[quarter], QUARTERS[at - 1])
                    if only_more:
                        yield Sentence(((key, 1), *(((before, -1),) if before in truth else ())), 0, MANY)
        yield from _known_of_persons(truth, modules, at)
        if only_more and at:
            # Somebody new among the late is so by a late completion.
            done = [key for module in modules for key in late_terms(("", "completed", module, QUARTERS[at]), truth)]
            yield _difference(done, [("late-persons", QUARTERS[at])])


def _known_of_persons(truth: Mapping[Key, int], modules: Sequence[str], at: int) -> Iterator[Sentence]:
    quarter, year, ever = (("persons", "KH", period, QUARTERS[at]) for period in printed_with(QUARTERS[at]))
    for module in (*modules, None):
        done = parts(truth, "completed", "KH", module, QUARTERS[at], QUARTERS[at])
        yield _difference([quarter], done) if module else _difference(done, [quarter])
    before = [("persons", "KH", period, QUARTERS[at - 1]) for period in (QUARTERS[at][:4], "")] if at else []
    year_before = [key for key in before[:1] if key in truth]
    new_in_year = ((year, 1), *((key, -1) for key in year_before))
    new = ((ever, 1), *((key, -1) for key in before[1:]))
    yield Sentence(new, 0, MANY)
    yield Sentence((*new_in_year, *((key, -factor) for key, factor in new)), 0, MANY)
    yield Sentence(((quarter, 1), *((key, -factor) for key, factor in new_in_year)), 0, MANY)
    for until in (at - 1, at) if at else (at,):
        sums = [("persons", "KH", "", QUARTERS[until]), *([("late-persons", QUARTERS[at])] if at else [])]
        done = [_held(truth, "completed", module, until, at) for module in modules]
        yield from (_difference(sums, one) for one in done)
        yield _difference([key for one in done for key in one], sums)
        if until == at:
            yield _difference(sums, [quarter])


def _held(truth: Mapping[Key, int], kind: str, module: str, until: int, at: int) -> list[Key]:
    """What the register holds at a cut-off of the quarters until then."""
    late = [(f"late-{kind}", module, QUARTERS[one], QUARTERS[at]) for one in range(until + 1)]
    return [*((kind, "KH", module, QUARTERS[one]) for one in range(until + 1)), *(key for key in late if key in truth)]


def _difference(more: Sequence[Key], less: Sequence[Key]) -> Sentence:
    return Sentence((*((key, 1) for key in more), *((key, -1) for key in less)), 0, MANY)


def not_told(name: str, quarter: str, *, is_shown: bool) -> Either:
    """Why the correction of a module is not told: there is none, or a part of it is of 1 to 4 people. (Or one
    completion came and another of other length went: then both are nothing.) Or a sum of all time is hidden, and it
    would narrow that.
    """
    keys: list[Key] = [("late-waits", kind, name, quarter) for kind in KINDS]
    few = [{key: bounds} for key in keys for bounds in ((1, 4), (-4, -1))]
    narrows = [{(f"late-{what}", name, quarter): (-MANY, -1)} for what in ("room", "done", "gap")]
    return [dict.fromkeys(keys, (0, 0)), *few, *([] if is_shown else narrows)]


def persons_not_told(country: Country, at: int, shown: Figures) -> Either | None:
    """Why no persons are told: 1 to 4, or nobody; or completions do not account for them; or what is known of all who
    completed something would be broken. Or readers know already that a few are new: then it says nothing (None).
    """
    told = corrections.sums_of(country.lines[: at + 1])
    late = {name: line[1] for name, line in told.modules.items()}
    modules = sorted({*late, *(name for column in country.columns[:at] for name in column.modules)})
    ever = shown.persons.get("", Cell(0)).value
    if ever is None or not all(corrections.is_shown(shown, name) for name in (*modules, None)):
        return None
    done = {name: shown.completed.get((name, ""), Cell(0)).value or 0 for name in modules}
    now = [count + late.get(name, 0) for name, count in done.items()]
    held = ever + told.persons
    if 0 < max(now, default=0) - held < 5 or 0 < held - sum(now) < 5:
        return None
    of_all, key = sum(late.values()), ("late-waits", "persons", "", QUARTERS[at])
    most, least = max(0, of_all) - told.persons, min(0, of_all) - told.persons
    ends = (most, sum(now) - held), (least, max(now, default=0) - held)
    return [
        {key: (-4, 4)}, *({key: (end + 1, MANY)} for end in ends[0]), *({key: (-MANY, end - 1)} for end in ends[1])
    ]  # fmt: skip


def narrowing(truth: Mapping[Key, int], modules: Sequence[str], size: int) -> Iterator[tuple[Key, dict[Key, int]]]:
    """What decides whether a line narrows a hidden sum: enrolled less completed, of fixed ones and of late ones."""
    for at in range(1, size):
        for name in modules:
            late = {kind: late_terms(("", kind, name, QUARTERS[at]), truth) for kind in KINDS}
            fixed = {kind: parts(truth, kind, "KH", name, "", QUARTERS[at - 1]) for kind in KINDS}
            yield ("late-done", name, QUARTERS[at]), dict.fromkeys(late["completed"], 1)
            for what, of in (("gap", late), ("room", fixed)):
                signs = {**dict.fromkeys(of["enrolled"], 1), **dict.fromkeys(of["completed"], -1)}
                yield (f"late-{what}", name, QUARTERS[at]), signs


def attack(country: Country, *, only_more: bool = False) -> Attack:
    modules = sorted({key[2] for key in country.truth if key[0] in KINDS})
    blank = blanks("KH", country.said)
    # Whoever completed something only after a late completion is no new person: such a sum may be nobody.
    cells = {name: cell for name, cell in everything(country).items() if name[1] != "persons" or cell.mark != WITHHELD}
    sentences = [
        *told_cells(cells, country.truth, blank),
        *known_of_late(country.truth, country.lines, modules, only_more=only_more),
    ]
    shown: list[Figures] = [deciding.together(country.said[: at + 1]) for at in range(len(country.said))]
    eithers = [
        not_told(module, QUARTERS[at], is_shown=corrections.is_shown(shown[at - 1], module))
        for at, line in enumerate(country.lines) if at
        for module in modules if module not in line.modules
    ]  # fmt: skip
    persons = (
        persons_not_told(country, at, shown[at - 1])
        for at, line in enumerate(country.lines) if at and not line.persons
    )  # fmt: skip
    return Attack(sentences, country.truth, [*eithers, *(one for one in persons if one is not None)])


def everything(country: Country) -> Cells:
    return everything_said(country.columns, country.said)


def found(country: Country, *, only_more: bool = False) -> list[Key]:
    """Hidden figures, and late entries that wait, that have only one possible value."""
    against = attack(country, only_more=only_more)
    given = []
    for (_, kind, module, period, until), cell in everything(country).items():
        if cell.value is None and kind != "minutes":
            terms = parts(country.truth, kind, "KH", module, period, until)
            if against.is_in_span(terms) or against.only_value(terms):
                given.append((kind, module or "", period, until))
    for name, value in country.truth.items():
        if name[0] == "late-waits" and 0 < abs(value) < 5 and against.only_value([name], least=-MANY):
            given.append(name)
    return given
