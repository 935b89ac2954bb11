"""What changed from one sentence to another, word by word, for people who translate or review it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST = 4_000
"""Words of both together that are compared one by one; beyond it, all is called changed."""


class Piece(NamedTuple):
    kind: Literal["same", "new", "gone"]
    text: str


def changes(older: str, newer: str) -> tuple[Piece, ...]:
    """The pieces of both texts in the order of reading: what went stands before what came."""
    mine, yours = _WORDS.findall(older), _WORDS.findall(newer)
    if len(mine) + len(yours) > LONGEST:
        return Piece("gone", older), Piece("new", newer)
    pieces: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, mine, yours, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(mine[a:b])))
            continue
        pieces += [Piece("gone", "".join(mine[a:b]))] if a < b else []
        pieces += [Piece("new", "".join(yours[c:d]))] if c < d else []
    return tuple(pieces)
