"""Catalogs as files: out to Poedit and the like, and back, with a look beforehand at what would happen.

Between the look and the taking in, the file travels in the page itself; nothing of it is stored before.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.translation_checks import MAX_BYTES
from trainer.services import translation_files
from trainer.services.catalogs import Seen
from trainer.services.translation_files import Brought
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.translate.routes import blueprint, own_name, seen_for, title_of
from trainer.web.translate.words import said
from trainer.web.uploads import up_to

TAKEN_IN = notice("catalog-taken-in", N_("The file is taken in. Its passages wait to be read and published."))
TAKEN_IN_PARTLY = notice(
    "catalog-partly", N_("The file is taken in, but for passages that somebody saved meanwhile. Theirs were kept.")
)
MOST_SHOWN = 200
"""Findings that are shown: any other file by mistake has thousands."""
OUTCOMES: dict[str, str] = {
    "new": N_("New translations"),
    "changed": N_("Changed translations"),
    "unchanged": N_("The same as here"),
    "stale": N_("Made from an older text, or marked as unsure"),
    "refused": N_("Refused: they do not fit"),
    "unknown": N_("Not in this module"),
    "missing": N_("Passages that the file does not translate"),
}


class Carried(NamedTuple):
    """A file on its way through the page."""

    name: str
    data: bytes
    since: int

    def packed(self) -> str:
        return base64.b64encode(zlib.compress(self.data, 6)).decode("ascii")


@blueprint.get("/<slug>/<tag>/catalog.po")
@allow(Permission.TRANSLATE)
def catalog_file(slug: str, tag: str) -> Response:
    """The catalog as it stands, with everything that was saved."""
    with current.read() as db:
        seen = seen_for(db, slug, tag)
    response = make_response(seen.sheet.data)
    response.mimetype = "text/x-gettext-translation"
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}.{tag}.po")
    return response


@blueprint.get("/<slug>/<tag>/import")
@allow(Permission.TRANSLATE)
def import_page(slug: str, tag: str) -> Response:
    with current.read() as db:
        seen = seen_for(db, slug, tag)
    return _page(seen, Form())


@blueprint.post("/<slug>/<tag>/import")
@allow(Permission.TRANSLATE)
@up_to(MAX_BYTES)
def look_at_file(slug: str, tag: str) -> Response:
    """The dry run. Nothing is stored."""
    form, file = Form(), request.files.get("file")
    data = file.read(MAX_BYTES + 1) if file is not None else b""
    if not data:
        form.refuse("file", N_("Choose a file that has something in it."))
    with current.read() as db:
        seen = seen_for(db, slug, tag)
        if form.errors:
            brought, since = None, 0
        else:
            since = translation_files.newest(db, seen)
            brought = translation_files.look_at(db, seen, data, _name(file), me=current.me)
    if brought is None:
        return _page(seen, form, 422)
    return _result(seen, Carried(_name(file), data, since), brought)


@blueprint.post("/<slug>/<tag>/import/take")
@allow(Permission.TRANSLATE)
@up_to(MAX_BYTES)
def take_file(slug: str, tag: str) -> BaseResponse:
    form = Form()
    data = _unpacked(form.raw("catalog"))
    if data is None:
        form.refuse("file", N_("The file could not be read any more. Please choose it once more."))
        with current.read() as db:
            seen = seen_for(db, slug, tag)
        return _page(seen, form, 422)
    since = request.form.get("since", 0, type=int)
    with current.write() as db:
        seen = seen_for(db, slug, tag)
        brought = translation_files.bring_in(
            db, seen, data, form.text("name") or "catalog.po", me=current.me, now=current.now(), since=since
        )  # fmt: skip
    log.event("catalog-taken-in", id=current.request_id, language=tag, passages=len(brought.entries))
    told = TAKEN_IN_PARTLY if brought.kept else TAKEN_IN
    return redirect(url_for("translate.module", slug=slug, tag=tag, done=told), 303)


def _name(file: object) -> str:
    name = str(getattr(file, "filename", "") or "catalog.po")
    return name.replace("\\", "/").rpartition("/")[2][-100:]


def _unpacked(text: str) -> bytes | None:
    """The file again; None for anything that we did not pack, or that grows beyond what a catalog may have."""
    try:
        reader = zlib.decompressobj()
        data = reader.decompress(base64.b64decode(text, validate=True), MAX_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        return None
    return data if data and len(data) <= MAX_BYTES and reader.eof else None


def _page(seen: Seen, form: Form, status: int = 200) -> Response:
    tag = seen.sheet.locale
    html = render_template(
        "translate/import.html", slug=seen.folder.module, tag=tag, title=title_of(seen), errors=form.errors,
        language=own_name(tag), megabytes=MAX_BYTES // 1_000_000,
    )  # fmt: skip
    return make_response(html, status)


def _result(seen: Seen, file: Carried, brought: Brought) -> Response:
    tag, found = seen.sheet.locale, said(brought.found)
    # What is refused first: it is what the translator has to put right.
    found.sort(key=lambda one: (not one.is_error, one.line))
    html = render_template(
        "translate/imported.html",
        slug=seen.folder.module,
        tag=tag,
        title=title_of(seen),
        language=own_name(tag),
        file=file,
        brought=brought,
        outcomes=OUTCOMES,
        found=found[:MOST_SHOWN],
        more=max(0, len(found) - MOST_SHOWN),
    )
    return make_response(html, 200 if brought.outcomes else 422)
