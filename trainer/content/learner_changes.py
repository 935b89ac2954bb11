"""What a new edition changes for learners: units, passages, questions, rules, pictures.

Modules are compiled in their own language, for no country and with facilitators' notes, as `compiler.check_module`
does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from trainer.content.contexts import unit_of
from trainer.content.inline import words
from trainer.content.model import Item, Module, Unit
from trainer.content.pairing import Pairs, pairs
from trainer.content.revisions import what_changed

What = Literal["changed", "added", "removed"]
MODULE = "module"
"""Stands for the unit where a passage belongs to none: title, summary, introduction."""


class UnitChange(NamedTuple):
    what: Literal["added", "removed", "renamed", "moved"]
    id: str
    title: str
    before: str = ""
    """`renamed`: the older title."""
    passages: int = 0
    """`added`, `removed`: how many came or went with it."""


class PassageChange(NamedTuple):
    what: What
    unit: str
    """Unit id, or `MODULE`."""
    context: str
    old: str
    """Empty where it was added."""
    new: str
    """Empty where it was removed."""


class ItemChange(NamedTuple):
    what: What
    id: str
    unit: str
    title: str
    """The unit's."""
    parts: tuple[str, ...] = ()
    """`changed`: of `words`, `type`, `key`, `options`, `points`, `objective`, `place`, `form`, `rev`."""


class Fact(NamedTuple):
    """A number or rule that is not a passage."""

    name: str
    """Of the front matter: `minutes`, `workshop`, `pass`, `attempts`, `draw`, `shuffle`, `forms`, `lessons`, …"""
    unit: str
    """Title of the unit; empty for the whole module."""
    old: str
    new: str


class ForLearners(NamedTuple):
    units: tuple[UnitChange, ...]
    passages: tuple[PassageChange, ...]
    """Of units that are in both, by unit in the order of the new module; what is gone stands at the end of its unit."""
    items: tuple[ItemChange, ...]
    facts: tuple[Fact, ...]
    pictures: tuple[tuple[What, str], ...]
    """What happened to the file at which path."""
    titles: Mapping[str, str]
    """Unit id → title, of all units of both."""

    @property
    def nothing(self) -> bool:
        return not (self.units or self.passages or self.items or self.facts or self.pictures)


def for_learners(
    old: Module, new: Module, *, old_files: Mapping[str, str], new_files: Mapping[str, str]
) -> ForLearners:
    """`old_files`, `new_files`: path → digest of the file's bytes."""
    titles = {unit.id: words(unit.title.content) for unit in (*old.units, *new.units)}
    both = {MODULE, *({unit.id for unit in old.units} & {unit.id for unit in new.units})}
    passages = _passages(pairs(old.passages, new.passages), new)
    return ForLearners(
        _units(old, new),
        tuple(one for one in passages if one.unit in both),
        tuple(_items(old, new, titles)),
        (*_module_facts(old, new), *_unit_facts(old, new, titles)),
        _pictures(old_files, new_files),
        titles,
    )


def _passages(found: Pairs, new: Module) -> tuple[PassageChange, ...]:
    """In the order of the new module; what is gone stands behind the rest of its unit."""
    order = {(one.context, one.source): at for at, one in enumerate(new.passages)}
    units = {unit: at for at, unit in enumerate([MODULE, *(unit.id for unit in new.units)])}
    last = len(order)

    def place(change: PassageChange) -> tuple[int, int]:
        return units.get(change.unit, len(units)), order.get((change.context, change.new), last)

    made = [PassageChange("changed", unit_of(b.context), b.context, a.source, b.source) for a, b in found.changed]
    made += [PassageChange("added", unit_of(one.context), one.context, "", one.source) for one in found.added]
    made += [PassageChange("removed", unit_of(one.context), one.context, one.source, "") for one in found.removed]
    return tuple(sorted(made, key=place))


# --------------------------------------------------------- units, questions, rules


def _units(old: Module, new: Module) -> tuple[UnitChange, ...]:
    before, after = [unit.id for unit in old.units], [unit.id for unit in new.units]
    older = {unit.id: words(unit.title.content) for unit in old.units}
    newer = {unit.id: words(unit.title.content) for unit in new.units}
    found = [UnitChange("added", one, newer[one], "", _count(new, one)) for one in after if one not in older]
    found += [UnitChange("removed", one, older[one], "", _count(old, one)) for one in before if one not in newer]
    found += [
        UnitChange("renamed", one, newer[one], older[one]) for one in after if older.get(one, newer[one]) != newer[one]
    ]
    kept = [one for one in before if one in newer]
    found += [UnitChange("moved", one, newer[one]) for one in _moved(kept, [one for one in after if one in older])]
    return tuple(found)


