"""A whole pack: files of parts. A generator that runs in a worker process, so that progress shows as it goes.

A part is a document made from a module (`pack.Document`), or forms of the room: answer sheets, slips, certificates and
the like. A part that cannot be made does not take the pack along: what is wrong with it is told beside the file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from trainer.printing import pack
from trainer.printing.abreast import NotAbreast
from trainer.printing.attendance import Attendance, draw_attendance
from trainer.printing.certificates import Certificate, draw_certificates
from trainer.printing.labels import Labels, Sentence
from trainer.printing.pack import Document
from trainer.printing.product import NothingToPrint, uncollected
from trainer.printing.room_forms import draw_observer_form, draw_reaction_form
from trainer.printing.sheets import AnswerSheet, draw_answer_sheets
from trainer.printing.slips import Slip, draw_slips
from trainer.printing.small import LeftOut
from trainer.printing.tally import draw_tally_sheet
from trainer.sheets.fields import Field
from trainer.typeset.faces import MissingGlyph
from trainer.typeset.pictures import BadPicture
from trainer.typeset.sheet import About, Sheet


@dataclass(frozen=True, slots=True)
class Sheets:
    """Answer sheets, one after the other."""

    sheets: tuple[AnswerSheet, ...]


@dataclass(frozen=True, slots=True)
class Slips:
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True)
class Certificates:
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """An observer or reaction form."""

    is_reaction: bool
    locale: str
    note: str


@dataclass(frozen=True, slots=True)
class TallySheet:
    title: Sentence
    fields: tuple[Field, ...]
    locale: str
    note: str


Part: TypeAlias = Document | Sheets | Slips | Certificates | Attendance | Form | TallySheet


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One PDF to make."""

    position: int
    name: str
    parts: tuple[Part, ...]
    owner: str | None = None
    """Id of the participant whose set it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything a pack is made of. Plain values."""

    title: str
    locale: str
    paper: str
    """`a4` or `letter`."""
    grey: bool
    files: tuple[File, ...]
    labels: Mapping[str, Labels]
    """Locale → words, for every locale of a part."""

    @property
    def steps(self) -> int:
        return sum(len(file.parts) for file in self.files)


class Step(NamedTuple):
    """So many parts are made."""

    done: int


class Made(NamedTuple):
    """A file is made. Without data: nothing of it could be."""

    file: File
    pages: int
    data: bytes
    left_out: tuple[LeftOut, ...]
    failed: tuple[str, ...]
    """What was wrong with parts that are missing in it; names the file and line of a module, or a character."""


def make(order: Order) -> Iterator[Step | Made]:
    """Every file, in order, with a step after each part."""
    done = 0
    for file in order.files:
        into = io.BytesIO()
        with uncollected():
            about = About(title=order.title, lang=order.locale)
            sheet = Sheet(about, order.paper, grey=order.grey, into=into)
            left_out: list[LeftOut] = []
            failed: list[str] = []
            for number, part in enumerate(file.parts):
                sheet.paper(order.paper)
                try:
                    left_out += _draw(part, sheet, f"{number}/", order.labels)
                except NothingToPrint:
                    pass  # a module without cases has no case cards
                except (MissingGlyph, BadPicture, NotAbreast) as error:
                    failed.append(str(error))
                done += 1
                yield Step(done)
            if sheet.page:
                sheet.finish()
        yield Made(file, sheet.page, into.getvalue() if sheet.page else b"", tuple(left_out), tuple(failed))


def pages(part: Document) -> int:
    """How many pages a document will have; 0 for one with nothing to print, or that cannot be made."""
    try:
        return pack.budget(part).pages
    except (NothingToPrint, MissingGlyph, BadPicture, NotAbreast):
        return 0


def count(documents: tuple[Document, ...]) -> Iterator[int]:
    """`pages` of each, for a worker process."""
    for document in documents:
        yield pages(document)


def _draw(part: Part, sheet: Sheet, key: str, labels: Mapping[str, Labels]) -> tuple[LeftOut, ...]:
    if isinstance(part, Document):
        pack.draw(part, sheet, key)
        return ()
    return _FORMS[type(part)](part, sheet, labels)


def _form(part: Form, sheet: Sheet, labels: Mapping[str, Labels]) -> tuple[LeftOut, ...]:
    draw = draw_reaction_form if part.is_reaction else draw_observer_form
    draw(sheet, labels[part.locale], part.locale, part.note)
    return ()


def _tally(part: TallySheet, sheet: Sheet, labels: Mapping[str, Labels]) -> tuple[LeftOut, ...]:
    draw_tally_sheet(sheet, labels[part.locale], part.locale, part.title, part.fields, part.note)
    return ()


def _certificates(part: Certificates, sheet: Sheet, labels: Mapping[str, Labels]) -> tuple[LeftOut, ...]:
    sheet.paper("letter" if sheet.width > 600 else "a4", landscape=True)
    return draw_certificates(sheet, part.certificates, labels)


_FORMS: dict[type, Callable[..., tuple[LeftOut, ...]]] = {
    Sheets: lambda part, sheet, labels: draw_answer_sheets(sheet, part.sheets, labels),
    Slips: lambda part, sheet, labels: draw_slips(sheet, part.slips, labels),
    Certificates: _certificates,
    Attendance: lambda part, sheet, labels: draw_attendance(sheet, part, labels[part.locale]),
    Form: _form,
    TallySheet: _tally,
}
