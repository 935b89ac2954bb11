"""Writing modules: the list, one module with its files, the editor, publishing."""

from __future__ import annotations

from trainer.web.author import modules, problems
from trainer.web.author.routes import blueprint

__all__ = ["blueprint", "modules", "problems"]
