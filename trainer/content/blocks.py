"""The block stage: markdown-it-py's rules for CommonMark and tables, definition lists and footnotes, and our fences.

Raw HTML is off. Links of every kind become link tokens here, so that the inline stage can say what is wrong with them.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote.index import footnote_def

from trainer.content.inline import install

FENCES = ("question", "scenario", "activity", "facilitator", "case", "country")
"""The closed vocabulary of `::: name`."""
NESTING = 40
"""Levels of tokens the block parser goes down; a list or a quote in a list takes two."""
FENCES_DEEP = 6
"""Fences inside fences."""
_FENCE = re.compile(r"(:{3,})[ \t]*([^\s{]*)[ \t]*(.*?)[ \t]*$")
_CODE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


class Fence(NamedTuple):
    """One opened fence. Lines count from 0 in the text; `end` is its closing line, or the line after the last."""

    line: int
    end: int
    closed: bool
    colons: str
    name: str
    rest: str
    outer: int
    """Line of a fence around it that is not longer, or -1."""


def find_fences(text: str) -> dict[int, Fence]:
    """Every fence of `text` by its line, each closed by the first line of as many colons; linear in the text.

    Found before the block rules run, because a rule sees one line at a time and would search ahead from each.
    """
    fences: dict[int, Fence] = {}
    if ":::" not in text:
        return fences
    opened: list[Fence] = []
    code = ""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        first = line.lstrip(" ")[:1]
        if first in ("`", "~"):
            code = _code_fence(line, code)
        if code or not line.startswith(":::"):
            continue
        match = _FENCE.match(line)
        if match is None:
            continue
        colons, name, rest = match.groups()
        if name or rest:
            if len(opened) == FENCES_DEEP:
                continue  # reported as stray: nothing sensible nests so deep, and it would not stay linear
            outer = opened[-1].line if opened and len(opened[-1].colons) <= len(colons) else -1
            opened.append(Fence(number, len(lines), False, colons, name, rest, outer))
            continue
        closing = next((i for i in range(len(opened) - 1, -1, -1) if len(opened[i].colons) <= len(colons)), None)
        if closing is None:
            continue
        for fence in opened[closing:]:
            closed = fence is opened[closing]
            fences[fence.line] = fence._replace(end=number, closed=closed)
        del opened[closing:]
    fences |= {fence.line: fence for fence in opened}
    return fences


def _code_fence(line: str, opened: str) -> str:
    """The code fence that is open after `line`, given the one open before it ("" for none)."""
    match = _CODE.match(line)
    if match is None:
        return opened
    marks, info = match.groups()
    if opened:
        return "" if marks[0] == opened[0] and len(marks) >= len(opened) and not info.strip() else opened
    return "" if marks[0] == "`" and "`" in info else marks


def _fence_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    position = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(":::", position) or state.is_code_block(start):
        return False
    if silent:
        return True
    fence: Fence | None = state.env["fences"].get(start)
    if fence is None or state.tShift[start] or state.blkIndent or state.level != state.env["fence level"]:
        token = state.push("fence_stray", "", 0)
        token.map = [start, start + 1]
        token.content = state.src[position : state.eMarks[start]]
        state.line = start + 1
        return True
    token = state.push("container_open", "", 1)
    token.meta = {"fence": fence}
    token.map = [start, fence.end]
    level, last = state.level, state.lineMax
    # `parentType` would say where we are, but the rule for underlined headings leaves it wrong behind.
    state.env["fence level"] = level
    state.lineMax = min(fence.end, end)
    state.md.block.tokenize(state, start + 1, state.lineMax)
    state.env["fence level"] = level - 1
    state.lineMax = last
    state.push("container_close", "", -1)
    state.line = min(fence.end + 1, end) if fence.closed else min(fence.end, end)
    return True


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"maxNesting": NESTING})
    parser.disable(["linkify", "html_block", "html_inline", "strikethrough", "smartquotes", "replacements"], True)
    parser.use(deflist_plugin)
    parser.block.ruler.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before(
        "table", "container", _fence_rule, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    install(parser)
    return parser


PARSER = _make_parser()
"""One for the process: it holds no state between calls."""


def parse(text: str) -> tuple[list[Token], dict[str, Any]]:
    """Block tokens of `text`, and what the inline stage has to know: link references and footnote labels."""
    env: dict[str, Any] = {"fences": find_fences(text), "fence level": 0}
    tokens: list[Token] = []
    PARSER.block.parse(text, PARSER, env, tokens)
    return tokens, env
