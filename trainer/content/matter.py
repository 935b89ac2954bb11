"""Front matter: the keys of a module and of a unit, each read into one type, with the line of whatever is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable

from trainer.content.attributes import ID
from trainer.content.diagnostics import Findings
from trainer.content.yaml_lines import Node, YamlError, load

_END = re.compile(r"^---[ \t]*$", re.MULTILINE)
_MARK = re.compile(r"---[ \t]*\n")


class Matter:
    """The front matter of one file. Each reader takes one key and reports what it cannot use."""

    def __init__(self, file: str, findings: Findings, values: dict[str, Node]) -> None:
        self.file, self.findings, self.values = file, findings, values
        self.broken = False
        """It could not be read; that its keys are missing need not be said."""

    def error(self, node: Node | None, code: str, /, **params: str | int) -> None:
        line, column = (node.line, node.column) if node else (1, 1)
        self.findings.error(code, self.file, line, column, **params)

    def check_keys(self, known: Iterable[str], required: Iterable[str]) -> None:
        known = tuple(known)
        for key, node in self.values.items():
            if key not in known:
                self.findings.error("matter-unknown", self.file, node.line, 1, key=key, known=", ".join(known))
        for key in required:
            if key not in self.values and not self.broken:
                self.error(None, "matter-required", key=key, expected=f"'{key}: …'")

    def line(self, key: str) -> int:
        return self.values[key].line if key in self.values else 1

    def text(self, key: str, default: str = "") -> str:
        """One text."""
        return self._text(key, self.values.get(key)) or default

    def _text(self, key: str, node: Node | None) -> str | None:
        if node is None:
            return None
        if not isinstance(node.value, str):
            self.error(node, "matter-shape", key=key, expected="one text")
            return None
        return " ".join(node.value.split()) or None

    def id(self, key: str, default: str) -> str:
        text = self.text(key, default)
        if not ID.fullmatch(text):
            self.error(self.values.get(key), "id-shape", id=text)
            return default
        return text

    def choice(self, key: str, known: Iterable[str], default: str) -> str:
        known = tuple(known)
        text = self.text(key, default)
        if text not in known:
            self.error(self.values[key], "matter-value", key=key, value=text, expected=f"one of {', '.join(known)}")
            return default
        return text

    def flag(self, key: str) -> bool:
        return self.choice(key, ("true", "false", "yes", "no"), "false") in ("true", "yes")

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        return self._whole(key, self.values.get(key), low, high)

    def _whole(self, key: str, node: Node | None, low: int, high: int) -> int | None:
        if node is None:
            return None
        text = node.value if isinstance(node.value, str) else ""
        if not (text.isascii() and text.isdigit() and len(text) < 9 and low <= int(text) <= high):
            self.error(node, "matter-value", key=key, value=text, expected=f"a whole number from {low} to {high}")
            return None
        return int(text)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        node = self.values.get(key)
        if node is None:
            return ()
        if not isinstance(node.value, list):
            self.error(node, "matter-shape", key=key, expected="a list: [one, two]")
            return ()
        found = (self._text(key, one) for one in node.value)
        return tuple(one for one in found if one is not None)

    def mapping(self, key: str, known: Iterable[str] | None = None) -> dict[str, Node]:
        """A mapping; `known` are its keys, None leaves them to the author."""
        node = self.values.get(key)
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self.error(node, "matter-shape", key=key, expected="keys with values: {one: …, two: …}")
            return {}
        kept = {}
        for name, value in node.value.items():
            if known is not None and name not in known:
                self.error(value, "matter-unknown", key=f"{key}.{name}", known=", ".join(known))
            elif known is None and not ID.fullmatch(name):
                self.error(value, "id-shape", id=name)
            else:
                kept[name] = value
        return kept

    def whole_in(self, key: str, values: dict[str, Node], name: str, low: int, high: int) -> int | None:
        return self._whole(f"{key}.{name}", values.get(name), low, high)

    def text_in(self, key: str, values: dict[str, Node], name: str) -> str | None:
        return self._text(f"{key}.{name}", values.get(name))


def _broken(file: str, findings: Findings) -> Matter:
    matter = Matter(file, findings, {})
    matter.broken = True
    return matter


def split(text: str, file: str, findings: Findings) -> tuple[Matter, str, int]:
    """Cut the front matter off: (its keys, the body, lines before the body). Reports what cannot be read."""
    opening = _MARK.match(text)
    if opening is None:
        findings.error("matter-missing", file, 1)
        return _broken(file, findings), text, 0
    ending = _END.search(text, opening.end())
    if ending is None:
        findings.error("matter-open", file, 1)
        return _broken(file, findings), "", 0
    inner, body = text[opening.end() : ending.start()], text[ending.end() :].removeprefix("\n")
    matter = Matter(file, findings, {})
    try:
        root = load(inner, 2)
        if isinstance(root.value, dict):
            matter.values = root.value
        else:
            raise YamlError(root.line, root.column, "keys with values")
    except YamlError as fault:
        findings.error("matter-syntax", file, fault.line, fault.column, expected=fault.expected)
        matter.broken = True
    return matter, body, inner.count("\n") + 2
