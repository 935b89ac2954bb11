"""What one compilation knows: the folder, the language and country it is for, and what it has met so far."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from trainer.content.diagnostics import Findings
from trainer.content.model import Inline, Passage, SlotRule, Target, Text
from trainer.content.nation import SLOT, Change, Overlay, slot_basis


class Pending(NamedTuple):
    """A link inside the module, checked when all units are read."""

    href: str
    file: str
    line: int
    column: int
    unit: str
    """Slug of the unit it stands in."""
    local: frozenset[str]
    """Further ids it may name: the steps of its scenario."""


@dataclass(slots=True, kw_only=True)
class Work:
    files: Mapping[str, bytes]
    findings: Findings
    source: str
    """Language the module is written in."""
    country: str | None
    facilitator: bool
    overlay: Overlay | None = None
    """Of the compiled country, and only when it is issued."""
    slots: Mapping[str, SlotRule] = field(default_factory=dict)
    """Declared slots."""
    objectives: tuple[str, ...] = ()
    ids: dict[str, str] = field(default_factory=dict)
    """Id of every fence → `file:line`."""
    nameless: dict[str, int] = field(default_factory=dict)
    """Fence → how many have no id so far."""
    targets: dict[str, Target] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    """Id of a target → digest of its regional words."""
    slot_words: dict[str, set[str]] = field(default_factory=dict)
    """Slot → the regional passages it stands in."""
    anchors: dict[str, set[str]] = field(default_factory=dict)
    """Unit slug → ids that links may name."""
    links: list[Pending] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    """Every message met, shown or not, in the order of the source."""

    @property
    def all_bases(self) -> Mapping[str, str]:
        """`Module.bases`, once every unit is read."""
        slots = {SLOT + name: slot_basis(rule, self.slot_words.get(name, ())) for name, rule in self.slots.items()}
        return slots | self.bases

    @property
    def filled(self) -> Mapping[str, str]:
        return self.overlay.slots if self.overlay is not None else {}

    def changes(self, ident: str) -> tuple[Change, ...]:
        """What the overlay of the compiled country does to the block `ident`."""
        if self.overlay is None:
            return ()
        return tuple(change for change in self.overlay.changes if change.target == ident)

    def plain_passage(
        self, text: str, context: str, line: int, *, safety: bool = False, national: bool = False
    ) -> Passage:
        """A message without mark-up. `national`: the words of an overlay, which are in no catalog."""
        text = " ".join(text.split())
        content: tuple[Inline, ...] = (Text(text),) if text else ()
        passage = Passage(content, self.source, "source", context, text, line, safety, True, national)
        if text and not national:
            self.passages.append(passage)
        return passage


def slug(text: str) -> str:
    """An id made from the words of a heading: `What we look for` → `what-we-look-for`; "section" without words."""
    text = re.sub(r"\]\([^()]*\)|\{\{[^{}]*\}\}", " ", text)
    if text.isascii():
        made = re.sub(r"[^a-z0-9]+", "-", text.lower())
    else:
        kept = (char if unicodedata.category(char)[0] in "LMN" else " " for char in text.lower())
        made = "-".join("".join(kept).split())
    return made.strip("-")[:60].rstrip("-") or "section"
