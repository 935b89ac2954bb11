"""Packs: what a coordinator chose to print for a workshop, from the first step of choosing to the files.

A pack is a draft while it is being put together, so that every step can be left and come back to. Once asked for it
keeps what was chosen and the editions it was made from; another printing is another pack.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.languages.registry import LANGUAGES
from trainer.services import editions, sheets
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound
from trainer.services.shelf import Shelf
from trainer.store.workshops import Pack, PackFile, Participant, Workshop
from trainer.vocabulary import N_

PRODUCTS: dict[str, str] = {
    "handbook": N_("Participant handbook"),
    "handout": N_("Handout with the exercises only"),
    "cards": N_("Case cards to cut out"),
    "aids": N_("Job aids, a page each"),
    "guide": N_("Facilitator guide"),
    "key": N_("Answer key"),
    "pre": N_("Test before, as papers"),
    "quiz": N_("Quiz, as papers"),
    "post": N_("Test after, as papers"),
    "sheets": N_("Personal answer sheets"),
    "blanks": N_("Blank answer sheets for walk-ins"),
    "tally": N_("Tally sheets for groups without names"),
    "attendance": N_("Attendance sheet"),
    "slips": N_("Sign-in slips (unused earlier ones end)"),
    "observer": N_("Observer form"),
    "reaction": N_("Reaction form"),
    "certificates": N_("Certificates"),
}
"""Everything that can be printed, in the order of the pack."""
TESTS = ("pre", "quiz", "post")
CERTIFICATES = ("certificates",)
"""What is printed when a workshop is closed."""

PAPERS: dict[str, str] = {
    "a4": N_("A4"),
    "letter": N_("Letter"),
    "a5": N_("A4, handbooks as A5 booklets"),
    "half-letter": N_("Letter, handbooks as half-page booklets"),
}
OUTPUTS: dict[str, str] = {
    "one": N_("One PDF with everything"),
    "person": N_("One PDF for each person, and one for the room"),
    "zip": N_("One PDF for each document, in a ZIP file"),
}
MOST_BLANKS = 200

SENTENCES["pack-empty"] = N_("Choose at least one thing to print.")
SENTENCES["pack-languages"] = N_("Choose at least one language.")
SENTENCES["pack-two"] = N_("Side by side needs exactly two languages.")
SENTENCES["pack-blanks"] = N_("Choose a number from 0 to %(maximum)s.")
SENTENCES["pack-modules"] = N_("None of this workshop's modules is published. A pack needs at least one.")
SENTENCES["pack-gone"] = N_("This pack is no longer being put together.")
SENTENCES["name-left-out"] = N_("The name %(name)s cannot be printed: no font has %(characters)s. Write it by hand.")
SENTENCES["part-failed"] = N_("A part of the pack could not be made: %(reason)s")
SENTENCES["pack-broken"] = N_("Something went wrong while this pack was made. Ask for it again.")

DRAFTS = ("draft", "counting")
"""States of a pack that nobody has asked for yet; of the second the pages are being counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was chosen. All codes are keys of the lists above; people are participants' ids, none means everybody."""

    products: tuple[str, ...] = ("handbook", "guide", "key", "pre", "post", "sheets", "attendance", "slips")
    locales: tuple[str, ...] = ()
    abreast: bool = False
    """Two languages side by side."""
    paper: str = "a4"
    grey: bool = True
    """Safe to photocopy."""
    output: str = "one"
    blanks: int = 5
    people: tuple[str, ...] = ()
    address: str = ""
    """Of this site, for what is printed: `https://…/`."""
    lines: tuple[tuple[str, int], ...] = ()
    """Pages of each product, as they were counted for what is chosen now; nothing: not counted yet."""

    @property
    def purposes(self) -> tuple[str, ...]:
        """The tests that sheets are printed for: those whose papers are, or all."""
        chosen = tuple(one for one in TESTS if one in self.products)
        return chosen or TESTS


class PackRow(NamedTuple):
    """A pack without its files."""

    id: str
    workshop_id: str
    country: str
    number: int
    options: Options
    editions: Mapping[str, int]
    state: str
    done: int
    total: int
    problems: tuple[dict[str, Any], ...]
    asked_at: datetime
    finished_at: datetime | None


class FileRow(NamedTuple):
    """A file of a pack without its bytes."""

    position: int
    name: str
    participant_id: str | None
    pages: int
    size: int


