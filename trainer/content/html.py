"""The tree to HTML: everything escaped, no style, no script, nothing loaded from elsewhere, and never a key.

Questions and scenarios are not rendered here: they are forms, and forms belong to the web. `segments` leaves them in
their places between the pieces of text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from trainer.content.inline import words
from trainer.content.model import (
    Activity,
    Block,
    Break,
    Callout,
    Case,
    Code,
    CodeBlock,
    Definitions,
    Emphasis,
    Facilitator,
    Figure,
    Footnote,
    GapMark,
    Heading,
    Inline,
    Item,
    Link,
    List,
    National,
    NoteRef,
    Paragraph,
    Passage,
    Question,
    Quote,
    Rule,
    Scenario,
    Slot,
    Strong,
    Table,
    Term,
    Text,
    Unit,
)


class Labels(NamedTuple):
    """Words of the interface inside a text. `%(number)s` stands where a number goes."""

    note: str = "Note"
    tip: str = "Tip"
    important: str = "Important"
    warning: str = "Warning"
    caution: str = "Caution"
    activity: str = "Activity"
    minutes: str = "%(number)s minutes"
    group: str = "Groups of %(number)s"
    case: str = "Case"
    facilitator: str = "For the facilitator"
    national: str = "To be confirmed by the national coordinator"
    """Above a country block that no overlay has filled."""
    slot: str = "to be confirmed by the national coordinator"
    """In a sentence, in place of a slot that is not filled."""
    stale: str = "Newer text exists"
    """After a translation whose source has changed."""
    table: str = "Table"
    """Name of the region in which a wide table scrolls."""
    footnotes: str = "Sources and notes"
    footnote: str = "Note %(number)s"
    back: str = "Back to the text"
    gap: str = "Gap %(number)s"


class Media(NamedTuple):
    """Where a picture is served, and its size in pixels."""

    url: str
    width: int
    height: int
    small: str = ""
    """Address of the size for phones, where there is one."""


class Page(NamedTuple):
    """The page a text is rendered for."""

    locale: str
    labels: Labels
    link: Callable[[str], str]
    """Address of `#anchor`, `unit`, `unit#anchor` or `term:name`. One that still begins with `term:` is not linked."""
    media: Callable[[str], str | Media]
    """Address of a path `media/…`; with its size the page does not jump while it loads."""
    source: str = ""
    """Address of the same page in the language of the source; passages with newer text link to it."""
    lines: bool = False
    """Blocks say in `data-line` where they stand in the file: for the author's preview, which follows the cursor."""


Gaps = Callable[[int], str]
_PHONE = "(max-width: 30rem)"
"""Where a column is no wider than a small picture: there the large one would cost data and show no more."""
_CALLOUT_CLASS: Mapping[str, str] = {
    "note": "note",
    "tip": "note ok",
    "important": "note brand",
    "warning": "note warn",
    "caution": "note bad",
}


def render(blocks: Iterable[Block], page: Page) -> str:
    """HTML of `blocks`. Footnote marks in them link to the footnotes of the unit."""
    return _Html(page).blocks(blocks)


def render_inline(inlines: Iterable[Inline], page: Page, gaps: Gaps | None = None) -> str:
    """HTML of one passage's content. `gaps`: number of a gap → HTML of its field."""
    return _Html(page, gaps).inlines(inlines)


def plain(inlines: Iterable[Inline]) -> str:
    """The words alone, for titles and attributes. Not escaped."""
    return words(tuple(inlines))


def segments(unit: Unit, page: Page) -> tuple[str | Item, ...]:
    """HTML pieces with the questions between them, in order; the footnotes are the last piece."""
    html = _Html(page, anchored=True)
    pieces: list[str | Item] = []
    waiting: list[Block] = []
    for block in unit.blocks:
        if isinstance(block, (Question, Scenario)):
            if waiting:
                pieces.append(html.blocks(waiting))
                waiting = []
            pieces.append(block)
        else:
            waiting.append(block)
    if waiting:
        pieces.append(html.blocks(waiting))
    if unit.notes:
        pieces.append(html.footnotes(unit.notes))
    return tuple(pieces)


