"""YAML as plain strings, lists and mappings that know their line; everything surprising in YAML is refused.

All scalars stay the text they are (`hotline: 012` is `012`, `no` is `no`), so nothing has to guess types. Anchors,
aliases and tags are refused, and the whole is built from events without recursion: a "YAML bomb" has nothing to work
with.
"""

from __future__ import annotations

from typing import NamedTuple

import yaml

MAX_DEPTH = 8
MAX_NODES = 5_000

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Node(NamedTuple):
    """`value` is a text, a list of nodes, or a mapping of keys to nodes. `line` and `column` are 1-based."""

    value: str | list[Node] | dict[str, Node]
    line: int
    column: int


class YamlError(Exception):
    """This YAML cannot be used; `expected` says what could stand there."""

    def __init__(self, line: int, column: int, expected: str) -> None:
        super().__init__(expected)
        self.line, self.column, self.expected = line, column, expected


class _Builder:
    """Puts events together; `stack` holds the open lists and mappings, `keys` the key each open mapping waits with."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.stack: list[Node] = []
        self.keys: list[str | None] = []
        self.root: Node | None = None
        self.nodes = 0

    def place(self, event: yaml.Event) -> tuple[int, int]:
        mark = event.start_mark
        return (mark.line + self.first_line, mark.column + 1) if mark else (self.first_line, 1)

    def refuse(self, event: yaml.Event, expected: str) -> YamlError:
        return YamlError(*self.place(event), expected)

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self.refuse(event, "the value itself; aliases (*name) are not used here")
        if isinstance(event, yaml.NodeEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.keys.pop()

    def _open(self, event: yaml.NodeEvent) -> None:
        self.nodes += 1
        if event.anchor is not None or getattr(event, "tag", None) is not None:
            raise self.refuse(event, "a plain value; anchors (&name) and tags (!name) are not used here")
        if self.nodes > MAX_NODES or len(self.stack) > MAX_DEPTH:
            raise self.refuse(event, f"at most {MAX_NODES} values, nested at most {MAX_DEPTH} deep")
        value: str | list[Node] | dict[str, Node]
        if isinstance(event, yaml.ScalarEvent):
            value = "" if event.value in ("~", "null") and event.implicit[0] else event.value
        else:
            value = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        node = Node(value, *self.place(event))
        self._attach(node, event)
        if not isinstance(value, str):
            self.stack.append(node)
            self.keys.append(None)

    def _attach(self, node: Node, event: yaml.Event) -> None:
        if not self.stack:
            self.root = node
            return
        into = self.stack[-1].value
        if isinstance(into, list):
            into.append(node)
            return
        assert isinstance(into, dict)
        key = self.keys[-1]
        if key is not None:
            into[key] = node
            self.keys[-1] = None
        elif not isinstance(node.value, str):
            raise self.refuse(event, "a word as key")
        elif node.value in into:
            raise self.refuse(event, f"the key {node.value!r} once")
        else:
            self.keys[-1] = node.value


def load(text: str, first_line: int = 1) -> Node:
    """The one document in `text`, whose first line is `first_line` of its file. Empty text is an empty mapping.

    Raises YamlError.
    """
    builder = _Builder(first_line)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentStartEvent) and builder.root is not None:
                raise builder.refuse(event, "one document")
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        raise YamlError(line + first_line, column + 1, f"YAML ({error.problem or 'unreadable'})") from None
    except yaml.YAMLError:
        raise YamlError(first_line, 1, "YAML without control characters") from None
    return builder.root or Node({}, first_line, 1)
