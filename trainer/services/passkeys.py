"""Passkeys (WebAuthn): a question of random bytes, signed by a key that never leaves the person's device.

A question is kept here, for one session and one purpose, for five minutes; the first answer takes it away. What the
browser sends is checked by the library: question, origin, host, signature, that somebody touched the device, and that
its counter rose. The passkey is the second step after a password or slip; signing in by passkey alone is not offered.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import NamedTuple

import webauthn
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from trainer.access import Identity
from trainer.services import factors
from trainer.services.factors import Added
from trainer.services.problems import SENTENCES, Conflict, Invalid
from trainer.store.factors import Passkey, PasskeyQuestion
from trainer.vocabulary import N_

SENTENCES["passkey-unusable"] = N_("This passkey could not be added. Try again, or use an authenticator app.")
SENTENCES["passkey-known"] = N_("This passkey has been added before.")
SENTENCES["passkey-name"] = N_("Give the passkey a name of 1 to %(maximum)s characters.")
SENTENCES["passkeys-full"] = N_("You have %(maximum)s passkeys already. Take one away first.")

ADD, PROVE = "add", "prove"
"""What a question is for."""
ANSWERED_WITHIN = timedelta(minutes=5)
LONGEST_NAME = 60
LONGEST_ANSWER = 20_000
MOST = 20

# `preferred`: a device that can ask for a finger or PIN does; the password was asked already.
_VERIFICATION = UserVerificationRequirement.PREFERRED


class Place(NamedTuple):
    """Where the site is, as the browser sees it."""

    rp_id: str
    """Host name."""
    origin: str
    """Scheme, host and port."""


def ask(db: Session, who: Identity, place: Place, now: datetime) -> str:
    """The question to any of the person's passkeys, as JSON for the browser."""
    options = webauthn.generate_authentication_options(
        rp_id=place.rp_id,
        challenge=_question(db, who, PROVE, now),
        allow_credentials=_known(db, who, place),
        user_verification=_VERIFICATION,
    )
    return webauthn.options_to_json(options)


def ask_for_new(db: Session, who: Identity, place: Place, now: datetime) -> str:
    """The question to a device that is to make a passkey, as JSON for the browser. Raises Stale, Invalid."""
    factors.refuse_stale(db, who, now)
    known = _known(db, who, place)
    if len(known) >= MOST:
        raise Invalid("passkeys-full", maximum=MOST)
    name = factors.sign_in_name(db, who)
    options = webauthn.generate_registration_options(
        rp_id=place.rp_id,
        rp_name=place.rp_id,
        user_id=who.person_id.encode(),
        user_name=name,
        user_display_name=who.full_name,
        challenge=_question(db, who, ADD, now),
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=_VERIFICATION
        ),
    )
    return webauthn.options_to_json(options)


def take_question(db: Session, who: Identity, purpose: str, now: datetime) -> bytes | None:
    """The question this session was asked for `purpose`, once; None when there is none, or it is too old."""
    mine = (
        (PasskeyQuestion.person_id == who.person_id)
        & (PasskeyQuestion.session_id == who.session_id)
        & (PasskeyQuestion.purpose == purpose)
    )
    found = db.execute(
        select(PasskeyQuestion.challenge, PasskeyQuestion.asked_at).where(mine).with_for_update()
    ).first()
    gone = db.execute(delete(PasskeyQuestion).where(mine))
    if found is None or not gone.rowcount:  # type: ignore[attr-defined]
        return None
    return found.challenge if timedelta(0) <= now - found.asked_at < ANSWERED_WITHIN else None


def use(db: Session, who: Identity, answer: str, challenge: bytes, place: Place, now: datetime) -> bool:
    """Does `answer` (JSON) prove one of the person's passkeys? Notes its use."""
    credential_id = _credential_id(answer)
    row = db.scalar(
        select(Passkey)
        .where(Passkey.person_id == who.person_id, Passkey.credential_id == credential_id, Passkey.rp_id == place.rp_id)
        .with_for_update()
    )
    if row is None:
        return False
    try:
        proof = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
        )
    except (WebAuthnException, ValueError):
        return False
    used = db.execute(
        update(Passkey)
        .where(Passkey.id == row.id, Passkey.sign_count == row.sign_count)
        .values(sign_count=proof.new_sign_count, used_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def add(
    db: Session,
    who: Identity,
    answer: str,
    challenge: bytes | None,
    name: str,
    place: Place,
    *,
    now: datetime,
    key: str,
) -> Added:
    """Keep the passkey that the browser made. Raises Invalid (field `name` or none), Conflict, Stale."""
    factors.refuse_stale(db, who, now)
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid("passkey-name", field="name", maximum=LONGEST_NAME)
    if challenge is None or len(answer) > LONGEST_ANSWER:
        raise Invalid("passkey-unusable")
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=place.rp_id, expected_origin=place.origin
        )
    except (WebAuthnException, ValueError):
        raise Invalid("passkey-unusable") from None
    row = Passkey(
        person_id=who.person_id, country=who.country, credential_id=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key, sign_count=made.sign_count, rp_id=place.rp_id, name=name,
        created_at=now, used_at=None,
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        raise Conflict("passkey-known") from None
    return factors.added(db, who, now=now, key=key)


def _question(db: Session, who: Identity, purpose: str, now: datetime) -> bytes:
    """Random bytes, kept in place of an earlier question for the same purpose."""
    factors.take_turn(db, who)
    challenge = secrets.token_bytes(32)
    db.merge(
        PasskeyQuestion(
            session_id=who.session_id, purpose=purpose, person_id=who.person_id, country=who.country,
            challenge=challenge, asked_at=now,
        )
    )  # fmt: skip
    db.flush()
    return challenge


def _known(db: Session, who: Identity, place: Place) -> list[PublicKeyCredentialDescriptor]:
    ids = db.scalars(
        select(Passkey.credential_id).where(Passkey.person_id == who.person_id, Passkey.rp_id == place.rp_id)
    )
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in ids]


def _credential_id(answer: str) -> str:
    """Which credential an answer says it is from; empty for what is no answer."""
    if len(answer) > LONGEST_ANSWER:
        return ""
    try:
        return bytes_to_base64url(webauthn.helpers.parse_authentication_credential_json(answer).raw_id)
    except (WebAuthnException, ValueError):
        return ""
