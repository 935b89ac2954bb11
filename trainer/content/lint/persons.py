"""Words by which somebody could be found: names that look real, and a day, an age and a place together.

A case that is told in a training room travels. Our rules for writing: no real names, no identifiable composite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import Book, Said, around, before, has_any

_CAPITAL = r"[A-ZÀ-ÖØ-ÝĂĐĨŨƠƯ][^\W\d_]*[a-zß-öø-ÿăđĩũơưạ-ỹ](?:['’-][^\W\d_]+)*"
"""A word with a capital that is no abbreviation. Vietnamese and Filipino names have letters beyond ASCII."""
_REST = rf"\s+(?:(?:bin|binti|bte?\.?|al|del?|dela|dos?|da|van)\s+){{0,2}}{_CAPITAL}"
_NAME, _FULL = rf"{_CAPITAL}(?:{_REST}){{0,4}}", rf"{_CAPITAL}(?:{_REST}){{1,4}}"
_DIGIT = re.compile(r"\d")
_TITLE = re.compile(r"M[rsdi]|Dr|Encik|Puan|Cik|Khun|[Pp]ak |Ibu")
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mdm|Dr|Encik|Puan|Cik|Khun|Bapak|Pak|Ibu)\.?\s+({_NAME})")
_NAMING = ("named", "called", "alias", "known as", " name ")
_NAMED = re.compile(
    rf"\b(?:named|called|nicknamed|alias|known as|(?:whose|her|his|real|full) name (?:is|was))\s+({_FULL})"
)
_WITH_AGE = re.compile(rf"(?<![\w'’-])({_FULL})\s*(?:,\s*|\(\s*)(?:aged?\s+)?\d{{1,2}}(?:\)|,(?!\s*\d))")
_AFTER = re.compile(r"\b(?:in|at|from|near|to|of|articles?|rules?|sections?|chapters?)\s+$", re.IGNORECASE)
"""What comes next is a place or part of a text, and no name."""
_NO_PERSON = re.compile(
    r"\b(?:Act|Agency|Articles?|Association|Authority|Bank|Bay|Board|Body|Bureau|Bridge|Cards?|Case|Cent(?:re|er)"
    r"|Chapter|Charter|City|Code|Committees?|Commission|Company|Convention|Council|Country|Court|Day|Declaration"
    r"|Department|Directive|District|Division|Embassy|Force|Form|Foundation|Framework|Fund|Government|Group|Guide"
    r"|Guidelines?|Handbook|Harbour|Harm|Hotline|Human|Indicators|Institute|International|Islands?|Labour|Law|Lesson"
    r"|Line|Manual|Market|Mechanism|Meeting|Ministry|Module|Nations?|National|Network|Office|Officers?|Order"
    r"|Organi[sz]ation|Paper|Part|Persons|Plan|Point|Police|Policy|Port|Principles?|Procedures|Programme|Project"
    r"|Protocol|Province|Regional|Regulation|Report|Republic|Road|Room|Rules?|School|Sea|Section|Services?|Society"
    r"|States?|Statement|Step|Street|Summit|System|Table|Toolkit|Training|Treaty|Union|Unit|United|University"
    r"|Village|Watch|Week|Women|Work|World)\b"
)
"""Words in names of bodies, texts and places."""

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+\d{{1,2}}\b(?!\d)|{_MONTH}\s+(?:19|20)\d\d)"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"
)
_PERSON = (
    r"(?:woman|man|girl|boy|fisher|worker|child|teenager|minor|victim|survivor|sister|brother|daughter|son|mother"
    r"|father|person)"
)
_AGE = re.compile(
    r"\b\d{1,2}[- ]years?[- ]old\b|\b\d{1,2}\s+years\s+of\s+age\b|\baged\s+\d{1,2}\b(?!\s+(?:and|or|to)\b)"
    rf"|\b{_PERSON}(?:,|\s+of|\s+\()\s*\d{{1,2}}\b"
    r"|\b(?:he|she)\s+(?:is|was|had just turned|turned)\s+\d{1,2}\b(?!\s+\w+s\b)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|at|from|near|to|off|outside)\s+(?:the\s+)?"
    rf"(?:(?:village|town|city|port|district|province|commune|island)\s+of\s+)?({_NAME})"
    rf"|\b({_NAME})\s+(?:village|town|city|port|district|province|commune|township|island)\b"
)
_NO_PLACE = re.compile(rf"{_MONTH}|English|Articles?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")


def check(book: Book) -> Iterator[Finding]:
    if not book.is_english:
        return
    for said in book.said:
        # Footnotes name the authors of what is quoted.
        if said.role != "note":
            has_digit = _DIGIT.search(said.words) is not None
            patterns = [_TITLED] if _TITLE.search(said.words) else []
            patterns += [_NAMED] if has_any(said.words, _NAMING) else []
            yield from _names(book, said, [*patterns, *([_WITH_AGE] if has_digit else [])])
            if has_digit:
                yield from _details(book, said)


def _names(book: Book, said: Said, patterns: Iterable[re.Pattern[str]]) -> Iterator[Finding]:
    met: set[str] = set()
    for pattern in patterns:
        for found in pattern.finditer(said.words):
            name = found[1]
            is_place = pattern is _WITH_AGE and _AFTER.search(before(said.words, found.start()))
            if name in met or is_place or _NO_PERSON.search(name):
                continue
            met.add(name)
            shown = found[0] if pattern is _TITLED else name
            about = name, around(said.words, *found.span())
            yield book.finding("lint-person-name", said.file, said.passage.line, shown, about, name=shown)


def _details(book: Book, said: Said) -> Iterator[Finding]:
    date, age = _DATE.search(said.words), _AGE.search(said.words)
    if date is None or age is None:
        return
    for found in _PLACE.finditer(said.words):
        place = found[1] or found[2]
        if not _NO_PLACE.match(place):
            yield book.finding(
                "lint-case-details", said.file, said.passage.line, date[0], (said.passage.source,),
                date=date[0], age=age[0], place=place,
            )  # fmt: skip
            return
