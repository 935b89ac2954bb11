"""What forms say, as CSV: the same rows and the same cells as on the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence

from trainer.services.feedback import Feedback
from trainer.services.feedback_rows import AnswerRow, Part
from trainer.services.follow_up_lists import ONE_OF, SKILLS, SOME_OF
from trainer.services.report_files import plain_text
from trainer.vocabulary import N_, country_name

Label = Callable[[str], str]

_COUNTRY, _MODULE, _QUARTER = N_("Country"), N_("Module"), N_("Quarter")
_COHORT, _WAVE = N_("Completed in"), N_("Months later")
REACTION = (
    _COUNTRY, _MODULE, _QUARTER, N_("Forms"), N_("Useful for my work (mean, 1 to 5)"), N_("Clear (mean, 1 to 5)"),
    N_("Could ask and take part (mean, 1 to 5)"), N_("Could step out or rest (mean, 1 to 5)"),
    N_("Felt safe (mean, 1 to 5)"), N_("All five (mean, 1 to 5)"), N_("Felt safe: 4 or 5 (percent)"),
    N_("Felt safe, from"), N_("Felt safe, to"), N_("Some forms are left out"),
)  # fmt: skip
FOLLOW_UP = (
    _COUNTRY, _COHORT, _WAVE, N_("Invited"), N_("Answered"), N_("Answered (percent)"), N_("Answered, from"),
    N_("Answered, to"), N_("Changed a practice, with an example (percent)"), N_("Changed, from"), N_("Changed, to"),
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
_NOTHING = "–"


def reactions_csv(made: Feedback, titles: Mapping[str, str], label: Label = str) -> str:
    return _written(REACTION, label, (
        [label(country_name(row.country)), titles.get(row.module, row.module), made.quarter, row.n,
         *map(_number, row.means), _number(row.mean), *_share(row.safe, label), label(N_("Yes") if row.left_out
                                                                                     else N_("No"))]
        for row in made.reactions
    ))  # fmt: skip


def follow_ups_csv(made: Feedback, label: Label = str) -> str:
    rows = []
    for row in made.follow_ups:
        gained: list[object] = [_NOTHING] * 6
        if row.gain:
            figures = (row.gain.before, row.gain.after, row.gain.change, row.gain.low, row.gain.high)
            gained = [row.gain.n, *map(_number, figures)]
        rows.append([
            label(country_name(row.country)), row.cohort, row.wave, row.invited.text(label), row.answered.text(label),
            *_share(row.response, label), *_share(row.changed, label), *gained,
        ])  # fmt: skip
    return _written(FOLLOW_UP, label, rows)


def answers_csv(made: Feedback, aids: Mapping[str, str], label: Label = str) -> str:
    """`aids`: `module/unit` → title of the tool."""
    return _written(ANSWERS, label, (
        [label(country_name(row.country)), row.cohort, row.wave, label(QUESTIONS[row.question]),
         answer_name(row, aids, label), row.people.text(label), row.n]
        for row in made.answers
    ))  # fmt: skip


def skills_csv(made: Feedback, label: Label = str) -> str:
    return _written(SURE, label, (
        [label(country_name(row.country)), row.cohort, row.wave, label(SKILLS[row.skill]), _number(row.before),
         _number(row.now)]
        for row in made.skills
    ))  # fmt: skip


def answer_name(row: AnswerRow, aids: Mapping[str, str], label: Label = str) -> str:
    """An answer in words."""
    if row.question == "aid":
        return aids.get(row.answer, row.answer)
    return label({**ONE_OF, **SOME_OF}[row.question][row.answer])


def filename(made: Feedback, countries: Sequence[str], table: str) -> str:
    """`reactions-KH-LA-2026-Q4-on-2027-01-10.csv`: countries, quarter, day (UTC)."""
    return f"{'-'.join((table, *sorted(countries), made.quarter or 'none'))}-on-{made.made_at:%Y-%m-%d}.csv"


def _share(part: Part | None, label: Label) -> list[object]:
    if part is None:
        return [_NOTHING] * 3
    share, low = round(100 * part.share), round(100 * part.low)
    if part.high is None:
        return [label(N_("%(number)s or more")) % {"number": share}, low, _NOTHING]
    return [share, low, round(100 * part.high)]


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.1f}"


def _written(heads: Sequence[str], label: Label, rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in ([label(head) for head in heads], *rows):
        writer.writerow([plain_text(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()
