from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("coordinate", __name__)
