"""A coordinator's pages, for the people of their own countries only.

`blueprint` carries them all; each module below adds the views of one subject.
"""

from __future__ import annotations

from trainer.web.coordinate import (
    attendance,
    checking,
    closing,
    fixing,
    name_lists,
    packs,
    paper,
    participants,
    people,
    report,
    timetable,
    typing,
    workshops,
)
from trainer.web.coordinate.routes import blueprint

__all__ = [
    "attendance",
    "blueprint",
    "checking",
    "closing",
    "fixing",
    "name_lists",
    "packs",
    "paper",
    "participants",
    "people",
    "report",
    "timetable",
    "typing",
    "workshops",
]
