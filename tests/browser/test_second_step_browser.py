"""Passkeys with Chromium's own authenticator; the pages of the second step on a phone, in every scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_languages_browser import PHONE
from tests.browser.test_workshop import Looker, press
from tests.factories import a_grant, a_person
from tests.web.conftest import PASSWORD
from tests.web.test_second_step import CODE, hash_of_password
from trainer.access import COORDINATOR
from trainer.services import totp
from trainer.store.scope import Scope

PEOPLE = re.compile(r":\d+/en/coordinate/people$")
KEY = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True,
       "automaticPresenceSimulation": True}  # fmt: skip


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """At a host with a name, where browsers allow passkeys, with a device that has them."""
    context = chromium.new_context(base_url=site.url.replace("127.0.0.1", "localhost"), viewport=PHONE)
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield page
    context.close()


def a_coordinator(site: Site, name: str) -> None:
    with site.store.write(Scope.system("test")) as db:
        person = a_person(db, country="KH", sign_in_name=name, full_name="Sok Vibol", password_hash=hash_of_password())
        a_grant(db, person, COORDINATOR, over="KH")


def give_password(page: Page, name: str, path: str = "/en/coordinate/people") -> None:
    page.goto(path)
    page.fill("#name", name)
    page.fill("#secret", PASSWORD)
    press(page, "Sign in")


def sign_out(page: Page) -> None:
    press(page, "Sign out")


def test_a_passkey_is_added_and_opens(page: Page, site: Site) -> None:
    a_coordinator(site, "passkey-coordinator")
    looker = Looker(page, site)
    give_password(page, "passkey-coordinator")
    expect(page.locator("h1")).to_have_text("Set up your second step")
    expect(page.locator("nav a", has_text="Coordinate")).to_have_count(0)
    looker.look()
    press(page, "Add a passkey")  # without a name
    expect(page.locator("#errors")).to_contain_text("name")
    page.fill("#name", "ទូរស័ព្ទ")
    press(page, "Add a passkey")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    codes = CODE.findall(page.locator("main").inner_text())
    assert len(codes) == 10
    press(page, "I have kept them, go on")
    expect(page).to_have_url(PEOPLE)
    sign_out(page)
    give_password(page, "passkey-coordinator")
    expect(page.locator("h1")).to_have_text("Second step")
    press(page, "Use a passkey")
    expect(page).to_have_url(PEOPLE)
    page.goto("/en/second-step/mine")
    expect(page.locator("main")).to_contain_text("ទូរស័ព្ទ")
    looker.look()
    assert looker.faults == []


def test_a_cancelled_passkey_says_so_and_an_app_opens(page: Page, site: Site) -> None:
    a_coordinator(site, "app-coordinator")
    looker = Looker(page, site)
    page.add_init_script(
        "navigator.credentials.create = async () => { throw new DOMException('', 'NotAllowedError'); }"
    )
    give_password(page, "app-coordinator")
    page.fill("#name", "x")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("[data-failed]")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_focused()
    secret = page.locator("code.key").inner_text().replace(" ", "")
    page.fill("#code", totp.code_at(secret, datetime.now(UTC)))
    press(page, "Add this app")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    codes = CODE.findall(page.locator("main").inner_text())
    press(page, "I have kept them, go on")
    sign_out(page)
    give_password(page, "app-coordinator")
    expect(page.locator("#code")).to_be_focused()
    looker.look()
    page.locator("summary", has_text="Your device is not here?").click()
    page.fill("#recovery", codes[0].lower())
    press(page, "Use a recovery code")
    expect(page.locator(".note[role=status]")).to_contain_text("You signed in with a recovery code")
    assert looker.faults == []


def test_without_a_script_codes_are_what_is_left(chromium: Browser, site: Site) -> None:
    a_coordinator(site, "bare-coordinator")
    context = chromium.new_context(
        base_url=site.url.replace("127.0.0.1", "localhost"), viewport=PHONE, java_script_enabled=False
    )
    page = context.new_page()
    give_password(page, "bare-coordinator")
    expect(page.locator("[data-no-passkey]")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_have_count(0)
    secret = page.locator("code.key").inner_text().replace(" ", "")
    page.fill("#code", totp.code_at(secret, datetime.now(UTC)))
    press(page, "Add this app")
    press(page, "I have kept them, go on")
    expect(page).to_have_url(PEOPLE)
    context.close()
