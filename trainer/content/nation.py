"""What one country adds to a module: `national/KH.md`.

    ---
    slots: {hotline: "1288, day and night, Khmer and English"}
    sources: {slot.hotline: "Ministry of Interior, notice 12"}
    checked: {slot.hotline: 2026-01-28}
    basis: {slot.hotline: 0f3a…, contacts: 77c1…}
    checked_on: 2026-02-01
    confirmed_by: Name, office
    review_by: 2027-02-01
    ---

    ::: country {fill=hotline}
    Words in the module's source language, with any blocks the format knows.
    :::

`fill=` puts the words into an empty country block, `replace=` in place of the block with that id, `append=` after it.

`sources`, `checked` and `basis` speak of what is filled in: `slot.NAME` or the id of a block. `basis` is the digest of
the regional words at the time. Where they have changed since, exactly that slot or block is *reopened*: the country's
words for it wait until somebody looked again (`in_force`).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from trainer.content.diagnostics import Diagnostic
from trainer.content.model import SlotRule, Target
from trainer.content.yaml_lines import Node, YamlError, load
from trainer.vocabulary import COUNTRIES

Action = Literal["fill", "replace", "append"]
ACTIONS: tuple[Action, ...] = ("fill", "replace", "append")
KEYS = ("slots", "sources", "checked", "basis", "checked_on", "confirmed_by", "review_by")
SLOT = "slot."
"""Before the name of a slot, where slots and blocks are named side by side."""
_DIGEST = re.compile("[0-9a-f]{16}")


class Change(NamedTuple):
    """What to do with one block of the module."""

    action: Action
    target: str
    """Id of the block."""
    text: str
    """Markdown, never empty: an overlay may change a block, not take it away."""
    line: int
    """Line of the first line of `text` in the overlay's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    country: str
    """ISO 3166-1 alpha-2."""
    slots: Mapping[str, str]
    """Filled slots only."""
    checked_on: date | None = None
    confirmed_by: str | None = None
    review_by: date | None = None
    """The national words are to be checked again until this day."""
    changes: tuple[Change, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    """Target → where its words come from."""
    checked: Mapping[str, date] = field(default_factory=dict)
    """Target → when its words were checked at the source."""
    basis: Mapping[str, str] = field(default_factory=dict)
    """Target → digest of the regional words that its words were written for."""
    reopened: tuple[str, ...] = ()
    """Targets that `in_force` took away."""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Target → its line in the file."""

    @property
    def targets(self) -> tuple[str, ...]:
        """Everything the country has words for: `slot.NAME` and ids of blocks, in the order of the file."""
        return tuple(dict.fromkeys([*map(SLOT.__add__, self.slots), *(change.target for change in self.changes)]))

    @property
    def issued(self) -> bool:
        """Whether it is dated and signed. Until then learners of the country read the regional text."""
        return self.checked_on is not None and self.confirmed_by is not None


def digest(words: Iterable[str]) -> str:
    """Of the words that something depends on: the first 16 hexadecimal digits of SHA-256."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]


def slot_basis(rule: SlotRule, passages: Iterable[str]) -> str:
    """Digest of what the words for a slot depend on: how it is declared, and every passage it stands in."""
    return digest(["required" if rule.required else "optional", rule.type, rule.help, *sorted(passages)])


def slot_of(target: str) -> str | None:
    """Name of the slot that `target` names; None for a block."""
    return target.removeprefix(SLOT) if target.startswith(SLOT) else None


def block_of(target: str) -> str | None:
    return None if target.startswith(SLOT) else target


def in_force(overlay: Overlay, bases: Mapping[str, str]) -> Overlay:
    """`overlay` without what is reopened. `bases`: `Module.bases` of the present regional text."""
    reopened = {
        target for target in overlay.targets if bases.get(target) != overlay.basis.get(target, bases.get(target))
    }
    if not reopened:
        return overlay
    return replace(
        overlay,
        slots={name: words for name, words in overlay.slots.items() if SLOT + name not in reopened},
        changes=tuple(change for change in overlay.changes if change.target not in reopened),
        reopened=tuple(target for target in overlay.targets if target in reopened),
    )


def still_open(
    slots: Mapping[str, SlotRule], targets: Mapping[str, Target], overlay: Overlay | None, country: str | None
) -> tuple[str, ...]:
    """Names of the required slots and blocks that the overlay fills neither with words nor with a block, then of what
    is reopened. A block is filled, too, when all slots in its regional words are.
    """
    if overlay is None or not overlay.issued:
        overlay = Overlay(country=country or "", slots={})
    done = {*overlay.slots, *(change.target for change in overlay.changes if change.action != "append")}
    names = [*_required(slots, targets, overlay, country), *(one.removeprefix(SLOT) for one in overlay.reopened)]
    return tuple(name for name in dict.fromkeys(names) if name not in done)


def _required(
    slots: Mapping[str, SlotRule], targets: Mapping[str, Target], overlay: Overlay, country: str | None
) -> list[str]:
    blocks = [
        ident
        for ident, one in targets.items()
        if one.kind == "country"
        and one.slot == "required"
        and (country is None or country in one.countries)
        and not (one.slots and all(slot in overlay.slots for slot in one.slots))
    ]
    return [*(name for name, rule in slots.items() if rule.required), *blocks]


def parse(data: bytes, file: str) -> tuple[Overlay | None, list[Diagnostic]]:
    """Read `national/<COUNTRY>.md`. None when it is not text or its country does not exist; never raises."""
    country = PurePosixPath(file).stem
    reader = _Reader(file)
    if country not in COUNTRIES:
        reader.report("nation-country", 0, found=country, known=", ".join(COUNTRIES))
        return None, reader.found
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        reader.report("nation-encoding", data.count(b"\n", 0, error.start) + 1, byte=error.start + 1)
        return None, reader.found
    lines = text.replace("\r\n", "\n").split("\n")
    body_at = reader.front_matter(lines)
    reader.body(lines, body_at)
    reader.check_targets()
    overlay = Overlay(
        country=country,
        slots=reader.slots,
        checked_on=reader.dates.get("checked_on"),
        confirmed_by=reader.confirmed_by,
        review_by=reader.dates.get("review_by"),
        changes=tuple(reader.changes),
        sources={target: node.value for target, node in reader.about["sources"].items() if isinstance(node.value, str)},
        checked=reader.checked,
        basis={target: node.value for target, node in reader.about["basis"].items() if isinstance(node.value, str)},
        lines=reader.lines,
    )
    return overlay, sorted(reader.found, key=lambda d: (d.line, d.column, d.code))


_OPEN = re.compile(r"(?P<fence>:{3,})[ \t]*(?P<name>[\w-]+)[ \t]*(?:\{(?P<attributes>[^{}]*)\})?[ \t]*")
_ATTRIBUTE = re.compile(r'(?P<key>[\w-]+)=(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')
_CLOSE = re.compile(r"(:{3,})[ \t]*")


_ABOUT = {"sources": "words", "checked": "a date such as 2026-02-01", "basis": "16 hexadecimal digits"}
"""Keys that speak of targets, and what stands there."""


@dataclass
class _Reader:
    file: str
    found: list[Diagnostic] = field(default_factory=list)
    slots: dict[str, str] = field(default_factory=dict)
    dates: dict[str, date] = field(default_factory=dict)
    confirmed_by: str | None = None
    changes: list[Change] = field(default_factory=list)
    about: dict[str, dict[str, Node]] = field(default_factory=lambda: {key: {} for key in _ABOUT})
    """Key that speaks of targets → target → its value."""
    checked: dict[str, date] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def report(self, code: str, line: int, column: int = 1, **params: str | int) -> None:
        self.found.append(Diagnostic(code, "error", self.file, line, column if line else 0, params))

    # ------------------------------------------------------------ front matter

    def front_matter(self, lines: list[str]) -> int:
        """Read what stands between the two `---`; returns the index of the first line of the body."""
        if lines[0].rstrip() != "---":
            self.report("nation-front-matter", 1, expected="--- in the first line")
            return 0
        end = next((i for i, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), None)
        if end is None:
            self.report("nation-front-matter", 1, expected="a second --- below the values")
            return len(lines)
        try:
            node = load("\n".join(lines[1:end]), first_line=2)
        except YamlError as fault:
            self.report("nation-front-matter", fault.line, fault.column, expected=fault.expected)
            return end + 1
        if isinstance(node.value, dict):
            for key, value in node.value.items():
                self._key(key, value)
        else:
            self.report("nation-front-matter", node.line, expected="keys with values")
        if {"checked_on", "review_by"} <= self.dates.keys() and self.dates["review_by"] <= self.dates["checked_on"]:
            self.report("nation-dates", 1)
        return end + 1

    def _key(self, key: str, node: Node) -> None:
        if key not in KEYS:
            self.report("nation-key", node.line, 1, key=key, known=", ".join(KEYS))
        elif key == "slots":
            self._slots(node)
        elif key in _ABOUT:
            self._about(key, node)
        elif not isinstance(node.value, str):
            self.report("nation-value", node.line, node.column, key=key, expected="one text")
        elif key == "confirmed_by":
            self.confirmed_by = node.value.strip() or None
        elif node.value.strip():
            try:
                self.dates[key] = date.fromisoformat(node.value.strip())
            except ValueError:
                self.report("nation-value", node.line, node.column, key=key, expected="a date such as 2026-02-01")

    def _slots(self, node: Node) -> None:
        if not isinstance(node.value, dict):
            if node.value:
                self.report("nation-value", node.line, node.column, key="slots", expected="name: words")
            return
        for name, value in node.value.items():
            if not isinstance(value.value, str):
                self.report("nation-value", value.line, value.column, key=name, expected="one text")
            elif value.value.strip():
                self.slots[name] = " ".join(value.value.split())
                self.lines[SLOT + name] = value.line

    def _about(self, key: str, node: Node) -> None:
        """`sources`, `checked` or `basis`: target → one text of its own form."""
        if not isinstance(node.value, dict):
            if node.value:
                self.report("nation-value", node.line, node.column, key=key, expected=f"target: {_ABOUT[key]}")
            return
        for target, value in node.value.items():
            text = " ".join(value.value.split()) if isinstance(value.value, str) else None
            if text and self._fits(key, target, text):
                self.about[key][target] = value._replace(value=text)
            elif text != "":
                self.report("nation-value", value.line, value.column, key=f"{key}.{target}", expected=_ABOUT[key])

    def _fits(self, key: str, target: str, text: str) -> bool:
        if key == "checked":
            try:
                self.checked[target] = date.fromisoformat(text)
            except ValueError:
                return False
        return key != "basis" or _DIGEST.fullmatch(text) is not None

    def check_targets(self) -> None:
        """What is said about targets is about something filled in here. After the whole file was read."""
        known = dict.fromkeys([*map(SLOT.__add__, self.slots), *(change.target for change in self.changes)])
        for key, values in self.about.items():
            for target, node in values.items():
                if target not in known:
                    listed = ", ".join(known) or "none"
                    self.report("nation-target", node.line, node.column, key=key, target=target, known=listed)

    # -------------------------------------------------------------------- body

    def body(self, lines: list[str], index: int) -> None:
        """Read the `::: country` blocks; anything else between them is reported."""
        seen: dict[tuple[str, str], int] = {}
        while index < len(lines):
            line = lines[index]
            opening = _OPEN.fullmatch(line)
            if opening is None:
                if line.strip():
                    self.report("nation-loose", index + 1)
                    index = _next_fence(lines, index + 1)
                else:
                    index += 1
                continue
            end = _closing(lines, index + 1, len(opening["fence"]))
            if end is None:
                self.report("nation-unclosed", index + 1, fence=opening["fence"])
                end = len(lines)
            if change := self._change(opening, lines[index + 1 : end], index + 1):
                first = seen.setdefault((change.action, change.target), index + 1)
                if first != index + 1 and change.action != "append":
                    self.report("nation-duplicate", index + 1, target=change.target, first=first)
                else:
                    self.changes.append(change)
                    self.lines.setdefault(change.target, index + 1)
            index = end + 1

    def _change(self, opening: re.Match[str], body: list[str], line: int) -> Change | None:
        if opening["name"] != "country":
            self.report("nation-block", line, opening.start("name") + 1, found=opening["name"])
            return None
        action = self._action(opening, line)
        if action is None:
            return None
        blank = next((i for i, text in enumerate(body) if text.strip()), None)
        if blank is None:
            self.report("nation-empty", line, target=action[1])
            return None
        return Change(action[0], action[1], "\n".join(body[blank:]).rstrip() + "\n", line + 1 + blank)

    def _action(self, opening: re.Match[str], line: int) -> tuple[Action, str] | None:
        """The one attribute of the block."""
        found: list[tuple[Action, str]] = []
        text = opening["attributes"] or ""
        rest = _ATTRIBUTE.sub(lambda m: " " * len(m[0]), text)
        if rest.strip():
            column = opening.start("attributes") + len(rest) - len(rest.lstrip()) + 1
            self.report("nation-attribute", line, column, found=rest.split()[0], known=_listed())
            return None
        for match in _ATTRIBUTE.finditer(text):
            for action in ACTIONS:
                if match["key"] == action:
                    found.append((action, (match["quoted"] or match["plain"] or "").lstrip("#")))
                    break
            else:
                column = opening.start("attributes") + match.start() + 1
                self.report("nation-attribute", line, column, found=match["key"], known=_listed())
                return None
        if len(found) != 1 or not found[0][1]:
            self.report("nation-action", line, known=_listed())
            return None
        return found[0]


def _listed() -> str:
    return ", ".join(f"{action}=" for action in ACTIONS)


def _closing(lines: list[str], start: int, colons: int) -> int | None:
    """Index of the line that closes a fence of so many colons."""
    for index in range(start, len(lines)):
        closing = _CLOSE.fullmatch(lines[index])
        if closing and len(closing[1]) >= colons:
            return index
    return None


def _next_fence(lines: list[str], start: int) -> int:
    return next((i for i in range(start, len(lines)) if lines[i].startswith(":::")), len(lines))
