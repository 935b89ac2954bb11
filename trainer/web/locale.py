"""Which language a request is answered in: the prefix of its path, otherwise what the person or browser prefers."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

from flask import Flask, Request, current_app, redirect, request
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from trainer.languages.registry import LANGUAGES, SOURCE
from trainer.web import cookies
from trainer.web.state import State, current, site

COOKIE = "locale"


class Link(NamedTuple):
    """The page shown now, in another language."""

    tag: str
    name: str
    url: str


def converter(locales: tuple[str, ...]) -> type[BaseConverter]:
    """The converter behind `/<locale:locale>/…`: the interface languages and nothing else."""

    class LocaleConverter(BaseConverter):
        regex = "|".join(re.escape(tag) for tag in sorted(locales, key=len, reverse=True))

    return LocaleConverter


def choose(request: Request, state: State) -> str:
    """The locale of the path; without one the person's, the cookie's, the browser's, the source's."""
    locales = state.site.locales
    first = request.path.split("/", 2)[1] if request.path.startswith("/") else ""
    if first in locales:
        return first
    wishes = [state.identity.locale if state.identity else "", cookies.read(request, COOKIE) or ""]
    for wish in wishes:
        if wish in locales:
            return wish
    return request.accept_languages.best_match(locales) or SOURCE


def remember(response: Response, locale: str) -> None:
    """Keep the chosen language for this browser session."""
    cookies.put(response, COOKIE, locale)


def links() -> list[Link]:
    """This page in every interface language; where this address cannot be opened (again), the start page."""
    rest = rest_of_address()
    return [Link(tag, name(tag), f"/{tag}/{rest}") for tag in current.site.locales]


def rest_of_address() -> str:
    """The address of this page behind its locale; empty where it cannot be opened (again)."""
    if request.path.removeprefix("/").partition("/")[0] not in current.site.locales or not _can_be_opened():
        return ""
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    return _quoted(request.path.removeprefix("/").partition("/")[2]) + query


def _can_be_opened() -> bool:
    """There is a page at this address: a refused form often stands at the same one, a printed slip does not."""
    if request.method in ("GET", "HEAD"):
        return request.routing_exception is None
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(method="GET")


def _quoted(path: str) -> str:
    return quote(path, safe="/")


def name(tag: str) -> str:
    """The language's own name for itself."""
    language = LANGUAGES.get(tag)
    return language.name if language else tag


def to_preferred() -> Response:
    """Send a path without a locale to the same path with the preferred one."""
    response = redirect(f"/{current.locale}{_quoted(request.path)}", 302)
    response.vary.update(("Accept-Language", "Cookie"))
    return response


def install(app: Flask) -> None:
    """The path's locale is not handed to views, and `url_for` fills it in."""
    app.url_map.converters["locale"] = converter(site(app).locales)

    @app.url_value_preprocessor
    def take_locale(endpoint: str | None, values: dict[str, object] | None) -> None:
        if values is not None:
            values.pop("locale", None)

    @app.url_defaults
    def give_locale(endpoint: str, values: dict[str, object]) -> None:
        if "locale" not in values and app.url_map.is_endpoint_expecting(endpoint, "locale"):
            values["locale"] = current.locale
