"""Publishing a translation alone: what would change, and the button."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.diagnostics import Diagnostic
from trainer.content.workbench import STATES as ORDER
from trainer.services import translation_editions
from trainer.services.library import NotPublishable
from trainer.services.problems import NotFound, Problem
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import translated
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.texts import say
from trainer.web.translate.routes import REFUSALS, blueprint, own_name
from trainer.web.translate.words import STATES

PUBLISHED = notice("translation-published", N_("The translation is published. Learners see it now."))
LONGEST_NOTE = 500


@blueprint.get("/<slug>/<tag>/publish")
@allow(Permission.READ_DRAFTS)
def publish_page(slug: str, tag: str) -> Response:
    return _page(slug, tag)


@blueprint.post("/<slug>/<tag>/publish")
@allow(Permission.READ_DRAFTS)
def publish(slug: str, tag: str) -> BaseResponse:
    """Not kept over a lost session: it has to be meant now."""
    form = Form()
    if not form.flag("sure"):
        form.refuse("sure", N_("Please confirm that you answer for this translation."))
        return _page(slug, tag, form, 422)
    try:
        with current.write() as db:
            edition = translation_editions.publish(
                db, current.desk, slug, tag, me=current.me, now=current.now(), note=form.text("note")[:LONGEST_NOTE]
            )  # fmt: skip
    except NotPublishable as problem:
        return _page(slug, tag, form, 422, found=problem.diagnostics)
    except REFUSALS as problem:
        return _page(slug, tag, form, 409, problem=problem)
    log.event("translation-published", id=current.request_id, module=slug, language=tag, edition=edition.number)
    return redirect(url_for("translate.publish_page", slug=slug, tag=tag, done=PUBLISHED), 303)


def _page(
    slug: str, tag: str, form: Form | None = None, status: int = 200, *, problem: Problem | None = None,
    found: tuple[Diagnostic, ...] = (),
) -> Response:  # fmt: skip
    if not translation_editions.may_publish(current.me, tag):
        raise NotFound
    with current.read() as db:
        one = translation_editions.publishable(db, current.desk, slug, tag)
    html = render_template(
        "translate/publish.html",
        slug=slug,
        tag=tag,
        title=say(one.module.title),
        language=own_name(tag),
        one=one,
        order=ORDER,
        states=STATES,
        form=form or Form(),
        errors=form.errors if form is not None else {},
        problem=translated(problem.sentence, **problem.params) if problem is not None else None,
        found=[one for one in found if one.severity == "error"],
    )
    return make_response(html, status)
