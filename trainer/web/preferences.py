"""How a person likes to read: size, colours, contrast, spacing, less data. Kept in one cookie on the device.

It needs no account and says nothing about the person, so it is not in the register. The server writes it into
attributes of `<html>`, which the stylesheet reads: it holds without JavaScript and from the first byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup

COOKIE = "reading"
MAX_AGE = 365 * 24 * 3600
"""Seconds."""

CHOICES: dict[str, tuple[str, ...]] = {
    "size": ("100", "112", "125", "150"),
    "theme": ("device", "light", "dark"),
    "contrast": ("device", "more"),
    "spacing": ("usual", "wide"),
    "saver": ("", "1"),
}
"""What may be chosen; the first of each is what a person has who never chose, and writes no attribute."""


class Preferences(NamedTuple):
    size: str = "100"
    """Percent of the browser's own text size."""
    theme: str = "device"
    contrast: str = "device"
    spacing: str = "usual"
    saver: str = ""
    """`1`: no web fonts."""

    def attributes(self) -> Markup:
        """The attributes of `<html>`, with a space before each; empty for who never chose."""
        chosen = ((name, value) for name, value in zip(self._fields, self, strict=True) if value != CHOICES[name][0])
        return Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in chosen)

    def cookie(self) -> str:
        return urlencode(self._asdict())


def read(text: str) -> Preferences:
    """The preferences in a cookie's value. Anything unknown is as if it had not been said."""
    return choose(Preferences(), dict(parse_qsl(text))) if text else Preferences()


def choose(present: Preferences, chosen: Mapping[str, str]) -> Preferences:
    """`present` with what `chosen` (a form or a cookie) validly says."""
    return present._replace(**{name: chosen[name] for name in CHOICES if chosen.get(name) in CHOICES[name]})
