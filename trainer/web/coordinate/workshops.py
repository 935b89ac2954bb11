"""Workshops of a coordinator's countries: the list, one with everything that belongs to it, its facts, the bin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.inline import words
from trainer.services import editions, packs, scans, sheets, timetable, workshops
from trainer.services.timetable import SessionRow
from trainer.services.workshops import Facts, WorkshopRow
from trainer.vocabulary import N_, country_name
from trainer.web import log
from trainer.web.coordinate.report import titles
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, find, languages, status_of, titles_in
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import in_own_language
from trainer.web.notices import notice
from trainer.web.state import current

MADE = notice("workshop-made", N_("The workshop is made. Now add the people."))
CHANGED = notice("workshop-changed", N_("The workshop is changed."))
REOPENED = notice("workshop-reopened", N_("The workshop is open again."))
BACK = notice("workshop-back", N_("The workshop is out of the bin."))


class Task(NamedTuple):
    """A line of a workshop's page. What it is called, the template knows."""

    name: str
    url: str
    state: str
    """`done`, `part` or `none`."""
    number: int = 0
    total: int = 0


@blueprint.get("/workshops")
@allow(Permission.MANAGE_PEOPLE)
def workshop_list() -> str:
    with current.read() as db:
        rows = workshops.workshops(db, current.me.countries)
        binned = workshops.binned(db, current.me.countries)
    return render_template("coordinate/workshops.html", rows=rows, binned=binned)


@blueprint.get("/workshops/new")
@allow(Permission.MANAGE_PEOPLE)
def new_workshop() -> Response:
    return facts_page(Form())


@blueprint.post("/workshops/new")
@allow(Permission.MANAGE_PEOPLE)
def store_workshop() -> BaseResponse:
    form = Form()
    facts = read_facts(form, form.choice("country", current.me.countries, N_("Choose the country.")))
    if facts is None:
        return facts_page(form, status=422)
    try:
        with current.write() as db:
            shown = titles_in(db, facts.locales[0])
            workshop_id = workshops.create(
                db, current.me.countries, facts, titles=shown, by=current.me.person_id, now=current.now()
            )
            current.did("workshop-made", country=facts.country, kind="workshop", object_id=workshop_id)
    except REFUSALS as problem:
        form.take(problem, "title")
        return facts_page(form, status=status_of(problem))
    log.event("workshop-made", id=current.request_id)
    return redirect(url_for("coordinate.workshop", workshop_id=workshop_id, done=MADE), 303)


@blueprint.get("/workshops/<workshop_id>")
@allow(Permission.MANAGE_PEOPLE)
def workshop(workshop_id: str) -> str:
    with current.read() as db:
        row = workshops.workshop(db, current.me.countries, workshop_id)
        parts = timetable.sessions(db, current.me.countries, workshop_id)
        made = [one for one in packs.of_workshop(db, current.me.countries, workshop_id) if one.state == "done"]
        queue = scans.queue(db, current.me.countries, workshop_id)
        paper = sheets.counted(sheets.of_workshop(db, current.me.countries, workshop_id))
        shown = titles(db)
    modules = [
        in_own_language(words(shown[slug].content), shown[slug].lang) if slug in shown else slug for slug in row.modules
    ]
    tasks = tasks_of(row, parts, len(made), paper)
    return render_template("coordinate/workshop.html", workshop=row, tasks=tasks, modules=modules, waiting=len(queue))


@blueprint.get("/workshops/<workshop_id>/facts")
@allow(Permission.MANAGE_PEOPLE)
def workshop_facts(workshop_id: str) -> Response:
    return facts_page(Form(), find(workshop_id))


@blueprint.post("/workshops/<workshop_id>/facts")
@allow(Permission.MANAGE_PEOPLE)
def change_workshop(workshop_id: str) -> BaseResponse:
    row = find(workshop_id)
    form = Form()
    facts = read_facts(form, row.country)
    version = form.raw("version")
    if facts is None:
        return facts_page(form, row, 422)
    try:
        with current.write() as db:
            shown = titles_in(db, facts.locales[0])
            workshops.change(
                db, current.me.countries, workshop_id, facts,
                version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
                titles=shown,
            )  # fmt: skip
    except REFUSALS as problem:
        form.take(problem, "title")
        return facts_page(form, row, status_of(problem))
    log.event("workshop-changed", id=current.request_id)
    return redirect(url_for("coordinate.workshop", workshop_id=workshop_id, done=CHANGED), 303)


@blueprint.post("/workshops/<workshop_id>/bin")
@allow(Permission.MANAGE_PEOPLE)
def bin_workshop(workshop_id: str) -> BaseResponse:
    with current.write() as db:
        workshops.put_in_bin(db, current.me.countries, workshop_id, now=current.now())
    log.event("workshop-binned", id=current.request_id)
    return redirect(url_for("coordinate.workshop", workshop_id=workshop_id), 303)


