"""The problems of one module: everything that is wrong with it as it stands now, and what somebody answers for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from trainer.access import Permission, allowed
from trainer.content.diagnostics import Diagnostic
from trainer.content.inline import words
from trainer.services import acknowledgements, desk
from trainer.services.acknowledgements import LONGEST_REASON, Acknowledged, Problems
from trainer.services.problems import Conflict, Invalid, Problem
from trainer.vocabulary import N_
from trainer.web.author.places import file_url
from trainer.web.author.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import in_own_language, translated
from trainer.web.notices import notice
from trainer.web.state import current

GIVEN = notice("warning-acknowledged", N_("The warning is acknowledged. It comes back when the words change."))
TAKEN_BACK = notice("acknowledgement-taken-back", N_("The acknowledgement is taken back. The warning counts again."))

MOST = 200
"""Problems on one page: a catalog can have thousands."""

KINDS = {
    "errors": N_("Errors"),
    "text": N_("Text"),
    "questions": N_("Questions"),
    "pictures": N_("Pictures"),
    "persons": N_("Persons and cases"),
    "translations": N_("Translations"),
    "countries": N_("Countries"),
    "acknowledged": N_("Acknowledged"),
}
"""What the page can be narrowed to. A problem has one kind."""
_OF_CODE = (
    ("lint-question", "questions"), ("lint-option", "questions"), ("lint-objective", "questions"),
    ("question", "questions"), ("scenario", "questions"), ("lint-picture", "pictures"), ("image", "pictures"),
    ("picture", "pictures"), ("lint-sensitive", "persons"), ("lint-person", "persons"), ("lint-case", "persons"),
    ("lint-phone", "persons"), ("lint-mailbox", "persons"), ("lint-identity", "persons"), ("lint-address", "persons"),
)  # fmt: skip


class Row(NamedTuple):
    """One problem as the page shows it."""

    number: int
    """Place on the whole list: two sentences may say the same."""
    at: Diagnostic
    kind: str
    subject: str
    """What an acknowledgement is given for; "" for an error."""
    go: str
    """Address of where the line is written, or ""."""
    given: Acknowledged | None = None


def rows(found: Problems, slug: str) -> list[Row]:
    """All problems, the acknowledged ones last."""
    listed: list[tuple[Diagnostic, str, str, Acknowledged | None]] = [(at, "errors", "", None) for at in found.errors]
    listed += [(one.at, kind_of(one.at), one.subject, None) for one in found.warnings]
    listed.sort(key=lambda row: (row[0].file, row[0].line, row[0].column))
    listed += [(one.finding.at, "acknowledged", one.finding.subject, one) for one in found.acknowledged]
    return [
        Row(number, at, kind, subject, file_url(slug, at.file, at.line), given)
        for number, (at, kind, subject, given) in enumerate(listed)
    ]


def kind_of(warning: Diagnostic) -> str:
    folder = warning.file.partition("/")[0]
    if folder in ("translations", "national"):
        return "translations" if folder == "translations" else "countries"
    return next((kind for start, kind in _OF_CODE if warning.code.startswith(start)), "text")


@blueprint.get("/modules/<slug>/problems")
@allow(Permission.READ_DRAFTS)
def problems(slug: str) -> Response:
    return _page(slug)


@blueprint.post("/modules/<slug>/problems")
@allow(Permission.AUTHOR, keep=True)
def acknowledge(slug: str) -> Response:
    form = Form()
    code, subject, reason = form.text("code"), form.text("subject"), form.text("reason")
    try:
        with current.read() as db:  # what takes long is made before the writer's turn
            acknowledgements.problems(db, current.desk, slug)
        with current.write() as db:
            acknowledgements.acknowledge(
                db, current.desk, slug, code=code, subject=subject, reason=reason, by=current.me.full_name,
                now=current.now(),
            )  # fmt: skip
    except (Invalid, Conflict) as problem:
        return _page(slug, problem, subject=subject, reason=form.raw("reason"))
    return redirect(url_for("author.problems", slug=slug, kind=_kind(), done=GIVEN), 303)


@blueprint.post("/modules/<slug>/problems/take-back")
@allow(Permission.AUTHOR)
def take_back_acknowledgement(slug: str) -> Response:
    with current.write() as db:
        acknowledgements.take_back(db, slug, Form().text("acknowledgement"))
    return redirect(url_for("author.problems", slug=slug, kind=_kind(), done=TAKEN_BACK), 303)


def _kind() -> str | None:
    asked = request.values.get("kind", "")
    return asked if asked in KINDS else None


def _page(slug: str, problem: Problem | None = None, *, subject: str = "", reason: str = "") -> Response:
    """The page; `problem`: why the acknowledgement of `subject` was not stored. Its `reason` is never lost."""
    with current.read() as db:
        folder = desk.folder(db, slug)
        found = acknowledgements.problems(db, current.desk, slug)
        module = current.desk.check(db, folder).module
    every = rows(found, slug)
    kind, begin = _kind(), _begin()
    wanted = [row for row in every if (row.kind == kind if kind else row.kind != "acknowledged")]
    shown = wanted[begin : begin + MOST]
    failed = next((row.number for row in shown if problem is not None and row.subject == subject), None)
    message = None if problem is None else translated(problem.sentence, **problem.params)
    page = render_template(
        "author/problems.html",
        slug=slug,
        title=slug if module is None else in_own_language(words(module.title.content), module.title.lang),
        is_draft=folder.draft_id is not None,
        found=found,
        kinds=_kinds(every),
        kind=kind,
        files=[(file, list(group)) for file, group in groupby(shown, key=lambda row: row.at.file)],
        begin=begin,
        end=begin + len(shown),
        total=len(wanted),
        following=begin + MOST if begin + MOST < len(wanted) else None,
        may_write=allowed(current.me, Permission.AUTHOR),
        longest=LONGEST_REASON,
        errors={} if message is None else {"main" if failed is None else f"reason-{failed}": message},
        failed=failed,
        reason=reason,
        lost=reason if failed is None else "",
    )
    return make_response(page, {Invalid: 422, Conflict: 409}.get(type(problem), 200))  # type: ignore[arg-type]


def _begin() -> int:
    asked = request.args.get("from", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0


def _kinds(every: Iterable[Row]) -> list[tuple[str, str, int]]:
    """Kind, its name and how many there are, of kinds that have any."""
    count = Counter(row.kind for row in every)
    return [(kind, name, count[kind]) for kind, name in KINDS.items() if count[kind]]
