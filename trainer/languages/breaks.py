"""Where a line of text may end: ICU's dictionaries, minus the places that a reader of the script would call wrong.

The only function others need is `break_points`; what stands behind it can be exchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from icu4py.breakers import LineBreaker

NEVER_FIRST = frozenset(
    "\u0e46\u0e2f\u0e30\u0e32\u0e33\u0e45"  # Thai repetition and abbreviation marks, following vowels
    "\u0ec6\u0eaf\u0eb0\u0eb2\u0eb3"  # the same in Lao
    "\u17d4\u17d5\u17d6\u17d7\u17d8"  # Khmer stops and repetition mark
    "\u104a\u104b"  # Burmese stops
)
"""Signs that belong to what stands before them."""

NEVER_LAST = frozenset(
    "\u1039\u17d2"  # Burmese virama, Khmer coeng: the next letter stacks below
    "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"  # vowels written before their consonant
)

BURMESE_FINAL = ("\u103a", "\u1039", "\u1037\u103a")
"""What makes a Burmese consonant the end of its syllable: killed, killed with a tone, or stacked."""

BURMESE_NOT = "\u1019"
"""The prefix of negation: a letter that ICU takes for a word."""

KHMER_FINAL = ("\u17cb", "\u17cd")

WHOLE = re.compile("\u1005\u1004\u103a\u1039\u1000\u102c\u1015\u1030")
"""Words that ICU's dictionaries lack and therefore cut: Singapore, in Burmese."""

ALTERNATIVES = re.compile(r"(?<![^\s(\[“\"'])[^\W\d_]{1,7}(?:/[^\W\d_]{1,7})+(?![\w/.,:@-]*\w)")
"""Short words for the same place in a sentence: `and/or`, in Vietnamese `anh/chị`. No address looks like this."""

SPACES = frozenset(" \t\n\u200b")

_ICU_TAG = {"zh-Hans": "zh-u-lb-strict"}

_PLAIN = frozenset(" ,.;:?!") | {
    chr(code) for code in (*range(0x20, 0x250), *range(0x1E00, 0x1F00)) if chr(code).isalnum()
}
"""What most sentences in Latin letters are made of."""
_ODD = ("  ", " ,", " .", " ;", " :", " ?", " !")
_GAP = re.compile(" ")


def break_points(text: str, lang: str) -> list[int]:
    """Offsets in `text` after which a line may end, in order; the end of the text is the last.

    U+200B makes a break place and U+2060 forbids one.
    """
    if _PLAIN.issuperset(text) and text and not any(odd in text for odd in _ODD):
        # Where words stand between single spaces, these are the places: ICU says the same and takes longer.
        return [space.end() for space in _GAP.finditer(text)] + ([] if text[-1] == " " else [len(text)])
    points = []
    end, at = len(text), 0
    # The pieces' lengths are added up because ICU's own offsets count UTF-16 units.
    for piece in LineBreaker(text, _ICU_TAG.get(lang, lang)):
        at += len(piece)
        if at < end and (_follows(text, at) if text[at - 1] in SPACES else is_place(text, at)):
            points.append(at)
    if end:
        points.append(end)
    for word in _whole(text):
        points = [point for point in points if not word.start() < point < word.end()]
    return points


def _follows(text: str, at: int) -> bool:
    """Whether a line may begin after the space before `at`: Thai writes one before its repetition mark."""
    return text[at - 1] != " " or text[at] not in NEVER_FIRST


def _whole(text: str) -> Iterator[re.Match[str]]:
    """What stays whole though ICU cuts it."""
    yield from WHOLE.finditer(text)
    if "/" in text:
        yield from ALTERNATIVES.finditer(text)


def is_place(text: str, at: int) -> bool:
    """Whether a line may end between `text[at - 1]` and `text[at]`, which ICU proposed.

    ICU's dictionaries cut inside stacked syllables: in Burmese about one proposal in sixteen, such as in the middle
    of the word for Singapore.
    """
    after = text[at]
    if text[at - 1] in NEVER_LAST or after in NEVER_FIRST or is_mark(after):
        return False
    if text[at - 1] == "/":
        return not text.startswith("//", at - 2)  # an address is not cut before it has begun
    if "\u1000" <= after <= "\u1021":
        is_not = text[at - 1] == BURMESE_NOT and (at == 1 or text[at - 2] in SPACES)
        return not is_not and not text.startswith(BURMESE_FINAL, at + 1)
    if "\u1780" <= after <= "\u17a2":
        return not text.startswith(KHMER_FINAL, at + 1)
    return True


@lru_cache(maxsize=4096)
def is_mark(character: str) -> bool:
    """Whether it sits on the letter before it (vowel signs, tones, accents)."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me")
