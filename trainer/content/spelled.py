"""Questions and scenarios as plain text, with everything they say at any time: for reading a translation in its place.

A translator must see hints, reasons and warnings too, which a page of forms shows only after an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from trainer.content.model import (
    Activity,
    Block,
    Callout,
    Case,
    Choice,
    Facilitator,
    Heading,
    List,
    ListItem,
    National,
    Paragraph,
    Passage,
    Question,
    Quote,
    Scenario,
    Step,
    Table,
    Unit,
)


def spelled_out(unit: Unit) -> Unit:
    """The unit with text in the place of each question."""
    return replace(unit, blocks=tuple(_blocks(unit.blocks)))


def _blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Question():
                yield Case(block.id, tuple(_question(block)), block.line)
            case Scenario():
                inner = tuple(one for step in block.steps for one in _step(step))
                yield Case(block.id, inner, block.line)
            case Activity() | Facilitator() | Case() | National():
                yield block._replace(blocks=tuple(_blocks(block.blocks)))
            case _:
                yield block


def _question(one: Question) -> Iterator[Block]:
    yield from one.prompt
    if one.options:
        items = ([*_said(option.body), *_quoted(option.feedback)] for option in one.options)
        yield _list(one.type == "order", items)
    answers = [*([one.answers] if one.answers else []), *(gap.passage for gap in one.gaps)]
    if answers:
        yield _list(False, ([Paragraph(answer)] for answer in answers))
    yield from _pairs(one)
    for hint in one.hints:
        yield from _quoted(hint)
    yield from _quoted(one.explanation)
    if one.caution:
        yield Callout("caution", one.caution, one.line)


def _pairs(one: Question) -> Iterator[Block]:
    if one.left and one.match_head:
        yield Table(("", ""), one.match_head, tuple(zip(one.left, one.right, strict=False)))
    rest = one.right[len(one.left) :]
    if rest:
        yield _list(False, ([Paragraph(cell)] for cell in rest))


def _step(step: Step) -> Iterator[Block]:
    yield Heading(4, step.id, step.title)
    yield from step.blocks
    if step.choices:
        yield _list(False, (_said(choice.body) for choice in step.choices))


def _said(passage: Passage | Choice | None) -> list[Block]:
    return [Paragraph(passage)] if isinstance(passage, Passage) else []


def _quoted(blocks: tuple[Block, ...]) -> list[Block]:
    return [Quote(blocks)] if blocks else []


def _list(ordered: bool, items: Iterable[list[Block]]) -> List:
    return List(ordered, 1, False, tuple(ListItem(tuple(item)) for item in items if item))
