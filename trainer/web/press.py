"""The application's one press. Apart from `handbooks`, which worker processes load without the web."""

from __future__ import annotations

from flask import current_app

from trainer.web.handbooks import Press
from trainer.web.state import current


def press() -> Press:
    """The application's one press."""
    known = current_app.extensions.get("trainer-press")
    if not isinstance(known, Press):
        known = current_app.extensions.setdefault("trainer-press", Press(current.config.data / "cache"))
    return known
