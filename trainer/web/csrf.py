"""Forms may only be sent from our own pages, by the browser session the page was made for.

A token is `nonce | HMAC(nonce, cookie) | HMAC(nonce, person)`, each HMAC under its own derived key, so that

- it needs no row and no clock: a learner who thinks for hours does not lose an answer, nor does a restart;
- it is bound to the value of the session cookie (or, before sign-in, of the visitor cookie) and dies with it;
- it still tells, after the session has ended, for which person the page was made (see `pending`);
- it differs on every page, so that compressing pages gives nothing away.

Flask-WTF's CSRFProtect keeps its secret in Flask's own session cookie, which we do not have, and could not answer
the third point; this is the whole of what we need instead.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from flask import Request, Response, g
from itsdangerous import BadSignature, Signer
from markupsafe import Markup

from trainer.web import cookies
from trainer.web.state import State, current

FIELD = "csrf_token"
VISITOR = "visitor"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def token() -> str:
    """The token for the forms of the page being made; they share one."""
    held = (current.token or _visitor(current), current.identity.person_id if current.identity else "")
    made: dict[tuple[str, str], str] = g.setdefault("csrf_tokens", {})
    if held not in made:
        made[held] = made_for(*held)
    return made[held]


def made_for(cookie: str, person: str = "") -> str:
    """A token for the browser session that holds `cookie`."""
    nonce = secrets.token_bytes(16)
    raw = nonce + _mac("session", nonce, cookie) + _mac("person", nonce, person)
    return base64.urlsafe_b64encode(raw).decode("ascii")


def field() -> Markup:
    """The hidden field every POST form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def is_ours(text: str, cookie: str | None) -> bool:
    """The token was made for the browser session that holds `cookie`."""
    parts = _parts(text)
    return bool(cookie) and parts is not None and hmac.compare_digest(parts[1], _mac("session", parts[0], cookie or ""))


def is_for(text: str, person_id: str) -> bool:
    """The token was made on a page for this person, in whatever session."""
    parts = _parts(text)
    return bool(person_id) and parts is not None and hmac.compare_digest(parts[2], _mac("person", parts[0], person_id))


def comes_from_us(request: Request) -> bool:
    """The browser does not say that another site sent this. Both headers may be missing; neither may be foreign."""
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None and fetched not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")


def is_proved(request: Request, state: State) -> bool:
    """The body is a form and carries a token of this very session."""
    if request.mimetype not in FORM_TYPES:
        return False
    return is_ours(request.form.get(FIELD, ""), state.token or state.visitor)


def visitor_of(request: Request, state: State) -> str | None:
    """The value of the visitor cookie, when we have signed it."""
    try:
        return _signer(state).unsign(cookies.read(request, VISITOR) or "").decode("ascii")
    except BadSignature:
        return None


def keep_visitor(response: Response) -> Response:
    """Give an anonymous browser its cookie, once a page of ours had a form for it."""
    if current.new_visitor and current.visitor:
        cookies.put(response, VISITOR, _signer(current).sign(current.visitor).decode("ascii"))
    if current.visitor:
        response.vary.add("Cookie")
    return response


def _visitor(state: State) -> str:
    if state.visitor is None:
        state.visitor = secrets.token_urlsafe(16)
        state.new_visitor = True
    return state.visitor


def _signer(state: State) -> Signer:
    return Signer(state.config.secret_key, salt="visitor", digest_method=hashlib.sha256)


def _mac(purpose: str, nonce: bytes, value: str) -> bytes:
    key = hmac.digest(current.config.secret_key.encode(), f"csrf {purpose}".encode(), "sha256")
    return hmac.digest(key, nonce + value.encode(), "sha256")[:16]


def _parts(text: str) -> tuple[bytes, bytes, bytes] | None:
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return (raw[:16], raw[16:32], raw[32:]) if len(raw) == 48 else None
