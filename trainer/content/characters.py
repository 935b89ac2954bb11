"""Characters that make a text read otherwise than it is stored: reversed, hidden, look-alike, or in Zawgyi."""

from __future__ import annotations

import re
import unicodedata
import warnings
from functools import cache

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""What no text holds; tabs and both kinds of line end are not among them."""

BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""LRE, RLE, PDF, LRO, RLO and the isolates: they can make text read otherwise than it is stored."""

_ALLOWED = "\u200b\u200c\u200d\u2060"
"""Where lines may break and letters join, in scripts without spaces: people write these on purpose."""
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u3164\uffa0"
"""Letters and marks, by their category, that show nothing."""
_UNSEEN = re.compile(f"[{_FILLERS}\u00ad\u061c\u180e\u200b-\u200f\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb]")

_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_LOOKALIKE = re.compile(
    "[\u0370-\u03ff\u0400-\u058f\u13a0-\u13ff\u1c80-\u1c8f\u1f00-\u1fff\u2c80-\u2cff\ua4d0-\ua4ff\ua640-\ua69f\uab70-\uabbf]"
)
"""Greek, Cyrillic, Armenian, Cherokee, Coptic, Lisu: no language of Trainer is written in them, and many of their
letters look like Latin ones."""
_WORD = re.compile(r"[^\W\d_]+")

_SHORT = 24
"""Burmese letters. Below, the detector takes real words for Zawgyi (0.9998 for nine letters of Unicode), so a sign of
Zawgyi has to be there too."""
_ZAWGYI_SIGN = re.compile(
    """
      [\u1060-\u1097]                                # letters of Shan, Mon and Karen, which Zawgyi uses for stacks
    | \u1039 (?! [\u1000-\u1021\u1025\u103f] )       # a virama with nothing to stack
    | (?<! [\u1000-\u109f] ) [\u102b-\u1032\u103b-\u103e]  # a sign before the letter it belongs to
    """,
    re.VERBOSE,
)


def unseen(text: str) -> str:
    """The first character of `text` that shows nothing and is not wanted in any script, or ""."""
    for found in _UNSEEN.finditer(text):
        if found[0] not in _ALLOWED and not BIDI.match(found[0]):
            return found[0]
    return ""


def lookalikes(text: str) -> set[str]:
    """Words of `text` that mix Latin letters with those of an alphabet that looks like Latin."""
    if _LOOKALIKE.search(text) is None:
        return set()
    return {word for word in _WORD.findall(text) if _LATIN.search(word) and _LOOKALIKE.search(word)}


def bare(text: str) -> str:
    """`text` for comparing words: NFC, no capitals, no spaces, nothing unseen, no marks of emphasis."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return re.sub(r"[\s*_]+", "", _UNSEEN.sub("", folded))


@cache
def _zawgyi_detector() -> object:
    # Reading its model takes 70 ms, and only Burmese needs it.
    from myanmartools import ZawgyiDetector

    with warnings.catch_warnings():
        # It opens its model by a name that importlib deprecated for a while.
        warnings.simplefilter("ignore", DeprecationWarning)
        return ZawgyiDetector()


def is_zawgyi(text: str) -> bool:
    """Whether Burmese `text` is in the Zawgyi encoding, which looks right in one old font and wrong everywhere else."""
    letters = sum("\u1000" <= char <= "\u109f" for char in text)
    if not letters or (letters < _SHORT and not _ZAWGYI_SIGN.search(text)):
        return False
    return float(_zawgyi_detector().get_zawgyi_probability(text)) > 0.95  # type: ignore[attr-defined]
