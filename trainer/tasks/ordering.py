"""What a pack is made of: workshop, people, sheets and compiled modules become one order of plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from trainer.content.inline import words as plain
from trainer.content.model import Module, Unit
from trainer.languages import formats
from trainer.languages.words import words
from trainer.printing import bundle
from trainer.printing import labels as said
from trainer.printing.attendance import Attendance, Attendee
from trainer.printing.bundle import Certificates, File, Form, Order, Part, Sheets, Slips, TallySheet
from trainer.printing.certificates import Certificate
from trainer.printing.labels import Labels, Sentence
from trainer.printing.pack import Document
from trainer.printing.papers import When
from trainer.printing.sheets import AnswerSheet
from trainer.printing.slips import Slip
from trainer.services import closing, editions, room, sheets, slips, timetable, workshops
from trainer.services.editions import EditionRow
from trainer.services.packs import FileRow, Options, PackRow
from trainer.services.progress import overlay_of
from trainer.services.room import ParticipantRow
from trainer.services.sheets import Purpose, SheetRow
from trainer.services.workshops import WorkshopRow
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench
from trainer.tasks.process import stream
from trainer.vocabulary import AGENCY_TYPES, country_name

WHEN: dict[str, When] = {"pre": "before", "quiz": "quiz", "post": "after"}
ONE_LANGUAGE = frozenset({"guide", "key", "cards"})
"""Products that never have two languages side by side."""
FOR_PARTICIPANTS = ("handbook", "handout", "aids")
NAMED = ("sheets", "slips", "certificates")
"""Products that bear a name."""
SLIP_DAYS = 14
"""A slip works this long after the workshop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
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


def order(bench: Bench, pack: PackRow, kept: Collection[FileRow] = ()) -> Order:
    """Everything of the pack, as it is made now. `kept`: its files that were made before; slips in them stay good."""
    seen = _read(bench, pack)
    if "slips" in pack.options.products and not any(file.name.endswith("-slips.pdf") for file in kept):
        people = [one for one in seen.people if one.id not in {file.participant_id for file in kept}]
        with bench.store.write(Scope.countries({pack.country})) as db:
            seen = replace(seen, slips=_new_slips(db, bench, seen, people))
    return _Maker(bench, seen).order()


def count(bench: Bench, pack: PackRow) -> dict[str, int]:
    """Product → pages, for what is chosen. Documents are laid out in a worker process."""
    seen = _read(bench, pack)
    maker = _Maker(bench, seen)
    found: Counter[str] = Counter()
    documents = [(product, part) for product, _, part in maker.room_parts() if isinstance(part, Document)]
    with stream(bundle.count, tuple(part for _, part in documents)) as results:
        for (product, _), pages in zip(documents, results, strict=True):
            found[product] += pages
    found.update(maker.form_pages())
    return {product: found[product] for product in pack.options.products}


def _read(bench: Bench, pack: PackRow) -> _Room:
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
    return _Room(
        pack=pack,
        workshop=workshop,
        people=tuple(one for one in everybody if not wanted or one.id in wanted),
        sessions=tuple(part.title for part in parts),
        sheets=tuple(rows),
        editions=tuple(found),
        completed=completed,
        slips={},
    )


def _new_slips(
    db: Session, bench: Bench, seen: _Room, people: Sequence[ParticipantRow]
) -> dict[str, tuple[str, datetime]]:
    now = bench.clock()
    days = max(7, (seen.workshop.ends_on - now.date()).days + SLIP_DAYS)
    ids = {one.person_id: one.id for one in people}
    codes = slips.issue(db, {seen.workshop.country}, list(ids), now=now, days=days, key=bench.key)
    return {ids[person]: (code, now + timedelta(days=min(days, slips.LONGEST))) for person, code in codes.items()}


