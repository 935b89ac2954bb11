"""When two written texts are the same: case, spaces, invisible characters, quotes, digits and some accents aside.

Answers are compared in this form, and so is what people search for.
"""

from __future__ import annotations

import re
import unicodedata

from trainer.languages.registry import find

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
_LATIN_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212-"
_MARKS = str.maketrans(
    dict.fromkeys(_SINGLE_QUOTES, "'") | dict.fromkeys(_DOUBLE_QUOTES, '"') | dict.fromkeys(_DASHES, " ")
)


def normalise(text: str, locale: str) -> str:
    """The form of `text` in which equal answers are equal; applying it twice changes nothing.

    A hyphen counts as a space. Where words are written without spaces (Khmer, Lao, Thai, Burmese, Chinese) all spaces
    go. Punctuation around the answer goes too.
    """
    # Marks first: NFKC would take some of them apart into a space and an accent.
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).translate(_MARKS)).casefold()
    language = find(locale)
    if language is not None and not language.accents:
        text = _LATIN_ACCENTS.sub("", unicodedata.normalize("NFD", text))
    text = ascii_digits(unicodedata.normalize("NFKC", text)).translate(_MARKS)
    space = "" if language is not None and not language.spaced else " "
    # Without its space, a spacing accent joins the letter before it.
    return unicodedata.normalize("NFC", space.join(_bare(text).split()))


def found_in(query: str, text: str, locale: str) -> bool:
    """Whether every word of `query` is somewhere in `text`. Where words stand without spaces, `query` is one word.

    Accents are optional in every language here: who searches on a foreign keyboard still finds. Nothing is in every
    text, so no word is found nowhere.
    """
    here, words = _without_accents(normalise(text, locale)), _without_accents(normalise(query, locale)).split()
    return bool(words) and all(word in here for word in words)


def _without_accents(text: str) -> str:
    return _LATIN_ACCENTS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d")


def name_words(text: str) -> list[str]:
    """What is looked for when somebody types `text` to find a person; no words: nothing that could be found."""
    return [form for word in text.split() if (form := name_form(word))]


def name_form(text: str) -> str:
    """A name as it is searched: without case, accents of Latin letters, signs and what cannot be seen.

    No space stays between letters of scripts that are written without spaces: some people put one between their names
    and some do not. Applying it twice changes nothing.
    """
    words = (_spoken(word) for word in _without_accents(normalise(text, "en")).split())
    return _SPACE_WITHIN.sub("", unicodedata.normalize("NFC", " ".join(filter(None, words))))


_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uaa60-\uaa7f"
"""Thai, Lao, Burmese, Khmer and Chinese."""
_SPACE_WITHIN = re.compile(f"(?<=[{_UNSPACED}]) (?=[{_UNSPACED}])")


def _spoken(word: str) -> str:
    return "".join(char for char in word if unicodedata.category(char)[0] in "LMN")


def ascii_digits(text: str) -> str:
    """`text` with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _bare(text: str) -> str:
    """Without spaces and punctuation around it; punctuation alone stays."""
    first, last = 0, len(text)
    while first < last and _outer(text[first]):
        first += 1
    while last > first and _outer(text[last - 1]):
        last -= 1
    return text[first:last] or text


def _outer(char: str) -> bool:
    return char.isspace() or unicodedata.category(char)[0] == "P"


_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([., '])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")


def readings(text: str) -> tuple[float, ...]:
    """The numbers that `text` can mean, none when it is no number.

    Countries differ: `1.500` is fifteen hundred in one and one and a half in the next, so both count. Digits may be
    of any script; a percent sign is ignored.
    """
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = ascii_digits(text).replace("\u2212", "-").replace("\u2019", "'").strip(" %\u066a").strip()
    text = " ".join(text.split())
    if len(text) > 30:
        return ()
    found = []
    decimal = text.replace(",", ".")
    if _PLAIN.fullmatch(decimal):
        found.append(float(decimal))
    grouped = _GROUPED.fullmatch(text)
    if grouped and not (text.count(grouped[1]) > 1 and text.endswith(grouped[1])):
        whole, mark, rest = text, "", ""
        for other in {".", ","} - {grouped[1]}:
            if other in text:
                whole, mark, rest = text.rpartition(other)
        number = "".join(char for char in whole if char not in "., '")
        found.append(float(f"{number}.{rest}" if mark else number))
    return tuple(dict.fromkeys(found))
