"""A coordinator's pages, for the people of their own countries only.

`blueprint` carries them all; each module below adds the views of one subject.
"""

from __future__ import annotations

from trainer.web.coordinate import (
    attendance,
    checking,
    closing,
    fixing,
    funder_lines,
    name_lists,
    packs,
    paper,
    participants,
    people,
    report,
    report_outputs,
    saved,
    timetable,
    typing,
    watch,
    workshops,
)
from trainer.web.coordinate.routes import blueprint

__all__ = [
    "attendance",
    "blueprint",
    "checking",
    "closing",
    "fixing",
    "funder_lines",
    "name_lists",
    "packs",
    "paper",
    "participants",
    "people",
    "report",
    "report_outputs",
    "saved",
    "timetable",
    "typing",
    "watch",
    "workshops",
]
