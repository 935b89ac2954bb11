"""What a translation may not change: links, gaps, footnotes, slots, pictures; and what it should keep: numbers, bold.

These compare message strings (Markdown inline text), not trees, so that a catalog can be checked without its module.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from trainer.content.inline import TAG

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
_KEPT = re.compile(
    r"""
      (?<!\\) \{\{ [^{}]* \}\}
    | (?<!\\) \[\[ [^\[\]]* \]\]
    | (?<!\\) \[\^ [^\]\s]+ \]
    | (?<!\\) \]\( (?: <[^<>]*> | (?: [^()\s] | \([^()\s]*\) )* ) [^()]* \)
    | < (?: https? | mailto ) : [^<>\s]+ >
    | (?<!\\) (?: \*\* | __ )
    """,
    re.VERBOSE,
)
"""The same as it is written, with its brackets, and marks of bold: for people, not for comparing."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_BOLD = re.compile(r"(?<!\\)(?:\*\*|__)")
_MARK = re.compile(
    r"""
      ^ [ \t]* (?: [-*+] [ \t]+ )? \[ [ xX] \] (?= \s | $ )
    | ^ [ \t]* (?: [-*+] [ \t]+ )? = [ \t]
    | ^ [ \t]* :{3,}
    | \{ [ \t]* (?: \# [\w-]+ | (?: critical | last | safety ) \b | [a-z_]+ = ) [^{}]* \}
    """,
    re.VERBOSE | re.MULTILINE,
)


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


def pieces(markdown: str) -> tuple[tuple[str, bool], ...]:
    """The message cut at what must stay: (text, must stay), for showing it to a translator."""
    cut: list[tuple[str, bool]] = []
    at = 0
    for found in _KEPT.finditer(markdown):
        cut += [(markdown[at : found.start()], False)] if found.start() > at else []
        cut.append((found[0], True))
        at = found.end()
    return (*cut, (markdown[at:], False)) if at < len(markdown) else tuple(cut)


def fits(source: str, translated: str) -> bool:
    """Whether `translated` can stand in the place of `source`."""
    if len(translated) > longest(source):
        return False
    return frozen_parts(source) == frozen_parts(translated) and not tags(translated) - tags(source)


def longest(source: str) -> int:
    """Characters that a translation of `source` may have: ten times as many, and a thousand for lists of answers.

    No language needs that; a message of megabytes takes the parser minutes.
    """
    return 10 * len(source) + 1000


def tags(markdown: str) -> Counter[str]:
    """The HTML tags, which are shown as text: never wanted in a translation that has none to translate."""
    return Counter(TAG.findall(markdown)) if "<" in markdown else Counter()


def marks(markdown: str) -> Counter[str]:
    """What decides about answers in the source file, and in a message is only text: `[x]`, `{critical}`, `= answer`."""
    return Counter(found.strip() for found in _MARK.findall(markdown))


def numbers(markdown: str) -> Counter[str]:
    """The numbers in the words, in ASCII digits and without separators: `១.០០០` and `1,000` are the same."""
    words = _FROZEN.sub(" ", markdown)
    return Counter("".join(_digits(found)) for found in _NUMBER.findall(words))


def _digits(number: str) -> list[str]:
    return [str(unicodedata.decimal(char)) for char in number if char.isdecimal()]


def bold(markdown: str) -> int:
    """How many bold marks there are, opening and closing ones together."""
    return len(_BOLD.findall(markdown))
