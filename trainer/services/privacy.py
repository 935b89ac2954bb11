"""A person's own data: see all of it, correct it, ask for its deletion.

Who cannot sign in, or never could, has their coordinator do it for them: see the last part.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.services import person_corrections
from trainer.services.person_corrections import Correction
from trainer.services.problems import SENTENCES, Invalid, NotFound, Refused
from trainer.services.workshop_rows import is_id
from trainer.store.factors import Authenticator, Passkey, PasskeyQuestion, RecoveryCode
from trainer.store.forms import FormMark
from trainer.store.leaving import Announced, Merge
from trainer.store.mail import Mail
from trainer.store.models import (
    Attempt,
    Certificate,
    CompletionRow,
    Enrolment,
    Grant,
    NamePart,
    Person,
    Response,
    SignInSession,
    SlipCode,
    UnitDone,
)
from trainer.store.paths import Renewal
from trainer.store.reporting import SavedReport
from trainer.store.workshops import Attendance, Participant
from trainer.vocabulary import N_

SENTENCES["rights-has-roles"] = N_("This person has a role and signs in: only they can do this, on their own page.")
SENTENCES["rights-not-asked"] = N_("Say that the person asked you for it.")


def my_data(db: Session, identity: Identity) -> dict[str, Any]:
    """Everything held about the person, ready for JSON: person, roles, sessions, enrolments, answers, certificates.

    Keys: `person`, `roles`, `sessions`, `slips`, `authenticators`, `passkeys`, `passkey_questions`, `recovery_codes`,
    `enrolments`, `units_done`, `attempts`, `responses`, `completions`, `certificates`, `workshops`, `attendance`,
    `letters`, `renewals`, `merges`, `announced`, `forms`, `saved_reports`: a list of dicts each, but `person`. No
    secrets and no hashes. Moments are ISO 8601 in UTC.
    What was right in a test is left out as long as it could help to answer: in a test that is running, and in a
    pre-test until the module is completed.
    """
    return _held(db, _me(db, identity))


def _held(db: Session, me: Person) -> dict[str, Any]:
    held: dict[str, Any] = {"person": _shown(me)}
    held["person"]["has_password"] = me.password_hash is not None
    for name, table in TABLES.items():
        order = list(table.__mapper__.primary_key)
        rows = db.scalars(select(table).where(table.person_id == me.id).order_by(*order))
        held[name] = [_shown(row) for row in rows]
    completed = {row["module"] for row in held["completions"]}
    silent = {row["id"] for row in held["attempts"] if _is_silent(row, completed)}
    for row in (*held["attempts"], *held["responses"]):
        if row.get("attempt_id", row["id"]) in silent:
            for mark in MARKS & row.keys():
                del row[mark]
    return held


def _is_silent(attempt: dict[str, Any], completed: set[str]) -> bool:
    if attempt["purpose"] == "pre":
        return attempt["module"] not in completed
    return attempt["purpose"] == "post" and attempt["handed_in_at"] is None


TABLES: dict[str, type[Any]] = {
    "roles": Grant,
    "sessions": SignInSession,
    "slips": SlipCode,
    "authenticators": Authenticator,
    "passkeys": Passkey,
    "passkey_questions": PasskeyQuestion,
    "recovery_codes": RecoveryCode,
    "enrolments": Enrolment,
    "units_done": UnitDone,
    "attempts": Attempt,
    "responses": Response,
    "completions": CompletionRow,
    "certificates": Certificate,
    "workshops": Participant,
    "attendance": Attendance,
    "letters": Mail,
    "merges": Merge,
    "announced": Announced,
    "renewals": Renewal,
    "forms": FormMark,
    "saved_reports": SavedReport,
}
"""Every table with rows of a person, and what it is called in the person's copy."""

SECRET = frozenset({
    *("password_hash", "token_hash", "csrf", "code_hash", "seed"),
    *("secret", "public_key", "challenge"),
})  # fmt: skip
"""Columns that would let somebody sign in as the person, or foresee questions; and keys, which are bare bytes."""
DERIVED = frozenset({"search_text", "name_order"})
"""Columns that say nothing that others do not."""
DERIVED_TABLES = frozenset({NamePart})
"""Tables that say nothing that the person's own row does not; they are not in the copy."""
MARKS = frozenset({"points", "correct", "critical", "score", "passed"})
"""Columns that say what was right."""


def _shown(row: Any) -> dict[str, Any]:
    columns = row.__mapper__.column_attrs
    return {column.key: _plain(getattr(row, column.key)) for column in columns
            if column.key not in SECRET | DERIVED}  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def correct(db: Session, identity: Identity, correction: Correction) -> tuple[str, ...]:
    """Store corrected values. -> names of what changed. Raises Invalid (with `field`)."""
    return person_corrections.put(_me(db, identity), correction)


def ask_deletion(db: Session, identity: Identity, *, now: datetime) -> None:
    """Note the wish; the coordinator sees it. Asking again changes nothing."""
    row = _me(db, identity)
    row.deletion_asked_at = row.deletion_asked_at or now


def withdraw_deletion(db: Session, identity: Identity) -> None:
    """Take the wish back."""
    _me(db, identity).deletion_asked_at = None


def _me(db: Session, identity: Identity) -> Person:
    row = db.scalar(select(Person).where(Person.id == identity.person_id, Person.country == identity.country))
    if row is None:
        raise NotFound
    return row


# -------------------------------------------------- what a coordinator does for them


def copy_to_hand_over(db: Session, person_id: str, country: str, *, asked: bool) -> dict[str, Any]:
    """What the person would get as `my_data`, without what they wrote in reflections: nobody else reads that.

    `asked`: the coordinator says that the person asked for it. For a session of the person's own scope, so that nothing
    is in it that they would not get. Raises NotFound, Refused for somebody with a role, Invalid when nobody asked.
    """
    row = _person(db, {country}, person_id)
    _asked_for(db, row, asked)
    held = _held(db, row)
    for response in held["responses"]:
        if response["max_points"] == 0 and "text" in response["answer"]:
            del response["answer"]
    return held


def note_wish(db: Session, countries: Collection[str], person_id: str, *, asked: bool, now: datetime) -> str:
    """Note for somebody of these countries that they ask for deletion, as they would do it on their own page.

    -> the country. Noting it again changes nothing. Raises as `copy_to_hand_over`.
    """
    row = _person(db, countries, person_id, lock=True)
    _asked_for(db, row, asked)
    row.deletion_asked_at = row.deletion_asked_at or now
    return row.country


def take_wish_back(db: Session, countries: Collection[str], person_id: str) -> str:
    """The person has changed their mind. -> the country. Raises NotFound."""
    row = _person(db, countries, person_id, lock=True)
    row.deletion_asked_at = None
    return row.country


def _person(db: Session, countries: Collection[str], person_id: str, *, lock: bool = False) -> Person:
    query = select(Person).where(
        Person.id == person_id, Person.country.in_(sorted(countries)), Person.merged_into.is_(None)
    )
    row = db.scalar(query.with_for_update() if lock else query) if is_id(person_id) else None
    if row is None:
        raise NotFound
    return row


def _asked_for(db: Session, row: Person, asked: bool) -> None:
    if db.scalar(select(Grant.id).where(Grant.person_id == row.id).limit(1)):
        raise Refused("rights-has-roles")
    if not asked:
        raise Invalid("rights-not-asked", field="asked")
