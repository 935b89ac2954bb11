"""Importing a module: send it, look at what would happen, agree."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.arranging import slug_of
from trainer.services import desk, imports, library, packages
from trainer.services.editions import Manifest
from trainer.services.imports import Plan
from trainer.services.packages import LARGEST, Package
from trainer.services.problems import Invalid
from trainer.vocabulary import N_, NO_COUNTRY
from trainer.web import log
from trainer.web.author.pages import REFUSALS, by, may_change, status_of
from trainer.web.author.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.uploads import up_to

TAKEN = notice("import-taken", N_("Everything is taken in, as a draft. Learners see it once it is published."))

MOST_SHOWN = 100
"""Problems and files listed of one kind."""


class Carried(NamedTuple):
    """What stands, signed, between looking and agreeing. The contents are stored already."""

    module: str
    manifest: Manifest
    left_out: tuple[str, ...]
    signed: tuple[str, ...]
    """Words of countries that were left out, too."""
    seen: str


@blueprint.get("/import")
@allow(Permission.AUTHOR)
def import_page() -> Response:
    return _send_page(Form(), _into(request.args.get("module", "")))


def _into(slug: str) -> str:
    """The module that files are sent into; empty: a module of their own. Raises NotFound."""
    if slug:
        with current.read() as db:
            desk.folder(db, slug)
    return slug


@blueprint.post("/import")
@allow(Permission.AUTHOR)
@up_to(LARGEST, fields=packages.MOST_ENTRIES + 20)
def read_import() -> Response:
    """The dry run. The pictures are written anew before any transaction is open."""
    form = Form()
    into = _into(form.text("module"))
    try:
        package = packages.sift(_sent(), needs_module=not into)
        package, signed = _without_signed(package)
        slug = _address(form.text("slug"), into, package)
        with current.read() as db:
            known = imports.known_pictures(db, package)
        taken = imports.prepare(package, known)
        with current.write() as db:
            manifest = imports.stage(db, taken)
    except Invalid as problem:
        form.take(problem, "zip")
        log.event("import-refused", id=current.request_id, problem=problem.code)
        return _send_page(form, into, 422)
    return _plan_page(Carried(slug, manifest, package.left_out, signed, ""), form)


def _without_signed(package: Package) -> tuple[Package, tuple[str, ...]]:
    """The package without what only the coordinator of a country may bring in, and the names of that."""
    signed = tuple(path for path in package.files if not may_change(path))
    mine = {path: data for path, data in package.files.items() if path not in signed}
    return package._replace(files=mine), signed


def _sent() -> dict[str, bytes]:
    """Name → bytes, out of the ZIP or of the folder that was chosen."""
    zips = [file for file in request.files.getlist("zip") if file.filename]
    if zips:
        return packages.unzip(zips[0].read(LARGEST + 1))
    files = [file for file in request.files.getlist("folder") if file.filename]
    if not files:
        raise Invalid("import-nothing")
    names = [file.filename or "" for file in files]
    packages.check_names(names)
    return {name: file.read(LARGEST + 1) for name, file in zip(names, files, strict=True)}


def _address(wanted: str, into: str, package: Package) -> str:
    """The module it becomes: the one it was sent into, the one somebody named, or the one its folder is called."""
    slug = into or wanted or slug_of(package.name) or slug_of(packages.id_in(package))
    if not library.SLUG.fullmatch(slug) or len(slug) > library.LONGEST_SLUG:
        raise Invalid("module-address", field="slug")
    return slug


def _send_page(form: Form, into: str, status: int = 200) -> Response:
    html = render_template(
        "author/import.html", form=form, errors=form.errors, into=into, megabytes=LARGEST // 1_000_000
    )
    return make_response(html, status)


def _plan_page(carried: Carried, form: Form, status: int = 200) -> Response:
    """What would happen as things are now, whatever was `seen` before."""
    with current.read() as db:
        plan = imports.plan(db, carried.module, carried.manifest)
    html = render_template(
        "author/import_plan.html", plan=plan, left_out=carried.left_out, signed=carried.signed, form=form,
        errors=form.errors, most=MOST_SHOWN, problems=_by_file(plan),
        carried=_serializer().dumps(carried._replace(seen=plan.seen)),
    )  # fmt: skip
    return make_response(html, status)


def _by_file(plan: Plan) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for one in sorted(plan.diagnostics, key=lambda one: one.severity)[:MOST_SHOWN]:
        found.setdefault(one.file, []).append(one)
    return dict(sorted(found.items()))


@blueprint.post("/import/take-in")
@allow(Permission.AUTHOR, keep=True)
def take_in_import() -> BaseResponse:
    form = Form()
    carried = _carried(form.raw("carried"))
    if carried is None:
        form.refuse("zip", N_("This could not be read any more. Please send the files once more."))
        return _send_page(form, "", 422)
    try:
        with current.write() as db:
            imports.take_in(db, carried.module, carried.manifest, seen=carried.seen, by=by(), now=current.now())
            current.did("draft-changed", country=NO_COUNTRY, kind="module", object_id=carried.module)
    except REFUSALS as problem:
        form.take(problem, "carried")
        return _plan_page(carried, form, status_of(problem))
    log.event("module-imported", id=current.request_id, module=carried.module)
    return redirect(url_for("author.module_page", slug=carried.module, done=TAKEN), 303)


def _carried(text: str) -> Carried | None:
    try:
        module, manifest, left_out, signed, seen = _serializer().loads(text)
    except BadData:
        return None
    return Carried(module, manifest, tuple(left_out), tuple(signed), seen)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current.config.secret_key, salt=f"import {current.me.person_id}")
