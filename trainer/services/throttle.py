"""Guessing is slow, and nobody can lock somebody else out."""

from __future__ import annotations

from trainer.services.problems import SENTENCES, Refused
from trainer.vocabulary import N_

SENTENCES["too-many-tries"] = N_("Too many tries. Wait %(minutes)s minutes and try again.")
SENTENCES["sign-in-refused"] = N_("The name and the password or slip code do not belong together. Check both.")


class TooManyTries(Refused):
    """Wait; `seconds` until one more try is let through."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too-many-tries", seconds=seconds, minutes=-(-seconds // 60))
        self.seconds = seconds


class SignInRefused(Refused):
    """Name and secret do not belong together; it is not said which is wrong."""

    def __init__(self) -> None:
        super().__init__("sign-in-refused")
