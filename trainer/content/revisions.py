"""What may not change in a published question unless its `rev` is raised.

Answers are stored with the revision they were given to. If the key, the type or the options change under the same
revision, old answers would be read against a question they were never given to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from trainer.content.diagnostics import Diagnostic
from trainer.content.model import Item, Module, Question, Scenario

_OPENING = re.compile(r"\s*:{3,}\s*(?:question|scenario)\s*\{(?P<attributes>[^{}]*)\}")
_REV = re.compile(r"(?<!\S)rev=\S+")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")


class Raise(NamedTuple):
    """A question whose `rev` has to go up before its module can be published."""

    item: Item
    published: int
    """The rev of the published question."""
    parts: tuple[str, ...]
    """What changed: `type`, `options`, `key`; empty when only the rev fell."""

    @property
    def rev(self) -> int:
        """The lowest that will do."""
        return self.published + 1 if self.parts else self.published


def raises(old: Module, new: Module) -> list[Raise]:
    """The questions of `new` that need a higher `rev`: both modules compiled in their own language, for no country.

    `old` is the published edition. Wording, points, hints and feedback may change freely; a question that is new or
    gone is no change. A `rev` lower than the published one has to go up too.
    """
    published = {item.id: item for item in _all_items(old)}
    found = []
    for item in _all_items(new):
        before = published.get(item.id)
        if before is not None and item.rev <= before.rev:
            one = Raise(item, before.rev, tuple(what_changed(before, item)))
            if item.rev < one.rev:
                found.append(one)
    return found


def changed_without_rev(old: Module, new: Module) -> list[Diagnostic]:
    """`raises` as errors."""
    found = []
    for one in raises(old, new):
        if one.item.rev < one.published:
            found.append(_finding("rev-lower", one.item, published=one.published))
        else:
            found.append(_finding("rev-needed", one.item, parts=", ".join(one.parts), next=one.rev))
    return found


def _finding(code: str, item: Item, **params: str | int) -> Diagnostic:
    return Diagnostic(code, "error", item.file, item.line, 1, {"id": item.id, **params})


def with_rev(text: str, item: Item, rev: int) -> str | None:
    """The text of the item's file with `rev={rev}` in the item's first line, and nothing else changed.

    None when that line does not begin the item: the text is not the one it was compiled from.
    """
    lines = _LINE.findall(text)
    if not 0 < item.line <= len(lines):
        return None
    head = lines[item.line - 1]
    opening = _OPENING.match(head)
    if opening is None or f"#{item.id}" not in opening["attributes"].split():
        return None
    attributes, found = _REV.subn(f"rev={rev}", opening["attributes"], count=1)
    if not found:
        attributes = f"{attributes.rstrip()} rev={rev}"
    start, end = opening.span("attributes")
    lines[item.line - 1] = head[:start] + attributes + head[end:]
    return "".join(lines)


def _all_items(module: Module) -> Iterator[Item]:
    for unit in module.units:
        yield from unit.items


def what_changed(old: Item, new: Item) -> Iterator[str]:
    """What of a question is different that old answers are read by: `type`, `options`, `key`."""
    if old.type != new.type:
        yield "type"
    elif isinstance(old, Scenario) or isinstance(new, Scenario):
        if _structure(old) != _structure(new):
            yield "options"
        elif _scores(old) != _scores(new):
            yield "key"
    else:
        if _options(old) != _options(new) or _moved(old, new):
            yield "options"
        if _key(old) != _key(new):
            yield "key"


def _options(item: Question) -> object:
    """How many there are of what can be chosen."""
    return len(item.options), len(item.left), len(item.right), tuple(len(gap.choices) for gap in item.gaps)


def _moved(old: Question, new: Question) -> bool:
    """Whether something that can be chosen stands at another place: stored answers name places. Words may change."""
    places = {text: at for at, text in enumerate(_texts(new))}
    return any(places.get(text, at) != at for at, text in enumerate(_texts(old)))


def _texts(item: Question) -> list[str]:
    options = [option.body.source for option in item.options if option.body is not None]
    cells = [f"{side} {cell.source}" for side, cells in (("<", item.left), (">", item.right)) for cell in cells]
    choices = [f"{gap} {choice}" for gap, one in enumerate(item.gaps) for choice in one.choices]
    return options + cells + choices


def _key(item: Question) -> object:
    """Which answers are right."""
    return (
        tuple((option.correct, option.critical, option.score) for option in item.options),
        frozenset(item.accepted),
        item.number,
        tuple(_gap_key(gap.accepted, gap.choices) for gap in item.gaps),
    )


def _gap_key(accepted: tuple[str, ...], choices: tuple[str, ...]) -> object:
    return [at for at, choice in enumerate(choices) if choice in accepted] if choices else frozenset(accepted)


def _structure(item: Item) -> object:
    assert isinstance(item, Scenario)
    return [(step.id, [choice.target for choice in step.choices]) for step in item.steps]


def _scores(item: Item) -> object:
    assert isinstance(item, Scenario)
    return [[choice.score for choice in step.choices] for step in item.steps]
