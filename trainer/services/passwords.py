"""Passwords: long rather than complicated, never cut, and costly to guess from a stolen database.

At least 15 characters and nothing else is demanded; refused is what anybody would try first: walks over the
keyboard, repetitions, well-known words and phrases, and the person's own name. Spaces, any script and pasting are
welcome.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trainer.services.problems import SENTENCES, Invalid
from trainer.vocabulary import COUNTRIES, N_

SHORTEST = 15
"""Characters, as NFC."""
LONGEST = 1000
"""Bytes of UTF-8. A longer text never reaches the hash, so nobody can make it work for long."""
AT_ONCE = 4
"""Hashes computed at the same time: each takes 19 MiB and a processor."""

SENTENCES["password-short"] = N_("Use at least %(minimum)s characters. A sentence of your own is easy to remember.")
SENTENCES["password-long"] = N_("This password is too long. Use at most %(maximum)s bytes, about 300 characters.")
SENTENCES["password-common"] = N_("This password is easy to guess. Use a few words that belong together only for you.")
SENTENCES["password-unreadable"] = N_("This password contains characters that cannot be stored.")

_argon2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turns = threading.BoundedSemaphore(AT_ONCE)
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$ivu43QU4cmeKYuztcHcHOA$gbHR/W1IAEkx/BvIO+rILqPr/nvzWBTcYSgdxmhRaWk"
"""Hash of random bytes that nobody kept: what a name without an account is compared with."""


def hashed(password: str) -> str:
    """argon2id of the password. Call `refuse_weak` first."""
    with _turns:
        return _argon2.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Is it the password of `stored`? None (no such account, or no password) takes the same work and says no."""
    try:
        given = _normal(password)
    except Invalid:
        return False
    if len(given.encode()) > LONGEST:
        return False
    with _turns:
        try:
            _argon2.verify(stored or _NOBODY, given)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """It was hashed with other settings than today's."""
    return _argon2.check_needs_rehash(stored)


def refuse_weak(password: str, own: Iterable[str]) -> None:
    """Raises Invalid (field `password`) for a password against the rules. `own`: the person's names."""
    normal = _normal(password)
    if len(normal.encode()) > LONGEST:
        raise Invalid("password-long", field="password", maximum=LONGEST)
    if len(normal) < SHORTEST:
        raise Invalid("password-short", field="password", minimum=SHORTEST)
    if is_common(normal, own):
        raise Invalid("password-common", field="password")


def _normal(password: str) -> str:
    """The same characters typed on another keyboard are the same password."""
    try:
        return unicodedata.normalize("NFC", password).encode().decode()
    except UnicodeEncodeError:
        raise Invalid("password-unreadable", field="password") from None


# ------------------------------------------------------------ what is guessed

_WORDS = """
password passwort passcode passphrase pass word letmein welcome admin administrator user guest login signin secret
qwerty azerty iloveyou loveyou ilove love you me my forever always baby angel princess monkey dragon football
basketball superman batman master sunshine shadow michael jordan charlie jesus christ god bless family freedom
whatever nothing trustno1 abcdef abc test testing demo default change changeme temp temporary new old please
correct horse battery staple thequickbrownfox jumpsoverthelazydog tobeornottobe maytheforcebewithyou
thisismypassword mypassword ihatepasswords nopassword one two three four five six seven eight nine zero hello
world computer internet office work summer winter spring autumn monday sunday january december
katasandi sandi rahasia sayang sayangku cintaku akucintakamu indonesia bismillah katalaluan laluan sayangawak
malaysia mahalkita mahal kita pangako pilipinas akosi matkhau anhyeuem emyeuanh khongbiet vietnam toiyeuvietnam
rahsia senha palavra passe segredo meuamor timor lorosae obrigado mima woaini woaini1314 5201314 zhongguo
sabaidee sawasdee mingalarpar suosdey arun chnam cambodia lao laos thai thailand myanmar burma singapore brunei
รหัสผ่าน สวัสดี ประเทศไทย ລະຫັດຜ່ານ ສະບາຍດີ ពាក្យសម្ងាត់ លេខសម្ងាត់ សួស្តី កម្ពុជា စကားဝှက် မင်္ဂလာပါ
கடவுச்சொல் வணக்கம் 密码 我爱你 mật khẩu xin chào
trainer training exchange course module lesson quiz certificate workshop coordinator practitioner asean actip
trafficking victim police shelter
""".split()  # noqa: SIM905  a paragraph reads and grows better than two hundred quoted words
"""Words that the first guesses are made of, in the languages of the programme, and words of this product."""

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "qwertzuiop", "1234567890", "!@#$%^&*()")
_STEPS = frozenset(
    pair for row in _ROWS for line in (row, row[::-1]) for pair in (*pairwise(line), (line[-1], line[0]))
)
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_SHORT_PIECE = 10
_LEAST_OWN = 6
"""Letters or digits that must remain when all guessable words are taken out."""


def is_common(password: str, own: Iterable[str]) -> bool:
    """Would it be among the first guesses?"""
    folded = unicodedata.normalize("NFKC", password).casefold()
    if len(set(folded)) < 5 or _is_repetition(folded) or _is_walk(folded):
        return True
    known = {_letters(word) for word in (*_WORDS, *COUNTRIES.values(), *_own_words(own))}
    ordered = sorted((word for word in known if len(word) > 1), key=len, reverse=True)
    return any(_too_little(_letters(text), ordered) for text in (folded, folded.translate(_LEET)))


def _too_little(text: str, words: list[str]) -> bool:
    """Taking out the words leaves next to nothing. Digits at the end (a year, a date) are nothing of one's own."""
    for word in words:
        text = text.replace(word, " ")
    rest = re.sub(r"\d{1,8}$", "", text.strip()).replace(" ", "")
    return len(rest) < _LEAST_OWN or len(set(rest)) < 4 or _is_walk(rest)


def _own_words(own: Iterable[str]) -> set[str]:
    parts = {part for name in own for part in (name, *re.split(r"[\W_]+", name))}
    return {unicodedata.normalize("NFKC", part).casefold() for part in parts if len(part) > 2}


def _letters(text: str) -> str:
    """Letters, marks and digits only: `Pass-word 1` and `password1` are one guess."""
    return "".join(letter for letter in text.casefold() if unicodedata.category(letter)[0] in "LMN")


def _is_repetition(text: str) -> bool:
    """A short piece over and over, perhaps cut short at the end: `abcabcabcabcab`."""
    return any(text.startswith(text[size:]) for size in range(1, min(len(text) // 2, _SHORT_PIECE) + 1))


def _is_walk(text: str) -> bool:
    """Mostly neighbours: in the alphabet, among digits, or on the keyboard."""
    steps = [abs(ord(a) - ord(b)) <= 1 or (a, b) in _STEPS for a, b in pairwise(text)]
    return len(steps) > 3 and sum(steps) >= 0.7 * len(steps)
