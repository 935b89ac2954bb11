"""What comes before the lessons: cover, contents, objectives, content note."""

from __future__ import annotations

from typing import NamedTuple

from trainer.content.model import Module, Objective, Passage, Unit
from trainer.printing import labels as say
from trainer.printing import look
from trainer.printing.blocks import Setter
from trainer.printing.drawings import nothing, waves
from trainer.printing.labels import Sentence
from trainer.printing.passages import Place, mark, measured
from trainer.typeset.faces import BOLD, REGULAR
from trainer.typeset.flow import Bar, Draw, Flow, Set, Strip
from trainer.typeset.lines import Line, Measured, Span, Type
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node


class Entry(NamedTuple):
    """A line of the contents."""

    key: str
    title: Sentence
    eyebrow: str
    """What kind of unit it is, in the page's language; may be empty."""


def cover(setter: Setter, module: Module, kind: Sentence, facts: list[Sentence], height: float) -> None:
    """Title in the upper third, facts at the foot of the page."""
    flow = setter.flow
    flow.shape(26.0, waves(92.0), dy=10.0)
    flow.shape(height * 0.17, nothing)
    setter.sentence(kind, Type(size=12.0, style=BOLD, colour=look.fill(look.CLAY)))
    flow.space(10.0)
    setter.passage(module.title, look.COVER_TITLE, Node("H1", setter.node))
    flow.space(14.0)
    with flow.inset(0.0, right=40.0):
        setter.passage(module.summary, look.COVER_SUMMARY, Node("P", setter.node))
    above = len(flow.strips)
    flow.shape(1.0, lambda sheet, x, y: sheet.rule(x, y, x + flow.width, 1.2, look.stroke(look.TEAL)))
    flow.space(10.0)
    for fact in facts:
        setter.sentence(fact, Type(size=10.0, colour=look.fill(look.INK)))
    used = sum(strip.height + strip.before for strip in flow.strips)
    flow.strips[above].before += max(0.0, height - used - 2.0)


def title_rule(flow: Flow) -> None:
    """The short rule under the title of a part."""
    flow.space(5.0)
    flow.shape(3.0, lambda sheet, x, y: sheet.rule(x, y, x + 44.0, 2.4, look.stroke(look.CLAY))).keep = True
    flow.space(14.0)


def eyebrow(place: Place, unit: Unit, lesson: int) -> Sentence:
    """The line above a unit's title: what it is and how long it takes."""
    kinds = {"lesson": place.say(say.LESSON, number=lesson), "quiz": place.say(say.QUIZ)}
    kind = kinds.get(unit.kind) or place.say(say.JOB_AID)
    if not unit.minutes:
        return kind
    return Sentence(f"{kind.text} · {place.say(say.MINUTES, number=unit.minutes).text}", kind.lang)


def contents(setter: Setter, entries: list[Entry], folios: dict[str, int], remarks: list[Sentence]) -> None:
    """Titles, leader dots, page numbers. `folios` is read when the page is drawn."""
    flow = setter.flow
    setter.sentence(setter.place.say(say.CONTENTS), look.UNIT_TITLE, "H2", keep=True)
    title_rule(flow)
    list_ = Node("TOC", setter.node)
    for entry in entries:
        flow.space(7.0)
        _entry(setter, entry, folios, Node("TOCI", list_))
    flow.space(26.0)
    for remark in remarks:
        setter.sentence(remark, look.QUIET)


ENTRY = Type(size=10.5, leading=0.95, colour=look.fill(look.INK))


def _entry(setter: Setter, entry: Entry, folios: dict[str, int], item: Node) -> None:
    flow = setter.flow
    link = Node("Link", Node("Reference", item), alt=entry.title.text)
    mark(link, entry.title.lang, setter.place.locale)
    spans = []
    if entry.eyebrow:
        spans.append(Span(f"{entry.eyebrow}\n", REGULAR, colour=look.fill(look.SOFT), href=f"#{entry.key}", node=link))
    spans.append(Span(entry.title.text, BOLD, href=f"#{entry.key}", node=link))
    lines = Measured(spans, entry.title.lang, ENTRY).lines(flow.measure - 60.0)
    strips = [Strip(line.height, texts=(Set(flow.left, 0.0, line, link),), keep=True) for line in lines]
    strips[-1].keep = False
    strips[-1].shapes = ((flow.left, 0.0, _folio(entry.key, lines[-1], folios, link, flow.measure)),)
    flow.add(*strips)


def _folio(key: str, line: Line, folios: dict[str, int], link: Node, width: float) -> Draw:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        span = Span(str(folios[key]), href=f"#{key}", node=link)
        number = Measured([span], "en", ENTRY).lines(50.0)[0]
        base = y + line.ascent
        sheet.dots(x + line.width + 7.0, base - 0.5, x + width - number.width - 6.0)
        sheet.text(number, x + width - number.width, base - number.ascent, link)

    return draw


def objectives(setter: Setter, goals: tuple[Objective, ...]) -> None:
    """A list of what the reader will be able to do."""
    flow, outer = setter.flow, setter.node
    flow.space(look.HEADING_SPACE[2])
    setter.depth = 3
    setter.sentence(setter.place.say(say.OBJECTIVES), look.HEADINGS[2], "H3", keep=True)
    node = Node("L", outer, attributes="/O /List /ListNumbering /Disc")
    starts = []
    for goal in goals:
        starts.append(len(flow.strips))
        flow.space(4.0)
        entry = Node("LI", node)
        with flow.inset(16.0):
            setter.bullet("•", entry, 16.0, False)
            setter.passage(goal.passage, look.BODY, Node("LBody", entry))
    flow.hold_ends(starts)
    setter.node = outer


def content_note(setter: Setter, passage: Passage) -> None:
    """What is hard to read in what follows."""
    flow, outer = setter.flow, setter.node
    setter.node = node = Node("Div", outer)
    flow.space(14.0)
    title = Type(size=10.5, style=BOLD, colour=look.fill(look.PLUM))
    with flow.whole(), flow.inset(14.0, bar=Bar(0.0, 3.0, look.fill(look.PLUM), 2.0)):
        setter.sentence(setter.place.say(say.CONTENT_NOTE), title, keep=True)
        body = Node("P", node)
        flow.paragraph(measured(passage, look.BODY, body, setter.place), body)
    flow.space(14.0)
    setter.node = outer
