"""National words: a country's draft over the newest edition of a module, its sign-off, what is due.

A coordinator needs no author: signing makes the next edition, with the country's file in it. Whoever saves or signs
names what they began from; if somebody else was faster, nothing is overwritten and they are told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.content.model import Module, Signed
from trainer.content.nation import Overlay, in_force, parse
from trainer.content.overlay_writing import write
from trainer.services import drafts, editions
from trainer.services.editions import EditionRow
from trainer.services.national_words import (
    Words,
    faults,
    of_overlay,
    of_stored,
    open_places,
    required_places,
    stored,
    to_overlay,
    unusable,
)
from trainer.services.problems import SENTENCES, Conflict, Invalid, Refused
from trainer.store.authoring import NationalDraft, SignOff
from trainer.store.models import Blob, Edition
from trainer.store.prepared import insert_new
from trainer.vocabulary import N_, country_name

SENTENCES.update(
    {
        "national-changed": N_("Somebody else has changed these words meanwhile. Nothing was overwritten."),
        "national-edition": N_("A newer edition of the module was published meanwhile. Look at your words once more."),
        "national-unready": N_("Something has to be filled in or put right before this can be signed."),
        "national-unsigned": N_("There is no sign-off in force that could be withdrawn."),
        "national-signature": N_("Type your name as it stands in your account: %(name)s."),
    }
)


class Opened(NamedTuple):
    """A country's words for a module as they stand now."""

    edition: EditionRow
    """The newest."""
    published: Overlay | None
    """What the edition has; None: no file of this country, or one that cannot be read."""
    words: Words
    """The draft's, or else the edition's."""
    token: str
    """What a save replaces: name it when saving."""
    saved_at: datetime | None
    """When and by whom the draft was saved; None: there is none."""
    saved_by: str


class Standing(NamedTuple):
    """How far a country is with a module."""

    required: int
    filled: int
    """Of the required places, by the draft if there is one."""
    signed: Signed | None
    signed_on: date | None
    """Day of the sign-off here; None for a file that came signed."""
    waiting: tuple[str, ...]
    """Targets that are reopened or gone."""
    overdue: bool
    drafted: bool
    """There are words that nobody has signed yet."""


class Row(NamedTuple):
    """A line of the overview."""

    country: str
    edition: EditionRow
    standing: Standing


class SignOffRow(NamedTuple):
    signed_by: str
    signed_at: datetime
    checked_on: date
    review_by: date | None
    edition: int
    """Number of the edition that was made with it."""
    edition_id: int
    withdrawn_at: datetime | None
    withdrawn_by: str | None


def path_of(country: str) -> str:
    return f"national/{country}.md"


# ----------------------------------------------------------------- reading


def open_words(db: Session, country: str, slug: str) -> Opened:
    """Four statements at most. Raises NotFound where the module was never published."""
    edition = editions.edition(db, slug)
    sha256 = editions.slug_and_manifest(db, edition.id)[1].get(path_of(country))
    published = None if sha256 is None else parse(editions.blob(db, sha256), path_of(country))[0]
    draft = db.scalar(select(NationalDraft).where(NationalDraft.country == country, NationalDraft.module == slug))
    if draft is None:
        return Opened(edition, published, of_overlay(published), f"file.{sha256 or ''}", None, "")
    token = f"draft.{draft.id}.{draft.version}"
    return Opened(edition, published, of_stored(draft.words), token, draft.saved_at, draft.saved_by)


def sign_offs(db: Session, country: str, slug: str) -> list[SignOffRow]:
    """Latest first. One statement."""
    query = (
        select(
            SignOff.signed_by, SignOff.signed_at, SignOff.checked_on, SignOff.review_by, Edition.number, Edition.id,
            SignOff.withdrawn_at, SignOff.withdrawn_by,
        )
        .join(Edition, Edition.id == SignOff.edition_id)
        .where(SignOff.country == country, SignOff.module == slug)
        .order_by(SignOff.signed_at.desc(), SignOff.id)
    )  # fmt: skip
    return [SignOffRow(*row) for row in db.execute(query)]