@blueprint.post("/workshops/<workshop_id>/undo")
@allow(Permission.MANAGE_PEOPLE)
def unbin_workshop(workshop_id: str) -> BaseResponse:
    with current.write() as db:
        workshops.take_out(db, current.me.countries, workshop_id)
    log.event("workshop-back", id=current.request_id)
    return redirect(url_for("coordinate.workshop", workshop_id=workshop_id, done=BACK), 303)


@blueprint.post("/workshops/<workshop_id>/reopen")
@allow(Permission.MANAGE_PEOPLE)
def reopen_workshop(workshop_id: str) -> BaseResponse:
    with current.write() as db:
        workshops.reopen(db, current.me.countries, workshop_id)
    log.event("workshop-reopened", id=current.request_id)
    return redirect(url_for("coordinate.workshop", workshop_id=workshop_id, done=REOPENED), 303)


# ------------------------------------------------------------------- the forms


def read_facts(form: Form, country: str) -> Facts | None:
    """What was sent; None, with the form's errors, when something is missing."""
    title = form.needed("title", N_("Give the workshop a title."))
    place = form.needed("place", N_("Enter the place."))
    starts_on = form.day("starts_on", N_("Enter the first day."))
    ends_on = form.day("ends_on", N_("Enter the last day."))
    main = form.choice("main_locale", current.site.locales, N_("Choose the main language."))
    modules = form.many("modules")
    if not modules:
        form.refuse("modules", N_("Choose at least one module."))
    if form.errors or starts_on is None or ends_on is None:
        return None
    return Facts(
        title=title, place=place, country=country, starts_on=starts_on, ends_on=ends_on,
        locales=(main, *(tag for tag in form.many("locales") if tag != main)), modules=tuple(modules),
        facilitators=tuple(form.lines("facilitators")),
    )  # fmt: skip


def facts_page(form: Form, row: WorkshopRow | None = None, status: int = 200) -> Response:
    with current.read() as db:
        shown = titles(db)
        archived = {one.module for one in editions.current_editions(db) if one.is_archived}
    choices: dict[str, str] = {
        slug: in_own_language(words(one.content), one.lang)
        for slug, one in shown.items()
        if slug not in archived or (row is not None and slug in row.modules)
    }
    if row is not None:
        choices |= {slug: slug for slug in row.modules if slug not in choices}
    html = render_template(
        "coordinate/workshop_facts.html",
        workshop=row,
        form=form,
        errors=form.errors,
        values=_posted(form) if form.raw("csrf_token") else _stored(row),
        modules=list(choices.items()),
        languages=languages(),
        countries={code: country_name(code) for code in sorted(current.me.countries)},
    )
    return make_response(html, status)


def _posted(form: Form) -> dict[str, object]:
    lines = ("title", "place", "starts_on", "ends_on", "main_locale", "country")
    several = {name: form.many(name) for name in ("locales", "modules")}
    return {**{name: form.text(name) for name in lines}, **several, "facilitators": form.raw("facilitators")}


def _stored(row: WorkshopRow | None) -> dict[str, object]:
    if row is None:
        empty = dict.fromkeys(("title", "place", "starts_on", "ends_on", "country", "facilitators"), "")
        only = next(iter(current.me.countries)) if len(current.me.countries) == 1 else ""
        return {**empty, "main_locale": current.locale, "locales": [], "modules": [], "country": only}
    return {
        "title": row.title, "place": row.place, "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(), "main_locale": row.locales[0], "locales": list(row.locales[1:]),
        "modules": list(row.modules), "country": row.country, "facilitators": "\n".join(row.facilitators),
    }  # fmt: skip


# -------------------------------------------------------------------- the tasks


def tasks_of(row: WorkshopRow, parts: Sequence[SessionRow], packs_made: int, paper: Mapping[str, int]) -> list[Task]:
    """What there is to do, in the order of doing it."""
    ticked = sum(part.present > 0 for part in parts)
    recorded, named = paper["recorded"], paper["named"]
    lines = [
        ("sessions", "timetable", "done" if parts else "none", len(parts), 0),
        ("people", "participants", "done" if row.people else "none", row.people, 0),
        ("packs", "pack_list", "done" if packs_made else "none", packs_made, 0),
        ("attendance", "attendance", _share(ticked, len(parts)), ticked, len(parts)),
        ("scans", "scans_page", _share(recorded, named), recorded, named),
        ("closing", "closing_page", "done" if row.closed_at else "none", 0, 0),
    ]
    return [
        Task(name, url_for(f"coordinate.{endpoint}", workshop_id=row.id), state, number, total)
        for name, endpoint, state, number, total in lines
    ]


def _share(count: int, total: int) -> str:
    return "none" if not count else "done" if count == total else "part"
