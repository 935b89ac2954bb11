"""A person's own data: see all of it, correct it, ask for its deletion."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.services import person_corrections
from trainer.services.person_corrections import Correction
from trainer.services.problems import NotFound
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


def my_data(db: Session, identity: Identity) -> dict[str, Any]:
    """Everything held about the person, ready for JSON: person, roles, sessions, enrolments, answers, certificates.

    Keys: `person`, `roles`, `sessions`, `slips`, `authenticators`, `passkeys`, `passkey_questions`, `recovery_codes`,
    `enrolments`, `units_done`, `attempts`, `responses`, `completions`, `certificates`, `workshops`, `attendance`,
    `letters`, `renewals`, `merges`, `announced`, `forms`, `saved_reports`: a list of dicts each, but `person`. No
    secrets and no hashes. Moments are ISO 8601 in UTC.
    What was right in a test is left out as long as it could help to answer: in a test that is running, and in a
    pre-test until the module is completed.
    """
    held: dict[str, Any] = {"person": _shown(_me(db, identity))}
    held["person"]["has_password"] = _me(db, identity).password_hash is not None
    for name, table in TABLES.items():
        order = list(table.__mapper__.primary_key)
        rows = db.scalars(select(table).where(table.person_id == identity.person_id).order_by(*order))
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
