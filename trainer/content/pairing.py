"""Which passage of an edition is which passage of the next one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

from trainer.content.contexts import akin, role_of, unit_of
from trainer.content.model import Passage


class Pairs(NamedTuple):
    """Which passage of the old module is which of the new one."""

    same: tuple[tuple[Passage, Passage], ...]
    """The same words, perhaps at another place of the unit."""
    changed: tuple[tuple[Passage, Passage], ...]
    added: tuple[Passage, ...]
    removed: tuple[Passage, ...]


MOST_TRIES = 20_000
"""Pairs of passages that are looked at word by word; a module rewritten whole is not matched beyond them."""


def pairs(old: Iterable[Passage], new: Iterable[Passage]) -> Pairs:
    """Match passages as catalogs do: the same words in the same unit, or other words of the same kind in their place.

    A message that stands twice is one passage.
    """
    work = _Matching(old, new)
    same = work.take(lambda one: (one.context, one.source))
    same += work.take(lambda one: (unit_of(one.context), one.source))
    changed = work.take(lambda one: one.context, akin_only=True)
    changed += work.take(lambda one: (unit_of(one.context), role_of(one.context)), akin_only=True)
    changed += work.take(lambda one: one.context)
    return Pairs(tuple(same), tuple(changed), tuple(work.fresh), tuple(work.left.values()))


class _Matching:
    """Passages of both modules that have no partner yet."""

    def __init__(self, old: Iterable[Passage], new: Iterable[Passage]) -> None:
        self.left = {(one.context, one.source): one for one in old}
        self.fresh = list({(one.context, one.source): one for one in new}.values())
        self.tries = MOST_TRIES

    def take(self, key: Callable[[Passage], Hashable], *, akin_only: bool = False) -> list[tuple[Passage, Passage]]:
        """Partners with an equal key, in order; `akin_only`: and with half of their words in common."""
        waiting: defaultdict[Hashable, list[Passage]] = defaultdict(list)
        for one in self.left.values():
            waiting[key(one)].append(one)
        found, alone = [], []
        for one in self.fresh:
            partner = next((old for old in waiting[key(one)] if not akin_only or self._akin(old, one)), None)
            if partner is None:
                alone.append(one)
                continue
            waiting[key(one)].remove(partner)
            del self.left[partner.context, partner.source]
            found.append((partner, one))
        self.fresh = alone
        return found

    def _akin(self, old: Passage, new: Passage) -> bool:
        self.tries -= 1
        return self.tries >= 0 and akin(old.source, new.source)
