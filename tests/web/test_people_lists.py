"""Lists of people for the register: a dry run, all or nothing, and nothing about another country."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.services.lists import sheet, xlsx
from tests.tasks.bench import Bench
from tests.web.conftest import Browser, World
from trainer.services.shelf import Shelf
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.tasks import warnings

SYSTEM = Scope.system("test")
PAGE = "/en/coordinate/people/list"
USUAL = {"country": "KH", "agency_type": "police", "work_role": "frontline", "locale": "km"}


@pytest.fixture
def coordinator(world: World) -> Browser:
    return world.sign_in(world.coordinator("KH", "LA", full_name="The Coordinator"))


def counts(page: str) -> list[int]:
    """New, known, doubtful, wrong."""
    found = re.findall(r'<li>[^<]* <strong class="number">(\d+)</strong>', page)
    return [int(one) for one in found]


def take_in(browser: Browser, dry_run: TestResponse, **more: str) -> TestResponse:
    carried = re.findall(r'name="list" value="([^"]+)"', dry_run.text)
    country = re.findall(r'name="country" value="([^"]+)"', dry_run.text)
    fields = {"list": unescape(carried[0]), "country": country[0], **more}
    return browser.submit(f"{PAGE}/take-in", fields, page=PAGE)


def registered(world: World) -> dict[str, str]:
    with world.store.read(SYSTEM) as db:
        return {row.full_name: row.sign_in_name for row in db.scalars(select(Person).where(Person.country == "KH"))}


def test_a_spreadsheet_is_looked_at_and_taken_in_once(world: World, coordinator: Browser) -> None:
    world.person(full_name="Sok Dara", agency_type="police")
    rows = [["Full name", "Sign-in name", "Country"], ["សុខ ធីតា", "thida", "Cambodia"], ["Sok Dara", "", "KH"],
            ["Ana Soares", "", ""]]  # fmt: skip
    data = {**USUAL, "file": (io.BytesIO(xlsx(sheet(*rows))), "people.xlsx")}
    looked = coordinator.submit(PAGE, data)
    assert (looked.status_code, counts(looked.text)) == (200, [2, 1, 0, 0])
    assert "Ana Soares" not in registered(world), "nothing is stored by looking"
    done = take_in(coordinator, looked)
    assert done.status_code == 303
    people = registered(world)
    assert people["សុខ ធីតា"] == "thida"
    assert re.fullmatch(r"kh-[0-9a-z]{7}", people["Ana Soares"])
    listed = coordinator.get(done.location).text
    assert "The people of the list are registered." in listed
    assert "សុខ ធីតា" in listed
    again = coordinator.submit(PAGE, {**data, "file": (io.BytesIO(xlsx(sheet(*rows))), "people.xlsx")})
    assert counts(again.text) == [0, 3, 0, 0]
    assert "registered already" in coordinator.get(take_in(coordinator, again).location).text
    assert registered(world) == people


def test_second_entries_of_a_list_are_found_by_the_next_work(world: World, coordinator: Browser) -> None:
    """Somebody said in the dry run that it is another person."""
    world.person(full_name="Sok Dara", agency_type="police")
    looked = coordinator.submit(PAGE, {**USUAL, "names": "Dara Sok"})
    assert take_in(coordinator, looked, others="other").status_code == 303
    page = "/en/coordinate/people/duplicates"
    waiting = coordinator.get(page).text
    assert "It is done again in a minute" in waiting
    assert "Dara Sok" not in waiting
    bench = Bench(world.store, Shelf(world.store), world.clock)
    assert [warnings.work(bench) for _ in range(2)] == [True, False]
    found = coordinator.get(page).text
    assert "Dara Sok" in found
    assert "/merge/" in found


def test_bad_rows_are_said_with_their_place_and_nothing_is_taken_in(world: World, coordinator: Browser) -> None:
    text = "Full name\tCountry\nAna Soares\tCambodia\nBen Cruz\tLao PDR\nChan Thy\tAtlantis\n123\t\n=1+1\t\nDara\t=2"
    looked = coordinator.submit(PAGE, {**USUAL, "names": text})
    assert counts(looked.text) == [1, 0, 0, 5]
    said = unescape(re.sub(r"<[^>]+>", " ", looked.text))
    assert "Row 3 · Column B (Country) : Ben Cruz" in " ".join(said.split())
    assert "This list is for another country than the cell says: “Lao PDR”." in said
    assert "“Atlantis”" in said
    assert "Row 6 · Column A (Full name)" in " ".join(said.split())
    refused = take_in(coordinator, looked)
    assert refused.status_code == 422
    assert set(registered(world)) == {"The Coordinator"}
    assert take_in(coordinator, looked, **{"without-wrong": "1"}).status_code == 303
    assert set(registered(world)) == {"The Coordinator", "Ana Soares"}


def test_somebody_known_in_another_country_looks_like_somebody_new(world: World, coordinator: Browser) -> None:
    """Even to the coordinator of both: a list is about one country, and the other one is not asked."""
    for country in ("TH", "LA"):
        world.person(country=country, full_name="Sok Dara", sign_in_name=f"dara-{country.lower()}")
    new = coordinator.submit(PAGE, {**USUAL, "names": "Sok Dara"})
    assert counts(new.text) == [1, 0, 0, 0]
    taken = coordinator.submit(PAGE, {**USUAL, "names": "Full name;Sign-in name\nSok Dara;dara-th\nAna;ana"})
    assert counts(taken.text) == [2, 0, 0, 0]
    refused = take_in(coordinator, taken)
    assert refused.status_code == 409
    assert "Row 2: somebody already signs in with this name." in refused.text
    assert not re.search("Thailand|Foreign", refused.text.partition("<main")[2].partition("</main")[0])
    assert set(registered(world)) == {"The Coordinator"}


def test_a_foreign_country_and_a_list_for_another_place_are_not_taken(world: World, coordinator: Browser) -> None:
    foreign = coordinator.submit(PAGE, {**USUAL, "country": "TH", "names": "Ana"})
    assert (foreign.status_code, "Choose the country." in foreign.text) == (422, True)
    looked = coordinator.submit(PAGE, {**USUAL, "names": "Ana"})
    for country in ("LA", "TH", ""):
        moved = take_in(coordinator, looked, country=country)
        assert (moved.status_code, "could not be read any more" in moved.text) == (422, True), country
    other = world.sign_in(world.coordinator("KH"))
    assert take_in(other, looked).status_code == 422, "it is signed for the person who looked"
    assert "Ana" not in registered(world)


def test_doubtful_rows_wait_for_an_answer(world: World, coordinator: Browser) -> None:
    person = world.person(full_name="Dara Sok", agency_type="ngo")
    looked = coordinator.submit(PAGE, {**USUAL, "names": "Sok Dara\nAna"})
    assert counts(looked.text) == [1, 0, 1, 0]
    assert take_in(coordinator, looked).status_code == 422
    assert take_in(coordinator, looked, **{"row-1": person.id}).status_code == 303
    assert set(registered(world)) == {"The Coordinator", "Dara Sok", "Ana"}
