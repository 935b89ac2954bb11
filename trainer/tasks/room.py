"""What a pack is made of, read once: the workshop, its people and sheets, and compiled modules at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from trainer.content.model import Module, Unit
from trainer.languages import formats
from trainer.languages.words import words
from trainer.printing import labels as said
from trainer.printing.labels import Labels
from trainer.printing.papers import When
from trainer.services import closing, editions, room, sheets, slips, timetable, workshops
from trainer.services.editions import EditionRow
from trainer.services.packs import Options, PackRow
from trainer.services.progress import overlay_of
from trainer.services.room import ParticipantRow
from trainer.services.sheets import Purpose, SheetRow
from trainer.services.workshops import WorkshopRow
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench

WHEN: dict[str, When] = {"pre": "before", "quiz": "quiz", "post": "after"}
SLIP_DAYS = 14
"""A slip works this long after the workshop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything that was read for a pack."""

    pack: PackRow
    workshop: WorkshopRow
    people: tuple[ParticipantRow, ...]
    """Those the pack is for."""
    sessions: tuple[str, ...]
    sheets: tuple[SheetRow, ...]
    editions: tuple[EditionRow, ...]
    completed: Mapping[str, Mapping[str, tuple[str, datetime]]]
    """Person → module → certificate's code as printed, and when it was completed."""
    slips: Mapping[str, tuple[str, datetime]]
    """Participant → code of the new slip, and until when it works."""

    @property
    def options(self) -> Options:
        return self.pack.options


def read(bench: Bench, pack: PackRow) -> Seen:
    """Everything as it is now. Modules are the pack's editions; a draft has the newest."""
    countries = {pack.country}
    with bench.store.read(Scope.countries(countries)) as db:
        workshop = workshops.workshop(db, countries, pack.workshop_id)
        everybody = room.participants(db, countries, pack.workshop_id)
        parts = timetable.sessions(db, countries, pack.workshop_id)
        known = editions.current_editions(db)
        found = [
            editions.edition(db, slug, pack.editions.get(slug))
            for slug in workshop.modules
            if slug in pack.editions or (not pack.editions and any(one.module == slug for one in known))
        ]
        rows = sheets.of_workshop(db, countries, pack.workshop_id)
        completed = closing.certificates(db, countries, pack.workshop_id, workshop.modules)
    wanted = set(pack.options.people)
    return Seen(
        pack=pack,
        workshop=workshop,
        people=tuple(one for one in everybody if not wanted or one.id in wanted),
        sessions=tuple(part.title for part in parts),
        sheets=tuple(rows),
        editions=tuple(found),
        completed=completed,
        slips={},
    )


def new_slips(
    db: Session, bench: Bench, seen: Seen, people: Sequence[ParticipantRow]
) -> dict[str, tuple[str, datetime]]:
    """Participant → code of a new slip, and until when it works; for those who sign in by slip."""
    now = bench.clock()
    days = max(7, (seen.workshop.ends_on - now.date()).days + SLIP_DAYS)
    ids = {one.person_id: one.id for one in people}
    codes = slips.issue(db, {seen.workshop.country}, list(ids), now=now, days=days, key=bench.key)
    return {ids[person]: (code, now + timedelta(days=min(days, slips.LONGEST))) for person, code in codes.items()}


class Room:
    """What was read, with modules, pictures and words as they are asked for."""

    def __init__(self, bench: Bench, seen: Seen) -> None:
        self.bench, self.seen, self.options = bench, seen, seen.options
        self.workshop = seen.workshop
        self.paper: Literal["a4", "letter"] = "letter" if "letter" in self.options.paper else "a4"
        self.booklet = self.options.paper in ("a5", "half-letter")
        self.labels: dict[str, Labels] = {}
        """Locale → words, of every locale that was spoken."""
        self._media: dict[int, dict[str, bytes]] = {}

    def tests(self, module: Module, purposes: Sequence[str]) -> Iterator[tuple[Purpose, Unit, str | None]]:
        for unit, purpose in sheets.tests_of(module, purposes):
            for form in (unit.forms if purpose != "quiz" else ()) or (None,):
                yield purpose, unit, form

    def module(self, edition: EditionRow, locale: str, *, facilitator: bool = False) -> Module:
        country = overlay_of(self.workshop.country)
        return self.bench.shelf.module(edition.id, locale, country, facilitator=facilitator)

    def media_of(self, edition: EditionRow) -> dict[str, bytes]:
        if edition.id not in self._media:
            paths = [path for path in self.bench.shelf.files(edition.id) if path.startswith("media/")]
            self._media[edition.id] = {path: self.bench.shelf.media(edition.id, path).data for path in paths}
        return self._media[edition.id]

    def spoken(self, locale: str) -> str:
        """The locale, with its words at hand for the worker."""
        self.words_of(locale)
        return locale

    def words_of(self, locale: str) -> Labels:
        if locale not in self.labels:
            self.labels[locale] = said.labels(words(locale))
        return self.labels[locale]

    def note(self, locale: str) -> str:
        return f"{self.workshop.title} · {self.workshop.place} · {self.dates(locale)}"

    def dates(self, locale: str) -> str:
        starts, ends = self.workshop.starts_on, self.workshop.ends_on
        return _day(starts, locale) if starts == ends else f"{_day(starts, locale)} – {_day(ends, locale)}"


def _day(day: date, locale: str) -> str:
    return formats.date_text(day, locale)
