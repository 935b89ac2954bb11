"""The style sheet, scripts and fonts: at addresses made of their content, so that a browser keeps them for ever."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from flask import Flask, Response, request, send_from_directory, url_for

from trainer.web import guard

FOLDER = Path(__file__).resolve().parent / "static"
YEAR = 365 * 24 * 60 * 60
SQUEEZED = frozenset({".css", ".js", ".svg"})
"""Sent compressed. Fonts are compressed already; pages are left to the proxy in front."""


class Assets:
    """The files as they are when the application starts."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        digest = hashlib.sha256()
        self.names: set[str] = set()
        self.squeezed: dict[str, bytes] = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name, data = path.relative_to(folder).as_posix(), path.read_bytes()
            digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
            self.names.add(name)
            if path.suffix in SQUEEZED:
                self.squeezed[name] = gzip.compress(data, 9, mtime=0)
        self.version = digest.hexdigest()[:12]
        """Over all files: one sheet that names another may do so by a relative address."""

    def url(self, name: str) -> str | None:
        """The address of a file; None where it was not built, so that the page can do without it."""
        return url_for("static", version=self.version, path=name) if name in self.names else None

    def response(self, version: str, name: str) -> Response:
        """The file. Only under its own version may it be kept."""
        response = send_from_directory(self.folder, name)
        if name in self.squeezed:
            response.vary.add("Accept-Encoding")
            if request.accept_encodings["gzip"] > 0 and "Range" not in request.headers:
                response.close()
                response.direct_passthrough = False
                response.set_data(self.squeezed[name])
                response.headers["Content-Encoding"] = "gzip"
                response.headers.pop("ETag", None)
        response.cache_control.no_cache = None
        if version == self.version:
            response.cache_control.public, response.cache_control.immutable = True, True
            response.cache_control.max_age = YEAR
        return response


def install(app: Flask) -> None:
    assets = Assets()
    app.jinja_env.globals["static_url"] = assets.url

    @app.get("/static/<version>/<path:path>", endpoint="static")
    @guard.public_file
    def static(version: str, path: str) -> Response:
        return assets.response(version, path)
