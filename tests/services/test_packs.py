"""Packs: put together step by step, asked for, made by one, and kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import a_grant, a_person
from tests.services.papers import KEY, KH, LA, SYSTEM, Room, on_sqlite
from tests.services.world import COURSE, publish
from trainer.services import pack_making, packs, sheets, slips, waiting
from trainer.services.pack_making import Made
from trainer.services.packs import Options, PackRow
from trainer.services.problems import Conflict, Invalid, NotFound
from trainer.store.engine import Store
from trainer.store.models import Person, SlipCode
from trainer.store.workshops import Pack, PackFile, Sheet, Workshop


@pytest.fixture
def paper(store: Store) -> Room:
    return Room(store)


def begin(paper: Room) -> str:
    def act(db: Any) -> str:
        return packs.begin(db, db.get(Workshop, paper.id), by="coordinator", now=paper.now)

    return paper.write(act)


def choose(room: Room, pack_id: str, /, **changes: Any) -> Options:
    return room.write(packs.choose, KH, pack_id, **changes)


def ask(paper: Room, pack_id: str) -> PackRow:
    paper.write(packs.ask, paper.shelf, KH, pack_id, address="https://x/", by="coordinator", key=KEY, now=paper.now)
    return find(paper, pack_id)


def find(paper: Room, pack_id: str) -> PackRow:
    return paper.read(packs.find, KH, pack_id)


def asked(room: Room, /, **changes: Any) -> PackRow:
    """A pack that waits to be made."""
    pack_id = begin(room)
    if changes:
        choose(room, pack_id, **changes)
    return ask(room, pack_id)


def claimed(paper: Room) -> PackRow:
    asked(paper)
    found = paper.write(pack_making.claim, now=paper.now)
    assert found is not None
    return found


def keep(paper: Room, pack: PackRow, position: int, data: bytes = b"%PDF", **more: Any) -> bool:
    made = Made(position, f"{position}.pdf", None, 2, data)
    return paper.write(pack_making.keep, pack, made, position, 9, now=paper.now, **more)


# ------------------------------------------------------------- put together


def test_a_draft_is_gone_on_with(paper: Room) -> None:
    first = begin(paper)
    choose(paper, first, products=("guide",), blanks=3)
    assert begin(paper) == first
    row = find(paper, first)
    assert (row.number, row.state, row.options.products, row.options.blanks) == (1, "draft", ("guide",), 3)
    assert (row.options.locales, row.options.people) == (("en", "km"), ())


def test_two_who_begin_at_once_have_one_draft(paper: Room) -> None:
    both = Barrier(2)

    def beginning() -> str:
        both.wait()
        with paper.store.write(SYSTEM) as db:
            return packs.begin(db, db.get_one(Workshop, paper.id), by="coordinator", now=paper.now)

    with ThreadPoolExecutor(2) as pool:
        found = {one.result() for one in [pool.submit(beginning) for _ in range(2)]}
    assert len(found) == paper.count(Pack) == 1


@on_sqlite
def test_the_next_pack_begins_with_what_was_chosen_before_but_for_the_people(paper: Room) -> None:
    first = begin(paper)
    choose(paper, first, products=("guide",), paper="a5", locales=("km",))
    choose(paper, first, people=(paper.participants()[0],))
    ask(paper, first)
    row = find(paper, begin(paper))
    assert (row.number, row.options.products, row.options.paper, row.options.locales) == (2, ("guide",), "a5", ("km",))
    assert row.options.people == ()
    assert [one.number for one in paper.read(packs.of_workshop, KH, paper.id)] == [2, 1]


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"products": ()}, "pack-empty", "products"),
        ({"products": ("guide", "poster")}, "choice-unknown", "products"),
        ({"locales": ()}, "pack-languages", "locales"),
        ({"locales": ("en", "xx")}, "choice-unknown", "locales"),
        ({"locales": ("en",), "abreast": True}, "pack-two", "abreast"),
        ({"locales": ("en", "en"), "abreast": True}, "pack-two", "abreast"),
        ({"paper": "a3"}, "choice-unknown", "paper"),
        ({"output": "fax"}, "choice-unknown", "output"),
        ({"blanks": 201}, "pack-blanks", "blanks"),
        ({"blanks": -1}, "pack-blanks", "blanks"),
        ({"people": ("nobody",)}, "choice-unknown", "people"),
    ],
)
def test_what_cannot_be_printed_is_refused_where_it_was_chosen(
    paper: Room, changes: dict[str, Any], code: str, field: str
) -> None:
    pack_id = begin(paper)
    before = find(paper, pack_id)
    with pytest.raises(Invalid) as refused:
        choose(paper, pack_id, **changes)
    assert (refused.value.code, refused.value.params["field"]) == (code, field)
    assert find(paper, pack_id) == before


def test_pages_are_counted_after_the_last_step_and_after_every_later_change(paper: Room) -> None:
    pack_id = begin(paper)
    choose(paper, pack_id, products=("guide", "key"))
    assert find(paper, pack_id).state == "draft"
    choose(paper, pack_id, people=())
    counting = paper.write(pack_making.claim, now=paper.now)
    assert (counting.id, counting.state) == (pack_id, "counting")
    paper.write(pack_making.counted, pack_id, {"guide": 60, "key": 4})
    row = find(paper, pack_id)
    budget = packs.budget(row.options)
    assert row.state == "draft"
    assert budget is not None
    assert (budget.lines, budget.pages, budget.seconds) == ((("guide", 60), ("key", 4)), 64, 2)
    choose(paper, pack_id, paper="letter")
    assert (find(paper, pack_id).state, packs.budget(find(paper, pack_id).options)) == ("counting", None)
    choose(paper, pack_id, paper="a4")
    assert find(paper, pack_id).state == "counting"


@on_sqlite
def test_a_count_that_comes_after_it_was_asked_for_changes_nothing(paper: Room) -> None:
    pack_id = begin(paper)
    choose(paper, pack_id, people=())
    ask(paper, pack_id)
    paper.write(pack_making.counted, pack_id, {"guide": 60})
    assert (find(paper, pack_id).state, find(paper, pack_id).options.lines) == ("waiting", ())


@on_sqlite
def test_pages_that_cannot_be_counted_keep_nobody_from_going_on(paper: Room) -> None:
    pack_id = begin(paper)
    choose(paper, pack_id, people=())
    paper.write(pack_making.counted, pack_id, None)
    assert packs.budget(find(paper, pack_id).options) is None
    assert ask(paper, pack_id).state == "waiting"


# ------------------------------------------------------------- asked for


def test_asking_issues_sheets_and_notes_the_editions(paper: Room) -> None:
    row = asked(paper, products=("pre", "post", "sheets", "blanks"), blanks=2)
    assert (row.state, row.editions, row.options.address) == ("waiting", {"course": 1}, "https://x/")
    found = paper.read(sheets.of_workshop, KH, paper.id)
    assert {one.purpose for one in found} == {"pre", "post"}
    assert (len(found), sum(one.is_blank for one in found)) == (8, 4)


@on_sqlite
@pytest.mark.parametrize(("products", "count"), [(("guide",), 0), (("guide", "sheets"), 6), (("blanks",), 6 + 6)])
def test_sheets_are_issued_only_where_they_are_printed(paper: Room, products: tuple[str, ...], count: int) -> None:
    asked(paper, products=products, blanks=2)
    assert paper.count(Sheet) == count


@on_sqlite
def test_a_pack_is_asked_for_once(paper: Room) -> None:
    row = asked(paper)
    with pytest.raises(Conflict):
        ask(paper, row.id)
    with pytest.raises(Conflict):
        choose(paper, row.id, grey=False)


@on_sqlite
def test_a_pack_keeps_the_edition_it_was_asked_for_with(paper: Room) -> None:
    row = asked(paper)
    publish(paper.store, "course", {**COURSE, "02-second.md": COURSE["02-second.md"] + b"\nMore.\n"})
    assert find(paper, row.id).editions == {"course": 1}
    assert asked(paper).editions == {"course": 2}


@on_sqlite
def test_a_pack_needs_a_module_that_is_published_and_people_who_are_there(paper: Room) -> None:
    pack_id = begin(paper)
    paper.write(lambda db: setattr(db.get_one(Workshop, paper.id), "modules", ["nothing"]))
    with pytest.raises(Invalid, match="published"):
        ask(paper, pack_id)
    paper.write(lambda db: setattr(db.get_one(Workshop, paper.id), "modules", ["course"]))
    paper.write(lambda db: setattr(db.get_one(Pack, pack_id), "options", {"locales": ["en"], "people": ["gone"]}))
    with pytest.raises(Invalid) as refused:
        ask(paper, pack_id)
    assert refused.value.params["field"] == "people"


def test_options_of_another_version_are_read_as_far_as_they_are_known() -> None:
    options = packs.read_options({"products": ["slips", "hologram", "guide"], "locales": ["en"], "glitter": True})
    assert (options.products, options.locales, options.blanks) == (("guide", "slips"), ("en",), 5)


@pytest.mark.parametrize(
    ("products", "purposes"),
    [(("guide",), ("pre", "quiz", "post")), (("pre", "sheets"), ("pre",)), (("post", "quiz"), ("quiz", "post"))],
)
def test_sheets_are_for_the_tests_whose_papers_are_printed(
    products: tuple[str, ...], purposes: tuple[str, ...]
) -> None:
    assert Options(products=products).purposes == purposes


# ------------------------------------------------------------- in the making


def test_two_workers_never_make_the_same_pack(paper: Room) -> None:
    first, second = asked(paper), asked(paper)
    assert paper.read(pack_making.waiting_before, second) == 1
    taken = [paper.write(pack_making.claim, now=paper.now) for _ in range(3)]
    assert [getattr(one, "id", None) for one in taken] == [first.id, second.id, None]


def test_a_pack_in_the_hands_of_another_transaction_is_passed_over(empty_postgresql_store: Store) -> None:
    paper = Room(empty_postgresql_store)
    first, second = asked(paper), asked(paper)
    with empty_postgresql_store.write(SYSTEM) as db:
        assert getattr(pack_making.claim(db, now=paper.now), "id", None) == first.id
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(paper.write, pack_making.claim, now=paper.now).result()
    assert getattr(other, "id", None) == second.id


def test_what_its_maker_left_is_taken_up_again(paper: Room) -> None:
    row = claimed(paper)
    soon = paper.now + waiting.STALE - timedelta(minutes=2)
    assert not paper.read(pack_making.is_waiting, now=soon)
    assert paper.write(pack_making.claim, now=soon) is None
    later = paper.now + waiting.STALE + timedelta(minutes=1)
    assert paper.read(pack_making.is_waiting, now=later)
    assert getattr(paper.write(pack_making.claim, now=later), "id", None) == row.id
    paper.write(pack_making.put_back, row.id)
    assert find(paper, row.id).state == "waiting"
    paper.write(pack_making.claim, now=paper.now)
    assert paper.write(pack_making.release) == 1
    assert find(paper, row.id).state == "waiting"


def test_a_sign_of_life_keeps_others_away(paper: Room) -> None:
    row = claimed(paper)
    later = paper.now + waiting.STALE
    assert paper.write(pack_making.progress, row.id, 1, 9, now=later)
    assert paper.write(pack_making.claim, now=later + waiting.STALE - timedelta(minutes=1)) is None
    assert (find(paper, row.id).done, find(paper, row.id).total) == (1, 9)


def test_files_are_kept_in_order_and_each_once(paper: Room) -> None:
    row = claimed(paper)
    assert [keep(paper, row, position) for position in (2, 1)] == [True, True]
    assert keep(paper, row, 1, b"another")
    found = paper.read(packs.files, KH, row.id)
    assert [(one.position, one.name, one.pages, one.size) for one in found] == [(1, "1.pdf", 2, 4), (2, "2.pdf", 2, 4)]
    assert paper.read(packs.data, KH, row.id, 1) == ("1.pdf", b"%PDF")
    paper.write(pack_making.finish, row.id, failed=False, now=paper.now)
    done = find(paper, row.id)
    assert (done.state, done.done, done.total, done.problems) == ("done", 9, 9, ())
    with pytest.raises(NotFound):
        paper.read(packs.data, KH, row.id, 3)


def test_what_was_left_out_is_noted_once_and_stays_when_somebody_goes_on(paper: Room) -> None:
    row = claimed(paper)
    name, part = {"code": "name-left-out", "name": "X"}, {"code": "part-failed", "reason": "Y"}
    keep(paper, row, 1, problems=[name, name])
    paper.write(pack_making.put_back, row.id)
    again = paper.write(pack_making.claim, now=paper.now)
    keep(paper, again, 2, problems=[part, name])
    paper.write(pack_making.finish, row.id, failed=False, now=paper.now)
    assert find(paper, row.id).problems == (name, part)


@pytest.mark.parametrize("is_running", [False, True])
def test_nothing_is_kept_of_a_pack_that_was_cancelled(paper: Room, is_running: bool) -> None:
    row = claimed(paper) if is_running else asked(paper)
    if is_running:
        keep(paper, row, 1)
    paper.write(packs.cancel, KH, row.id)
    assert not keep(paper, row, 2)
    paper.write(pack_making.finish, row.id, failed=False, now=paper.now)
    paper.write(pack_making.put_back, row.id)
    assert (find(paper, row.id).state, paper.count(PackFile)) == ("cancelled", 0)
    assert paper.write(pack_making.claim, now=paper.now) is None
    assert paper.count(Sheet)


@on_sqlite
def test_what_is_done_is_not_cancelled(paper: Room) -> None:
    row = claimed(paper)
    keep(paper, row, 1)
    paper.write(pack_making.finish, row.id, failed=False, now=paper.now)
    paper.write(packs.cancel, KH, row.id)
    assert (find(paper, row.id).state, paper.count(PackFile)) == ("done", 1)


def test_a_pack_of_another_country_is_not_there(paper: Room) -> None:
    row = claimed(paper)
    keep(paper, row, 1)
    calls = [
        lambda db: packs.find(db, LA, row.id),
        lambda db: packs.data(db, LA, row.id, 1),
        lambda db: packs.choose(db, LA, row.id, grey=True),
        lambda db: packs.ask(db, paper.shelf, LA, row.id, address="", by="x", key=KEY, now=paper.now),
        lambda db: packs.cancel(db, LA, row.id),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            paper.write(call)
    assert paper.read(packs.of_workshop, LA, paper.id) == paper.read(packs.files, LA, row.id) == []
    assert find(paper, row.id).state == "running"


# ------------------------------------------------------------- slips


def test_slips_are_for_people_who_have_no_other_way_in(paper: Room) -> None:
    def people(db: Any) -> dict[str, str]:
        plain, again, known, shut, leader = (a_person(db) for _ in range(5))
        known.password_hash, shut.disabled_at = "hash", paper.now
        a_grant(db, leader)
        foreign = a_person(db, country="LA")
        db.flush()
        return {
            "plain": plain.id, "again": again.id, "known": known.id, "shut": shut.id, "leader": leader.id,
            "foreign": foreign.id,
        }  # fmt: skip

    ids = paper.write(people)

    def issue() -> dict[str, str]:
        return paper.write(slips.issue, KH, list(ids.values()), now=paper.now, days=999, key=KEY)

    first = issue()
    assert first.keys() == {ids["plain"], ids["again"]}
    second = issue()
    assert second.keys() == first.keys()
    assert not set(second.values()) & set(first.values())
    held = paper.read(lambda db: db.scalars(select(SlipCode)).all())
    assert all(row.expires_at <= paper.now + timedelta(days=slips.LONGEST) for row in held)
    assert not set(second.values()) & {row.code_hash for row in held}
    assert paper.count(Person, Person.password_hash.is_not(None)) == 1
