"""Paper that comes back: uploading scans and photos, and how far the sheets of each test are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.assessment import PROBLEMS
from trainer.content.inline import words
from trainer.scanning.problems import REASONS as READ_REASONS
from trainer.services import scans, sheets, workshops
from trainer.services.problems import SENTENCES, Invalid
from trainer.services.progress import overlay_of
from trainer.services.sheets import SheetRow
from trainer.services.workshop_rows import found
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import in_own_language, translated
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.uploads import up_to

UPLOADED = notice("uploaded", N_("Uploaded. The pages are being read now."))
KNOWN = notice("upload-known", N_("This file was uploaded before. It is not read a second time."))

MOST_FILES = 50

PURPOSES = {"pre": N_("Test before"), "quiz": N_("Quiz"), "post": N_("Test after")}
REASONS: dict[str, str] = {
    **dict.fromkeys(
        PROBLEMS, N_("The marks of this question do not fit together. Look at each row. If all are right, accept them.")
    ),
    **READ_REASONS,
    "differs": N_("Two readings say different things."),
    "written": N_("Something is written here. Copy it."),
    "unclear": N_("It is not clear what is marked."),
}
"""Why a row is in doubt."""


# ------------------------------------------------------------------- uploads


@blueprint.get("/workshops/<workshop_id>/paper")
@allow(Permission.MANAGE_PEOPLE)
def scans_page(workshop_id: str) -> Response:
    return _upload_page(workshop_id, Form())


@blueprint.post("/workshops/<workshop_id>/paper")
@allow(Permission.MANAGE_PEOPLE)
@up_to(scans.LARGEST)
def upload_scans(workshop_id: str) -> BaseResponse:
    """Each file is one upload; a file that was there before is not read again."""
    form = Form()
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        form.refuse("files", N_("Choose a file first."))
    if len(files) > MOST_FILES:
        form.refuse("files", N_("Choose at most %(maximum)s files at a time."), maximum=MOST_FILES)
        files = []
    taken = []
    for file in files:
        name, data = _file_name(file.filename or ""), file.read(scans.LARGEST + 1)
        if not data:
            form.refuse("files", SENTENCES["file-empty"], name=name)
            continue
        try:
            with current.write() as db:
                workshop = found(db, current.me.countries, workshop_id)
                taken.append(scans.upload(db, workshop, name, data, by=current.me.person_id, now=current.now()))
        except Invalid as problem:
            form.take(problem, "files")
    log.event("scans-uploaded", id=current.request_id, files=len(taken))
    if form.errors:
        return _upload_page(workshop_id, form, 422, are_others_here=bool(taken))
    done = UPLOADED if any(is_new for _, is_new in taken) else KNOWN
    return redirect(url_for("coordinate.scans_page", workshop_id=workshop_id, done=done), 303)


def _file_name(given: str) -> str:
    """As one line of what can be printed; a camera's or a scanner's names say little, but may be all there is."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in given).split()) or "-"


def _upload_page(workshop_id: str, form: Form, status: int = 200, *, are_others_here: bool = False) -> Response:
    with current.read() as db:
        workshop = workshops.workshop(db, current.me.countries, workshop_id)
        uploads = scans.uploads(db, current.me.countries, workshop_id)
        queue = scans.queue(db, current.me.countries, workshop_id)
        aside = scans.aside(db, current.me.countries, workshop_id)
        rows = sheets.of_workshop(db, current.me.countries, workshop_id)
        pages = scans.counts(db, current.me.countries, workshop_id)
    html = render_template(
        "coordinate/paper.html", workshop=workshop, uploads=uploads, queue=queue, pages=pages, errors=form.errors,
        sheets=sheets.counted(rows), back=len(scans.unread(rows)), tests=tests_of(rows), purposes=PURPOSES,
        sentence=sentence, megabytes=scans.LARGEST // 1_000_000, most=MOST_FILES, aside=aside,
        are_others_here=are_others_here, reading=any(one.state in ("waiting", "running") for one in uploads),
        names={one.id: one.name for one in uploads},
    )  # fmt: skip
    return make_response(html, status)


def tests_of(rows: list[SheetRow]) -> list[dict[str, Any]]:
    """The tests of a workshop that sheets were issued for, with the module's title."""
    known: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in sheets.in_force(rows):
        of = {"module": row.module, "unit": row.unit, "purpose": row.purpose}
        key = (row.module, row.unit, row.purpose)
        if key not in known:
            known[key] = {**of, "title": title_of(row), "sheets": 0, "back": 0}
        one = known[key]
        if row.participant_id is not None:
            one["sheets"] += 1
            one["back"] += row.attempt_id is not None
    order = list(PURPOSES)
    return sorted(known.values(), key=lambda one: (one["module"], order.index(one["purpose"])))


def title_of(row: SheetRow) -> Markup:
    """The module's title in the reader's language."""
    title = current.shelf.module(row.edition_id, current.locale, overlay_of(row.country)).title
    return in_own_language(words(title.content), title.lang)


def sentence(problem: Mapping[str, Any]) -> Markup:
    """What a stored problem says, in the reader's language."""
    params = {name: value for name, value in problem.items() if name != "code"}
    if isinstance(params.get("pages"), list):
        params["pages"] = ", ".join(map(str, params["pages"]))
    code = str(problem.get("code"))
    return translated(SENTENCES.get(code) or REASONS.get(code) or REASONS["unclear"], **params)
