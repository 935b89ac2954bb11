"""What a product is printed with besides its module, and the pages that paper gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from trainer.printing import look
from trainer.printing.labels import Labels
from trainer.typeset.sheet import PAPERS

Paper = Literal["a4", "letter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOptions:
    """Everything besides the module. Plain values: a worker process can be given them."""

    paper: Paper = "a4"
    labels: Labels | None = None
    """Words of the interface; None: from the catalog of the module's locale."""
    edition: int | None = None
    date: str = ""
    """When the edition was published, as the reader is to see it (2026-11-24)."""
    overdue: bool = False
    """The day until which the national details were to be checked again is past."""
    media: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures: path in the module folder → the file."""


class Frame(NamedTuple):
    """A page and the room for text on it. Lengths in points."""

    width: float
    height: float
    side: float
    """Margin at the left and at the right."""
    top: float
    bottom: float
    columns: int = 1
    gutter: float = 0.0
    """Between two columns."""

    @property
    def measure(self) -> float:
        """Width of a column."""
        return (self.width - 2 * self.side - (self.columns - 1) * self.gutter) / self.columns

    @property
    def room(self) -> float:
        """Height for text."""
        return self.height - self.top - self.bottom

    @property
    def right(self) -> float:
        """Right edge of the text."""
        return self.width - self.side


def upright(paper: Paper) -> Frame:
    """One column on an upright page."""
    return Frame(*PAPERS[paper], look.MARGIN_X, look.MARGIN_TOP, look.MARGIN_BOTTOM)


def half(paper: Paper) -> Frame:
    """A page of a booklet: half of a sheet that is folded."""
    width, height = PAPERS[paper]
    return Frame(height / 2, width, 42.0, 40.0, 54.0)


def across(paper: Paper) -> Frame:
    """Two columns on a page that lies on its side: a language in each."""
    width, height = PAPERS[paper]
    return Frame(height, width, 46.0, 44.0, 56.0, columns=2, gutter=32.0)


def broad(paper: Paper) -> Frame:
    """One column with narrow margins: what has to be on one page."""
    return Frame(*PAPERS[paper], 54.0, 44.0, 54.0)


def cards(paper: Paper) -> Frame:
    """A page of cards to cut out, with room for cut marks around them."""
    return Frame(*PAPERS[paper], 36.0, 36.0, 60.0)
