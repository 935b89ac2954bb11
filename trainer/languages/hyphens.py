"""Where a long word may be divided at the end of a line: pyphen's patterns, with restraint.

Names, addresses, numbers, abbreviations and what has a hyphen already stay whole.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyphen import Pyphen

LONG = 7
"""Letters of the shortest word that is divided."""
BEFORE, AFTER = 2, 3
"""Letters that at least stand before and after the hyphen."""

_WORD = re.compile(rf"[^\w-]*([^\W\d_]{{{LONG},}})[^\w-]*")


@lru_cache(maxsize=8192)
def hyphen_places(piece: str, patterns: str) -> tuple[int, ...]:
    """Offsets in `piece`, a word with the signs around it, before which a hyphen may be put.

    `patterns`: name of a pyphen dictionary, as in `Language.hyphens`. A word with a capital letter may be a name.
    """
    found = _WORD.fullmatch(piece)
    if found is None or not found[1].islower():
        return ()
    return tuple(found.start(1) + int(place) for place in _patterns(patterns).positions(found[1]))


@cache
def _patterns(name: str) -> Pyphen:
    from pyphen import Pyphen  # read when the first word asks for it: most documents divide none

    return Pyphen(lang=name, left=BEFORE, right=AFTER)
