"""The shortest ways to sign somebody up and in."""

from __future__ import annotations

from datetime import datetime, timedelta

from trainer.access import Identity
from trainer.services import accounts
from trainer.services.accounts import SignedIn, SignUp
from trainer.services.people import OPERATOR
from trainer.store.engine import Store
from trainer.store.scope import Scope

KEY = "a key of the tests"
PASSWORD = "green rice in the rain"
HOME = "203.0.113.7"
SYSTEM = Scope.system("test")


def form(name: str = "dara", **over: str | None) -> SignUp:
    values: dict[str, str | None] = {
        "full_name": "សុខ តារា",
        "country": "KH",
        "agency_type": "police",
        "work_role": "frontline",
        "password": PASSWORD,
    }
    return SignUp(sign_in_name=name, **{**values, **over})  # type: ignore[arg-type]


def sign_up(store: Store, now: datetime, name: str = "dara", address: str = HOME, **over: str | None) -> SignedIn:
    return accounts.sign_up(store, form(name, **over), address=address, device=None, now=now, key=KEY)


def sign_in(
    store: Store, now: datetime, name: str = "dara", secret: str = PASSWORD, address: str = HOME,
    device: str | None = None,
) -> SignedIn:  # fmt: skip
    return accounts.sign_in(store, name, secret, address=address, device=device, now=now, key=KEY)


def who(store: Store, signed_in: SignedIn, now: datetime, **limits: timedelta) -> Identity | None:
    with store.read(SYSTEM) as db:
        return accounts.identity(db, signed_in.token, now, accounts.Limits(**limits))


def slip(store: Store, now: datetime, person_id: str, days: int = 7) -> str:
    with store.write(SYSTEM) as db:
        return accounts.issue_slip(db, OPERATOR, person_id, now=now, days=days, key=KEY)
