"""From counts of forms to rows that may be printed: the thresholds of `feedback`, pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from trainer.assessment import gain, items
from trainer.assessment.gain import Gain, Moments
from trainer.services.anonymous import FORMS, Of
from trainer.services.follow_up_lists import ONE_OF, RATED, SKILLS, SOME_OF
from trainer.services.follow_up_times import Which
from trainer.services.follow_ups import ANSWERED, INVITED
from trainer.services.judging import Verdicts
from trainer.services.reactions import ITEMS, SCALE
from trainer.services.suppression import FEW, SMALLEST_SHOWN, Cell, suppressed

Held = Mapping[tuple[str, int], int]
SAFE = 4
"""From this mark on somebody felt safe."""


class Part(NamedTuple):
    """A share with its 95 % interval (Wilson), from 0 to 1."""

    share: float
    low: float
    high: float | None
    """None: so many or more, `at_least`."""
    n: int
    at_least: bool
    """1 to 4 people are on the other side: it is said as if there were four."""


class ReactionRow(NamedTuple):
    """T7: a module in a country. Means from 1 to 5; None where too few answered."""

    country: str
    module: str
    n: int
    """Forms."""
    means: tuple[float | None, ...]
    """One for each of `reactions.ITEMS`."""
    mean: float | None
    """Of all of them."""
    safe: Part | None
    left_out: bool
    """1 to 4 forms that were not on paper are not in it."""


class FollowUpRow(NamedTuple):
    """T8 and T9: everybody of a country who completed something in a quarter, so many months later."""

    country: str
    cohort: str
    wave: int
    invited: Cell
    answered: Cell
    response: Part | None
    changed: Part | None
    """Who reported at least one changed practice with an example that counts; None: see `open`, or too few."""
    open: int
    """Examples that were not read twice yet, or not settled: the share waits for them."""
    gain: Gain | None
    """Change on the questions asked after the course and now; None for fewer than `gain.FEWEST` people."""


class AnswerRow(NamedTuple):
    """How many of those who answered chose something."""

    country: str
    cohort: str
    wave: int
    question: str
    """`met`, `support`, `done`, `helped`, `hindered` or `aid`."""
    answer: str
    """A code of `follow_up_lists`; of `aid`: module/unit."""
    people: Cell
    n: int
    """Who answered the follow-up."""


class SkillRow(NamedTuple):
    """How sure people say they are, from 1 to 5: before the course, looking back, and now. A view of themselves."""

    country: str
    cohort: str
    wave: int
    skill: str
    before: float | None
    now: float | None


# ---------------------------------------------------------------- reactions


def reaction(country: str, module: str, quarter: str, held: Mapping[Of, Held]) -> ReactionRow | None:
    """None: fewer than five forms."""
    own = held.get(Of(country, "reaction", module, quarter), {})
    paper = held.get(Of(country, "reaction-paper", module, quarter), {})

    def together(item: str, values: Sequence[int]) -> list[int]:
        """Of few who used the screen nothing: whoever typed the paper would know what they said."""
        theirs = [own.get((item, value), 0) for value in values]
        if 0 < sum(theirs) < SMALLEST_SHOWN:
            theirs = [0] * len(theirs)
        return [paper.get((item, value), 0) + more for value, more in zip(values, theirs, strict=True)]

    (n,) = together(FORMS, (0,))
    if n < SMALLEST_SHOWN:
        return None
    all_marks = [together(item, SCALE) for item in ITEMS]
    safe = all_marks[ITEMS.index("safe")]
    left_out = 0 < own.get((FORMS, 0), 0) < SMALLEST_SHOWN
    return ReactionRow(
        country, module, n, tuple(map(_mean, all_marks)), _mean([sum(some) for some in zip(*all_marks, strict=True)]),
        share_of(sum(safe[SAFE - 1 :]), sum(safe)), left_out,
    )  # fmt: skip


def _mean(marks: Sequence[int]) -> float | None:
    n = sum(marks)
    return sum(mark * count for mark, count in zip(SCALE, marks, strict=True)) / n if n >= SMALLEST_SHOWN else None


def share_of(count: int, n: int) -> Part | None:
    """None for fewer than five people, or where 1 to 4 of them are counted."""
    if n < SMALLEST_SHOWN or 0 < count < SMALLEST_SHOWN:
        return None
    hides = 0 < n - count < SMALLEST_SHOWN
    if hides:
        count = n - SMALLEST_SHOWN + 1
        if count < SMALLEST_SHOWN:
            return None
    low, high = items.wilson(count, n) or (0.0, 1.0)
    return Part(count / n, low, None if hides else high, n, hides)


# --------------------------------------------------------------- follow-ups


def follow_up(country: str, which: Which, counts: Held, read: Verdicts | None) -> FollowUpRow:
    """`read`: what readers said, where there are enough examples to be read."""
    invited, answered = counts.get((INVITED, 0), 0), counts.get((ANSWERED, 0), 0)
    shown = _cell(invited), _cell(answered)
    response = None
    # Whoever was asked in another country and moved here is among those who answered alone.
    if all(cell.value is not None for cell in shown) and 0 < invited >= answered:
        low, high = items.wilson(answered, invited) or (0.0, 1.0)
        response = Part(answered / invited, low, high, invited, False)
    waits = read.open if read else 0
    changed = None if waits or not read else share_of(read.counting, answered)
    return FollowUpRow(country, which.cohort, which.wave, *shown, response, changed, waits, _gain(counts))


def _cell(value: int) -> Cell:
    return Cell(None, FEW) if 0 < value < SMALLEST_SHOWN else Cell(value)


def _gain(counts: Held) -> Gain | None:
    pairs = counts.get(("pairs", 0), 0)
    if pairs < gain.FEWEST:
        return None
    then, now = (counts.get((f"score:{name}", 0), 0) / 100 for name in ("then", "now"))
    squares = (counts.get((f"score:{name}", 0), 0) / 10_000 for name in ("then-squares", "now-squares", "products"))
    return gain.gain_of(Moments(pairs, then, now, *squares))


def answers(country: str, which: Which, counts: Held) -> Iterator[AnswerRow]:
    n = counts.get((ANSWERED, 0), 0)
    if n < SMALLEST_SHOWN:
        return
    for question, choices in ONE_OF.items():
        given = [counts.get((f"{question}:{code}", 0), 0) for code in choices]
        table = suppressed([[*given, n - sum(given)]], total_is_known=True)
        for code, cell in zip(choices, table.rows[0], strict=False):
            yield AnswerRow(country, which.cohort, which.wave, question, code, cell, n)
    aids = sorted(item.removeprefix("aid:") for item, _ in counts if item.startswith("aid:"))
    for question, codes in (*((name, tuple(choices)) for name, choices in SOME_OF.items()), ("aid", tuple(aids))):
        for code in codes:
            count = counts.get((f"{question}:{code}", 0), 0)
            table = suppressed([[count, n - count]], total_is_known=True)
            yield AnswerRow(country, which.cohort, which.wave, question, code, table.rows[0][0], n)


def skills(country: str, which: Which, counts: Held) -> Iterator[SkillRow]:
    for skill in SKILLS:
        means = [_mean([counts.get((f"{name}:{skill}", mark), 0) for mark in SCALE]) for name in RATED]
        if any(mean is not None for mean in means):
            yield SkillRow(country, which.cohort, which.wave, skill, *means)
