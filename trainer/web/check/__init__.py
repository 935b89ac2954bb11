from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("check", __name__)
