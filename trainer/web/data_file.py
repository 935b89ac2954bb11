"""A person's copy of their data as a file. Its name says nothing of whose it is."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response


def as_file(held: Mapping[str, object]) -> Response:
    response = Response(json.dumps(held, ensure_ascii=False, indent=2) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
