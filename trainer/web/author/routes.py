"""The blueprint that these views hang on, and what its templates need."""

from __future__ import annotations

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup

from trainer.web.author.places import anchor, file_url
from trainer.web.jinja import in_own_language, lang_of_name

blueprint = Blueprint("author", __name__, url_prefix="/<locale:locale>/author")


def written(text: str, source: str) -> Markup:
    """Words of a module written in `source`: in the font of their script, whatever the module says of its language."""
    return in_own_language(text, lang_of_name(text) or source)


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    state.app.jinja_env.filters["written"] = written
    state.app.jinja_env.globals |= {"file_url": file_url, "file_id": anchor}
