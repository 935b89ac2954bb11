"""Figures of questions and shares, against the monitoring rules' own numbers and against counting person by person."""

from __future__ import annotations

import random
from statistics import correlation

import pytest

from trainer.assessment.items import ItemSums, item, reliability, wilson

ANSWERS = ("11110", "11010", "10000", "11111", "01000", "11101")


def test_the_reliability_of_the_monitoring_rules() -> None:
    rows = [[int(mark) for mark in row] for row in ANSWERS]
    totals = [sum(row) for row in rows]
    shares = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    found = reliability(shares, len(rows), sum(totals), sum(one * one for one in totals))
    assert found is not None
    assert round(found, 4) == 0.7143


@pytest.mark.parametrize(
    ("count", "n", "low", "high"), [(45, 52, 74.7, 93.3), (225, 268, 79.1, 87.9), (179, 198, 85.5, 93.8)]
)
def test_the_intervals_of_the_monitoring_rules(count: int, n: int, low: float, high: float) -> None:
    found = wilson(count, n)
    assert found is not None
    assert (round(100 * found[0], 1), round(100 * found[1], 1)) == (low, high)


def test_sums_say_what_counting_each_person_says() -> None:
    chance = random.Random(6)
    people = [(chance.random() < 0.6, chance.randrange(16)) for _ in range(200)]
    sums = ItemSums()
    for right, rest in people:
        sums = sums.plus(ItemSums.of(right, rest))
    found = item(sums)
    assert found is not None
    assert found.difficulty == sum(right for right, _ in people) / 200
    assert found.discrimination == pytest.approx(
        correlation([float(r) for r, _ in people], [float(x) for _, x in people])
    )


def test_what_cannot_be_said_is_not_said() -> None:
    assert item(ItemSums()) is None
    assert wilson(0, 0) is None
    everybody = ItemSums.of(True, 3).plus(ItemSums.of(True, 5))
    assert item(everybody) == (2, 1.0, None)
    assert item(ItemSums.of(True, 3).plus(ItemSums.of(False, 3))) == (2, 0.5, None)
    assert reliability([0.5], 4, 8, 16) is None
    assert reliability([0.5, 0.5], 4, 4, 4) is None
