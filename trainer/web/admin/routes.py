"""The blueprint that the administrators' views hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/<locale:locale>/roles")
