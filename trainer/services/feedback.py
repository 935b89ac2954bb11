"""What forms say, in groups: reactions to modules (T7), what was used later (T8), and what is still known (T9).

A quarter is shown once it has ended: reactions that were handed in during it, and follow-ups whose last answers could
arrive in it. Nothing can be added to it any more, so that two reports never differ by one person. Nothing is summed
over modules, waves or countries, and nobody can subtract.

Reactions of fewer than five forms are not shown. Forms typed in from paper are known to whoever typed them: where fewer
than five others were handed in by people themselves, these are left out, or they would be what remains. Of shares, a
count of 1 to 4 is not said on either side: `feedback_rows.Part` says so many or more. Of people invited and answering,
the difference is no group about whom anything is said, and the rate of answering is shown whenever both counts are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services import feedback_rows, follow_up_times, judging
from trainer.services.anonymous import Of
from trainer.services.feedback_rows import AnswerRow, FollowUpRow, ReactionRow, SkillRow
from trainer.services.judging import Verdicts
from trainer.services.problems import NotFound
from trainer.services.suppression import SMALLEST_SHOWN
from trainer.store.forms import FormCount


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
    """Of these countries, in their order; an empty `quarter` is the newest there is. Two statements.

    Raises NotFound for what is no quarter, or one that has not ended everywhere.
    """
    offered = _quarters(db, countries, now)
    if quarter and not (follow_up_times.is_quarter(quarter) and has_ended(quarter, countries, now)):
        raise NotFound
    chosen = quarter or (offered[0] if offered else "")
    return of_quarter(db, countries, chosen, offered, now=now)


def of_quarter(
    db: Session, countries: Sequence[str], chosen: str, offered: tuple[str, ...] = (), *, now: datetime
) -> Feedback:
    """The same of one quarter, which has ended everywhere (empty: of none). One statement.

    What two readers said of examples is there only in a session that may read words.
    """
    closed = follow_up_times.closed_in(chosen) if chosen else ()
    forms = {which.form: which.cohort for which in closed}
    counted = judging.counted(db, countries, reactions=chosen, follow_ups=forms) if chosen else judging.NOTHING
    held = counted.held
    readable = {key: one for key, one in counted.verdicts.items() if one.examples >= SMALLEST_SHOWN}
    reactions: list[ReactionRow] = []
    follow_ups: list[FollowUpRow] = []
    answers: list[AnswerRow] = []
    skills: list[SkillRow] = []
    few = False
    for country in countries:
        for module in sorted({of.about for of in held if of.country == country and of.about}):
            row = feedback_rows.reaction(country, module, chosen, held)
            reactions += [row] if row else []
            few |= row is None
        for which in closed:
            counts = held.get(Of(country, which.form, "", which.cohort), {})
            if counts:
                follow_ups.append(feedback_rows.follow_up(country, which, counts, readable.get((country, which))))
                answers += feedback_rows.answers(country, which, counts)
                skills += feedback_rows.skills(country, which, counts)
    return Feedback(
        quarter=chosen, quarters=offered, reactions=tuple(reactions), follow_ups=tuple(follow_ups),
        answers=tuple(answers), skills=tuple(skills),
        agreement={(country, which.cohort, which.wave): one for (country, which), one in readable.items()},
        too_few=few, made_at=now,
    )  # fmt: skip


def has_ended(quarter: str, countries: Collection[str], now: datetime) -> bool:
    return all(follow_up_times.ended(quarter, country, now) for country in countries)


def _quarters(db: Session, countries: Collection[str], now: datetime) -> tuple[str, ...]:
    """Quarters that have ended everywhere and have something, newest first. One statement."""
    query = select(FormCount.form, FormCount.quarter).where(FormCount.country.in_(sorted(countries))).distinct()
    found = set()
    for form, quarter in db.execute(query):
        is_reaction = form.startswith("reaction")
        found.add(quarter if is_reaction else follow_up_times.of_form(form, quarter).last_quarter)
    return tuple(sorted((one for one in found if has_ended(one, countries, now)), reverse=True))
