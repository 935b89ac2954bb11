"""Sheets come late and people withdraw: what corrections tell, beside all figures, gives nobody away."""

from __future__ import annotations

import random

import pytest

from tests.services.lateness import Country, Taken, found, grown, taken
from trainer.services import corrections


def a_country(seed: int, *, only_more: bool) -> Country:
    chance = random.Random(seed)
    size = chance.randint(2, 5)
    return grown(taken(chance, chance.choice([12, 40, 100]), size, only_more=only_more), size)


@pytest.mark.parametrize("only_more", [False, True])
@pytest.mark.parametrize("seed", [4, 24, 25, 33, 53, 56])
def test_nobody_works_out_a_hidden_number_from_figures_and_corrections(seed: int, only_more: bool) -> None:
    """`only_more`: a reader who takes it for granted that nobody withdrew."""
    assert not found(a_country(seed, only_more=only_more), only_more=only_more)


def rows(module: str, begun: int, number: int, *, done: int, late: int = 0, gone: int = 9) -> list[Taken]:
    """People who begin a module; `done` of them complete it at once, and `late` more are entered a quarter late."""
    ident = 1000 * (ord(module[0]) + begun)
    return [
        Taken(ident + at, module, begun, begun, begun if at < done + late else None, begun + (at >= done), gone)
        for at in range(number)
    ]


SEVEN = [*rows("alpha", 0, 7, done=1, late=6), *rows("beta", 0, 40, done=30), *rows("beta", 1, 40, done=30)]
"""One of seven completed in time; six come late."""
LEFT = [*rows("alpha", 0, 3, done=3, gone=2), *rows("alpha", 1, 9, done=9, gone=2), *rows("beta", 0, 40, done=30)]
"""Twelve enrolled, three of them in a quarter of their own, and all withdrew."""


@pytest.mark.parametrize(("people", "size"), [(SEVEN, 2), (LEFT, 3)])
def test_a_line_that_would_narrow_a_hidden_sum_waits(people: list[Taken], size: int) -> None:
    country = grown(people, size)
    assert not any("alpha" in line.modules for line in country.lines)
    assert not found(country)


@pytest.mark.parametrize("people", [SEVEN])
def test_the_attack_finds_what_such_a_line_gives_away(people: list[Taken], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "is_shown", lambda *_: True)
    country = grown(people, 2)
    assert any("alpha" in line.modules for line in country.lines)
    assert ("completed", "alpha", "2025-Q3", "2025-Q3") in found(country)


def among(module: str, people: range, *, late: bool, quarter: int = 0) -> list[Taken]:
    """These complete the module in a quarter; it is known one quarter later."""
    return [Taken(one, module, quarter, quarter + late, quarter, quarter + late, 9) for one in people]


@pytest.mark.parametrize("more", [0, 2])
def test_silence_about_persons_does_not_say_that_there_are_four(more: int) -> None:
    """Of 34 who completed one module by now, 30 at most were among the 30 persons of before: four are new at least. If
    five or more were always told, silence would make it four.
    """
    country = grown([
        *among("alpha", range(28), late=False), *among("beta", range(20, 30), late=False),
        *among("alpha", range(28, 34), late=True), *among("beta", range(14, 20), late=True),
        *among("beta", range(40, 40 + more), late=True), *among("alpha", range(100, 130), late=False, quarter=1),
    ], 2)  # fmt: skip
    assert country.truth["late-waits", "persons", "", "2025-Q4"] == 4 + more
    assert country.lines[1].persons == 0
    assert not found(country)
