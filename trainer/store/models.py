"""The tables. The library keeps immutable editions of modules; the register keeps people and what they did.

Times are UTC. Ids that leave the server are random, so that nothing can be counted or guessed from them.
Every table about a person carries the person's country, and a composite foreign key keeps it the person's own:
row filters and row-level security can then be written on one column everywhere (`store.scope`).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    delete,
    event,
    false,
    insert,
    inspect,
    text,
)
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, synonym
from sqlalchemy.types import TypeDecorator

from trainer.store import finding


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Goes in aware, comes out aware, kept as UTC without zone on both engines."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime(),
        bytes: LargeBinary(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(),
    }


def new_id() -> str:
    """128 random bits, URL-safe, 22 characters."""
    return secrets.token_urlsafe(16)


# ------------------------------------------------------------------ library


class Blob(Base):
    """File contents, stored once by their SHA-256 (hex)."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes]
    size: Mapped[int]


class Picture(Base):
    """What is served for a picture of an edition: the same picture, decoded and written anew.

    The author's bytes stay in `Blob` for export and are never served: they may carry a place, a name or a script.
    """

    __tablename__ = "picture"
    source_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    """Of `data`."""
    mime: Mapped[str] = mapped_column(String(20))
    """`image/png`, `image/jpeg` or `image/webp`."""
    width: Mapped[int]
    """Pixels."""
    height: Mapped[int]
    data: Mapped[bytes]
    small: Mapped[bytes | None]
    """The same in a size for phones. None: the picture itself is small enough."""
    small_width: Mapped[int | None]
    small_height: Mapped[int | None]


class Edition(Base):
    """An immutable snapshot of a module folder, numbered per module from 1."""

    __tablename__ = "edition"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    module: Mapped[str] = mapped_column(String(100))
    """Slug: the folder's name."""
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 over the sorted manifest: two equal folders have equal digests."""
    manifest: Mapped[dict[str, Any]]
    """Path → SHA-256 of its bytes."""
    title: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    translations: Mapped[dict[str, Any] | None]
    """Locale → how many passages are in each state, and who reviewed them (`content.coverage`)."""
    __table_args__ = (UniqueConstraint("module", "number"), CheckConstraint("number > 0", name="number_positive"))


class Draft(Base):
    """A module folder being worked on."""

    __tablename__ = "draft"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    module: Mapped[str] = mapped_column(String(100), unique=True)
    based_on: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))


class DraftFile(Base):
    """One file of a draft. `version` rises with each save; a save must name the version it replaces."""

    __tablename__ = "draft_file"
    draft_id: Mapped[str] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(200))


# ----------------------------------------------------------------- register


class Scoped:
    """What every table about people has, and the counts: a country that a session's scope is compared with."""

    country: Mapped[str] = mapped_column(String(2))


class Counted(Scoped):
    """Counts without a person in them. In a personal session, those of the person's country."""


class Managed(Scoped):
    """Rows for whoever answers for the country; in a personal session there are none of them."""


class OfPerson(Scoped):
    """Rows about one person each. The person's own row is one of them."""

    person_id: Mapped[str] = mapped_column(String(22))


def _search_text(context: Any) -> str:
    row = context.get_current_parameters()
    return finding.search_text(row["full_name"], row["sign_in_name"])


def _name_order(context: Any) -> bytes:
    row = context.get_current_parameters()
    return finding.name_order(row["full_name"], row["country"])


class Person(OfPerson, Base):
    """Someone who learns, and perhaps teaches or coordinates. Nothing else about them is kept."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    person_id: Mapped[str] = synonym("id")
    """Another name for `id`, so that one criterion fits all."""
    full_name: Mapped[str] = mapped_column(String(200))
    """As it is printed on certificates, any script, NFC."""
    sign_in_name: Mapped[str] = mapped_column(String(100), unique=True)
    """Folded (NFKC, casefold, trimmed); unique over all countries."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """argon2id; None: signs in by slip code only."""
    agency_type: Mapped[str] = mapped_column(String(20))
    work_role: Mapped[str] = mapped_column(String(20))
    sex: Mapped[str | None] = mapped_column(String(10))
    locale: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    """Where reminders go, if the person gave one; never used for signing in."""
    reminders_stopped_at: Mapped[datetime | None]
    """The person wants no reminders."""
    path: Mapped[str | None] = mapped_column(String(40))
    """Id of the learning path they chose; empty: none at all. None: the one for where they work."""
    is_test: Mapped[bool] = mapped_column(default=False)
    """Test accounts are in no report."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    deletion_asked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """Last sign-in."""
    kept_until: Mapped[datetime | None]
    """A coordinator said that nothing of theirs goes by its age before this."""
    merged_into: Mapped[str | None] = mapped_column(String(22))
    """Id of the person who this is a second entry of. Then the row is shut, and in no list and no count."""
    search_text: Mapped[str] = mapped_column(Text, default=_search_text)
    """See `store.finding`. Every way of making or changing a person makes both anew but a bulk update of names."""
    name_order: Mapped[bytes] = mapped_column(default=_name_order)
    __table_args__ = (
        UniqueConstraint("id", "country"),
        Index(None, "country", "name_order", "id"),
        Index(None, "country", "created_at"),
        Index(None, "country", "agency_type", "work_role", "id"),
        # Of few people.
        *(
            Index(f"ix_person_{name}", *columns, sqlite_where=text(where), postgresql_where=text(where))
            for name, columns, where in (
                ("merged", ("merged_into",), "merged_into IS NOT NULL"),
                ("shut", ("country", "disabled_at", "id"), "disabled_at IS NOT NULL"),
                ("asks_deletion", ("country", "deletion_asked_at", "id"), "deletion_asked_at IS NOT NULL"),
            )
        ),
    )


@event.listens_for(Person, "before_update")
def _keep_findable(mapper: object, connection: object, row: Person) -> None:
    changed = inspect(row).attrs
    if any(changed[name].history.has_changes() for name in ("full_name", "sign_in_name", "country")):
        row.search_text = finding.search_text(row.full_name, row.sign_in_name)
        row.name_order = finding.name_order(row.full_name, row.country)


class Personal(OfPerson):
    """Rows of every other table about a person; a foreign key keeps their country the person's own."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            ForeignKeyConstraint(
                ["person_id", "country"],
                ["person.id", "person.country"],
                onupdate="CASCADE",
                ondelete="CASCADE",
            ),
            *getattr(cls, "extra_args", ()),
        )


