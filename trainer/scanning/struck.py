"""Whether a mark was crossed out: by its strokes past the bubble, and by what crosses and full marks look like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trainer.scanning.arrays import Numbers
from trainer.scanning.ink import ARMS, Ink
from trainer.scanning.usual import Limits, past_of
from trainer.sheets.layout import Shape

STRUCK_DEPTH, STRUCK_FLOOR = 0.1, 0.05
"""How dark a stroke is past the bubble, against the mark's depth; the most that grain on the paper can ask for."""
STRUCK_LINES, STRUCK_WIDE = 3, 7
"""Strokes that go past on both sides: a cross has two, a full mark none. With so many it is crossed out, or with so
many sectors of the 12 on one side, where thick strokes run together."""
LEVEL, UPRIGHT = (0, 11), (5, 6)
"""The sectors of a level stroke, which no cross has; of an upright one, where rings of digits stand close: twice as
dark."""
STRUCK_INK = 1.9
"""Times this person's usual ink: as much as two marks in one place, with a level stroke."""
STRUCK_BODY, STRUCK_PAST = 0.5, 0.05
"""Body of a full mark against its depth, and how much more of it is past the bubble than usual."""
STRUCK_CROSSED = (0.8, 1.03, 0.1)
"""Body, ink and what is past, each like above, of a full mark with a cross over it; crosses of thick pens have less."""
STRUCK_HOLLOW = 0.25
"""The lightest tenth of a bubble, against the depth, that has more ink in it than any cross."""
ARM, ARM_FLOOR, ARM_DEPTH = 0.4, 1.5, 0.2
"""How dark an arm, a stroke past the bubble, is against the mark's depth, and against what is drawn on at all; the
least depth of a mark whose arms can be told from grain."""
ARMS_CROSSED, ARMS_FULL = 5, 6
"""Arms: a cross has four, one that is crossed out more. The brim of a full mark can look like some."""
FULL = 0.6
"""The lightest tenth of a full mark, against its depth."""
FULL_PAST = 0.25
"""How dark a stroke past a full mark is, against its depth; the brim of one that is sloppy is lighter."""
ARM_LEVEL, ARMS_INK = 17, 1.2
"""Degrees from level; ink of a crossed-out mark with four arms, one of them level, against this person's usual."""
MERGED, MERGED_WIDE = 1.7, 7
"""The wider of two strokes against the other, and its sectors on both sides, when it must be two."""
THIN_ARM, THIN_BODY, THIN_INK = 2, 0.45, 1.1
"""Sectors of a thin arm; body, against depth, of a bubble that thin strokes alone do not fill; its ink against this
person's usual, so that crosses of a thick pen that hardly reach past are not meant."""
ALIKE, ALIKE_INK = 1.4, 1.02
"""Strokes of one pen are about equally wide, two that run together wider; ink of a cross against this person's."""


def is_struck(one: Ink, shape: Shape, limits: Limits) -> bool:
    """Whether more strokes go through the bubble and past it than a mark has."""
    depth = max(one.depth, 0.1)
    arms = _arms(one, limits)
    is_full = one.hollow > FULL * depth
    if len(arms) >= (ARMS_FULL if is_full and shape == "circle" else ARMS_CROSSED):
        return True
    share, past = one.amount / max(limits.usual, limits.empty), past_of(one) - limits.past
    if not is_full and len(arms) == 4 and _is_more_than_cross(one, arms, share):
        return True
    through = _through(one, max(STRUCK_DEPTH * depth, min(limits.around, STRUCK_FLOOR)))
    lines = _runs(through)
    if lines >= STRUCK_LINES or through.sum() >= STRUCK_WIDE:
        return True
    is_level = bool(through[list(LEVEL)].any())
    if lines == 2:
        if is_level:
            return not _is_cross(one, arms, share)
        if is_full and _runs(_through(one, FULL_PAST * depth)) == 2:
            return True
        body, more, further = STRUCK_CROSSED
        return one.hollow > STRUCK_HOLLOW * depth and one.body > body * depth and share > more and past > further
    if not is_level or past <= STRUCK_PAST / 2:
        return False
    return share > STRUCK_INK or (one.body > STRUCK_BODY * depth and past > STRUCK_PAST)


def _through(one: Ink, least: float) -> Numbers:
    """Of the sectors of one half: whether a stroke that dark goes past the bubble there and on the other side."""
    half = len(one.far) // 2
    both = np.minimum(one.far[:half], one.far[half:])
    both[list(UPRIGHT)] /= 2
    return np.asarray(both > least)


def _runs(sectors: Numbers) -> int:
    """Groups of sectors beside each other, in a circle."""
    return int((sectors & ~np.roll(sectors, 1)).sum())


class _Arm(NamedTuple):
    """A stroke that leaves the bubble."""

    turn: float
    """Degrees from level, -90 to 90, whichever side it is on."""
    is_right: bool
    wide: int
    """Sectors."""


def _arms(one: Ink, limits: Limits) -> list[_Arm]:
    """In the order of a clock, from the left."""
    if one.depth <= ARM_DEPTH:
        return []
    dark = one.arms > max(ARM * one.depth, ARM_FLOOR * limits.around)
    arms = []
    for start in np.flatnonzero(dark & ~np.roll(dark, 1)).tolist():
        sectors = np.arange(start, start + ARMS)
        sectors = sectors[: int(np.argmin(dark[sectors % ARMS]))]
        middle = float(np.average(sectors, weights=one.arms[sectors % ARMS])) + 0.5
        turn = (middle * 360 / ARMS + 180) % 360 - 180  # 0 on the left
        is_right = abs(turn) > 90
        arms.append(_Arm((turn + 270) % 180 - 90 if is_right else turn, is_right, len(sectors)))
    return arms


def _is_level(arms: Sequence[_Arm]) -> bool:
    """Whether there is a level arm on both sides."""
    level = {arm.is_right for arm in arms if abs(arm.turn) < ARM_LEVEL}
    return len(level) == 2


def _pairs(arms: Sequence[_Arm]) -> tuple[int, int]:
    """Of four arms: sectors of the narrower stroke, and of the wider."""
    one, two = arms[0].wide + arms[2].wide, arms[1].wide + arms[3].wide
    return min(one, two), max(one, two)


def _is_more_than_cross(one: Ink, arms: Sequence[_Arm], share: float) -> bool:
    """Whether four arms are of more than two strokes: one level, one too wide, or ink that thin ones do not explain."""
    is_thin = max(arm.wide for arm in arms) <= THIN_ARM
    if is_thin and share > THIN_INK and one.body > THIN_BODY * one.depth:
        return True
    return share > ARMS_INK and (_is_level(arms) or _is_merged(arms))


def _is_merged(arms: Sequence[_Arm]) -> bool:
    """Whether one of two strokes is so much wider that it must be two that run together."""
    narrow, wide = _pairs(arms)
    return wide >= MERGED_WIDE and wide > MERGED * narrow


def _is_cross(one: Ink, arms: Sequence[_Arm], share: float) -> bool:
    """Whether two strokes are no more than a tilted cross: equally wide, and with no more ink than others."""
    if len(arms) != 4 or one.hollow > STRUCK_HOLLOW * one.depth:
        return False
    narrow, wide = _pairs(arms)
    return share < ALIKE_INK and wide < ALIKE * narrow
