"""The tables of the second step of signing in: authenticator app, passkeys and questions to them, recovery codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trainer.store.models import Base, Personal, new_id


class Authenticator(Personal, Base):
    """The secret that a person's authenticator app shares with us; one per person."""

    __tablename__ = "authenticator"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    secret: Mapped[str] = mapped_column(String(300))
    """Encrypted with a key that is not in the database (`services.totp`)."""
    last_step: Mapped[int]
    """The time step of the last code taken. Only later steps are taken, so no code counts twice, whatever the clock."""
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    extra_args = (UniqueConstraint("person_id"),)


class Passkey(Personal, Base):
    """A public key whose private half never leaves a person's device."""

    __tablename__ = "passkey"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    """Base64url; the device chose it, up to 1,023 bytes."""
    public_key: Mapped[bytes]
    """COSE."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """Rises with each use, on devices that count: a copied key is found by it."""
    rp_id: Mapped[str] = mapped_column(String(253))
    """The host name it was made for; at another it does not work."""
    name: Mapped[str] = mapped_column(String(100))
    """The person's own word for the device."""
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    extra_args = (Index(None, "person_id"),)


class RecoveryCode(Personal, Base):
    """One of ten codes for the day the device is lost. Only a keyed hash is here."""

    __tablename__ = "recovery_code"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    extra_args = (UniqueConstraint("person_id", "code_hash"),)


class PasskeyQuestion(Personal, Base):
    """The random bytes that a passkey is to sign: one per session and purpose, taken away with the first answer."""

    __tablename__ = "passkey_question"
    session_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    """Public id of the sign-in session; the question ends with it."""
    purpose: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`add` or `prove`."""
    challenge: Mapped[bytes]
    asked_at: Mapped[datetime]
    extra_args = (
        ForeignKeyConstraint(["session_id"], ["sign_in_session.public_id"], ondelete="CASCADE"),
        Index(None, "person_id"),
    )
