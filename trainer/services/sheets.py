"""The paper forms of a workshop: issued once for each person and test, and found again by their code.

Everybody in a workshop who has the same form of a test has the same paper: its seed follows from workshop, test and
form. The two halves of the room take the forms of a test in turn: who begins with the first ends with the second.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Literal, NamedTuple, get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer import assessment
from trainer.assessment import Planned
from trainer.content.model import Module, Unit
from trainer.services import codes, editions
from trainer.services.problems import SENTENCES, Conflict, NotFound
from trainer.services.progress import overlay_of
from trainer.services.shelf import Shelf
from trainer.sheets.code import INSTALLATION_LENGTH, SHEET_LENGTH, SheetCode
from trainer.sheets.fields import Field, fields
from trainer.sheets.layout import Page, layout
from trainer.store.models import Edition, Enrolment, Person
from trainer.store.workshops import Participant, Sheet, Workshop
from trainer.vocabulary import N_

Purpose = Literal["pre", "post", "quiz"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
MOST_BLANKS = 500

SENTENCES["sheet-unknown"] = N_("There is no sheet with this code in your countries.")
SENTENCES["sheet-recorded"] = N_("This sheet is in the record already.")


class SheetRow(NamedTuple):
    """A sheet, and whose it is."""

    code: str
    workshop_id: str
    country: str
    participant_id: str | None
    person_id: str | None
    full_name: str
    """Empty for a blank sheet that is nobody's yet."""
    number: int | None
    """The participant's."""
    blank_number: int | None
    module: str
    unit: str
    purpose: str
    edition_id: int
    edition: int
    """The edition's number."""
    form: str | None
    seed: str
    locale: str
    attempt_id: str | None
    recorded_at: datetime | None
    problem: dict[str, object] | None

    @property
    def is_blank(self) -> bool:
        """It was printed without a name."""
        return self.blank_number is not None


class Asked(NamedTuple):
    """What a sheet asks, and where on it."""

    unit: Unit
    plan: tuple[Planned, ...]
    fields: tuple[Field, ...]
    pages: tuple[Page, ...]


_COLUMNS = (
    Sheet.code, Sheet.workshop_id, Sheet.country, Sheet.participant_id, Participant.person_id,
    func.coalesce(Person.full_name, "").label("full_name"), Participant.number, Sheet.blank_number, Sheet.module,
    Sheet.unit, Sheet.purpose, Sheet.edition_id, Edition.number.label("edition"), Sheet.form, Sheet.seed, Sheet.locale,
    Sheet.attempt_id, Sheet.recorded_at, Sheet.problem,
)  # fmt: skip
_rows = (
    select(*_COLUMNS)
    .join(Edition, Edition.id == Sheet.edition_id)
    .outerjoin(Participant, Participant.id == Sheet.participant_id)
    .outerjoin(Person, Person.id == Participant.person_id)
)


def of_workshop(db: Session, countries: Collection[str], workshop_id: str) -> list[SheetRow]:
    """All sheets of the workshop: by module and test, people by number, then blank ones. One statement."""
    query = _rows.where(Sheet.workshop_id == workshop_id, Sheet.country.in_(sorted(countries))).order_by(
        Sheet.module, Sheet.unit, Sheet.purpose, Sheet.blank_number.is_not(None), Participant.number, Sheet.blank_number
    )
    return [SheetRow(*row) for row in db.execute(query)]


def of_country(db: Session, country: str, since: datetime) -> list[SheetRow]:
    """Every sheet of the country that was issued since then. One statement."""
    return [SheetRow(*row) for row in db.execute(_rows.where(Sheet.country == country, Sheet.issued_at >= since))]


def find(db: Session, countries: Collection[str], code: str) -> SheetRow:
    """One sheet by its code. Raises NotFound, for a sheet of another country too."""
    row = db.execute(_rows.where(Sheet.code == code, Sheet.country.in_(sorted(countries)))).first()
    if row is None:
        raise NotFound("sheet-unknown")
    return SheetRow(*row)


