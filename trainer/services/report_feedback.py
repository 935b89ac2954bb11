"""What people say (T7 to T9) as tables: the rows of `feedback` with the cells that page, file and paper share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trainer.assessment.gain import FEWEST
from trainer.services.feedback import Feedback
from trainer.services.feedback_rows import AnswerRow, FollowUpRow, Part, SkillRow
from trainer.services.follow_up_lists import ONE_OF, SKILLS, SOME_OF
from trainer.services.report_cells import NOTHING, Count, Datum, Line, Number, Table, Text, Words
from trainer.services.report_cells import Part as Columns
from trainer.vocabulary import N_, country_name

Titles = Mapping[str, str]
"""Slug → title of a module; `module/unit` → title of a tool."""

_COUNTRY, _MODULE, _QUARTER = N_("Country"), N_("Module"), N_("Quarter")
_COHORT, _WAVE = N_("Completed in"), N_("Months later")
SAFE = N_("Felt safe: 4 or 5 (percent)")
CHANGED = N_("Changed a practice, with an example (percent)")
REACTION = (
    _COUNTRY, _MODULE, _QUARTER, N_("Forms"), N_("Useful for my work (mean, 1 to 5)"), N_("Clear (mean, 1 to 5)"),
    N_("Could ask and take part (mean, 1 to 5)"), N_("Could step out or rest (mean, 1 to 5)"),
    N_("Felt safe (mean, 1 to 5)"), N_("All five (mean, 1 to 5)"), SAFE,
    N_("Felt safe, from"), N_("Felt safe, to"), N_("Some forms are left out"),
)  # fmt: skip
FOLLOW_UP = (
    _COUNTRY, _COHORT, _WAVE, N_("Invited"), N_("Answered"), N_("Answered (percent)"), N_("Answered, from"),
    N_("Answered, to"), CHANGED, N_("Changed, from"), N_("Changed, to"),
    N_("People with the questions after the course and now"), N_("Mean after the course (percent)"),
    N_("Mean now (percent)"), N_("Change (points)"), N_("Change, from"), N_("Change, to"),
)  # fmt: skip
ANSWERS = (_COUNTRY, _COHORT, _WAVE, N_("Question"), N_("Answer"), N_("People"), N_("Of"))
SURE = (_COUNTRY, _COHORT, _WAVE, N_("Skill"), N_("Before the course (mean, 1 to 5)"), N_("Now (mean, 1 to 5)"))
QUESTIONS = {
    "met": N_("Have you met a situation in which you could use the course?"),
    "done": N_("Which of these have you done at least once since the course?"),
    "helped": N_("What helped you?"),
    "hindered": N_("What stood in your way?"),
    "aid": N_("Which tools of the course do you use?"),
    "support": N_("Is support for staff available in your workplace?"),
}
MAIN = ("helped", "hindered")
MOST_MAIN = 3
"""Of what helped, and of what stood in the way."""
DEFINITIONS = (
    ("T7", Words(SAFE), Words(N_(
        "Means of marks from 1 (not at all) to 5 (completely): useful for my work, clear, could ask and take part, "
        "could step out or rest, felt safe. In brackets: the range that the share lies in with 95 percent certainty "
        "(Wilson)."
    ))),
    ("T7", Words(SAFE), Words(N_(
        "“Or more” stands where 1 to 4 people gave another mark: it is said as if they were four. “On paper only”: 1 "
        "to 4 people used the form on the screen, and are left out."
    ))),
    ("T7", Words(SAFE), Words(N_(
        "Whoever fills in such a form chooses to: it shows what these people say, not what all think."
    ))),
    ("T8", Words(CHANGED), Words(N_(
        "Changed a practice: of those who answered, who has done at least one of the things asked for and gave an "
        "example that two readers let count. It is what people say of themselves."
    ))),
    ("T9", Words(N_("What is still known")), Words(N_(
        "Known after the course and now: the mean on the same questions after the course and now, in percent, with the "
        "95 percent range of the change. Only people who answered them both times, and from %(number)s on."
    ), values={"number": FEWEST})),
)  # fmt: skip
"""No., term and meaning, as on the page of what people say."""


NO_LANGS: Mapping[str, str] = {}


def reactions(made: Feedback, titles: Titles, langs: Mapping[str, str] = NO_LANGS) -> Table:
    """`langs`: slug → the language that its title is in."""
    rows: tuple[tuple[Datum, ...], ...] = tuple(
        (
            Words(country_name(row.country)), Text(titles.get(row.module, row.module), langs.get(row.module, "")),
            Text(made.quarter), Number(row.n), *map(_mean, row.means), _mean(row.mean), *part(row.safe),
            Words(N_("Yes") if row.left_out else N_("No")),
        )
        for row in made.reactions
    )  # fmt: skip
    parts = (Columns(title="", columns=(1, 3, 4, 5, 6, 7, 8, 9)), Columns(title=SAFE, columns=(1, 3, 10, 11, 12, 13)))
    return Table(name="reactions", title=N_("After a module"), heads=_heads(REACTION), rows=rows, parts=parts)


def follow_ups(made: Feedback) -> Table:
    rows: tuple[tuple[Datum, ...], ...] = tuple(
        (
            *_who(row), Count(row.invited), Count(row.answered), *part(row.response), *part(row.changed), *_gain(row),
        )
        for row in made.follow_ups
    )  # fmt: skip
    notes = []
    if any(row.response and row.response.share < LOW for row in made.follow_ups):
        notes.append(N_("Fewer than 60 percent answered. Say in the report who may not have answered, and why."))
    if any(row.open for row in made.follow_ups):
        notes.append(N_("Some examples are still being read: the share with an example waits for that."))
    parts = (
        Columns(title="", columns=(1, 2, 3, 4, 5, 6, 7)), Columns(title=CHANGED, columns=(1, 2, 8, 9, 10)),
        Columns(title=N_("What is still known"), columns=(1, 2, 11, 12, 13, 14, 15, 16)),
    )  # fmt: skip
    return Table(
        name="follow-ups", title=N_("Some months later"), heads=_heads(FOLLOW_UP), rows=rows, parts=parts,
        notes=tuple(notes),
    )  # fmt: skip


LOW = 0.6
"""A rate of answers below which it has to be said who did not answer."""


def main(made: Feedback) -> Table:
    """What helped most and what stood most in the way, of the numbers that are shown: the rest stands in no order."""
    rows: list[tuple[Datum, ...]] = []
    for which in dict.fromkeys((row.country, row.cohort, row.wave) for row in made.answers):
        for question in MAIN:
            of = [row for row in made.answers if (row.country, row.cohort, row.wave) == which]
            shown = [row for row in of if row.question == question and row.people.value]
            most = sorted(shown, key=lambda one: -(one.people.value or 0))[:MOST_MAIN]
            rows += [_answer(row, {}) for row in most]
    parts = (Columns(title="", columns=(1, 2, 3, 4, 5, 6)),)
    return Table(
        name="main-answers", title=N_("What helped and what stood in the way most"), heads=_heads(ANSWERS),
        rows=tuple(rows), parts=parts,
    )  # fmt: skip


def answers(made: Feedback, titles: Titles) -> Table:
    """All of them: a long list, and on paper the main ones are enough."""
    rows = tuple(_answer(row, titles) for row in made.answers)
    heads = _heads(ANSWERS)
    return Table(name="answers", title=N_("What they answered"), heads=heads, rows=rows, on_paper=False)


def _answer(row: AnswerRow, titles: Titles) -> tuple[Datum, ...]:
    return (*_who(row), Words(QUESTIONS[row.question]), answer(row, titles), Count(row.people), Number(row.n))


def skills(made: Feedback) -> Table:
    rows = tuple((*_who(row), Words(SKILLS[row.skill]), _mean(row.before), _mean(row.now)) for row in made.skills)
    return Table(
        name="skills", title=N_("How sure people say they are"), heads=_heads(SURE), rows=rows,
        parts=(Columns(title="", columns=(1, 2, 3, 4, 5)),),
        notes=(N_("Means from 1 to 5. It is how people see themselves, not what they can do."),),
    )  # fmt: skip


def tables(made: Feedback, titles: Titles, langs: Mapping[str, str] = NO_LANGS) -> tuple[Table, ...]:
    """For a report, in the order of reading."""
    return reactions(made, titles, langs), follow_ups(made), main(made), answers(made, titles), skills(made)


def answer(row: AnswerRow, titles: Titles) -> Words | Text:
    if row.question == "aid":
        return Text(titles.get(row.answer, row.answer))
    return Words({**ONE_OF, **SOME_OF}[row.question][row.answer])


def part(of: Part | None) -> tuple[Datum, Datum, Datum]:
    """A share and its range, in percent."""
    if of is None:
        return NOTHING, NOTHING, NOTHING
    share, low = round(100 * of.share), Number(round(100 * of.low))
    if of.high is None:
        return Words(N_("%(number)s or more"), values={"number": share}), low, NOTHING
    return Number(share), low, Number(round(100 * of.high))


def filename(made: Feedback, countries: Sequence[str], table: str) -> str:
    """`reactions-KH-LA-2026-Q4-on-2027-01-10.csv`: countries, quarter, day (UTC)."""
    return f"{'-'.join((table, *sorted(countries), made.quarter or 'none'))}-on-{made.made_at:%Y-%m-%d}.csv"


# ------------------------------------------------------------------ lines of a summary


def lines(made: Feedback, titles: Titles) -> Iterator[Line]:
    """Nothing is added up over modules or follow-ups."""
    for row in made.reactions:
        yield "T7", Words(SAFE, f": {titles.get(row.module, row.module)}"), part(row.safe)[0], _forms(row.n)
    for one in made.follow_ups:
        yield "T8", Words(CHANGED), part(one.changed)[0], _asked(one)
    for one in made.follow_ups:
        if one.gain:
            known = Words(N_("Change in what is still known (points)"))
            yield "T9", known, Number(one.gain.change, 1), _asked(one)


def _asked(row: FollowUpRow) -> Datum:
    """Who was asked when, with how many answered: always beside the share."""
    of = f" ({row.answered.value}/{row.invited.value})" if row.response else ""
    return Words(ASKED[row.wave], of, {"quarter": row.cohort})


ASKED = {
    3: N_("Completed in %(quarter)s, asked three months later"),
    6: N_("Completed in %(quarter)s, asked six months later"),
}


def _forms(n: int) -> Datum:
    return Words(N_("Forms"), f": {n}")


# ------------------------------------------------------------------ cells


def _heads(messages: Sequence[str]) -> tuple[Words, ...]:
    return tuple(map(Words, messages))


def _who(row: FollowUpRow | AnswerRow | SkillRow) -> tuple[Datum, ...]:
    return Words(country_name(row.country)), Text(row.cohort), Number(row.wave)


def _mean(value: float | None) -> Datum:
    return NOTHING if value is None else Number(value, 1)


def _gain(row: FollowUpRow) -> tuple[Datum, ...]:
    of = row.gain
    if of is None:
        return (NOTHING,) * 6
    points = (of.before, of.after, of.change, of.low, of.high)
    return (Number(of.n), *(NOTHING if one is None else Number(one, 1) for one in points))
