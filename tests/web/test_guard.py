"""Every route says who may call it, or the application does not start."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask

from tests.web.conftest import Browser, Clock, World, an_app
from trainer.access import Permission
from trainer.app import BLUEPRINTS
from trainer.config import Config
from trainer.store.engine import Store
from trainer.web import guard


def test_every_route_has_a_rule(app: Flask) -> None:
    bare = [rule.endpoint for rule in app.url_map.iter_rules() if guard.rule_of(app, rule.endpoint) is None]
    assert not bare


def test_an_application_with_a_bare_route_does_not_start(config: Config, sqlite_store: Store, clock: Clock) -> None:
    forgetful = Blueprint("forgetful", __name__)
    forgetful.get("/<locale:locale>/everything")(lambda: "names")
    with pytest.raises(guard.UnguardedRoute, match="forgetful"):
        an_app(config, sqlite_store, clock, blueprints=(*BLUEPRINTS, forgetful))


def test_routes_open_to_everybody_are_these_and_no_others(app: Flask) -> None:
    """A new public route is a decision: it is written down here, too."""
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (found := guard.rule_of(app, rule.endpoint)) and not found.signed_in
    }
    assert public - {endpoint for endpoint in public if endpoint.startswith("learn.")} == {
        "static", "account.sign_in", "account.enter", "account.sign_up", "account.join", "account.signed_out",
        "check.anywhere", "check.check", "check.result",
    }  # fmt: skip


def test_coordinators_pages_ask_for_a_permission_of_a_country(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("coordinate."):
            found = guard.rule_of(app, rule.endpoint)
            assert found is not None
            assert found.permission in (Permission.REPORT, Permission.SEE_PEOPLE, Permission.MANAGE_PEOPLE)


WRITING = {"translate.save_passage", "translate.add_comment"}
"""Whoever was writing gets the words back after signing in again."""


def test_no_route_with_a_permission_or_a_secret_keeps_a_post_for_later(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        found = guard.rule_of(app, rule.endpoint)
        assert found is not None
        if found.permission or rule.endpoint in ("account.change_password", "account.enter", "account.join"):
            assert found.keep == (rule.endpoint in WRITING), rule.endpoint


def test_who_is_not_signed_in_is_asked_to_and_then_comes_back(browser: Browser, world: World) -> None:
    asked = browser.get("/km/my-data/correct?x=1")
    assert asked.status_code == 303
    assert asked.location == "/km/sign-in?next=/km/my-data/correct?x%3D1"
    assert 'name="next" value="/km/my-data/correct?x=1"' in browser.get(asked.location).text


def test_a_role_is_read_anew_for_each_request(world: World) -> None:
    coordinator = world.coordinator("KH")
    browser = world.sign_in(coordinator)
    assert browser.get("/en/coordinate/people").status_code == 200
    from sqlalchemy import delete

    from trainer.store.models import Grant
    from trainer.store.scope import Scope

    with world.store.write(Scope.system("test")) as db:
        db.execute(delete(Grant))
    assert browser.get("/en/coordinate/people").status_code == 403


def test_nothing_is_rendered_inside_a_transaction(config: Config, sqlite_store: Store, clock: Clock) -> None:
    """A view that renders while it holds the writer's lock is found by the first request to it."""
    from flask import render_template

    from trainer.store.scope import Scope
    from trainer.web.state import current

    slow = Blueprint("slow", __name__)

    @slow.get("/<locale:locale>/slow")
    @guard.public
    def view() -> str:
        with current.write(Scope.nobody()):
            return render_template("account/signed_out.html")

    app = an_app(config, sqlite_store, clock, blueprints=(*BLUEPRINTS, slow))
    assert app.test_client().get("/en/slow").status_code == 500
    with sqlite_store.write(Scope.nobody()):
        pass  # the lock is free again
