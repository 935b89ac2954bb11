"""Typing results in: a row for each person, letters only; or a count for a group without names."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.assessment import PROBLEMS, InvalidAnswer
from trainer.services import readings, sheets, tallies, workshops
from trainer.services.agreeing import Mark, Read
from trainer.services.problems import Invalid, NotFound
from trainer.services.sheets import Asked, SheetRow
from trainer.services.tallies import TallyRow
from trainer.services.workshop_rows import found
from trainer.sheets import typing as cells
from trainer.sheets.fields import Field
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.paper import PURPOSES, sentence, title_of
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import translated
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.uploads import up_to

SAVED = notice("typed-saved", N_("Saved. What is complete is in the record."))
COMPARED = notice("typed-differs", N_("Saved. Some rows differ from what is known already: look at them now."))
TALLIED = notice("tally-saved", N_("The counts are saved."))
ISSUED = notice("sheets-issued", N_("There is now a sheet for each person and test."))

MOST_FIELDS = 20_000


class Line(NamedTuple):
    """One person's row of the grid."""

    sheet: SheetRow
    cells: tuple[dict[str, Any], ...]
    is_empty: bool
    """It came back without a mark."""


@blueprint.post("/workshops/<workshop_id>/sheets")
@allow(Permission.MANAGE_PEOPLE)
def issue_sheets(workshop_id: str) -> BaseResponse:
    """Sheets for results that were written on other paper."""
    with current.write() as db:
        workshop = found(db, current.me.countries, workshop_id)
        sheets.issue(
            db, current.shelf, workshop, sheets.PURPOSES, blanks=0, key=current.config.secret_key, now=current.now()
        )
    return redirect(url_for("coordinate.scans_page", workshop_id=workshop_id, done=ISSUED), 303)


@blueprint.get("/workshops/<workshop_id>/typed/<purpose>/<module>/<unit>")
@allow(Permission.MANAGE_PEOPLE)
def typed(workshop_id: str, purpose: str, module: str, unit: str) -> Response:
    return _grid_page(workshop_id, (module, unit, purpose), Form())


@blueprint.post("/workshops/<workshop_id>/typed/<purpose>/<module>/<unit>")
@allow(Permission.MANAGE_PEOPLE)
@up_to(4_000_000, fields=MOST_FIELDS)
def store_typed(workshop_id: str, purpose: str, module: str, unit: str) -> BaseResponse:
    """Every row that has something in it is one sheet. A cell that fits no marks keeps its row from being stored."""
    form, again = Form(), Form().flag("again")
    with current.read() as db:
        rows = _sheets(sheets.of_workshop(db, current.me.countries, workshop_id), (module, unit, purpose))
        if not rows:
            raise NotFound
        before = readings.reads_of(db, [row.code for row in rows])
    source = "again" if again else "typed"
    whose = {code: next((one for one in reads if one.source == source), None) for code, reads in before.items()}
    wanted: list[tuple[SheetRow, dict[int, Mark]]] = []
    for row in rows:
        marks = _typed_row(form, row, sheets.asked(current.shelf, row))
        known = whose.get(row.code)
        if marks is not None and (known is None or dict(known.marks) != marks):
            wanted.append((row, marks))
    stored = []
    if wanted:
        with current.write() as db:
            stored = [
                readings.type_in(
                    db,
                    current.shelf,
                    current.me.countries,
                    row.code,
                    marks,
                    again=again,
                    by=current.me.person_id,
                    now=current.now(),
                )
                for row, marks in wanted
            ]
        log.event("sheets-typed", id=current.request_id, sheets=len(stored))
    if form.errors:
        return _grid_page(workshop_id, (module, unit, purpose), form, 422)
    if any(row.problem is not None for row in stored):
        return redirect(url_for("coordinate.scans_page", workshop_id=workshop_id, done=COMPARED), 303)
    return redirect(
        url_for("coordinate.typed", workshop_id=workshop_id, purpose=purpose, module=module, unit=unit, done=SAVED,
                again=1 if again else None), 303
    )  # fmt: skip


