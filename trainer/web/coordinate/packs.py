"""The pack builder: five steps, each a page with its own address, then the pack in the making and its files."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from io import RawIOBase
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content import coverage
from trainer.content.inline import words
from trainer.languages.registry import SOURCE
from trainer.services import editions, pack_making, packs, room, workshops
from trainer.services.packs import OUTPUTS, PAPERS, PRODUCTS, Options
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound
from trainer.services.progress import overlay_of
from trainer.services.workshop_rows import found
from trainer.services.workshops import WorkshopRow
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

STEPS = {
    "what": N_("What"),
    "languages": N_("Languages"),
    "paper": N_("Paper"),
    "people": N_("People"),
    "check": N_("Check"),
}
CANCELLED = notice("pack-cancelled", N_("The pack was stopped and thrown away."))
DRAFT_GONE = notice("draft-gone", N_("The draft was thrown away."))
AGAIN_AFTER = 3
"""Seconds until the page of a pack in the making looks again."""


@blueprint.get("/workshops/<workshop_id>/packs")
@allow(Permission.MANAGE_PEOPLE)
def pack_list(workshop_id: str) -> str:
    with current.read() as db:
        workshop = workshops.workshop(db, current.me.countries, workshop_id)
        rows = packs.of_workshop(db, current.me.countries, workshop_id)
    shown = [row for row in rows if row.state not in (*packs.DRAFTS, "cancelled")]
    draft = next((row for row in rows if row.state in packs.DRAFTS), None)
    return render_template(
        "coordinate/packs.html", workshop=workshop, packs=shown, draft=draft, products=PRODUCTS, papers=PAPERS
    )


@blueprint.post("/workshops/<workshop_id>/packs")
@allow(Permission.MANAGE_PEOPLE)
def begin_pack(workshop_id: str) -> BaseResponse:
    """A draft like the last pack; or the draft that is there."""
    with current.write() as db:
        row = found(db, current.me.countries, workshop_id)
        pack_id = packs.begin(db, row, by=current.me.person_id, now=current.now())
    return redirect(url_for("coordinate.pack_step", pack_id=pack_id, step="what"), 303)


@blueprint.get("/packs/<pack_id>/<any(what, languages, paper, people, check):step>")
@allow(Permission.MANAGE_PEOPLE)
def pack_step(pack_id: str, step: str) -> BaseResponse:
    return step_page(pack_id, step, Form())


@blueprint.post("/packs/<pack_id>/<any(what, languages, paper, people):step>")
@allow(Permission.MANAGE_PEOPLE)
def choose_for_pack(pack_id: str, step: str) -> BaseResponse:
    form = Form()
    changes = CHOICES[step](form)
    if not form.errors:
        try:
            with current.write() as db:
                packs.choose(db, current.me.countries, pack_id, **changes)
        except Invalid as problem:
            form.take(problem, "products")
        except Conflict:
            return redirect(url_for("coordinate.pack", pack_id=pack_id), 303)
    if form.errors:
        return step_page(pack_id, step, form, 422, changes)
    following = list(STEPS)[list(STEPS).index(step) + 1]
    return redirect(url_for("coordinate.pack_step", pack_id=pack_id, step=following), 303)


@blueprint.post("/packs/<pack_id>/check")
@allow(Permission.MANAGE_PEOPLE)
def make_pack(pack_id: str) -> BaseResponse:
    form = Form()
    try:
        with current.write() as db:
            packs.ask(
                db, current.shelf, current.me.countries, pack_id, address=request.url_root,
                by=current.me.person_id, key=current.config.secret_key, now=current.now(),
            )  # fmt: skip
    except Invalid as problem:
        form.take(problem, "products")
        return step_page(pack_id, "check", form, 422)
    except Conflict:  # asked for already: the second press of a tired finger
        return redirect(url_for("coordinate.pack", pack_id=pack_id), 303)
    log.event("pack-asked", id=current.request_id)
    return redirect(url_for("coordinate.pack", pack_id=pack_id), 303)


def _what(form: Form) -> dict[str, Any]:
    chosen = request.form.getlist("products")
    return {"products": tuple(one for one in PRODUCTS if one in chosen), "blanks": _number(form, "blanks")}


def _languages(form: Form) -> dict[str, Any]:
    chosen = request.form.getlist("locales")
    return {
        "locales": tuple(tag for tag in current.site.locales if tag in chosen),
        "abreast": form.flag("abreast"),
    }


def _paper(form: Form) -> dict[str, Any]:
    return {
        "paper": form.choice("paper", PAPERS, N_("Choose one of these answers.")),
        "grey": form.flag("grey"),
        "output": form.choice("output", OUTPUTS, N_("Choose one of these answers.")),
    }


def _people(form: Form) -> dict[str, Any]:
    if form.raw("whom") != "some":
        return {"people": ()}
    chosen = tuple(request.form.getlist("people"))
    if not chosen:
        form.refuse("people", N_("Choose at least one person."))
    return {"people": chosen}


def _number(form: Form, name: str) -> int:
    text = form.text(name) or "0"
    if not (text.isdecimal() and len(text) < 6):
        form.refuse(name, N_("Write a whole number, such as 20."))
        return 0
    return int(text)


CHOICES: dict[str, Callable[[Form], dict[str, Any]]] = {
    "what": _what,
    "languages": _languages,
    "paper": _paper,
    "people": _people,
}


def step_page(
    pack_id: str, step: str, form: Form, status: int = 200, posted: Mapping[str, Any] | None = None
) -> BaseResponse:
    """A step as it is stored, or as it was `posted` with something wrong in it."""
    with current.read() as db:
        pack = packs.find(db, current.me.countries, pack_id)
        workshop = workshops.workshop(db, current.me.countries, pack.workshop_id)
        participants = room.participants(db, current.me.countries, pack.workshop_id)
        published = {row.module: row for row in editions.current_editions(db) if row.module in workshop.modules}
    if pack.state not in packs.DRAFTS:
        return redirect(url_for("coordinate.pack", pack_id=pack_id), 303)
    options = replace(pack.options, **(posted or {}))
    html = render_template(
        f"coordinate/pack_{step}.html",
        pack=pack,
        options=options,
        only_some=form.raw("whom") == "some" if posted else bool(options.people),
        workshop=workshop,
        participants=participants,
        step=step,
        steps=STEPS,
        products=PRODUCTS,
        papers=PAPERS,
        outputs=OUTPUTS,
        form=form,
        errors=form.errors,
        languages=_coverages(options, published),
        modules=_titles(workshop, published),
        budget=packs.budget(pack.options),
    )
    response = make_response(html, status)
    if step == "check" and pack.state == "counting":
        response.headers["Refresh"] = str(AGAIN_AFTER)
    return response


def _titles(workshop: WorkshopRow, published: dict[str, editions.EditionRow]) -> list[tuple[str, str]]:
    """(title, its language) of each module that can be printed."""
    found = []
    for slug in workshop.modules:
        if slug in published:
            title = current.shelf.module(published[slug].id, current.locale, overlay_of(workshop.country)).title
            found.append((words(title.content), title.lang))
    return found


def _coverages(options: Options, published: dict[str, editions.EditionRow]) -> list[dict[str, Any]]:
    """Each language: whether it is chosen, and how many passages of the modules are outdated or not translated."""
    found = []
    for tag in current.site.locales:
        stored = [(row.translations or {}).get(tag) for row in published.values()]
        states = [coverage.of_stored(one) for one in stored if one is not None]
        found.append(
            {
                "tag": tag,
                "chosen": tag in options.locales,
                "stale": sum(one.stale for one in states),
                "missing": sum(one.missing for one in states),
                "absent": tag != SOURCE and None in stored,
            }
        )
    return found


# --------------------------------------------------------- made, in the making


@blueprint.get("/packs/<pack_id>")
@allow(Permission.MANAGE_PEOPLE)
def pack(pack_id: str) -> BaseResponse:
    with current.read() as db:
        row = packs.find(db, current.me.countries, pack_id)
        workshop = workshops.workshop(db, current.me.countries, row.workshop_id)
        files = packs.files(db, current.me.countries, pack_id)
        before = pack_making.waiting_before(db, row) if row.state == "waiting" else 0
    if row.state in packs.DRAFTS:
        return redirect(url_for("coordinate.pack_step", pack_id=pack_id, step="what"), 303)
    html = render_template(
        "coordinate/pack.html", pack=row, workshop=workshop, files=files, before=before, products=PRODUCTS,
        papers=PAPERS, problems=[(one["code"], {k: v for k, v in one.items() if k != "code"}) for one in row.problems],
        sentences=SENTENCES,
    )  # fmt: skip
    response = make_response(html)
    if row.state in ("waiting", "running"):
        response.headers["Refresh"] = str(AGAIN_AFTER)
    return response


@blueprint.post("/packs/<pack_id>/cancel")
@allow(Permission.MANAGE_PEOPLE)
def cancel_pack(pack_id: str) -> BaseResponse:
    with current.write() as db:
        row = packs.find(db, current.me.countries, pack_id)
        packs.cancel(db, current.me.countries, pack_id)
    done = DRAFT_GONE if row.state in packs.DRAFTS else None if row.state == "done" else CANCELLED
    return redirect(url_for("coordinate.pack_list", workshop_id=row.workshop_id, done=done), 303)


@blueprint.get("/packs/<pack_id>/files/<int(max=9999):position>")
@allow(Permission.MANAGE_PEOPLE)
def pack_file(pack_id: str, position: int) -> Response:
    with current.read() as db:
        name, data = packs.data(db, current.me.countries, pack_id, position)
    return _download(Response(data, mimetype="application/pdf"), name)


@blueprint.get("/packs/<pack_id>/pack.zip")
@allow(Permission.MANAGE_PEOPLE)
def pack_zip(pack_id: str) -> Response:
    """All files, one after the other as they are read: a pack of hundreds of pages is never whole in memory."""
    with current.read() as db:
        row = packs.find(db, current.me.countries, pack_id)
        files = packs.files(db, current.me.countries, pack_id)
        workshop = workshops.workshop(db, current.me.countries, row.workshop_id)
    if row.state != "done" or not files:
        raise NotFound
    store, scope, countries = current.store, current.scope(), current.me.countries

    def one(position: int) -> tuple[str, bytes]:
        with store.read(scope) as db:
            return packs.data(db, countries, pack_id, position)

    return _download(
        Response(zipped(one(file.position) for file in files), mimetype="application/zip"),
        f"{workshop.code}-{row.number}.zip",
    )


def zipped(files: Iterator[tuple[str, bytes]]) -> Iterator[bytes]:
    """A ZIP file in pieces; PDFs are compressed already."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
            yield pipe.taken()
    yield pipe.taken()


class _Pipe(RawIOBase):
    """What is written can be taken out once; it cannot be gone back in."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _download(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