class Seen(NamedTuple):
    """What the overview is made of, read in five statements whatever there is."""

    editions: list[EditionRow]
    published: Mapping[tuple[str, str], tuple[str, bytes]]
    """Country, slug → SHA-256 and bytes of the file."""
    drafts: Mapping[tuple[str, str], Words]
    signed: Mapping[tuple[str, str, str], datetime]
    """Country, slug, SHA-256 of the file → when it was signed."""


def published(
    db: Session, newest: Collection[EditionRow], countries: Collection[str]
) -> dict[tuple[str, str], tuple[str, bytes]]:
    """Of the newest edition of each module: country and slug → SHA-256 and bytes of its file. Two statements."""
    manifests = db.execute(select(Edition.module, Edition.manifest).where(Edition.id.in_([row.id for row in newest])))
    hashes = {
        (country, row.module): row.manifest[path_of(country)]
        for row in manifests
        for country in countries
        if path_of(country) in row.manifest
    }
    query = select(Blob.sha256, Blob.data).where(Blob.sha256.in_(set(hashes.values())))
    data: dict[str, bytes] = {row.sha256: row.data for row in db.execute(query)} if hashes else {}
    return {key: (sha256, data[sha256]) for key, sha256 in hashes.items()}


def overview(db: Session, countries: Collection[str], newest: Collection[EditionRow] | None = None) -> Seen:
    """`newest`: the editions, where they were read before."""
    newest = editions.current_editions(db) if newest is None else newest
    files = published(db, newest, countries)
    words = {
        (row.country, row.module): of_stored(row.words)
        for row in db.execute(
            select(NationalDraft.country, NationalDraft.module, NationalDraft.words).where(
                NationalDraft.country.in_(countries)
            )
        )
    }
    signed = db.execute(
        select(SignOff.country, SignOff.module, SignOff.sha256, SignOff.signed_at)
        .where(SignOff.country.in_(countries), SignOff.sha256.in_({sha256 for sha256, _ in files.values()}))
        .order_by(SignOff.signed_at)
    )
    return Seen(
        list(newest),
        files,
        words,
        {(row.country, row.module, row.sha256): row.signed_at for row in signed},
    )


def standing(
    module: Module, country: str, published: Overlay | None, draft: Words | None, *, today: date,
    signed_on: date | None = None,
) -> Standing:  # fmt: skip
    """`module`: the newest edition's, in its own language; for which country does not matter."""
    words = of_overlay(published) if draft is None else draft
    required = required_places(module, country)
    missing = open_places(words, module, country)
    signed = None
    if published is not None and published.confirmed_by and published.checked_on:
        signed = Signed(published.confirmed_by, published.checked_on, published.review_by)
    return Standing(
        required=len(required),
        filled=len(set(required).difference(missing)),
        signed=signed,
        signed_on=signed_on if signed else None,
        waiting=() if published is None or not signed else waiting_of(published, module),
        overdue=signed is not None and signed.overdue(today),
        drafted=draft is not None,
    )


def waiting_of(published: Overlay, module: Module) -> tuple[str, ...]:
    """Targets of a signed file that learners do not read now."""
    return in_force(published, module.bases).reopened


# ----------------------------------------------------------------- writing


def save(
    db: Session, country: str, slug: str, words: Words, *, token: str, bases: Mapping[str, str],
    seen: Collection[str] = (), by: str, now: datetime,
) -> None:  # fmt: skip
    """Keep `words` as the country's draft.

    `bases`: of the edition that the writer had before them. `seen`: targets at which they have read the changed
    regional text and left the words as they are. Raises Invalid for words that nobody could read, Conflict when
    somebody else was faster, NotFound.
    """
    for fault in unusable(words):
        raise Invalid(fault.code, **fault.params)
    opened = open_words(db, country, slug)
    if opened.token != token:
        raise Conflict("national-changed")
    values = {"words": stored(based(words, opened.words, bases, seen)), "saved_at": now, "saved_by": by}
    kind, _, rest = token.partition(".")
    if kind == "file":
        done = insert_new(db, NationalDraft, {"country": country, "module": slug, "version": 1, **values})
    else:
        ident, _, version = rest.rpartition(".")
        result: Any = db.execute(
            update(NationalDraft)
            .where(NationalDraft.id == ident, NationalDraft.version == int(version))
            .values(version=int(version) + 1, **values)
        )
        done = bool(result.rowcount)
    if not done:
        raise Conflict("national-changed")


