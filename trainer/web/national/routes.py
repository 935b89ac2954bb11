"""The blueprint that these views hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("national", __name__, url_prefix="/<locale:locale>/national")
