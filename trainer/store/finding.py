"""What a directory of people needs beside each name: a text to search in, and a key that puts names in order.

Both are made from what the row says and are nothing one could not work out from it. They are made where the row is
written, whoever writes it (`models.Person`).
"""

from __future__ import annotations

from trainer.languages.collation import stored_key
from trainer.languages.folding import name_form

ALPHABET = {"PH": "fil", "VN": "vi"}
"""Countries whose alphabet differs from the common order."""


def search_text(full_name: str, sign_in_name: str) -> str:
    """Both names as they are searched."""
    return f"{name_form(full_name)}|{name_form(sign_in_name)}"


def name_order(full_name: str, country: str) -> bytes:
    """Comparing these puts the names of one country in its order."""
    return stored_key(full_name, ALPHABET.get(country, ""))
