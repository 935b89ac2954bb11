"""Headings go down one level at a time: people who listen to a page find their way by them."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import Book, plain
from trainer.content.model import Heading


def check(book: Book) -> Iterator[Finding]:
    last: dict[str, int] = {}
    for file, block in book.blocks:
        if not isinstance(block, Heading):
            continue
        above = last.get(file, 1)  # the title, which stands in the front matter
        if block.level > above + 1:
            words = plain(block.passage.content)
            yield book.finding(
                "lint-heading-jump", file, block.passage.line, "#", (words, str(block.level), str(above)),
                level=block.level, above=above, marks="#" * (above + 1),
            )  # fmt: skip
        last[file] = block.level
