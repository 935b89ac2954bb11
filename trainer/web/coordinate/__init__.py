"""A coordinator's pages, for the people of their own countries only.

`blueprint` carries them all; each module below adds the views of one subject.
"""

from __future__ import annotations

from trainer.web.coordinate import (
    assignments,
    attendance,
    checking,
    closing,
    corrections,
    directory,
    examples,
    feedback,
    forgetting,
    merging,
    name_lists,
    packs,
    paper,
    paper_reactions,
    participants,
    people,
    people_lists,
    report,
    retention,
    timetable,
    trail,
    transfers,
    typing,
    workshops,
)
from trainer.web.coordinate.routes import blueprint

__all__ = [
    "assignments",
    "attendance",
    "blueprint",
    "checking",
    "closing",
    "corrections",
    "directory",
    "examples",
    "feedback",
    "forgetting",
    "merging",
    "name_lists",
    "packs",
    "paper",
    "paper_reactions",
    "participants",
    "people",
    "people_lists",
    "report",
    "retention",
    "timetable",
    "trail",
    "transfers",
    "typing",
    "workshops",
]
