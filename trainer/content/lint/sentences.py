"""Sentences that a busy person in a second language reads twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import Book, Said

MOST_WORDS: Mapping[str, int] = {"en": 25, "id": 25, "ms": 25, "fil": 27, "tet": 27, "pt": 27, "vi": 35}
"""Words in a sentence. English as our rules for writing say; the others are as long as our own translations of
English sentences of 25 words (a Vietnamese "word" is a syllable)."""
MOST_LETTERS: Mapping[str, tuple[int, str]] = {"km": (150, "។៕"), "my": (180, "။")}
"""Where words are not separated: letters and signs, counted the same way and a little more, and what ends a sentence.
Thai and Lao mark no end of a sentence, so nothing is said about them."""

_SKIPPED = frozenset({"note", "answer", "choice", "accepted"})
"""Sources and accepted answers are no sentences."""
_END = re.compile(r"(?<=[.!?…;])[\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9À-ỹ])|(?<=;)\s+|\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|No|Art|Arts|para|Mr|Mrs|Ms|Dr|St|approx|fig|vol|p|pp)|\b[A-Z])\.$"
)
_WORD = re.compile(r"\S*\w\S*")
_SHOWN = 6
"""Words of a sentence that the finding repeats."""


def check(book: Book) -> Iterator[Finding]:
    source = book.module.source
    words, letters = MOST_WORDS.get(source), MOST_LETTERS.get(source)
    for said in book.said:
        if said.role in _SKIPPED:
            continue
        if words is not None:
            yield from _by_words(book, said, words)
        elif letters is not None:
            yield from _by_letters(book, said, *letters)


def _by_words(book: Book, said: Said, most: int) -> Iterator[Finding]:
    # Most messages are short; a space is at least as frequent as a word.
    if said.words.count(" ") < most:
        return
    for sentence in sentences(said.words):
        found = _WORD.findall(sentence)
        if len(found) > most:
            yield book.finding(
                "lint-sentence-long", said.file, said.passage.line, found[0], (sentence,),
                words=len(found), limit=most, begin=" ".join(found[:_SHOWN]),
            )  # fmt: skip


def _by_letters(book: Book, said: Said, most: int, ends: str) -> Iterator[Finding]:
    if len(said.words) <= most:
        return
    for sentence in re.split(f"[{ends}\n]", said.words):
        count = sum(not char.isspace() and char not in "\u200b\u200c\u200d\u2060" for char in sentence)
        if count > most:
            begin = sentence.strip()[:24]
            yield book.finding(
                "lint-sentence-letters", said.file, said.passage.line, begin, (sentence,),
                letters=count, limit=most, begin=begin,
            )  # fmt: skip


def sentences(text: str) -> Iterator[str]:
    """The sentences of `text`; a semicolon and a forced new line end one, an abbreviation does not."""
    begun = ""
    for piece in _END.split(text):
        begun = f"{begun} {piece}" if begun else piece
        if not _ABBREVIATION.search(begun):
            yield begun
            begun = ""
    if begun:
        yield begun
