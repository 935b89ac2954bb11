"""What the compiler calls the rules of a module, in words for people."""

from __future__ import annotations

from typing import NamedTuple

from trainer.content.changes import ForLanguage
from trainer.content.diffs import Piece
from trainer.content.diffs import words as by_words
from trainer.content.inline import words
from trainer.content.learner_changes import MODULE, ForLearners, PassageChange
from trainer.content.model import Module, Passage
from trainer.vocabulary import N_

FACTS: dict[str, str] = {
    "minutes-online": N_("Minutes online"),
    "minutes-workshop": N_("Minutes in a workshop"),
    "completion-lessons": N_("Lessons needed to complete the module"),
    "completion-quiz": N_("Percent needed in the quiz to complete the module"),
    "completion-test": N_("Percent needed in the test to complete the module"),
    "requires": N_("Modules to finish before"),
    "audience": N_("For whom it is"),
    "slots": N_("Slots that countries fill"),
    "kind": N_("Kind of unit"),
    "address": N_("Address of the unit"),
    "minutes": N_("Minutes"),
    "pass": N_("Percent needed to pass"),
    "attempts": N_("Number of attempts"),
    "draw": N_("Number of questions drawn"),
    "shuffle": N_("Questions and options in changing order"),
    "forms": N_("Forms of the test"),
}
"""Name of a `Fact` → its label."""

PARTS: dict[str, str] = {
    "words": N_("words"),
    "type": N_("type of question"),
    "key": N_("which answer is right"),
    "options": N_("options"),
    "points": N_("points"),
    "objective": N_("objective"),
    "pool": N_("pool"),
    "form": N_("form of the test"),
    "set": N_("set"),
    "rev": N_("revision"),
    "place": N_("unit it stands in"),
}
"""What of a question changed."""

FIRST = 20
"""Passages that are shown before "Show all"."""


class Group(NamedTuple):
    """The changed passages of one unit."""

    unit: str
    """Unit id; `MODULE` for what stands in no unit."""
    title: str
    passages: tuple[tuple[PassageChange, tuple[Piece, ...]], ...]


def grouped(changes: ForLearners, most: int | None) -> list[Group]:
    """The first `most` changed passages by unit (None: all), each with its words compared."""
    groups: dict[str, list[tuple[PassageChange, tuple[Piece, ...]]]] = {}
    for one in changes.passages[:most]:
        groups.setdefault(one.unit, []).append((one, by_words(one.old, one.new)))
    return [Group(unit, changes.titles.get(unit, ""), tuple(held)) for unit, held in groups.items()]


class Alike(NamedTuple):
    """Languages for which a new edition means the same."""

    locales: tuple[str, ...]
    kinds: tuple[tuple[str, tuple[Passage, ...]], ...]
    """Heading → passages of which it is true; none is empty."""


KINDS = (
    ("stale", N_("Become out of date")),
    ("fresh", N_("New to translate")),
    ("dropped", N_("Gone, with their translation")),
)
"""Field of a `ForLanguage` → its heading."""


def alike(languages: tuple[ForLanguage, ...]) -> list[Alike]:
    """Most languages are equally far: what changes for them is listed once."""
    groups: dict[object, list[ForLanguage]] = {}
    for one in languages:
        if one.stale or one.fresh or one.dropped:
            key = tuple(tuple((p.context, p.source) for p in getattr(one, name)) for name, _ in KINDS)
            groups.setdefault(key, []).append(one)
    return [
        Alike(
            tuple(one.locale for one in held),
            tuple((label, getattr(held[0], name)) for name, label in KINDS if getattr(held[0], name)),
        )
        for held in groups.values()
    ]


def unit_titles(module: Module | None) -> dict[str, str]:
    """Unit id → title, in the module's own language; the module itself too."""
    if module is None:
        return {}
    return {MODULE: words(module.title.content), **{unit.id: words(unit.title.content) for unit in module.units}}
