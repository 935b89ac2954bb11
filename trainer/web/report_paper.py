"""The report as PDF and spreadsheet, in one language. Apart from the routes: the command line makes the same files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from trainer.charts.lettering import Words as Lettered
from trainer.charts.shapes import Picture
from trainer.languages import formats
from trainer.languages.words import Words
from trainer.printing.labels import Sentence, labels
from trainer.printing.statement import Blank, Grid, Section, Statement, statement
from trainer.services import (
    quarterly,
    report_drawings,
    report_editions,
    report_feedback,
    report_narrative,
    report_words,
)
from trainer.services.quarterly import Dossier
from trainer.services.report_cells import NOTHING, Count, Datum, Part, Table
from trainer.services.report_drawings import Voice
from trainer.services.report_narrative import Item
from trainer.vocabulary import N_

DATA_NOTES, WHAT_THEY_MEAN, LIMITS = N_("Data notes"), N_("What these figures mean"), N_("Limits")
IN_WORDS = N_("In words")
NOTHING_HERE = N_("Nothing was counted in this period.")


def pdf(dossier: Dossier, known: Words, titles: Mapping[str, Lettered]) -> bytes:
    """`known`: the words of the language. `titles`: of modules, by slug."""
    return statement(_Paper(dossier, known, titles).statement(), labels(known))


class _Paper:
    def __init__(self, dossier: Dossier, known: Words, titles: Mapping[str, Lettered]) -> None:
        self.dossier, self.known, self.titles = dossier, known, titles

    def say(self, message: str, **values: object) -> Sentence:
        text = self.known.gettext(message)
        return Sentence(text % values if values else text, self.known.lang(message))

    def cell(self, cell: Datum) -> Sentence:
        """Words that are not translated stand in their own language."""
        langs: list[str] = []

        def label(message: str) -> str:
            langs.append(self.known.lang(message))
            return self.known.gettext(message)

        text = cell.text(label)
        return Sentence(text, langs[0] if langs else cell.lang or self.known.locale)

    def statement(self) -> Statement:
        dossier = self.dossier
        titles = {slug: title.text for slug, title in self.titles.items()}
        return Statement(
            locale=self.known.locale,
            eyebrow=self.say(quarterly.kind(dossier.report)),
            title=self.cell(dossier.title),
            facts=tuple(self.cell(fact) for fact in quarterly.facts(dossier, self.known.locale, titles)),
            blanks=tuple(map(self.blank, report_narrative.prepared(dossier.notes.words))),
            sections=tuple(self.sections()),
            date=f"{dossier.report.made_at:%Y-%m-%d}",
        )

    def sections(self) -> Iterator[Section]:
        yield Section(self.say(DATA_NOTES), tuple(self.say(message) for message in report_words.HIDDEN))
        if not self.dossier.report.rows:
            yield Section(self.say(N_("Summary")), (self.say(NOTHING_HERE),))
        for table in self.dossier.tables:
            if table.on_paper:
                yield self.section(table)
        meanings = tuple(self.say(meaning) for _, meaning in report_words.DEFINITIONS)
        more = (*report_feedback.DEFINITIONS, report_editions.DEFINITION)
        meanings += tuple(self.cell(meaning) for *_, meaning in more)
        yield Section(self.say(WHAT_THEY_MEAN), meanings)
        yield Section(self.say(LIMITS), tuple(self.say(message) for message in report_words.LIMITS))
        note = self.dossier.notes.words
        blanks = tuple(map(self.blank, report_narrative.items(note)))
        changed = report_narrative.changed(note, self.known.locale)
        yield Section(self.say(IN_WORDS), (self.cell(changed),) if changed else (), blanks=blanks, fresh=True)

    def blank(self, one: Item) -> Blank:
        """Words, or lines to write on."""
        if one.words is None:
            return Blank(self.say(one.heading), one.lines)
        said = self.cell(one.words)
        written = tuple(Sentence(line, said.lang) for line in said.text.splitlines())
        return Blank(self.say(one.heading), 0, written)

    def section(self, table: Table) -> Section:
        title = self.say(table.title)
        parts = table.parts or (Part(title="", columns=tuple(range(len(table.heads)))),)
        rows = [(part, _saying(table, part)) for part in parts]
        grids = [grid for part, of in rows if of for grid in self.grids(replace(table, rows=of), part, title)]
        if table.notes and grids:
            grids[-1] = grids[-1]._replace(notes=tuple(self.say(note) for note in table.notes))
        return Section(title, grids=tuple(grids), pictures=tuple(self.pictures(table.name)))

    def grids(self, table: Table, part: Part, title: Sentence) -> Iterator[Grid]:
        caption = self.say(part.title) if part.title else title
        if part.each is None:
            yield self.grid(table, part, caption)
            return
        column = part.each
        for value, of in groupby(table.rows, key=lambda row: row[column]):
            named = Sentence(f"{caption.text} · {self.cell(value).text}", caption.lang)
            yield self.grid(replace(table, rows=tuple(of)), part, named)

    def grid(self, table: Table, part: Part, caption: Sentence) -> Grid:
        numbers = frozenset(
            at for at, column in enumerate(part.columns) if any(_is_number(row[column]) for row in table.rows)
        )
        return Grid(
            caption=caption,
            heads=tuple(self.cell(table.heads[column]) for column in part.columns),
            rows=tuple(tuple(self.cell(row[column]) for column in part.columns) for row in table.rows),
            numbers=numbers,
        )

    def pictures(self, name: str) -> Iterator[Picture]:
        locale = self.known.locale
        voice = Voice(
            self.known.gettext, lambda value: formats.number_text(value, locale),
            lambda value: formats.percent_text(value, locale), self.titles,
        )  # fmt: skip
        if name == "summary":
            past = report_drawings.past_drawn(self.dossier.past, voice)
            yield from [past] if past is not None else []
        if name == "tests":
            yield from (one.picture for one in report_drawings.gains_drawn(self.dossier.report, voice))


def _saying(table: Table, part: Part) -> tuple[tuple[Datum, ...], ...]:
    """Rows that say something in a part; all of them where the table has one part only."""
    shared = set(part.columns).intersection(*(one.columns for one in table.parts))
    own = [column for column in part.columns if column not in shared]
    return tuple(row for row in table.rows if not own or any(row[column] != NOTHING for column in own))


def _is_number(cell: Datum) -> bool:
    return isinstance(cell, Count) or cell.number is not None


def lettered(source: quarterly.Source, locale: str) -> dict[str, Lettered]:
    """Titles as drawings have them."""
    langs = source.langs
    return {
        slug: Lettered(title, "" if langs.get(slug, locale) == locale else langs[slug])
        for slug, title in source.titles.items()
    }
