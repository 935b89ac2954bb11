"""P18: codes of an app count once and near their time, guessing stops, recovery codes and passkeys are used as they
should be; and nothing of it can be read in the database."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.factories import a_person
from tests.services.signing import KEY, SYSTEM
from tests.services.soft_key import SoftKey
from trainer.access import DONE, OPEN, Identity
from trainer.services import factors, passkeys, second_step, sessions, totp
from trainer.services.passkeys import Place
from trainer.services.problems import Conflict, Invalid
from trainer.services.second_step import StepRefused
from trainer.services.throttle import LONG, PER_SECOND_STEP, TooManyTries
from trainer.store.engine import Store
from trainer.store.factors import Authenticator, Passkey, RecoveryCode
from trainer.store.models import Person, SignInFailure

HERE = Place("trainer.test", "https://trainer.test")
MINUTE = timedelta(minutes=1)


@dataclass
class Somebody:
    store: Store
    person: Person
    secret: str = ""
    recovery: tuple[str, ...] = ()

    def session(self, now: datetime) -> Identity:
        """A session that began now, as it is after the password."""
        with self.store.write(SYSTEM) as db:
            token = sessions.start(db, self.person.id, self.person.country, label="", shared_device=True, now=now)
            who = sessions.identity(db, token, now)
        assert who is not None
        return who

    def take(
        self, code: str, now: datetime, *, device: str | None = None, key: str = KEY, who: Identity | None = None
    ) -> bool:
        try:
            second_step.by_code(self.store, who or self.session(now), code, device=device, now=now, key=key)
        except StepRefused:
            return False
        return True

    def add_app(self, now: datetime) -> None:
        who, self.secret = self.session(now), totp.new_secret()
        offer = totp.offered(self.secret, who.session_id, KEY, now)
        with self.store.write(SYSTEM) as db:
            made = factors.add_app(db, who, offer, totp.code_at(self.secret, now), now=now, key=KEY)
        self.recovery = made.recovery or self.recovery

    def add_passkey(self, key: SoftKey, now: datetime, who: Identity | None = None, name: str = "phone") -> None:
        who = who or self.session(now)
        with self.store.write(SYSTEM) as db:
            answer = key.make(passkeys.ask_for_new(db, who, HERE, now), HERE.origin)
            challenge = passkeys.take_question(db, who, passkeys.ADD, now)
            passkeys.add(db, who, answer, challenge, name, HERE, now=now, key=KEY)

    def ask(self, who: Identity, now: datetime) -> str:
        with self.store.write(SYSTEM) as db:
            return passkeys.ask(db, who, HERE, now)

    def prove(self, who: Identity, answer: str, now: datetime, place: Place = HERE) -> bool:
        try:
            second_step.by_passkey(self.store, who, answer, place, device=None, now=now, key=KEY)
        except StepRefused:
            return False
        return True


def somebody(store: Store) -> Somebody:
    with store.write(SYSTEM) as db:
        person = a_person(db)
        db.expunge_all()
    return Somebody(store, person)


@pytest.fixture
def ana(store: Store, now: datetime) -> Somebody:
    """Who added an app ten minutes ago."""
    ana = somebody(store)
    ana.add_app(now - 10 * MINUTE)
    return ana


def forget_tries(store: Store) -> None:
    with store.write(SYSTEM) as db:
        db.execute(delete(SignInFailure))


# --------------------------------------------------------------- codes of the app


def test_a_used_code_is_refused_a_hundred_times(ana: Somebody, now: datetime) -> None:
    """Also when the clock is set back, and the code that proved the app's arrival is used as well."""
    used = [(now - 10 * MINUTE, totp.code_at(ana.secret, now - 10 * MINUTE))]
    for number in range(9):
        moment = now + number * MINUTE
        used.append((moment, totp.code_at(ana.secret, moment)))
        assert ana.take(used[-1][1], moment)
    who, again = ana.session(now), 0
    for moment, code in used:
        forget_tries(ana.store)
        for seconds in (-30, -29, -1, 0, 1, 5, 15, 29, 30, 31):
            again += ana.take(code, moment + timedelta(seconds=seconds), who=who)
    assert again == 0
    with ana.store.write(SYSTEM) as db:  # the control: without the step that is remembered, it would be taken
        db.execute(update(Authenticator).values(last_step=0))
    assert ana.take(used[0][1], used[0][0])


