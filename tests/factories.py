"""One valid thing each. A test states only what matters to it; all rows are flushed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.access import COORDINATOR, Identity
from trainer.store.models import Blob, Edition, Grant, Person
from trainer.store.workshops import Workshop

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_numbers = count(1)

SMALL_MODULE: dict[str, bytes] = {
    "module.md": b"---\nid: small\ntitle: A small module\nsummary: For tests.\nsource: en\n---\n\nWelcome.\n",
    "01-first.md": b"---\nid: first\ntitle: The first lesson\n---\n\n## Look {#look}\n\nLook and listen.\n",
}
"""The smallest folder that is worth calling a module."""


def a_person(db: Session, *, country: str = "KH", **over: Any) -> Person:
    """A practitioner, a police officer on the front line unless told otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "full_name": f"Sok Dara {number}",
        "sign_in_name": f"dara-{number}",
        "agency_type": "police",
        "work_role": "frontline",
        "locale": "km",
        "created_at": NOW,
    }
    person = Person(country=country, **{**values, **over})
    db.add(person)
    db.flush()
    return person


def a_grant(db: Session, person: Person, role: str = COORDINATOR, *, over: str | None = None) -> Grant:
    """A role of `person`; a coordinator gets their own country unless told otherwise."""
    if role == COORDINATOR and over is None:
        over = person.country
    grant = Grant(
        person_id=person.id, country=person.country, role=role, over=over, granted_at=NOW, granted_by=person.id
    )
    db.add(grant)
    db.flush()
    return grant


def an_identity(person: Person, *roles: str, countries: frozenset[str] | set[str] = frozenset()) -> Identity:
    """`person` signed in, with `roles` beyond practitioner."""
    return Identity(
        person_id=person.id,
        full_name=person.full_name,
        country=person.country,
        locale=person.locale,
        roles=frozenset(roles),
        countries=frozenset(countries),
        session_id="session-of-a-test",
    )


def an_edition(db: Session, module: str = "small", files: Mapping[str, bytes] = SMALL_MODULE, **over: Any) -> Edition:
    """The next edition of `module`, stored as publishing stores it, without compiling anything."""
    manifest = {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())}
    for path, sha256 in manifest.items():
        if db.get(Blob, sha256) is None:
            db.add(Blob(sha256=sha256, data=files[path], size=len(files[path])))
            db.flush()
    last = db.scalar(select(func.max(Edition.number)).where(Edition.module == module)) or 0
    listing = "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(manifest.items()))
    values: dict[str, Any] = {
        "number": last + 1,
        "digest": hashlib.sha256(listing.encode()).hexdigest(),
        "manifest": manifest,
        "title": "A small module",
        "published_at": NOW,
        "published_by": "test",
        "note": "",
    }
    edition = Edition(module=module, **{**values, **over})
    db.add(edition)
    db.flush()
    return edition


def a_workshop(country: str = "KH", **over: Any) -> Workshop:
    """Two days in Phnom Penh, in Khmer; not added to any session."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "code": f"W{number:05}", "title": "Harbour", "place": "Phnom Penh", "starts_on": date(2026, 11, 23),
        "ends_on": date(2026, 11, 24), "locales": ["km"], "modules": ["small"], "facilitators": ["Lina"],
        "created_at": NOW, "created_by": "coordinator",
    }  # fmt: skip
    return Workshop(country=country, **{**values, **over})
