"""Writing modules: the list, one module with its files, the editor, publishing."""

from __future__ import annotations

from trainer.web.author import editor, modules, preview
from trainer.web.author.routes import blueprint

__all__ = ["blueprint", "editor", "modules", "preview"]
