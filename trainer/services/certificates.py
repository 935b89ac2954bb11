"""Certificates: a code nobody can guess, and the public page that confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services import codes
from trainer.store.leaving import KeptCertificate
from trainer.store.models import Certificate, CompletionRow, Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateCheck:
    """What the public page confirms: no more than the paper says."""

    name: str
    """Empty: the person was forgotten."""
    slug: str
    title: str
    """In the module's source language."""
    edition_id: int
    edition_number: int
    completed_at: datetime
    country: str
    code: str
    """As printed, with dashes."""


def issue(db: Session, completion: CompletionRow, name: str, *, now: datetime) -> str:
    """The certificate of a completion just made; its code as printed. There is one per person and module."""
    code = codes.new(codes.CERTIFICATE_LENGTH)
    db.add(
        Certificate(
            code=code,
            person_id=completion.person_id,
            country=completion.country,
            completion_id=completion.id,
            name=name,
            issued_at=now,
        )
    )
    db.flush()  # the page after this reads it back
    return codes.grouped(code)


def check(db: Session, code: str) -> CertificateCheck | None:
    """The certificate with this code, however it was typed; None for an unknown, mistyped or revoked one alike."""
    plain = codes.read(code, codes.CERTIFICATE_LENGTH)
    if plain is None:
        return None
    found = db.execute(
        select(Certificate, CompletionRow, Edition)
        .join(CompletionRow, CompletionRow.id == Certificate.completion_id)
        .join(Edition, Edition.id == CompletionRow.edition_id)
        .where(Certificate.code == plain, Certificate.revoked_at.is_(None))
    ).first()
    if found is None:
        return _of_nobody(db, plain)
    certificate, completion, edition = found
    return CertificateCheck(
        name=certificate.name,
        slug=completion.module,
        title=edition.title,
        edition_id=edition.id,
        edition_number=edition.number,
        completed_at=completion.at,
        country=certificate.country,
        code=codes.grouped(certificate.code),
    )


def _of_nobody(db: Session, plain: str) -> CertificateCheck | None:
    query = select(KeptCertificate, Edition).join(Edition, Edition.id == KeptCertificate.edition_id)
    found = db.execute(query.where(KeptCertificate.code == plain)).first()
    if found is None:
        return None
    kept, edition = found
    return CertificateCheck(
        name="",
        slug=kept.module,
        title=edition.title,
        edition_id=edition.id,
        edition_number=edition.number,
        completed_at=kept.completed_at,
        country=kept.country,
        code=codes.grouped(kept.code),
    )
