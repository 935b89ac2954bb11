"""Lists in the order that readers of a language look things up in.

The Unicode Collation Algorithm's own order is right for most of our scripts; where a language takes a letter for
another one, its alphabet stands here. Chinese stands in the order of the code points, by radical and strokes as far as
Unicode keeps to them; an order by pinyin would need a dictionary.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

Key = tuple[object, ...]
Place = tuple[int, str]
"""Of a letter: its number in the alphabet; for others, what orders them among themselves."""

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz"
VIETNAMESE_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Grave, hook, tilde, acute, dot below: the order of dictionaries, after no tone."""
FILIPINO = "abcdefghijklmnñopqrstuvwxyz"


def sort_key(text: str, tag: str) -> Key:
    """Sorting by it puts names and terms in the order of the language `tag`; case and marks decide last."""
    alphabet = _ALPHABETS.get(tag)
    return (alphabet(text) if alphabet else _weights(text), text)


LONGEST_STORED = 400
"""Bytes of a stored key; names that are equal so far stand in any order."""


def stored_key(text: str, tag: str) -> bytes:
    """`sort_key` as bytes that a database compares: the same order, but for case and for very long texts."""
    if tag not in _ALPHABETS:
        return b"".join(int.to_bytes(weight, 2) for weight in _weights(text))[:LONGEST_STORED]
    letters, tones = _vietnamese(text) if tag == "vi" else (_filipino(text), ())
    # A word that ends comes before one that goes on: no place is written as 0.
    first = b"".join(bytes([place + 1]) + other.encode() for place, other in letters)
    return (first + b"\0" + bytes(tones))[:LONGEST_STORED]


@lru_cache(maxsize=20_000)
def _weights(text: str) -> tuple[int, ...]:
    return tuple(_collator().sort_key(unicodedata.normalize("NFC", text)))


@cache
def _collator():  # type: ignore[no-untyped-def]  # pyuca has no types
    # Reading its table takes a quarter of a second, which most processes never need.
    from pyuca import Collator

    return Collator()


@lru_cache(maxsize=20_000)
def _vietnamese(text: str) -> tuple[tuple[Place, ...], tuple[int, ...]]:
    """Letters first, over the whole text; then tones."""
    letters: list[Place] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((VIETNAMESE_TONES.index(mark) + 1 for mark in parts if mark in VIETNAMESE_TONES), 0)
        letter = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in VIETNAMESE_TONES))
        letters.append(_place(letter, VIETNAMESE))
        tones.append(tone)
    return (tuple(letters), tuple(tones))


@lru_cache(maxsize=20_000)
def _filipino(text: str) -> tuple[Place, ...]:
    bare = unicodedata.normalize("NFC", text.casefold())
    return tuple(_place(char if char == "ñ" else unicodedata.normalize("NFD", char)[:1], FILIPINO) for char in bare)


def _place(letter: str, alphabet: str) -> Place:
    """Spaces and signs before the alphabet, other letters after it."""
    if letter in alphabet:
        return (alphabet.index(letter) + 1, "")
    return (0, letter) if not letter.isalpha() else (len(alphabet) + 1, letter)


_ALPHABETS: dict[str, Callable[[str], Key]] = {"vi": _vietnamese, "fil": _filipino}
