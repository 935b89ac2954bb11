"""The blueprint that the account's views hang on, and what several of them need."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TypedDict

from flask import Blueprint, request

from trainer.web import cookies
from trainer.web.state import current

blueprint = Blueprint("account", __name__, url_prefix="/<locale:locale>")

DEVICE = "device"
"""Cookie that proves this browser signed in before, so that strangers' wrong guesses do not keep its owner out."""
DEVICE_AGE = 365 * 24 * 3600

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip


def device_label(agent: str) -> str:
    """Browser and system in two words, for the person's list of sessions. Nothing finer is kept."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b{mark}\w*/", agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)


class Circumstances(TypedDict):
    """What the account services ask about the browser that a name and secret come from."""

    address: str
    device: str | None
    now: datetime
    key: str


def circumstances() -> Circumstances:
    return {
        "address": request.remote_addr or "",
        "device": cookies.read(request, DEVICE),
        "now": current.now(),
        "key": current.config.secret_key,
    }
