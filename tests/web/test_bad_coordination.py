"""Bad input of coordination, from outside. What else is tried is named in docs/security.md."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import func, select

from tests.web.conftest import Browser, World
from tests.web.test_coordinate import count
from tests.web.test_leaving import PEOPLE, certified, plain
from tests.web.test_report_outputs import AFTER
from trainer.access import ADMINISTRATOR
from trainer.services import seals
from trainer.store.cutoffs import Cutoff
from trainer.store.models import Grant
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")
SOMEBODY = {"agency_type": "police", "work_role": "frontline", "locale": "km", "sex": "", "country": "KH"}


def test_two_people_with_certificates_are_one_and_both_papers_stay_good(world: World, browser: Browser) -> None:
    world.course()
    (kept, first), (gone, second) = (
        certified(world, full_name=name, sign_in_name=name.lower()) for name in ("Dara", "Darah")
    )
    mine = world.sign_in(world.coordinator("KH"))

    def checked() -> list[bool]:
        return ["This certificate is valid" in browser.get(f"/en/check/{code}").text for code in (first, second)]

    assert mine.submit(f"{PEOPLE}/{kept.id}/merge/{gone.id}").status_code == 303
    assert checked() == [True, True]
    page = f"{PEOPLE}/{kept.id}"
    assert mine.submit(f"{PEOPLE}/{gone.id}/separate", page=page).status_code == 303
    assert mine.submit(f"{PEOPLE}/{kept.id}/merge/{gone.id}").status_code == 303
    assert mine.submit(f"{PEOPLE}/{kept.id}/forget", {"typed": "Dara", "asked": "1"}).status_code == 303
    assert checked() == [True, True], "the papers outlive the person, who is gone with both entries"


def test_the_last_administrator_is_there_whatever_a_coordinator_and_they_themselves_do(world: World) -> None:
    me = world.with_role(ADMINISTRATOR)
    mine, officer = world.sign_in(me), world.sign_in(world.coordinator("KH"))
    page = f"{PEOPLE}/{me.id}"
    tries: list[tuple[Browser, str, dict[str, Any]]] = [
        (officer, f"{page}/shut", {}),
        (officer, f"{page}/slip", {}),
        (officer, f"{page}/forget", {"typed": me.full_name, "asked": "1"}),
        (officer, f"{page}/transfer", {"country": "LA", "reason": "wish"}),
        (officer, f"{page}/wish", {"wish-asked": "1"}),
        (officer, f"{page}/copy", {"copy-asked": "1"}),
        (mine, "/en/roles/take", {"person": me.id, "role": ADMINISTRATOR}),
    ]
    for browser, path, fields in tries:
        answer = browser.submit(path, fields, page="/en/check")
        assert answer.status_code in (403, 409, 422), path
        assert "role" in plain(answer.text), path
    mine.submit("/en/my-data/ask-deletion", page="/en/my-data")
    assert "has a role" in officer.get(f"{page}/forget").text, "the wish is seen, and is no way out of the role"
    assert mine.get("/en/roles/").status_code == 200
    with world.store.read(SYSTEM) as db:
        assert db.scalars(select(Grant.role).where(Grant.person_id == me.id)).all() == [ADMINISTRATOR]


def test_a_clock_that_jumps_back_breaks_no_page_no_order_and_no_figure(world: World) -> None:
    world.course()
    world.clock.moment = AFTER
    count(world, "KH", 40, 20, month="2026-11")
    who, me = world.person(full_name="Chan Sothea"), world.coordinator("KH")
    mine = world.sign_in(me)
    report = "/en/coordinate/report.csv?country=KH&period=2026-Q4&table=summary"
    before = mine.get(report).data
    assert b",40" in before
    mine.submit(f"{PEOPLE}/{who.id}/wish", {"wish-asked": "1"}, page=f"{PEOPLE}/{who.id}/rights")
    world.clock.turn(days=-400)
    mine = world.sign_in(me)
    for page in ("", "people", "people/leaving", "people/waiting", "audit", "assignments", "warnings", "workshops"):
        assert mine.get(f"/en/coordinate/{page}").status_code == 200, page
    for page in ("", "/rights", "/forget", "/transfer", "/correct"):
        assert mine.get(f"{PEOPLE}/{who.id}{page}").status_code == 200, page
    assert mine.get(report).data == before, "fixed is fixed"
    added = {**SOMEBODY, "full_name": "Noy Keo", "sign_in_name": "noy"}
    assert mine.submit(f"{PEOPLE}/add", added).status_code == 303
    assert mine.submit(f"{PEOPLE}/{who.id}/slip", page=f"{PEOPLE}/{who.id}").status_code == 200
    numbers = [int(n) for n in re.findall(r'"number">(\d+)</th>', mine.get("/en/coordinate/audit").text)]
    assert numbers == sorted(numbers, reverse=True)
    acts = plain(mine.get("/en/coordinate/audit?act=person-added").text)
    assert "Registered a person Noy Keo" in acts, "the newest by number, not by the clock"
    world.clock.turn(days=400)
    with world.store.read(SYSTEM) as db:
        assert [chain.findings for chain in seals.verify(db)] == [()]
    assert "Noy Keo" in world.sign_in(me).get("/en/coordinate/people").text


def test_reports_that_are_asked_for_at_once_fix_a_quarter_once_and_say_the_same(world: World) -> None:
    world.course()
    world.clock.moment = AFTER
    for country, enrolled in (("KH", 40), ("LA", 30)):
        count(world, country, enrolled, 20, month="2026-11")
    readers = [world.sign_in(world.coordinator("KH", "LA")) for _ in range(4)]
    with world.store.read(SYSTEM) as db:
        assert not db.scalar(select(func.count()).select_from(Cutoff)), "the first who asks fixes them"
    chosen = "country=KH&period=2026-Q4"
    files = [f"report.csv?{chosen}&table=summary", f"report.pdf?{chosen}"] * 2
    start, made = threading.Barrier(4), cast("dict[int, tuple[int, bytes]]", {})

    def ask(number: int) -> Callable[[], None]:
        def work() -> None:
            start.wait(10)
            answer = readers[number].get(f"/en/coordinate/{files[number]}")
            made[number] = answer.status_code, answer.data

        return work

    threads = [threading.Thread(target=ask(number)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert [made[number][0] for number in range(4)] == [200] * 4
    assert made[0][1] == made[2][1]
    assert b"40" in made[0][1]
    assert made[1][1][:5] == made[3][1][:5] == b"%PDF-"
    with world.store.read(SYSTEM) as db:
        quarters = db.execute(select(Cutoff.country, Cutoff.quarter)).all()
    assert len(quarters) == len(set(quarters))
    assert {("KH", "2026-Q4"), ("LA", "2026-Q4")} <= {(row.country, row.quarter) for row in quarters}


def test_a_move_proposed_long_ago_by_the_clock_can_still_be_answered(world: World) -> None:
    """Proposed by a clock that was a year ahead."""
    who = world.person(full_name="Chan Sothea")
    world.clock.turn(days=365)
    assert world.sign_in(world.coordinator("KH")).submit(
        f"{PEOPLE}/{who.id}/transfer", {"country": "LA", "reason": "wish"}
    ).status_code == 303  # fmt: skip
    world.clock.moment -= timedelta(days=365)
    theirs = world.sign_in(world.coordinator("LA"))
    (accept,) = re.findall(r'action="([^"]+/accept)"', theirs.get(f"{PEOPLE}/waiting").text)
    assert theirs.submit(accept, page=f"{PEOPLE}/waiting").status_code == 303
    assert theirs.get(f"{PEOPLE}/{who.id}").status_code == 200