def test_a_code_is_taken_one_step_early_or_late_and_no_more(ana: Somebody, now: datetime) -> None:
    taken = {}
    for steps in (-3, -2, -1, 0, 1, 2, 3):
        with ana.store.write(SYSTEM) as db:
            db.execute(update(Authenticator).values(last_step=0))
        taken[steps] = ana.take(totp.code_at(ana.secret, now + timedelta(seconds=30 * steps)), now)
    assert {steps for steps, good in taken.items() if good} == {-1, 0, 1}


def test_an_earlier_code_is_refused_after_a_later_one(ana: Somebody, now: datetime) -> None:
    assert ana.take(totp.code_at(ana.secret, now + timedelta(seconds=30)), now)
    assert not ana.take(totp.code_at(ana.secret, now), now)


def test_the_same_code_many_times_at_once_is_taken_once(ana: Somebody, now: datetime) -> None:
    who, code = ana.session(now), totp.code_at(ana.secret, now)

    def take(_: int) -> bool:
        try:
            second_step.by_code(ana.store, who, code, device=None, now=now, key=KEY)
        except (StepRefused, TooManyTries):
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(take, range(6))) == 1


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}{1} ", "{khmer}"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    khmer = "".join(chr(ord("០") + int(digit)) for digit in "012345")
    assert totp.read(typed.format("012", "345", khmer=khmer)) == "012345"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345x", "½½½½½½", "²²²²²²"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert totp.read(typed) is None


# ------------------------------------------------------------------------ guessing


def test_ten_wrong_codes_stop_everybody_but_a_known_device(ana: Somebody, now: datetime) -> None:
    device = second_step.by_code(
        ana.store, ana.session(now), totp.code_at(ana.secret, now), device=None, now=now, key=KEY
    ).device
    wrong = totp.code_at(totp.new_secret(), now)
    for _ in range(PER_SECOND_STEP):
        assert not ana.take(wrong, now)
    now += MINUTE
    right = totp.code_at(ana.secret, now)
    for code in (right, ana.recovery[0]):
        with pytest.raises(TooManyTries):
            ana.take(code, now)
    assert ana.take(right, now, device=device)  # the owner gets in
    later = now - MINUTE + LONG - timedelta(seconds=1)
    with pytest.raises(TooManyTries):
        ana.take(totp.code_at(ana.secret, later), later)
    assert ana.take(totp.code_at(ana.secret, later + MINUTE), later + MINUTE)


def test_right_codes_are_not_counted(ana: Somebody, now: datetime) -> None:
    for number in range(2 * PER_SECOND_STEP):
        moment = now + number * MINUTE
        assert ana.take(totp.code_at(ana.secret, moment), moment)


# ------------------------------------------------------------------ recovery codes


def test_a_recovery_code_opens_once(ana: Somebody, now: datetime) -> None:
    assert len(set(ana.recovery)) == factors.RECOVERY_CODES
    assert ana.take(ana.recovery[3].lower().replace("-", " "), now)
    assert not ana.take(ana.recovery[3], now)
    assert ana.take(ana.recovery[4], now)
    who = ana.session(now)
    with ana.store.write(SYSTEM) as db:
        assert factors.held(db, who).recovery_left == factors.RECOVERY_CODES - 2


def test_new_recovery_codes_end_the_old_ones(ana: Somebody, now: datetime) -> None:
    who = ana.session(now)
    second_step.by_code(ana.store, who, totp.code_at(ana.secret, now), device=None, now=now, key=KEY)
    with ana.store.write(SYSTEM) as db:
        fresh = factors.renew_recovery_codes(db, who, now=now, key=KEY)
    assert not set(fresh) & set(ana.recovery)
    assert not any(ana.take(code, now) for code in ana.recovery[:3])
    assert ana.take(fresh[0], now)


