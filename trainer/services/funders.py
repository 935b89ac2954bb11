"""Figures as a funder names them: the funder's code and words beside one of ours, per country."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.services.problems import SENTENCES, Invalid, NotFound, Refused
from trainer.store.reporting import FunderLine
from trainer.vocabulary import AGENCY_TYPES, N_

MOST_LINES = 60
"""Of a country."""
UNDO = timedelta(days=1)
"""How long a line that was taken out can come back."""

SENTENCES.update(
    {
        "funder-lines-full": N_("A country can have %(most)s lines. Take one out first."),
        "funder-figure": N_("Choose one of our figures."),
        "funder-needs-module": N_("Choose a module: this figure is never added up over modules."),
        "funder-agencies-only-t1": N_("Agency types can be chosen for persons trained only."),
        "funder-agencies-no-module": N_("Persons are counted by agency type over all modules: leave the module open."),
        "funder-module": N_("Choose a module of the list."),
        "funder-agencies": N_("Choose agency types of the list."),
    }
)

FIGURES = {
    "t1": N_("T1 Persons trained"), "t2": N_("T2 Participations"), "t3": N_("T3 Hours of learning (planned)"),
    "t4": N_("T4 Completion rate (percent)"), "t5": N_("T5 Change in knowledge (points)"),
    "t6": N_("T6 Passed the test after at the first go (percent)"),
}  # fmt: skip
OF_A_MODULE = frozenset({"t5", "t6"})
"""Never added up over modules: they would compare what is not alike."""


class FunderForm(NamedTuple):
    code: str
    words: str
    figure: str
    """A code of `FIGURES`."""
    module: str | None = None
    agency_types: tuple[str, ...] = ()
    note: str = ""
    checked: bool = False


class FunderRow(NamedTuple):
    id: str
    country: str
    form: FunderForm


EXAMPLE = (
    FunderForm(
        "PS.5.1-28", "First responders trained on identifying victims", "t1",
        note="Seen in a library of indicators of February 2023. Choose the agency types that count as first "
        "responders.",
    ),
    FunderForm(
        "PS.5.3-15", "People trained in preventing trafficking", "t1",
        note="Seen in a library of indicators of February 2023. Only if the course has prevention content. "
        "Say so where people are counted under both codes.",
    ),
)  # fmt: skip
"""To begin with. Codes and texts change, so that both come in as not checked."""


# ------------------------------------------------------------------ keeping them


def lines(db: Session, countries: Collection[str]) -> list[FunderRow]:
    """By country, then code. One statement."""
    query = select(FunderLine).where(FunderLine.country.in_(sorted(countries)), FunderLine.removed_at.is_(None))
    rows = db.scalars(query.order_by(FunderLine.country, FunderLine.code, FunderLine.created_at, FunderLine.id))
    return [_row(row) for row in rows]


def line(db: Session, countries: Collection[str], line_id: str) -> FunderRow:
    """Raises NotFound."""
    return _row(_find(db, countries, line_id))


def add(
    db: Session, countries: Collection[str], country: str, form: FunderForm, modules: Collection[str], *, now: datetime
) -> str:
    """-> its id. `modules`: slugs that can be chosen. Raises NotFound for a foreign country, Invalid, Refused."""
    if country not in countries:
        raise NotFound
    check(form, modules)
    if len(lines(db, [country])) >= MOST_LINES:
        raise Refused("funder-lines-full", most=MOST_LINES)
    row = FunderLine(country=country, created_at=now, **_columns(form))
    db.add(row)
    db.flush()
    return row.id


def add_example(db: Session, countries: Collection[str], country: str, *, now: datetime) -> list[str]:
    """The lines of `EXAMPLE` that the country has not yet. Raises NotFound, Refused."""
    there = {row.form.code for row in lines(db, [country])} if country in countries else set()
    return [add(db, countries, country, form, (), now=now) for form in EXAMPLE if form.code not in there]


def change(
    db: Session, countries: Collection[str], line_id: str, form: FunderForm, modules: Collection[str]
) -> FunderRow:
    """-> what it was before. Raises NotFound, Invalid."""
    row = _find(db, countries, line_id)
    before = _row(row)
    # A module that is gone meanwhile may stay.
    check(form, {*modules, *([row.module] if row.module else [])})
    for name, value in _columns(form).items():
        setattr(row, name, value)
    return before


def take_out(db: Session, countries: Collection[str], line_id: str, *, now: datetime) -> FunderRow:
    """It can come back for a day. Raises NotFound."""
    row = _find(db, countries, line_id)
    db.execute(
        delete(FunderLine).where(FunderLine.country == row.country, FunderLine.removed_at < now - UNDO),
        execution_options={"synchronize_session": False},
    )
    row.removed_at = now
    return _row(row)


def put_back(db: Session, countries: Collection[str], line_id: str) -> FunderRow:
    """Undo `take_out`. Raises NotFound."""
    row = _find(db, countries, line_id, removed=True)
    row.removed_at = None
    return _row(row)


def check(form: FunderForm, modules: Collection[str]) -> None:
    """Raises Invalid, which names the field."""
    if form.figure not in FIGURES:
        raise Invalid("funder-figure", field="figure")
    if form.module is not None and form.module not in modules:
        raise Invalid("funder-module", field="module")
    if form.figure in OF_A_MODULE and form.module is None:
        raise Invalid("funder-needs-module", field="module")
    if not set(form.agency_types) <= AGENCY_TYPES.keys():
        raise Invalid("funder-agencies", field="agency_types")
    if form.agency_types and form.figure != "t1":
        raise Invalid("funder-agencies-only-t1", field="agency_types")
    if form.agency_types and form.module is not None:
        raise Invalid("funder-agencies-no-module", field="agency_types")


def _columns(form: FunderForm) -> dict[str, object]:
    return {**form._asdict(), "agency_types": [code for code in AGENCY_TYPES if code in form.agency_types]}


def _row(row: FunderLine) -> FunderRow:
    form = FunderForm(
        row.code, row.words, row.figure, row.module, tuple(row.agency_types), row.note, row.checked
    )  # fmt: skip
    return FunderRow(row.id, row.country, form)


def _find(db: Session, countries: Collection[str], line_id: str, *, removed: bool = False) -> FunderLine:
    query = select(FunderLine).where(FunderLine.id == line_id, FunderLine.country.in_(sorted(countries)))
    state = FunderLine.removed_at.is_not(None) if removed else FunderLine.removed_at.is_(None)
    row = db.scalar(query.where(state))
    if row is None:
        raise NotFound
    return row
