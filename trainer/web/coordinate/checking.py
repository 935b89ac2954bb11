"""The queue of what a person must look at: marks in doubt, pages that no sheet is known for, and their pictures."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import readings, room, scans, sheets, workshops
from trainer.services.agreeing import Mark
from trainer.services.problems import SENTENCES, Invalid, NotFound
from trainer.services.readings import View
from trainer.services.scans import Queue, ScanRow
from trainer.sheets import code as codes
from trainer.sheets import layout
from trainer.sheets.fields import Field
from trainer.vocabulary import N_
from trainer.web.coordinate import pictures
from trainer.web.coordinate.paper import PURPOSES, REASONS, sentence, title_of
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import translated
from trainer.web.notices import notice
from trainer.web.state import current

RECORDED = notice("sheet-recorded", N_("The sheet is in the record."))
KEPT = notice("sheet-kept", N_("Saved. Something on this sheet must still be looked at."))
TAKEN_BACK = notice("sheet-taken-back", N_("The sheet is no longer in the record. What was read from it is kept."))
ASIDE = notice("scan-aside", N_("The page was put aside. You find it again under the papers that came back."))
EMPTY = notice("queue-empty", N_("Nothing is left to check."))
END = notice("queue-end", N_("This is the end of the list. What you skipped is still there."))

MOST_DIGITS = 6
"""Of a number in a form: longer ones are none."""
ROUTES = ("scan", "typed", "again", "decided")
"""How a sheet is read, in the order in which readings are shown beside each other."""


# --------------------------------------------------------------------- queue


@blueprint.get("/workshops/<workshop_id>/check")
@allow(Permission.MANAGE_PEOPLE)
def check_next(workshop_id: str) -> BaseResponse:
    """The first thing of the queue, or the one after `after`."""
    with current.read() as db:
        workshops.workshop(db, current.me.countries, workshop_id)
        queue = scans.queue(db, current.me.countries, workshop_id)
    return _onward(workshop_id, queue, request.args.get("after", ""), END if len(queue) else EMPTY)


def _onward(workshop_id: str, queue: Queue, after: str, at_end: str, done: str | None = None) -> BaseResponse:
    """To what follows `after` in the queue as it was: whoever skips something is not led back to it each time."""
    places = {row.code: url_for("coordinate.sheet", sheet_code=row.code, done=done) for row in queue.sheets}
    places |= {row.id: url_for("coordinate.scan", scan_id=row.id, done=done) for row in queue.pages}
    names = list(places)
    following = names[names.index(after) + 1 :] if after in places else names
    if following:
        return redirect(places[following[0]], 303)
    return redirect(url_for("coordinate.scans_page", workshop_id=workshop_id, done=at_end), 303)


@blueprint.get("/sheets/<sheet_code>")
@allow(Permission.MANAGE_PEOPLE)
def sheet(sheet_code: str) -> Response:
    return _sheet_page(sheet_code, Form())


@blueprint.post("/sheets/<sheet_code>")
@allow(Permission.MANAGE_PEOPLE)
def decide_sheet(sheet_code: str) -> BaseResponse:
    """What a person says of the rows that were shown, and whose the sheet is."""
    form = Form()
    with current.read() as db:
        shown = readings.view(db, current.shelf, current.me.countries, sheet_code)
        queue = scans.queue(db, current.me.countries, shown.row.workshop_id)
    marks = _decisions(form, shown)
    person = form.raw("participant")
    if form.errors:
        return _sheet_page(sheet_code, form, 422)
    row = shown.row
    try:
        with current.write() as db:
            if person and person != row.participant_id:
                row = readings.name_person(
                    db, current.shelf, current.me.countries, sheet_code, person, now=current.now()
                )
            if marks:
                row = readings.decide(
                    db, current.shelf, current.me.countries, sheet_code, marks,
                    by=current.me.person_id, now=current.now(),
                )  # fmt: skip
    except NotFound:
        form.refuse("participant", N_("Choose a person of this workshop."))
        return _sheet_page(sheet_code, form, 422)
    if row.problem is not None:
        return redirect(url_for("coordinate.sheet", sheet_code=sheet_code, done=KEPT), 303)
    done = RECORDED if row.attempt_id else None
    if shown.row.problem is None:  # it was looked up, not come to in the queue
        return redirect(url_for("coordinate.sheet", sheet_code=sheet_code, done=done), 303)
    return _onward(row.workshop_id, queue, sheet_code, EMPTY if len(queue) == 1 else END, done)


def _decisions(form: Form, shown: View) -> dict[int, Mark]:
    """Row → what was chosen for it, of the rows that stood on the page."""
    marks: dict[int, Mark] = {}
    for number in _posted_rows(shown):
        field, name = shown.asked.fields[number], f"row-{number}"
        given = _given(form, name, field)
        is_said = bool(given) or form.raw(f"{name}-none") == "1" or form.raw(name) == "none"
        if field.kind == "line" and not is_said and _is_undecided(shown, number):
            form.refuse(name, N_("Copy what is written in row %(row)s, or say that nothing can be read."),
                        row=field.label)  # fmt: skip
        elif field.kind != "line" and (
            (not is_said and (field.kind == "one" or _is_undecided(shown, number)))
            or (field.kind == "one" and len(given) > 1)
        ):
            form.refuse(name, N_("Choose what is marked in row %(row)s."), row=field.label)
        marks[number] = given
    return marks


def _posted_rows(shown: View) -> list[int]:
    """Rows that stood on the page that was sent."""
    texts = {one for one in request.form.getlist("row") if one.isdecimal() and len(one) < MOST_DIGITS}
    return sorted({int(one) for one in texts} & set(range(len(shown.asked.fields))))


def _given(form: Form, name: str, field: Field) -> Mark:
    if field.kind == "line":
        return form.text(name)[:500]
    texts = {one for one in form.many(name) if one.isdecimal() and len(one) < MOST_DIGITS}
    return tuple(sorted({int(one) for one in texts} & set(range(field.choices))))


def _is_undecided(shown: View, number: int) -> bool:
    """Nobody knows yet what is marked there: it was not read, or two readings differ."""
    return number not in shown.outcome.marks or number in shown.outcome.open


def _rows_to_show(shown: View) -> list[int]:
    """What must be decided; everything of a sheet where nothing must, or when it is asked for."""
    every = list(range(len(shown.asked.fields)))
    if request.method == "POST":
        return _posted_rows(shown)
    if request.args.get("all") == "1":
        return every
    unread = shown.outcome.missing if shown.reads else ()
    return list(shown.doubtful) or sorted(unread) or (every if shown.reads else [])


def _sheet_page(sheet_code: str, form: Form, status: int = 200) -> Response:
    countries = current.me.countries
    with current.read() as db:
        shown = readings.view(db, current.shelf, countries, sheet_code)
        workshop = workshops.workshop(db, countries, shown.row.workshop_id)
        participants = room.participants(db, countries, shown.row.workshop_id)
        seen = scans.of_sheet(db, countries, sheet_code)
        left = len(scans.queue(db, countries, shown.row.workshop_id))
    page_of = {placed.number: page for page, rows in enumerate(shown.asked.pages, 1) for placed in rows}
    newest: dict[int, ScanRow] = {}
    for picture in seen:
        if picture.page is not None and picture.has_image:
            newest.setdefault(picture.page, picture)
    rows = [_row(number, shown, newest.get(page_of[number]), form) for number in _rows_to_show(shown)]
    html = render_template(
        "coordinate/sheet.html", shown=shown, sheet=shown.row, workshop=workshop, participants=participants, rows=rows,
        pictures=newest, title=title_of(shown.row), purposes=PURPOSES, code=codes.printed(sheet_code), left=left,
        sentence=sentence, errors=form.errors, all_rows=len(rows) == len(shown.asked.fields),
        person=form.raw("participant") or shown.row.participant_id,
    )  # fmt: skip
    return make_response(html, status)


def _row(number: int, shown: View, picture: ScanRow | None, form: Form) -> dict[str, Any]:
    """A row of the sheet as the template shows it; what was posted stays in it."""
    field, name = shown.asked.fields[number], f"row-{number}"
    reason = shown.doubtful.get(number)
    is_undecided = _is_undecided(shown, number)
    marks: Mark = shown.outcome.marks.get(number, ())
    if request.method == "POST":
        marks = _given(form, name, field)
        says_nothing = form.raw(name) == "none" or form.flag(f"{name}-none")
    else:
        marks = () if is_undecided and field.kind != "line" else marks
        says_nothing = not is_undecided and not marks
    said = {}
    for read in sorted(shown.reads, key=lambda read: ROUTES.index(read.source)):
        if number in read.marks and number not in read.doubts:
            mark = read.marks[number]
            said[read.source] = mark if isinstance(mark, str) else "".join(field.mark(one) for one in mark)
    return {
        "number": number,
        "field": field,
        "reason": None if reason is None else translated(REASONS.get(reason, REASONS["unclear"])),
        "marks": marks,
        "says_nothing": says_nothing,
        "is_undecided": is_undecided,
        "said": said if len(said) > 1 else {},
        "picture": picture,
    }


@blueprint.post("/sheets/<sheet_code>/take-back")
@allow(Permission.MANAGE_PEOPLE)
def take_back_sheet(sheet_code: str) -> BaseResponse:
    with current.write() as db:
        readings.take_back(db, current.shelf, current.me.countries, sheet_code, now=current.now())
    return redirect(url_for("coordinate.sheet", sheet_code=sheet_code, done=TAKEN_BACK), 303)


# ------------------------------------------------------- pages without a sheet


@blueprint.get("/scans/<scan_id>")
@allow(Permission.MANAGE_PEOPLE)
def scan(scan_id: str) -> Response:
    return _scan_page(scan_id, Form())


@blueprint.post("/scans/<scan_id>")
@allow(Permission.MANAGE_PEOPLE)
def identify_scan(scan_id: str) -> BaseResponse:
    """Somebody read the code below the QR."""
    form = Form()
    with current.read() as db:
        if scans.find(db, current.me.countries, scan_id).state == "taken":  # from an old tab, or pressed twice
            return redirect(url_for("coordinate.scan", scan_id=scan_id), 303)
    typed = codes.typed(form.text("code"))
    page = form.text("page") or "1"
    if typed is None:
        form.refuse("code", SENTENCES["typed-code"])
    if not (page.isdecimal() and len(page) < MOST_DIGITS and 1 <= int(page) <= codes.MOST_PAGES):
        form.refuse("page", N_("Write the number of the page, such as 1."))
    if form.errors or typed is None:
        return _scan_page(scan_id, form, 422)
    try:
        with current.read() as db:
            row = sheets.find(db, current.me.countries, typed)
            image = scans.image(db, current.me.countries, scan_id)
        pages = sheets.asked(current.shelf, row).pages
        if int(page) > len(pages):
            raise Invalid("page-unknown", field="page", page=page)
        seen = pictures.read(image, pages[int(page) - 1])
        with current.write() as db:
            scans.identify(
                db, current.shelf, current.me.countries, scan_id, typed, int(page), seen,
                by=current.me.person_id, now=current.now(),
            )  # fmt: skip
    except NotFound:
        form.refuse("code", SENTENCES["sheet-unknown"])
    except Invalid as problem:
        form.take(problem, "code")
    if form.errors:
        return _scan_page(scan_id, form, 422)
    return redirect(url_for("coordinate.sheet", sheet_code=typed), 303)


def _scan_page(scan_id: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        row = scans.find(db, current.me.countries, scan_id)
        workshop = workshops.workshop(db, current.me.countries, row.workshop_id)
        left = len(scans.queue(db, current.me.countries, row.workshop_id))
        uploads = scans.uploads(db, current.me.countries, row.workshop_id)
    html = render_template(
        "coordinate/scan.html", scan=row, workshop=workshop, left=left, sentence=sentence, errors=form.errors,
        form=form, file=next((one.name for one in uploads if one.id == row.upload_id), ""),
    )  # fmt: skip
    return make_response(html, status)


@blueprint.post("/scans/<scan_id>/aside")
@allow(Permission.MANAGE_PEOPLE)
def put_scan_aside(scan_id: str) -> BaseResponse:
    with current.write() as db:
        row = scans.find(db, current.me.countries, scan_id)
        queue = scans.queue(db, current.me.countries, row.workshop_id)
        row = scans.put_aside(db, current.me.countries, scan_id, back=Form().flag("back"))
    if row.state != "aside":
        return redirect(url_for("coordinate.scan", scan_id=scan_id), 303)
    return _onward(row.workshop_id, queue, scan_id, ASIDE, ASIDE)


# ------------------------------------------------------------------ pictures


@blueprint.get("/scans/<scan_id>/page.jpg")
@allow(Permission.MANAGE_PEOPLE)
def scan_picture(scan_id: str) -> Response:
    with current.read() as db:
        image = scans.image(db, current.me.countries, scan_id)
    return Response(image, mimetype="image/jpeg")


@blueprint.get("/scans/<scan_id>/rows/<int(max=9999):row>.png")
@allow(Permission.MANAGE_PEOPLE)
def scan_row(scan_id: str, row: int) -> Response:
    """The cut-out of one row of the sheet."""
    with current.read() as db:
        picture = scans.find(db, current.me.countries, scan_id)
        image = scans.image(db, current.me.countries, scan_id)
        if picture.sheet_code is None:
            raise NotFound
        of = sheets.find(db, current.me.countries, picture.sheet_code)
    for page in sheets.asked(current.shelf, of).pages:
        for placed in page:
            if placed.number == row:
                return Response(pictures.cut_out(image, placed.box), mimetype="image/png")
    raise NotFound


@blueprint.get("/scans/<scan_id>/head.png")
@allow(Permission.MANAGE_PEOPLE)
def scan_head(scan_id: str) -> Response:
    """The cut-out of the words above the rows: whose sheet it is."""
    with current.read() as db:
        image = scans.image(db, current.me.countries, scan_id)
    return Response(pictures.cut_out(image, layout.HEAD), mimetype="image/png")
