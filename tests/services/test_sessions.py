"""What ends a session, and who sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.services.signing import HOME, KEY, PASSWORD, SYSTEM, sign_in, sign_up, who
from tests.services.world import statements
from trainer.access import COORDINATOR, TRAINER
from trainer.services import accounts
from trainer.services.accounts import SignedIn
from trainer.services.people import OPERATOR
from trainer.services.problems import NotFound
from trainer.store.engine import Store
from trainer.store.models import Person, SignInSession
from trainer.store.scope import Scope

pytestmark = pytest.mark.usefixtures("quick_hashes")


ENDINGS: dict[str, Callable[[Store, SignedIn, datetime], None]] = {}


def ending(act: Callable[[Store, SignedIn, datetime], None]) -> Callable[[Store, SignedIn, datetime], None]:
    ENDINGS[act.__name__] = act
    return act


@ending
def signing_out(store: Store, signed_in: SignedIn, now: datetime) -> None:
    with store.write(Scope.person(signed_in.identity.person_id, "KH")) as db:
        accounts.sign_out(db, signed_in.token)


@ending
def ending_it_from_another_session(store: Store, signed_in: SignedIn, now: datetime) -> None:
    with store.write(Scope.person(signed_in.identity.person_id, "KH")) as db:
        accounts.end_session(db, signed_in.identity, signed_in.identity.session_id)


@ending
def a_new_password_set_elsewhere(store: Store, signed_in: SignedIn, now: datetime) -> None:
    other = sign_in(store, now)
    accounts.change_password(
        store, other.identity, PASSWORD, "another river bends east", address=HOME, device=None, now=now, key=KEY
    )
    assert who(store, other, now) is not None, "the session that set it goes on"


@ending
def a_role_given(store: Store, signed_in: SignedIn, now: datetime) -> None:
    with store.write(SYSTEM) as db:
        accounts.grant_role(db, OPERATOR, signed_in.identity.person_id, TRAINER, now=now)


@ending
def a_role_taken(store: Store, signed_in: SignedIn, now: datetime) -> None:
    with store.write(SYSTEM) as db:
        accounts.revoke_role(db, OPERATOR, signed_in.identity.person_id, COORDINATOR, over="LA")


@ending
def a_shut_account(store: Store, signed_in: SignedIn, now: datetime) -> None:
    with store.write(SYSTEM) as db:
        accounts.disable(db, OPERATOR, signed_in.identity.person_id, now=now)


@ending
def an_account_shut_and_opened_again(store: Store, signed_in: SignedIn, now: datetime) -> None:
    with store.write(SYSTEM) as db:
        accounts.disable(db, OPERATOR, signed_in.identity.person_id, now=now)
        accounts.enable(db, OPERATOR, signed_in.identity.person_id)


@pytest.mark.parametrize("act", ENDINGS.values(), ids=ENDINGS)
def test_a_copied_cookie_is_dead_after(
    store: Store, now: datetime, act: Callable[[Store, SignedIn, datetime], None]
) -> None:
    sign_up(store, now)
    with store.write(SYSTEM) as db:
        person_id = db.scalars(select(Person.id)).one()
        accounts.grant_role(db, OPERATOR, person_id, COORDINATOR, over="LA", now=now)
    victim = sign_in(store, now)
    assert who(store, victim, now) is not None
    act(store, victim, now)
    assert who(store, victim, now) is None


@pytest.mark.parametrize(("seconds", "alive"), [(-1, True), (1, False)])
def test_an_idle_session_ends_in_time(store: Store, now: datetime, seconds: int, alive: bool) -> None:
    signed_in = sign_up(store, now)
    later = now + timedelta(minutes=120, seconds=seconds)
    assert (who(store, signed_in, later) is not None) is alive


@pytest.mark.parametrize(("seconds", "alive"), [(-1, True), (1, False)])
def test_a_session_in_use_ends_in_time_too(store: Store, now: datetime, seconds: int, alive: bool) -> None:
    signed_in = sign_up(store, now)
    for minute in range(0, 720, 90):
        with store.write(SYSTEM) as db:
            accounts.touch(db, signed_in.token, now + timedelta(minutes=minute))
    end = now + timedelta(hours=12, seconds=seconds)
    with store.write(SYSTEM) as db:
        accounts.touch(db, signed_in.token, end - timedelta(minutes=5))
    assert (who(store, signed_in, end) is not None) is alive


def test_use_is_noted_at_most_once_a_minute(store: Store, now: datetime) -> None:
    signed_in = sign_up(store, now)
    with store.write(SYSTEM) as db:
        wrote = [accounts.touch(db, signed_in.token, now + timedelta(seconds=s)) for s in (1, 59, 60, 61, 119, 120)]
    assert wrote == [False, False, True, False, False, True]


def test_country_and_roles_are_read_anew(store: Store, now: datetime) -> None:
    signed_in = sign_up(store, now)
    with store.write(SYSTEM) as db:
        accounts.grant_role(db, OPERATOR, signed_in.identity.person_id, COORDINATOR, over="LA", now=now)
        accounts.grant_role(db, OPERATOR, signed_in.identity.person_id, COORDINATOR, over="KH", now=now)
        accounts.grant_role(db, OPERATOR, signed_in.identity.person_id, TRAINER, now=now)
    again = sign_in(store, now).identity
    assert again.roles == {COORDINATOR, TRAINER}
    assert again.countries == {"KH", "LA"}


def test_who_is_asking_is_one_statement(store: Store, now: datetime) -> None:
    signed_in = sign_up(store, now)
    with store.write(SYSTEM) as db:
        for country in ("KH", "LA", "TH"):
            accounts.grant_role(db, OPERATOR, signed_in.identity.person_id, COORDINATOR, over=country, now=now)
    token = sign_in(store, now).token
    with store.read(SYSTEM) as db:
        db.scalar(select(func.count()).select_from(SignInSession))  # the transaction has begun
        with statements(db) as seen:
            assert accounts.identity(db, token, now) is not None
    assert len(seen) == 1


def test_everybody_sees_and_ends_only_their_own_sessions(store: Store, now: datetime) -> None:
    mine, other = sign_up(store, now), sign_up(store, now, name="ana")
    with store.write(SYSTEM) as db:
        assert [row.current for row in accounts.sessions(db, mine.identity)] == [True]
        with pytest.raises(NotFound):
            accounts.end_session(db, mine.identity, other.identity.session_id)
    assert who(store, other, now) is not None


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 5000])
def test_no_token_but_a_real_one_is_anybody(sqlite_store: Store, now: datetime, token: str) -> None:
    sign_up(sqlite_store, now)
    with sqlite_store.read(SYSTEM) as db:
        assert accounts.identity(db, token, now) is None


def test_sessions_long_over_are_deleted(store: Store, now: datetime) -> None:
    sign_up(store, now)
    sign_in(store, now + timedelta(days=40))
    with store.read(SYSTEM) as db:
        assert db.scalar(select(func.count()).select_from(SignInSession)) == 1
