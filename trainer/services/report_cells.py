"""Cells of a report's tables. A cell says what it is; in whose words, the reader decides (`label`).

What is hidden is no number here any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from trainer.services.suppression import Cell

Label = Callable[[str], str]
"""A message in the reader's language."""


class Datum(Protocol):
    """A cell of a table."""

    @property
    def number(self) -> float | None:
        """For whoever calculates; None for words, and for what is hidden."""
        ...

    @property
    def lang(self) -> str:
        """Of words that somebody wrote; empty for words of the interface, and for numbers."""
        ...

    def text(self, label: Label) -> str:
        """As it is read, the same everywhere."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """Of the interface. `more` follows as it is: a period, a number."""

    message: str
    more: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    """For the message's placeholders; words among them are the reader's as well."""
    number: None = None
    lang: str = ""

    def text(self, label: Label) -> str:
        words = label(self.message)
        values = {name: one.text(label) if isinstance(one, Words) else one for name, one in self.values.items()}
        return f"{words % values if values else words}{self.more}"


@dataclass(frozen=True, slots=True)
class Several:
    """One after the other."""

    all: tuple[Words, ...]
    number: None = None
    lang: str = ""

    def text(self, label: Label) -> str:
        return "; ".join(one.text(label) for one in self.all)


@dataclass(frozen=True, slots=True)
class Text:
    """As somebody wrote it."""

    words: str
    lang: str = ""
    number: None = None

    def text(self, label: Label) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Number:
    number: float
    places: int = 0
    """After the point."""
    lang: str = ""

    def text(self, label: Label) -> str:
        return f"{self.number:.{self.places}f}"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people, or why it is not shown."""

    cell: Cell
    lang: str = ""

    @property
    def number(self) -> float | None:
        return self.cell.value

    def text(self, label: Label) -> str:
        return self.cell.text(label)


NOTHING = Text("–")

Line = tuple[str, Datum, Datum, Datum]
"""Of a summary: No., indicator, figure of the chosen period, note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Columns that stand together where a page is not wide enough for all of them."""

    title: str
    """Message; empty: the table's own."""
    columns: tuple[int, ...]
    each: int | None = None
    """A table for each value of this column, which stands in its caption: a long name on every row makes them tall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    """Of the file, and in addresses."""
    title: str
    """Message."""
    heads: tuple[Datum, ...]
    rows: tuple[tuple[Datum, ...], ...]
    """As many cells each as there are heads."""
    parts: tuple[Part, ...] = ()
    """For paper; empty: all columns."""
    notes: tuple[str, ...] = ()
    """Messages below it."""
    on_paper: bool = True
    """It stands in the PDF, not only in the files for calculating."""