_COLUMNS = (
    Pack.id, Pack.workshop_id, Pack.country, Pack.number, Pack.options, Pack.editions, Pack.state, Pack.done,
    Pack.total, Pack.problems, Pack.asked_at, Pack.finished_at,
)  # fmt: skip


def _row(row: Any) -> PackRow:
    values = row._asdict()
    return PackRow(**{**values, "options": read_options(values["options"]), "problems": tuple(values["problems"])})


def read_options(stored: Mapping[str, Any]) -> Options:
    """As they were stored; what a later version does not know any more is left out."""
    known: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in stored.items()}
    known["lines"] = tuple((str(product), int(pages)) for product, pages in known.get("lines", ()))
    options = Options(**{name: value for name, value in known.items() if name in Options.__dataclass_fields__})
    return replace(options, products=tuple(one for one in PRODUCTS if one in options.products))


# ------------------------------------------------------------- put together


def begin(db: Session, workshop: Workshop, *, by: str, now: datetime) -> str:
    """A draft like the pack before it; the one that is there already, if nobody has asked for it yet. -> its id"""
    before = _before(db, workshop)
    known = next((row.id for row in before if row.state in DRAFTS), None)
    if known is not None:
        return known
    chosen = (read_options(row.options) for row in before)
    like = next((options for options in chosen if options.products != CERTIFICATES), None)
    options = replace(like or Options(locales=tuple(workshop.locales)), people=(), lines=())
    return _add(db, workshop, before, options, by, now).id


def certificates(
    db: Session, shelf: Shelf, workshop: Workshop, *, address: str, by: str, key: str, now: datetime
) -> str:
    """A pack of nothing but the certificates, asked for at once; a draft under way stays as it is. -> its id

    Raises Invalid when no module is published.
    """
    before = _before(db, workshop)
    options = Options(products=CERTIFICATES, locales=tuple(workshop.locales), grey=False)
    row = _add(db, workshop, before, options, by, now)
    ask(db, shelf, {workshop.country}, row.id, address=address, by=by, key=key, now=now)
    return row.id


def _before(db: Session, workshop: Workshop) -> list[Pack]:
    """The packs there are, newest first; one is added at a time."""
    db.execute(select(Workshop.id).where(Workshop.id == workshop.id).with_for_update())
    return list(db.scalars(select(Pack).where(Pack.workshop_id == workshop.id).order_by(Pack.number.desc())))


