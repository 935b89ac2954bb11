"""Certificates: a code nobody can guess, and the public page that confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.assessment import rule_of
from trainer.services import codes
from trainer.services.paths import months_of, validity_of
from trainer.services.progress import CompletionState
from trainer.services.shelf import Shelf
from trainer.store.leaving import KeptCertificate
from trainer.store.models import Certificate, CompletionRow, Edition, Person
from trainer.store.paths import Renewal


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
    current_until: date | None = None
    """Last day on which the training counts as current, on the path the person is on now; None: for ever."""
    is_current: bool = True


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


def check(db: Session, shelf: Shelf, code: str, *, now: datetime) -> CertificateCheck | None:
    """The certificate with this code, however it was typed; None for an unknown, mistyped or revoked one alike.

    A certificate stays valid: it says what was completed. How long that counts is said beside it. Two statements.
    """
    plain = codes.read(code, codes.CERTIFICATE_LENGTH)
    if plain is None:
        return None
    renewed = select(func.max(Renewal.at)).where(
        Renewal.person_id == CompletionRow.person_id, Renewal.module == CompletionRow.module
    )
    found = db.execute(
        select(Certificate, CompletionRow, Edition, Person.path, Person.agency_type, renewed.scalar_subquery())
        .join(CompletionRow, CompletionRow.id == Certificate.completion_id)
        .join(Person, Person.id == CompletionRow.person_id)
        .join(Edition, Edition.id == CompletionRow.edition_id)
        .where(Certificate.code == plain, Certificate.revoked_at.is_(None))
    ).first()
    if found is None:
        return _of_nobody(db, plain)
    certificate, completion, edition, chosen, agency_type, renewed_at = found
    months = months_of(shelf.paths, completion.module, chosen, agency_type)
    rule = rule_of(shelf.module(edition.id)) if months is not None else None
    state = CompletionState(at=completion.at, edition_id=edition.id, certificate=None, renewed_at=renewed_at)
    validity = validity_of(state, rule, months, country=certificate.country, now=now) if rule else None
    return CertificateCheck(
        name=certificate.name,
        slug=completion.module,
        title=edition.title,
        edition_id=edition.id,
        edition_number=edition.number,
        completed_at=completion.at,
        country=certificate.country,
        code=codes.grouped(certificate.code),
        current_until=validity.until if validity else None,
        is_current=validity is None or validity.state != "lapsed",
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
