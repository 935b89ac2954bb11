"""What a view may ask about the running request: `current`. What stands behind all requests: `Site`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from trainer.access import OF_A_COUNTRY, Identity, Permission, countries_of
from trainer.config import Config, Smtp
from trainer.languages.words import Words, words
from trainer.services.audit import Act
from trainer.services.desk import Desk
from trainer.services.library import Shelf
from trainer.services.publishing import Proofs
from trainer.services.retention import Times
from trainer.store.engine import Store
from trainer.store.scope import Scope
from trainer.web import acts
from trainer.web.guard import Rule


@dataclass(frozen=True, slots=True)
class Site:
    """What all requests of one application share."""

    config: Config
    store: Store
    shelf: Shelf
    desk: Desk
    """Modules being worked on."""
    proofs: Proofs
    """What publishing them would do."""
    clock: Callable[[], datetime]
    """The one place the time comes from."""
    locales: tuple[str, ...]
    """The interface languages, in registry order."""

    @property
    def key(self) -> str:
        """What signs tokens, and tells this installation's paper from another's."""
        return self.config.secret_key

    @property
    def mail(self) -> Smtp | None:
        """Who takes our letters; None: no e-mail is sent from here."""
        return self.config.smtp

    @property
    def origin(self) -> str:
        """The site's address, for links in letters; empty: not known."""
        return self.config.origin

    @property
    def report_days(self) -> int:
        """So many days after its end a quarter's figures are fixed."""
        return self.config.report_days

    @property
    def keep_scans(self) -> timedelta:
        """How long pictures of answer sheets are kept."""
        return self.config.keep_scans

    @property
    def times(self) -> Times:
        """How long accounts, answers and certificates of forgotten people are kept."""
        return Times.of(self.config)

    @property
    def certificate_days(self) -> int | None:
        """So many days after it was earned a forgotten person's certificate can be checked; None: for good."""
        return self.config.keep_certificates.days if self.config.keep_certificates else None


def site(app: Flask | None = None) -> Site:
    return cast("Site", (app or current_app).extensions["trainer"])


@dataclass(slots=True)
class State:
    """One request."""

    site: Site
    moment: datetime
    request_id: str
    """Shown on error pages and written in the log; says nothing about the person."""
    locale: str = "en"
    identity: Identity | None = None
    waiting: Identity | None = None
    """Whose session it is that lacks the second step. `identity` is nobody then, or somebody without roles where the
    route belongs to signing in."""
    token: str | None = None
    """The session token this browser sent; None when it sent none or one that has ended."""
    rule: Rule | None = None
    open: str = ""
    """`read` or `write` while a transaction is open: nothing may be rendered then."""
    visitor: str | None = None
    """What the signed cookie of an anonymous browser carries."""
    new_visitor: bool = False
    marking: bool = False
    """A page is being made for many requests: what differs is left open (see `frame.page`)."""
    facts: dict[str, str] = field(default_factory=dict)
    """What the log line of this request says beyond the usual. Never anything personal."""
    acts: list[Act] = field(default_factory=list)
    """What this request showed that belongs into the audit trail and is not written there yet."""
    said: list[Act] | None = None
    """What the open transaction did, as its view says it; None: none is open."""
    told: bool = False
    """The route's own act (`web.acts`) is written, or will be: once for each request."""

    @property
    def config(self) -> Config:
        return self.site.config

    @property
    def store(self) -> Store:
        return self.site.store

    @property
    def shelf(self) -> Shelf:
        return self.site.shelf

    @property
    def desk(self) -> Desk:
        return self.site.desk

    @property
    def proofs(self) -> Proofs:
        return self.site.proofs

    @property
    def words(self) -> Words:
        return words(self.locale)

    @property
    def me(self) -> Identity:
        """The person signed in. Only for routes whose rule asks for one."""
        if self.identity is None:
            raise RuntimeError("nobody is signed in: the route's rule should have asked for it")
        return self.identity

    @property
    def countries(self) -> frozenset[str]:
        """Those that whoever is signed in coordinates."""
        return self.identity.countries if self.identity else frozenset()

    def now(self) -> datetime:
        """The moment this request came in: one moment for all it does. UTC."""
        return self.moment

    def scope(self) -> Scope:
        """What this request may touch: by its rule the person, or the countries the person answers for."""
        if self.identity is None:
            return Scope.nobody()
        asked = self.rule.permission if self.rule is not None else None
        if asked == Permission.REPORT:
            return Scope.counts(countries_of(self.identity, asked))
        if asked is not None:
            return Scope.countries(countries_of(self.identity, asked) if asked in OF_A_COUNTRY else self.countries)
        return Scope.person(self.identity.person_id, self.identity.country)

    @contextmanager
    def read(self, scope: Scope | None = None) -> Iterator[Session]:
        """The request's transaction, for reading. What it showed of people is written down after the answer is made."""
        told = acts.SHOWS.get(request.endpoint or "") if scope is None else None
        with self._only("read") as said, self.store.read(scope or self.scope()) as db:
            own = acts.objects(self, db, told)
            yield db
        self.told = self.told or bool(own)
        self.acts += said or own

    @contextmanager
    def write(self, scope: Scope | None = None) -> Iterator[Session]:
        """The request's transaction, for writing. Committed when the block ends, rolled back when it raises: the change
        and what the audit trail says of it, both or neither.

        With a `scope` of its own it is not the route's: it writes what was said, and nothing by itself.
        """
        told = acts.CHANGES.get(request.endpoint or "") if scope is None else None
        with self._only("write") as said, self.store.write(scope or self.scope()) as db:
            own = acts.objects(self, db, told)
            yield db
            acts.keep(self, db, said, own, is_own=scope is None)
        self.acts.clear()

    def did(self, act: str, *, country: str, kind: str, object_id: str, fields: Iterable[str] = ()) -> None:
        """For the audit trail: what whoever is signed in saw or changed of somebody or something else.

        `act`: a code such as `person-shut`; `country`: whose chain, `vocabulary.NO_COUNTRY` for what belongs to all;
        `kind` and `object_id`: what it was done to, as in addresses; `fields`: names of what changed, never values. Say
        it inside the transaction that does it. It is written with that, or after the answer where that only reads.
        """
        (self.acts if self.said is None else self.said).append(Act(act, country, kind, object_id, tuple(fields)))

    @contextmanager
    def _only(self, kind: str) -> Iterator[list[Act]]:
        """-> what is said in it"""
        if self.open:
            raise RuntimeError("a request has one transaction at a time")
        self.open = kind
        said: list[Act] = []
        self.said = said
        try:
            yield said
        finally:
            self.open = ""
            self.said = None


current: State = cast("State", LocalProxy(lambda: g.state))


def refuse_rendering_inside_a_transaction(sender: Flask, **_: object) -> None:
    """A slow template must not hold the writer's lock. Connected to Flask's signal before each template."""
    state = g.get("state")
    if state is not None and state.open:
        raise RuntimeError(f"a template was rendered inside the {state.open} transaction")
