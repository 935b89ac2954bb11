"""The learner's pages: choosing a module, reading it, answering, and what came of it.

`blueprint` carries them all; each module below adds the views of one subject.
"""

from __future__ import annotations

from trainer.web.learn import (
    attempts,
    catalogue,
    follow_ups,
    handbook,
    lessons,
    modules,
    pages,
    paths,
    reactions,
    records,
    results,
    starts,
)
from trainer.web.learn.routes import blueprint

__all__ = [
    "attempts",
    "blueprint",
    "catalogue",
    "follow_ups",
    "handbook",
    "lessons",
    "modules",
    "pages",
    "paths",
    "reactions",
    "records",
    "results",
    "starts",
]