def _add(db: Session, workshop: Workshop, before: list[Pack], options: Options, by: str, now: datetime) -> Pack:
    row = Pack(
        workshop_id=workshop.id, country=workshop.country, number=before[0].number + 1 if before else 1,
        options=asdict(options), editions={}, state="draft", problems=[], asked_at=now, asked_by=by,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row


def find(db: Session, countries: Collection[str], pack_id: str) -> PackRow:
    """Raises NotFound."""
    row = db.execute(select(*_COLUMNS).where(Pack.id == pack_id, Pack.country.in_(sorted(countries)))).first()
    if row is None:
        raise NotFound
    return _row(row)


def of_workshop(db: Session, countries: Collection[str], workshop_id: str) -> list[PackRow]:
    """Newest first. One statement."""
    query = select(*_COLUMNS).where(Pack.workshop_id == workshop_id, Pack.country.in_(sorted(countries)))
    return [_row(row) for row in db.execute(query.order_by(Pack.number.desc()))]


def files(db: Session, countries: Collection[str], pack_id: str) -> list[FileRow]:
    """What has been made so far, in the order of the pack. One statement."""
    query = select(PackFile.position, PackFile.name, PackFile.participant_id, PackFile.pages, PackFile.size)
    query = query.where(PackFile.pack_id == pack_id, PackFile.country.in_(sorted(countries)))
    return [FileRow(*row) for row in db.execute(query.order_by(PackFile.position))]


def data(db: Session, countries: Collection[str], pack_id: str, position: int) -> tuple[str, bytes]:
    """Name and bytes of one file. Raises NotFound."""
    row = db.execute(
        select(PackFile.name, PackFile.data).where(
            PackFile.pack_id == pack_id, PackFile.position == position, PackFile.country.in_(sorted(countries))
        )
    ).first()
    if row is None:
        raise NotFound
    return row.name, row.data


def choose(db: Session, countries: Collection[str], pack_id: str, **changes: Any) -> Options:
    """Change the draft. From the third step on, and after every later change, its pages are counted anew.

    Raises NotFound, Conflict once it has been asked for, Invalid with the field that is wrong.
    """
    row = _draft(db, countries, pack_id)
    options = replace(read_options(row.options), **changes, lines=())
    _check(db, row, options, set(changes))
    was_counted = bool(row.options.get("lines")) or row.state == "counting"
    is_nearly_done = bool({"paper", "people"} & set(changes))
    row.options, row.state = asdict(options), "counting" if was_counted or is_nearly_done else "draft"
    db.flush()
    return options


def _draft(db: Session, countries: Collection[str], pack_id: str) -> Pack:
    query = select(Pack).where(Pack.id == pack_id, Pack.country.in_(sorted(countries))).with_for_update()
    row = db.scalars(query).first()
    if row is None:
        raise NotFound
    if row.state not in DRAFTS:
        raise Conflict("pack-gone")
    return row


def _check(db: Session, row: Pack, options: Options, changed: set[str]) -> None:
    """What was changed; when it is asked for, everything. Raises Invalid."""
    if "products" in changed:
        if not options.products:
            raise Invalid("pack-empty", field="products")
        if not set(options.products) <= PRODUCTS.keys():
            raise Invalid("choice-unknown", field="products")
    if changed & {"locales", "abreast"}:
        if not options.locales:
            raise Invalid("pack-languages", field="locales")
        if not set(options.locales) <= LANGUAGES.keys():
            raise Invalid("choice-unknown", field="locales")
        if options.abreast and len(set(options.locales)) != 2:
            raise Invalid("pack-two", field="abreast")
    if "paper" in changed and options.paper not in PAPERS:
        raise Invalid("choice-unknown", field="paper")
    if "output" in changed and options.output not in OUTPUTS:
        raise Invalid("choice-unknown", field="output")
    if "blanks" in changed and not 0 <= options.blanks <= MOST_BLANKS:
        raise Invalid("pack-blanks", field="blanks", maximum=MOST_BLANKS)
    if "people" in changed and options.people:
        known = set(db.scalars(select(Participant.id).where(Participant.workshop_id == row.workshop_id)))
        if not set(options.people) <= known:
            raise Invalid("choice-unknown", field="people")


class Budget(NamedTuple):
    """What a pack will be. Pages are counted, but for long lists; size and time are estimates."""

    lines: tuple[tuple[str, int], ...]
    """Product → pages."""
    pages: int
    megabytes: float
    seconds: int


PER_PAGE = 0.006
"""Megabytes of a page."""
PAGES_PER_SECOND = 60


def budget(options: Options) -> Budget | None:
    """None: not counted yet."""
    lines = tuple((product, pages) for product, pages in options.lines if product)
    if not lines:
        return None
    pages = sum(pages for _, pages in lines)
    return Budget(lines, pages, max(0.1, round(pages * PER_PAGE, 1)), 1 + pages // PAGES_PER_SECOND)


def ask(
    db: Session, shelf: Shelf, countries: Collection[str], pack_id: str,
    *, address: str, by: str, key: str, now: datetime,
) -> None:  # fmt: skip
    """Have the draft made, from the newest editions. Its sheets are issued now. Raises NotFound, Conflict, Invalid."""
    row = _draft(db, countries, pack_id)
    options = replace(read_options(row.options), address=address)
    row.options = asdict(options)
    _check(db, row, options, set(Options.__dataclass_fields__))
    workshop = db.get(Workshop, row.workshop_id)
    assert workshop is not None
    found = {slug: editions.current_edition(db, slug) for slug in workshop.modules}
    row.editions = {slug: edition.number for slug, edition in found.items() if edition is not None}
    if not row.editions:
        raise Invalid("pack-modules", field="products")
    if {"sheets", "blanks"} & set(options.products):
        blanks = options.blanks if "blanks" in options.products else 0
        sheets.issue(db, shelf, workshop, options.purposes, blanks=blanks, key=key, now=now)
    row.state, row.asked_at, row.asked_by = "waiting", now, by
    db.flush()


def cancel(db: Session, countries: Collection[str], pack_id: str) -> None:
    """Stop making it, or put the draft away; what was made goes. Sheets that were issued stay. Raises NotFound."""
    query = select(Pack).where(Pack.id == pack_id, Pack.country.in_(sorted(countries))).with_for_update()
    row = db.scalars(query).first()
    if row is None:
        raise NotFound
    if row.state in (*DRAFTS, "waiting", "running", "failed"):
        row.state = "cancelled"
        db.execute(delete(PackFile).where(PackFile.pack_id == row.id).execution_options(synchronize_session=False))
        db.flush()
