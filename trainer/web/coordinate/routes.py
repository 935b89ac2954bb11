"""The blueprint that the coordinator's views hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("coordinate", __name__, url_prefix="/<locale:locale>/coordinate")
