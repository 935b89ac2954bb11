"""National words: the list."""

from __future__ import annotations

from flask import render_template

from trainer.access import Permission
from trainer.web.guard import allow
from trainer.web.national.routes import blueprint


@blueprint.get("/")
@allow(Permission.ADAPT)
def overview() -> str:
    return render_template("national/overview.html")
