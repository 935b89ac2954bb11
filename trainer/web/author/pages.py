"""What the pages of a module share: who is writing, and the page with its files."""

from __future__ import annotations

from flask import Response, make_response, render_template

from trainer.access import Permission, allowed
from trainer.content import new
from trainer.services import trees
from trainer.services.problems import SENTENCES, Conflict, Invalid, Problem, Refused
from trainer.vocabulary import N_
from trainer.web.forms import Form
from trainer.web.state import current

REFUSALS = (Refused, Conflict, Invalid)
"""What a service may answer to somebody who did nothing forbidden: said on the page where it was tried."""
KINDS = {
    "lesson": N_("Lesson"),
    "quiz": N_("Quiz"),
    "test": N_("Test before and after"),
    "job-aid": N_("Job aid"),
}
assert KINDS.keys() == new.UNITS.keys()


def by() -> str:
    """The person who is writing, as history and title pages name them."""
    return current.me.full_name


SENTENCES["national-words"] = N_("The words of %(country)s are written and signed by its coordinator.")


def check_may_change(path: str) -> None:
    """Raises Refused for the words of a country that the person does not answer for."""
    if not may_change(path):
        raise Refused("national-words", country=path.removeprefix("national/").removesuffix(".md"))


def may_change(path: str) -> bool:
    """An author writes everything but what a country signs."""
    country = path.removeprefix("national/").removesuffix(".md")
    return not path.startswith("national/") or allowed(current.me, Permission.ADAPT, country=country)


def status_of(problem: Problem) -> int:
    return 422 if isinstance(problem, Invalid) else 409


def module_page(slug: str, form: Form, status: int = 200) -> Response:
    """The module with its files. Raises NotFound."""
    with current.read() as db:
        tree = trees.tree(db, current.desk, slug)
    html = render_template("author/module.html", tree=tree, kinds=KINDS, form=form, errors=form.errors)
    return make_response(html, status)
