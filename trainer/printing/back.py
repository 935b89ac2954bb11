"""What comes after the lessons: the words that were used, and the sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trainer.content.glossary import TERMS
from trainer.content.model import (
    Block,
    Definitions,
    Emphasis,
    Figure,
    Footnote,
    Heading,
    Inline,
    Link,
    Module,
    NoteRef,
    Paragraph,
    Passage,
    Question,
    Scenario,
    Strong,
    Table,
    Term,
    Unit,
)
from trainer.printing import look
from trainer.printing.anchors import walk
from trainer.printing.blocks import Setter
from trainer.printing.passages import GLOSSARY_KEY, said
from trainer.typeset.flow import Anchor
from trainer.typeset.lines import Measured, Span
from trainer.typeset.structure import Node


def terms(module: Module, units: Iterable[Unit], *, is_guide: bool = False) -> list[str]:
    """Ids of the glossary terms that the shown words of the module link to, in the glossary's order."""
    used: set[str] = set()
    blocks = [*module.introduction, *(block for note in module.notes for block in note.blocks)]
    for unit in units:
        blocks += [*unit.blocks, *(block for note in unit.notes for block in note.blocks)]
    for block in walk(blocks, is_guide=is_guide):
        for passage in passages(block):
            used.update(_terms(passage.content))
    return [term for term in TERMS if term in used]


def passages(block: Block) -> Iterator[Passage]:
    """The passages that `block` itself shows on paper, without those of the blocks inside it."""
    match block:
        case Paragraph() | Heading():
            yield block.passage
        case Table():
            yield from block.head
            for row in block.rows:
                yield from row
        case Definitions():
            yield from (item.term for item in block.items)
        case Figure() if block.caption is not None:
            yield block.caption
        case Question():
            yield from (option.body for option in block.options if option.body is not None)
            yield from (*block.left, *block.right, *block.match_head)
        case Scenario():
            for step in block.steps:
                yield step.title
                yield from (choice.body for choice in step.choices)
        case _:
            pass


def _terms(content: Iterable[Inline]) -> Iterator[str]:
    for inline in content:
        match inline:
            case Term(term, children):
                yield term
                yield from _terms(children)
            case Strong(children) | Emphasis(children) | Link(_, children, _):
                yield from _terms(children)
            case _:
                pass


def notes_of(blocks: Iterable[Block], notes: tuple[Footnote, ...], *, is_guide: bool = False) -> tuple[Footnote, ...]:
    """Those of `notes` that the shown words of `blocks` point to, and those that these point to."""
    inside = {note.label: note.blocks for note in notes}
    used: set[str] = set()
    waiting = list(blocks) if notes else []
    while waiting:
        found = {
            label
            for block in walk(waiting, is_guide=is_guide)
            for passage in passages(block)
            for label in _labels(passage.content)
        }
        waiting = [block for label in found - used for block in inside.get(label, ())]
        used |= found
    return tuple(note for note in notes if note.label in used)


def _labels(content: Iterable[Inline]) -> Iterator[str]:
    for inline in content:
        match inline:
            case NoteRef(label, _):
                yield label
            case Strong(children) | Emphasis(children) | Link(_, children, _) | Term(_, children):
                yield from _labels(children)
            case _:
                pass


def glossary(setter: Setter, used: list[str]) -> None:
    """Term and definition, in the interface's words."""
    place, flow = setter.place, setter.flow
    list_ = Node("L", setter.node, attributes="/O /List /ListNumbering /None")
    for term in used:
        entry = TERMS[term]
        item = Node("LI", list_)
        head, body = Node("Lbl", item), Node("LBody", item)
        flow.space(9.0)
        flow.anchor(Anchor(place.key(f"{GLOSSARY_KEY}.{term}")))
        flow.paragraph(said(place.say(entry.english), look.HEADINGS[4], head, place.locale), head, keep=True)
        flow.paragraph(said(place.say(entry.definition), look.BODY, body, place.locale), body)


def sources(setter: Setter, module: Module) -> None:
    """Titles of works stay in the language they are cited in."""
    lang = module.source
    list_ = Node("L", setter.node, attributes="/O /List /ListNumbering /Disc")
    if lang != setter.place.locale:
        list_.lang = lang
    starts = []
    for line in module.sources:
        starts.append(len(setter.flow.strips))
        entry = Node("LI", list_)
        setter.flow.space(4.0)
        with setter.flow.inset(16.0):
            setter.bullet("•", entry, 16.0, False)
            body = Node("LBody", entry)
            setter.flow.paragraph(Measured([Span(line)], lang, look.BODY, "module.md"), body)
    setter.flow.hold_ends(starts)
