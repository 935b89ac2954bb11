"""Forms about a course through the pages: offered, kept over a sign-out, typed in from paper, read, and reported."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.factories import a_workshop, an_identity
from tests.services.test_feedback import COHORT, follow_up, react
from tests.services.world import COURSE, Learner, publish, statements
from tests.tasks.bench import Bench
from tests.web.conftest import Browser, World
from trainer.services import anonymous, follow_up_times, judging
from trainer.services.anonymous import FORMS, Of
from trainer.services.shelf import Shelf
from trainer.store.forms import FormMark
from trainer.store.models import Attempt, CompletionRow, Person
from trainer.store.scope import Scope
from trainer.tasks import follow_ups
from trainer.vocabulary import COUNTRIES
from trainer.web.pending import FIELD

SYSTEM = Scope.system("test")
FORM = "/en/modules/course/reaction"
NEXT_YEAR = timedelta(days=48)
"""After it, the last quarter of 2026 has ended."""


def text_of(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.partition("<main")[2])))


def completes(world: World, who: Person) -> Browser:
    """Everything of the course; afterwards it is later."""
    world.course()
    return learns(world, who)


def learns(world: World, who: Person) -> Browser:
    learner = Learner(world.store, Shelf(world.store), an_identity(who), now=world.clock())
    learner.complete()
    world.clock.moment = learner.now
    return world.sign_in(who)


def invite(world: World) -> int:
    return follow_ups.tick(Bench(world.store, Shelf(world.store), world.clock))


@pytest.fixture
def who(world: World) -> Person:
    return world.person(full_name="Sok Dara")


def test_the_form_is_offered_where_a_module_was_completed_and_taken_without_a_name(world: World, who: Person) -> None:
    browser = completes(world, who)
    with world.store.read(SYSTEM) as db:
        attempt = db.query(Attempt).filter_by(purpose="post").one().id
    for page in ("/en/", "/en/record", f"/en/attempts/{attempt}/results"):
        assert f'href="{FORM}"' in browser.get(page).text, page
    page = text_of(browser.get(FORM).text)
    assert "kept without your name" in page
    assert "Do not write about real cases or people." in page
    empty = browser.submit(FORM, {"safe": "9", "words-useful": " "})
    assert empty.status_code == 422
    assert "Choose a number in at least one row" in empty.text
    done = browser.submit(FORM, {"safe": "5", "words-change": "More time."})
    assert done.location == "/en/?done=reaction-given"
    assert FORM not in browser.get("/en/").text
    assert browser.submit(FORM, {"safe": "1"}, page="/en/").status_code == 403
    with world.store.read(SYSTEM) as db:
        found = judging.counted(db, {"KH"}, reactions="2026-Q4").held
    assert found == {Of("KH", "reaction", "course", "2026-Q4"): {(FORMS, 0): 1, ("safe", 5): 1}}


def test_not_now_is_fine(world: World, who: Person) -> None:
    browser = completes(world, who)
    assert browser.submit(f"{FORM}/not-now", page=FORM).status_code == 303
    assert FORM not in browser.get("/en/").text
    assert FORM in browser.get("/en/record").text


def test_a_follow_up_is_answered_page_by_page_and_kept_over_signing_out(world: World, who: Person) -> None:
    browser = completes(world, who)
    world.clock.turn(days=95)
    assert invite(world) == 1
    browser = world.sign_in(who)
    address = "/en/follow-up/2026-Q4-3"
    assert f'href="{address}"' in browser.get("/en/").text
    assert "Results are shown only for groups." in text_of(browser.get(address).text)
    both = browser.submit(f"{address}/1", {"done": ["none", "alone"], "example": "I ask <first>."})
    assert both.status_code == 422
    assert "I ask &lt;first&gt;." in both.text
    first = {"met": "yes", "done": ["alone", "forged"], "example": "I ask <first>.", "do": "stop"}
    assert browser.submit(f"{address}/1", first).location == "/en/?done=follow-up-kept"
    browser.submit("/en/sign-out", page="/en/sessions")
    browser = world.sign_in(who)
    page = browser.get(f"{address}/1").text
    assert "I ask &lt;first&gt;." in page
    assert page.count("checked") == 2
    # What is posted after the session has ended waits in the sign-in form.
    token = browser.token(f"{address}/2")
    browser.submit("/en/sign-out", page="/en/sessions")
    skills = {"before-notice": "2", "now-notice": "4", "helped": "time"}
    asked = browser.post(
        f"{address}/2", data=skills | {"csrf_token": token}, headers={"Origin": "https://trainer.test"}
    )
    assert f'name="{FIELD}"' in asked.text
    browser = world.sign_in(who)
    assert browser.submit(f"{address}/2", skills | {"do": "next"}).location == f"{address}/3"
    known = browser.get(f"{address}/3").text
    assert known.count('<fieldset aria-describedby="item-') == 2
    assert browser.submit(f"{address}/3", {"item-1": "0", "item-2": "99"}).location == f"{address}/4"
    assert "How are you?" in browser.get(f"{address}/4").text
    assert browser.get(f"{address}/5").status_code == 404
    done = browser.submit(f"{address}/4", {"change": "More time.", "support": "no", "do": "next"})
    assert done.location == "/en/?done=follow-up-given"
    assert browser.get(address).status_code == 404
    with world.store.read(SYSTEM) as db:
        assert db.query(FormMark).one().draft is None
        found = judging.counted(db, {"KH"}, follow_ups={"follow-3": "2026-Q4"}).held
    (counts,) = found.values()
    assert {key[0] for key in counts} >= {
        "met:yes",
        "done:alone",
        "before:notice",
        "helped:time",
        "support:no",
        "pairs",
    }
    assert "done:forged" not in str(counts)


def test_the_last_page_names_the_contact_for_staff_of_the_country(world: World, who: Person) -> None:
    slots = COURSE["module.md"].replace(b"source: en\n", b"source: en\nslots:\n  staff_support: {required: false}\n")
    files = {
        **COURSE, "module.md": slots + b"\nFor staff: {{slot.staff_support}}\n",
        "national/KH.md": b"---\nconfirmed_by: Test\nchecked_on: 2026-11-01\nreview_by: 2027-11-01\n"
        b"slots:\n  staff_support: The quiet room, ask for Lina\n---\n",
    }  # fmt: skip
    publish(world.store, files=files)
    learns(world, who)
    world.clock.turn(days=95)
    invite(world)
    page = world.sign_in(who).get("/en/follow-up/2026-Q4-3/4").text
    assert "The quiet room, ask for Lina" in page


def test_nobody_opens_a_follow_up_of_somebody_else(world: World, who: Person) -> None:
    completes(world, who)
    world.clock.turn(days=95)
    invite(world)
    other = world.sign_in(world.person())
    for page in ("", "/1"):
        assert other.get(f"/en/follow-up/2026-Q4-3{page}").status_code == 404


def test_no_more_of_them_can_be_taken_back(world: World, who: Person) -> None:
    completes(world, who)
    world.clock.turn(days=95)
    invite(world)
    browser, address = world.sign_in(who), "/en/follow-up/2026-Q4-3"
    assert browser.submit(f"{address}/decline", {"for_good": "1"}, page=address).status_code == 303
    assert "Ask me again" in browser.get("/en/record").text
    browser.submit("/en/follow-ups/ask-again", page="/en/record")
    assert "Ask me again" not in browser.get("/en/record").text


def test_the_first_page_costs_two_statements_more(world: World, who: Person) -> None:
    browser = completes(world, who)
    browser.get("/en/")
    counts = []
    for _ in range(2):
        with world.store.read(SYSTEM) as db, statements(db) as seen:
            browser.get("/en/")
        counts.append(len([one for one in seen if "form_mark" in one]))
        with world.store.write(SYSTEM) as db:
            row = db.query(CompletionRow).filter_by(module="course").one()
            values = {column.key: getattr(row, column.key) for column in row.__mapper__.columns}
            first = 5 * len(counts)
            more = range(first, first + 5)
            db.add_all(CompletionRow(**values | {"id": f"more-{at}", "module": f"more-{at}"}) for at in more)
    assert counts == [2, 2]


# -------------------------------------------------------------- coordinators


def test_a_coordinator_without_anything_sees_what_will_be_here_and_when(world: World) -> None:
    browser = world.sign_in(world.coordinator("KH"))
    page = text_of(browser.get("/en/coordinate/feedback").text)
    assert "Nothing can be shown yet." in page
    assert "two and three quarters after" in page
    assert "There is nothing to read." in text_of(browser.get("/en/coordinate/feedback/examples").text)
    assert "There is nothing to show here." in text_of(browser.get("/en/coordinate/feedback/words").text)


def test_results_are_on_the_page_and_in_the_files_and_of_no_other_country(world: World) -> None:
    world.course()
    world.clock.turn(days=NEXT_YEAR.days)
    with world.store.write(SYSTEM) as db:
        react(db, 20, safe=17)
        react(db, 31, country="TH")
        follow_up(db, 12, done_alone=3, done_referred=7)
        anonymous.count(db, COHORT._replace(country="TH"), {("invited", 0): 33, ("answered", 0): 33})
        pieces = [{"text": f"<b>piece</b> {number}"} for number in range(5)]
        for country in ("KH", "TH"):
            anonymous.keep_words(db, Of(country, "reaction", "course", "2026-Q4"), "useful", *pieces)
    browser = world.sign_in(world.coordinator("KH"))
    page = text_of(browser.get("/en/coordinate/feedback").text)
    assert re.search(r"A course ?20 ?3.0 ?3.0 ?3.0 ?3.0 ?4.4", page), page
    assert "80% or more" in page
    assert "Fewer than 60 percent answered." in page
    assert COUNTRIES["TH"] not in page
    words = browser.get("/en/coordinate/feedback/words").text
    assert words.count("&lt;b&gt;piece") == 5
    for table in ("reactions", "follow-ups", "answers", "skills"):
        file = browser.get(f"/en/coordinate/feedback.csv?table={table}&quarter=2026-Q4")
        assert (file.status_code, "piece" in file.text, COUNTRIES["TH"] in file.text) == (200, False, False)
    for rest in ("?country=TH", "?quarter=2027-Q1", ".csv?table=people", ".csv?country=TH", "/words?country=TH"):
        assert browser.get(f"/en/coordinate/feedback{rest}").status_code == 404, rest


def test_two_coordinators_read_examples(world: World) -> None:
    world.clock.turn(days=NEXT_YEAR.days)
    with world.store.write(SYSTEM) as db:
        follow_up(db, 12, examples=5)
    page = "/en/coordinate/feedback/examples"
    for people in range(2):
        browser = world.sign_in(world.coordinator("KH"))
        for left in range(5, 0, -1):
            shown = browser.get(page).text
            assert f"{left} example" in text_of(shown)
            address = re.findall(r'action="([^"]+/examples/[^"]+)"', shown)[0]
            if left == 5:
                missing = browser.submit(address, page=page)
                assert (missing.status_code, "Choose whether it counts." in missing.text) == (422, True)
            assert browser.submit(address, {"counts": "yes"}, page=page).status_code == 303
        assert ("wait for a second reader" in browser.get(page).text) is (people == 0)
    assert "Two readers agreed on 5 of 5 examples." in text_of(browser.get("/en/coordinate/feedback").text)


def test_paper_forms_are_typed_in(world: World) -> None:
    world.course()
    with world.store.write(SYSTEM) as db:
        workshop = a_workshop("KH", modules=["course"])
        db.add(workshop)
        db.flush()
        page = f"/en/coordinate/workshops/{workshop.id}/reactions/course"
        closing = f"/en/coordinate/workshops/{workshop.id}/closing"
    browser = world.sign_in(world.coordinator("KH"))
    assert page in browser.get(closing).text
    wrong = browser.submit(page, {"do": "one", "mark-safe": "6", "mark-clear": "4", "words-useful": "The <cases>."})
    assert wrong.status_code == 422
    assert "Write a number from 1 to 5" in wrong.text
    assert "The &lt;cases&gt;." in wrong.text
    assert "1 form is typed in" in text_of(
        browser.submit(page, {"do": "one", "mark-safe": "5"}, follow_redirects=True).text
    )
    many = {"do": "all", "forms": "20", "version": "1", "count-safe-5": "19", "count-safe-1": "2"}
    refused = browser.submit(page, many)
    assert (refused.status_code, "More marks in a row than forms" in refused.text) == (422, True)
    assert browser.submit(page, many | {"count-safe-1": "1"}).status_code == 303
    assert browser.submit(page, many | {"count-safe-1": "1"}).status_code == 409  # typed meanwhile
    with world.store.read(SYSTEM) as db:
        found = judging.counted(db, {"KH"}, reactions="2026-Q4").held
    assert {key: n for key, n in next(iter(found.values())).items() if n} == {
        (FORMS, 0): 20, ("safe", 5): 19, ("safe", 1): 1,
    }  # fmt: skip


def test_quarters_follow_each_other() -> None:
    assert follow_up_times.later("2026-Q4", 1) == "2027-Q1"
    assert follow_up_times.later("2026-Q1", -1) == "2025-Q4"
