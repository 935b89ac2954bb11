"""Accounts: who can be registered, who gets in, and what others may do to an account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.services.signing import HOME, KEY, PASSWORD, SYSTEM, form, sign_in, sign_up, slip
from trainer.access import ADMINISTRATOR, COORDINATOR, TRAINER, Identity
from trainer.services import accounts, passwords, throttle
from trainer.services.accounts import SignInRefused, TooManyTries
from trainer.services.people import OPERATOR
from trainer.services.problems import Conflict, Invalid, NotFound, Refused
from trainer.store.engine import Store
from trainer.store.models import Person

pytestmark = pytest.mark.usefixtures("quick_hashes")


def test_who_signs_up_is_signed_in_and_can_sign_in_again_however_the_name_is_typed(store: Store, now: datetime) -> None:
    first = sign_up(store, now, name=" Dara ")
    assert first.identity.full_name == "សុខ តារា"
    assert first.identity.country == "KH"
    for typed in ("dara", "DARA", "ｄａｒａ", "da\u200bra"):
        assert sign_in(store, now, typed).identity.person_id == first.identity.person_id


def test_a_taken_name_is_told_and_nothing_is_changed(store: Store, now: datetime) -> None:
    sign_up(store, now)
    with pytest.raises(Conflict) as problem:
        sign_up(store, now, name="DARA", password="another river bends east")
    assert problem.value.params["field"] == "sign_in_name"
    assert sign_in(store, now)


def test_trying_out_which_names_are_taken_is_slow(store: Store, now: datetime) -> None:
    sign_up(store, now)
    for _ in range(throttle.TAKEN_NAMES):
        with pytest.raises(Conflict):
            sign_up(store, now)
    for name in ("dara", "nobody"):
        with pytest.raises(TooManyTries):
            sign_up(store, now, name=name)
    assert sign_up(store, now, name="nobody", address="198.51.100.1")


def test_the_same_name_signed_up_twice_at_once_makes_one_person(store: Store, now: datetime) -> None:
    def go(number: int) -> bool:
        try:
            return bool(sign_up(store, now, full_name=f"Number {number}"))
        except Conflict:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(go, range(8))) == 1
    with store.read(SYSTEM) as db:
        assert db.scalar(select(func.count()).select_from(Person)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", " \u200b "), ("full_name", "x" * 201), ("full_name", "a\x00b"), ("full_name", "a\ud800b"),
        ("full_name", "Ana\u202esoraoS"), ("full_name", "12345"), ("sign_in_name", "\u200b"),
        ("sign_in_name", "x" * 101), ("sign_in_name", "\ufdfa" * 30), ("sign_in_name", "a\ud800b"), ("country", "XX"),
        ("country", "kh"), ("agency_type", ""), ("work_role", "boss"), ("sex", "?"), ("locale", "xx"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_named_with_its_field(
    sqlite_store: Store, now: datetime, field: str, value: str
) -> None:
    with pytest.raises(Invalid) as problem:
        sign_up(sqlite_store, now, **{"name" if field == "sign_in_name" else field: value})
    assert problem.value.params["field"] == field
    assert problem.value.sentence


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Lan", "สมชาย ใจดี", "អ៊ុំ\u200bសុខា", "陈美玲", "O’Brien-da Costa", "கவிதா", "အောင်ကျော်"]
)
def test_names_in_every_script_are_kept_as_they_are(sqlite_store: Store, now: datetime, name: str) -> None:
    assert sign_up(sqlite_store, now, full_name=name).identity.full_name == name


def test_a_wrong_password_an_unknown_name_a_shut_account_are_one_answer_for_the_same_work(
    store: Store, now: datetime, quick_hashes: list[str]
) -> None:
    sign_up(store, now)
    shut = sign_up(store, now, name="shut").identity.person_id
    with store.write(SYSTEM) as db:
        accounts.disable(db, OPERATOR, shut, now=now)
    answers, work = set(), set()
    for name, secret in (("dara", "not the right password"), ("nobody", PASSWORD), ("shut", PASSWORD), ("", PASSWORD)):
        quick_hashes.clear()
        with pytest.raises(SignInRefused) as refusal:
            sign_in(store, now, name, secret)
        answers.add((refusal.value.sentence, repr(refusal.value.params)))
        work.add(tuple(quick_hashes))
    assert len(answers) == 1
    assert work == {("verify",)}


def test_a_wrong_slip_costs_the_same_for_a_known_and_an_unknown_name(
    store: Store, now: datetime, quick_hashes: list[str]
) -> None:
    sign_up(store, now)
    quick_hashes.clear()
    for name in ("dara", "nobody"):
        with pytest.raises(SignInRefused):
            sign_in(store, now, name, "ABCDE-FGH23")
    assert not quick_hashes


def test_a_password_hashed_with_old_settings_is_hashed_anew(store: Store, now: datetime) -> None:
    person_id = sign_up(store, now).identity.person_id
    with store.write(SYSTEM) as db:
        db.scalars(select(Person).where(Person.id == person_id)).one().password_hash = "$argon2id$old"

    class Old:
        def hash(self, password: str) -> str:
            return "quick new"

        def verify(self, stored: str, password: str) -> None:
            pass

        def check_needs_rehash(self, stored: str) -> bool:
            return stored == "$argon2id$old"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_argon2", Old())
        sign_in(store, now)
    with store.read(SYSTEM) as db:
        assert db.scalars(select(Person.password_hash).where(Person.id == person_id)).one() == "quick new"


def test_a_slip_opens_once_and_in_time(store: Store, now: datetime) -> None:
    person_id = sign_up(store, now).identity.person_id
    code = slip(store, now, person_id)
    with pytest.raises(SignInRefused):
        sign_in(store, now + timedelta(days=7), secret=code, address="192.0.2.1")
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert sign_in(store, now + timedelta(days=7, seconds=-1), secret=typed)
    with pytest.raises(SignInRefused):
        sign_in(store, now, secret=code)


def test_a_new_slip_ends_the_one_before(store: Store, now: datetime) -> None:
    person_id = sign_up(store, now).identity.person_id
    first, second = slip(store, now, person_id), slip(store, now, person_id)
    with pytest.raises(SignInRefused):
        sign_in(store, now, secret=first)
    assert sign_in(store, now, secret=second)


def test_a_slip_used_twice_at_once_opens_once(store: Store, now: datetime) -> None:
    code = slip(store, now, sign_up(store, now).identity.person_id)

    def go(number: int) -> bool:
        try:
            return bool(sign_in(store, now, secret=code, address=f"192.0.2.{number}"))
        except SignInRefused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(go, range(6))) == 1


def test_secrets_stand_in_the_database_only_as_hashes(sqlite_store: Store, now: datetime) -> None:
    signed_in = sign_up(sqlite_store, now)
    code = slip(sqlite_store, now, signed_in.identity.person_id)
    with pytest.raises(SignInRefused):
        sign_in(sqlite_store, now, "a name that was tried", "a password that was tried")
    sqlite_store.dispose()
    path = sqlite_store.path
    held = b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    for secret in (signed_in.token, code, code.replace("-", ""), "a name that was tried", "that was tried", HOME):
        assert secret.encode() not in held


def change(store: Store, identity: Identity, old: str, new: str, now: datetime) -> None:
    accounts.change_password(store, identity, old, new, address=HOME, device=None, now=now, key=KEY)


def test_a_new_password_needs_the_old_one_and_guessing_it_is_slow(store: Store, now: datetime) -> None:
    signed_in = sign_up(store, now)
    for _ in range(throttle.PER_DEVICE):
        with pytest.raises(SignInRefused):
            change(store, signed_in.identity, "not the right password", "another river bends east", now)
    with pytest.raises(TooManyTries):
        change(store, signed_in.identity, PASSWORD, "another river bends east", now)
    change(store, signed_in.identity, PASSWORD, "another river bends east", now + timedelta(minutes=6))
    assert sign_in(store, now, secret="another river bends east", address="192.0.2.9")


def test_who_came_by_slip_sets_a_first_password(store: Store, now: datetime) -> None:
    with store.write(SYSTEM) as db:
        row = accounts.create_person(db, OPERATOR, form(password=None), now=now)
    signed_in = sign_in(store, now, secret=slip(store, now, row.id))
    change(store, signed_in.identity, "", PASSWORD, now)
    assert sign_in(store, now)


def coordinator(store: Store, now: datetime, *countries: str) -> Identity:
    person_id = sign_up(store, now, name="coordinator").identity.person_id
    with store.write(SYSTEM) as db:
        for country in countries:
            accounts.grant_role(db, OPERATOR, person_id, COORDINATOR, over=country, now=now)
    return sign_in(store, now, "coordinator").identity


def test_a_coordinator_manages_practitioners_of_own_countries_only(store: Store, now: datetime) -> None:
    actor = coordinator(store, now, "LA")
    foreign = sign_up(store, now).identity.person_id
    with store.write(SYSTEM) as db:  # even where the session would let more through
        own = accounts.create_person(db, actor, form("bounmy", country="LA"), now=now)
        assert accounts.issue_slip(db, actor, own.id, now=now, key=KEY)
        for act in (
            lambda: accounts.issue_slip(db, actor, foreign, now=now, key=KEY),
            lambda: accounts.disable(db, actor, foreign, now=now),
            lambda: accounts.enable(db, actor, foreign),
            lambda: accounts.create_person(db, actor, form("x"), now=now),
            lambda: accounts.person(db, actor.countries, foreign),
            lambda: accounts.grant_role(db, actor, own.id, ADMINISTRATOR, now=now),
            lambda: accounts.revoke_role(db, actor, own.id, ADMINISTRATOR),
        ):
            with pytest.raises(NotFound):
                act()


def test_a_slip_is_no_way_to_somebody_elses_role(store: Store, now: datetime) -> None:
    actor = coordinator(store, now, "KH")
    person_id = sign_up(store, now).identity.person_id
    with store.write(SYSTEM) as db:
        accounts.grant_role(db, OPERATOR, person_id, ADMINISTRATOR, now=now)
        with pytest.raises(Refused):
            accounts.issue_slip(db, actor, person_id, now=now, key=KEY)
        with pytest.raises(Refused):
            accounts.disable(db, actor, person_id, now=now)


@pytest.mark.parametrize(
    ("role", "over"),
    [("king", None), (COORDINATOR, None), (COORDINATOR, "XX"), (TRAINER, "KH"), ("practitioner", None)],
)
def test_a_role_that_does_not_exist_is_refused(sqlite_store: Store, now: datetime, role: str, over: str | None) -> None:
    person_id = sign_up(sqlite_store, now).identity.person_id
    with sqlite_store.write(SYSTEM) as db, pytest.raises(Invalid):
        accounts.grant_role(db, OPERATOR, person_id, role, over=over, now=now)


@pytest.mark.parametrize("days", [0, 91, -1])
def test_a_slip_is_valid_for_some_days_only(sqlite_store: Store, now: datetime, days: int) -> None:
    person_id = sign_up(sqlite_store, now).identity.person_id
    with pytest.raises(Invalid):
        slip(sqlite_store, now, person_id, days=days)
