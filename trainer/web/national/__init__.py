"""National words: what a country fills in, its sign-off, what is overdue."""

from __future__ import annotations

from trainer.web.national import overview
from trainer.web.national.routes import blueprint

__all__ = ["blueprint", "overview"]
