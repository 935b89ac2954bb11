"""Every place in a module that a link on paper can lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trainer.content.glossary import TERMS
from trainer.content.model import (
    Activity,
    Block,
    Callout,
    Case,
    Definitions,
    Footnote,
    Heading,
    List,
    Module,
    National,
    Question,
    Quote,
    Scenario,
    Unit,
)
from trainer.printing.passages import GLOSSARY_KEY, MODULE_KEY


def anchors(module: Module, units: Iterable[Unit]) -> frozenset[str]:
    """Keys: `unit`, `unit.anchor`, and the same for the introduction and the glossary."""
    glossary = {f"{GLOSSARY_KEY}.{term}" for term in TERMS}
    return frozenset(glossary | _keys(MODULE_KEY, module.introduction, module.notes) | unit_anchors(units))


def unit_anchors(units: Iterable[Unit]) -> frozenset[str]:
    """The same of the units alone, where neither introduction nor glossary are printed."""
    return frozenset(key for unit in units for key in _keys(unit.slug, unit.blocks, unit.notes))


def _keys(slug: str, blocks: Iterable[Block], notes: Iterable[Footnote]) -> set[str]:
    names = {f"{slug}.{name}" for name in _names(blocks)}
    return {slug} | names | {f"{slug}.note-{note.label}" for note in notes}


def _names(blocks: Iterable[Block]) -> Iterator[str]:
    for block in walk(blocks):
        match block:
            case Heading() | Activity() | Case() | National() | Question() | Scenario():
                yield block.id
                if isinstance(block, Scenario):
                    yield from (step.id for step in block.steps)
            case _:
                pass


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block that a handbook shows, the containing one first."""
    for block in blocks:
        yield block
        match block:
            case Quote() | Callout() | Activity() | Case() | National():
                yield from walk(block.blocks)
            case List():
                for item in block.items:
                    yield from walk(item.blocks)
            case Definitions():
                for definition in block.items:
                    yield from walk(definition.blocks)
            case Question():
                yield from walk(block.prompt)
            case Scenario():
                for step in block.steps:
                    yield from walk(step.blocks)
            case _:
                pass
