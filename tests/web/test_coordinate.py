"""A coordinator's report and people: their own countries, small groups hidden, slips that work once."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from html import unescape

import pytest

from tests.factories import a_grant
from tests.services.world import statements
from tests.web.conftest import Browser, Clock, World
from tests.web.test_sessions import is_in
from trainer.access import VIEWER
from trainer.store.evidence import Summary
from trainer.store.models import SlipCode
from trainer.store.scope import Scope

PERSON = {
    "full_name": "សុខ ដារ៉ា", "sign_in_name": "dara", "country": "KH", "agency_type": "police", "work_role": "frontline",
    "sex": "", "locale": "km",
}  # fmt: skip


def count(world: World, country: str, enrolled: int, completed: int, **over: str) -> None:
    cell = {"module": "course", "month": "2026-08", "sex": "", "agency_type": "police", "mode": "online", **over}
    with world.store.write(Scope.system("test")) as db:
        db.add(Summary(country=country, enrolled=enrolled, completed=completed, **cell))


@pytest.fixture
def browser_of_two(world: World) -> Browser:
    world.course()
    return world.sign_in(world.coordinator("KH", "LA"))


def cells_of(page: str) -> list[list[str]]:
    """The table on the screen, row by row, without mark-up: module, enrolled, completed, share."""
    page = page.partition('id="by-country"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", page, flags=re.DOTALL)
    strip = lambda cell: unescape(re.sub(r"<[^>]+>", "", cell.replace("<br>", " "))).strip()  # noqa: E731
    cells = [[strip(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)] for row in rows]
    return [row if len(row) == 1 else [*row[:3], *row[5:]] for row in cells]


def test_the_report_counts_one_s_own_countries_only(world: World, browser_of_two: Browser) -> None:
    count(world, "KH", 40, 20)
    count(world, "LA", 10, 8)
    count(world, "TH", 77, 66)
    page = browser_of_two.get("/en/coordinate/").text
    rows = cells_of(page)
    assert rows[1:3] == [["Cambodia"], ["A course", "40", "20", "50% (35% – 65%)"]]
    assert rows[3:5] == [["Lao PDR"], ["A course", "10", "8", "80% (49% – 94%)"]]
    assert rows[5:7] == [["All my countries"], ["A course", "50", "28", "56% (42% – 69%)"]]
    assert "Thailand" not in page
    assert "77" not in str(rows)


def test_a_module_without_an_edition_is_counted_under_its_slug(world: World, browser_of_two: Browser) -> None:
    count(world, "KH", 9, 5, module="ghost")
    assert ["ghost", "9", "5", "–"] in [[*row[:3], "–"] for row in cells_of(browser_of_two.get("/en/coordinate/").text)]


def test_countries_stand_in_the_order_of_the_reader(world: World) -> None:
    world.course()
    reader = world.sign_in(world.coordinator("ID", "KH", "MM", "MY"))
    for code in ("ID", "KH", "MM", "MY"):
        count(world, code, 40, 20)
    found = [row[0] for row in cells_of(reader.get("/en/coordinate/").text)[1:] if len(row) == 1]
    assert found[:4] == ["Cambodia", "Indonesia", "Malaysia", "Myanmar"]


def test_small_groups_are_hidden_and_explained(world: World, browser_of_two: Browser) -> None:
    count(world, "KH", 40, 3)
    page = browser_of_two.get("/en/coordinate/").text
    assert cells_of(page)[1:3] == [["Cambodia"], ["A course", "40", "<5", "–"]]
    assert "Groups of 1 to 4 people" in page


def test_the_csv_says_what_the_screen_says(world: World, browser_of_two: Browser) -> None:
    count(world, "KH", 40, 3)
    count(world, "LA", 30, 12)
    response = browser_of_two.get("/en/coordinate/report.csv")
    assert response.mimetype == "text/csv"
    assert "completions" in response.headers["Content-Disposition"]
    table = list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))
    screen = cells_of(browser_of_two.get("/en/coordinate/").text)
    numbers = [[cell for cell in row if re.fullmatch(r"<5|\d+|not shown|\d+ or more", cell)] for row in screen[1:]]
    in_csv = [[cell for cell in row if re.fullmatch(r"<5|\d+|not shown|\d+ or more", cell)][:2] for row in table[1:]]
    assert [row for row in numbers if row] == [row for row in in_csv if row]


def test_a_filter_narrows_the_report_and_a_foreign_one_is_not_there(world: World, browser_of_two: Browser) -> None:
    count(world, "KH", 40, 20)
    count(world, "LA", 10, 8)
    page = browser_of_two.get("/en/coordinate/?country=LA").text
    assert cells_of(page)[1:] == [["Lao PDR"], ["A course", "10", "8", "80% (49% – 94%)"]]
    answers = {
        browser_of_two.get(f"/en/coordinate/{rest}").status_code for rest in ("?country=TH", "?country=XX", "?module=x")
    }
    assert answers == {404}


def test_the_report_of_a_quarter_has_an_address_and_files_of_the_same_rows(
    world: World, browser_of_two: Browser
) -> None:
    count(world, "KH", 40, 20)
    count(world, "KH", 30, 12, month="2026-05")
    chosen = "?country=KH&module=course&period=2026-Q3"
    page = browser_of_two.get(f"/en/coordinate/{chosen}").text
    assert '<option value="2026-Q3" selected>' in page
    assert ["A course", "40 2026-Q2: 30", "20 2026-Q2: 12"] in [[*row[:3]] for row in cells_of(page)]
    assert "with 95 percent certainty (Wilson)" in page, "what a figure means is on the page"
    links = [unescape(link) for link in re.findall(r'href="([^"]+report\.csv[^"]*)"', page)]
    assert links
    for link in links:
        answer = browser_of_two.get(link)
        assert "KH-course-2026-Q3" in answer.headers["Content-Disposition"]
        rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert rows[1][:4] == ["Cambodia", "A course", "2026-Q3", "40"]
    answers = [
        browser_of_two.get(f"/en/coordinate/{rest}").status_code
        for rest in (
            "?period=2026-Q1",
            "?period=2026-Q4",
            "?period=2026-11",
            "report.csv?table=people",
            "report.csv?period=x",
        )
    ]
    assert answers == [404] * 5


def test_a_report_page_takes_few_statements(world: World, browser_of_two: Browser) -> None:
    for month in range(1, 12):
        count(world, "KH", 40, 20, month=f"2026-{month:02}")
    browser_of_two.get("/en/coordinate/")  # the first visit after a quarter fixes it
    with world.store.read(Scope.nobody()) as db, statements(db) as seen:
        page = browser_of_two.get("/en/coordinate/?country=KH&module=course&period=2026-Q3")
    assert page.status_code == 200
    assert 0 < len(seen) <= 20


def test_a_viewer_sees_counts_and_no_people(world: World) -> None:
    world.course()
    viewer = world.sign_in(world.viewer("KH", "TH"))
    count(world, "KH", 40, 20)
    count(world, "LA", 11, 8)
    count(world, "KH", 33, 17, month="2026-11")
    page = viewer.get("/en/coordinate/")
    assert ["A course", "40", "20", "50% (35% – 65%)"] in cells_of(page.text)
    shown = re.sub(r'<svg.*?</svg>|value="[^"]{40,}"', "", page.text, flags=re.DOTALL)
    for foreign in ("Lao PDR", "This quarter so far", "33", "/coordinate/people", "/coordinate/workshops"):
        assert foreign not in shown
    assert viewer.get("/en/coordinate/?country=LA").status_code == 404
    assert viewer.get("/en/coordinate/report.csv").status_code == 200
    assert viewer.get("/en/coordinate/people").status_code == 403


def test_somebody_who_coordinates_one_country_and_views_another_keeps_them_apart(world: World) -> None:
    world.course()
    for code in ("KH", "LA"):
        count(world, code, 40, 20)
        count(world, code, 33, 17, month="2026-11")
    me = world.coordinator("KH")
    with world.store.write(Scope.system("test")) as db:
        a_grant(db, me, VIEWER, over="LA")
    page = world.sign_in(me).get("/en/coordinate/").text
    report, _, live = page.partition("This quarter so far")
    assert "Lao PDR" in report
    assert ["A course", "33", "17"] in [row[:3] for row in rows_of(live)]
    assert "Lao PDR" not in live.partition("<footer")[0]


def rows_of(html: str) -> list[list[str]]:
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", html, flags=re.DOTALL)
    ]


def test_a_coordinator_fixes_a_quarter_before_it_is_time(world: World, clock: Clock) -> None:
    world.course()
    count(world, "KH", 40, 20)
    count(world, "LA", 40, 20)
    clock.moment = datetime(2026, 10, 2, 3, tzinfo=UTC)
    browser = world.sign_in(world.coordinator("KH"))
    page = browser.get("/en/coordinate/").text
    assert "Nothing to count yet" in page
    assert "All sheets are in: fix the figures of 2026-Q3" in page
    assert "October 16, 2026" in page
    answers = [
        browser.submit(
            "/en/coordinate/fix", {"country": country, "quarter": quarter, "sure": "1"}, page="/en/coordinate/"
        ).status_code
        for country, quarter in (("LA", "2026-Q3"), ("KH", "x"), ("KH", "2026-Q4"))
    ]
    assert answers[:2] == [404, 404]
    assert answers[2] >= 400
    chosen = {"country": "KH", "quarter": "2026-Q3"}
    asked = browser.get("/en/coordinate/fix", query_string=chosen).text
    assert "Cambodia" in asked
    assert "<dd>2026-Q3</dd>" in asked
    refused = browser.submit("/en/coordinate/fix", chosen, page="/en/coordinate/")
    assert refused.status_code == 422
    assert "Say that all sheets are in." in refused.text
    assert "fix the figures of 2026-Q3" in browser.get("/en/coordinate/").text
    done = browser.submit("/en/coordinate/fix", {**chosen, "sure": "1"}, page="/en/coordinate/")
    page = browser.get(done.location).text
    assert "The figures are fixed." in page
    assert "All sheets are in" not in page
    assert "a coordinator" in page
    again = browser.get("/en/coordinate/fix", query_string=chosen)
    assert again.location.endswith("/en/coordinate/?country=KH&period=2026-Q3")
    assert ["A course", "40 2026-Q2: 0", "20 2026-Q2: 0"] in [row[:3] for row in cells_of(page)]


def test_a_late_entry_changes_no_byte_of_the_report(world: World, browser_of_two: Browser) -> None:
    count(world, "KH", 40, 20)
    before = browser_of_two.get("/en/coordinate/report.csv").get_data()
    count(world, "KH", 7, 7, mode="workshop")
    assert browser_of_two.get("/en/coordinate/report.csv").get_data() == before


def test_an_empty_report_says_what_this_place_is_for(world: World) -> None:
    page = world.sign_in(world.coordinator("KH")).get("/en/coordinate/").text
    assert "Nothing to count yet" in page
    assert "/en/coordinate/people/add" in page


def test_a_person_is_registered_gets_a_slip_and_signs_in_once(world: World, browser: Browser) -> None:
    coordinator = world.sign_in(world.coordinator("KH"))
    added = coordinator.submit("/en/coordinate/people/add", PERSON)
    assert added.status_code == 303
    page = added.location.partition("?")[0]
    slip = coordinator.submit(f"{page}/slip", page=page)
    assert slip.status_code == 200
    assert slip.headers["Cache-Control"] == "no-store"
    code = unescape(re.findall(r'class="code"[^>]*>([^<]+)<', slip.text)[0])
    assert "https://trainer.test/en/sign-in" in slip.text
    with world.store.read(Scope.system("test")) as db:
        assert code not in " ".join(row.code_hash for row in db.query(SlipCode))
    assert code not in coordinator.get(page).text
    first = browser.submit("/en/sign-in", {"name": "dara", "secret": code.lower(), "own": "0"})
    assert first.status_code == 303
    assert is_in(browser)
    browser.submit("/en/sign-out", page="/en/sessions")
    assert browser.submit("/en/sign-in", {"name": "dara", "secret": code, "own": "0"}).status_code == 403


def test_a_slip_ends_after_its_days(world: World, browser: Browser, clock: Clock) -> None:
    person = world.person(sign_in_name="dara")
    coordinator = world.sign_in(world.coordinator("KH"))
    slip = coordinator.submit(f"/en/coordinate/people/{person.id}/slip", page="/en/coordinate/people")
    code = unescape(re.findall(r'class="code"[^>]*>([^<]+)<', slip.text)[0])
    clock.turn(days=7, seconds=1)
    assert browser.submit("/en/sign-in", {"name": "dara", "secret": code, "own": "0"}).status_code == 403


def test_what_is_wrong_with_a_registration_is_said_at_the_field(world: World) -> None:
    coordinator = world.sign_in(world.coordinator("KH"))
    for field, value, status in (
        ("full_name", "", 422), ("country", "TH", 422), ("agency_type", "x", 422), ("locale", "xx", 422),
    ):  # fmt: skip
        response = coordinator.submit("/en/coordinate/people/add", {**PERSON, field: value})
        assert response.status_code == status
        assert f'id="{field}-error"' in response.text
    coordinator.submit("/en/coordinate/people/add", PERSON)
    again = coordinator.submit("/en/coordinate/people/add", PERSON)
    assert again.status_code == 409
    assert 'id="sign_in_name-error"' in again.text


def test_people_are_found_by_name_in_any_script_and_no_name_is_in_an_address(world: World) -> None:
    world.person(full_name="សុខ ដារ៉ា")
    world.person(full_name="Ana Soares")
    coordinator = world.sign_in(world.coordinator("KH"))
    found = coordinator.submit("/en/coordinate/people", {"search": "ដារ៉ា"})
    assert "សុខ ដារ៉ា" in found.text
    assert "Ana Soares" not in found.text
    assert 'method="post" action="/en/coordinate/people"' in found.text
    nobody = coordinator.submit("/en/coordinate/people", {"search": "zzz"})
    assert "Nobody in your countries has a name like this." in nobody.text


def test_an_account_is_shut_and_opened_again(world: World) -> None:
    person = world.person()
    hers, coordinator = world.sign_in(person), world.sign_in(world.coordinator("KH"))
    page = f"/en/coordinate/people/{person.id}"
    assert coordinator.submit(f"{page}/shut", page=page).status_code == 303
    assert not is_in(hers)
    assert "This account is shut." in coordinator.get(page).text
    assert "/slip" not in coordinator.get(page).text
    coordinator.submit(f"{page}/open", page=page)
    assert "This account is shut." not in coordinator.get(page).text


def test_a_coordinator_cannot_take_over_a_colleague_s_account_by_a_slip(world: World) -> None:
    colleague = world.coordinator("KH")
    coordinator = world.sign_in(world.coordinator("KH"))
    response = coordinator.submit(f"/en/coordinate/people/{colleague.id}/slip", page="/en/coordinate/people")
    assert response.status_code == 403
    assert "Only an administrator may do this." in response.text


@pytest.mark.parametrize("path", ["", "people", "people/add", "people/list"])
@pytest.mark.parametrize("locale", ["en", "km"])
def test_every_page_has_a_title_one_heading_and_no_inline_code(world: World, path: str, locale: str) -> None:
    world.course()
    count(world, "KH", 40, 3)
    text = world.sign_in(world.coordinator("KH", "LA")).get(f"/{locale}/coordinate/{path}").text
    assert re.search(r"<title>[^<]+ · Trainer</title>", text)
    assert text.count("<h1>") == 1
    assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=", text)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'\sfor="([^"]+)"', text)) <= set(ids)


def test_a_name_stands_in_the_font_of_its_script_on_any_page(world: World) -> None:
    for name, lang in (("សុខ ដារ៉ា", "km"), ("ສົມຊາຍ", "lo"), ("สมชาย", "th"), ("အောင်", "my"), ("李明", "zh-Hans")):
        world.person(full_name=name)
        page = world.sign_in(world.coordinator("KH")).get("/en/coordinate/people").text
        assert f'<bdi lang="{lang}">{name}</bdi>' in page
    world.person(full_name="Ana <b>")
    assert "<bdi>Ana &lt;b&gt;</bdi>" in world.sign_in(world.coordinator("KH")).get("/en/coordinate/people").text
