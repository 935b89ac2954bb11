"""The PO format, read and written for modules: with lines, duplicates and previous messages kept.

Babel's reader merges duplicates, drops the line of every entry but its first, forgets `#|` comments and knows no
Tetum; its writer stamps dates. A module's catalog needs the opposite of each, and the format is small.

Plural forms are not part of a module's catalog and are reported as faults.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Entry(NamedTuple):
    """One message with its translation. Texts are unescaped."""

    context: str
    source: str
    text: str
    """The translation; empty: not translated."""
    fuzzy: bool = False
    obsolete: bool = False
    """The module has no such message any more; the translation is kept for the day it returns."""
    previous: str | None = None
    """The source that `text` was made from, where it is not `source`."""
    notes: tuple[str, ...] = ()
    """Comments of translators (`# `)."""
    comments: tuple[str, ...] = ()
    """Comments from the module (`#.`)."""
    references: tuple[str, ...] = ()
    line: int = 0
    """Line of `msgid`, from 1."""

    @property
    def base(self) -> str:
        """The source that `text` translates."""
        return self.source if self.previous is None else self.previous


class Fault(NamedTuple):
    """A line that is not PO. `expected` says what could stand there, in English for a developer."""

    line: int
    expected: str


class Po(NamedTuple):
    head: tuple[str, ...]
    """Comment lines above the header entry, without `# `."""
    headers: dict[str, str]
    """`Language` and so on, in order."""
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class _Draft:
    """The entry being read."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    obsolete: bool = False
    broken: bool = False
    line: int = 0

    def text(self, name: str) -> str:
        return "".join(self.fields.get(name, ()))

    def entry(self) -> Entry:
        return Entry(
            context=self.text("msgctxt"),
            source=self.text("msgid"),
            text=self.text("msgstr"),
            fuzzy="fuzzy" in self.flags,
            obsolete=self.obsolete,
            previous=self.text("|msgid") if "|msgid" in self.fields else None,
            notes=tuple(self.notes),
            comments=tuple(self.comments),
            references=tuple(self.references),
            line=self.line,
        )


_KEYWORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s*("(?:[^"\\]|\\[ntr"\\])*")')
_STRING = re.compile(r'"(?:[^"\\]|\\[ntr"\\])*"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def _unquote(quoted: str) -> str:
    inner = quoted[1:-1]
    return _ESCAPE.sub(lambda m: _ESCAPES.get(m[1], m[1]), inner) if "\\" in inner else inner


class _Reader:
    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.faults: list[Fault] = []
        self.draft = _Draft()
        self.current: str | None = None

    def finish(self, line: int) -> None:
        """Close the entry being read; what has no `msgid` was only comments and stays for the next one."""
        draft = self.draft
        if not draft.fields:
            return
        if not draft.broken and not {"msgid", "msgstr"} <= draft.fields.keys():
            self.faults.append(Fault(draft.line or line, "msgid and msgstr"))
        elif not draft.broken:
            self.drafts.append(draft)
        self.draft, self.current = _Draft(), None

    def comment(self, line: str, number: int) -> None:
        if "msgstr" in self.draft.fields:
            self.finish(number)
        kind, rest = line[1:2], line[2:].strip()
        if kind == ".":
            self.draft.comments.append(rest)
        elif kind == ":":
            self.draft.references.extend(rest.split())
        elif kind == ",":
            self.draft.flags.update(flag.strip() for flag in rest.split(","))
        elif kind == "|":
            self.message(rest, number, previous="|")
        else:
            self.draft.notes.append(line[1:].strip())

    def message(self, line: str, number: int, *, previous: str = "", obsolete: bool = False) -> None:
        if "msgstr" in self.draft.fields and line.startswith(("msgctxt", "msgid ")):
            self.finish(number)
        if found := _KEYWORD.fullmatch(line):
            name = previous + found[1]
            if "[" in name or name == "msgid_plural" or name in self.draft.fields:
                self.fault(number, "one msgctxt, one msgid and one msgstr; no plural forms")
            if name == "msgid":
                self.draft.line = number
            self.draft.obsolete |= obsolete
            self.draft.fields[name] = [_unquote(found[2])]
            self.current = name
        elif self.current and _STRING.fullmatch(line):
            self.draft.fields[self.current].append(_unquote(line))
        else:
            self.fault(number, 'msgctxt, msgid or msgstr with text in "quotes"; in it, after \\ only n, t, r, " or \\')

    def fault(self, number: int, expected: str) -> None:
        self.faults.append(Fault(number, expected))
        self.draft.broken = True
        self.draft.fields.setdefault("msgid", [])


def read(text: str) -> tuple[Po, list[Fault]]:
    """Read a PO file. An entry with a fault is left out, all others are there; never raises. Text becomes NFC."""
    reader = _Reader()
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line:
            continue
        if line.startswith("#~"):
            rest = line[2:].lstrip()
            if rest.startswith("|"):
                reader.comment("#" + rest, number)
            else:
                reader.message(rest, number, obsolete=True)
        elif line.startswith("#"):
            reader.comment(line, number)
        else:
            reader.message(line, number)
    reader.finish(len(lines))
    return _assemble(reader.drafts), reader.faults


def _assemble(drafts: list[_Draft]) -> Po:
    head: tuple[str, ...] = ()
    headers: dict[str, str] = {}
    entries = []
    for draft in drafts:
        entry = draft.entry()
        if entry.source or entry.context:
            entries.append(entry)
        elif not headers:
            head = entry.notes
            pairs = (line.partition(":") for line in entry.text.split("\n"))
            headers = {key.strip(): value.strip() for key, colon, value in pairs if colon}
    return Po(head, headers, tuple(entries))


# -------------------------------------------------------------------- writing


def write(po: Po) -> bytes:
    """The file as UTF-8. Lines are never wrapped, so that a changed word is a changed line and nothing more."""
    blocks = ["\n".join(_header(po))]
    blocks += ["\n".join(_entry(entry)) for entry in po.entries]
    return ("\n\n".join(blocks) + "\n").encode()


def _header(po: Po) -> Iterator[str]:
    for line in po.head:
        yield f"# {line}".rstrip()
    yield 'msgid ""'
    yield from _quoted("msgstr ", "".join(f"{key}: {value}\n" for key, value in po.headers.items()))


def _entry(entry: Entry) -> Iterator[str]:
    mark = "#~ " if entry.obsolete else ""
    for line in entry.notes:
        yield f"# {line}".rstrip()
    for line in entry.comments:
        yield f"#. {line}".rstrip()
    if entry.references:
        yield "#: " + " ".join(entry.references)
    if entry.fuzzy:
        yield "#, fuzzy"
    if entry.previous is not None:
        yield from (("#~| " if entry.obsolete else "#| ") + line for line in _quoted("msgid ", entry.previous))
    for name, text in (("msgctxt ", entry.context), ("msgid ", entry.source), ("msgstr ", entry.text)):
        yield from (mark + line for line in _quoted(name, text))


def _quoted(keyword: str, text: str) -> Iterator[str]:
    lines = text.split("\n")
    pieces = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    if len(pieces) > 1:
        yield keyword + '""'
        yield from (_escape(piece) for piece in pieces)
    else:
        yield keyword + _escape(text)


def _escape(text: str) -> str:
    for char, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(char, escaped)
    return f'"{text}"'