def _typed_row(form: Form, row: SheetRow, asked: Asked) -> dict[int, Mark] | None:
    """The marks of a whole sheet; None for a row that is empty, or has a cell that is wrong."""
    texts = [form.text(f"{row.code}-{at}") for at, _ in enumerate(questions(asked))]
    if not any(texts) and not form.flag(f"{row.code}-empty"):
        return None
    marks: dict[int, Mark] = {}
    is_right = True
    for at, (fields, numbers) in enumerate(questions(asked)):
        try:
            given = cells.read(fields, texts[at])
        except InvalidAnswer as problem:
            params = {**problem.params, "limit": 500}
            form.refuse(f"{row.code}-{at}", _CELLS.get(problem.code, PROBLEMS[problem.code]), **params)
            is_right = False
            continue
        marks |= {number: given.get(field.part, ()) for field, number in zip(fields, numbers, strict=True)}
    return marks if is_right else None


_CELLS = {
    "answer-shape": N_("Write one sign for each row, and - for an empty one."),
    "option-unknown": N_("There is no such choice."),
    "too-many": N_("One mark counts here. For two marks write -, or scan the sheet."),
}


def questions(asked: Asked) -> list[tuple[list[Field], list[int]]]:
    """The rows of each question with their numbers on the sheet; questions without rows are left out."""
    found: dict[str, tuple[list[Field], list[int]]] = {}
    for number, field in enumerate(asked.fields):
        fields, numbers = found.setdefault(field.question, ([], []))
        fields.append(field)
        numbers.append(number)
    return list(found.values())


def _sheets(rows: list[SheetRow], of: tuple[str, str, str]) -> list[SheetRow]:
    """Sheets of one test that are somebody's."""
    rows = sheets.in_force(rows)
    return [row for row in rows if (row.module, row.unit, row.purpose) == of and row.participant_id is not None]


def _grid_page(workshop_id: str, of: tuple[str, str, str], form: Form, status: int = 200) -> Response:
    with current.read() as db:
        workshop = workshops.workshop(db, current.me.countries, workshop_id)
        rows = _sheets(sheets.of_workshop(db, current.me.countries, workshop_id), of)
        reads = readings.reads_of(db, [row.code for row in rows])
    again = form.flag("again") or request.args.get("again") == "1"
    if not rows:
        raise NotFound
    lines = [_line(row, sheets.asked(current.shelf, row), reads.get(row.code, []), again, form) for row in rows]
    heads = [cell["label"] for cell in max((line.cells for line in lines), key=len)]
    html = render_template(
        "coordinate/typed.html", workshop=workshop, lines=lines, heads=heads, again=again, title=title_of(rows[0]),
        module=of[0], unit=of[1], purpose=of[2], purposes=PURPOSES, sentence=sentence, errors=form.errors,
    )  # fmt: skip
    return make_response(html, status)


def _line(row: SheetRow, asked: Asked, reads: list[Read], again: bool, form: Form) -> Line:
    source = "again" if again else "typed"
    known = next((read for read in reads if read.source == source), None)
    made = []
    for at, (fields, numbers) in enumerate(questions(asked)):
        name = f"{row.code}-{at}"
        text = ""
        if known is not None:
            marks = {field.part: known.marks.get(number, ()) for field, number in zip(fields, numbers, strict=True)}
            text = cells.shown(fields, marks)
        made.append({
            "name": name, "value": form.text(name) if request.method == "POST" else text,
            "error": form.errors.get(name), "label": fields[0].label.partition(".")[0], "pattern": pattern(fields),
            "is_wide": any(field.kind == "line" for field in fields),
        })  # fmt: skip
    return Line(row, tuple(made), known is not None and not any(known.marks.values()))