def render_footnotes(notes: Iterable[Footnote], page: Page) -> str:
    """HTML of footnotes whose marks were rendered elsewhere; "" when there are none."""
    return _Html(page).footnotes(notes)


_MARKS = re.compile("[\x00-\x04]")


def escape(text: str) -> str:
    """`text` for an element or a double-quoted attribute.

    The characters that `web.frame` marks places with are left out. No text that was checked has them; should one get
    past the checks all the same, it must not be taken for a mark.
    """
    if _MARKS.search(text):
        text = _MARKS.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


class _Html:
    """`anchored`: the first mark of each footnote gets an id, to come back to."""

    def __init__(self, page: Page, gaps: Gaps | None = None, *, anchored: bool = False) -> None:
        self.page, self.labels, self.gaps = page, page.labels, gaps
        self.anchored = anchored
        self.marked: set[int] = set()
        self.speaks = page.locale
        """Language of the passage at hand."""

    # ------------------------------------------------------------------ inline

    def inlines(self, inlines: Iterable[Inline]) -> str:
        return "".join([_INLINE[type(node)](self, node) for node in inlines])

    def text(self, node: Text) -> str:
        return escape(node.text)

    def strong(self, node: Strong) -> str:
        return f"<strong>{self.inlines(node.children)}</strong>"

    def emphasis(self, node: Emphasis) -> str:
        return f"<em>{self.inlines(node.children)}</em>"

    def code(self, node: Code) -> str:
        return f"<code>{escape(node.text)}</code>"

    def line_break(self, node: Break) -> str:
        return "<br>\n" if node.hard else "\n"

    def link(self, node: Link) -> str:
        inner = self.inlines(node.children)
        title = f' title="{escape(node.title)}"' if node.title else ""
        if node.href.lower().startswith(("https://", "http://", "mailto:")):
            return f'<a href="{escape(node.href)}"{title} rel="noopener noreferrer">{inner}</a>'
        if ":" in node.href.partition("#")[0]:
            return inner  # no such link leaves the compiler; should one come another way, it stays words
        return f'<a href="{escape(self.page.link(node.href))}"{title}>{inner}</a>'

    def term(self, node: Term) -> str:
        inner = self.inlines(node.children)
        href = self.page.link(f"term:{node.term}")
        if not href or href.startswith("term:"):
            return f'<dfn class="term">{inner}</dfn>'
        return f'<a class="term" href="{escape(href)}">{inner}</a>'

    def note(self, node: NoteRef) -> str:
        number = node.number
        ident = f' id="fnref-{number}"' if self.anchored and number not in self.marked else ""
        self.marked.add(number)
        return f'<sup><a href="#fn-{number}"{ident} role="doc-noteref">{number}</a></sup>'

    def slot(self, node: Slot) -> str:
        if node.value is None:
            # The words are the page's, in a passage that may not be.
            lang = "" if self.speaks == self.page.locale else f' lang="{escape(self.page.locale)}"'
            return f'<span class="open-slot"{lang}>[{escape(self.labels.slot)}]</span>'
        return f'<span class="slot">{escape(node.value)}</span>'

    def gap(self, node: GapMark) -> str:
        return self.gaps(node.gap) if self.gaps is not None else '<span class="gap">…</span>'

    # ---------------------------------------------------------------- passages

    def said(self, passage: Passage) -> str:
        self.speaks = passage.lang
        html = self.inlines(passage.content)
        if passage.state == "stale":
            label = escape(self.labels.stale)
            if self.page.source:
                label = f'<a href="{escape(self.page.source)}">{label}</a>'
            html += f' <small class="stale" lang="{escape(self.page.locale)}">{label}</small>'
        return html

    def lang(self, passage: Passage) -> str:
        return "" if passage.lang == self.page.locale else f' lang="{escape(passage.lang)}"'

    def whole(self, tag: str, passage: Passage, attributes: str = "") -> str:
        line = self.line(0 if passage.is_national else passage.line)  # an overlay is another file
        return f"<{tag}{line}{attributes}{self.lang(passage)}>{self.said(passage)}</{tag}>"

    def line(self, line: int) -> str:
        return f' data-line="{line}"' if self.page.lines and line else ""

    def span(self, passage: Passage) -> str:
        lang = self.lang(passage)
        return f"<span{lang}>{self.said(passage)}</span>" if lang else self.said(passage)

    # ------------------------------------------------------------------ blocks

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join([_BLOCK[type(block)](self, block) for block in blocks])

    def item(self, node: Item) -> str:
        return ""

    def paragraph(self, node: Paragraph) -> str:
        return self.whole("p", node.passage) + "\n"

    def heading(self, node: Heading) -> str:
        return self.whole(f"h{node.level}", node.passage, f' id="{escape(node.id)}"') + "\n"

    def tight(self, blocks: tuple[Block, ...]) -> str:
        """Blocks whose paragraphs are lines, as in a tight list."""
        parts = []
        for block in blocks:
            if isinstance(block, Paragraph):
                parts.append(self.span(block.passage))
            else:
                if parts:
                    parts.append("\n")
                parts.append(self.blocks((block,)))
        return "".join(parts)

    def list(self, node: List) -> str:
        tag = "ol" if node.ordered else "ul"
        start = f' start="{node.start}"' if node.ordered and node.start != 1 else ""
        inner = self.tight if node.tight else self.loose
        items = "".join(f"<li{self.line_of(item.blocks)}>{inner(item.blocks)}</li>\n" for item in node.items)
        return f"<{tag}{start}>\n{items}</{tag}>\n"

    def line_of(self, blocks: tuple[Block, ...]) -> str:
        """Of an item whose text is no block of its own."""
        first = blocks[0] if blocks and self.page.lines else None
        return self.line(first.passage.line) if isinstance(first, Paragraph) else ""

    def loose(self, blocks: tuple[Block, ...]) -> str:
        return "\n" + self.blocks(blocks) if blocks else ""

    def table(self, node: Table) -> str:
        classes = [f' class="{align}"' if align else "" for align in node.align]
        columns = zip(node.head, classes, strict=True)
        head = "".join(self.whole("th", cell, f' scope="col"{css}') for cell, css in columns)
        rows = "".join(
            "<tr>" + "".join(self.whole("td", cell, css) for cell, css in zip(row, classes, strict=True)) + "</tr>\n"
            for row in node.rows
        )
        body = f"<tbody>\n{rows}</tbody>\n" if rows else ""
        name = escape(self.labels.table)
        table = f"<table>\n<thead>\n<tr>{head}</tr>\n</thead>\n{body}</table>"
        return f'<div class="scroll" role="group" aria-label="{name}" tabindex="0">\n{table}\n</div>\n'

    def definitions(self, node: Definitions) -> str:
        items = "".join(f"{self.whole('dt', item.term)}\n<dd>{self.sole(item.blocks)}</dd>\n" for item in node.items)
        return f"<dl>\n{items}</dl>\n"

    def sole(self, blocks: tuple[Block, ...]) -> str:
        """A single paragraph needs no `<p>`."""
        return self.tight(blocks) if len(blocks) == 1 else self.blocks(blocks)

    def quote(self, node: Quote) -> str:
        return f"<blockquote>\n{self.blocks(node.blocks)}</blockquote>\n"

    def callout(self, node: Callout) -> str:
        title = escape(getattr(self.labels, node.kind))
        inner = self.blocks(node.blocks)
        css, line = _CALLOUT_CLASS[node.kind], self.line(node.line)
        return f'<div class="{css}" role="note"{line}>\n{_title(title)}{inner}</div>\n'

    def figure(self, node: Figure) -> str:
        media = self.page.media(node.src)
        size = small = ""
        if isinstance(media, Media):
            small = media.small
            size = f' width="{int(media.width)}" height="{int(media.height)}"'
            media = media.url
        alt = escape(plain(node.alt.content))
        image = f'<img src="{escape(media)}" alt="{alt}"{size}{self.lang(node.alt)} loading="lazy" decoding="async">'
        if small:
            image = f'<picture><source media="{_PHONE}" srcset="{escape(small)}">{image}</picture>'
        caption = "\n" + self.whole("figcaption", node.caption) if node.caption is not None else ""
        return f"<figure{self.line(node.line)}>\n{image}{caption}\n</figure>\n"

    def code_block(self, node: CodeBlock) -> str:
        language = node.info.split(maxsplit=1)[0] if node.info else ""
        css = f' class="language-{escape(language)}"' if language else ""
        return f"<pre><code{css}>{escape(node.text)}</code></pre>\n"

    def rule(self, node: Rule) -> str:
        return "<hr>\n"

    def activity(self, node: Activity) -> str:
        parts = [self.labels.activity]
        if node.minutes is not None:
            parts.append(self.labels.minutes % {"number": node.minutes})
        if node.group is not None:
            parts.append(self.labels.group % {"number": node.group})
        title = escape(" · ".join(parts))
        name = escape(self.labels.activity)
        inner = self.blocks(node.blocks)
        return (
            f'<div class="activity note brand" id="{escape(node.id)}" role="group" aria-label="{name}"'
            f"{self.line(node.line)}>\n"
            f"{_title(title)}{inner}</div>\n"
        )

    def facilitator(self, node: Facilitator) -> str:
        title, line, inner = escape(self.labels.facilitator), self.line(node.line), self.blocks(node.blocks)
        return f'<div class="facilitator note" role="note"{line}>\n{_title(title)}{inner}</div>\n'

    def case(self, node: Case) -> str:
        title, line, inner = escape(self.labels.case), self.line(node.line), self.blocks(node.blocks)
        return f'<div class="case note" id="{escape(node.id)}"{line}>\n{_title(title)}{inner}</div>\n'

    def national(self, node: National) -> str:
        css = "national open-slot note" if node.open else "national"
        title = _title(escape(self.labels.national)) if node.open else ""
        line, inner = self.line(node.line), self.blocks(node.blocks)
        return f'<div class="{css}" id="{escape(node.id)}"{line}>\n{title}{inner}</div>\n'

    def footnotes(self, notes: Iterable[Footnote]) -> str:
        items = "".join(
            f'<li id="fn-{note.number}">{self.sole(note.blocks)}{self.way_back(note.number)}</li>\n' for note in notes
        )
        name = escape(self.labels.footnotes)
        if not items:
            return ""
        return f'<section class="footnotes" role="doc-endnotes" aria-label="{name}">\n<ol>\n{items}</ol>\n</section>\n'

    def way_back(self, number: int) -> str:
        if not self.anchored or number not in self.marked:
            return ""
        name = escape(self.labels.back)
        return f' <a href="#fnref-{number}" role="doc-backlink" aria-label="{name}">↩\ufe0e</a>'


def _title(title: str) -> str:
    return f'<p class="note-title"><strong>{title}</strong></p>\n'


_INLINE: Mapping[type, Callable[[_Html, Any], str]] = {
    Text: _Html.text,
    Strong: _Html.strong,
    Emphasis: _Html.emphasis,
    Code: _Html.code,
    Break: _Html.line_break,
    Link: _Html.link,
    Term: _Html.term,
    NoteRef: _Html.note,
    Slot: _Html.slot,
    GapMark: _Html.gap,
}
_BLOCK: Mapping[type, Callable[[_Html, Any], str]] = {
    Paragraph: _Html.paragraph,
    Heading: _Html.heading,
    List: _Html.list,
    Table: _Html.table,
    Definitions: _Html.definitions,
    Quote: _Html.quote,
    Callout: _Html.callout,
    Figure: _Html.figure,
    CodeBlock: _Html.code_block,
    Rule: _Html.rule,
    Activity: _Html.activity,
    Facilitator: _Html.facilitator,
    Case: _Html.case,
    National: _Html.national,
    Question: _Html.item,
    Scenario: _Html.item,
}
