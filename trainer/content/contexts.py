"""The contexts of messages, `unit/section/role.index`, and whether a text is another one reworded."""

from __future__ import annotations

import re
from collections import Counter

_KEY = frozenset({"prompt", "option", "choice", "answer", "left", "right", "distractor"})


def unit_of(context: str) -> str:
    """The unit a context belongs to: what stands before its first `/`."""
    return context.partition("/")[0]


def role_of(context: str) -> str:
    """The role in a context: `look/q-elem/option.2` → `option`."""
    return context.rpartition("/")[2].partition(".")[0]


def is_key(context: str) -> bool:
    """Whether the words decide which answer is right: what is asked, options, choices, accepted answers, pairs."""
    return role_of(context) in _KEY


def akin(older: str, newer: str) -> bool:
    """Whether `newer` is `older` reworded rather than another text in its place.

    Contexts count passages, so a paragraph put in front moves every later one by a place. Half of the words in common
    tells the two apart; an old translation of something else would be worse than the source.
    """
    mine, yours = Counter(_words(older)), Counter(_words(newer))
    return 4 * (mine & yours).total() >= mine.total() + yours.total()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
