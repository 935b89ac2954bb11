"""Translating modules: languages of a module, passages, second reading."""

from __future__ import annotations

from trainer.web.translate import catalogs
from trainer.web.translate.routes import blueprint

__all__ = ["blueprint", "catalogs"]
