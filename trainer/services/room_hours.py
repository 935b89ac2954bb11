"""Planned hours beside completions tell how many learned in a room, where a module has others for it.

Whoever knows what a module takes alone and in a room divides. So hours are told only where nobody or 5 people or more
learned in a room, and nobody or 5 or more did not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from trainer.services.figures import Measures, sum_of
from trainer.services.suppression import SMALLEST_SHOWN

ROOM = "workshop"
"""The mode whose planned minutes may be others than those of the rest."""
Modes = Mapping[str, Measures]
"""Mode → what is counted of a module in it."""


class Lengths(NamedTuple):
    """Planned minutes of a module, as completions have shown them; several where an edition has changed them."""

    alone: frozenset[int] = frozenset()
    room: frozenset[int] = frozenset()


UNKNOWN = Lengths()


def untold(of: Mapping[str, Modes]) -> frozenset[str]:
    """Modules whose hours would tell of 1 to 4 people. `of`: what is counted of each in one quarter."""
    return frozenset(module for module, modes in of.items() if _tells(modes))


def _tells(modes: Modes) -> bool:
    every, room = sum_of(modes.values()), modes.get(ROOM, Measures())
    is_alike = room.minutes * every.completed == every.minutes * room.completed
    return not is_alike and _is_few_of(room.completed, every.completed - room.completed)


def may_change(modes: Modes) -> tuple[bool, bool]:
    """Could one completion more, or one fewer, have been in a room, for all that is said of a module's hours?"""
    rooms = modes.get(ROOM, Measures()).completed
    others = sum_of(modes.values()).completed - rooms
    is_free = _tells(modes)
    return is_free and _is_few_of(rooms + 1, others - 1), is_free and _is_few_of(rooms - 1, others + 1)


def lengths(counted: Iterable[Mapping[str, Mapping[str, Sequence[int]]]]) -> dict[str, Lengths]:
    """`counted`: for each quarter, module → mode → enrolled, completed, planned minutes, and perhaps more."""
    found: dict[str, Lengths] = {}
    for of in counted:
        for module, modes in of.items():
            for mode, (_, completed, minutes, *_) in modes.items():
                if completed and minutes % completed == 0:
                    alone, room = found.get(module, UNKNOWN)
                    one = frozenset({minutes // completed})
                    found[module] = Lengths(alone, room | one) if mode == ROOM else Lengths(alone | one, room)
    return found


def may_be_told(known: Lengths, completed: int, minutes: int) -> bool:
    """Of a difference between two moments: could these minutes be read as of 1 to 4 people in a room, or alone?"""
    return not any(
        _is_few_of(rooms, completed - rooms)
        for alone in known.alone for room in known.room.difference(known.alone)
        for rooms, odd in [divmod(minutes - alone * completed, room - alone)] if not odd
    )  # fmt: skip


def may_be_told_of_groups(of: Modes, shown: Collection[str], modes: Modes) -> bool:
    """May hours of some groups of a module be told beside their completions? Not where 1 to 4 learned in a room, or
    did not, in one of them or in what is left.

    `of`: group → what is counted of it; `shown`: those that are printed.
    """
    every, room = sum_of(of.values()), modes.get(ROOM, Measures())
    if room.minutes * every.completed == every.minutes * room.completed:
        return all(row.minutes * every.completed == every.minutes * row.completed for row in of.values())
    apart, count = every.minutes - room.minutes, every.completed - room.completed
    if not (room.completed and count and room.minutes % room.completed == 0 and apart % count == 0):
        return False
    in_room, alone = room.minutes // room.completed, apart // count
    left = sum_of(row for group, row in of.items() if group not in shown)
    for row in (left, *(of[group] for group in shown)):
        rooms, odd = divmod(row.minutes - alone * row.completed, in_room - alone)
        if odd or _is_few_of(rooms, row.completed - rooms):
            return False
    return True


def _is_few_of(*counts: int) -> bool:
    return any(map(_is_few, counts))


def _is_few(count: int) -> bool:
    return 0 < abs(count) < SMALLEST_SHOWN
