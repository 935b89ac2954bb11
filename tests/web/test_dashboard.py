"""The dashboard on the report page: drawings of the same cells, editions in force, and what asks for a look."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import select

from tests.factories import a_person
from tests.services.test_warnings import sit
from tests.services.world import statements
from tests.tasks.bench import Bench
from tests.web.conftest import Browser, World, dump
from tests.web.test_coordinate import count
from tests.web.test_national import FILES, publish
from trainer.services import library, warning_list, warnings
from trainer.services.data_warnings import HEADINGS
from trainer.services.shelf import Shelf
from trainer.services.warning_list import Shown
from trainer.store.evidence import Summary
from trainer.store.scope import Scope
from trainer.store.warnings import WarningRow
from trainer.tasks import warnings as tasks

REPORT = "/en/coordinate/"
WARNINGS = "/en/coordinate/warnings"


@pytest.fixture
def reader(world: World) -> Browser:
    world.course()
    return world.sign_in(world.coordinator("KH", "LA"))


def drawings(page: str) -> list[str]:
    return re.findall(r"<svg class=\"drawing\".*?</svg>", page, flags=re.DOTALL)


def words_of(drawing: str) -> list[str]:
    return [unescape(text) for text in re.findall(r"<text[^>]*>(?:<tspan[^>]*>)?([^<]*)<", drawing)]


def said(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def test_the_drawings_say_what_the_tables_say(world: World, reader: Browser) -> None:
    count(world, "KH", 40, 20, month="2026-08")
    count(world, "LA", 10, 8, month="2026-05")
    count(world, "TH", 77, 66, month="2026-05")
    tiles, bars = drawings(reader.get(REPORT).text)
    assert {"50%", "80%"} <= set(words_of(tiles))
    assert "Cambodia: 50%; Lao PDR: 80%" in tiles
    assert "2026-Q2: Enrolled 10, Completed 8; 2026-Q3: Enrolled 40, Completed 20" in bars
    assert {"10", "8", "40", "20"} <= set(words_of(bars))
    assert "77" not in words_of(tiles) + words_of(bars)


def test_a_quarter_that_a_country_has_not_fixed_yet_is_not_drawn_as_nothing(world: World) -> None:
    world.course()
    for country in ("KH", "LA"):
        count(world, country, 30, 20, month="2026-05")
        count(world, country, 40, 10, month="2026-08")
    world.clock.moment = datetime(2026, 10, 5, 3, tzinfo=UTC)
    reader = world.sign_in(world.coordinator("KH", "LA"))
    reader.submit("/en/coordinate/fix", {"country": "KH", "quarter": "2026-Q3", "sure": "1"}, page=REPORT)
    of_both = drawings(reader.get(REPORT).text)[-1]
    assert "2026-Q2: Enrolled 60, Completed 40; 2026-Q3: Enrolled 40 or more, Completed 10 or more" in of_both
    of_one = drawings(reader.get(f"{REPORT}?country=LA").text)[-1]
    assert "2026-Q3: Enrolled not fixed yet, Completed not fixed yet" in of_one


def test_other_countries_are_empty_squares(world: World, reader: Browser) -> None:
    count(world, "KH", 40, 20, month="2026-08")
    count(world, "TH", 500, 400, month="2026-08")
    count(world, "LA", 300, 200, month="2026-08")
    tiles = drawings(reader.get(f"{REPORT}?country=KH").text)[0]
    assert sorted(text for text in words_of(tiles) if not text.isalpha()) == ["50%"]
    assert "Lao PDR" not in tiles


def test_a_share_that_is_not_shown_has_a_sign_that_is_explained(world: World, reader: Browser) -> None:
    count(world, "KH", 40, 3, month="2026-08")
    tiles = drawings(reader.get(REPORT).text)[0]
    assert "–" in words_of(tiles)
    assert "Cambodia: not shown; Lao PDR: 0" in tiles
    assert any(text.startswith("–: not shown") for text in words_of(tiles))
    assert "tint-" not in tiles


def test_the_past_of_one_module_is_drawn_without_the_others(world: World, reader: Browser) -> None:
    for month, module, enrolled in (("2026-05", "course", 30), ("2026-08", "course", 20), ("2026-08", "ghost", 50)):
        count(world, "KH", enrolled, 0, month=month, module=module)
    bars = drawings(reader.get(f"{REPORT}?module=course").text)[-1]
    assert "2026-Q2: Enrolled 30, Completed 0; 2026-Q3: Enrolled 20, Completed 0" in bars


@pytest.mark.parametrize("filters", ["", "&module=course", "&period=2026-Q3"])
def test_a_hidden_three_and_a_hidden_four_are_drawn_alike(world: World, reader: Browser, filters: str) -> None:
    """Two countries that differ in nothing else: the bars byte for byte, the square word for word and in its tint."""
    for month, enrolled, completed in (("2026-05", 30, 20), ("2026-02", 50, 22)):
        for country in ("KH", "LA"):
            count(world, country, enrolled, completed, month=month)
    count(world, "KH", 40, 3, month="2026-08")
    count(world, "LA", 40, 4, month="2026-08")
    three, four = (drawings(reader.get(f"{REPORT}?country={code}{filters}").text) for code in ("KH", "LA"))
    assert "<5" in words_of(three[-1])
    assert three[-1] == four[-1]
    assert sorted(words_of(three[0])) == sorted(words_of(four[0]))
    tints = [sorted(re.findall(r"(?<=class=\"fill )tint-\d", one[0])) for one in (three, four)]
    assert tints[0] == tints[1]


def test_scores_before_and_after_are_drawn_for_each_module_of_a_country(world: World, reader: Browser) -> None:
    sums = {"before": 4_500 * 12, "after": 7_000 * 12, "before_squares": 12 * 4_500**2 + 10**7}
    with world.store.write(Scope.system("test")) as db:
        db.add(
            Summary(
                country="KH", module="course", month="2026-08", sex="", agency_type="police", mode="online",
                enrolled=40, completed=20, pairs=12, after_squares=12 * 7_000**2 + 10**7, products=12 * 4_500 * 7_000,
                **sums,
            )
        )  # fmt: skip
    found = next(one for one in drawings(reader.get(f"{REPORT}?country=KH").text) if "Test before" in one)
    assert words_of(found) == ["Test before", "Test after", "A course", "45", "70", "0", "100"]
    assert "A course: before 45, after 70" in found
    by_country = next(one for one in drawings(reader.get(f"{REPORT}?module=course").text) if "Test before" in one)
    assert "Cambodia: before 45, after 70" in by_country


def test_a_period_is_compared_with_the_one_before_in_words(world: World, reader: Browser) -> None:
    count(world, "KH", 30, 20, month="2026-05")
    count(world, "KH", 42, 15, month="2026-08")
    count(world, "LA", 30, 20, month="2026-05")
    count(world, "LA", 30, 3, month="2026-08")
    page = said(reader.get(f"{REPORT}?country=KH&period=2026-Q3").text)
    assert "Enrolled: 12 more than in 2026-Q2." in page
    assert "Completed: 5 fewer than in 2026-Q2." in page
    page = said(reader.get(f"{REPORT}?country=LA&period=2026-Q3").text)
    assert "Enrolled: as many as in 2026-Q2." in page
    assert not re.search(r"Completed: \S+ (more|fewer)", page), "one of the two is not shown"


def test_the_page_costs_the_same_for_many_people(world: World, reader: Browser) -> None:
    taken = []
    for people in (1, 40):
        for month in range(1, 12):
            count(world, "KH", 40 * people, 20, month=f"2026-{month:02}", mode=f"mode-{people}")
        with world.store.write(Scope.system("test")) as db:
            for _ in range(people):
                sit(db, a_person(db), 60)
        look(world)
        reader.get(REPORT)
        with world.store.read(Scope.nobody()) as db, statements(db) as seen:
            assert reader.get(f"{REPORT}?country=KH&module=course&period=2026-Q3").status_code == 200
        taken.append(len(seen))
    assert taken[0] == taken[1] < 20


# ------------------------------------------------------------ editions in force


def file_of(day: str, review_by: str) -> dict[str, bytes]:
    text = f"""---
