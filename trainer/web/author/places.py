"""Where a file of a module is written, for every page that names one."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import url_for

from trainer.access import Permission, allowed
from trainer.content.translation import catalog_of
from trainer.vocabulary import COUNTRIES
from trainer.web.state import current


def file_url(slug: str, path: str, line: int = 0) -> str:
    """The page on which the person at hand writes or reads `path`, at `line` (from 1); "": there is none for them."""
    if country := written_for(path):
        return url_for("national.module", country=country, slug=slug)
    tag = PurePosixPath(path).stem
    if path == catalog_of(tag) and allowed(current.me, Permission.TRANSLATE, locale=tag):
        return url_for("translate.module", slug=slug, tag=tag)
    if path.startswith("media/"):
        return url_for("author.media_page", slug=slug, _anchor=anchor(path))
    if path.endswith((".md", ".po")) and allowed(current.me, Permission.AUTHOR):
        return url_for("author.edit", slug=slug, path=path, line=line or None)
    return ""


def written_for(path: str) -> str:
    """The country whose words `path` holds, if the person at hand answers for it; otherwise ""."""
    folder, _, name = path.rpartition("/")
    country = name.removesuffix(".md")
    is_theirs = folder == "national" and country in COUNTRIES
    return country if is_theirs and allowed(current.me, Permission.ADAPT, country=country) else ""


def anchor(path: str) -> str:
    """The id of a file's row on the pages of its module."""
    return "f-" + path.replace("/", "-").replace(".", "-")