def pattern(fields: list[Field]) -> str:
    """What fits into a cell, as a hint: `A–D`, `AC`, four letters, a number."""
    first = fields[0]
    if first.style == "minus":
        return "0–9"
    if any(field.kind == "line" for field in fields):
        return "…"
    span = f"{first.mark(0)}–{first.mark(first.choices - 1)}"
    if len(fields) > 1:
        return f"{len(fields)} × {span}"
    return f"{span}+" if first.kind == "many" else span


# --------------------------------------------------------------------- tally


@blueprint.get("/workshops/<workshop_id>/tally/<purpose>/<module>/<unit>")
@allow(Permission.MANAGE_PEOPLE)
def tally(workshop_id: str, purpose: str, module: str, unit: str) -> Response:
    return _tally_page(workshop_id, (module, unit, purpose), Form())


@blueprint.post("/workshops/<workshop_id>/tally/<purpose>/<module>/<unit>")
@allow(Permission.MANAGE_PEOPLE)
def store_tally(workshop_id: str, purpose: str, module: str, unit: str) -> BaseResponse:
    form = Form()
    of = (module, unit, purpose)
    with current.read() as db:
        rows = sheets.of_workshop(db, current.me.countries, workshop_id)
    forms = tallies.forms_of(rows, of)
    if not forms:
        raise NotFound
    for row in forms:
        name, before = row.form or "", len(form.errors)
        asked = sheets.asked(current.shelf, row)
        counts = {
            at: tuple(_count(form, f"count-{name}-{at}-{choice}") for choice in range(field.choices))
            for at, field in tallies.rows_of(asked).items()
        }
        tally = TallyRow(_count(form, f"people-{name}"), counts)
        if len(form.errors) > before:  # a mistyped count is not a zero
            continue
        try:
            with current.write() as db:
                tallies.store(db, current.me.countries, row, tally, by=current.me.person_id, now=current.now())
        except Invalid as problem:
            form.take(problem, f"people-{name}", {"people": f"people-{name}"})
    if form.errors:
        return _tally_page(workshop_id, of, form, 422)
    return redirect(
        url_for("coordinate.tally", workshop_id=workshop_id, purpose=purpose, module=module, unit=unit, done=TALLIED),
        303,
    )


def _count(form: Form, name: str) -> int:
    text = form.text(name) or "0"
    if not (text.isdecimal() and len(text) < 6):
        form.refuse(name, N_("Write a whole number, such as 20."))
        return 0
    return int(text)


def _tally_page(workshop_id: str, of: tuple[str, str, str], form: Form, status: int = 200) -> Response:
    with current.read() as db:
        workshop = workshops.workshop(db, current.me.countries, workshop_id)
        rows = sheets.of_workshop(db, current.me.countries, workshop_id)
        known = tallies.of(db, current.me.countries, workshop_id, of)
    forms = tallies.forms_of(rows, of)
    if not forms:
        raise NotFound
    parts = []
    for row in forms:
        asked, name = sheets.asked(current.shelf, row), row.form or ""
        held = known.get(name)
        posted = request.method == "POST"
        parts.append({
            "form": name,
            "people": form.text(f"people-{name}") if posted else held.people if held else "",
            "rows": [_tally_row(at, field, name, held, form if posted else None)
                     for at, field in tallies.rows_of(asked).items()],
        })  # fmt: skip
    html = render_template(
        "coordinate/tally.html", workshop=workshop, parts=parts, title=title_of(forms[0]), module=of[0], unit=of[1],
        purpose=of[2], purposes=PURPOSES, errors=form.errors, translated=translated,
    )  # fmt: skip
    return make_response(html, status)


def _tally_row(at: int, field: Field, name: str, held: TallyRow | None, form: Form | None) -> dict[str, Any]:
    """A box for each choice of a row; what was posted stays in it."""
    known = held.counts.get(at, ()) if held else ()
    boxes = []
    for choice in range(field.choices):
        box = f"count-{name}-{at}-{choice}"
        value = form.text(box) if form else known[choice] if choice < len(known) else ""
        boxes.append({"name": box, "mark": field.mark(choice), "value": value})
    return {"label": field.label, "boxes": boxes}