def lock(db: Session, code: str) -> Sheet | None:
    """Nobody else reads into this sheet or records it until this transaction ends. `find` says whose it is."""
    query = select(Sheet).where(Sheet.code == code).with_for_update().execution_options(populate_existing=True)
    return db.scalars(query).first()


# -------------------------------------------------------------------- issuing


def issue(
    db: Session, shelf: Shelf, workshop: Workshop, purposes: Collection[str], *, blanks: int, key: str, now: datetime
) -> list[SheetRow]:
    """The sheets for `purposes` of everybody in the workshop, and `blanks` more of each; made where there are none.

    Asked again it gives the same sheets, but for what has a newer edition. Those of an older edition stay readable.
    """
    people = db.execute(
        select(Participant.id, Participant.person_id, Participant.number, Participant.locale)
        .where(Participant.workshop_id == workshop.id)
        .order_by(Participant.number)
    ).all()
    before = of_workshop(db, {workshop.country}, workshop.id)
    held: set[tuple[object, ...]] = {
        (row.module, row.unit, row.purpose, row.edition_id, owner)
        for row in before
        for owner in (row.participant_id, row.blank_number)
    }
    for slug in workshop.modules:
        edition = editions.current_edition(db, slug)
        if edition is None:
            continue
        module = shelf.module(edition.id, None, overlay_of(workshop.country))
        first = _first_forms(db, slug, [person.person_id for person in people])
        for unit, purpose in tests_of(module, purposes):
            of = (slug, unit.id, purpose, edition.id)
            for person in people:
                if (*of, person.id) not in held:
                    form = _form(unit, purpose, first.get(person.person_id) or _half(unit, person.number))
                    db.add(_sheet(workshop, of, form, person.locale, key, now, participant_id=person.id))
            for number in range(1, min(blanks, MOST_BLANKS) + 1):
                if (*of, number) not in held:
                    form = _form(unit, purpose, _half(unit, number))
                    db.add(_sheet(workshop, of, form, workshop.locales[0], key, now, blank_number=number))
    db.flush()
    return of_workshop(db, {workshop.country}, workshop.id)


def tests_of(module: Module, purposes: Collection[str]) -> list[tuple[Unit, Purpose]]:
    """What of the module is answered on sheets, in the order of the day: test before, quizzes, test after."""
    found: list[tuple[Unit, Purpose]] = []
    for purpose, kind in (("pre", "test"), ("quiz", "quiz"), ("post", "test")):
        if purpose in purposes:
            found += [(unit, purpose) for unit in module.units if unit.kind == kind]  # type: ignore[misc]
    return found


def _first_forms(db: Session, slug: str, people: Sequence[str]) -> dict[str, str]:
    """Person → the form of the test before that was given to them when they began online."""
    query = select(Enrolment.person_id, Enrolment.pre_form).where(
        Enrolment.module == slug, Enrolment.person_id.in_(people), Enrolment.pre_form.is_not(None)
    )
    return {row.person_id: row.pre_form for row in db.execute(query)}


def _half(unit: Unit, number: int) -> str | None:
    """Odd numbers begin with the first form, even ones with the second."""
    return unit.forms[(number - 1) % len(unit.forms)] if unit.forms else None


def _form(unit: Unit, purpose: str, first: str | None) -> str | None:
    first = first if first in unit.forms else (unit.forms or (None,))[0]
    if purpose == "quiz":
        return None
    return assessment.other_form(unit.forms, first) if purpose == "post" else first


def _sheet(
    workshop: Workshop, of: tuple[str, str, str, int], form: str | None, locale: str, key: str, now: datetime,
    *, participant_id: str | None = None, blank_number: int | None = None,
) -> Sheet:  # fmt: skip
    slug, unit, purpose, edition_id = of
    return Sheet(
        code=codes.new(SHEET_LENGTH),
        workshop_id=workshop.id,
        country=workshop.country,
        participant_id=participant_id,
        blank_number=blank_number,
        module=slug,
        unit=unit,
        purpose=purpose,
        edition_id=edition_id,
        form=form,
        seed=seed_of(workshop.id, unit, purpose, form, key),
        locale=locale,
        issued_at=now,
    )


