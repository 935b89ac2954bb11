"""Numbers and addresses that lead to somebody: telephones, mailboxes, documents, houses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import Book, Said, around, before, links

_DIGIT = re.compile(r"\d")
_PHONE = re.compile(r"(?<![\w/.,:+-])(?:\+|\(?0)\d{1,4}\)?[\d .-]{3,14}\d(?![\w/%-])")
"""With the sign of a country or the zero before an area: other rows of digits are amounts and years."""
_SHORT = re.compile(
    r"\b(?:call|dial|ring|phone|telephone|tel|hotline|helpline|whatsapp|sms)\b\.?:?(?:\s+(?:is|at|on|number|the|no\.))*"
    r"\s+(?!(?:19|20)\d\d\b)(\d{3,6})(?=\s*(?:$|[.,;:!?)(]|or\b|for\b|if\b|and\b))",
    re.IGNORECASE,
)
_DATE = re.compile(r"0?\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2,4}")
_CITED = re.compile(r"\b(?:ISBN|ISSN|DOI|doi|No\.|Nos\.)[\s:]*$")
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})", re.ASCII)
_OFFICES = re.compile(
    r"(?:info|contact|help|hotline|helpline|office|report|support|admin|secretariat|enquir\w*|inquir\w*|mail|press|media"
    r"|tips?|referrals?|protection|unit|service|team|training|noreply|no-reply|name|someone|user)(?:[._+-].*)?",
    re.IGNORECASE,
)
_INVENTED = re.compile(r"(?:.*\.)?(?:example(?:\.\w+)?|test|invalid)$", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"(?<![\w/.-])[A-Z]{1,2}\d{6,9}(?![\w-])"  # a passport
    r"|(?<![\w/.-])\d-\d{4}-\d{5}-\d{2}-\d(?![\w-])"  # an identity card of Thailand
    r"|(?<![\w/.-])\d{6}-\d{2}-\d{4}(?![\w-])"  # of Malaysia and Brunei
    r"|(?<![\w/.,+-])[1-9]\d{8,17}(?![\w/%])"  # any long row of digits
)
_CAPITAL = r"[A-ZÀ-ÖØ-Ý][\w'’-]*"
_ADDRESS = re.compile(
    rf"\b(?:No\.?\s*)?\d{{1,4}}[A-Za-z]?(?:/\d+)?,?\s+(?:{_CAPITAL}\s+){{1,3}}(?:Street|Road|Lane|Avenue|Alley|Boulevard)\b"
    rf"|\b(?:Jalan|Jl\.|Lorong|Soi|Thanon)\s+(?:{_CAPITAL}\s+){{0,3}}(?:No\.?\s*)?\d+"
    rf"|\b(?:House|Flat|Room|Unit|Building|No\.?)\s*\d+\w?,\s*(?:Street|Road|Lane|Block|Village|Soi|Jalan)\s+\w+"
)


def check(book: Book) -> Iterator[Finding]:
    for said in book.said:
        if said.role in ("answer", "choice"):
            continue
        if _DIGIT.search(said.words):
            yield from _phones(book, said)
            yield from _matches(book, said, _DOCUMENT, "lint-identity-number")
            yield from _matches(book, said, _ADDRESS, "lint-address")
        if "@" in said.passage.source:
            yield from _mailboxes(book, said)


def _phones(book: Book, said: Said) -> Iterator[Finding]:
    for found in _PHONE.finditer(said.words):
        number = found[0]
        digits = sum(char.isdigit() for char in number)
        if 8 <= digits <= 15 and not _DATE.fullmatch(number) and not _CITED.search(before(said.words, found.start())):
            yield _finding(book, said, "lint-phone", number, found.start())
    for found in _SHORT.finditer(said.words):
        yield _finding(book, said, "lint-phone", found[1], found.start())


def _matches(book: Book, said: Said, pattern: re.Pattern[str], code: str) -> Iterator[Finding]:
    for found in pattern.finditer(said.words):
        if not _CITED.search(before(said.words, found.start())):
            yield _finding(book, said, code, found[0], found.start())


def _mailboxes(book: Book, said: Said) -> Iterator[Finding]:
    hrefs = (link.href for link in links(said.passage.content) if link.href.lower().startswith("mailto:"))
    seen: set[str] = set()
    for text in (said.words, *hrefs):
        for found in _MAIL.finditer(text):
            address = found[0].removeprefix("mailto:")
            if address not in seen and not _OFFICES.fullmatch(found[1]) and not _INVENTED.match(found[2]):
                seen.add(address)
                yield _finding(book, said, "lint-mailbox", address, found.start())


def _finding(book: Book, said: Said, code: str, found: str, at: int) -> Finding:
    about = found, around(said.words, at, at + len(found))
    return book.finding(code, said.file, said.passage.line, found, about, found=found)
