"""Who is asking: a random token in a cookie, its row on the server, read anew for each request.

The cookie says nothing by itself, so a copy of it is dead once the row is: after signing out, a changed password, a
changed role, a disabled account. Flask's own signed session cookie is not used at all, and of Flask-Login only
`current_user`: its remember cookie and its session survive signing out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask, Request, Response, current_app
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import DONE, Identity, missing
from trainer.services import accounts
from trainer.store.errors import StoreError
from trainer.store.scope import Scope
from trainer.web import cookies, log
from trainer.web.state import State, current

COOKIE = "trainer"
LONGEST = 128
"""Longer cookies are not ours and are not looked up."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly the last use of a session is known: reading pages writes this often and no more."""
MOST_REMEMBERED = 10_000
"""Sessions whose last writing this process remembers."""


class User(UserMixin):  # type: ignore[misc]
    """Flask-Login's view of the person signed in."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity

    def get_id(self) -> str:
        return self.identity.person_id


class NoCookieSession(SessionInterface):
    """Flask's `session` is always empty and cannot be written: nothing about a person lives in a cookie."""

    class Empty(SecureCookieSession):
        def __setitem__(self, key: str, value: object) -> None:
            raise RuntimeError("Trainer keeps no session in a cookie; see trainer.web.sessions")

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        return self.Empty()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        return None


def install(app: Flask) -> None:
    app.session_interface = NoCookieSession()
    app.extensions["trainer-sessions-noted"] = {}
    app.config["REMEMBER_COOKIE_NAME"] = "trainer-never-remembers"
    manager = LoginManager()
    manager.session_protection = None
    # Templates ask `current`: Flask-Login would look the session up again for each, also for the error page that says
    # that it cannot be looked up.
    manager.init_app(app, add_context_processor=False)
    manager.request_loader(_load)


def identify(state: State) -> None:
    """Put the person signed in, if any, into `state`.

    Without the second step a session is nobody's, but on the routes that are part of signing in: whatever else asks who
    is there, a view, a template or the scope of a transaction, finds nobody.
    """
    user = current_user._get_current_object()
    state.identity = user.identity if user.is_authenticated else None
    if state.identity is None:
        return
    lacks = missing(state.identity, duty=state.config.second_factor)
    if lacks:
        state.waiting = state.identity
        meanwhile = state.rule is not None and lacks in state.rule.meanwhile
        state.identity = state.identity.without_roles() if meanwhile else None


def completed(token: str) -> None:
    """The session of this request has got its second step, and a new token: the rest of the request is in it."""
    current.token = token
    current.identity = replace(current.waiting or current.me, second_step=DONE)
    current.waiting = None


def _load(request: Request) -> User | None:
    token = cookies.read(request, COOKIE)
    if not token or len(token) > LONGEST:
        return None
    with current.read(Scope.system("who is asking")) as db:
        identity = accounts.identity(db, token, current.now(), accounts.Limits.of(current.config))
    if identity is None:
        return None
    current.token = token
    _note_use(identity, token)
    return User(identity)


def _note_use(identity: Identity, token: str) -> None:
    """Keep the session from ending while it is used. That it cannot be written now is no reason to refuse a page."""
    noted: dict[str, datetime] = current_app.extensions["trainer-sessions-noted"]
    last = noted.get(identity.session_id)
    if last is not None and timedelta(0) <= current.now() - last < SEEN_EVERY:
        return
    if len(noted) >= MOST_REMEMBERED:
        noted.clear()
    noted[identity.session_id] = current.now()
    try:
        with current.write(Scope.person(identity.person_id, identity.country)) as db:
            accounts.touch(db, token, current.now())
    except StoreError as error:
        log.event("session-use-not-noted", id=current.request_id, kind=type(error).__name__)


def begin(response: BaseResponse, token: str) -> None:
    """Hand the browser the token of a session just made."""
    cookies.put(response, COOKIE, token)


def end(response: BaseResponse) -> None:
    """Take the token back and ask the browser to forget what it kept of us."""
    cookies.drop(response, COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
