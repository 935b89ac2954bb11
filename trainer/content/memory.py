"""Translation memory: what was translated before, found again by the same or nearly the same source.

Each catalog gives one `Pages`, made once and kept; a question is asked of all of them. Near means words in common, in
their order: the index of word pairs finds few candidates, and only those are compared letter by letter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from heapq import nlargest
from typing import NamedTuple

from trainer.content import po
from trainer.content.frozen import fits
from trainer.content.reviews import SECOND, is_draft, review_of
from trainer.content.translation import reviewed_by
from trainer.content.workbench import Edit, State

NEAR = 0.6
"""Likeness below which a suggestion costs more time than it saves."""
MOST_CANDIDATES = 20
"""Of each catalog, compared letter by letter."""
COMMON = 200
"""Passages that share a pair of words, above which the pair tells nothing."""
_WORD = re.compile(r"\w+")


class Kept(NamedTuple):
    source: str
    text: str
    context: str
    state: State


class Pages(NamedTuple):
    """What one catalog remembers, or the edits over it: apart, so that a save does not make the catalog's anew."""

    module: str
    """Slug."""
    title: str
    kept: tuple[Kept, ...]
    exact: Mapping[str, tuple[int, ...]]
    """Source → places in `kept`."""
    pairs: Mapping[str, tuple[int, ...]]
    """Word pair → places in `kept`."""
    replaced: frozenset[tuple[str, str]] = frozenset()
    """Of edits: the messages (context, source) whose words in the catalog are not to be offered any more."""


class Match(NamedTuple):
    module: str
    """Slug of the module it was translated in."""
    source: str
    text: str
    context: str
    state: State
    likeness: float
    """From 0 to 1; 1: the very same source."""


def pages(module: str, title: str, catalog: po.Po) -> Pages:
    """Everything translated in a catalog, each with the source it was made from.

    The module itself is not needed: what it no longer says is worth remembering, too.
    """
    signed = reviewed_by(catalog.head)[0] is not None
    return _indexed(
        module,
        title,
        [Kept(one.base, one.text, one.context, _state(one, signed)) for one in catalog.entries if one.text.strip()],
    )


def pages_of_edits(module: str, title: str, edits: Sequence[Edit]) -> Pages:
    """The same of what waits to be published over the catalog."""
    kept = [Kept(one.source, one.text, one.context, _state_of(one)) for one in edits if one.text]
    return _indexed(module, title, kept)._replace(replaced=frozenset((one.context, one.source) for one in edits))


def _indexed(module: str, title: str, kept: list[Kept]) -> Pages:
    exact: dict[str, list[int]] = {}
    pairs: dict[str, list[int]] = {}
    for at, one in enumerate(kept):
        exact.setdefault(one.source, []).append(at)
        for pair in _pairs(one.source):
            pairs.setdefault(pair, []).append(at)
    return Pages(module, title, tuple(kept), _frozen(exact), _frozen(pairs))


def _state_of(edit: Edit) -> State:
    return "reviewed" if edit.reviewed_by else "second" if edit.state == "second" else "draft"


def _state(entry: po.Entry, signed: bool) -> State:
    if is_draft(entry.notes):
        return "second" if SECOND in entry.notes else "draft"
    return "reviewed" if signed or review_of(entry.notes) is not None else "draft"


def ask(
    known: Sequence[Pages], source: str, *, leave_out: tuple[str, str] = ("", ""), most: int = 5
) -> tuple[Match, ...]:
    """The best matches for `source`, the same text once. `leave_out`: module and context of the passage that asks."""
    found: dict[str, Match] = {}
    replaced = {one.module: one.replaced for one in known if one.replaced}
    for one in known:
        gone = frozenset[tuple[str, str]]() if one.replaced else replaced.get(one.module, frozenset())
        for at in _candidates(one, source):
            entry = one.kept[at]
            is_own = (one.module, entry.context) == leave_out and entry.source == source
            if is_own or (entry.context, entry.source) in gone:
                continue
            likeness = 1.0 if entry.source == source else _likeness(entry.source, source)
            match = Match(one.module, entry.source, entry.text, entry.context, entry.state, likeness)
            if likeness >= NEAR and (entry.text not in found or _rank(match) > _rank(found[entry.text])):
                found[entry.text] = match
    return tuple(nlargest(most, found.values(), key=_rank))


def is_ready(match: Match, source: str) -> bool:
    """Could it be saved for `source` as it stands?"""
    return fits(source, match.text)


def _rank(match: Match) -> tuple[float, bool]:
    return match.likeness, match.state == "reviewed"


def _candidates(one: Pages, source: str) -> Sequence[int]:
    votes: Counter[int] = Counter()
    for pair in _pairs(source):
        places = one.pairs.get(pair, ())
        if len(places) <= COMMON:
            votes.update(places)
    near = [at for at, _ in votes.most_common(MOST_CANDIDATES)]
    return [*one.exact.get(source, ()), *near]


def _pairs(source: str) -> set[str]:
    """Neighbouring words; a single word is a pair with nothing."""
    words = _WORD.findall(source.casefold())
    return {f"{a} {b}" for a, b in zip(["", *words], [*words, ""], strict=True)}


def _likeness(older: str, newer: str) -> float:
    compare = SequenceMatcher(None, _WORD.findall(older.casefold()), _WORD.findall(newer.casefold()), autojunk=False)
    return min(compare.ratio(), 0.99)


def _frozen(index: Mapping[str, Iterable[int]]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(places) for key, places in index.items()}
