"""P28: whatever staff change, or look at about people, is one event of the audit trail; and its pages."""

from __future__ import annotations

import re
import sqlite3
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import NOW
from tests.web.conftest import PASSWORD, Browser, World, dump
from tests.web.routes import routes
from tests.web.test_matrix import things_of
from trainer.services import audit, seals
from trainer.services.audit import Act
from trainer.store.errors import StoreFull
from trainer.store.scope import Scope
from trainer.store.trail import AuditEvent
from trainer.store.workshops import Pack
from trainer.vocabulary import NO_COUNTRY
from trainer.web import acts
from trainer.web.act_words import ACTS

ELSEWHERE = {
    "account.store_app", "account.store_passkey", "account.remove_app", "account.remove_passkey",
    "account.new_recovery_codes",
    "coordinate.decide_sheet", "coordinate.identify_scan", "coordinate.take_back_sheet", "coordinate.take_in_name_list",
    "coordinate.upload_scans", "coordinate.make_pack", "coordinate.store_typed", "coordinate.store_tally",
    "account.end_other_sessions", "account.reminders", "admin.role_holder", "admin.give_role", "admin.take_role",
    "coordinate.store_person_correction", "coordinate.print_slips", "coordinate.take_in_people_list",
    "coordinate.merge_people", "coordinate.separate_people", "coordinate.propose_transfer",
    "coordinate.accept_transfer", "coordinate.decline_transfer", "coordinate.take_back_transfer", "coordinate.keep",
    "coordinate.forget", "coordinate.make_copy", "coordinate.store_assignment", "coordinate.withdraw_assignment",
    "coordinate.restore_assignment", "coordinate.fix", "coordinate.save_report", "coordinate.change_saved_report",
    "coordinate.take_away_saved_report", "coordinate.bring_back_saved_report", "coordinate.add_funder_example",
    "coordinate.store_funder_line", "coordinate.change_funder_line", "coordinate.take_out_funder_line",
    "coordinate.put_back_funder_line", "coordinate.judge_example", "coordinate.store_paper_reactions",
    "coordinate.store_targets", "coordinate.store_report_words",
    "author.acknowledge", "author.publish", "author.put_back", "author.raise_revisions",
    "author.take_back_acknowledgement", "author.take_in_import", "author.take_newer", "author.upload_picture",
    "author.save_file", "author.delete_file", "author.restore_file",
    "national.sign", "national.withdraw", "national.discard", "national.save",
    "translate.add_comment", "translate.close_comment", "translate.publish", "translate.save_passage",
    "translate.take_file",
}  # fmt: skip
"""Routes that need more of a world than stands here. They are tried in the tests of their pages, where `conftest` looks
at each request of each test: never two events (`Browser.open`), never none (`nothing_is_done_silently`).
"""
NEW_WORKSHOP = {
    "title": "Harbour", "place": "Hall", "country": "KH", "starts_on": "2026-11-23", "ends_on": "2026-11-24",
    "main_locale": "km", "locales": ["en"], "modules": ["course"], "facilitators": "Lina",
}  # fmt: skip
SOMEBODY = {"agency_type": "police", "work_role": "frontline", "locale": "km", "sex": ""}
UNIT = {"path": "01-first.md"}
STEPS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("account.store_correction", {}, {**SOMEBODY, "full_name": "Ana Soares"}),
    ("account.ask_deletion", {}, {}),
    ("account.withdraw_deletion", {}, {}),
    ("account.end_session", {}, {}),
    ("account.change_password", {}, {"new": "four calm herons fishing"}),
    ("coordinate.store_person", {}, {**SOMEBODY, "full_name": "Sok Dara", "sign_in_name": "dara", "country": "KH"}),
    ("coordinate.note_wish", {}, {"wish-asked": "1"}),
    ("coordinate.take_wish_back", {}, {}),
    ("coordinate.slip", {}, {}),
    ("coordinate.shut", {}, {}),
    ("coordinate.open_again", {}, {}),
    ("coordinate.store_workshop", {}, NEW_WORKSHOP),
    ("coordinate.change_workshop", {}, {**NEW_WORKSHOP, "version": "1"}),
    ("coordinate.add_session", {}, {"title": "Opening", "held_on": "2026-11-23", "module": ""}),
    ("coordinate.change_session", {}, {"title": "Opening", "held_on": "2026-11-23", "module": ""}),
    ("coordinate.move_session", {}, {"move": "down"}),
    ("coordinate.store_participant", {}, {**SOMEBODY, "full_name": "Chan Thy"}),
    ("coordinate.add_known_participant", {}, {"person": "other"}),
    ("coordinate.set_language", {}, {"locale": "en"}),
    ("coordinate.store_attendance", {}, {"shown": "1", "present": "1"}),
    ("coordinate.issue_sheets", {}, {}),
    ("coordinate.print_certificates", {}, {}),
    ("coordinate.cancel_pack", {}, {}),
    ("coordinate.put_warning_aside", {}, {"note": "Asked"}),
    ("coordinate.take_warning_up", {}, {}),
    ("coordinate.put_scan_aside", {}, {}),
    ("coordinate.remove_participant", {"number": 2}, {}),
    ("coordinate.store_attendance", {}, {"shown": "1"}),
    ("coordinate.remove_session", {}, {}),
    ("coordinate.close_workshop", {}, {}),
    ("coordinate.reopen_workshop", {}, {}),
    ("coordinate.bin_workshop", {}, {}),
    ("coordinate.unbin_workshop", {}, {}),
    ("author.create_module", {}, {"title": "Safe harbours"}),
    ("author.duplicate", {}, {"title": "Another course", "slug": "another"}),
    ("author.add_unit", {}, {"kind": "lesson", "title": "Look"}),
    ("author.rename_file", {"path": "02-second.md"}, {"name": "02-listen"}),
    ("author.move_unit", UNIT, {"move": "down"}),
    ("author.discard_draft", {}, {"name": "course"}),
    ("author.archive", {}, {}),
    ("author.bring_back", {}, {}),
]
"""Endpoint, what differs in its address, what is posted: in this order each of them succeeds."""


