"""The pack builder on the web: five steps that can be left and come back to, the pack in the making, its files."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise

import pytest
from flask import Flask

from tests.web.conftest import World, dump
from tests.web.desk import Desk, a_desk, followed, main_of, words_of
from trainer.services import packs
from trainer.store.scope import Scope
from trainer.store.workshops import Pack, PackFile, Workshop
from trainer.tasks.runner import Runner
from trainer.web.state import site

STEPS = ("what", "languages", "paper", "people", "check")


@pytest.fixture
def desk(world: World) -> Desk:
    return a_desk(world)


def begin(desk: Desk) -> str:
    """The address of a new draft, without the step."""
    begun = desk.post(f"{desk.page}/packs")
    assert begun.status_code == 303
    return str(begun.location).rpartition("/")[0]


def choose(desk: Desk, draft: str, **chosen: dict[str, object]) -> None:
    given: dict[str, dict[str, object]] = {
        "what": {"products": ["attendance"], "blanks": "0"},
        "languages": {"locales": ["en"]},
        "paper": {"paper": "a4", "output": "zip"},
        "people": {"whom": "all"},
        **chosen,
    }
    for step, following in pairwise(STEPS):
        sent = desk.post(f"{draft}/{step}", given[step])
        assert (sent.status_code, sent.location) == (303, f"{draft}/{following}"), main_of(sent)


def a_pack(desk: Desk, state: str, files: dict[str, bytes] | None = None, **over: object) -> str:
    """The address of a pack in this state, made without printing."""
    with desk.world.store.write(Scope.system("test")) as db:
        values = {
            "number": 9, "options": {"products": ["handbook"], "locales": ["en"]}, "editions": {"course": 1},
            "problems": [], "asked_at": desk.world.clock(), "asked_by": "test", **over,
        }  # fmt: skip
        row = Pack(workshop_id=desk.workshop_id, country=desk.country, state=state, **values)
        db.add(row)
        db.flush()
        for position, (name, data) in enumerate((files or {}).items(), 1):
            db.add(PackFile(pack_id=row.id, country=row.country, position=position, name=name, pages=2,
                            size=len(data), data=data))  # fmt: skip
        return f"/en/coordinate/packs/{row.id}"


def test_an_empty_list_says_what_packs_are_for(desk: Desk) -> None:
    text = words_of(desk.browser.get(f"{desk.page}/packs"))
    assert "A pack is everything you print for this workshop." in text
    assert "No pack has been made for this workshop yet." in text


def test_five_steps_can_be_left_and_come_back_to(desk: Desk) -> None:
    draft = begin(desk)
    choose(desk, draft, what={"products": ["guide", "blanks"], "blanks": "7"}, languages={"locales": ["my", "km"]})
    assert "Go on with pack 1" in words_of(desk.browser.get(f"{desk.page}/packs"))
    assert begin(desk) == draft
    what = desk.browser.get(f"{draft}/what").text
    assert set(re.findall(r'name="products" value="(\w+)"[^>]* checked', what)) == {"guide", "blanks"}
    assert 'name="blanks" type="text" value="7"' in what
    chosen = desk.browser.get(f"{draft}/languages").text
    assert set(re.findall(r'name="locales" value="([\w-]+)"[^>]* checked', chosen)) == {"km", "my"}
    for number, step in enumerate(STEPS, 1):
        page = desk.browser.get(f"{draft}/{step}")
        assert page.text.count('aria-current="step"') == 1
        assert f'href="{draft}/{step}" aria-current="step">{number} ' in page.text
        if number > 1:
            assert f'href="{draft}/{STEPS[number - 2]}">Back</a>' in page.text


@pytest.mark.parametrize(
    ("step", "fields", "at", "words", "kept"),
    [
        ("what", {"blanks": "5"}, "products", "Choose at least one thing to print.", 'value="5"'),
        ("what", {"products": ["key"], "blanks": "two"}, "blanks", "Write a whole number, such as 20.", 'value="two"'),
        ("what", {"products": ["key"], "blanks": "2.5"}, "blanks", "Write a whole number", 'value="key" checked'),
        ("what", {"products": ["key"], "blanks": "201"}, "blanks", "Choose a number from 0 to 200.", 'value="201"'),
        ("what", {"products": ["key"], "blanks": "9" * 5000}, "blanks", "Write a whole number", 'value="key" checked'),
        ("languages", {}, "locales", "Choose at least one language.", 'value="km"><'),
        ("languages", {"locales": ["en", "km", "my"], "abreast": "1"}, "abreast", "exactly two languages",
         'name="abreast" value="1" checked'),
        ("languages", {"locales": ["my"], "abreast": "1"}, "abreast", "exactly two languages", 'value="my" checked'),
        ("paper", {"paper": "a3", "output": "zip"}, "paper", "Choose one of these answers.", 'value="zip" checked'),
        ("people", {"whom": "some"}, "people", "Choose at least one person.", 'value="some" checked'),
        ("people", {"whom": "some", "people": ["nobody"]}, "people", "", 'value="some" checked'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_field_and_what_was_sent_stays(
    desk: Desk, step: str, fields: dict[str, object], at: str, words: str, kept: str
) -> None:
    draft = begin(desk)
    before = dump(desk.world.store)
    wrong = desk.post(f"{draft}/{step}", fields)
    assert wrong.status_code == 422
    assert f'href="#{at}"' in wrong.text
    assert re.search(rf'id="{at}["-]', wrong.text)
    assert words in words_of(wrong)
    assert kept in wrong.text
    assert dump(desk.world.store) == before


def test_two_languages_side_by_side_are_two(desk: Desk) -> None:
    draft = begin(desk)
    choose(desk, draft, languages={"locales": ["en", "km"], "abreast": "1"})
    assert "(Two languages side by side)" in words_of(desk.browser.get(f"{draft}/check"))


def test_a_person_of_another_workshop_is_no_choice(desk: Desk, world: World) -> None:
    other = a_desk(world, names=["Somebody Else"])
    foreign = re.findall(r'name="people" value="([^"]+)"', other.browser.get(f"{begin(other)}/people").text)
    assert len(foreign) == 1
    wrong = desk.post(f"{begin(desk)}/people", {"whom": "some", "people": foreign})
    assert wrong.status_code == 422
    assert "Somebody Else" not in wrong.text


def test_everybody_wins_over_ticks_that_were_left_behind(desk: Desk) -> None:
    draft = begin(desk)
    people = re.findall(r'name="people" value="([^"]+)"', desk.browser.get(f"{draft}/people").text)
    choose(desk, draft, people={"whom": "some", "people": people[:2]})
    assert "2 people" in words_of(desk.browser.get(f"{draft}/check"))
    choose(desk, draft, people={"whom": "all", "people": people[:2]})
    assert "3 people" in words_of(desk.browser.get(f"{draft}/check"))


def test_names_stand_in_their_own_script_and_do_nothing(world: World) -> None:
    hostile = a_desk(world, names=["<script>alert(1)</script>", "ကျော်ဇင်ဦး"], title="<img src=x onerror=alert(1)>")
    draft = begin(hostile)
    for path in (f"{draft}/people", f"{draft}/check", f"{hostile.page}/packs", f"{hostile.page}/closing"):
        text = hostile.browser.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    people = hostile.browser.get(f"{draft}/people").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in people
    assert '<bdi lang="my">ကျော်ဇင်ဦး</bdi>' in people


def test_pages_are_counted_made_and_downloaded(desk: Desk, app: Flask) -> None:
    draft = begin(desk)
    choose(desk, draft, what={"products": ["attendance", "slips"], "blanks": "0"})
    waiting = desk.browser.get(f"{draft}/check")
    assert "The pages are being counted." in words_of(waiting)
    assert waiting.headers["Refresh"]
    runner = Runner(site(app))
    assert runner.run_pending() == 1
    counted = desk.browser.get(f"{draft}/check")
    assert "Refresh" not in counted.headers
    assert re.search(r"\d+ pages? · about [\d.]+ MB · ready in less than a minute", words_of(counted))
    asked = desk.post(f"{draft}/check")
    assert (asked.status_code, asked.location) == (303, draft)
    in_the_making = desk.browser.get(draft)
    assert "The pack is waiting to be made." in words_of(in_the_making)
    assert in_the_making.headers["Refresh"]
    # An old tab, and the second press of a tired finger, lead to the pack that is being made.
    assert desk.post(f"{draft}/check").location == draft
    assert desk.post(f"{draft}/what", {"products": ["key"], "blanks": "0"}).location == draft
    runner.run_pending()
    made = desk.browser.get(draft)
    assert "Refresh" not in made.headers
    links = re.findall(rf'href="({draft}/files/\d+)" download', made.text)
    assert len(links) == 2, words_of(made)
    file = desk.browser.get(links[0])
    assert file.mimetype == "application/pdf"
    assert file.get_data().startswith(b"%PDF-")
    assert file.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r'attachment; filename="[\w.-]+\.pdf"', file.headers["Content-Disposition"])
    whole = desk.browser.get(f"{draft}/pack.zip")
    assert whole.mimetype == "application/zip"
    assert whole.headers["Cache-Control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(whole.get_data()))
    assert archive.testzip() is None
    assert len(archive.namelist()) == 2
    assert all(re.fullmatch(r"[\w.-]+\.pdf", name) for name in archive.namelist())  # no names of people
    assert "Soares" not in "".join(archive.namelist())
    assert "Pack 1" in words_of(desk.browser.get(f"{desk.page}/packs"))


def test_a_pack_without_a_published_module_says_so_and_stays_a_draft(desk: Desk) -> None:
    draft = begin(desk)
    choose(desk, draft)
    with desk.world.store.write(Scope.system("test")) as db:
        row = db.get(Workshop, desk.workshop_id)
        assert row is not None
        row.modules = ["never-published"]
    refused = desk.post(f"{draft}/check")
    assert refused.status_code == 422
    assert "None of this workshop's modules is published." in words_of(refused)
    assert 'id="products"' in refused.text  # where the summary's link leads
    assert "Make the pack" in words_of(refused)


@pytest.mark.parametrize(
    ("state", "over", "words", "refreshes"),
    [
        ("waiting", {}, "The pack is waiting to be made.", True),
        ("running", {"done": 3, "total": 12}, "3 of 12 documents are made.", True),
        ("failed", {}, "This pack could not be made.", False),
        ("cancelled", {}, "This pack was stopped.", False),
        ("done", {"problems": [{"code": "name-left-out", "name": "<b>Ana", "characters": "ꧠ"}]},
         "cannot be printed: no font has ꧠ. Write it by hand.", False),
        ("done", {"problems": [{"code": "of-a-later-version"}]}, "Something went wrong while this pack was made.",
         False),
    ],
)  # fmt: skip
def test_a_pack_says_how_far_it_is(
    desk: Desk, state: str, over: dict[str, object], words: str, refreshes: bool
) -> None:
    page = desk.browser.get(a_pack(desk, state, **over))
    assert page.status_code == 200
    assert words in words_of(page)
    assert ("Refresh" in page.headers) == refreshes
    assert "<b>Ana" not in page.text
    assert ("New pack" in words_of(page)) == (state in ("failed", "cancelled"))


def test_a_pack_can_be_stopped_and_a_draft_thrown_away(desk: Desk) -> None:
    running = a_pack(desk, "running", {"a.pdf": b"%PDF-"})
    stopped = followed(desk, desk.post(f"{running}/cancel"))
    assert "The pack was stopped and thrown away." in stopped.text
    assert desk.browser.get(f"{running}/files/1").status_code == 404
    draft = begin(desk)
    choose(desk, draft, what={"products": ["key"], "blanks": "3"})
    gone = followed(desk, desk.post(f"{draft}/cancel"))
    assert "The draft was thrown away." in gone.text
    again = begin(desk)
    assert again != draft
    # What was chosen is where the next one begins: throwing a draft away loses no work.
    assert 'value="key" checked' in desk.browser.get(f"{again}/what").text


def test_a_finished_pack_stays_when_somebody_stops_it(desk: Desk) -> None:
    done = a_pack(desk, "done", {"a.pdf": b"%PDF-"})
    assert desk.post(f"{done}/cancel").status_code == 303
    assert desk.browser.get(f"{done}/files/1").get_data() == b"%PDF-"


@pytest.mark.parametrize("rest", ["files/0", "files/7", "files/" + "9" * 40, "files/-1", "files/x"])
def test_a_file_that_is_not_there_is_not_found(desk: Desk, rest: str) -> None:
    pack = a_pack(desk, "done", {"a.pdf": b"%PDF-"})
    assert desk.browser.get(f"{pack}/{rest}").status_code == 404


def test_there_is_no_zip_of_a_pack_in_the_making_or_of_another_country(desk: Desk, world: World) -> None:
    running = a_pack(desk, "running", {"a.pdf": b"%PDF-"})
    assert desk.browser.get(f"{running}/pack.zip").status_code == 404
    foreign = a_desk(world, country="TH")
    done = a_pack(foreign, "done", {"a.pdf": b"%PDF-", "b.pdf": b"%PDF-"})
    for rest in ("", "/what", "/files/1", "/pack.zip"):
        assert desk.browser.get(done + rest).status_code == 404
    assert foreign.browser.get(f"{done}/pack.zip").status_code == 200


def test_looking_changes_nothing(desk: Desk) -> None:
    draft = begin(desk)
    done = a_pack(desk, "done", {"a.pdf": b"%PDF-", "b.pdf": b"%PDF-"})
    before = dump(desk.world.store)
    for path in (f"{desk.page}/packs", *(f"{draft}/{step}" for step in STEPS), draft, done, f"{done}/files/1",
                 f"{done}/pack.zip"):  # fmt: skip
        assert desk.browser.get(path).status_code in (200, 303)
    assert dump(desk.world.store) == before


def test_every_product_stands_in_one_group_of_the_first_step(desk: Desk) -> None:
    text = desk.browser.get(f"{begin(desk)}/what").text
    assert sorted(re.findall(r'name="products" value="(\w+)"', text)) == sorted(packs.PRODUCTS)


@pytest.mark.parametrize("locale", ["en", "km"])
def test_every_page_has_a_title_one_heading_and_ids_once(desk: Desk, locale: str) -> None:
    draft = begin(desk)
    paths = [f"{desk.page}/packs", *(f"{draft}/{step}" for step in STEPS), a_pack(desk, "done", {"a.pdf": b"%PDF-"})]
    for path in paths:
        text = desk.browser.get(path.replace("/en/", f"/{locale}/")).text
        assert re.search(r"<title>[^<]+ · Trainer</title>", text)
        assert text.count("<h1>") == 1
        assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=", text)
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