def based(words: Words, before: Words, bases: Mapping[str, str], seen: Collection[str]) -> Words:
    """`words` with the digest of what each was written for: the regional text of now where they are new, changed or
    confirmed, that of then where they were left alone.
    """
    said = {}
    for target, one in words.said.items():
        old = before.said.get(target)
        same = old is not None and old.texts == one.texts and old.basis and target not in seen
        basis = old.basis if same and old is not None else bases.get(target, old.basis if old is not None else "")
        said[target] = replace(one, basis=basis)
    return replace(words, said=said)


def discard(db: Session, country: str, slug: str) -> None:
    """Throw the draft away: what the edition has is what there is."""
    db.execute(delete(NationalDraft).where(NationalDraft.country == country, NationalDraft.module == slug))


def sign(
    db: Session, country: str, slug: str, module: Module, *, token: str, edition_id: int, name: str, me: Identity,
    today: date, now: datetime,
) -> EditionRow:  # fmt: skip
    """Put the country's words into a new edition, in force.

    `token` and `edition_id` say what the signer had before them, `module` is that edition's. Raises Invalid for a name
    that is not the signer's own, Conflict when words or edition are others by now, Refused while something is missing
    or wrong, NotPublishable.
    """
    if folded(name) != folded(me.full_name):
        raise Invalid("national-signature", field="name", name=me.full_name)
    opened = open_words(db, country, slug)
    if opened.token != token:
        raise Conflict("national-changed")
    if opened.edition.id != edition_id:
        raise Conflict("national-edition")
    words = opened.words
    if faults(words, module, country, today):
        raise Refused("national-unready")
    data = write(to_overlay(words, country)).text.encode()
    note = f"National words of {country_name(country)}, signed by {words.confirmed_by}"
    made = drafts.publish_parts(db, slug, {path_of(country): data}, by=me.full_name, now=now, note=note)
    overlay = to_overlay(words, country)
    db.add(
        SignOff(
            country=country,
            module=slug,
            edition_id=made.id,
            sha256=hashlib.sha256(data).hexdigest(),
            signed_by=words.confirmed_by,
            person_id=me.person_id,
            signed_at=now,
            checked_on=overlay.checked_on,
            review_by=overlay.review_by,
        )
    )
    discard(db, country, slug)
    db.flush()
    return made


def folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def withdraw(db: Session, country: str, slug: str, *, me: Identity, now: datetime) -> EditionRow:
    """Take the signature away: learners read the regional text again. The words stay.

    Raises Conflict where nothing is signed, NotFound, NotPublishable.
    """
    opened = open_words(db, country, slug)
    if opened.published is None or not opened.published.issued:
        raise Conflict("national-unsigned")
    data = write(replace(opened.published, confirmed_by=None)).text.encode()
    note = f"National words of {country_name(country)}, sign-off withdrawn"
    made = drafts.publish_parts(db, slug, {path_of(country): data}, by=me.full_name, now=now, note=note)
    db.execute(
        update(SignOff)
        .where(SignOff.country == country, SignOff.module == slug, SignOff.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by=me.full_name)
    )
    return made


def in_order(rows: Iterable[Row]) -> list[Row]:
    """What waits for somebody first: overdue, reopened, being filled, not begun, signed."""
    return sorted(rows, key=lambda row: (_urgency(row.standing), row.country, row.edition.module))


def _urgency(one: Standing) -> int:
    if one.overdue:
        return 0
    if one.waiting:
        return 1
    if one.signed is None:
        return 2 if one.filled or one.drafted else 3
    return 4 if one.drafted else 5
