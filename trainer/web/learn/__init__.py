"""The learner's pages: choosing a module, reading it, answering, and what came of it.

`blueprint` carries them all; each module below adds the views of one subject.
"""

from __future__ import annotations

from trainer.web.learn import attempts, catalogue, lessons, modules, pages, records
from trainer.web.learn.routes import blueprint

__all__ = ["attempts", "blueprint", "catalogue", "lessons", "modules", "pages", "records"]
