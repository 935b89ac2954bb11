"""Reading a posted form into values, and collecting what is wrong with it, field by field."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date

from flask import request
from markupsafe import Markup

from trainer.languages.folding import ascii_digits
from trainer.services.problems import Problem
from trainer.web.jinja import translated


class Form:
    """What was posted. `errors` is field → sentence in the reader's language, in the order of asking."""

    def __init__(self) -> None:
        self.errors: dict[str, Markup] = {}

    def raw(self, name: str) -> str:
        """As it was sent: for passwords, where every character counts."""
        return request.form.get(name, "")

    def text(self, name: str) -> str:
        """One line: normalised (NFC), spaces at the ends and line breaks removed."""
        return " ".join(unicodedata.normalize("NFC", self.raw(name)).split())

    def flag(self, name: str) -> bool:
        return self.raw(name) == "1"

    def many(self, name: str) -> list[str]:
        """Everything that was ticked or sent under one name."""
        return request.form.getlist(name)

    def lines(self, name: str) -> list[str]:
        """A field of several lines, one value each, empty ones left out."""
        lines = (" ".join(unicodedata.normalize("NFC", line).split()) for line in self.raw(name).splitlines())
        return [line for line in lines if line]

    def day(self, name: str, message: str) -> date | None:
        """A day as browsers send it, `2026-11-25`; otherwise `message` is the error."""
        try:
            return date.fromisoformat(ascii_digits(self.text(name)))
        except ValueError:
            self.refuse(name, message)
            return None

    def needed(self, name: str, message: str) -> str:
        """A line that must not be empty; otherwise `message` (marked by N_) is the error."""
        value = self.text(name)
        if not value:
            self.refuse(name, message)
        return value

    def choice(self, name: str, allowed: Collection[str], message: str) -> str:
        """One of `allowed`; otherwise `message` is the error and the value is empty."""
        value = self.raw(name)
        if value in allowed:
            return value
        self.refuse(name, message)
        return ""

    def refuse(self, name: str, message: str, /, **params: object) -> None:
        """Only the first error of a field is kept: one thing to put right at a time."""
        self.errors.setdefault(name, translated(message, **params))

    def take(self, problem: Problem, otherwise: str, names: Mapping[str, str] | None = None) -> None:
        """A service's refusal, at the field it names (`names`: its word → this form's) or at `otherwise`."""
        field = str(problem.params.get("field") or otherwise)
        params = {name: value for name, value in problem.params.items() if name != "field"}
        self.refuse((names or {}).get(field, field), problem.sentence, **params)
