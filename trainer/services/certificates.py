"""Certificates: a code nobody can guess, and the public page that confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateCheck:
    """What the public page confirms: no more than the paper says."""

    name: str
    slug: str
    title: str
    """In the module's source language."""
    edition_id: int
    edition_number: int
    completed_at: datetime
    country: str
    code: str
    """As printed, with dashes."""


def check(db: Session, code: str) -> CertificateCheck | None:
    """The certificate with this code, however it was typed; None for an unknown, mistyped or revoked one alike."""
    raise NotImplementedError
