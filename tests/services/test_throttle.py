"""Guessing is slow, and nobody can lock somebody else out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.services.signing import HOME, KEY, SYSTEM, form, sign_in, sign_up
from trainer.services import accounts, throttle
from trainer.services.accounts import SignInRefused, TooManyTries
from trainer.store.engine import Store
from trainer.store.models import SignInFailure

pytestmark = pytest.mark.usefixtures("quick_hashes")


def checked(store: Store, now: datetime, guesses: list[tuple[str, str, str]], device: str | None = None) -> int:
    """How many of the guesses (name, secret, address) were looked at at all."""
    count = 0
    for name, secret, address in guesses:
        try:
            sign_in(store, now, name, secret, address, device)
        except SignInRefused:
            count += 1
        except TooManyTries:
            continue
    return count


def test_a_thousand_guesses_from_fifty_addresses_are_ten_in_five_minutes(store: Store, now: datetime) -> None:
    owner = sign_up(store, now)
    guesses = [("dara", f"guess number {number:05}", f"198.51.100.{number % 50}") for number in range(1000)]
    assert checked(store, now, guesses) == 10
    again = Store(str(store.url.render_as_string(hide_password=False)))  # a restart, or another process
    try:
        assert checked(again, now + timedelta(seconds=299), guesses[:20]) == 0
        assert sign_in(again, now, address="198.51.100.3", device=owner.device), "the owner's own device gets in"
        with pytest.raises(TooManyTries):
            sign_in(again, now, address="198.51.100.3")
        assert checked(again, now + timedelta(seconds=301), guesses[:20]) == 10
    finally:
        again.dispose()


def test_guesses_at_once_are_counted_like_guesses_one_by_one(store: Store, now: datetime) -> None:
    sign_up(store, now)

    def go(number: int) -> int:
        return checked(store, now, [("dara", f"guess number {number:05}", f"198.51.100.{number}")])

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(go, range(40))) == 10


def test_a_known_device_is_held_up_by_its_own_guesses_only(store: Store, now: datetime) -> None:
    owner = sign_up(store, now)
    guesses = [("dara", f"guess number {number:05}", HOME) for number in range(20)]
    assert checked(store, now, guesses, device=owner.device) == throttle.PER_DEVICE
    assert sign_in(store, now), "a device that was guessed on holds up nobody else"


@pytest.mark.parametrize(
    "forge",
    [
        lambda device: device[:-1] + ("0" if device[-1] != "0" else "1"),
        lambda device: device.split(".")[0],
        lambda device: "x" * 300,
        lambda device: "",
    ],
)
def test_a_forged_device_is_a_stranger(store: Store, now: datetime, forge: Callable[[str], str]) -> None:
    owner = sign_up(store, now)
    guesses = [("dara", f"guess number {number:05}", f"198.51.100.{number}") for number in range(20)]
    checked(store, now, guesses)
    with pytest.raises(TooManyTries):
        sign_in(store, now, device=forge(owner.device))


def test_a_device_known_to_one_person_is_a_stranger_to_another(store: Store, now: datetime) -> None:
    other = sign_up(store, now, name="ana")
    sign_up(store, now)
    checked(store, now, [("dara", f"guess number {number:05}", f"198.51.100.{number}") for number in range(20)])
    with pytest.raises(TooManyTries):
        sign_in(store, now, device=other.device)


def test_a_shared_computer_remembers_its_last_people(store: Store, now: datetime) -> None:
    device: str | None = None
    for number in range(12):
        accounts.sign_up(store, form(f"p{number}"), address=HOME, device=None, now=now, key=KEY)
        device = sign_in(store, now, f"p{number}", device=device).device
    for number in range(2, 12):
        assert throttle.sign_in_limits(f"p{number}", HOME, device, KEY)[0].most == throttle.PER_DEVICE
        assert len(throttle.sign_in_limits(f"p{number}", HOME, device, KEY)) == 1
    assert len(throttle.sign_in_limits("p0", HOME, device, KEY)) == 4


def test_a_hundred_honest_people_behind_one_address_all_get_in(store: Store, now: datetime) -> None:
    for number in range(100):
        accounts.sign_up(store, form(f"p{number}"), address=HOME, device=None, now=now, key=KEY)
    for number in range(100):
        for mistyped in ("green rice in the rein", "green rice in the rane"):
            with pytest.raises(SignInRefused):
                sign_in(store, now, f"p{number}", mistyped)
        assert sign_in(store, now, f"p{number}")


def test_success_takes_its_own_count_back_and_nobody_elses(store: Store, now: datetime) -> None:
    sign_up(store, now)
    for _ in range(50):
        sign_in(store, now)
    with store.read(SYSTEM) as db:
        assert db.scalar(select(func.count()).select_from(SignInFailure)) == 0
    with pytest.raises(SignInRefused):
        sign_in(store, now, secret="not the right password")
    sign_in(store, now)
    with store.read(SYSTEM) as db:
        assert db.scalar(select(func.count()).select_from(SignInFailure)) == 4


def test_a_clock_that_is_set_back_locks_nobody_out(store: Store, now: datetime) -> None:
    sign_up(store, now)
    checked(store, now + timedelta(hours=2), [("dara", f"guess number {n:05}", HOME) for n in range(10)])
    assert sign_in(store, now)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "?"),
        ("unix:", "?"),
    ],
)
def test_an_ipv6_network_is_one_address(address: str, network: str) -> None:
    assert throttle.network(address) == network