def events(world: World, **where: str) -> list[AuditEvent]:
    with world.store.read(Scope.system("test")) as db:
        found = db.scalars(select(AuditEvent).filter_by(**where).order_by(AuditEvent.country, AuditEvent.number)).all()
        db.expunge_all()
    return list(found)


def test_every_route_that_may_change_something_is_an_act_or_says_why_not(app: Flask) -> None:
    """A route that is new here: put it into `trainer.web.acts`, or call `current.did` and name it in `SAYS_ITSELF`."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    known = [acts.CHANGES, acts.SAYS_ITSELF, acts.NEEDS_NONE]
    assert endpoints - set().union(*known) - acts.SHOWS.keys() == set()
    assert set().union(*known) - endpoints == set()
    assert len(set().union(*known)) == sum(map(len, known))
    assert all(acts.NEEDS_NONE.values())
    assert {told.act for told in (*acts.CHANGES.values(), *acts.SHOWS.values())} <= ACTS.keys()


def test_every_change_that_succeeds_is_one_event(app: Flask, world: World) -> None:
    assert {endpoint for endpoint, *_ in STEPS} == (acts.CHANGES.keys() | acts.SAYS_ITSELF) - ELSEWHERE - {
        "account.join"
    }
    me, other = world.with_every_role(), world.person()
    mine, _ = things_of(world, me, world.person())
    browser = world.sign_in(me)
    values = {**mine, "person_id": other.id, "slug": "course", "number": 1}
    with world.store.write(Scope.system("test")) as db:
        db.execute(update(Pack).values(state="draft"))
    wrong = []
    for endpoint, over, fields in STEPS:
        (path,) = (
            one.path for one in routes(app, {**values, **over}) if (one.endpoint, one.method) == (endpoint, "POST")
        )
        before, seen = dump(world.store), len(events(world))
        sent = {name: other.id if value == "other" else value for name, value in fields.items()}
        answer = browser.submit(path, sent, page="/en/check")
        new = len(events(world)) - seen
        if (answer.status_code, new, dump(world.store) != before) not in ((303, 1, True), (200, 1, True)):
            wrong.append(f"{endpoint}: {answer.status_code}, {new} events")
    assert "; ".join(wrong) == ""
    assert {event.actor for event in events(world)} == {me.id}
    assert {event.country for event in events(world)} == {"KH", NO_COUNTRY}
    assert events(world, act="data-corrected")[0].fields == "full_name"


def test_signing_up_is_the_persons_own_event(world: World) -> None:
    fields = {**SOMEBODY, "full_name": "Ana Soares", "sign_in_name": "ana", "country": "TL", "password": PASSWORD}
    assert Browser(world.app).submit("/en/sign-up", {**fields, "own": "0"}).status_code == 303
    (joined,) = events(world)
    assert (joined.country, joined.act, joined.actor) == ("TL", "person-joined", joined.object_id)


def test_what_changes_nothing_or_fails_is_no_event(world: World) -> None:
    browser, person = world.sign_in(world.coordinator("KH")), world.person()
    page = f"/en/coordinate/people/{person.id}"
    browser.submit(f"{page}/shut", page="/en/check")
    for _ in range(2):
        browser.submit("/en/my-data/withdraw-deletion", page="/en/check")
    assert browser.submit("/en/coordinate/people/add", {"full_name": ""}).status_code == 422
    taken = {**SOMEBODY, "full_name": "Sok Dara", "sign_in_name": person.sign_in_name, "country": "KH"}
    assert browser.submit("/en/coordinate/people/add", taken).status_code == 409
    assert (
        browser.submit(f"/en/coordinate/people/{world.person(country='TH').id}/shut", page="/en/check").status_code
        == 404
    )
    (shut,) = events(world)
    assert (shut.act, shut.object_id, shut.fields) == ("person-shut", person.id, "disabled_at")


def test_an_event_that_cannot_be_written_takes_the_change_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, person = world.sign_in(world.coordinator("KH")), world.person()
    monkeypatch.setattr(audit, "write", fail)
    before = dump(world.store)
    answer = browser.submit(f"/en/coordinate/people/{person.id}/shut", page="/en/check")
    assert answer.status_code == 503
    assert dump(world.store) == before


def fail(*_: object, **__: object) -> None:
    raise StoreFull


def test_looking_is_written_down_and_comes_although_it_cannot_be(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser, person = world.sign_in(world.coordinator("KH")), world.person()
    browser.get(f"/en/coordinate/people/{person.id}")
    browser.get("/en/coordinate/people")
    browser.submit("/en/coordinate/people", {"search": "dara"}, page="/en/check")
    browser.get("/en/coordinate/report.csv")
    assert browser.get(f"/en/coordinate/people/{world.person(country='TH').id}").status_code == 404
    acts_seen = [event.act for event in events(world)]
    assert acts_seen == ["person-seen", "people-listed", "people-searched", "report-downloaded"]
    monkeypatch.setattr(audit, "write", fail)
    assert person.full_name in browser.get(f"/en/coordinate/people/{person.id}").text
    assert "shown-not-noted" in caplog.text
    assert "acts=person-seen" in caplog.text
    assert person.full_name not in caplog.text


def main_of(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return unescape(
        " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2].partition("</main>")[0]).split())
    )


def test_a_coordinator_reads_their_own_countrys_trail_and_no_other(world: World) -> None:
    me, theirs = world.coordinator("KH", full_name="Lim Own"), world.coordinator("TH", full_name="Foreign Officer")
    mine, foreign = world.person(full_name="Chan Mine"), world.person(country="TH", full_name="Foreign Person")
    browser, other = world.sign_in(me), world.sign_in(theirs)
    browser.submit(f"/en/coordinate/people/{mine.id}/shut", page="/en/check")
    other.submit(f"/en/coordinate/people/{foreign.id}/shut", page="/en/check")
    with world.store.write(Scope.nobody()) as db:
        audit.write(db, [Act("person-seen", "KH", "person", mine.id)], actor=theirs.id, now=world.clock())
        audit.write(db, [Act("person-seen", "KH", "person", "gone")], actor="operator", now=world.clock())
    for address in ("/en/coordinate/audit", "/en/coordinate/audit?country=TH", "/en/coordinate/audit.csv?country=TH"):
        text = browser.get(address).text
        assert "Foreign" not in text
        assert foreign.id not in text
        assert "Chan Mine" in text
    shown = main_of(browser, "/en/coordinate/audit")
    assert "Lim Own – only what this person did Shut an account Chan Mine Shut" in shown
    assert "A person who is no longer here, or not of your countries – only" in shown
    assert "Whoever runs the server" in shown


def test_the_trail_is_narrowed_and_paged_by_number(world: World) -> None:
    me = world.coordinator("KH", "LA")
    browser, person = world.sign_in(me), world.person()
    with world.store.write(Scope.nobody()) as db:
        for number in range(70):
            act = Act("person-seen" if number % 2 else "slip-issued", "KH", "person", person.id if number < 3 else "x")
            audit.write(db, [act], actor=me.id if number < 60 else "operator", now=NOW + timedelta(hours=number + 1))

    def numbers(query: str) -> list[int]:
        text = browser.get(f"/en/coordinate/audit?country=KH&{query}").text
        return [int(number) for number in re.findall(r'<th scope="row" class="number">(\d+)</th>', text)]

    assert numbers("") == list(range(70, 20, -1))
    assert numbers("before=21&act=slip-issued") == list(range(19, 0, -2))
    assert numbers("act=slip-issued&kind=person&object_id=" + person.id) == [3, 1]
    assert numbers("actor=operator&act=slip-issued") == [69, 67, 65, 63, 61]
    day = f"{NOW:%Y-%m-%d}"
    assert numbers(f"since={day}&until={day}&act=person-seen") == list(range(20, 0, -2))
    assert numbers("until=9999-12-31&before=3") == [2, 1]
    assert numbers("before=x&kind=%00&act=nothing") == []
    wrong = main_of(browser, "/en/coordinate/audit?since=2026-13-45")
    assert "Write a day as year, month and day, such as 2026-11-25." in wrong
    linked = browser.get(f"/en/coordinate/people/{person.id}").text
    assert f"/en/coordinate/audit?country=KH&amp;kind=person&amp;object_id={person.id}" in linked
    lines = browser.get("/en/coordinate/audit.csv?country=KH&act=slip-issued").text.splitlines()
    assert lines[0].startswith("\ufeffNumber,Time (UTC),Who,")
    assert len(lines) == 1 + 35
    assert lines[1].startswith("69,")


def test_administrators_read_what_belongs_to_no_country(world: World) -> None:
    world.course()
    admin = world.with_role("administrator")
    browser = world.sign_in(admin)
    assert browser.submit("/en/author/modules/course/archive", page="/en/check").status_code == 303
    shown = main_of(browser, "/en/trail/")
    assert f"{admin.full_name} – only what this person did Archived a module Module course" in shown
    assert browser.get("/en/trail/trail.csv").status_code == 200
    assert browser.get("/en/coordinate/audit").status_code == 403
    assert world.sign_in(world.coordinator("KH")).get("/en/trail/").status_code == 403


def test_a_person_sees_what_was_done_with_their_own_record_and_not_by_whom(world: World) -> None:
    me, other, officer = world.person(), world.person(), world.coordinator("KH", full_name="Officer Lim")
    mine, theirs = world.sign_in(me), world.sign_in(officer)
    assert "Nothing was done with your record yet." in main_of(mine, "/en/my-data/seen")
    for person in (me, other):
        theirs.get(f"/en/coordinate/people/{person.id}")
    theirs.submit(f"/en/coordinate/people/{me.id}/slip", page="/en/check")
    mine.submit("/en/my-data/ask-deletion", page="/en/check")
    shown = main_of(mine, "/en/my-data/seen")
    assert len(re.findall("UTC", shown)) == 3
    assert "Asked for deletion You" in shown
    assert "Made a sign-in slip Somebody who answers for your country or for this site" in shown
    assert "Officer Lim" not in shown


def test_no_name_and_no_value_is_in_any_event(world: World) -> None:
    """What is typed and who it is about: planted, and looked for in every column of every event."""
    planted = ("Zyxwvut", "plantedname", "PLANTEDCODE")
    me = world.coordinator("KH", full_name="Zyxwvut Officer", sign_in_name="plantedname-me")
    browser, person = world.sign_in(me), world.person(full_name="Zyxwvut Learner", sign_in_name="plantedname")
    browser.submit("/en/my-data/correct", {**SOMEBODY, "full_name": "Zyxwvut Officer Two"})
    browser.submit("/en/coordinate/people", {"search": "Zyxwvut"}, page="/en/check")
    browser.submit(f"/en/coordinate/people/{person.id}/slip", page="/en/check")
    added = {**SOMEBODY, "full_name": "Zyxwvut Third", "sign_in_name": "plantedname3", "country": "KH"}
    browser.submit("/en/coordinate/people/add", added)
    browser.get(f"/en/coordinate/audit?object_id=PLANTEDCODE&act=Zyxwvut&actor={person.id}")
    with sqlite3.connect(world.store.path) as file:
        rows = file.execute("SELECT * FROM audit_event").fetchall()
    assert len(rows) == 5
    assert not [row for row in rows for word in planted if word.lower() in str(row).lower()]
    with world.store.read(Scope.system("test")) as db:
        assert [chain.findings for chain in seals.verify(db)] == [()]