def seed_of(workshop_id: str, unit: str, purpose: str, form: str | None, key: str) -> str:
    """The order of questions and choices on the papers of this test in this workshop; nobody else can work it out."""
    return codes.keyed(key, "paper", workshop_id, unit, purpose, form or "")[:32]


# ------------------------------------------------------------- what they hold


def asked(shelf: Shelf, row: SheetRow) -> Asked:
    """What the sheet asks. Raises NotFound when its edition has no such unit."""
    module = shelf.module(row.edition_id, row.locale, overlay_of(row.country))
    return asked_in(module, row.unit, row.seed, row.form)


def asked_in(module: Module, unit_id: str, seed: str, form: str | None) -> Asked:
    """The same for a module at hand."""
    unit = next((unit for unit in module.units if unit.id == unit_id), None)
    if unit is None:
        raise NotFound
    plan = assessment.plan(unit, seed, form)
    rows = fields(plan)
    return Asked(unit, plan, rows, layout(rows))


def layouts(shelf: Shelf, rows: Iterable[SheetRow]) -> dict[str, tuple[Page, ...]]:
    """Sheet code → its pages. Sheets of one test and form share theirs."""
    pages = cache(
        lambda edition, country, unit, seed, form: (
            asked_in(shelf.module(edition, None, overlay_of(country)), unit, seed, form).pages
        )
    )
    return {row.code: pages(row.edition_id, row.country, row.unit, row.seed, row.form) for row in rows}


def code_of(row: SheetRow, workshop_code: str, page: int, pages: int, key: str) -> SheetCode:
    """What the QR of this page says."""
    return SheetCode(
        installation=installation(key),
        sheet=row.code,
        workshop=workshop_code,
        is_blank=row.is_blank,
        number=(row.blank_number if row.is_blank else row.number) or 0,
        form=row.form,
        edition=row.edition,
        page=page,
        pages=pages,
    )


def installation(key: str) -> str:
    """Four characters that tell the paper of this installation from another's."""
    digits = int(codes.keyed(key, "installation"), 16)
    letters = []
    for _ in range(INSTALLATION_LENGTH):
        digits, at = divmod(digits, len(codes.ALPHABET))
        letters.append(codes.ALPHABET[at])
    return "".join(letters)


def assign(db: Session, countries: Collection[str], code: str, participant_id: str) -> None:
    """Say whose the sheet is; what was read from it stays. Raises NotFound, Conflict for one that is recorded."""
    held = lock(db, code)
    row = find(db, countries, code)
    theirs = db.scalar(
        select(Participant.id).where(Participant.id == participant_id, Participant.workshop_id == row.workshop_id)
    )
    if held is None or theirs is None:
        raise NotFound
    if held.attempt_id is not None and held.participant_id != participant_id:
        raise Conflict("sheet-recorded")
    held.participant_id = participant_id
    db.flush()


def in_force(rows: Iterable[SheetRow]) -> list[SheetRow]:
    """Without those that nobody need wait for: not come back, and issued again from a newer edition."""
    found = list(rows)
    newest: dict[tuple[object, ...], int] = {}
    for row in found:
        newest[_same(row)] = max(row.edition, newest.get(_same(row), 0))
    return [row for row in found if row.attempt_id or row.problem or row.edition == newest[_same(row)]]


def _same(row: SheetRow) -> tuple[object, ...]:
    """The test, and whose it is."""
    return row.module, row.unit, row.purpose, row.participant_id, row.blank_number


def counted(rows: Iterable[SheetRow]) -> Mapping[str, int]:
    """How many sheets in force are `named`, `recorded` and have a `problem`."""
    found = in_force(rows)
    named = [row for row in found if row.participant_id is not None]
    return {
        "named": len(named),
        "recorded": sum(row.attempt_id is not None for row in found),
        "problem": sum(row.problem is not None for row in found),
    }
