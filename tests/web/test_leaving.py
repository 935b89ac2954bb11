"""Merging, moving, forgetting and keeping people, on their pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest

from tests.factories import a_workshop, an_identity
from tests.services.world import Learner
from tests.web.conftest import Browser, World, dump
from tests.web.test_matrix import UNSTABLE
from tests.web.test_sessions import is_in
from trainer.services import forgetting, merging, retention, room, warnings
from trainer.services.shelf import Shelf
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.store.workshops import WorkshopSession
from trainer.web.state import State

PEOPLE = "/en/coordinate/people"
SYSTEM = Scope.system("test")


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def trail(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """What was said for the audit trail: act, country, object."""
    said: list[tuple[str, str, str]] = []

    real = State.did

    def did(self: State, act: str, *, country: str, kind: str, object_id: str, fields: Iterable[str] = ()) -> None:
        said.append((act, country, object_id))
        real(self, act, country=country, kind=kind, object_id=object_id, fields=fields)

    monkeypatch.setattr(State, "did", did)
    return said


def certified(world: World, **over: object) -> tuple[Person, str]:
    who = world.person(**{"created_at": world.clock(), **over})  # type: ignore[arg-type]
    one = Learner(world.store, Shelf(world.store), an_identity(who), now=world.clock())
    return who, str(one.complete().extra["certificate"])


def test_a_person_who_asked_is_forgotten_and_the_certificate_is_still_good(
    world: World, browser: Browser, trail: list[tuple[str, str, str]]
) -> None:
    world.course()
    who, code = certified(world, full_name="Chan Sothea", sign_in_name="sothea")
    theirs, mine = world.sign_in(who), world.sign_in(world.coordinator("KH"))
    page = f"{PEOPLE}/{who.id}/forget"
    shown = plain(mine.get(page).text)
    for line in ("The record of 1 module", "1 certificate can still be checked", "is signed out in 1 browser"):
        assert line in shown
    for fields, field in (({}, "typed"), ({"typed": "Somebody"}, "typed"), ({"typed": "Chan Sothea"}, "asked")):
        answer = mine.submit(page, fields)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    theirs.submit("/en/my-data/deletion", page="/en/my-data")
    assert mine.submit(page, {"typed": "chan  sothea", "asked": "1"}).status_code == 303
    assert trail == [("person-forgotten", "KH", who.id)]
    assert not is_in(theirs)
    assert mine.get(f"{PEOPLE}/{who.id}").status_code == 404
    assert "Sothea" not in dump(world.store)
    assert "sothea" not in dump(world.store)
    checked = plain(browser.get(f"/en/check/{code}").text)
    assert "This certificate is valid" in checked
    assert "The name of the person is no longer kept" in checked


def test_somebody_with_a_role_is_not_forgotten_or_moved(world: World) -> None:
    mine, trainer = world.sign_in(world.coordinator("KH")), world.with_role("trainer")
    assert "An administrator must take it away first" in mine.get(f"{PEOPLE}/{trainer.id}/forget").text
    fields = {"typed": trainer.full_name, "asked": "1"}
    page = f"{PEOPLE}/{trainer.id}"
    assert mine.submit(f"{page}/forget", fields, page=page).status_code == 422
    moved = mine.submit(f"{page}/transfer", {"country": "LA", "reason": "wish"})
    assert moved.status_code == 409
    assert "An administrator must take it away first" in moved.text


def test_two_entries_are_found_compared_merged_and_put_back(world: World) -> None:
    world.course()
    first, _ = certified(world, full_name="Sok Dara", sign_in_name="one")
    world.clock.turn(minutes=1)
    second, _ = certified(world, full_name="Dara Sok", sign_in_name="two")
    mine = world.sign_in(world.coordinator("KH", full_name="Lina"))
    assert "Not everything has been looked through yet" in plain(mine.get(f"{PEOPLE}/duplicates").text)
    warnings.look(world.store, "KH", now=world.clock())
    found = mine.get(f"{PEOPLE}/duplicates").text
    (link,) = re.findall(r'href="([^"]+/merge/[^"]+)"', found)
    page = link.partition("/merge/")[0]
    compared = plain(mine.get(link).text)
    assert "Two entries side by side" in compared
    assert "A course Completed Completed Stays as it is" in compared
    assert mine.submit(link).status_code == 303
    assert "No two people of your countries look like one" in plain(mine.get(f"{PEOPLE}/duplicates").text)
    assert "was merged into this one" in mine.get(page).text
    listed = mine.get(PEOPLE).text
    kept, gone = (first, second) if page.endswith(first.id) else (second, first)
    assert kept.full_name in listed
    assert gone.full_name not in listed
    hidden = mine.get(f"{PEOPLE}/{gone.id}").text
    assert "is hidden since" in plain(hidden)
    assert "/slip" not in hidden
    assert mine.submit(f"{PEOPLE}/{gone.id}/open", page=page).status_code == 404
    assert mine.submit(f"{PEOPLE}/{gone.id}/separate", page=page).status_code == 303
    assert gone.full_name in mine.get(PEOPLE).text
    assert mine.submit(f"{PEOPLE}/{gone.id}/separate", page=page).status_code == 409
    searched = mine.submit(f"{PEOPLE}/{kept.id}/merge", {"search": gone.sign_in_name})
    assert f"/merge/{gone.id}" in searched.text


def test_a_move_waits_for_the_other_country(world: World, trail: list[tuple[str, str, str]]) -> None:
    who = world.person(full_name="Chan Sothea", sign_in_name="sothea", email="sothea@mail.test")
    cambodia, laos, thailand = (world.sign_in(world.coordinator(country)) for country in ("KH", "LA", "TH"))
    page = f"{PEOPLE}/{who.id}/transfer"
    assert cambodia.submit(page, {}).status_code == 422
    assert cambodia.submit(page, {"country": "LA", "reason": "works-there"}).status_code == 303
    waiting = f"{PEOPLE}/waiting"
    theirs = laos.get(waiting).text
    assert "Chan Sothea" in theirs
    assert who.id not in theirs
    assert "sothea@" not in theirs
    assert "Chan Sothea" in cambodia.get(waiting).text
    assert "Chan Sothea" not in thailand.get(waiting).text
    assert laos.get(f"{PEOPLE}/{who.id}").status_code == 404
    (accept,) = re.findall(r'action="([^"]+/accept)"', theirs)
    assert thailand.submit(accept, page=waiting).status_code == 404
    assert cambodia.submit(accept, page=waiting).status_code == 409
    assert laos.submit(accept, page=waiting).status_code == 303
    assert laos.get(f"{PEOPLE}/{who.id}").status_code == 200
    assert cambodia.get(f"{PEOPLE}/{who.id}").status_code == 404
    acts = ("transfer-proposed", "transfer-accepted")
    assert sorted(trail) == sorted((act, country, who.id) for act in acts for country in ("KH", "LA"))
    for browser in (cambodia, laos):
        assert "Accepted" in browser.get(waiting).text
    with world.store.read(SYSTEM) as db:
        moved = db.get(Person, who.id)
        assert moved is not None
        db.expunge(moved)
    seen = plain(world.sign_in(moved).get("/en/my-data/seen").text)
    assert "Took a person in from another country Somebody who answers for your country or for this site" in seen
    assert "this site Cambodia Lao PDR" in seen
    assert seen.count("Looked at a person’s page") == 3, "once here, twice where they were"
    theirs = plain(laos.get(f"/en/coordinate/audit?kind=person&object_id={who.id}").text)
    assert theirs.count("only what this person did Looked at a person’s page") == 1


def test_what_will_go_is_seen_in_time_and_somebody_is_kept(world: World) -> None:
    old = world.clock() - timedelta(days=900)
    for name, country in (("Chan Sothea", "KH"), ("Noy", "LA")):
        world.person(full_name=name, country=country, created_at=old)
    mine = world.sign_in(world.coordinator("KH"))
    empty = mine.get(f"{PEOPLE}/leaving").text
    assert "Chan Sothea" not in empty
    times = retention.Times(timedelta(days=730), timedelta(days=365))
    assert retention.look(world.store, times, now=world.clock()).announced == 2
    page = mine.get(f"{PEOPLE}/leaving").text
    assert "Chan Sothea" in page
    assert "Noy" not in page
    assert "December 23, 2026" in page
    (keep,) = re.findall(r'action="([^"]+/keep)"', page)
    assert mine.submit(keep, page=f"{PEOPLE}/leaving").status_code == 303
    assert "Chan Sothea" not in mine.get(f"{PEOPLE}/leaving").text
    assert retention.look(world.store, times, now=world.clock()).announced == 0


def test_the_undo_of_a_merge_ends_after_thirty_days(world: World) -> None:
    kept, gone = world.person(), world.person()
    with world.store.write(SYSTEM) as db:
        merging.merge(db, {"KH"}, kept.id, gone.id, by="me", now=world.clock())
    world.clock.turn(days=30)
    mine = world.sign_in(world.coordinator("KH"))
    late = mine.submit(f"{PEOPLE}/{gone.id}/separate", page=f"{PEOPLE}/{kept.id}")
    assert late.status_code == 409
    assert "more than 30 days ago" in late.text


def test_a_workshop_keeps_its_numbers_without_the_person(world: World) -> None:
    who, other = world.person(full_name="Chan Sothea"), world.person(full_name="Kim")
    workshop = a_workshop("KH")
    with world.store.write(SYSTEM) as db:
        db.add(workshop)
        db.flush()
        ident = workshop.id
        part = WorkshopSession(
            workshop_id=ident, country="KH", position=1, title="Morning", held_on=workshop.starts_on
        )  # fmt: skip
        db.add(part)
        newcomers = [room.Newcomer(one.id, "km") for one in (who, other)]
        room.join(db, workshop, newcomers, walk_in=False, now=world.clock())
        db.flush()
        room.set_attendance(db, {"KH"}, ident, {part.id: [1, 2]}, by="me", now=world.clock())
        forgetting.forget(db, {"KH"}, who.id, now=world.clock())
    mine = world.sign_in(world.coordinator("KH"))
    listed = plain(mine.get(f"/en/coordinate/workshops/{ident}/people").text)
    assert "1 person of this workshop is no longer named here" in listed
    assert "Their numbers are not given again: 1." in listed
    assert "2 of 2 people came." in plain(mine.get(f"/en/coordinate/workshops/{ident}/closing").text)


def test_an_old_certificate_of_nobody_is_counted_beforehand_and_then_as_if_it_never_was(
    world: World, browser: Browser
) -> None:
    world.course()
    who, code = certified(world)
    with world.store.write(SYSTEM) as db:
        forgetting.forget(db, {"KH"}, who.id, now=world.clock())
    mine = world.sign_in(world.coordinator("KH"))
    assert "will go" not in plain(mine.get(f"{PEOPLE}/leaving").text).partition("code is unknown.")[2][:60]
    world.clock.turn(days=1827)
    mine = world.sign_in(world.coordinator("KH"))
    shown = plain(mine.get(f"{PEOPLE}/leaving").text)
    assert (
        "for 1,826 days after it was earned. Then its code is unknown. 1 such certificate is older and will go."
        in shown
    )
    assert "This certificate is valid" in browser.get(f"/en/check/{code}").text
    times = retention.Times.of(world.app.extensions["trainer"].config)
    for _ in range(30):
        retention.look(world.store, times, now=world.clock.turn(days=1))
    gone, never = (browser.get(f"/en/check/{one}") for one in (code, "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AA"))
    assert gone.status_code == never.status_code == 404
    pages = [UNSTABLE.sub("", one.text) for one in (gone, never)]
    assert pages[0].replace(code, "") == pages[1].replace("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AA", "")
    assert "for 1,826 days after it was earned" in pages[0]
