"""Block tokens to blocks. Walks the tokens once; each passage is read by the inline stage."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from trainer.content import answers, containers, figures
from trainer.content.attributes import ID, parse, split
from trainer.content.blocks import NESTING
from trainer.content.model import (
    Block,
    Callout,
    CalloutKind,
    CodeBlock,
    Definition,
    Definitions,
    Footnote,
    Heading,
    List,
    ListItem,
    Paragraph,
    Passage,
    Quote,
    Rule,
    Table,
)
from trainer.content.passages import Scope, Speaker
from trainer.content.work import Work, slug

Out = list[Block]
COLUMNS = 20
"""Columns of a table. More fit neither a phone nor paper."""
EMPTY_CELLS = 500
"""Empty cells of one text: rows are filled up to the head, and that must not make a small file large."""
_ALERT = re.compile(r"\[!([A-Za-z]+)\][ \t]*(\n|$)?")
_CALLOUTS: Mapping[str, CalloutKind] = {
    "NOTE": "note",
    "TIP": "tip",
    "IMPORTANT": "important",
    "WARNING": "warning",
    "CAUTION": "caution",
}
Align = Literal["", "left", "center", "right"]
_ALIGN: Mapping[str, Align] = {
    "text-align:left": "left",
    "text-align:center": "center",
    "text-align:right": "right",
}


class Builder:
    """Builds the blocks of one text.

    `prose`: the text is ordinary Markdown and not a unit, so a heading may have any level.
    """

    def __init__(self, work: Work, speaker: Speaker, tokens: list[Token], *, slug: str, prose: bool = False) -> None:
        self.work, self.speaker, self.tokens = work, speaker, tokens
        self.slug, self.prose = slug, prose
        self.at = 0
        self.inside: list[str] = []
        """Names of the open fences."""
        self.title: str | None = None
        """Title of the unit: a first heading that repeats it is left out."""
        self.loose: set[int] = set()
        self.empty_cells = 0
        self.deep = False
        self.definitions: dict[str, tuple[int, int]] = {}
        self.anchors = work.anchors.setdefault(slug, set())
        self.suffixes: dict[str, int] = {}
        self.in_question = False
        self.gaps: answers.GapReader | None = None
        """Takes the gaps out of running text, while a `gap` question is read."""

    def blocks(self, closing: str) -> Out:
        """The blocks up to the token `closing`, which is passed. "" is the end of the text."""
        out: Out = []
        tokens, methods, end = self.tokens, _METHODS, len(self.tokens)
        while self.at < end:
            token = tokens[self.at]
            if token.type == closing:
                self.at += 1
                break
            method = methods.get(token.type)
            if method is None:
                self.at += 1
            else:
                method(self, token, out)
        return out

    def one(self, out: Out) -> None:
        """The block at hand."""
        token = self.tokens[self.at]
        method = _METHODS.get(token.type)
        if method is None:
            self.at += 1
        else:
            method(self, token, out)

    def first_words(self, index: int | None = None) -> str:
        """The text of the first paragraph in the list at hand (or at `index`); "" when it begins otherwise."""
        at = (self.at if index is None else index) + 3
        return self.tokens[at].content if at < len(self.tokens) and self.tokens[at].type == "inline" else ""

    def each_item(self) -> Iterator[int]:
        """Go through the list at hand: yields 1, 2 … with the cursor inside each item; the caller leaves it behind."""
        self.enter(self.tokens[self.at])
        number = 0
        while self.tokens[self.at].type == "list_item_open":
            self.at += 1
            number += 1
            yield number
        self.at += 1

    def items(self) -> Iterator[Sequence[Token]]:
        """The tokens of each item of the list at hand; one line of text is three tokens."""
        for _ in self.each_item():
            start, level = self.at, self.tokens[self.at - 1].level
            while not (self.tokens[self.at].type == "list_item_close" and self.tokens[self.at].level == level):
                self.at += 1
            self.at += 1
            yield self.tokens[start : self.at - 1] or self.tokens[start - 1 : start]

    def line(self, token: Token) -> int:
        return (token.map[0] if token.map else 0) + self.speaker.offset + 1

    def enter(self, token: Token) -> None:
        """Go past an opening token, and say so once where the parser stopped going deeper."""
        self.at += 1
        if token.level >= NESTING - 2 and not self.deep:
            self.deep = True
            self.speaker.error("text-deep", self.line(token), limit=NESTING // 2)

    def paragraph(self, token: Token, out: Out) -> None:
        inline = self.tokens[self.at + 1]
        self.at += 3
        if not token.hidden:
            self.loose.add(token.level)
        text = inline.content
        if text.startswith("![") and figures.figure(self, text, self.line(inline), out):
            return
        if self.in_question and "[[" in text:
            text = answers.gaps_in(self, text, self.line(inline))
        if text:
            out.append(Paragraph(self.speaker.passage(text, self.speaker.scope.natural, self.line(inline))))

    def heading(self, token: Token, out: Out) -> None:
        inline = self.tokens[self.at + 1]
        self.at += 3
        line, level = self.line(token), int(token.tag[1])
        words, written = split(inline.content)
        ident = self._written_id(written, line)
        if written is not None and ident is None:
            words = inline.content if self.prose else words
        if not self.prose:
            if level == 1 and self.title == words and not self.inside:
                self.title = None
                return
            if level == 1:
                self.speaker.warn("heading-title", line)
                level = 2
            if not words:
                self.speaker.error("heading-empty", line)
        ident = ident or self._made_id(words)
        self.anchors.add(ident)
        scope = self.speaker.scope
        if not self.inside and scope.sections:
            scope.prefix, scope.counts = f"{self.speaker.unit}/{ident}/", {}
            out.append(Heading(level, ident, self.speaker.passage(words, "heading", line, single=True)))
        else:
            out.append(Heading(level, ident, self.speaker.passage(words, "heading", line)))

    def _written_id(self, written: str | None, line: int) -> str | None:
        """The id at the end of a heading. Braces without `#` or `=` are words, as in any Markdown."""
        if written is None or not ("#" in written or "=" in written):
            return None
        found = parse(written)
        if found.rest or found.twice or found.values or not found.id:
            if not self.prose:
                self.speaker.error("attribute-syntax", line, rest=written)
            return None
        self.claim(found.id, line)
        return found.id

    def claim(self, ident: str, line: int) -> None:
        """Take an id that the author wrote for an anchor of this unit."""
        if not ID.fullmatch(ident):
            self.speaker.error("id-shape", line, id=ident)
        elif ident in self.anchors:
            self.speaker.error("id-duplicate", line, id=ident, other=self.speaker.file)

    def _made_id(self, words: str) -> str:
        base = slug(words)
        ident, number = base, self.suffixes.get(base, 1)
        while ident in self.anchors:
            number += 1
            ident = f"{base}-{number}"
        self.suffixes[base] = number
        return ident

    def list_(self, token: Token, out: Out) -> None:
        self.enter(token)
        closing = token.type.replace("_open", "_close")
        level, scope = token.level + 2, self.speaker.scope
        self.loose.discard(level)
        natural, scope.natural = scope.natural, "item"
        items: list[ListItem] = []
        while self.tokens[self.at].type == "list_item_open":
            self.at += 1
            items.append(ListItem(tuple(self.blocks("list_item_close"))))
        assert self.tokens[self.at].type == closing
        self.at += 1
        scope.natural = natural
        start = int(token.attrs.get("start", 1))
        out.append(List(token.type == "ordered_list_open", start, level not in self.loose, tuple(items)))

    def quote(self, token: Token, out: Out) -> None:
        kind = self.alert(token)
        if kind is not None:
            self.callout(token, kind, out)
            return
        self.enter(token)
        out.append(Quote(tuple(self.blocks("blockquote_close"))))

    def callout(self, token: Token, kind: CalloutKind, out: Out) -> None:
        self.enter(token)
        out.append(Callout(kind, tuple(self.blocks("blockquote_close")), self.line(token)))

    def alert(self, token: Token) -> CalloutKind | None:
        """The kind of alert the quote at hand is; its mark is cut off its first line."""
        if self.tokens[self.at + 1].type != "paragraph_open":
            return None
        inline = self.tokens[self.at + 2]
        match = _ALERT.match(inline.content) if inline.content.startswith("[!") else None
        if match is None:
            return None
        kind = _CALLOUTS.get(match[1].upper())
        if kind is None:
            self.speaker.warn("alert-unknown", self.line(inline), kind=match[1])
            return None
        inline.content = inline.content[match.end() :].lstrip()
        if match[2] is None:
            self.speaker.warn("alert-line", self.line(inline), kind=match[1])
        elif inline.map:
            inline.map = [inline.map[0] + 1, inline.map[1]]
        return kind

    def cells(self, closing: str) -> list[list[Token]]:
        """The inline tokens of the table at hand, row by row; goes past `table_close`."""
        rows: list[list[Token]] = []
        tokens = self.tokens
        while tokens[self.at].type != closing:
            kind = tokens[self.at].type
            if kind == "tr_open":
                rows.append([])
            elif kind == "inline":
                rows[-1].append(tokens[self.at])
            self.at += 1
        self.at += 1
        return rows

    def table(self, token: Token, out: Out) -> None:
        line = self.line(token)
        first = self.at
        rows = self.cells("table_close")
        if len(rows[0]) > COLUMNS:
            self.speaker.error("table-wide", line, columns=len(rows[0]), limit=COLUMNS)
            return
        align: tuple[Align, ...] = tuple(
            _ALIGN.get(str(one.attrs.get("style", "")), "")
            for one in self.tokens[first : first + 3 * len(rows[0]) + 3]
            if one.type == "th_open"
        )
        head = self.row(rows[0], "head")
        body = []
        for row in rows[1:]:
            self.empty_cells += sum(not cell.content for cell in row)
            if self.empty_cells > EMPTY_CELLS:
                self.speaker.error("table-empty", line, limit=EMPTY_CELLS)
                break
            body.append(self.row(row, "cell"))
        out.append(Table(align, head, tuple(body)))

    def row(self, cells: list[Token], role: str) -> tuple[Passage, ...]:
        if self.in_question and any("[[" in cell.content for cell in cells):
            self.speaker.error("question-gap-nested", self.line(cells[0]))
        return tuple(self.speaker.passage(cell.content, role, self.line(cell)) for cell in cells)

    def definition_list(self, token: Token, out: Out) -> None:
        self.enter(token)
        items: list[Definition] = []
        while self.tokens[self.at].type == "dt_open":
            inline = self.tokens[self.at + 1]
            self.at += 3
            term = self.speaker.passage(inline.content, "term", self.line(inline))
            inner: Out = []
            while self.tokens[self.at].type == "dd_open":
                self.at += 1
                inner += self.blocks("dd_close")
            items.append(Definition(term, tuple(inner)))
        self.at += 1
        out.append(Definitions(tuple(items)))

    def code(self, token: Token, out: Out) -> None:
        self.at += 1
        out.append(CodeBlock(token.content, unescapeAll(token.info).strip()))

    def rule(self, token: Token, out: Out) -> None:
        self.at += 1
        out.append(Rule())

    def definition(self, token: Token, out: Out) -> None:
        """A footnote's text is kept aside; `footnotes` builds those that are used, in the order of use."""
        label, line = token.meta["label"], self.line(token)
        start = self.at + 1
        depth = 0
        while True:
            kind = self.tokens[self.at].type
            depth += (kind == "footnote_reference_open") - (kind == "footnote_reference_close")
            self.at += 1
            if not depth:
                break
        if label in self.definitions:
            self.speaker.error("note-duplicate", line, label=label)
        self.definitions.setdefault(label, (start, self.at - 1))

    def footnotes(self) -> tuple[Footnote, ...]:
        """The footnotes that the shown text uses. Reading one may bring in others."""
        numbers, notes = self.speaker.numbers, []
        done: set[str] = set()
        while len(done) < len(numbers):
            for label in list(numbers):
                if label not in done:
                    done.add(label)
                    notes.append(Footnote(label, numbers[label], self._note(label, shown=True)))
        for label, (start, _) in self.definitions.items():
            if label not in done:
                self._note(label, shown=False)
                if label not in self.speaker.used:
                    line = self.line(self.tokens[start - 1])
                    self.speaker.warn("note-unused", line, label=label)
        return tuple(sorted(notes, key=lambda note: note.number))

    def _note(self, label: str, *, shown: bool) -> tuple[Block, ...]:
        start, end = self.definitions.get(label, (0, 0))
        if not end:
            return ()
        tokens = self.tokens[start:end]
        keep = self.tokens, self.at
        self.tokens, self.at = tokens, 0
        with self.speaker.within(Scope(f"{self.speaker.unit}/", role=f"note-{label}", single=True, shown=shown)):
            blocks = tuple(self.blocks(""))
        self.tokens, self.at = keep
        return blocks


Method = Callable[[Builder, Token, Out], Any]
_METHODS: Mapping[str, Method] = {
    "paragraph_open": Builder.paragraph,
    "heading_open": Builder.heading,
    "bullet_list_open": Builder.list_,
    "ordered_list_open": Builder.list_,
    "blockquote_open": Builder.quote,
    "table_open": Builder.table,
    "dl_open": Builder.definition_list,
    "fence": Builder.code,
    "code_block": Builder.code,
    "hr": Builder.rule,
    "footnote_reference_open": Builder.definition,
    "container_open": containers.container,
    "fence_stray": containers.stray,
}
