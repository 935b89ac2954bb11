"""National words: what a country fills in, its preview and sign-off, what is overdue."""

from __future__ import annotations

from trainer.web.national import module, overview, preview, signing
from trainer.web.national.routes import blueprint

__all__ = ["blueprint", "module", "overview", "preview", "signing"]
