"""Learning paths: which modules a role needs. `paths.yaml` in the modules folder → frozen values, or findings.

A path is data: who runs the programme changes the file, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from trainer.content.diagnostics import Diagnostic, Findings
from trainer.content.yaml_lines import Node, YamlError, load
from trainer.vocabulary import AGENCY_TYPES

FILE = "paths.yaml"
MAX_BYTES = 200_000
LONGEST_MONTHS = 120
RESERVED = ("own", "none")
"""What people choose instead of a path: the one for where they work, and none."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")

Need = Literal["required", "recommended", "optional"]
NEEDS: tuple[Need, ...] = get_args(Need)
_KEYS = ("modules", "paths", "no-path")
_PATH_KEYS = ("title", "agencies", "months", *NEEDS)


class Step(NamedTuple):
    """A module on a path."""

    module: str
    """Slug."""
    need: Need


@dataclass(frozen=True, slots=True)
class LearningPath:
    """What one role learns."""

    id: str
    title: str
    """In English: a message of the interface, which has its translations."""
    agencies: tuple[str, ...]
    """Agency types whose people are on this path unless they choose another."""
    months: int | None
    """How long a completed module counts as current; None: for ever."""
    steps: tuple[Step, ...]
    """In the order of the curriculum."""

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(step.module for step in self.steps if step.need == "required")


@dataclass(frozen=True)
class Paths:
    """All paths of the programme. Without a file: none, and nobody is on one."""

    titles: Mapping[str, str]
    """Slug → English title of every module that a path names."""
    paths: Mapping[str, LearningPath]
    """By id, in the order of the file."""

    def of(self, chosen: str | None, agency_type: str) -> LearningPath | None:
        """The path somebody is on: the one they chose (empty: none), else that of where they work.

        A choice that is no longer in the file counts as none made.
        """
        if chosen is not None and (chosen in self.paths or not chosen):
            return self.paths.get(chosen)
        return self._by_agency.get(agency_type)

    @cached_property
    def _by_agency(self) -> dict[str, LearningPath]:
        return {agency: path for path in self.paths.values() for agency in path.agencies}


NONE = Paths({}, {})


class PathsError(Exception):
    """The file cannot be used; the message has a line for everything that is wrong."""


def of_folder(folder: Path) -> Paths:
    """The paths of a folder of modules; none if it has no file of them. Raises PathsError."""
    found, findings = read_file(folder / FILE)
    if findings:
        raise PathsError("\n".join(map(str, findings)))
    return found


def read_file(file: Path) -> tuple[Paths, tuple[Diagnostic, ...]]:
    """The paths in `file`, and what is wrong with it. A file that is not there has none and nothing wrong."""
    findings = Findings()
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        text = data.decode()
    except FileNotFoundError:
        return NONE, ()
    except OSError as error:
        findings.error("folder-unreadable", str(file), reason=error.strerror or "unknown")
        return NONE, findings.listed()
    except UnicodeDecodeError as error:
        findings.error("text-encoding", str(file), byte=error.start)
        return NONE, findings.listed()
    if len(data) > MAX_BYTES:
        findings.error("text-large", str(file), size=len(data), limit=MAX_BYTES)
        return NONE, findings.listed()
    return read(text, str(file))


def read(text: str, file: str = FILE) -> tuple[Paths, tuple[Diagnostic, ...]]:
    """The paths in `text`; none as soon as anything is wrong. `file`: its name in findings."""
    reader = _Reader(file)
    try:
        found = reader.paths(load(text))
    except YamlError as error:
        reader.findings.error("paths-syntax", file, error.line, error.column, expected=error.expected)
        found = NONE
    findings = reader.findings.listed()
    return NONE if findings else found, findings


