"""Modules: the list."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from trainer.access import Permission
from trainer.languages import folding
from trainer.services import archiving, module_list
from trainer.services.module_list import Row
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.author.pages import by
from trainer.web.author.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import in_order
from trainer.web.notices import notice
from trainer.web.state import current

ARCHIVED = notice(
    "module-archived", N_("The module is archived. Learners do not see it any more; you can bring it back.")
)
BACK = notice("module-back", N_("The module is back. Learners see it again if it is published."))

SHOWN = {
    "": N_("All"),
    "draft": N_("With a draft"),
    "published": N_("Published"),
    "errors": N_("With errors"),
}
MANY = 8
"""Modules from which on there is a search."""
LONGEST_SEARCH = 100


@blueprint.get("/modules", endpoint="module_list")
@allow(Permission.READ_DRAFTS)
def list_modules() -> str:
    with current.read() as db:
        rows = module_list.rows(db, current.desk)
    search = " ".join(request.args.get("search", "")[:LONGEST_SEARCH].split())
    state = request.args.get("state", "")
    here = in_order([row for row in rows if row.archived is None], lambda row: row.title)
    found = [row for row in here if _fits(row, search, state)]
    return render_template(
        "author/modules.html", rows=found, total=len(here), archived=[row for row in rows if row.archived],
        search=search, state=state if state in SHOWN else "", states=SHOWN, is_searched=bool(search or state),
        has_search=len(here) >= MANY,
    )  # fmt: skip


def _fits(row: Row, search: str, state: str) -> bool:
    if search and not folding.found_in(search, f"{row.title} {row.slug}", current.locale):
        return False
    if state == "draft":
        return row.draft is not None
    if state == "published":
        return row.edition is not None
    return state != "errors" or row.errors > 0


@blueprint.post("/modules/<slug>/archive")
@allow(Permission.PUBLISH)
def archive(slug: str) -> Response:
    with current.write() as db:
        archiving.archive(db, slug, by=by(), now=current.now())
    log.event("module-archived", id=current.request_id, module=slug)
    return redirect(url_for("author.module_list", done=ARCHIVED, _anchor="archived"), 303)


@blueprint.post("/modules/<slug>/bring-back")
@allow(Permission.PUBLISH)
def bring_back(slug: str) -> Response:
    with current.write() as db:
        archiving.bring_back(db, slug)
    log.event("module-brought-back", id=current.request_id, module=slug)
    return redirect(url_for("author.module_list", done=BACK), 303)
