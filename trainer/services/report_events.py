"""The workshops of a quarter, as a report that is passed on may tell of them.

Who was in a small workshop can be known from its place and day. So a report says the month, and how many took part in
wide bands only: exact numbers would uncover cells that are hidden elsewhere. Of workshops with few participants the
place is not said either. They are for whoever coordinates the country: a viewer sees counts and no workshops.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.languages.registry import LANGUAGES
from trainer.services import periods
from trainer.services.report_cells import NOTHING, Datum, Number, Table, Text, Words
from trainer.store.workshops import Attendance, Participant, Workshop
from trainer.vocabulary import N_

BANDS = ((0, N_("fewer than 10")), (10, N_("10 to 29")), (30, N_("30 or more")))
"""From so many participants on."""
FEW = 10
"""Below so many the place is not said."""
HEADS = (
    N_("Month"), N_("Days"), N_("Place"), N_("Languages"), N_("Facilitators"), N_("Planned hours"), N_("Participants"),
)  # fmt: skip
NOTES = (
    N_("Workshops that began in the quarter and are closed, as they are kept today. All were held in a room."),
    N_(
        "Participants are told in wide bands, and of workshops with fewer than 10 the place is left out: nobody shall "
        "be recognised, and no hidden number worked out."
    ),
)


class Held(NamedTuple):
    """A workshop that is closed."""

    month: str
    days: int
    place: str
    """Empty: not said."""
    locales: tuple[str, ...]
    modules: tuple[str, ...]
    facilitators: int
    band: int
    """Of `BANDS`, from 0."""


def held(db: Session, country: str, quarter: str) -> tuple[Held, ...]:
    """Those that began in the quarter. Needs a session over the country. One statement."""
    came = (
        select(func.count(Attendance.participant_id.distinct()))
        .join(Participant, Participant.id == Attendance.participant_id)
        .where(Participant.workshop_id == Workshop.id)
        .scalar_subquery()
    )
    first = date.fromisoformat(f"{periods.months(quarter)[0]}-01")
    last = periods.day_after(quarter) - timedelta(days=1)
    query = select(Workshop, came).where(
        Workshop.country == country, Workshop.starts_on.between(first, last), Workshop.closed_at.is_not(None),
        Workshop.deleted_at.is_(None),
    )  # fmt: skip
    # The order tells no day either.
    return tuple(sorted(_told(row, count) for row, count in db.execute(query)))


def _told(row: Workshop, count: int) -> Held:
    return Held(
        month=f"{row.starts_on:%Y-%m}", days=(row.ends_on - row.starts_on).days + 1,
        place=row.place if count >= FEW else "", locales=tuple(row.locales), modules=tuple(row.modules),
        facilitators=len(row.facilitators), band=sum(count >= least for least, _ in BANDS) - 1,
    )  # fmt: skip


def table(found: tuple[Held, ...], minutes: Mapping[str, int]) -> Table:
    """`minutes`: slug → planned minutes of the module in a room."""
    rows: tuple[tuple[Datum, ...], ...] = tuple(
        (
            Text(one.month), Number(one.days), Text(one.place) if one.place else NOTHING, Text(_languages(one.locales)),
            Number(one.facilitators) if one.facilitators else NOTHING, _hours(one.modules, minutes),
            Words(BANDS[one.band][1]),
        )
        for one in found
    )  # fmt: skip
    return Table(name="workshops", title=N_("Workshops"), heads=tuple(map(Words, HEADS)), rows=rows, notes=NOTES)


def _languages(tags: tuple[str, ...]) -> str:
    return "; ".join(LANGUAGES[tag].name if tag in LANGUAGES else tag for tag in tags)


def _hours(modules: tuple[str, ...], minutes: Mapping[str, int]) -> Datum:
    """Of the modules as they are now; not known unless it is of each."""
    known = [minutes[slug] for slug in modules if minutes.get(slug)]
    return Number(sum(known) // 60) if known and len(known) == len(modules) else NOTHING
