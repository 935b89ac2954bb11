"""What a directory of people needs beside each name: a text to search in, and a key that puts names in order.

Both are made from what the row says and are nothing one could not work out from it. They are made where the row is
written, whoever writes it (`models.Person`). So are the parts of both names (`models.NamePart`), an index for what
stands anywhere in them: what is in a name begins one of its parts.
"""

from __future__ import annotations

import unicodedata

from trainer.languages.collation import stored_key
from trainer.languages.folding import name_form

ALPHABET = {"PH": "fil", "VN": "vi"}
"""Countries whose alphabet differs from the common order."""
SHORTEST_PART, LONGEST_PART = 2, 6
"""Letters. What is shorter is in many names, and what is longer is found by its beginning."""


def search_text(full_name: str, sign_in_name: str) -> str:
    """Both names as they are searched."""
    return f"{name_form(full_name)}|{name_form(sign_in_name)}"


def name_order(full_name: str, country: str) -> bytes:
    """Comparing these puts the names of one country in its order."""
    return stored_key(full_name, ALPHABET.get(country, ""))


def name_parts(searched: str) -> set[bytes]:
    """Of each word of a search text: what begins at each of its letters, as bytes that a database compares.

    A mark begins none: it stands on a letter.
    """
    return {
        _part(word[start:])
        for word in searched.replace("|", " ").split(" ")
        for start in range(len(word) - SHORTEST_PART + 1)
        if not _is_mark(word[start])
    }


def part_ranges(word: str) -> list[tuple[bytes, bytes]]:
    """What has `word` in it has, for each of these, a part from the first on and before the second.

    None for what is too short to tell. After signs that stand between letters, a word is in several pieces.
    """
    pieces = (piece.lstrip("".join(filter(_is_mark, piece))) for piece in word.split(" "))
    return [(_part(piece), _part(piece) + b"\xff") for piece in pieces if len(piece) >= SHORTEST_PART]


def _part(text: str) -> bytes:
    return text[:LONGEST_PART].encode()


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"
