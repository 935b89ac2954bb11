"""What stands around every page: made once for each language and kind of reader, and only filled in per page.

Header and footer are the same words and addresses on every page, and were more than half of what making a page cost.
What differs, the path in the language links, the way back from signing in and the form's token, goes into marks.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app, request
from markupsafe import Markup, escape

from trainer.access import Permission, allowed
from trainer.services.shelf import Cache
from trainer.web import csrf, locale
from trainer.web.state import current

REST, HERE, TOKEN = "\x01", "\x02", "\x03"
"""Marks; no words and no address of ours hold such characters."""
MOST = 1_000


def frame(part: str) -> Markup:
    """The HTML of `templates/frame/<part>.html` for this page."""
    signed_in = current.identity is not None
    reader = (current.locale, signed_in, allowed(current.identity, Permission.REPORT), request.script_root)
    html = _kept().get((part, *reader), lambda: _made(part))
    if part == "header":
        html = _filled(html, signed_in)
    return Markup(html)  # noqa: S704  made by a template; what is filled in is escaped


def _kept() -> Cache[tuple[object, ...], str]:
    """The application's own: addresses depend on it."""
    kept: Cache[tuple[object, ...], str] = current_app.extensions.setdefault("trainer-frame", Cache(MOST))
    return kept


def _made(part: str) -> str:
    return current_app.jinja_env.get_template(f"frame/{part}.html").render(rest=REST, here=HERE, token=TOKEN)


def _filled(html: str, signed_in: bool) -> str:
    rest = locale.rest_of_address()
    html = html.replace(REST, escape(rest))
    if signed_in:
        return html.replace(TOKEN, escape(csrf.token()))
    return html.replace(HERE, quote(f"/{current.locale}/{rest}", safe=""))
