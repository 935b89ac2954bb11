"""How modules and questions are called in a report's language. Apart from the routes, as `report_paper`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from trainer.content.inline import words
from trainer.content.model import Module, Paragraph, Passage, Question
from trainer.languages.collation import sort_key
from trainer.services import library
from trainer.services.editions import EditionRow
from trainer.services.funders import FunderRow
from trainer.services.quarterly import Source
from trainer.services.report_cells import Text
from trainer.services.report_groups import Side
from trainer.services.report_kept import NOTHING_KEPT, Kept
from trainer.services.shelf import Shelf
from trainer.vocabulary import N_, country_name

TRUE, FALSE = N_("True"), N_("False")


class Asked(NamedTuple):
    """A question of a test, as the report names it."""

    words: str
    lang: str
    options: tuple[str, ...]
    wrong: frozenset[int]

    def wrong_of(self, side: Side | None) -> str:
        """The wrong answer that most people chose; empty where there is none, or only a few chose one."""
        return next((self.options[at] for at in side.chosen if at in self.wrong), "") if side else ""


Questions = Mapping[tuple[str, int], Asked]
"""Question and version → how it is named."""


def questions_of(module: Module, label: Callable[[str], str]) -> dict[tuple[str, int], Asked]:
    """As the module is now; older versions of a question are known by their id only."""
    found = [item for unit in module.units for item in unit.items if isinstance(item, Question)]
    return {(one.id, one.rev): _asked(one, label) for one in found}


def _asked(question: Question, label: Callable[[str], str]) -> Asked:
    passages = [block.passage for block in question.prompt if isinstance(block, Paragraph)]
    text = " ".join(words(one.content) for one in passages)
    named = (label(TRUE), label(FALSE))
    options = tuple(words(one.body.content) if one.body else named[at % 2] for at, one in enumerate(question.options))
    wrong = frozenset(at for at, one in enumerate(question.options) if not one.correct)
    return Asked(text or question.id, passages[0].lang if passages else "en", options, wrong)


def titles(db: Session, shelf: Shelf, locale: str) -> tuple[list[EditionRow], dict[str, Passage]]:
    """The newest editions, and each module's title by its slug, in the order of the language."""
    rows = library.current_editions(db)
    found = {row.module: shelf.module(row.id, locale).title for row in rows}
    return rows, dict(sorted(found.items(), key=lambda one: sort_key(words(one[1].content), locale)))


def source(
    shelf: Shelf, rows: Sequence[EditionRow], shown: Mapping[str, Passage], countries: Sequence[str],
    lines: Sequence[FunderRow], kept: Kept = NOTHING_KEPT, *, label: Callable[[str], str], locale: str,
) -> Source:  # fmt: skip
    """What a dossier needs of the reader's language. `shown`: titles."""
    modules = {row.module: shelf.module(row.id, locale) for row in rows}
    known: dict[str, Questions] = {}

    def asked(module: str, question: str, rev: int, side: Side) -> tuple[Text, Text]:
        if module not in known:
            known[module] = questions_of(modules[module], label) if module in modules else {}
        found = known[module].get((question, rev))
        if found is None:
            return Text(question), Text("")
        return Text(found.words, found.lang), Text(found.wrong_of(side), found.lang)

    return Source(
        countries=sorted(countries, key=lambda code: sort_key(label(country_name(code)), locale)),
        titles={slug: words(one.content) for slug, one in shown.items()},
        langs={slug: one.lang for slug, one in shown.items()},
        editions=rows,
        asked=asked,
        lines=lines,
        kept=kept,
        tools={
            f"{slug}/{unit.id}": words(unit.title.content)
            for slug, module in modules.items()
            for unit in module.units
            if unit.kind == "job-aid"
        },
        minutes={slug: module.minutes_workshop or module.minutes_online or 0 for slug, module in modules.items()},
    )
