"""What stands around every page, and whole pages that few things differ on: made once, and only filled in per request.

Header and footer are the same words and addresses on every page, and were more than half of what making a page cost.
What differs, the path in the language links, the way back from signing in and the form's token, goes into marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from flask import current_app, request
from markupsafe import Markup, escape

from trainer.access import Permission, allowed
from trainer.services.shelf import Cache, bytes_of_text
from trainer.web import csrf, locale, notices
from trainer.web.state import current

REST, HERE, TOKEN = "\x01", "\x02", "\x03"
"""Marks. Checked text has no such characters, and `content.html` lets none through."""
HOLE = "\x04"
"""Stands around the name of something that the page's own view fills in."""
IN_THE_HEADER = (
    Permission.REPORT,
    Permission.READ_DRAFTS,
    Permission.TRANSLATE,
    Permission.ADAPT,
    Permission.ADMINISTER,
)
"""What the header asks about the reader."""
MOST = 1_000
MOST_BYTES = 16_000_000
"""Of whole pages kept, in memory."""

_MARKS = re.compile(f"([{REST}{HERE}{TOKEN}]|{HOLE}[^{HOLE}]*{HOLE})")


def frame(part: str) -> Markup:
    """The HTML of `templates/frame/<part>.html` for this page."""
    html = _kept().get((part, *_reader()), lambda: _made(part))
    if part == "header" and not current.marking:
        html = _filled(html)
    return Markup(html)  # noqa: S704  made by a template; what is filled in is escaped


def page(key: tuple[object, ...], render: Callable[[], str], fill: Callable[[str], Markup]) -> str:
    """The page that `render` gives, made once per `key`, language and kind of reader.

    Where the template shows `hole(name)`, `fill(name)` stands on each request. Everything else on the page may depend
    on nothing but `key`: no person, no query, no notice.
    """
    pieces = _pages().get((*key, *_reader(), request.path), lambda: _marked(render))
    return _joined(pieces, fill)


def page_now(render: Callable[[], str], fill: Callable[[str], Markup]) -> str:
    """The same for one request alone, which may show what only it shows."""
    return _joined(_marked(render), fill)


def _joined(pieces: tuple[str, ...], fill: Callable[[str], Markup]) -> str:
    values: dict[str, str] = {}
    for mark in pieces[1::2]:
        if mark not in values:
            values[mark] = fill(mark[1:-1]) if mark[0] == HOLE else _value(mark)
    return "".join(values[piece] if at % 2 else piece for at, piece in enumerate(pieces))


def hole(name: str) -> Markup:
    """Where `page` fills in what `name` stands for."""
    return Markup(f"{HOLE}{escape(name)}{HOLE}")  # noqa: S704  the name is escaped


def is_plain() -> bool:
    """This request's page has nothing on it that only this request shows."""
    return not notices.shown()


def _reader() -> tuple[object, ...]:
    """What frames depend on."""
    shown = tuple(allowed(current.identity, permission) for permission in IN_THE_HEADER)
    here = current.identity is not None, current.waiting is not None
    return current.locale, here, shown, request.script_root


def _kept() -> Cache[tuple[object, ...], str]:
    """The application's own: addresses depend on it."""
    kept: Cache[tuple[object, ...], str] = current_app.extensions.setdefault("trainer-frame", Cache(MOST))
    return kept


def _pages() -> Cache[tuple[object, ...], tuple[str, ...]]:
    kept: Cache[tuple[object, ...], tuple[str, ...]] = current_app.extensions.setdefault(
        "trainer-pages", Cache(MOST_BYTES, bytes_of_text)
    )
    return kept


def _made(part: str) -> str:
    return current_app.jinja_env.get_template(f"frame/{part}.html").render(rest=REST, here=HERE, token=TOKEN)


def _marked(render: Callable[[], str]) -> tuple[str, ...]:
    """The page in pieces: every second one is a mark."""
    current.marking = True
    try:
        return tuple(_MARKS.split(render()))
    finally:
        current.marking = False


def _filled(html: str) -> str:
    pieces = _MARKS.split(html)
    pieces[1::2] = [_value(mark) for mark in pieces[1::2]]
    return "".join(pieces)


def _value(mark: str) -> str:
    """What stands for `mark` on this request's page, escaped."""
    if mark == TOKEN:
        return escape(csrf.token())
    rest = locale.rest_of_address()
    return escape(rest) if mark == REST else quote(f"/{current.locale}/{rest}", safe="")
