"""Who may call a route: one decorator on every view, checked at start and before each request.

    @public                       anybody
    @public_file                  anybody, and the answer never depends on who
    @signed_in                    anybody who is signed in, about themselves
    @between(PROVE)               as `signed_in`, and those whose second step is still missing
    @allow(Permission.REPORT)     who holds the permission, about the people of their own countries

The application does not start with a route that declares nothing, so a forgotten rule is found by its author.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from flask import Flask

from trainer.access import Permission

View = TypeVar("View", bound=Callable[..., Any])


class Rule(NamedTuple):
    """What a route asks of the person who calls it."""

    signed_in: bool
    permission: Permission | None = None
    anonymous: bool = False
    """The same for everybody: who is asking is not even looked up."""
    keep: bool = False
    """What was posted is kept over a sign-in when the session had ended (see `pending`). Never for secrets."""
    meanwhile: frozenset[str] = frozenset()
    """Open, too, to a session with this still missing (`access.missing`). To all other routes it is nobody's."""


class UnguardedRoute(Exception):  # noqa: N818  named for what was found
    """A route of the application declares no rule; the message names the endpoints."""


def public(view: View) -> View:
    """Anybody may call this."""
    return _ruled(view, Rule(signed_in=False))


def public_file(view: View) -> View:
    """A file that is the same for everybody; the session is not looked up."""
    return _ruled(view, Rule(signed_in=False, anonymous=True))


def signed_in(view: View) -> View:
    """Anybody signed in may call this, about themselves. A post is kept when the session had ended."""
    return _ruled(view, Rule(signed_in=True, keep=True))


def signed_in_afresh(view: View) -> View:
    """As `signed_in`, but a post is never kept over a sign-in: it carries a secret or must be meant now."""
    return _ruled(view, Rule(signed_in=True))


def between(*missing: str) -> Callable[[View], View]:
    """Part of signing in: also for whoever has given a password and still lacks `missing` (`access.missing`).

    For them the view's person has no roles. A post is never kept.
    """
    return lambda view: _ruled(view, Rule(signed_in=True, meanwhile=frozenset(missing)))


def allow(permission: Permission, *, keep: bool = False) -> Callable[[View], View]:
    """Who holds `permission` may call this, about their own countries and languages.

    `keep`: what was written is kept over a sign-in when the session had ended meanwhile.
    """
    return lambda view: _ruled(view, Rule(signed_in=True, permission=permission, keep=keep))


def _ruled(view: View, rule: Rule) -> View:
    view.rule = rule  # type: ignore[attr-defined]
    return view


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    return getattr(app.view_functions.get(endpoint), "rule", None)


def check_routes(app: Flask) -> None:
    """Raises UnguardedRoute when a route has no rule."""
    endpoints = {route.endpoint for route in app.url_map.iter_rules()}
    bare = sorted(endpoint for endpoint in endpoints if rule_of(app, endpoint) is None)
    if bare:
        raise UnguardedRoute("these routes do not say who may call them: " + ", ".join(bare))
