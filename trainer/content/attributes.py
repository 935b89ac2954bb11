"""Attributes: `{#id key=value key="two words" flag}` after fences, headings, options and choices.

They are names and numbers for the compiler. They are cut off the text before it becomes a message or a page.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PART = re.compile(
    r"""\s*(?: \#(?P<id>[^\s#={}"]+)
             | (?P<key>[A-Za-z][\w-]*) = (?: "(?P<quoted>[^"{}]*)" | (?P<value>[^\s"{}]+) )
             | (?P<flag>[A-Za-z][\w-]*)
           )(?=\s|$)""",
    re.VERBOSE,
)
_TAIL = re.compile(r"(?<!\{)\{([^{}]*)\}\s*$")
ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
"""What an id looks like; they stand in addresses, HTML and message contexts."""


class Attributes(NamedTuple):
    id: str
    """Empty when there is none."""
    values: dict[str, str]
    """key → value; a flag has the value ""."""
    rest: str
    """What could not be read; empty when all is well."""
    twice: str
    """A key that stands twice, or empty."""


NONE = Attributes("", {}, "", "")


def parse(text: str) -> Attributes:
    """Read what stands between the braces."""
    ident, twice = "", ""
    values: dict[str, str] = {}
    position = 0
    end = len(text.rstrip())
    while position < end:
        part = _PART.match(text, position, end)
        if part is None:
            return Attributes(ident, values, text[position:end].strip(), twice)
        position = part.end()
        if part["id"] is not None:
            twice = "#" if ident else twice
            ident = ident or part["id"]
            continue
        key = part["key"] or part["flag"]
        twice = key if key in values else twice
        values.setdefault(key, part["quoted"] or part["value"] or "")
    return Attributes(ident, values, "", twice)


def split(text: str) -> tuple[str, str | None]:
    """Cut the attributes off the end of `text`: (the words, what stands between the braces or None).

    A slot, `{{slot.name}}`, is no attribute.
    """
    if not text.endswith("}"):
        return text, None
    tail = _TAIL.search(text, max(0, text.rfind("{") - 1))
    if tail is None or text.endswith("}}"):
        return text, None
    return text[: tail.start()].rstrip(), tail[1]
