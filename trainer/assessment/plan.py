"""Which questions an attempt asks, and in which order it shows them and their choices.

Everything follows from the seed by SHA-256, so that an attempt can be rebuilt on any machine and Python version, and
no order of the source that gives away the key is ever shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from trainer.content.model import Item, Scenario, Unit


class Planned(NamedTuple):
    """One question of an attempt."""

    item: Item
    order: tuple[int, ...]
    """Presented position → source index: of the options, of the right cells of `match`, of the items of `order`.
    Empty for types without."""
    gaps: tuple[tuple[int, ...], ...] = ()
    """The same for the choices of each gap; empty for a gap to write in."""


def plan(unit: Unit, seed: str, form: str | None = None) -> tuple[Planned, ...]:
    """The questions of one attempt, in the order they are asked; the same seed always gives the same plan.

    `form` chooses the questions of one form of a test. Questions of one `set` are drawn and asked together.
    """
    chosen = [item for item in unit.items if form is None or item.form in (None, form)]
    groups = _grouped(chosen)
    if unit.draw is not None and unit.draw < len(chosen):
        groups = _drawn(groups, unit.draw, seed)
    if unit.shuffle:
        groups = [groups[at] for at in _shuffled([group[0].id for group in groups], seed, "questions")]
    return tuple(_present(item, seed, unit.shuffle) for group in groups for item in group)


def present(item: Item, seed: str, *, shuffle: bool) -> Planned:
    """One question by itself, such as one inside a lesson."""
    return _present(item, seed, shuffle)


def _grouped(chosen: Sequence[Item]) -> list[list[Item]]:
    """Questions of one set together, at the place of the first."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in chosen:
        groups.setdefault(("set", item.set) if item.set else ("item", item.id), []).append(item)
    return list(groups.values())


def _drawn(groups: list[list[Item]], draw: int, seed: str) -> list[list[Item]]:
    """At most `draw` questions, the pools taking turns, so that each has its share. Keeps the order of the source."""
    pools: dict[str, list[int]] = {}
    for at in _shuffled([group[0].id for group in groups], seed, "draw"):
        pools.setdefault(groups[at][0].pool or "", []).append(at)
    turns = [pools[name] for name in sorted(pools, key=lambda name: _hash(seed, "pool", name))]
    taken: list[int] = []
    left = draw
    while any(turns):
        for waiting in turns:
            while waiting:
                at = waiting.pop(0)
                if len(groups[at]) <= left:
                    left -= len(groups[at])
                    taken.append(at)
                    break
    return [groups[at] for at in sorted(taken)]


def _present(item: Item, seed: str, shuffle: bool) -> Planned:
    if isinstance(item, Scenario):
        return Planned(item, ())
    if item.type == "match":
        return Planned(item, _permuted(len(item.right), seed, item.id))
    if item.type == "order":
        return Planned(item, _disordered(_permuted(len(item.options), seed, item.id)))
    if item.type == "gap":
        # The right choice usually stands first in the source.
        gaps = tuple(_permuted(len(gap.choices), seed, f"{item.id}/{at}") for at, gap in enumerate(item.gaps))
        return Planned(item, (), gaps)
    if shuffle and item.type in ("single", "multiple"):
        order = _permuted(len(item.options), seed, item.id)
        return Planned(item, tuple(sorted(order, key=lambda at: item.options[at].last and 1 + at)))
    return Planned(item, tuple(range(len(item.options))))


def _disordered(order: tuple[int, ...]) -> tuple[int, ...]:
    """Not the right order, where that leaves a choice."""
    if len(order) >= 3 and list(order) == sorted(order):
        return order[1:] + order[:1]
    return order


# ----------------------------------------------------------------- randomness


def _hash(*parts: str) -> bytes:
    # Length before each part: ("a", "bc") and ("ab", "c") are different.
    joined = b"".join(f"{len(part)}:{part}".encode("utf-8", "surrogatepass") for part in parts)
    return hashlib.sha256(joined).digest()


def _shuffled(keys: Sequence[str], seed: str, purpose: str) -> list[int]:
    """The indices of `keys` in an order that follows from the seed and the keys alone."""
    return sorted(range(len(keys)), key=lambda at: (_hash(seed, purpose, keys[at]), at))


def _permuted(count: int, seed: str, ident: str) -> tuple[int, ...]:
    return tuple(_shuffled([f"{ident}/{at}" for at in range(count)], seed, "options"))


# ---------------------------------------------------------------------- forms


def assign_form(forms: Sequence[str], key: str) -> str | None:
    """The form of the first test for `key` (a person and a module); each form is as likely. None without forms."""
    if not forms:
        return None
    return forms[int.from_bytes(_hash("form", key)[:8], "big") % len(forms)]


def other_form(forms: Sequence[str], first: str | None) -> str | None:
    """The form of the second test, after `first`; the same one where there is only one."""
    if not forms:
        return None
    at = forms.index(first) if first in forms else -1
    return forms[(at + 1) % len(forms)]