class NamePart(Personal, Base):
    """A part of a person's names, so that what stands inside a name is found without reading all names."""

    __tablename__ = "name_part"
    person_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    part: Mapped[bytes] = mapped_column(primary_key=True)
    """See `finding.name_parts`. Kept by whatever keeps `Person.search_text`."""
    extra_args = (Index(None, "country", "part", "person_id"), {"sqlite_with_rowid": False})


def name_parts_of(person_id: str, country: str, searched: str) -> list[dict[str, Any]]:
    """The rows of `NamePart` that belong to a search text."""
    return [{"person_id": person_id, "country": country, "part": part} for part in sorted(finding.name_parts(searched))]


@event.listens_for(Person, "after_insert")
def _keep_parts_of_new(mapper: object, connection: Connection, row: Person) -> None:
    _add_parts(connection, row)


@event.listens_for(Person, "after_update")
def _keep_parts(mapper: object, connection: Connection, row: Person) -> None:
    if inspect(row).attrs.search_text.history.has_changes():
        connection.execute(delete(NamePart).where(NamePart.person_id == row.id))
        _add_parts(connection, row)


def _add_parts(connection: Connection, row: Person) -> None:
    parts = name_parts_of(row.id, row.country, row.search_text)
    if parts:  # names of a single letter have none
        connection.execute(insert(NamePart), parts)


class Grant(Personal, Base):
    """A role of a person beyond practitioner: one row for each country or language it is given for."""

    __tablename__ = "grant"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    role: Mapped[str] = mapped_column(String(20))
    """A role of `access.ROLES`."""
    over: Mapped[str | None] = mapped_column(String(20))
    """Coordinator: the country coordinated. Translator and reviewer: the locale. Otherwise None."""
    granted_at: Mapped[datetime]
    granted_by: Mapped[str] = mapped_column(String(22))
    extra_args = (
        UniqueConstraint("person_id", "role", "over"),
        # The constraint above lets empty `over` repeat, as SQL does with nulls.
        Index(
            "uq_grant_person_id_role_alone",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("over IS NULL"),
            postgresql_where=text("over IS NULL"),
        ),
        CheckConstraint(
            "(role IN ('coordinator', 'translator', 'reviewer', 'viewer')) = (over IS NOT NULL)", name="over_something"
        ),
        Index(None, "country", "person_id"),
    )


class SignInSession(Personal, Base):
    """A signed-in browser. The cookie holds 256 random bits; only their SHA-256 is here."""

    __tablename__ = "sign_in_session"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_id)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(200), default="")
    """Browser and system in a few words, shown to the person in their list of sessions."""
    shared_device: Mapped[bool] = mapped_column(default=True)
    second_step_asked_at: Mapped[datetime | None]
    """When the person had something to take a second step with as the session began; None: not asked for."""
    second_step_at: Mapped[datetime | None]
    """When it was last taken. Asked and not taken: the session opens nothing but the page that asks."""
    extra_args = (Index(None, "person_id"),)


class SlipCode(Personal, Base):
    """A one-time sign-in code on a printed slip. Only its argon2 or SHA-256 hash is here."""

    __tablename__ = "slip_code"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    code_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(String(22))
    extra_args = (Index(None, "person_id"),)


class SignInFailure(Base):
    """One failed sign-in. Counted per name, per address and over all; old rows are deleted."""

    __tablename__ = "sign_in_failure"
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    """Keyed hash of what was tried: no name and no address is kept in clear."""
    at: Mapped[datetime]
    __table_args__ = (Index(None, "key", "at"),)


