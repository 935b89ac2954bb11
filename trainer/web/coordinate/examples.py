"""Reading the examples of a follow-up: does each count?"""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from trainer.access import Permission
from trainer.services import judging
from trainer.vocabulary import N_
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

READ = notice("example-read", N_("Kept. Here is the next example."))
ANSWERS = {"yes": N_("It counts"), "no": N_("It does not count")}


@blueprint.get("/feedback/examples")
@allow(Permission.SEE_PEOPLE)
def example_page() -> Response:
    return _page(Form())


@blueprint.post("/feedback/examples/<example_id>")
@allow(Permission.SEE_PEOPLE)
def judge_example(example_id: str) -> Response:
    form = Form()
    answer = form.choice("counts", ANSWERS, N_("Choose whether it counts."))
    with current.write() as db:
        # Also without an answer: what is not theirs is not there.
        example = judging.example(db, current.me.countries, example_id, now=current.now())
        if answer:
            judging.judge(
                db, current.me.countries, example_id, answer == "yes", reader=current.me.person_id, now=current.now()
            )
            current.did(
                "example-judged", country=example.country, kind="example", object_id=example_id, fields=("counts",)
            )
    if form.errors:
        return _page(form, example_id, 422)
    return redirect(url_for("coordinate.example_page", done=READ), 303)


def _page(form: Form, example_id: str = "", status: int = 200) -> Response:
    """`example_id`: the one to show again; otherwise one drawn by lot."""
    reader, now = current.me.person_id, current.now()
    with current.read() as db:
        left = judging.left(db, current.me.countries, reader, now=now)
        example = (
            judging.example(db, current.me.countries, example_id, now=now)
            if example_id
            else judging.next_example(db, current.me.countries, reader, now=now)
        )
        if example is not None:
            current.did("example-shown", country=example.country, kind="example", object_id=example.id)
    html = render_template("coordinate/example.html", example=example, left=left, errors=form.errors, answers=ANSWERS)
    return make_response(html, status)
