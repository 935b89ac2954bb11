"""Change of a room between two tests, against the monitoring rules' own figures and a printed table of t."""

from __future__ import annotations

import functools

import pytest

from trainer.assessment.gain import Moments, gain, gain_of, t_quantile

PRE = (45, 50, 55, 40, 60, 70, 35, 65, 50, 55, 80, 45)
POST = (70, 75, 70, 65, 75, 85, 60, 80, 70, 50, 90, 80)


def test_the_figures_of_the_monitoring_rules() -> None:
    found = gain(list(zip(PRE, POST, strict=True)))
    assert found is not None
    assert found.n == 12
    assert (round(found.before, 4), found.after, round(found.change, 4)) == (54.1667, 72.5, 18.3333)
    assert found.low is not None
    assert found.high is not None
    assert (round(found.low, 2), round(found.high, 2)) == (11.93, 24.73)
    assert (round(found.normalised or 0, 4), round(found.effect or 0, 4)) == (0.4, 1.5332)
    assert round(found.corrected or 0, 4) == 1.4263


def test_groups_add_up_to_the_group_of_all() -> None:
    halves = [[Moments.of(one, two) for one, two in list(zip(PRE, POST, strict=True))[at::2]] for at in (0, 1)]
    sums = [functools.reduce(Moments.plus, half) for half in halves]
    assert gain_of(sums[0].plus(sums[1])) == pytest.approx(gain(list(zip(PRE, POST, strict=True))))


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (9, 2.262), (11, 2.201), (30, 2.042), (120, 1.980), (1000, 1.962)],
)
def test_t_as_it_is_printed(freedom: int, expected: float) -> None:
    assert round(t_quantile(freedom), 3) == expected


def test_what_cannot_be_said_is_not_said() -> None:
    assert gain([]) is None
    one = gain([(40.0, 60.0)])
    assert one is not None
    assert (one.low, one.high, one.effect) == (None, None, None)
    full = gain([(100.0, 100.0), (100.0, 100.0)])
    assert full is not None
    assert (full.normalised, full.effect, full.change) == (None, None, 0.0)
