"""The editions of a module: the list, one of them with what it changed, its files beside older ones, its ZIP file."""

from __future__ import annotations

from flask import Response, render_template, request

from trainer.access import Permission, allowed
from trainer.content import coverage
from trainer.languages.registry import LANGUAGES
from trainer.services import comparing, editions, publishing
from trainer.services.editions import EditionRow
from trainer.services.problems import NotFound
from trainer.web.author.file_views import file_diff
from trainer.web.author.routes import blueprint
from trainer.web.guard import allow
from trainer.web.state import current

NUMBER = "<int(max=2147483647):number>"


@blueprint.get("/modules/<slug>/editions")
@allow(Permission.READ_DRAFTS)
def edition_list(slug: str) -> str:
    with current.read() as db:
        rows = editions.editions(db, slug)
        signed = comparing.sign_offs(db, slug)
        draft = publishing.draft_of(db, slug)
    if not rows and draft is None:
        raise NotFound("module-unknown", module=slug)
    languages = {row.id: _in_order(coverage.read(row.translations or {})) for row in rows}
    return render_template(
        "author/editions.html", slug=slug, rows=rows, signed=signed, languages=languages, draft=draft,
        may_publish=allowed(current.me, Permission.PUBLISH),
    )  # fmt: skip


@blueprint.get(f"/modules/<slug>/editions/{NUMBER}")
@allow(Permission.READ_DRAFTS)
def edition_page(slug: str, number: int) -> str:
    with current.read() as db:
        rows = editions.editions(db, slug)
        one, against = _chosen(rows, slug, number)
        files = comparing.files(db, one.id, None if against is None else against.id)
        signed = comparing.sign_offs(db, slug)[one.id]
    return render_template(
        "author/edition.html", slug=slug, one=one, against=against, rows=rows, files=files, signed=signed,
        languages=_in_order(coverage.read(one.translations or {})),
        may_put_back=one.id != rows[0].id and allowed(current.me, Permission.AUTHOR),
    )  # fmt: skip


@blueprint.get(f"/modules/<slug>/editions/{NUMBER}/files/<path:path>")
@allow(Permission.READ_DRAFTS)
def edition_file(slug: str, number: int, path: str) -> str:
    """One file of an edition, beside the same file of the one before or of any other."""
    with current.read() as db:
        rows = editions.editions(db, slug)
        one, against = _chosen(rows, slug, number)
        manifests = [{} if row is None else editions.slug_and_manifest(db, row.id)[1] for row in (against, one)]
        if not any(path in manifest for manifest in manifests):
            raise NotFound
        old, new = comparing.many(db, manifests, [path])[path]
    return render_template(
        "author/edition_file.html", slug=slug, one=one, against=against, path=path, diff=file_diff(path, old, new),
        is_same=old == new, is_picture=path.startswith("media/"),
    )  # fmt: skip


@blueprint.get(f"/modules/<slug>/editions/{NUMBER}/export.zip")
@allow(Permission.READ_DRAFTS)
def edition_zip(slug: str, number: int) -> Response:
    with current.read() as db:
        row = editions.edition(db, slug, number)
        files = editions.edition_files(db, row.id)
    response = Response(comparing.archive(slug, files), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}-{number}.zip")
    return response


def _chosen(rows: list[EditionRow], slug: str, number: int) -> tuple[EditionRow, EditionRow | None]:
    """Edition `number`, and the one it is compared with: `?against=`, otherwise the one before it."""
    by_number = {row.number: row for row in rows}
    if number not in by_number:
        raise NotFound("edition-unknown", module=slug)
    asked = request.args.get("against", "")
    other = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else number - 1
    return by_number[number], by_number.get(other) if other != number else None


def _in_order(found: dict[str, coverage.Coverage]) -> list[tuple[str, coverage.Coverage]]:
    """By the registry's order of languages."""
    return [(tag, found[tag]) for tag in LANGUAGES if tag in found]
