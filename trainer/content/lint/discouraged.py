"""Words that the glossary asks to avoid, where a text uses them as its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trainer.content import avoided
from trainer.content.avoided import Avoided
from trainer.content.lint.findings import Finding
from trainer.content.lint.text import Book, Said, around, before, plain
from trainer.content.model import Paragraph, Question
from trainer.content.translation import Catalog, catalog_of

_ASKED = frozenset({"note", "answer", "choice", "option", "left", "right"})
"""Titles of sources, and what people choose from: there such words are the myth that is asked about."""
_SPOKEN_OF = re.compile(
    r"\b(?:not|never|avoid\w*|instead of|rather than|don't|the words?|the terms?|the label|labels?)\b[^.!?]{0,100}$",
    re.IGNORECASE,
)
"""What comes after these is the word itself, or its refusal."""
_QUOTATION = 300
"""Letters a quotation may be long."""
_QUOTES = {'"': '"', "“": "”", "‘": "’", "«": "»"}


def check(book: Book) -> Iterator[Finding]:
    source = book.module.source
    if avoided.known(source):
        entries = avoided.within(book.lowered, source)
        false = _false_statements(book) if entries else set()
        for said in book.said if entries else ():
            if said.role not in _ASKED and (said.passage.context, said.passage.source) not in false:
                yield from _in_words(book, said, entries)
    for locale in book.languages:
        if locale != source and avoided.known(locale):
            yield from _in_translation(book, locale)


def _in_words(book: Book, said: Said, entries: tuple[Avoided, ...]) -> Iterator[Finding]:
    for word, entry in avoided.found(said.words, entries):
        at = word.start()
        if not (_SPOKEN_OF.search(before(said.words, at)) or _is_quoted(said.words, at, word.end())):
            about = word[0], around(said.words, *word.span())
            yield book.finding(
                "lint-word-avoid", said.file, said.passage.line, word[0], about,
                word=word[0], say=entry.say, why=entry.why,
            )  # fmt: skip


def _in_translation(book: Book, locale: str) -> Iterator[Finding]:
    file, catalog = catalog_of(locale), None
    entries = avoided.AVOIDED[locale]
    for passage in book.languages[locale].passages:
        if passage.state not in ("draft", "reviewed"):
            continue
        said = Said(file, passage, plain(passage.content), "")
        for word, entry in avoided.found(said.words, entries):
            if catalog is None:
                catalog = Catalog.parse(book.files.get(file, b""), file, trusted=True)[0]
            line = catalog.line_of(passage) if catalog is not None else 0
            yield book.finding(
                "lint-word-avoid",
                file,
                line,
                "",
                (word[0], around(said.words, *word.span())),
                word=word[0],
                say=entry.say,
                why=entry.why,
            )


def _false_statements(book: Book) -> set[tuple[str, str]]:
    """Context and source of statements to be recognised as false: such a word may be the mistake in it."""
    return {
        (block.passage.context, block.passage.source)
        for _, item in book.items
        if isinstance(item, Question) and item.type == "truefalse" and item.options and not item.options[0].correct
        for block in item.prompt
        if isinstance(block, Paragraph)
    }


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether it stands between quotation marks."""
    left, right = text[max(start - _QUOTATION, 0) : start], text[end : end + _QUOTATION]
    for opening, closing in _QUOTES.items():
        if opening == closing:
            if left.count(opening) % 2 and closing in right:
                return True
        elif left.rfind(opening) > left.rfind(closing) and closing in right:
            return True
    return False
