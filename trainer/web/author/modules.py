"""Modules: the list."""

from __future__ import annotations

from flask import render_template

from trainer.access import Permission
from trainer.web.author.routes import blueprint
from trainer.web.guard import allow


@blueprint.get("/modules")
@allow(Permission.READ_DRAFTS)
def module_list() -> str:
    return render_template("author/modules.html")