def test_of_a_stolen_database_nothing_opens_anything(ana: Somebody, now: datetime) -> None:
    """No secret and no code stands in it; with another key, or in somebody else's row, it is of no use."""
    with ana.store.read(SYSTEM) as db:
        kept = db.scalars(select(Authenticator.secret)).one()
        hashes = set(db.scalars(select(RecoveryCode.code_hash)))
    plain = {code.replace("-", "") for code in ana.recovery}
    assert ana.secret not in kept
    assert not any(code in found for code in plain for found in hashes)
    assert totp.opened(kept, ana.person.id, KEY) == ana.secret
    assert totp.opened(kept, "somebody else", KEY) is None
    assert totp.opened(kept, ana.person.id, "another key") is None
    assert not ana.take(totp.code_at(ana.secret, now), now, key="another key")
    assert not ana.take(ana.recovery[0], now, key="another key")


# ---------------------------------------------------------------------- setting up


def test_an_offered_key_is_kept_only_with_its_code_and_in_its_session(store: Store, now: datetime) -> None:
    ana = somebody(store)
    who, secret = ana.session(now), totp.new_secret()
    offer = totp.offered(secret, who.session_id, KEY, now)
    good = totp.code_at(secret, now)
    elsewhere = totp.offered(secret, "another session", KEY, now)
    old = totp.offered(secret, who.session_id, KEY, now - factors.FIRST - timedelta(seconds=1))
    for given, code in ((offer, "000000"), (offer, ""), (elsewhere, good), (old, good), ("forged", good), ("é", good)):
        with pytest.raises(Invalid), store.write(SYSTEM) as db:
            factors.add_app(db, who, given, code, now=now, key=KEY)
    with store.write(SYSTEM) as db:
        assert factors.add_app(db, who, offer, good, now=now, key=KEY).recovery
        assert not factors.add_app(db, who, offer, good, now=now, key=KEY).recovery  # they were shown already


def test_who_changes_how_they_sign_in_has_proved_it_lately(ana: Somebody, now: datetime) -> None:
    """Neither the password alone, nor a second step of long ago, nor one from before the clock was set back."""
    half = ana.session(now)
    done = ana.session(now)
    second_step.by_code(ana.store, done, totp.code_at(ana.secret, now), device=None, now=now, key=KEY)
    hour = timedelta(hours=1)
    for who, moment in (
        (half, now),
        (done, now + factors.FRESH),
        (done, now - timedelta(seconds=1)),
        (done, now + hour),
    ):
        with pytest.raises(factors.Stale), ana.store.write(SYSTEM) as db:
            factors.remove_app(db, who, now=moment)
    with ana.store.write(SYSTEM) as db:
        factors.remove_app(db, done, now=now + factors.FRESH - timedelta(seconds=1))


def test_a_session_from_the_future_is_nobodys(ana: Somebody, now: datetime) -> None:
    """The clock was set back: how old a session is cannot be known any more."""
    with ana.store.write(SYSTEM) as db:
        token = sessions.start(db, ana.person.id, "KH", label="", shared_device=True, now=now, second_step_at=now)
        assert sessions.identity(db, token, now - sessions.SKEW) is not None
        assert sessions.identity(db, token, now - sessions.SKEW - timedelta(seconds=1)) is None


def test_a_session_without_its_second_step_ends_soon(ana: Somebody, now: datetime) -> None:
    with ana.store.write(SYSTEM) as db:
        token = sessions.start(db, ana.person.id, "KH", label="", shared_device=True, now=now)
        who = sessions.identity(db, token, now + sessions.UNFINISHED - timedelta(seconds=1))
        assert who is not None
        assert who.second_step == OPEN
        assert sessions.identity(db, token, now + sessions.UNFINISHED) is None


def test_changing_anything_ends_every_other_session(ana: Somebody, now: datetime) -> None:
    """P20. The session itself goes on under a new token."""
    with ana.store.write(SYSTEM) as db:
        old = sessions.start(db, ana.person.id, "KH", label="", shared_device=True, now=now, second_step_at=now)
        other = sessions.start(db, ana.person.id, "KH", label="", shared_device=True, now=now, second_step_at=now)
        who = sessions.identity(db, old, now)
        assert who is not None
        token = factors.added(db, who, now=now, key=KEY).token
        found = [sessions.identity(db, one, now) for one in (token, old, other)]
    assert found[0] is not None
    assert (found[0].second_step, found[1:]) == (DONE, [None, None])