class _Reader:
    """Takes the file apart and says, each at its place, what cannot be used."""

    def __init__(self, file: str) -> None:
        self.file, self.findings = file, Findings()

    def refuse(self, node: Node, key: str, expected: str) -> None:
        self.findings.error("paths-value", self.file, node.line, node.column, key=key, expected=expected)

    def paths(self, root: Node) -> Paths:
        top = self._mapping(root, "the file", _KEYS)
        titles = {slug: self._text(node, slug) for slug, node in self._pairs(top, "modules")}
        owners: dict[str, str] = {}
        found = {name: self._path(name, node, titles, owners) for name, node in self._pairs(top, "paths")}
        for agency, node in self._names(top, "no-path", AGENCY_TYPES):
            self._claim(owners, agency, "no-path", node)
        if left := [agency for agency in AGENCY_TYPES if agency not in owners]:
            self.refuse(top.get("no-path", root), "no-path", f"every agency type in a path or here; missing: "
                        f"{', '.join(left)}")  # fmt: skip
        return Paths(titles, found)

    def _path(self, name: str, node: Node, titles: Mapping[str, str], owners: dict[str, str]) -> LearningPath:
        inside = self._mapping(node, name, _PATH_KEYS)
        if not _NAME.fullmatch(name) or name in RESERVED:
            self.refuse(
                node, name, f"a name of at most 40 small letters, digits and '-', none of {', '.join(RESERVED)}"
            )
        title = self._text(inside["title"], "title") if "title" in inside else ""
        if not title:
            self.refuse(node, name, "a title")
        agencies = []
        for agency, place in self._names(inside, "agencies", AGENCY_TYPES):
            self._claim(owners, agency, name, place)
            agencies.append(agency)
        needs: dict[str, Need] = {}
        for need in NEEDS:
            for slug, place in self._names(inside, need, titles):
                if slug in needs:
                    self.refuse(place, slug, "each module once in a path")
                needs[slug] = need
        if "required" not in needs.values():
            self.refuse(node, name, "at least one required module")
        steps = tuple(Step(slug, needs[slug]) for slug in titles if slug in needs)
        return LearningPath(name, title, tuple(agencies), self._months(inside), steps)

    def _months(self, inside: Mapping[str, Node]) -> int | None:
        if "months" not in inside:
            return None
        text = inside["months"].value
        if isinstance(text, str) and text.isascii() and text.isdigit() and 0 < int(text[:5]) <= LONGEST_MONTHS:
            return int(text)
        self.refuse(inside["months"], "months", f"a number from 1 to {LONGEST_MONTHS}")
        return None

    def _claim(self, owners: dict[str, str], agency: str, name: str, node: Node) -> None:
        if agency in owners:
            self.refuse(node, agency, f"each agency type once; it stands in {owners[agency]}")
        owners.setdefault(agency, name)

    def _mapping(self, node: Node, name: str, known: tuple[str, ...]) -> dict[str, Node]:
        if not isinstance(node.value, dict):
            self.refuse(node, name, "keys and values")
            return {}
        for key, value in node.value.items():
            if key not in known:
                self.refuse(value, key, f"one of the keys {', '.join(known)}")
        return node.value

    def _pairs(self, top: Mapping[str, Node], key: str) -> Iterator[tuple[str, Node]]:
        node = top.get(key, Node({}, 1, 1))
        if isinstance(node.value, dict) and node.value:
            yield from node.value.items()
        else:
            self.refuse(node, key, "at least one name with its values")

    def _text(self, node: Node, key: str) -> str:
        if isinstance(node.value, str) and 0 < len(node.value.strip()) <= 200:
            return node.value.strip()
        self.refuse(node, key, "a title of at most 200 letters")
        return ""

    def _names(self, top: Mapping[str, Node], key: str, known: Mapping[str, object]) -> Iterator[tuple[str, Node]]:
        node = top.get(key)
        if node is None:
            return
        if not isinstance(node.value, list):
            self.refuse(node, key, "a list in [ ]")
            return
        for one in node.value:
            if isinstance(one.value, str) and one.value in known:
                yield one.value, one
            else:
                self.refuse(one, key, f"one of {', '.join(known)}")
