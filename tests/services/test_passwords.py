"""Which passwords are taken, and what is done with them."""

from __future__ import annotations

import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from trainer.services import passwords
from trainer.services.problems import Invalid

OWN = ("Sok Dara", "dara.sok-kh")


def refused(password: str) -> str:
    """The code, or an empty string when the password is taken."""
    try:
        passwords.refuse_weak(password, OWN)
    except Invalid as problem:
        return problem.code if problem.params["field"] == "password" and str(problem) else "without words"
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "green rice in the rain", "Seven tired buffalo sing", "rumah biru di tepi sungai", "ទឹកហូរក្រោមស្ពានចាស់",
        "k7#Fq9vLz2!mXw0p", "9284716350298471", "ສາຍນ້ຳໄຫຼຜ່ານພູສູງ", "cá kho tộ ngon nhất xóm",
        "雨后的山路很安静，慢慢走回家吧", "  spaces at both ends  ", "my trainer likes coffee",
        "x" * 3 + "some longer words here " * 12,
    ],
)  # fmt: skip
def test_a_sentence_of_ones_own_is_taken_in_any_script(password: str) -> None:
    assert refused(password) == ""


@pytest.mark.parametrize(
    "password",
    [
        "password1234567", "Password Password 1", "P@ssw0rdP@ssw0rd", "passwordpassword", "letmeinletmein123",
        "iloveyou forever 123", "correct horse battery staple", "thequickbrownfoxjumps", "welcomewelcome1",
        "qwertyuiopasdfgh", "asdfghjklasdfghjk1", "1qaz1qaz1qaz1qaz", "zyxwvutsrqponml", "abcdefghijklmno",
        "123456789012345", "111111111111111", "1212121212121212", "abcabcabcabcabcabc", "aaaaaaaaaaaaaaab",
        "katasandikatasandi", "mahalkitaforever1", "anhyeuemanhyeuem", "senhasenhasenha12", "woaini1314woaini",
        "ពាក្យសម្ងាត់ពាក្យសម្ងាត់", "รหัสผ่านรหัสผ่าน", "ລະຫັດຜ່ານລະຫັດຜ່ານ", "စကားဝှက်စကားဝှက်", "கடவுச்சொல்123456", "mật khẩu mật khẩu",
        "TrainerTrainer2026!", "training exchange", "asean asean asean", "trafficking victim", "Cambodia Cambodia",
        "Sok Dara Sok Dara", "dara.sok-kh-2026", "SokDaraPassword1", "January2026January",
    ],
)  # fmt: skip
def test_what_would_be_guessed_first_is_refused(password: str) -> None:
    assert refused(password) == "password-common"


def test_fifteen_characters_are_enough_and_fourteen_are_not() -> None:
    assert refused("river mist owls") == ""
    assert refused("river mist owl") == "password-short"


def test_a_long_password_is_taken_whole_and_an_endless_one_never_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Far:
        def verify(self, *_: str) -> None:
            raise AssertionError("it reached the hash")

    assert refused("a lantern on the river " * 40) == ""
    endless = "a lantern on the river " * 400
    assert refused(endless) == "password-long"
    monkeypatch.setattr(passwords, "_argon2", Far())
    assert not passwords.matches("anything", endless)
    assert not passwords.matches(None, endless)


@pytest.mark.parametrize("length", [72, 128])
def test_nothing_is_cut_off(length: int) -> None:
    stem = ("a lantern on the river " * 20)[: length - 1]
    stored = passwords.hashed(stem + "x")
    assert passwords.matches(stored, stem + "x")
    assert not passwords.matches(stored, stem + "y")


def test_the_same_characters_from_another_keyboard_are_the_same_password() -> None:
    typed = "cá kho tộ ngon nhất xóm"
    stored = passwords.hashed(unicodedata.normalize("NFD", typed))
    assert passwords.matches(stored, unicodedata.normalize("NFC", typed))
    assert not passwords.matches(stored, typed.replace("á", "a"))


def test_characters_that_cannot_be_stored_are_told() -> None:
    assert refused("a lantern \ud800 on the river") == "password-unreadable"
    assert not passwords.matches(None, "\ud800")


def test_hashes_are_argon2id_with_todays_settings_also_the_one_of_nobody() -> None:
    stored = passwords.hashed("a lantern on the river")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.is_outdated(stored)
    assert not passwords.is_outdated(passwords._NOBODY)
    assert passwords.is_outdated(stored.replace("t=2", "t=1"))
    assert not passwords.matches("not a hash at all", "a lantern on the river")


def test_at_most_four_hashes_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    class Slow:
        def hash(self, password: str) -> str:
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.02)
            with lock:
                now[0] -= 1
            return password

    monkeypatch.setattr(passwords, "_argon2", Slow())
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(passwords.hashed, ["a lantern on the river"] * 24))
    assert most[0] == 4