def _count(module: Module, unit: str) -> int:
    return len({(one.context, one.source) for one in module.passages if unit_of(one.context) == unit})


def _moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The fewest that have to move to make `after` of `before`."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    stayed = {one for block in matcher.get_matching_blocks() for one in before[block.a : block.a + block.size]}
    return [one for one in after if one not in stayed]


def _items(old: Module, new: Module, titles: Mapping[str, str]) -> Iterator[ItemChange]:
    older = {item.id: (unit, item) for unit in old.units for item in unit.items}
    newer = {item.id: (unit, item) for unit in new.units for item in unit.items}
    for ident, (unit, item) in newer.items():
        if ident not in older:
            yield ItemChange("added", ident, unit.id, titles[unit.id])
        elif parts := tuple(_parts(*older[ident], unit, item, old, new)):
            yield ItemChange("changed", ident, unit.id, titles[unit.id], parts)
    for ident, (unit, _) in older.items():
        if ident not in newer:
            yield ItemChange("removed", ident, unit.id, titles[unit.id])


def _parts(old_unit: Unit, before: Item, unit: Unit, item: Item, old: Module, new: Module) -> Iterator[str]:
    """What of a question is different, as `ItemChange.parts` says it."""
    yield from dict.fromkeys(what_changed(before, item))
    if _words_of(old, old_unit, before) != _words_of(new, unit, item):
        yield "words"
    for name in ("points", "objective", "pool", "form", "set", "rev"):
        if getattr(before, name) != getattr(item, name):
            yield name
    if old_unit.id != unit.id:
        yield "place"


def _words_of(module: Module, unit: Unit, item: Item) -> list[str]:
    prefix = f"{unit.id}/{item.id}/"
    return [one.source for one in module.passages if one.context.startswith(prefix)]


def _module_facts(old: Module, new: Module) -> Iterator[Fact]:
    for name, read in _MODULE_FACTS.items():
        before, after = read(old), read(new)
        if before != after:
            yield Fact(name, "", before, after)


def _unit_facts(old: Module, new: Module, titles: Mapping[str, str]) -> Iterator[Fact]:
    older = {unit.id: unit for unit in old.units}
    for unit in new.units:
        before = older.get(unit.id)
        if before is None:
            continue
        for name, read in _UNIT_FACTS.items():
            if read(before) != read(unit):
                yield Fact(name, titles[unit.id], read(before), read(unit))


def _said(value: object) -> str:
    """A value of the front matter as the author writes it; empty where there is none."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None or value is False else "yes" if value is True else str(value)


_MODULE_FACTS: Mapping[str, Callable[[Module], str]] = {
    "minutes-online": lambda module: _said(module.minutes_online),
    "minutes-workshop": lambda module: _said(module.minutes_workshop),
    "completion-lessons": lambda module: _said(module.completion.lessons),
    "completion-quiz": lambda module: _said(module.completion.quiz),
    "completion-test": lambda module: _said(module.completion.test),
    "requires": lambda module: _said(module.requires),
    "audience": lambda module: _said(module.audience),
    "slots": lambda module: _said(tuple(f"{name} ({'!' if needed else '?'})" for name, needed in module.slots.items())),
}
_UNIT_FACTS: Mapping[str, Callable[[Unit], str]] = {
    "kind": lambda unit: unit.kind,
    "address": lambda unit: unit.slug,
    "minutes": lambda unit: _said(unit.minutes),
    "pass": lambda unit: _said(unit.pass_mark),
    "attempts": lambda unit: _said(unit.attempts),
    "draw": lambda unit: _said(unit.draw),
    "shuffle": lambda unit: _said(unit.shuffle),
    "forms": lambda unit: _said(unit.forms),
}
"""Rules that hold for learners, as they stand in the front matter. Names are for `web.author.publish_words`."""


def _pictures(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[tuple[What, str], ...]:
    return tuple(
        ("added" if path not in old else "removed" if path not in new else "changed", path)
        for path in sorted({*old, *new})
        if path.startswith("media/") and old.get(path) != new.get(path)
    )
