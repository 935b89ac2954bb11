"""The blueprint the views hang on, and what its templates need everywhere."""

from __future__ import annotations

from flask import Blueprint, request
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup

from trainer.web import cookies, preferences

blueprint = Blueprint("learn", __name__)


def reading() -> preferences.Preferences:
    """How the person at this device likes to read."""
    return preferences.read(cookies.read(request, preferences.COOKIE) or "")


def preference_attributes() -> Markup:
    return reading().attributes()


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["preference_attributes"] = preference_attributes