checked_on: {day}
confirmed_by: Chan Sophea, Ministry
review_by: {review_by}
slots:
  hotline: "1288"
---
"""
    return {"national/KH.md": text.encode()}


def test_editions_in_force_say_when_they_were_confirmed_and_are_to_be_checked(world: World) -> None:
    publish(world, {**FILES, **file_of("2026-01-10", "2026-11-30")})
    with world.store.write(Scope.nobody()) as db:
        old = {
            **FILES,
            **file_of("2024-05-01", "2026-11-20"),
            "module.md": FILES["module.md"].replace(b"id: help", b"id: old"),
        }
        library.publish(db, "old", old, by="Author", now=world.clock())
    page = world.sign_in(world.coordinator("KH", "LA")).get(REPORT).text
    editions = said(page.partition('id="editions"')[2])
    assert "January 10, 2026 November 30, 2026in 7 days 1" in editions
    assert "May 1, 2024 November 20, 2026overdue by 3 days 1" in editions
    assert editions.count("Not signed yet – 2") == 2, "both modules in the other country"
    assert "1 of 4 national editions confirmed in the last 12 months · 1 check overdue" in said(page)
    assert 'href="/en/national/KH/help"' in page
    assert "1 warning asks for a look" in said(page)


# ------------------------------------------------------------------- warnings


def look(world: World, *countries: str) -> None:
    """What the work does every hour."""
    for country in countries or ("KH", "LA", "TH"):
        warnings.look(world.store, country, now=world.clock())


def quick(world: World, name: str = "Quick Person", country: str = "KH") -> str:
    """A person, and after a look a warning about them; its id."""
    with world.store.write(Scope.system("test")) as db:
        person = a_person(db, full_name=name, country=country)
        sit(db, person, 60, module="course")
    look(world, country)
    with world.store.read(Scope.system("test")) as db:
        return db.scalars(select(WarningRow.id).where(WarningRow.person_id == person.id)).one()


def test_warnings_name_people_of_ones_own_countries_and_nobody_else(world: World, reader: Browser) -> None:
    look(world)
    assert "Nothing looks odd" in said(reader.get(WARNINGS).text)
    with world.store.write(Scope.system("test")) as db:
        mine = a_person(db, full_name="ឈឹម ស៊ីថា", country="LA")
        foreign = a_person(db, full_name="Foreign Person", country="TH")
        for person in (mine, foreign):
            sit(db, person, 60, module="course")
        db.expunge_all()
    look(world)
    page = reader.get(WARNINGS).text
    assert f'href="/en/coordinate/people/{mine.id}"' in page
    assert "ឈឹម ស៊ីថា" in page
    assert "Foreign Person" not in page
    assert foreign.id not in page
    assert "Test after handed in within three minutes (1)" in said(page)
    assert "A course, on November 10, 2026." in said(page)
    assert "ឈឹម ស៊ីថា" not in reader.get(f"{WARNINGS}?country=KH").text
    assert "ឈឹម ស៊ីថា" not in reader.get(f"{WARNINGS}?kind=order").text
    assert "ឈឹម ស៊ីថា" in reader.get(f"{WARNINGS}?kind=quick&country=LA&page=1").text
    assert reader.get(f"{WARNINGS}?country=TH").status_code == 404


def test_a_warning_is_put_aside_with_a_note_and_taken_up_again(world: World, reader: Browser) -> None:
    ident = quick(world)
    look(world)
    assert "1 warning asks for a look" in said(reader.get(REPORT).text)
    kept = {"kind": "quick", "country": "KH", "note": "  Asked <her>,  all is well "}
    answer = reader.submit(f"{WARNINGS}/{ident}/aside", kept, page=WARNINGS)
    assert answer.location == f"{WARNINGS}?country=KH&kind=quick&done=warning-put-aside"
    page = reader.get(answer.location).text
    waiting, _, aside = page.partition('<details id="aside">')
    assert "The warning is put aside." in said(waiting)
    assert "Nothing to look at" in said(waiting)
    assert "Quick Person" not in waiting
    assert "Put aside: 1 warning" in said(aside)
    assert "Coordinator" in said(aside) or "November 23, 2026" in said(aside)
    assert "Asked <her>, all is well" in said(aside)
    assert "<her>" not in aside
    assert "No warning asks for a look" in said(reader.get(REPORT).text)
    look(world)
    assert "No warning asks for a look" in said(reader.get(REPORT).text)
    assert reader.submit(f"{WARNINGS}/{ident}/up", {}, page=WARNINGS).location.endswith("?done=warning-taken-up")
    page = reader.get(WARNINGS).text
    assert "Quick Person" in page
    assert 'id="aside"' not in page
    assert "all is well" not in page


def test_a_warning_of_another_country_is_not_there(world: World, reader: Browser) -> None:
    ident = quick(world, country="TH")
    before = dump(world.store)
    for act in ("aside", "up"):
        answers = [
            reader.submit(f"{WARNINGS}/{one}/{act}", {}, page=WARNINGS) for one in (ident, "nowarningnowarningnowa")
        ]
        assert [one.status_code for one in answers] == [404, 404]
    assert dump(world.store) == before
    assert reader.submit(f"{WARNINGS}/{ident}/aside", {"note": "x" * 201}, page=WARNINGS).status_code == 422


def test_what_is_on_a_page_of_all_kinds_is_the_newest_of_each(world: World, reader: Browser) -> None:
    with world.store.write(Scope.system("test")) as db:
        for _ in range(60):
            sit(db, a_person(db, full_name="Sok Dara"), 60, module="course")
    look(world)
    page = reader.get(WARNINGS).text
    section = page.partition('aria-labelledby="w-quick"')[2].partition("</section>")[0]
    assert section.count("<li>") == warning_list.FIRST
    assert "(60)" in section
    assert "?kind=quick" in section
    first = reader.get(f"{WARNINGS}?kind=quick").text
    assert first.count("/aside") == warning_list.SIZE
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    second = reader.get(f"{WARNINGS}?kind=quick&page=2").text
    assert second.count("/aside") == 10
    assert 'rel="prev"' in second
    for odd in ("0", "-1", "x", "99", "١"):
        assert reader.get(f"{WARNINGS}?kind=quick&page={odd}").status_code == 200


def test_a_look_is_asked_for_and_done_by_the_work(world: World, reader: Browser) -> None:
    for place in (WARNINGS, REPORT, "/en/coordinate/people/duplicates"):
        page = said(reader.get(place).text)
        assert "Not everything has been looked through yet" in page
        assert not re.search("Nothing to look at|No warning asks|No two people", page), "nobody knows that yet"
    look(world)
    page = reader.get(WARNINGS).text
    assert "Looked through on November 23, 2026" in said(page)
    assert "Look now" in said(page)
    quick_later = a_moment_later(world)
    assert reader.submit(f"{WARNINGS}/look", {"kind": "quick"}, page=WARNINGS).location == f"{WARNINGS}?kind=quick"
    page = reader.get(WARNINGS).text
    assert "It is done again in a minute." in said(page)
    assert "Look now" not in said(page)
    bench = Bench(world.store, Shelf(world.store), world.clock)
    assert tasks.work(bench) is False, "not twice in a minute"
    world.clock.turn(seconds=61)
    assert (tasks.work(bench), tasks.work(bench), tasks.work(bench)) == (True, True, False)
    page = reader.get(WARNINGS).text
    assert quick_later in page
    assert "It is done again in a minute." not in said(page)


def a_moment_later(world: World) -> str:
    with world.store.write(Scope.system("test")) as db:
        person = a_person(db, full_name="Quick Later")
        sit(db, person, 60, module="course")
    return person.id


def test_looking_at_warnings_is_said_for_each_country(reader: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    acts: list[tuple[object, ...]] = []
    monkeypatch.setattr("trainer.web.state.State.did", lambda _, act, **more: acts.append((act, *more.values())))
    reader.get(WARNINGS)
    assert acts == [("warnings-seen", code, "country", code) for code in ("KH", "LA")]


def test_warnings_from_counts_are_counted_on_the_dashboard(world: World, reader: Browser) -> None:
    count(world, "KH", 30, 0, month="2026-08", sex="man")
    look(world)
    assert "1 warning asks for a look" in said(reader.get(REPORT).text)
    page = said(reader.get(WARNINGS).text)
    assert "No women in a whole quarter (1)" in page
    assert "2026-Q3: 30 people enrolled." in page


def test_every_kind_of_warning_has_its_sentences(
    world: World, reader: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each heading is followed by what it may mean, and each warning by what it is about."""
    numbers = {"hours": 13, "count": 5, "days": 11, "points": 15, "enrolled": 12, "period": "2026-Q3"}
    one = Shown(
        "ident", "", "KH", world.clock(), "somebody", "Sok", "other", "Dara", "shop", "Harbour", "course", "police",
        numbers,
    )  # fmt: skip
    every = tuple(one._replace(kind=kind) for kind in HEADINGS)
    made = warning_list.Page(dict.fromkeys(HEADINGS, 1), 0, every, ())
    monkeypatch.setattr(warning_list, "page", lambda *_, **__: made)
    monkeypatch.setattr("trainer.web.coordinate.warnings._past_check", lambda *_: every[-1:])
    page = reader.get(WARNINGS).text
    for kind in HEADINGS:
        section = page.partition(f'aria-labelledby="w-{kind}"')[2].partition("</section>")[0]
        why, line = (
            re.findall(r"<p>(.*?)</p>", section, re.DOTALL)[0],
            re.findall(r"<li><span.*?</span>(.*?)</span>", section, re.DOTALL),
        )
        assert len(said(why)) > 40, kind
        assert len(said(line[0]).partition("·")[2]) > 10, kind
