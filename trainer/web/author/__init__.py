"""Writing modules: the list, one module with its files, the editor, publishing."""

from __future__ import annotations

from trainer.web.author import history, imports, media, module, modules, new
from trainer.web.author.routes import blueprint

__all__ = ["blueprint", "history", "imports", "media", "module", "modules", "new"]
