"""What a translation may not change: links, gaps, footnotes, slots, pictures; and what it should keep: numbers, bold.

These compare message strings (Markdown inline text), not trees, so that a catalog can be checked without its module.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections import Counter
from functools import cache

_FROZEN = re.compile(
    r"""
      (?<!\\) (?P<slot> \{\{ [^{}]* \}\} )
    | (?<!\\) (?P<gap> \[\[ [^\[\]]* \]\] )
    | (?<!\\) \[\^ (?P<note> [^\]\s]+ ) \]
    | (?<!\\) \]\( \s* (?P<link> <[^<>]*> | (?: [^()\s] | \([^()\s]*\) )* )
    | < (?P<auto> (?: https? | mailto ) : [^<>\s]+ ) >
    """,
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_BOLD = re.compile(r"(?<!\\)(?:\*\*|__)")

# LRE, RLE, PDF, LRO, RLO and the isolates: they can make text read otherwise than it is stored.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def frozen_parts(markdown: str) -> Counter[tuple[str, str]]:
    """How often each part occurs that must be the same in every language, as (kind, value).

    Kinds: `slot` (its name), `gap` (what stands between the brackets), `note` (its label), `link` (the target, of links
    and pictures). Order does not matter: languages put words in other places.
    """
    parts: Counter[tuple[str, str]] = Counter()
    if "[" not in markdown and "{" not in markdown and "<" not in markdown:
        return parts
    for found in _FROZEN.finditer(markdown):
        kind = found.lastgroup or ""
        value = found[kind].strip("{}[]<> ") if kind != "note" else found[kind]
        parts["link" if kind == "auto" else kind, value] += 1
    return parts


def fits(source: str, translated: str) -> bool:
    """Whether `translated` can stand in the place of `source`."""
    return frozen_parts(source) == frozen_parts(translated)


def numbers(markdown: str) -> Counter[str]:
    """The numbers in the words, in ASCII digits and without separators: `១.០០០` and `1,000` are the same."""
    words = _FROZEN.sub(" ", markdown)
    return Counter("".join(_digits(found)) for found in _NUMBER.findall(words))


def _digits(number: str) -> list[str]:
    return [str(unicodedata.decimal(char)) for char in number if char.isdecimal()]


def bold(markdown: str) -> int:
    """How many bold marks there are, opening and closing ones together."""
    return len(_BOLD.findall(markdown))


def has_bidi_control(text: str) -> bool:
    return bool(_BIDI.search(text))


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
    if not any("\u1000" <= char <= "\u109f" for char in text):
        return False
    return float(_zawgyi_detector().get_zawgyi_probability(text)) > 0.95  # type: ignore[attr-defined]
