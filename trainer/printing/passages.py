"""Words of a module into runs of type: emphasis, links, footnote marks, gaps.

What an author wrote is only ever text here: there is no markup to parse, so there is none to smuggle in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from trainer.content.model import (
    Break,
    Code,
    Emphasis,
    Gap,
    GapMark,
    Inline,
    Link,
    NoteRef,
    Passage,
    Slot,
    Strong,
    Term,
    Text,
)
from trainer.printing.labels import Labels, Sentence
from trainer.printing.look import SOFT, TEAL, fill
from trainer.printing.orders import shuffled
from trainer.typeset.faces import BOLD, BOLD_ITALIC, ITALIC, MONO, REGULAR, MissingGlyph
from trainer.typeset.lines import Measured, Span, Type
from trainer.typeset.structure import Node

BLANK = "\u00a0" * 24
"""Room to write a word by hand. The same for every gap: its length must not give the answer away."""


GLOSSARY_KEY, MODULE_KEY = ":glossary", ":module"
"""Stand where a unit's slug stands in anchors; no slug has a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the module words stand, and what their links can lead to."""

    locale: str
    file: str
    anchors: frozenset[str]
    """Every key that something on paper answers to."""
    prefix: str
    """What the unit's own anchors begin with."""
    labels: Labels
    media: Callable[[str], bytes | None]
    country: str = ""
    """Whose overlay some of the words are from."""
    document: str = ""
    """Begins every key, where several documents are in one file."""

    def say(self, message: str, **values: object) -> Sentence:
        text, lang = self.labels[message]
        return Sentence(text % values if values else text, lang)

    def key(self, name: str) -> str:
        """The key of a place in this document."""
        return f"{self.document}{name}"

    def target(self, href: str) -> str:
        """Where a link leads: `#key` on paper, an address outside, or nowhere (empty)."""
        if href.startswith(("http://", "https://", "mailto:")):
            return href
        unit, _, anchor = href.partition("#")
        key = f"{unit or self.prefix}.{anchor}" if anchor else unit
        return f"#{self.document}{key}" if key in self.anchors else ""


def measured(passage: Passage, type_: Type, node: Node, place: Place, gaps: tuple[Gap, ...] = ()) -> Measured:
    """A passage in type. The element gets the passage's language where that is not the page's.

    Raises MissingGlyph with the place of its words. An outdated translation gets a mark in the margin.
    """
    mark(node, passage.lang, place.locale)
    writer = _Writer(type_.style, node, place, passage.lang, dict(enumerate(gaps)))
    writer.write(passage.content)
    try:
        return Measured(writer.spans or [Span("")], passage.lang, type_, marked=passage.state == "stale")
    except MissingGlyph as error:
        raise error.at(_where(passage, place)) from None


def _where(passage: Passage, place: Place) -> str:
    """File and line of its words; of a translation the catalog and the context to look for in it, then the source's."""
    from trainer.content.translation import catalog_of  # only who has an error waits for it

    if passage.is_national:
        return f"national/{place.country}.md:{passage.line}"
    source = f"{place.file}:{passage.line}"
    if passage.state in ("source", "missing"):
        return source
    return f'{catalog_of(passage.lang)}: msgctxt "{passage.context}" ({source})'


def said(sentence: Sentence, type_: Type, node: Node | None, locale: str) -> Measured:
    """Words of the interface in type."""
    if node is not None:
        mark(node, sentence.lang, locale)
    return Measured([Span(sentence.text)], sentence.lang, type_, f"locales/{sentence.lang}/LC_MESSAGES/messages.po")


def mark(node: Node, lang: str, locale: str) -> None:
    """Give the element its language where that is not what it would inherit.

    An item in the source's language may have a translated list inside it.
    """
    above = node.parent
    while above is not None and not above.lang:
        above = above.parent
    if lang != (above.lang if above is not None else locale):
        node.lang = lang


class _Writer:
    """Collects spans; nesting is in the arguments."""

    def __init__(self, style: int, node: Node, place: Place, lang: str, gaps: Mapping[int, Gap]) -> None:
        self.base, self.node, self.place, self.lang, self.gaps = style, node, place, lang, gaps
        self.spans: list[Span] = []

    def write(
        self, content: Iterable[Inline], bold: bool = False, italic: bool = False, link: Span | None = None
    ) -> None:
        for inline in content:
            match inline:
                case Text(text):
                    self.text(text, bold, italic, link)
                case Strong(children):
                    self.write(children, True, italic, link)
                case Emphasis(children):
                    self.write(children, bold, True, link)
                case Code(text):
                    self.add(Span(text, MONO), link)
                case Break(hard):
                    self.text("\n" if hard else "" if self.lang == "zh-Hans" else " ", bold, italic, link)
                case Link(href, children, _):
                    self.link(href, children, bold, italic)
                case Term(term, children):
                    self.link(f"{GLOSSARY_KEY}#{term}", children, bold, italic)
                case NoteRef(label, number):
                    self.note(label, number)
                case Slot(_, value):
                    self.text(value, bold, italic, link) if value else self.add(Span(BLANK, ruled=True), link)
                case GapMark(gap):
                    self.gap(self.gaps[gap])

    def text(self, text: str, bold: bool, italic: bool, link: Span | None) -> None:
        strong = bold or self.base == BOLD
        style = BOLD_ITALIC if strong and italic else BOLD if strong else ITALIC if italic else REGULAR
        self.add(Span(text, style), link)

    def add(self, span: Span, link: Span | None) -> None:
        if link is not None:
            span.href, span.node, span.colour = link.href, link.node, link.colour
        if self.spans and _same_look(self.spans[-1], span):
            self.spans[-1].text += span.text
        elif span.text:
            self.spans.append(span)

    def link(self, href: str, children: tuple[Inline, ...], bold: bool, italic: bool) -> None:
        target = self.place.target(href)
        if not target:
            self.write(children, bold, italic)
            return
        words = plain(children)
        link = Span("", href=target, colour=fill(TEAL), node=Node("Link", self.node, alt=words))
        self.write(children, bold, italic, link)
        if not target.startswith("#") and (shown := target.removeprefix("mailto:")) != words:
            self.spans.append(Span(f" ({shown})", REGULAR, colour=fill(SOFT)))

    def note(self, label: str, number: int) -> None:
        target = self.place.target(f"#note-{label}")
        node = Node("Link", self.node, alt=str(number)) if target else None
        self.spans.append(Span(str(number), REGULAR, href=target, raised=True, colour=fill(TEAL), node=node))

    def gap(self, gap: Gap) -> None:
        if not gap.choices:
            self.spans.append(Span(BLANK, REGULAR, ruled=True))
            return
        offered = " / ".join(shuffled(gap.choices, gap.passage.context))
        self.spans.append(Span(f"[\u00a0{offered}\u00a0]", BOLD))


def _same_look(last: Span, span: Span) -> bool:
    """Whether the two can be one run; links and gaps stay runs of their own."""
    special = last.node or span.node or last.ruled or span.ruled or last.raised
    return not special and (last.style, last.colour) == (span.style, span.colour)


def plain(content: Iterable[Inline]) -> str:
    """The words alone."""
    out = []
    for inline in content:
        match inline:
            case Text(text) | Code(text):
                out.append(text)
            case Strong(children) | Emphasis(children) | Link(_, children, _) | Term(_, children):
                out.append(plain(children))
            case Break(_):
                out.append(" ")
            case Slot(_, value):
                out.append(value or "…")
            case _:
                pass
    return "".join(out)
