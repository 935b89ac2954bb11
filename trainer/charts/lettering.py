"""Room for words in drawings, estimated without fonts: rather too much than too little."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from trainer.charts.shapes import Anchor, Label, Tone
from trainer.languages.breaks import break_points
from trainer.languages.registry import find

SIZE = 11.0
"""Of type, in points: what is still read well when a drawing is as wide as a phone."""
_WIDE = {
    "MYANMAR": 1.1, "TAMIL": 1.16, "KHMER": 0.95, "THAI": 0.75, "LAO": 0.75,
    "CJK": 1.1, "FULLWIDTH": 1.1, "IDEOGRAPHIC": 1.1,
}  # fmt: skip
"""Width of a letter in ems, by the first word of its Unicode name."""
_LANGUAGES = {"MYANMAR": "my", "KHMER": "km", "LAO": "lo", "THAI": "th", "TAMIL": "ta", "CJK": "zh-Hans"}


class Words(NamedTuple):
    text: str
    lang: str = ""
    """Empty: the language of the page."""


def width(text: str, size: float) -> float:
    """At most so wide in any font a reader may have."""
    return size * sum(_ems(letter) for letter in text)


def _ems(letter: str) -> float:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if letter.isascii():
        return 0.32 if letter in " .,:;'|!il" else 0.9 if letter in "mwMW%" else 0.72 if letter.isupper() else 0.62
    script = unicodedata.name(letter, "").partition(" ")[0]
    return _WIDE.get(script, 0.78 if letter.isupper() else 0.64)


def leading(words: Words, size: float) -> float:
    """Height of a line."""
    language = find(_lang_of(words))
    return size * (language.leading * language.scale if language else 1.4)


def _lang_of(words: Words) -> str:
    """Where it is not said, the letters say which breaks and line heights fit."""
    scripts = (unicodedata.name(letter, "").partition(" ")[0] for letter in words.text if not letter.isascii())
    return words.lang or next((_LANGUAGES[name] for name in scripts if name in _LANGUAGES), "en")


def in_lines(words: Words, size: float, room: float) -> list[str]:
    """Broken where the language allows it. A single word that is too long stands alone."""
    lines, start, last = [], 0, 0
    for point in break_points(words.text, _lang_of(words)):
        if width(words.text[start:point].rstrip(), size) > room and last > start:
            lines.append(words.text[start:last].strip())
            start = last
        last = point
    rest = words.text[start:].strip()
    return [*lines, rest] if rest else lines


def written(
    words: Words, x: float, top: float, room: float, *, size: float = SIZE, tone: Tone = "ink", anchor: Anchor = "start"
) -> tuple[list[Label], float]:
    """The words below `top`, in as many lines as they need. -> labels, and where the next thing may begin."""
    high = leading(words, size)
    baseline = top + (high - size) / 2 + 0.8 * size
    lines = in_lines(words, size, room)
    labels = [Label(x, baseline + at * high, line, size, anchor, tone, words.lang) for at, line in enumerate(lines)]
    return labels, top + high * len(lines)
