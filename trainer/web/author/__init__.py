"""Writing modules: the list, one module with its files, the editor, publishing."""

from __future__ import annotations

from trainer.web.author import (
    editions,
    editor,
    history,
    imports,
    media,
    module,
    modules,
    new,
    newer,
    preview,
    problems,
    publish,
    put_back,
)
from trainer.web.author.routes import blueprint

__all__ = [
    "blueprint",
    "editions",
    "editor",
    "history",
    "imports",
    "media",
    "module",
    "modules",
    "new",
    "newer",
    "preview",
    "problems",
    "publish",
    "put_back",
]
