"""Addresses that can be seen in the words of a link, and whether the link goes there.

`[example.org](https://evil.example)` is how people are sent astray, and on paper the words are all there is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from trainer.content.characters import bare
from trainer.content.inline import words
from trainer.content.model import Emphasis, Inline, Link, Strong, Term

_LETTER = "A-Za-z\u00c0-\u024f\u0370-\u058f"
"""Latin, and the alphabets that look like it; a Burmese or Thai letter ends an address."""
_RUN = re.compile(rf"[0-9{_LETTER}._+@-]+")
_ENDING = re.compile(rf"[{_LETTER}]{{2,}}")
_HOST = re.compile(r"https?://([^/?#:]+)", re.IGNORECASE)


def misleading(content: tuple[Inline, ...]) -> set[str]:
    """Addresses in the words of links that lead to another place."""
    return {seen for href, text in links(content) for seen in _elsewhere(href, text)}


def links(content: tuple[Inline, ...]) -> Iterator[tuple[str, str]]:
    """Target and words of each link and glossary term, whose target is `term:` and its id."""
    for node in content:
        match node:
            case Link(href, children, _):
                yield href, words(children)
            case Term(term, children):
                yield f"term:{term}", words(children)
            case Strong(children) | Emphasis(children):
                yield from links(children)


def _elsewhere(href: str, text: str) -> Iterator[str]:
    if "." not in (plain := unicodedata.normalize("NFKC", text)):
        return
    shown = " ".join(bare(word) for word in plain.split())
    for run in _RUN.findall(shown):
        mailbox, _, rest = run.rpartition("@")
        labels = [label for label in rest.split(".") if label.strip("-")]
        if len(labels) < 2 or not _ENDING.match(labels[-1]):
            continue
        host = ".".join(labels)
        if mailbox and href.casefold().startswith("mailto:"):
            goes = href[7:].casefold() == f"{mailbox}@{host}"
        else:
            goes = not mailbox and _leads_to(href, host.removeprefix("www."))
        if not goes:
            yield run


def _leads_to(href: str, host: str) -> bool:
    """Whether a link goes to `host` or a part of it: `unodc.org` for `https://sherloc.unodc.org/x`."""
    target = _HOST.match(href)
    theirs = target[1].casefold() if target else href.casefold().rpartition("@")[2]
    return theirs == host or theirs.endswith(f".{host}")
