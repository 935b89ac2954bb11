"""What every request passes, in this order: who asks, does the form come from us, may they. And the log at the end."""

from __future__ import annotations

import logging
import secrets
import time

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import NotFound

from trainer.access import allowed
from trainer.services.problems import Refused
from trainer.web import acts, csrf, errors, guard, locale, log, pending, sessions, uploads
from trainer.web.pending import SignInNeeded
from trainer.web.state import State, current, site


def install(app: Flask) -> None:
    app.before_request(who)
    app.before_request(may_they)
    app.after_request(note)
    app.after_request(note_shown)
    app.after_request(csrf.keep_visitor)


def who() -> None:
    """Begin the request: the moment, the rule of the route, the person, the language."""
    here = site()
    g.started = time.perf_counter()
    g.state = state = State(here, here.clock(), secrets.token_hex(4))
    state.rule = guard.rule_of(current_app, request.endpoint or "")
    state.locale = locale.choose(request, state)
    state.visitor = csrf.visitor_of(request, state)
    if state.rule is None or not state.rule.anonymous:
        sessions.identify(state)
        state.locale = locale.choose(request, state)


def may_they() -> None:
    """Refuse what must not go on. Raises Forged, SignInNeeded, Refused; routes that do not exist go on to their 404."""
    if request.routing_exception is not None:
        return
    rule = current.rule
    if rule is None or "\0" in request.path:  # PostgreSQL refuses it even in a question
        raise NotFound
    if request.method not in csrf.SAFE:
        if rule.permission is not None and allowed(current.identity, rule.permission):
            uploads.widen(current_app, request)
        _check_form(rule)
    if rule.signed_in and current.identity is None:
        raise SignInNeeded
    if rule.permission is not None and not allowed(current.identity, rule.permission):
        raise Refused


def _check_form(rule: guard.Rule) -> None:
    """The form comes from a page of this very session, or is kept for the person it was made for."""
    if not csrf.comes_from_us(request):
        raise errors.Forged
    if csrf.is_proved(request, current):
        return
    if request.mimetype not in csrf.FORM_TYPES:
        raise errors.Forged
    if current.identity is None and rule.signed_in:
        envelope = pending.seal(request, current) if rule.keep else None
        raise SignInNeeded(envelope)
    proof = request.form.get(csrf.FIELD, "")
    raise errors.Forged(mine=rule.keep and current.identity is not None and csrf.is_for(proof, current.me.person_id))


def note_shown(response: Response) -> Response:
    """What the answer showed of people, for the audit trail."""
    acts.note_shown()
    return response


def note(response: Response) -> Response:
    """One line in the log. The route's name, not its path, which may hold a code or an id."""
    if current.rule is None or not current.rule.anonymous:
        milliseconds = round((time.perf_counter() - g.started) * 1000, 1)
        facts: dict[str, object] = {"id": current.request_id, "method": request.method, **current.facts}
        facts |= {"route": request.endpoint or "-", "status": response.status_code, "ms": milliseconds}
        log.event("request", logging.INFO, **facts)
    return response
