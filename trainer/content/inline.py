"""The inline stage: one passage of Markdown text to words, emphasis, links, terms, footnote marks, slots and gaps.

The rules are markdown-it-py's, with three of ours. Nothing here decides whether a footnote, slot or anchor exists:
a `Reading` says what it met, and the caller, who knows file and line, reports it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from trainer.content.model import (
    Break,
    Code,
    Emphasis,
    GapMark,
    Inline,
    Link,
    NoteRef,
    Slot,
    Strong,
    Term,
    Text,
)

DEPTH = 20
"""Emphasis and links inside each other."""
_SPECIAL = re.compile(r"[\\`*_\[<&]|\{\{|  \n")
_SLOT = re.compile(r"\{\{slot\.([A-Za-z][A-Za-z0-9_-]*)\}\}")
_GAP = re.compile(r"\[\[(\d+)\]\]")
_NOTE = re.compile(r"\[\^([^\]\s]{1,200})\]")
TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|<!--")
"""HTML, which is shown as text."""
_MISPLACED = re.compile(r"\{([#A-Za-z][^{}]*)\}")
_WEB = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s@\\]+@[^\s@\\]+", re.IGNORECASE)
_INSIDE = re.compile(r"#[^\s#]+|[^\s:/\\#?%]+\.md(?:#[^\s#]+)?")
_KINDS = {"strong": "emphasis", "em": "emphasis", "code_inline": "code"}


class Problem(NamedTuple):
    code: str
    needle: str
    """Text to look for in the source, for the column."""
    params: dict[str, str | int]


class Reading(NamedTuple):
    """What one passage holds."""

    content: tuple[Inline, ...]
    frozen: tuple[str, ...] = ()
    """Links, terms, footnotes, slots, gaps: the same in every language. `link https://…`, `note src`, `gap 0`."""
    markup: frozenset[str] = frozenset()
    """`emphasis`, `code`: kinds of mark-up a translation may use because the source does."""
    problems: tuple[Problem, ...] = ()


def install(parser: MarkdownIt) -> None:
    """Put our rules into `parser`, before the rule for links, which would take `[[0]]` and `[^a]` for its own."""
    parser.inline.ruler.before("link", "slot", _slot_rule)
    parser.inline.ruler.before("link", "gap", _gap_rule)
    parser.inline.ruler.after("link", "note", _note_rule)


def _slot_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "{":
        return False
    match = _SLOT.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("slot", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _gap_rule(state: StateInline, silent: bool) -> bool:
    if not state.env.get("gaps") or state.src[state.pos] != "[":
        return False
    match = _GAP.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("gap", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _note_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    match = _NOTE.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("note", "", 0).content = match[1]
    state.pos = match.end()
    return True


def read(
    parser: MarkdownIt, text: str, env: dict[str, Any], numbers: dict[str, int] | None, slots: Mapping[str, str]
) -> Reading:
    """Read one passage.

    `numbers`: footnote label → number, extended in the order of use; None when this reading is not shown.
    `slots`: name → the text that fills it.
    """
    if not has_marks(text):
        return Reading(lines(text))
    tokens = parser.inline.parse(text, parser, env, [])
    return _Converter(env, numbers, slots).convert(tokens)


def has_marks(text: str) -> bool:
    """Whether the parser could find anything but words in `text`."""
    return _SPECIAL.search(text) is not None


def lines(text: str) -> tuple[Inline, ...]:
    """Words without mark-up, by the rule of the parser: a line end is a break, the spaces around it are nothing."""
    if "\n" not in text:
        return (Text(text),) if text else ()
    content: list[Inline] = []
    for line in text.split("\n"):
        if content:
            content.append(Break(False))
        words = line.strip(" \t")
        if words:
            content.append(Text(words))
    return tuple(content)


def target_of(href: str) -> str | None:
    """The address a page may hold for `href`, or None.

    `02-signs.md#x` becomes `02-signs#x`. Every scheme but http, https and mailto is refused, and so are addresses of
    this or another site without a scheme: content is moved between sites.
    """
    if _WEB.fullmatch(href) or _MAIL.fullmatch(href):
        return href
    inside = unquote(href) if "%" in href else href
    if not _INSIDE.fullmatch(inside):
        return None
    name, mark, anchor = inside.partition("#")
    return name.removesuffix(".md") + mark + anchor


class _Converter:
    """Inline tokens to nodes, with a stack instead of recursion: nesting is the author's, the Python stack is ours."""

    def __init__(self, env: dict[str, Any], numbers: dict[str, int] | None, slots: Mapping[str, str]) -> None:
        self.labels: Mapping[str, Any] = env.get("footnotes", {}).get("refs", {})
        self.numbers, self.slots = numbers, slots
        self.nodes: list[Inline] = []
        self.words: list[str] = []
        self.stack: list[tuple[list[Inline], Token]] = []
        self.frozen: list[str] = []
        self.markup: set[str] = set()
        self.problems: list[Problem] = []

    def convert(self, tokens: list[Token]) -> Reading:
        after = ""
        for token in tokens:
            kind = token.type
            if kind == "text" or kind == "text_special":
                self.words.append(self.misplaced(token.content) if after == "link_close" else token.content)
            elif token.nesting == 1:
                self.open(token)
            elif token.nesting == -1:
                self.close()
            else:
                self.leaf(kind, token)
            after = kind
        while self.stack:
            self.close()
        self.flush()
        return Reading(tuple(self.nodes), tuple(self.frozen), frozenset(self.markup), tuple(self.problems))

    def flush(self) -> None:
        if not self.words:
            return
        text = "".join(self.words)
        self.words.clear()
        if text:
            if "<" in text and (tag := TAG.search(text)):
                self.problem("html-shown", tag[0], tag=tag[0])
            self.nodes.append(Text(text))

    def problem(self, code: str, needle: str, /, **params: str | int) -> None:
        self.problems.append(Problem(code, needle, params))

    def misplaced(self, text: str) -> str:
        """Attributes after a link in running text are an error and never shown: they may hold a key."""
        match = _MISPLACED.match(text) if text.startswith("{") else None
        if match is None:
            return text
        self.problem("attribute-place", match[0], text=match[1])
        return text[match.end() :]

    def open(self, token: Token) -> None:
        self.flush()
        self.stack.append((self.nodes, token))
        self.nodes = []
        if len(self.stack) == DEPTH + 1:
            self.problem("text-inline-deep", "", limit=DEPTH)

    def close(self) -> None:
        self.flush()
        deep = len(self.stack) > DEPTH
        inner = tuple(self.nodes)
        self.nodes, token = self.stack.pop()
        kind = token.type
        if kind != "link_open":
            self.markup.add("emphasis")
        if deep:
            self.nodes.extend(inner)
        elif kind == "strong_open":
            self.nodes.append(Strong(inner))
        elif kind == "em_open":
            self.nodes.append(Emphasis(inner))
        else:
            self.link(token, inner)

    def link(self, token: Token, inner: tuple[Inline, ...]) -> None:
        href = str(token.attrs.get("href", ""))
        self.frozen.append(f"link {href}")
        if href.startswith("term:"):
            self.nodes.append(Term(unquote(href[5:]), inner))
            return
        target = target_of(href)
        if target is None:
            self.problem("link-target", href, href=unquote(href))
            self.nodes.extend(inner)
            return
        self.nodes.append(Link(target, inner, str(token.attrs.get("title", ""))))

    def leaf(self, kind: str, token: Token) -> None:
        self.flush()
        if kind == "softbreak":
            self.nodes.append(Break(False))
        elif kind == "hardbreak":
            self.nodes.append(Break(True))
        elif kind == "code_inline":
            self.markup.add("code")
            self.nodes.append(Code(token.content))
        elif kind == "slot":
            self.frozen.append(f"slot {token.content}")
            self.nodes.append(Slot(token.content, self.slots.get(token.content)))
        elif kind == "gap":
            self.frozen.append(f"gap {token.content}")
            if any(opened.type == "link_open" for _, opened in self.stack):
                self.problem("question-gap-nested", "[[")
            self.nodes.append(GapMark(int(token.content[:6]) - 1))
        elif kind == "note":
            self.note(token.content)
        elif kind == "image":
            self.frozen.append(f"image {token.attrs.get('src', '')}")
            self.problem("image-place", "![", src=str(token.attrs.get("src", "")))
            self.words.append(plain(token.children or []))

    def note(self, label: str) -> None:
        if ":" + label not in self.labels:
            self.problem("note-unknown", f"[^{label}]", label=label)
            self.words.append(f"[^{label}]")
            return
        self.frozen.append(f"note {label}")
        number = 0 if self.numbers is None else self.numbers.setdefault(label, len(self.numbers) + 1)
        self.nodes.append(NoteRef(label, number))


def plain(tokens: list[Token]) -> str:
    """The words of inline tokens, for a picture's description."""
    parts: list[str] = []
    waiting = list(reversed(tokens))
    while waiting:
        token = waiting.pop()
        if token.type == "image":
            waiting.extend(reversed(token.children or []))
        elif token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        else:
            parts.append(token.content)
    return "".join(parts)


def words(content: tuple[Inline, ...]) -> str:
    """The plain words of `content`, without marks; a slot is its value or nothing."""
    parts: list[str] = []
    for node in content:
        if isinstance(node, (Text, Code)):
            parts.append(node.text)
        elif isinstance(node, (Strong, Emphasis, Link, Term)):
            parts.append(words(node.children))
        elif isinstance(node, Break):
            parts.append(" ")
        elif isinstance(node, Slot):
            parts.append(node.value or "")
    return "".join(parts)
