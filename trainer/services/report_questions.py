"""Questions that somebody should look at: most people, or almost nobody, answer them rightly, or they tell little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trainer.services.report_cells import NOTHING, Datum, Number, Table, Text, Words
from trainer.services.report_groups import Questions, Side
from trainer.services.report_tables import MODULE, Asked, Langs, right
from trainer.vocabulary import N_

TOO_EASY, TOO_HARD, TELLS_LITTLE = 95, 30, 0.2
"""Percent of right answers after the course, above and below; discrimination below. Where 1 to 4 answers were wrong,
almost everybody knows it, whatever the percent.
"""


def to_look_at(found: Sequence[Questions], titles: Mapping[str, str], langs: Langs, asked: Asked) -> Table:
    """Questions of all modules that most people, or almost nobody, answered rightly, or that tell little."""
    heads = (
        Words(MODULE), Words(N_("Question")), Words(N_("Right before (percent)")),
        Words(N_("Right after (percent)")), Words(N_("Discrimination")), Words(N_("Wrong answer chosen most")),
        Words(N_("What to look at")),
    )  # fmt: skip
    rows: list[tuple[Datum, ...]] = []
    for one in found:
        module = Text(titles.get(one.module, one.module), langs.get(one.module, ""))
        for row in one.rows:
            reason = _reason(row.after)
            if row.after is not None and reason:
                words, wrong = asked(one.module, row.question, row.rev, row.after)
                strength = row.after.discrimination
                rows.append((
                    module, words, right(row.before) if row.before else NOTHING, right(row.after),
                    NOTHING if strength is None else Number(strength, 2), wrong if wrong.words else NOTHING,
                    Words(reason),
                ))  # fmt: skip
    return Table(name="look-at", title=N_("Questions to look at"), heads=heads, rows=tuple(rows), notes=(OF_ALL_TIME,))


OF_ALL_TIME = N_("Of all time; a question is shown as soon as it has 30 answers.")


def _reason(side: Side | None) -> str:
    """A message; empty where there is nothing to look at. Of what is told: a reason may say no more."""
    if side is None:
        return ""
    if side.discrimination is not None and side.discrimination < 0:
        return N_("Check which answer is marked as right")
    if side.right > TOO_EASY or side.sign == "≥":
        return N_("Almost everybody knows it")
    if side.right < TOO_HARD:
        return N_("Teach it again, or check the words")
    if side.discrimination is not None and side.discrimination < TELLS_LITTLE:
        return N_("It tells little: write it anew")
    return ""