class Enrolment(Personal, Base):
    __tablename__ = "enrolment"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """The id of the event that made it."""
    module: Mapped[str] = mapped_column(String(100))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    mode: Mapped[str] = mapped_column(String(20))
    """`online`, `workshop`, `blended` or `offline`."""
    locale: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    pre_form: Mapped[str | None] = mapped_column(String(20))
    """Form of the pre-test, assigned at enrolment; the post-test takes another."""
    agency_type: Mapped[str] = mapped_column(String(20))
    """At enrolment, as are sex and work role: counts stay as they were when the person moves on."""
    work_role: Mapped[str] = mapped_column(String(20), server_default=text("''"))
    sex: Mapped[str | None] = mapped_column(String(10))
    month: Mapped[str] = mapped_column(String(7))
    """YYYY-MM of the enrolment in the country's time zone."""
    settled: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Counted for good in the country where it happened (`evidence.Settled`), before the person moved away."""
    extra_args = (UniqueConstraint("person_id", "module"), Index(None, "country", "module", "person_id"))


class UnitDone(Personal, Base):
    """A lesson or job aid that the person has marked as read."""

    __tablename__ = "unit_done"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    module: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100))
    """Unit id."""
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    at: Mapped[datetime]
    extra_args = (UniqueConstraint("person_id", "module", "unit"),)


class Attempt(Personal, Base):
    """One go at a quiz or test, on the edition it began with. `seed` gives its order of questions and options."""

    __tablename__ = "attempt"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """The id of the event that made it."""
    module: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(10))
    """`quiz`, `pre`, `post` or `practice` (questions inside a lesson)."""
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    number: Mapped[int]
    """1, 2, … per person, unit and purpose."""
    form: Mapped[str | None] = mapped_column(String(20))
    seed: Mapped[str] = mapped_column(String(32))
    mode: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    score: Mapped[float | None]
    """Percent, 0 to 100, once handed in."""
    passed: Mapped[bool | None]
    month: Mapped[str | None] = mapped_column(String(7))
    """YYYY-MM of handing in, in the country's time zone."""
    settled: Mapped[bool] = mapped_column(default=False, server_default=false())
    """As in `Enrolment`."""
    thinned_at: Mapped[datetime | None]
    """Since when its single answers are no longer kept; the score is."""
    extra_args = (
        UniqueConstraint("person_id", "module", "unit", "purpose", "number"),
        Index(None, "country", "purpose", "handed_in_at"),
        UniqueConstraint("id", "person_id"),
    )


class Response(Personal, Base):
    """One answer to one question. The id is made where the answer was given; the same id twice is one row."""

    __tablename__ = "response"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    attempt_id: Mapped[str] = mapped_column(String(36))
    question: Mapped[str] = mapped_column(String(100))
    rev: Mapped[int]
    answer: Mapped[dict[str, Any]]
    """In source order, see `assessment`; for `reflect` the text, which only the person ever sees."""
    points: Mapped[float]
    """Points reached."""
    max_points: Mapped[float]
    correct: Mapped[bool]
    critical: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    client_time: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(20))
    """`web`, `offline`, `scan` or `typed`."""
    late: Mapped[bool] = mapped_column(default=False)
    """Arrived after the attempt was handed in; kept, not counted."""
    extra_args = (
        # With the person, so that nobody's answer can stand in someone else's attempt.
        ForeignKeyConstraint(
            ["attempt_id", "person_id"],
            ["attempt.id", "attempt.person_id"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        Index(None, "attempt_id", "question", "at"),
        Index(None, "person_id"),
    )


class CompletionRow(Personal, Base):
    """A module completed. Made once, when first reached, with the edition that earned it."""

    __tablename__ = "completion"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    module: Mapped[str] = mapped_column(String(100))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    mode: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(20))
    agency_type: Mapped[str] = mapped_column(String(20))
    """At completion, as are sex and work role."""
    work_role: Mapped[str] = mapped_column(String(20))
    sex: Mapped[str | None] = mapped_column(String(10))
    quiz_score: Mapped[float | None]
    test_score: Mapped[float | None]
    minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    """Planned minutes of the edition in this mode: hours of learning are never those of a browser's clock."""
    at: Mapped[datetime]
    month: Mapped[str] = mapped_column(String(7))
    """YYYY-MM of the completion in the country's time zone."""
    settled: Mapped[bool] = mapped_column(default=False, server_default=false())
    """As in `Enrolment`."""
    extra_args = (
        UniqueConstraint("person_id", "module"),
        UniqueConstraint("id", "person_id"),
        Index(None, "country", "at"),
        Index(None, "country", "module", "person_id"),
        Index(None, "month", "person_id", "at"),
    )


class Certificate(Personal, Base):
    __tablename__ = "certificate"
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    """130 random bits in Crockford base 32, as printed without the dashes."""
    completion_id: Mapped[str] = mapped_column(String(22), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    """The name as it was when the certificate was issued."""
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    extra_args = (
        ForeignKeyConstraint(
            ["completion_id", "person_id"],
            ["completion.id", "completion.person_id"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        Index(None, "person_id"),
    )
