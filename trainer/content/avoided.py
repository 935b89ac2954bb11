"""The glossary's other half: words to avoid, what to say instead, and why.

They are about persons, so they are told apart by what they are said of: "rescued victims" but not "the rescue of a
boat", "a slave" but not "slavery". English unless a language is named; each language has its own words to avoid, and
a country's own usage or law wins over this list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple


class Avoided(NamedTuple):
    stems: tuple[str, ...]
    """Letters of which at least one is in each of `words`, in small letters: quick to look for."""
    words: re.Pattern[str]
    say: str
    """What to say instead."""
    why: str


_PEOPLE = r"(?:victims?|survivors?|women|woman|girls?|children|child|boys?|fishers?|workers?|migrants?|persons?|people)"


def _words(stems: str, pattern: str, say: str, why: str) -> Avoided:
    return Avoided(tuple(stems.split("|")), re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), say, why)


AVOIDED: Mapping[str, tuple[Avoided, ...]] = {
    "en": (
        _words(
            "slave",
            r"(?:sex )?slaves?(?!-)",
            "person who was trafficked, or person held in forced labour",
            "the person is more than the harm",
        ),
        _words(
            "illegal",
            r"illegal (?:migrants?|immigrants?|workers?|aliens?|persons?|people)",
            "undocumented migrant, or in an irregular situation",
            "a person is not illegal",
        ),
        _words(
            "child prost|child sex|child porn",
            r"child (?:prostitut(?:es?|ion)|sex workers?)|child porn(?:ography)?",
            "child who is sexually exploited, or child sexual abuse material",
            "a child cannot consent",
        ),
        _words(
            "rescu|sav| prey",
            rf"rescued {_PEOPLE}|{_PEOPLE} (?:was|were|is|are|been|being|who were|who was) (?:rescued|saved) from"
            rf"|(?:rescue|save|rescuing|saving|saved) (?:the |these |trafficked |trafficking )*(?:victims?|survivors?)"
            r"|f(?:a|e)ll(?:en|s)? prey",
            "left, was helped to leave, or was recruited",
            "the person is the actor",
        ),
        _words(
            "confess|admit",
            r"(?:victims?|survivors?|girls?|child(?:ren)?) (?:has |have |had )?(?:finally |then )?"
            r"(?:confess(?:es|ed)?|admit(?:s|ted)?)(?! to (?:the |a )?(?:hospital|clinic|ward|shelter))",
            "said, or told",
            "victims are not suspects",
        ),
        _words("suspected", r"suspected victims?", "presumed victim", "it sounds like a suspect"),
        _words(
            "trafficker",
            r"(?:suspected|alleged|accused) (?:human )?traffickers?", "suspect, or accused",
            "nobody is a trafficker before a court has found it",
        ),
        _words("scammer", r"(?:suspected|alleged) scammers?", "person found at the site", "may be a victim"),
        _words("beneficiar", r"beneficiar(?:y|ies)", "person, or client", "dignity"),
        _words("willing", r"willing victims?", "victim", "consent does not count where improper means were used"),
    ),
    "th": (Avoided(("เหยื่อ",), re.compile("เหยื่อ"), "ผู้เสียหาย", "it means prey; the other is the word of the law"),),
}  # fmt: skip
"""Language → its words to avoid."""


def known(lang: str) -> bool:
    return lang in AVOIDED


def within(lowered: str, lang: str) -> tuple[Avoided, ...]:
    """The entries of `lang` that a text (in small letters) can hold at all."""
    return tuple(entry for entry in AVOIDED.get(lang, ()) if any(stem in lowered for stem in entry.stems))


def found(text: str, entries: Iterable[Avoided]) -> Iterator[tuple[re.Match[str], Avoided]]:
    """Each place in `text` where a word to avoid stands, by entry."""
    lowered = text.lower()
    for entry in entries:
        if any(stem in lowered for stem in entry.stems):
            for match in entry.words.finditer(text):
                yield match, entry
