"""Mixed orders for paper: the same on every printing, and never the order that is the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letter(place: int) -> str:
    """What the choice at this place, from 0, is called: A to Z, then AA, AB, …"""
    turns, at = divmod(place, len(LETTERS))
    return f"{LETTERS[turns - 1] if turns else ''}{LETTERS[at]}"


def order(count: int, seed: str) -> list[int]:
    """Source positions in the order to print. Not the source's own order when there are two or more."""
    keyed = sorted(range(count), key=lambda index: hashlib.sha256(f"{seed}/{index}".encode()).digest())
    if count > 1 and keyed == list(range(count)):
        keyed.append(keyed.pop(0))
    return keyed


def shuffled(values: Sequence[T], seed: str) -> list[T]:
    return [values[index] for index in order(len(values), seed)]
