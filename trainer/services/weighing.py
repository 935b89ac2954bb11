"""What the pictures of a module weigh for a learner, for the linter."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trainer.content.lint.pictures import MOST_BYTES, MOST_PIXELS, Measured
from trainer.services.pictures import PictureError, measured


def measure(data: bytes) -> Measured | None:
    """What is served of a picture; None when it cannot be read, which publishing says. May take a second."""
    try:
        return Measured(*measured(data, MOST_BYTES, MOST_PIXELS))
    except PictureError:
        return None


def pictures(files: Mapping[str, bytes], measure: Callable[[bytes], Measured | None] = measure) -> dict[str, Measured]:
    """Path → measures, of the pictures of a module folder that can be read. `measure`: one that remembers, perhaps."""
    found = {path: measure(data) for path, data in files.items() if path.startswith("media/")}
    return {path: measures for path, measures in found.items() if measures is not None}
