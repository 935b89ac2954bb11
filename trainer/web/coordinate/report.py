"""The report by country, module and period: on the page and, with the same cells, as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from flask import Response, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from trainer.access import Permission, countries_of
from trainer.content.inline import words
from trainer.content.model import Module, Paragraph, Passage, Question
from trainer.services import library, report_files, reports
from trainer.services.problems import NotFound
from trainer.services.report_groups import Side
from trainer.vocabulary import N_, country_name
from trainer.web import locale
from trainer.web.coordinate.fixing import fix_what_is_due, open_quarters, this_quarter
from trainer.web.coordinate.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order, in_order, in_own_language, plain
from trainer.web.state import current


class Asked(NamedTuple):
    """A question of a test, as the report names it."""

    words: str
    lang: str
    options: tuple[str, ...]
    wrong: frozenset[int]


def chosen() -> reports.Filters:
    """What the address asks for. Whether it exists and is theirs, the service decides."""
    wanted = {name: request.args.get(name) or None for name in ("country", "module")}
    return reports.Filters(**wanted, period=request.args.get("period") or "")


def titles(db: Session) -> dict[str, Passage]:
    """Each module's title by its slug, in the reader's language where it is translated, and in its order."""
    found = {row.module: current.shelf.module(row.id, current.locale).title for row in library.current_editions(db)}
    return dict(in_order(found.items(), lambda one: words(one[1].content)))


def make(db: Session, shown: Mapping[str, Passage]) -> reports.Report:
    texts = {slug: words(title.content) for slug, title in shown.items()}
    countries = countries_in_order(countries_of(current.me, Permission.REPORT))
    return reports.completions(db, countries, chosen(), titles=texts, now=current.now())


def asked_in(db: Session, report: reports.Report) -> dict[tuple[str, int], Asked]:
    """The questions of the chosen module as it is now; older versions of a question are known by their id only."""
    if report.questions is None or not report.questions.rows:
        return {}
    row = next((one for one in library.current_editions(db) if one.module == report.questions.module), None)
    if row is None:
        return {}
    module = current.shelf.module(row.id, current.locale)
    return {(one.id, one.rev): _asked(one) for one in _questions(module)}


def _questions(module: Module) -> list[Question]:
    return [item for unit in module.units for item in unit.items if isinstance(item, Question)]


def _asked(question: Question) -> Asked:
    passages = [block.passage for block in question.prompt if isinstance(block, Paragraph)]
    text = " ".join(words(one.content) for one in passages)
    named = (plain(N_("True")), plain(N_("False")))
    options = tuple(words(one.body.content) if one.body else named[at % 2] for at, one in enumerate(question.options))
    wrong = frozenset(at for at, one in enumerate(question.options) if not one.correct)
    return Asked(text or question.id, passages[0].lang if passages else "en", options, wrong)


def wrong_of(questions: Mapping[tuple[str, int], Asked], question: str, rev: int, side: Side | None) -> str:
    """The wrong answer that most people chose; empty where there is none, or only a few chose one."""
    asked = questions.get((question, rev))
    if asked is None or side is None:
        return ""
    return next((asked.options[at] for at in side.chosen if at in asked.wrong), "")


def words_of_question(
    questions: Mapping[tuple[str, int], Asked], question: str, rev: int, side: Side
) -> tuple[str, str]:
    asked = questions.get((question, rev))
    return asked.words if asked else question, wrong_of(questions, question, rev, side)


@blueprint.get("/")
@allow(Permission.REPORT)
def report() -> str:
    fix_what_is_due()
    with current.read() as db:
        modules = titles(db)
        made = make(db, modules)
        questions = asked_in(db, made)
        closings, so_far = open_quarters(db), this_quarter(db)
    countries = {code: country_name(code) for code in made.countries}
    choices = [(slug, words(one.content), one.lang) for slug, one in modules.items()]
    shown = {slug: in_own_language(words(one.content), one.lang) for slug, one in modules.items()}
    asked: dict[tuple[str, int], Markup] = {
        key: in_own_language(one.words, one.lang) for key, one in questions.items()
    }  # fmt: skip
    return render_template(
        "coordinate/report.html",
        report=made, modules=choices, titles=shown, countries=countries, asked=asked, files=report_files,
        wrong_of=partial(wrong_of, questions), closings=closings, so_far=so_far, days=current.config.report_days,
    )  # fmt: skip


@blueprint.get("/report.csv")
@allow(Permission.REPORT)
def report_csv() -> Response:
    """One of the page's tables; `table` says which."""
    table = request.args.get("table") or "completions"
    fix_what_is_due()
    with current.read() as db:
        made = make(db, titles(db))
        questions = asked_in(db, made)
    tables: dict[str, Callable[[], str]] = {
        "completions": lambda: report_files.csv(made, plain),
        "tests": lambda: report_files.scores_csv(made, plain),
        "groups": lambda: report_files.groups_csv(made, plain, locale.name),
        "corrections": lambda: report_files.corrections_csv(made, plain),
        "questions": lambda: report_files.questions_csv(made, plain, partial(words_of_question, questions)),
    }
    if table not in tables:
        raise NotFound
    # The mark at the start lets spreadsheet programs see that it is UTF-8.
    response = Response("\ufeff" + tables[table](), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{report_files.filename(made, table)}"'
    return response
