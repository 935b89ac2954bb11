"""Links whose words do not say where they lead: read aloud alone, or on paper, "here" is nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import Book, links, plain

_EMPTY = re.compile(
    r"(?:please )?(?:click|tap|press)?\s*(?:on )?(?:here|this|(?:this )?(?:link|page|site|document|file)|the link)"
    r"|(?:read|learn|see|find out) more|more|details|website|web ?page",
    re.IGNORECASE,
)


def check(book: Book) -> Iterator[Finding]:
    if not book.is_english:
        return
    for said in book.said:
        if "](" not in said.passage.source:
            continue
        for link in links(said.passage.content):
            words = plain(link.children)
            if _EMPTY.fullmatch(words.strip(" .:»›→")):
                about = words, link.href, said.words[:400]
                yield book.finding("lint-link-words", said.file, said.passage.line, f"[{words}", about, words=words)