# ------------------------------------------------------------------------- passkeys


def test_a_passkey_opens_and_a_copied_one_is_found(ana: Somebody, now: datetime) -> None:
    key = SoftKey(HERE.rp_id)
    who = ana.session(now)
    second_step.by_code(ana.store, who, totp.code_at(ana.secret, now), device=None, now=now, key=KEY)
    ana.add_passkey(key, now, who)
    half, later = ana.session(now), ana.session(now)
    assert ana.prove(half, key.sign(ana.ask(half, now), HERE.origin), now)
    key.count -= 1  # a copy counts on from where it was copied
    assert not ana.prove(later, key.sign(ana.ask(later, now), HERE.origin), now)
    with pytest.raises(Conflict):  # twice the same
        ana.add_passkey(key, now, who)


def test_a_question_is_answered_once_soon_and_by_its_own_session(store: Store, now: datetime) -> None:
    ana, key = somebody(store), SoftKey(HERE.rp_id)
    ana.add_passkey(key, now)
    half, other = ana.session(now), ana.session(now)
    answer = key.sign(ana.ask(half, now), HERE.origin)
    assert not ana.prove(other, answer, now)
    assert ana.prove(half, answer, now)
    assert not ana.prove(half, answer, now)
    for age in (passkeys.ANSWERED_WITHIN, -timedelta(seconds=1), timedelta(hours=2)):
        half = ana.session(now)
        assert not ana.prove(half, key.sign(ana.ask(half, now), HERE.origin), now + age)
    half = ana.session(now)
    question = ana.ask(half, now)
    wrong, right = (key.sign(question, origin) for origin in ("https://trainer.test.example", HERE.origin))
    assert not ana.prove(half, wrong, now)
    assert not ana.prove(half, right, now)  # a wrong answer has used the question up


def test_answers_that_are_wrong_in_one_thing_are_refused(store: Store, now: datetime) -> None:
    ana, boun = somebody(store), somebody(store)
    key, other, strange = SoftKey(HERE.rp_id), SoftKey(HERE.rp_id), SoftKey("elsewhere.test")
    ana.add_passkey(key, now)
    boun.add_passkey(other, now)
    strange.take_over(key)

    def refused(answer: str) -> bool:
        forget_tries(store)
        return not ana.prove(half, answer, now)

    for make in (
        lambda question: key.sign(question, "https://elsewhere.test"),
        lambda question: key.sign(question, HERE.origin, touched=False),
        lambda question: key.sign(question, HERE.origin, spoiled=True),
        lambda question: other.sign(question, HERE.origin),
        lambda question: strange.sign(question, HERE.origin),
        lambda question: "{}",
        lambda question: "[]",
        lambda question: "not JSON \x00",
        lambda question: json.dumps({"id": "x", "rawId": 5, "type": "public-key", "response": []}),
        lambda question: "x" * 30_000,
    ):
        half = ana.session(now)
        assert refused(make(ana.ask(half, now)))
    half = ana.session(now)
    assert not refused(key.sign(ana.ask(half, now), HERE.origin))


def test_a_passkey_of_another_address_is_not_asked_for(store: Store, now: datetime) -> None:
    ana, key = somebody(store), SoftKey(HERE.rp_id)
    ana.add_passkey(key, now)
    with store.write(SYSTEM) as db:
        db.execute(update(Passkey).values(rp_id="old.test"))
    half = ana.session(now)
    question = ana.ask(half, now)
    assert json.loads(question)["allowCredentials"] == []
    assert not ana.prove(half, key.sign(question, HERE.origin), now)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b", "a\u202eb"])
def test_a_passkey_has_a_name_that_can_be_shown(store: Store, now: datetime, name: str) -> None:
    with pytest.raises(Invalid):
        somebody(store).add_passkey(SoftKey(HERE.rp_id), now, name=name)