class _Maker:
    """Puts the parts together."""

    def __init__(self, bench: Bench, seen: _Room) -> None:
        self.bench, self.seen, self.options = bench, seen, seen.options
        self.workshop = seen.workshop
        self.paper: Literal["a4", "letter"] = "letter" if "letter" in self.options.paper else "a4"
        self.booklet = self.options.paper in ("a5", "half-letter")
        self._media: dict[int, dict[str, bytes]] = {}
        self._labels: dict[str, Labels] = {}

    # ------------------------------------------------------------ the files

    def order(self) -> Order:
        options, workshop = self.options, self.workshop
        files = list(self._files())
        return Order(
            title=workshop.title,
            locale=workshop.locales[0],
            paper=self.paper,
            grey=options.grey,
            files=tuple(replace(file, position=at) for at, file in enumerate(files, 1)),
            labels=self._labels,
        )

    def _files(self) -> Iterator[File]:
        prefix = f"{self.workshop.code}-{self.seen.pack.number}"
        printed = list(self.room_parts())
        parts = [*printed, *self._form_parts(self.seen.people)]
        if self.options.output == "one":
            in_order = sorted(parts, key=lambda one: self.options.products.index(one[0]))
            yield File(position=0, name=f"{prefix}.pdf", parts=tuple(part for _, _, part in in_order))
        elif self.options.output == "zip":
            for product, name, part in parts:
                yield File(position=0, name=f"{prefix}-{product}{name}.pdf", parts=(part,))
        else:
            own = {*FOR_PARTICIPANTS, *sheets.PURPOSES, "sheets", "slips", "certificates", "reaction"}
            for person in self.seen.people:
                mine = tuple(self._set_of(person, printed))
                if mine:
                    yield File(position=0, name=f"{prefix}-{person.number:03}.pdf", parts=mine, owner=person.id)
            rest = tuple(part for product, _, part in parts if product not in own or not self.seen.people)
            if rest:
                yield File(position=0, name=f"{prefix}-room.pdf", parts=rest)

    def _set_of(self, person: ParticipantRow, printed: Sequence[tuple[str, str, Part]]) -> Iterator[Part]:
        """What one person is handed: of what is `printed` for the room the papers in their language and of their form,
        and what bears their name.
        """
        locale = person.locale if person.locale in self.options.locales else self.options.locales[0]
        mine = {(row.module, row.purpose): row.form for row in self.seen.sheets if row.participant_id == person.id}
        for product, _, part in printed:
            if not isinstance(part, Document) or product not in (*FOR_PARTICIPANTS, *sheets.PURPOSES):
                continue
            in_mine = any(module.locale == locale for module in part.modules)
            form = mine.get((part.modules[0].slug, product))
            if in_mine and (product not in sheets.PURPOSES or part.form is None or form in (None, part.form)):
                yield part
        yield from (part for product, _, part in self._form_parts((person,)) if product in NAMED)
        if "reaction" in self.options.products:
            yield Form(True, self._spoken(locale), self._note(locale))

    # ------------------------------------------------------------ what is made from modules

    def room_parts(self) -> Iterator[tuple[str, str, Part]]:
        """(product, what tells it from others of the product, part), product by product."""
        for product in self.options.products:
            for edition in self.seen.editions:
                for locales in self._languages(product):
                    yield from (
                        (product, f"-{edition.module}{more}-{'-'.join(locales)}", part)
                        for more, part in self._documents(product, edition, locales)
                    )

    def _languages(self, product: str) -> Sequence[tuple[str, ...]]:
        options = self.options
        alone = product in ONE_LANGUAGE or (product == "handbook" and self.booklet)
        if options.abreast and len(options.locales) == 2 and not alone:
            return [options.locales]
        return [(locale,) for locale in options.locales]

    def _documents(self, product: str, edition: EditionRow, locales: tuple[str, ...]) -> Iterator[tuple[str, Document]]:
        modules = tuple(self._module(edition, locale, facilitator=product in ("guide", "key")) for locale in locales)
        one = Document(
            product=product,
            modules=modules,
            paper=self.paper,
            grey=self.options.grey,
            booklet=self.booklet and product == "handbook",
            edition=edition.number,
            date=edition.published_at.date().isoformat(),
            media=self._media_of(edition),
            labels={locale: self._words(locale) for locale in locales},
        )
        match product:
            case "handbook" | "guide":
                yield "", one
            case "handout":
                yield "", replace(one, product="exercises")
            case "aids":
                yield "", replace(one, product="job-aids")
            case "cards":
                yield "-cases", replace(one, product="case-cards")
                yield "-scenarios", replace(one, product="scenario-cards")
            case "key":
                for purpose, unit, form in self._tests(modules[0], self.options.purposes):
                    yield f"-{purpose}{_which(unit, form)}", self._planned(one, "answer-key", purpose, unit, form)
            case "pre" | "quiz" | "post":
                for purpose, unit, form in self._tests(modules[0], (product,)):
                    yield _which(unit, form), self._planned(one, "test-paper", purpose, unit, form)

    def _planned(self, one: Document, product: str, purpose: str, unit: Unit, form: str | None) -> Document:
        seed = sheets.seed_of(self.workshop.id, unit.id, purpose, form, self.bench.key)
        return replace(one, product=product, unit=unit.slug, form=form, seed=seed, when=WHEN[purpose])

    def _tests(self, module: Module, purposes: Sequence[str]) -> Iterator[tuple[Purpose, Unit, str | None]]:
        for unit, purpose in sheets.tests_of(module, purposes):
            for form in (unit.forms if purpose != "quiz" else ()) or (None,):
                yield purpose, unit, form

    def _module(self, edition: EditionRow, locale: str, *, facilitator: bool = False) -> Module:
        country = overlay_of(self.workshop.country)
        return self.bench.shelf.module(edition.id, locale, country, facilitator=facilitator)

    def _media_of(self, edition: EditionRow) -> dict[str, bytes]:
        if edition.id not in self._media:
            paths = [path for path in self.bench.shelf.files(edition.id) if path.startswith("media/")]
            self._media[edition.id] = {path: self.bench.shelf.media(edition.id, path).data for path in paths}
        return self._media[edition.id]

    # ------------------------------------------------------------ forms of the room

    def _form_parts(self, people: Sequence[ParticipantRow]) -> Iterator[tuple[str, str, Part]]:
        products, main = self.options.products, self.workshop.locales[0]
        here = {one.id for one in people}
        if "sheets" in products:
            mine = [row for row in self.seen.sheets if row.participant_id in here and not row.is_blank]
            yield "sheets", "", Sheets(tuple(self._answer_sheets(mine)))
        if "blanks" in products:
            blank = [row for row in self.seen.sheets if row.is_blank and row.participant_id is None]
            blank = [row for row in blank if (row.blank_number or 0) <= self.options.blanks]
            yield "blanks", "", Sheets(tuple(self._answer_sheets(blank)))
        if "tally" in products:
            yield from (("tally", name, part) for name, part in self._tallies(main))
        if "attendance" in products:
            yield "attendance", "", self._attendance(main)
        if "slips" in products:
            yield "slips", "", Slips(tuple(self._slips(people)))
        if "observer" in products:
            for locale in self.options.locales:
                yield "observer", f"-{locale}", Form(False, self._spoken(locale), self._note(locale))
        if "reaction" in products:
            for locale in self.options.locales:
                yield "reaction", f"-{locale}", Form(True, self._spoken(locale), self._note(locale))
        if "certificates" in products:
            yield "certificates", "", Certificates(tuple(self._certificates(people)))

    def _answer_sheets(self, rows: Sequence[SheetRow]) -> Iterator[AnswerSheet]:
        current = {(edition.module, edition.id) for edition in self.seen.editions}
        rows = [row for row in rows if (row.module, row.edition_id) in current and row.purpose in self.options.purposes]
        pages = sheets.layouts(self.bench.shelf, rows)
        by_id = {edition.id: edition for edition in self.seen.editions}
        for row in rows:
            title = self._module(by_id[row.edition_id], row.locale).title
            yield AnswerSheet(
                code=sheets.code_of(row, self.workshop.code, 1, len(pages[row.code]), self.bench.key),
                pages=pages[row.code],
                locale=self._spoken(row.locale),
                purpose=WHEN[row.purpose],
                title=Sentence(plain(title.content), title.lang),
                note=self._note(row.locale),
                name=row.full_name,
            )

    def _tallies(self, locale: str) -> Iterator[tuple[str, TallySheet]]:
        for edition in self.seen.editions:
            module = self._module(edition, locale)
            title = Sentence(plain(module.title.content), module.title.lang)
            for purpose, unit, form in self._tests(module, self.options.purposes):
                seed = sheets.seed_of(self.workshop.id, unit.id, purpose, form, self.bench.key)
                rows = sheets.asked_in(module, unit.id, seed, form).fields
                note = f"{self._note(locale)} · {form}" if form else self._note(locale)
                name = f"-{edition.module}-{purpose}{_which(unit, form)}"
                yield name, TallySheet(title, rows, self._spoken(locale), note)

    def _attendance(self, locale: str) -> Attendance:
        agencies = words(locale)
        return Attendance(
            title=self.workshop.title,
            place=self.workshop.place,
            dates=self._dates(locale),
            sessions=self.seen.sessions,
            people=[
                Attendee(one.full_name, agencies.gettext(AGENCY_TYPES[one.agency_type])) for one in self.seen.people
            ],
            locale=self._spoken(locale),
        )

    def _slips(self, people: Sequence[ParticipantRow]) -> Iterator[Slip]:
        for one in people:
            if one.id in self.seen.slips:
                code, until = self.seen.slips[one.id]
                yield Slip(
                    name=one.full_name,
                    address=f"{self.options.address}{one.locale}/sign-in",
                    sign_in_name=one.sign_in_name,
                    code=code,
                    until=formats.date_text(until.date(), one.locale),
                    locale=self._spoken(one.locale),
                )

    def _certificates(self, people: Sequence[ParticipantRow]) -> Iterator[Certificate]:
        for one in people:
            for edition in self.seen.editions:
                code, at = self.seen.completed.get(one.person_id, {}).get(edition.module, ("", None))
                if not code or at is None:
                    continue
                module = self._module(edition, one.locale)
                minutes = module.minutes_workshop
                yield Certificate(
                    name=one.full_name,
                    title=Sentence(plain(module.title.content), module.title.lang),
                    locale=self._spoken(one.locale),
                    date=formats.date_text(at.date(), one.locale),
                    edition=edition.number,
                    country=words(one.locale).gettext(country_name(self.workshop.country)),
                    code=code,
                    address=f"{self.options.address}check/{code}",
                    hours=formats.number_text(round(minutes / 60, 1), one.locale) if minutes else "",
                )

    def form_pages(self) -> dict[str, int]:
        """Pages of forms, without drawing them: what was not issued yet is worked out from the modules."""
        people, options = self.seen.people, self.options
        sheets_each = blanks_each = 0
        for edition in self.seen.editions:
            module = self._module(edition, options.locales[0])
            for unit, purpose in sheets.tests_of(module, options.purposes):
                form = (unit.forms or (None,))[0] if purpose != "quiz" else None
                seed = sheets.seed_of(self.workshop.id, unit.id, purpose, form, self.bench.key)
                pages = len(sheets.asked_in(module, unit.id, seed, form).pages)
                sheets_each += pages
                blanks_each += pages
        ready = sum(len(list(self._certificates((one,)))) for one in people)
        rows = len(people) + 10
        return {
            "sheets": sheets_each * len(people),
            "blanks": blanks_each * options.blanks,
            "tally": len(list(self._tallies(options.locales[0]))),
            "attendance": max(1, -(-rows // 22)),
            "slips": -(-len(people) // 8),
            "observer": len(options.locales),
            "reaction": len(options.locales),
            "certificates": ready,
        }

    # ------------------------------------------------------------ words

    def _spoken(self, locale: str) -> str:
        """The locale, with its words at hand for the worker."""
        self._words(locale)
        return locale

    def _words(self, locale: str) -> Labels:
        if locale not in self._labels:
            self._labels[locale] = said.labels(words(locale))
        return self._labels[locale]

    def _note(self, locale: str) -> str:
        return f"{self.workshop.title} · {self.workshop.place} · {self._dates(locale)}"

    def _dates(self, locale: str) -> str:
        starts, ends = self.workshop.starts_on, self.workshop.ends_on
        return _day(starts, locale) if starts == ends else f"{_day(starts, locale)} – {_day(ends, locale)}"


def _day(day: date, locale: str) -> str:
    return formats.date_text(day, locale)


def _which(unit: Unit, form: str | None) -> str:
    """What tells a paper from others of its module: the form, or which quiz."""
    return f"-{form or unit.slug}"
