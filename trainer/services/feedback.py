"""What forms say, in groups: reactions to modules (T7), what was used later (T8), and what is still known (T9).

A quarter is shown once it has ended: reactions that were handed in during it, and follow-ups whose last answers could
arrive in it. Nothing can be added to it any more, so that two reports never differ by one person. Nothing is summed
over modules, waves or countries, and nobody can subtract.

Reactions of fewer than five forms are not shown. Forms typed in from paper are known to whoever typed them: where fewer
than five others were handed in by people themselves, these are left out, or they would be what remains. Of shares, a
count of 1 to 4 is not said on either side: `Part.at_least` says so many or more. Of people invited and answering, the
difference is no group about whom anything is said, and the rate of answering is shown whenever both counts are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.assessment import gain, items
from trainer.assessment.gain import Gain, Moments
from trainer.services import anonymous, follow_up_times, judging
from trainer.services.anonymous import FORMS, Of
from trainer.services.follow_up_lists import ONE_OF, RATED, SKILLS, SOME_OF
from trainer.services.follow_up_times import Which
from trainer.services.follow_ups import ANSWERED, INVITED
from trainer.services.judging import Verdicts
from trainer.services.problems import NotFound
from trainer.services.reactions import ITEMS, SCALE
from trainer.services.suppression import FEW, SMALLEST_SHOWN, Cell, suppressed
from trainer.store.forms import FormCount

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What is shown of one quarter. Rows by country in the order given, then as the lists have them."""

    quarter: str
    """Empty: none has anything yet."""
    quarters: tuple[str, ...]
    """What can be chosen, newest first."""
    reactions: tuple[ReactionRow, ...]
    follow_ups: tuple[FollowUpRow, ...]
    answers: tuple[AnswerRow, ...]
    skills: tuple[SkillRow, ...]
    agreement: Mapping[tuple[str, str, int], Verdicts]
    """Country, cohort and wave → what readers of the examples said; only where examples can be read."""
    too_few: bool
    """There are forms of which nothing is shown."""
    made_at: datetime


def feedback(db: Session, countries: Sequence[str], quarter: str, *, now: datetime) -> Feedback:
    """Of these countries, in their order; an empty `quarter` is the newest there is. Three statements.

    Raises NotFound for what is no quarter, or one that has not ended everywhere.
    """
    offered = _quarters(db, countries, now)
    if quarter and not (follow_up_times.is_quarter(quarter) and _ended(quarter, countries, now)):
        raise NotFound
    chosen = quarter or (offered[0] if offered else "")
    closed = follow_up_times.closed_in(chosen) if chosen else ()
    forms = {which.form: which.cohort for which in closed}
    held = anonymous.counted(db, countries, reactions=chosen, follow_ups=forms) if chosen else {}
    read = judging.verdicts(db, countries, forms) if forms else {}
    readable = {key: one for key, one in read.items() if one.examples >= SMALLEST_SHOWN}
    reactions: list[ReactionRow] = []
    follow_ups: list[FollowUpRow] = []
    answers: list[AnswerRow] = []
    skills: list[SkillRow] = []
    few = False
    for country in countries:
        for module in sorted({of.about for of in held if of.country == country and of.about}):
            row = _reaction(country, module, chosen, held)
            reactions += [row] if row else []
            few |= row is None
        for which in closed:
            counts = held.get(Of(country, which.form, "", which.cohort), {})
            if counts:
                follow_ups.append(_follow_up(country, which, counts, readable.get((country, which))))
                answers += _answers(country, which, counts)
                skills += _skills(country, which, counts)
    return Feedback(
        quarter=chosen, quarters=offered, reactions=tuple(reactions), follow_ups=tuple(follow_ups),
        answers=tuple(answers), skills=tuple(skills),
        agreement={(country, which.cohort, which.wave): one for (country, which), one in readable.items()},
        too_few=few, made_at=now,
    )  # fmt: skip


def _ended(quarter: str, countries: Collection[str], now: datetime) -> bool:
    return all(follow_up_times.ended(quarter, country, now) for country in countries)


def _quarters(db: Session, countries: Collection[str], now: datetime) -> tuple[str, ...]:
    """Quarters that have ended everywhere and have something, newest first. One statement."""
    query = select(FormCount.form, FormCount.quarter).where(FormCount.country.in_(sorted(countries))).distinct()
    found = set()
    for form, quarter in db.execute(query):
        is_reaction = form.startswith("reaction")
        found.add(quarter if is_reaction else follow_up_times.of_form(form, quarter).last_quarter)
    return tuple(sorted((one for one in found if _ended(one, countries, now)), reverse=True))


# ---------------------------------------------------------------- reactions


def _reaction(country: str, module: str, quarter: str, held: Mapping[Of, Held]) -> ReactionRow | None:
    own = held.get(Of(country, "reaction", module, quarter), {})
    paper = held.get(Of(country, "reaction-paper", module, quarter), {})
    left_out = 0 < own.get((FORMS, 0), 0) < SMALLEST_SHOWN
    parts = [paper] if left_out else [paper, own]

    def marks(item: str) -> list[int]:
        return [sum(part.get((item, mark), 0) for part in parts) for mark in SCALE]

    n = sum(part.get((FORMS, 0), 0) for part in parts)
    if n < SMALLEST_SHOWN:
        return None
    all_marks = [marks(item) for item in ITEMS]
    safe = marks("safe")
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


def _follow_up(country: str, which: Which, counts: Held, read: Verdicts | None) -> FollowUpRow:
    invited, answered = counts.get((INVITED, 0), 0), counts.get((ANSWERED, 0), 0)
    shown = _cell(invited), _cell(answered)
    response = None
    if all(cell.value is not None for cell in shown) and invited:
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


def _answers(country: str, which: Which, counts: Held) -> Iterator[AnswerRow]:
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


def _skills(country: str, which: Which, counts: Held) -> Iterator[SkillRow]:
    for skill in SKILLS:
        means = [_mean([counts.get((f"{name}:{skill}", mark), 0) for mark in SCALE]) for name in RATED]
        if any(mean is not None for mean in means):
            yield SkillRow(country, which.cohort, which.wave, skill, *means)
