"""Translating modules: languages of a module, passages, second reading, files, previews, publishing."""

from __future__ import annotations

from trainer.web.translate import comments, files, lists, passage, preview, publishing, saving
from trainer.web.translate.routes import blueprint

__all__ = ["blueprint", "comments", "files", "lists", "passage", "preview", "publishing", "saving"]
