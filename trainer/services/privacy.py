"""A person's own data: see all of it, correct it, ask for its deletion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.access import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person may change by themselves. The country is changed by asking the coordinator."""

    full_name: str
    agency_type: str
    work_role: str
    sex: str | None
    locale: str


def my_data(db: Session, identity: Identity) -> dict[str, Any]:
    """Everything held about the person, ready for JSON: person, roles, sessions, enrolments, answers, certificates.

    Keys: `person`, `roles`, `sessions`, `slips`, `enrolments`, `units_done`, `attempts`, `responses`, `completions`,
    `certificates`; a list of dicts each, but `person`. No secrets and no hashes. Moments are ISO 8601 in UTC.
    """
    raise NotImplementedError


def correct(db: Session, identity: Identity, correction: Correction) -> None:
    """Store corrected values. Certificates and counts keep what they said. Raises Invalid (with `field`)."""
    raise NotImplementedError


def ask_deletion(db: Session, identity: Identity, *, now: datetime) -> None:
    """Note the wish; the coordinator sees it. Asking again changes nothing."""
    raise NotImplementedError


def withdraw_deletion(db: Session, identity: Identity) -> None:
    """Take the wish back."""
    raise NotImplementedError
