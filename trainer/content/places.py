"""Where a passage stands, in words: the unit and the heading above it. And which block of a unit it is in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from trainer.content.contexts import unit_of
from trainer.content.inline import words
from trainer.content.model import Block, Footnote, Heading, Module, Passage, Scenario


class Place(NamedTuple):
    unit: str
    """Title of the unit; of the module for what stands in none."""
    slug: str
    """Of the unit, in addresses; empty for what stands in none."""
    heading: str
    """The heading above it; empty at the beginning of a unit."""


class Places:
    """For all passages of one module."""

    def __init__(self, module: Module) -> None:
        self.title = words(module.title.content)
        self.units = {unit.id: (words(unit.title.content), unit.slug) for unit in module.units}
        self._headings: dict[tuple[str, str], str] = {}
        for unit in module.units:
            self._walk(unit.id, unit.blocks, "")
        self._walk("module", module.introduction, "")

    def _walk(self, unit: str, blocks: Iterable[Block], heading: str) -> None:
        for block in blocks:
            if isinstance(block, Heading):
                heading = words(block.passage.content)
            name = getattr(block, "id", None)
            if name is not None:
                self._headings[unit, name] = heading
            if isinstance(block, Scenario):
                for step in block.steps:
                    self._headings[unit, f"{name}/{step.id}"] = words(step.title.content)
            self._walk(unit, getattr(block, "blocks", ()), heading)

    def of(self, context: str) -> Place:
        unit = unit_of(context)
        title, slug = self.units.get(unit, (self.title, ""))
        section = context.partition("/")[2].rpartition("/")[0]
        while section and (unit, section) not in self._headings:
            section = section.rpartition("/")[0]
        return Place(title, slug, self._headings.get((unit, section), ""))


def passages_in(node: Any) -> Iterator[Passage]:
    """Every passage in a block or any other part of the tree."""
    if isinstance(node, Passage):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from passages_in(part)
    elif hasattr(node, "__dataclass_fields__"):
        for name in node.__dataclass_fields__:
            yield from passages_in(getattr(node, name))


def holds(node: Block | Footnote, context: str, source: str) -> bool:
    return any((one.context, one.source) == (context, source) for one in passages_in(node))


def titles(module: Module) -> Mapping[str, str]:
    """Unit id → its title, in the order of the module."""
    return {unit.id: words(unit.title.content) for unit in module.units}
