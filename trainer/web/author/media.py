"""Pictures of a module: uploading them, and showing those of drafts."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.folder import MAX_FILE
from trainer.services import desk, folders, history, media, trees
from trainer.services.media import Upload
from trainer.services.problems import Conflict, Invalid, NotFound
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.author.pages import by, status_of
from trainer.web.author.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.uploads import up_to

ADDED = notice("picture-added", N_("The picture is in the module. Paste its line where it is to stand."))


@blueprint.get("/modules/<slug>/media")
@allow(Permission.READ_DRAFTS)
def media_page(slug: str) -> Response:
    return _page(slug, Form())


@blueprint.post("/modules/<slug>/media")
@allow(Permission.AUTHOR)
@up_to(MAX_FILE)
def upload_picture(slug: str) -> BaseResponse:
    """One picture. It is decoded before any transaction is open."""
    form = Form()
    file = request.files.get("file")
    if file is None or not file.filename:
        form.refuse("file", N_("Choose a picture first."))
        return _page(slug, form, 422)
    try:
        upload = _read(file.filename, file.read(MAX_FILE + 1), form.text("name"))
        with current.write() as db:
            _keep(db, slug, upload, replace=form.flag("replace"))
    except (Invalid, Conflict) as problem:
        form.take(problem, "file")
        return _page(slug, form, status_of(problem))
    log.event("picture-uploaded", id=current.request_id, module=slug)
    words = form.text("description")[:300]
    return redirect(url_for("author.media_page", slug=slug, done=ADDED, added=upload.path, words=words or None), 303)


def _read(file_name: str, data: bytes, wanted: str) -> Upload:
    made = media.read(file_name, data)
    return Upload(media.path_for(file_name, wanted), made)


def _keep(db: Session, slug: str, upload: Upload, *, replace: bool) -> None:
    """Raises Invalid for a name that is in use, NotFound for a module that is not there."""
    present = desk.folder(db, slug).manifest
    hashes = media.keep(db, [upload])
    held = present.get(upload.path)
    if held is not None and held != hashes[upload.path] and not replace:
        raise Invalid("file-taken", field="name", path=upload.path)
    if held != hashes[upload.path]:
        folders.change(db, slug, hashes, seen=present, by=by(), now=current.now(), how="added")


def _page(slug: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        tree = trees.tree(db, current.desk, slug)
    added = next((one for one in tree.pictures if one.file.path == request.args.get("added")), None)
    html = render_template(
        "author/media.html", tree=tree, form=form, errors=form.errors, added=added, heavy=media.HEAVY,
        words=" ".join(request.args.get("words", "")[:300].split()), megabytes=MAX_FILE // 1_000_000,
        megapixels=media.MOST_PIXELS // 1_000_000,
    )  # fmt: skip
    return make_response(html, status)


@blueprint.get("/modules/<slug>/media/<path:path>")
@allow(Permission.READ_DRAFTS)
def medium(slug: str, path: str) -> Response:
    """A picture as it would be served; `?size=small` for phones, `?version=v12` as it was."""
    path, key = f"{media.FOLDER}{path}", request.args.get("version")
    with current.read() as db:
        if key is None:
            sha256 = desk.folder(db, slug).manifest.get(path)
        else:
            sha256 = history.version(history.versions(db, slug, path), key).sha256
        if sha256 is None:
            raise NotFound
        found = current.desk.medium(db, sha256)
    small = found.small if request.args.get("size") == "small" else None
    response = Response(small or found.data, mimetype=found.mime)
    response.headers["Content-Disposition"] = "inline"
    return response
