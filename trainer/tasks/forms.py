"""The parts of a pack that are made for the room and its people: sheets, lists, slips, forms, certificates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trainer.content.inline import words as plain
from trainer.languages import formats
from trainer.languages.words import words
from trainer.printing.attendance import Attendance, Attendee
from trainer.printing.bundle import Certificates, Form, Part, Sheets, Slips, TallySheet
from trainer.printing.certificates import Certificate
from trainer.printing.labels import Sentence
from trainer.printing.sheets import AnswerSheet
from trainer.printing.slips import Slip
from trainer.services import sheets
from trainer.services.room import ParticipantRow
from trainer.services.sheets import SheetRow
from trainer.tasks.documents import which
from trainer.tasks.room import WHEN, Room
from trainer.vocabulary import AGENCY_TYPES, country_name


def form_parts(room: Room, people: Sequence[ParticipantRow]) -> Iterator[tuple[str, str, Part]]:
    products, main = room.options.products, room.workshop.locales[0]
    here = {one.id for one in people}
    if "sheets" in products:
        mine = [row for row in room.seen.sheets if row.participant_id in here and not row.is_blank]
        yield "sheets", "", Sheets(tuple(_answer_sheets(room, mine)))
    if "blanks" in products:
        blank = [row for row in room.seen.sheets if row.is_blank and row.participant_id is None]
        blank = [row for row in blank if (row.blank_number or 0) <= room.options.blanks]
        yield "blanks", "", Sheets(tuple(_answer_sheets(room, blank)))
    if "tally" in products:
        yield from (("tally", name, part) for name, part in _tallies(room, main))
    if "attendance" in products:
        yield "attendance", "", _attendance(room, main)
    if "slips" in products:
        yield "slips", "", Slips(tuple(_slips(room, people)))
    if "observer" in products:
        for locale in room.options.locales:
            yield "observer", f"-{locale}", Form(False, room.spoken(locale), room.note(locale))
    if "reaction" in products:
        for locale in room.options.locales:
            yield "reaction", f"-{locale}", Form(True, room.spoken(locale), room.note(locale))
    if "certificates" in products:
        yield "certificates", "", Certificates(tuple(_certificates(room, people)))


def _answer_sheets(room: Room, rows: Sequence[SheetRow]) -> Iterator[AnswerSheet]:
    current = {(edition.module, edition.id) for edition in room.seen.editions}
    rows = [row for row in rows if (row.module, row.edition_id) in current and row.purpose in room.options.purposes]
    pages = sheets.layouts(room.bench.shelf, rows)
    by_id = {edition.id: edition for edition in room.seen.editions}
    for row in rows:
        title = room.module(by_id[row.edition_id], row.locale).title
        yield AnswerSheet(
            code=sheets.code_of(row, room.workshop.code, 1, len(pages[row.code]), room.bench.key),
            pages=pages[row.code],
            locale=room.spoken(row.locale),
            purpose=WHEN[row.purpose],
            title=Sentence(plain(title.content), title.lang),
            note=room.note(row.locale),
            name=row.full_name,
        )


def _tallies(room: Room, locale: str) -> Iterator[tuple[str, TallySheet]]:
    for edition in room.seen.editions:
        module = room.module(edition, locale)
        title = Sentence(plain(module.title.content), module.title.lang)
        for purpose, unit, form in room.tests(module, room.options.purposes):
            seed = sheets.seed_of(room.workshop.id, unit.id, purpose, form, room.bench.key)
            rows = sheets.asked_in(module, unit.id, seed, form).fields
            note = f"{room.note(locale)} · {form}" if form else room.note(locale)
            name = f"-{edition.module}-{purpose}{which(unit, form)}"
            yield name, TallySheet(title, rows, room.spoken(locale), note)


def _attendance(room: Room, locale: str) -> Attendance:
    agencies = words(locale)
    return Attendance(
        title=room.workshop.title,
        place=room.workshop.place,
        dates=room.dates(locale),
        sessions=room.seen.sessions,
        people=[Attendee(one.full_name, agencies.gettext(AGENCY_TYPES[one.agency_type])) for one in room.seen.people],
        locale=room.spoken(locale),
    )


def _slips(room: Room, people: Sequence[ParticipantRow]) -> Iterator[Slip]:
    for one in people:
        if one.id in room.seen.slips:
            code, until = room.seen.slips[one.id]
            yield Slip(
                name=one.full_name,
                address=f"{room.options.address}{one.locale}/sign-in",
                sign_in_name=one.sign_in_name,
                code=code,
                until=formats.date_text(until.date(), one.locale),
                locale=room.spoken(one.locale),
            )


def _certificates(room: Room, people: Sequence[ParticipantRow]) -> Iterator[Certificate]:
    for one in people:
        for edition in room.seen.editions:
            code, at = room.seen.completed.get(one.person_id, {}).get(edition.module, ("", None))
            if not code or at is None:
                continue
            module = room.module(edition, one.locale)
            minutes = module.minutes_workshop
            yield Certificate(
                name=one.full_name,
                title=Sentence(plain(module.title.content), module.title.lang),
                locale=room.spoken(one.locale),
                date=formats.date_text(at.date(), one.locale),
                edition=edition.number,
                country=words(one.locale).gettext(country_name(room.workshop.country)),
                code=code,
                address=f"{room.options.address}check/{code}",
                hours=formats.number_text(round(minutes / 60, 1), one.locale) if minutes else "",
            )


def form_pages(room: Room) -> dict[str, int]:
    """Pages of forms, without drawing them: what was not issued yet is worked out from the modules."""
    people, options = room.seen.people, room.options
    sheets_each = blanks_each = 0
    for edition in room.seen.editions:
        module = room.module(edition, options.locales[0])
        for unit, purpose in sheets.tests_of(module, options.purposes):
            form = (unit.forms or (None,))[0] if purpose != "quiz" else None
            seed = sheets.seed_of(room.workshop.id, unit.id, purpose, form, room.bench.key)
            pages = len(sheets.asked_in(module, unit.id, seed, form).pages)
            sheets_each += pages
            blanks_each += pages
    ready = sum(len(list(_certificates(room, (one,)))) for one in people)
    rows = len(people) + 10
    return {
        "sheets": sheets_each * len(people),
        "blanks": blanks_each * options.blanks,
        "tally": len(list(_tallies(room, options.locales[0]))),
        "attendance": max(1, -(-rows // 22)),
        "slips": -(-len(people) // 8),
        "observer": len(options.locales),
        "reaction": len(options.locales),
        "certificates": ready,
    }
