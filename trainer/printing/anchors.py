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
    Facilitator,
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


def walk(blocks: Iterable[Block], *, is_guide: bool = False) -> Iterator[Block]:
    """Every block that is shown, the containing one first: to learners, or also what only a facilitator sees."""
    for block in blocks:
        yield block
        yield from walk(_inside(block), is_guide=is_guide)
        if is_guide:
            yield from walk(_for_facilitators(block), is_guide=True)


def _inside(block: Block) -> Iterable[Block]:
    match block:
        case Quote() | Callout() | Activity() | Case() | National():
            return block.blocks
        case List() | Definitions():
            return [inner for item in block.items for inner in item.blocks]
        case Question():
            return block.prompt
        case Scenario():
            return [inner for step in block.steps for inner in step.blocks]
        case _:
            return ()


def _for_facilitators(block: Block) -> Iterable[Block]:
    """Notes, and what is said after an answer."""
    match block:
        case Facilitator():
            return block.blocks
        case Question():
            said = [option.feedback for option in block.options] + [*block.hints, block.explanation, block.caution]
            return [inner for blocks in said for inner in blocks]
        case _:
            return ()
