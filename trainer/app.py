"""The web application: `create_app(config)` puts the parts together and refuses to start when one is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from trainer import resources
from trainer.config import Config
from trainer.languages import pseudo
from trainer.languages.words import available
from trainer.services.desk import Desk
from trainer.services.library import Shelf
from trainer.services.publishing import Proofs
from trainer.store.engine import Store
from trainer.web import assets, errors, gate, guard, headers, jinja, locale, sessions
from trainer.web.account import blueprint as account
from trainer.web.admin import blueprint as admin
from trainer.web.author import blueprint as author
from trainer.web.check import blueprint as check
from trainer.web.coordinate import blueprint as coordinate
from trainer.web.learn import blueprint as learn
from trainer.web.national import blueprint as national
from trainer.web.state import Site
from trainer.web.trail import blueprint as trail
from trainer.web.translate import blueprint as translate

BLUEPRINTS: tuple[Blueprint, ...] = (learn, account, coordinate, author, trail, translate, national, admin, check)

LARGEST_REQUEST = 500_000
"""Bytes of a request body. Nothing is uploaded yet; a form of 50,000 Khmer letters fits."""
MOST_FIELDS = 1_000


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    config: Config,
    *,
    store: Store | None = None,
    clock: Callable[[], datetime] = utc_now,
    blueprints: tuple[Blueprint, ...] = BLUEPRINTS,
) -> Flask:
    """The application for one configuration. Raises guard.UnguardedRoute for a route without a rule."""
    app = Flask("trainer", static_folder=None, template_folder=str(resources.folder("templates")))
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=MOST_FIELDS,
        TRUSTED_HOSTS=list(config.trusted_hosts) or None,
        PROPAGATE_EXCEPTIONS=False,
    )
    store = store or Store(config)
    if config.pseudo:
        pseudo.install()
    desk = Desk()
    app.extensions["trainer"] = Site(config, store, Shelf(store), desk, Proofs(desk), clock, available())
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    sessions.install(app)
    locale.install(app)
    jinja.install(app)
    assets.install(app)
    errors.install(app)
    # Flask runs what follows a request in reverse: the headers come last, when all cookies are set.
    headers.install(app)
    gate.install(app)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    guard.check_routes(app)
    return app
