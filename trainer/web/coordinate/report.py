"""The report by country, module and period, on the page. The same cells as files: `report_outputs`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from trainer.access import Permission, countries_of
from trainer.content.inline import words
from trainer.content.model import Passage
from trainer.services import report_files, report_group_tables, reports, saved_reports, series
from trainer.services.editions import EditionRow
from trainer.services.report_groups import Side
from trainer.store.scope import Scope
from trainer.vocabulary import country_name
from trainer.web import report_source
from trainer.web.coordinate import drawings
from trainer.web.coordinate import watch as watched
from trainer.web.coordinate.fixing import fix_what_is_due, this_quarter
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.written import written
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order, in_own_language, plain
from trainer.web.report_source import Questions, questions_of
from trainer.web.state import current


def chosen() -> reports.Filters:
    """What the address asks for. Whether it exists and is theirs, the service decides."""
    wanted = {name: request.args.get(name) or None for name in ("country", "module")}
    return reports.Filters(**wanted, period=request.args.get("period") or "")


def titles(db: Session) -> dict[str, Passage]:
    """Each module's title by its slug, in the reader's language where it is translated, and in its order."""
    return report_source.titles(db, current.shelf, current.locale)[1]


def make(db: Session, shown: Mapping[str, Passage]) -> reports.Report:
    texts = {slug: words(title.content) for slug, title in shown.items()}
    countries = countries_in_order(countries_of(current.me, Permission.REPORT))
    return reports.completions(
        db, countries, chosen(), titles=texts, now=current.now(), days=current.config.report_days
    )


def asked_in(rows: Iterable[EditionRow], report: reports.Report) -> Questions:
    """The questions of the chosen module as it is now; older versions of a question are known by their id only."""
    if report.questions is None or not report.questions.rows:
        return {}
    row = next((one for one in rows if one.module == report.questions.module), None)
    return questions_of(current.shelf.module(row.id, current.locale), plain) if row else {}


def wrong_of(questions: Questions, question: str, rev: int, side: Side | None) -> str:
    """The wrong answer that most people chose; empty where there is none, or only a few chose one."""
    asked = questions.get((question, rev))
    return asked.wrong_of(side) if asked else ""


def mine() -> Scope:
    """What the person keeps for themselves: reports are read in a scope without people."""
    return Scope.person(current.me.person_id, current.me.country)


@blueprint.get("/")
@allow(Permission.REPORT)
def report() -> str:
    closings = fix_what_is_due()
    with current.read() as db:
        rows, modules = report_source.titles(db, current.shelf, current.locale)
        made = make(db, modules)
        questions = asked_in(rows, made)
        quarters = series.past(made)
        so_far = this_quarter(db)
        beside = written(db, made, {slug: words(title.content) for slug, title in modules.items()})
    with current.read(mine()) as db:
        saved = saved_reports.mine(db, current.me)
    countries = {code: country_name(code) for code in made.countries}
    choices = [(slug, words(one.content), one.lang) for slug, one in modules.items()]
    shown = {slug: in_own_language(words(one.content), one.lang) for slug, one in modules.items()}
    asked: dict[tuple[str, int], Markup] = {
        key: in_own_language(one.words, one.lang) for key, one in questions.items()
    }  # fmt: skip
    return render_template(
        "coordinate/report.html",
        report=made, modules=choices, titles=shown, countries=countries, asked=asked, files=report_files,
        wrong_of=partial(wrong_of, questions), drawings=drawings.drawn(made, quarters, modules),
        by_group=report_group_tables.by_group(made), tests_by_group=report_group_tables.tests_of_module(made),
        saved=saved, watch=watched.watch(rows), closings=closings, so_far=so_far, written=beside,
        days=current.config.report_days,
    )  # fmt: skip
