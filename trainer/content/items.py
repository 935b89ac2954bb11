"""What questions and scenarios have in common: their attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trainer.content.builder import Builder
    from trainer.content.containers import Head

MAX_POINTS = 100


def number(text: str) -> float | None:
    """A plain decimal number, with point or comma; None for anything else, such as `1e9`, `nan` or `١`."""
    digits = text.strip().replace(",", ".", 1).replace("\u2212", "-", 1)
    bare = digits.removeprefix("-")
    if len(bare) > 15 or not bare.replace(".", "", 1).isdigit() or not bare.isascii():
        return None
    return float(digits)


def common(builder: Builder, head: Head) -> dict[str, Any]:
    """The fields that `Question` and `Scenario` share, checked."""
    speaker, values = builder.speaker, head.values
    points = number(values.get("points", "1"))
    if points is None or not 0 < points <= MAX_POINTS:
        speaker.error("question-points", head.line, value=values["points"], limit=MAX_POINTS)
        points = 1.0
    rev = values.get("rev", "1")
    if not (rev.isascii() and rev.isdigit() and 0 < int(rev[:6]) < 100_000):
        speaker.error("attribute-value", head.line, key="rev", value=rev, expected="a whole number from 1")
        rev = "1"
    objective = values.get("objective")
    if objective is not None and objective not in builder.work.objectives:
        known = ", ".join(builder.work.objectives) or "objectives in module.md"
        speaker.error("question-objective", head.line, objective=objective, known=known)
        objective = None
    if ("in" in values or "not" in values) and "pool" not in values:
        speaker.error("question-country-pool", head.line)
    return {
        "id": head.id,
        "rev": int(rev),
        "points": points,
        "objective": objective,
        "pool": values.get("pool"),
        "form": values.get("form"),
        "set": values.get("set"),
        "safety": head.safety,
        "file": speaker.file,
        "line": head.line,
    }
