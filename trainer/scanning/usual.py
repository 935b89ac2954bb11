"""What empty and marked mean on one page: how much empty bubbles differ, and how this person marks elsewhere on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trainer.scanning.ink import Ink, Inks

EMPTY = 0.008
"""Ink up to which a bubble is empty, when the page's spread is small."""
EMPTY_SPREADS = 4.0
"""The same in spreads of the page."""
MARKED = 1.4
"""Times the ink of an empty bubble: below that a mark is faint, unless it is as deep as this person's others."""
ENOUGH_MARKS, USUAL_DEPTH = 4, 0.26
"""Marks of a page from which on they say what is usual; a depth no rubber leaves half of, where there are fewer."""
RUBBED = 0.4
"""Of the depth of the deeper marks: less may be what a rubber left, and says nothing of what is usual."""
NEARLY = 0.75
"""Of the ink that no empty bubble has: a trace."""
GRAIN = 4.0
"""Spreads of depth among empty bubbles: up to that it is none."""
SHALLOW = 0.03
"""The same where empty bubbles hardly differ."""
TRACE, TRACE_LEAST = 0.2, 0.02
"""Of this person's usual depth, and at least: deeper than empty bubbles are, though with little ink."""
RINGED, CLEAN = 16, 0.05
"""Sectors around a bubble, of 24, that are drawn on by a ring; thick strokes that cross do that too, but do not leave
two thirds of the bubble lighter than that."""
ODD = 0.04
"""By how much better a ring is seen when the bubble has been cleaner than others."""
COVERED = -0.1
"""Ink of a bubble in a ring so thick that the ring passes for paper."""
RINGS = 2
"""Rings around bubbles from which on this person may have drawn more of them."""


class Limits(NamedTuple):
    """What empty and marked mean on this page."""

    empty: float
    marked: float
    usual: float
    """Ink of this person's marks."""
    depth: float
    """Their depth."""
    lost: float
    """By how much their rings are seen worse than empty ones."""
    past: float
    """How much of them is past the bubble."""
    shallow: float
    """Depth up to which it is the grain of the picture."""
    trace: float
    """Depth from which on something may be in a row where no mark is seen."""
    around: float
    ringed: float
    rings: float
    is_timid: bool
    """Whether there are traces of marks but hardly a clear one: then empty rows may be full of marks not seen."""
    has_rings: bool
    """Whether this person draws rings around bubbles."""
    is_odd: bool
    """Whether rings are seen better in what is taken for marks than in what is taken for empty: neither is, then."""
    is_known: bool
    """Whether there are marks enough to know this person's hand by."""


def limits_of(found: Inks) -> Limits:
    """Of the page's own bubbles."""
    empty = max(EMPTY, EMPTY_SPREADS * found.spread)
    shallow = max(SHALLOW, GRAIN * found.grain)
    ringed = sum(_is_ringed(one, found.around) for row in found.rows for one in row)
    free = [[one for one in row if not _is_ringed(one, found.around)] for row in found.rows]
    marks = [max(row, key=lambda one: one.amount) for row in free if row]
    traces = sum(one.amount > NEARLY * empty for one in marks)
    marks = [one for one in marks if one.amount > empty and one.depth > shallow]
    clear = sum(one.amount > empty * MARKED for one in marks)
    has_rings = ringed >= RINGS
    is_timid = traces > 1 and clear < max(ENOUGH_MARKS, traces / 2) and not has_rings
    usual = float(np.median([one.amount for one in marks])) if marks else 0.0
    depth = _usual_depth([one.depth for one in marks]) if marks else 0.0
    lost = found.rings - float(np.median([one.ring for one in marks])) if marks else 1.0
    past = float(np.median([past_of(one) for one in marks])) if marks else 0.0
    trace = max(TRACE_LEAST, GRAIN * found.grain, TRACE * depth)
    is_odd = len(marks) >= ENOUGH_MARKS and lost < -ODD
    if len(marks) < ENOUGH_MARKS:  # too few to know this person's hand by
        depth, lost, past, trace = max(depth, USUAL_DEPTH), 1.0, 0.0, shallow
    return Limits(
        empty, empty * MARKED, usual, depth, lost, past, shallow, trace,
        around=found.around, ringed=found.ringed, rings=found.rings,
        is_timid=is_timid, has_rings=has_rings, is_odd=is_odd, is_known=len(marks) >= ENOUGH_MARKS,
    )  # fmt: skip


def _usual_depth(depths: Sequence[float]) -> float:
    """The median of all that a rubber cannot have left of the deeper ones: many marks of a page may be rubbed out."""
    least = RUBBED * float(np.quantile(depths, 0.75))
    return float(np.median([one for one in depths if one >= least]))


def _is_ringed(one: Ink, limit: float) -> bool:
    return one.amount < COVERED or (one.body < CLEAN and drawn_around(one, limit) >= RINGED)


def drawn_around(one: Ink, limit: float) -> int:
    """Sectors around a bubble that something is drawn on."""
    return int((one.around > limit).sum())


def past_of(one: Ink) -> float:
    """How much of a mark is past the bubble."""
    return float(one.far.mean()) / max(one.depth, 0.1)
