"""An overlay written as the file of its country. What `nation.parse` reads from it is the same overlay again."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from trainer.content.nation import SLOT, Overlay

_RAW = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that YAML does not take as they are, or takes for the end of a line."""
_COLONS = re.compile(r"^ {0,3}(:+)", re.MULTILINE)


class Written(NamedTuple):
    text: str
    places: tuple[tuple[int, int, str], ...]
    """First line, last line, target: which lines of `text` hold what."""

    def at(self, line: int) -> tuple[str, int] | None:
        """What stands in a line: its target, and the line of the words, from 1."""
        return next(
            ((target, max(1, line - first)) for first, last, target in self.places if first <= line <= last), None
        )


def write(overlay: Overlay) -> Written:
    """The file `national/XX.md`. Values that are not known are left out."""
    lines, places = ["---"], []
    for key, values in (
        ("slots", overlay.slots),
        ("sources", overlay.sources),
        ("checked", {target: day.isoformat() for target, day in overlay.checked.items()}),
        ("basis", overlay.basis),
    ):
        if values:
            lines.append(f"{key}:")
        for name, value in values.items():
            lines.append(f"  {_quoted(name)}: {_quoted(value)}")
            if key == "slots":
                places.append((len(lines), len(lines), SLOT + name))
    if overlay.checked_on is not None:
        lines.append(f"checked_on: {overlay.checked_on.isoformat()}")
    if overlay.confirmed_by is not None:
        lines.append(f"confirmed_by: {_quoted(overlay.confirmed_by)}")
    if overlay.review_by is not None:
        lines.append(f"review_by: {overlay.review_by.isoformat()}")
    lines.append("---")
    for change in overlay.changes:
        fence = ":" * max(3, 1 + max((len(found) for found in _COLONS.findall(change.text)), default=0))
        first = len(lines) + 2
        lines += [
            "",
            f"{fence} country {{{change.action}={change.target}}}",
            *change.text.rstrip("\n").split("\n"),
            fence,
        ]
        places.append((first, len(lines), change.target))
    return Written("\n".join(lines) + "\n", tuple(places))


def _quoted(text: str) -> str:
    """In double quotes, where YAML and JSON agree."""
    return _RAW.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
