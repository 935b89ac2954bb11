"""Headings go down one level at a time: people who listen to a page find their way by them."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import Book, plain, walk
from trainer.content.model import Heading


def check(book: Book) -> Iterator[Finding]:
    for part in book.parts:
        above = 1  # the title, which stands in the front matter
        for block in walk(part.blocks):
            if not isinstance(block, Heading):
                continue
            if block.level > above + 1:
                words = plain(block.passage.content)
                yield book.finding(
                    "lint-heading-jump", part.file, block.passage.line, "#", (words, str(block.level), str(above)),
                    level=block.level, above=above, marks="#" * (above + 1),
                )  # fmt: skip
            above = block.level
