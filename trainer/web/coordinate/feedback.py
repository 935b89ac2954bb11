"""What people say about courses: results of a quarter that has ended, and what they wrote."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from trainer.access import Permission, countries_of
from trainer.assessment.gain import FEWEST
from trainer.content.inline import words
from trainer.content.model import Passage
from trainer.services import anonymous, feedback, judging, library, report_feedback, report_files
from trainer.services.feedback import Feedback
from trainer.services.follow_up_lists import SKILLS
from trainer.services.follow_up_times import closed_in
from trainer.services.problems import NotFound
from trainer.services.suppression import SMALLEST_SHOWN
from trainer.store.scope import Scope
from trainer.vocabulary import country_name
from trainer.web.coordinate.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order, in_own_language, plain
from trainer.web.state import current


def chosen_countries(permission: Permission = Permission.REPORT) -> list[str]:
    """One of the reader's, or all of them in their order."""
    country, mine = request.args.get("country") or "", countries_of(current.me, permission)
    if country and country not in mine:
        raise NotFound
    return [country] if country else countries_in_order(mine)


def scope() -> Scope:
    """Counts are enough for all but what two readers said of examples, of which the page shows sums."""
    return Scope.countries(countries_of(current.me, Permission.REPORT))


def make(db: Session, permission: Permission = Permission.REPORT) -> Feedback:
    return feedback.feedback(db, chosen_countries(permission), request.args.get("quarter") or "", now=current.now())


def titles(db: Session) -> dict[str, Passage]:
    """Slug → title, and `module/unit` → title of each tool to print."""
    found: dict[str, Passage] = {}
    for row in library.current_editions(db):
        module = current.shelf.module(row.id, current.locale)
        found[row.module] = module.title
        found |= {f"{row.module}/{unit.id}": unit.title for unit in module.units if unit.kind == "job-aid"}
    return found


def shown(found: Mapping[str, Passage]) -> dict[str, Markup]:
    return {key: in_own_language(words(one.content), one.lang) for key, one in found.items()}


@blueprint.get("/feedback")
@allow(Permission.REPORT)
def feedback_page() -> str:
    with current.read(scope()) as db:
        made = make(db)
        names = shown(titles(db))
        left = judging.left(db, current.me.countries, current.me.person_id, now=current.now())
    return render_template(
        "coordinate/feedback.html", made=made, titles=names, left=left, files=report_feedback, fewest=FEWEST,
        smallest=SMALLEST_SHOWN, country=request.args.get("country") or "", countries=_countries(), skills=SKILLS,
    )  # fmt: skip


@blueprint.get("/feedback.csv")
@allow(Permission.REPORT)
def feedback_csv() -> Response:
    """One of the page's tables; `table` says which. Nothing that people wrote is in any of them."""
    with current.read(scope()) as db:
        made = make(db)
        found = {key: words(one.content) for key, one in titles(db).items()}
        for code in chosen_countries():
            current.did("report-downloaded", country=code, kind="report", object_id=made.quarter or "all-time")
    wanted = request.args.get("table") or "reactions"
    table = next((one for one in report_feedback.tables(made, found) if one.name == wanted), None)
    if table is None:
        raise NotFound
    # The mark at the start lets spreadsheet programs see that it is UTF-8.
    response = Response("\ufeff" + report_files.written(table, plain), content_type="text/csv; charset=utf-8")
    name = report_feedback.filename(made, chosen_countries(), wanted)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/feedback/words")
@allow(Permission.SEE_PEOPLE)
def feedback_words() -> str:
    """What people wrote, in bundles; for whoever may see people, and in no file."""
    with current.read() as db:
        made = make(db, Permission.SEE_PEOPLE)
        forms = {which.form: which.cohort for which in closed_in(made.quarter)} if made.quarter else {}
        mine = chosen_countries(Permission.SEE_PEOPLE)
        held = anonymous.bundles(db, mine, reactions=made.quarter, follow_ups=forms) if made.quarter else {}
        names = shown(titles(db))
        for country in sorted({of.country for of, _ in held}):
            current.did("feedback-read", country=country, kind="quarter", object_id=made.quarter)
    return render_template(
        "coordinate/feedback_words.html", made=made, bundles=held, titles=names, smallest=SMALLEST_SHOWN,
        country=request.args.get("country") or "", countries=_countries(Permission.SEE_PEOPLE),
    )  # fmt: skip


def _countries(permission: Permission = Permission.REPORT) -> dict[str, str]:
    mine = countries_of(current.me, permission)
    return {code: country_name(code) for code in countries_in_order(mine)}
