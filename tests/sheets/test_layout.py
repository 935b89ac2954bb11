"""Rows of a sheet: every question has its own, inside the frame, apart from each other, the same for every language."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.assessment.samples import module
from trainer.assessment import present
from trainer.sheets import layout as geometry
from trainer.sheets.fields import Field, fields
from trainer.sheets.layout import PITCH_Y, RADIUS, layout

PLAN = tuple(present(item, "seed", shuffle=True) for unit in module().units for item in unit.items)


def test_every_type_has_its_rows() -> None:
    kinds = {planned.item.type: [row for row in fields(PLAN) if row.question == planned.item.id] for planned in PLAN}
    assert kinds["reflect"] == []
    assert [row.kind for row in kinds["single"]] == ["one"]
    assert [row.kind for row in kinds["multiple"]] == ["many"]
    assert [row.kind for row in kinds["short"]] == ["line"]
    assert [row.style for row in kinds["number"]] == ["minus", *["digits"] * 5, "point"]
    assert len(kinds["order"]) == kinds["order"][0].choices
    assert {row.style for row in kinds["order"]} == {"numbers"}
    assert all(row.choices for row in kinds["scenario"])


@pytest.mark.parametrize("times", [1, 6, 15])
def test_nothing_overlaps_or_leaves_the_frame(times: int) -> None:
    rows = [row._replace(question=f"{row.question}-{time}") for time in range(times) for row in fields(PLAN)]
    pages = layout(rows)
    assert [placed.number for page in pages for placed in page] == list(range(len(rows)))
    for page in pages:
        bubbles = [bubble for placed in page for bubble in placed.bubbles]
        for bubble in bubbles:
            assert RADIUS <= bubble.x <= geometry.WIDTH - RADIUS
            assert bubble.y - RADIUS >= geometry.TOP
            assert bubble.y + RADIUS <= geometry.BOTTOM
        for one, two in combinations(bubbles, 2):
            assert max(abs(one.x - two.x), abs(one.y - two.y)) >= 2 * RADIUS + 3
        for track in geometry.TRACKS:
            assert all(abs(bubble.x - track[0] - 3) > RADIUS + 6 for bubble in bubbles)


def test_a_question_stays_in_one_column() -> None:
    rows = [Field(f"q{number}", part, f"{number}.{part}", "one", "letters", 4)
            for number in range(20) for part in range(7)]  # fmt: skip
    for page in layout(rows):
        lefts: dict[str, set[float]] = {}
        for placed in page:
            lefts.setdefault(placed.field.question, set()).add(placed.box[0])
        assert all(len(found) == 1 for found in lefts.values())


def test_a_question_longer_than_a_column_goes_on_in_the_next() -> None:
    count = int((geometry.BOTTOM - geometry.TOP) / PITCH_Y) + 3
    pages = layout([Field("long", part, f"1.{part}", "one", "letters", 3) for part in range(count)])
    assert len(pages) == 1
    assert {placed.box[0] for placed in pages[0]} == set(geometry.COLUMNS)
