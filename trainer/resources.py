"""Where templates, locales, modules and built assets are: in a wheel, an editable install and a checkout."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name`: beside this file (wheel), otherwise one level up (checkout, editable install).

    Only `modules` may be put elsewhere, by TRAINER_MODULES: content belongs to the organisation, templates and
    locales are code. Raises FileNotFoundError when the folder is nowhere.
    """
    if name == "modules" and (chosen := os.environ.get("TRAINER_MODULES")):
        return Path(chosen)
    for place in (PACKAGE / name, PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"Trainer's folder {name!r} is missing; reinstall Trainer or run it from a checkout")
