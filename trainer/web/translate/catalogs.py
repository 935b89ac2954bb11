"""Translate: the list."""

from __future__ import annotations

from flask import render_template

from trainer.access import Permission
from trainer.web.guard import allow
from trainer.web.translate.routes import blueprint


@blueprint.get("/")
@allow(Permission.TRANSLATE)
def catalog_list() -> str:
    return render_template("translate/catalogs.html")
