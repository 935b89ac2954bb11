"""Packs are made: files with the right sheets, once each, to the end or as far as somebody wants them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.services.papers import KH, Room
from tests.services.world import COURSE
from tests.tasks.bench import files, order, pack, printed, runner, texts, words
from trainer.services import pack_making, packs, people, sheets
from trainer.services.pack_making import Made
from trainer.sheets.code import read
from trainer.store.engine import Store
from trainer.store.models import SlipCode
from trainer.store.workshops import PackFile, Workshop
from trainer.tasks import ordering


@pytest.fixture
def paper(sqlite_store: Store) -> Room:
    return Room(sqlite_store)


def sheet_codes(data: bytes) -> list[str]:
    return [read(text).sheet for text in texts(data) if text.startswith("T1:")]


def after_first_file(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Do this once, when the first file has been kept."""
    keep, done = pack_making.keep, []

    def keeping(*values: Any, **more: Any) -> bool:
        wanted = keep(*values, **more)
        if not done:
            done.append(True)
            act()
        return wanted

    monkeypatch.setattr(pack_making, "keep", keeping)


def test_a_pack_is_made_with_everybodys_sheets(store: Store) -> None:
    paper = Room(store)
    ident = order(paper, products=("pre", "sheets", "blanks", "attendance", "slips"), blanks=1, locales=("en",))
    assert runner(paper).run_pending() == 1
    row, made = pack(paper, ident), files(paper, ident)
    assert (row.state, row.done, row.problems) == ("done", row.total, ())
    (name,) = made
    assert name == f"{paper.workshop.code}-1.pdf"
    rows = paper.read(sheets.of_workshop, KH, paper.id)
    assert len(rows) == 3
    assert sorted(sheet_codes(made[name])) == sorted(one.code for one in rows)
    assert sorted(printed(made[name], paper, rows)) == sorted(one.code for one in rows)
    assert all(person.full_name in words(made[name]) for person in paper.people)
    assert runner(paper).run_pending() == 0


def test_one_file_for_each_person_has_their_papers_alone(paper: Room) -> None:
    products = ("handbook", "key", "pre", "sheets", "blanks", "attendance", "slips")
    ident = order(paper, products=products, locales=("en",), output="person", blanks=2)
    runner(paper).run_pending()
    made, prefix = files(paper, ident), f"{paper.workshop.code}-1"
    assert list(made) == [f"{prefix}-001.pdf", f"{prefix}-002.pdf", f"{prefix}-room.pdf"]
    rows = {row.number: row for row in paper.read(sheets.of_workshop, KH, paper.id) if not row.is_blank}
    for number, other in ((1, 2), (2, 1)):
        data = made[f"{prefix}-00{number}.pdf"]
        assert sheet_codes(data) == [rows[number].code]
        assert paper.people[number - 1].full_name in words(data)
        assert paper.people[other - 1].full_name not in words(data)
        asks = {"A": "Water is wet", "B": "Fire is wet"}
        assert [form for form, said in asks.items() if said in words(data)] == [rows[number].form]
    blank = {row.code for row in paper.read(sheets.of_workshop, KH, paper.id) if row.is_blank}
    assert set(sheet_codes(made[f"{prefix}-room.pdf"])) == blank
    owners = [one.participant_id for one in paper.read(packs.files, KH, ident)]
    assert owners == [*paper.participants(), None]


def test_one_file_for_each_document_has_a_name_of_its_own_that_names_nobody(sqlite_store: Store) -> None:
    second = COURSE["03-quiz.md"].replace(b"id: quiz", b"id: more").replace(b"{#q", b"{#r")
    paper = Room(sqlite_store, modules={"course": {**COURSE, "04-more.md": second}})
    products = ("guide", "key", "pre", "quiz", "sheets", "tally", "observer")
    ident = order(paper, products=products, locales=("en", "km"), output="zip")
    runner(paper).run_pending()
    row, names = pack(paper, ident), [one.name for one in paper.read(packs.files, KH, ident)]
    assert (row.state, row.problems) == ("done", ())
    assert len(set(names)) == len(names) == row.total
    assert all(re.fullmatch(rf"{paper.workshop.code}-1-[A-Za-z0-9-]+\.pdf", name) for name in names)
    assert not any(word.lower() in name.lower() for name in names for word in ("Sok", "Dara"))
    assert sum("-quiz-course-" in name for name in names) == 4


def test_only_chosen_people_are_in_it(paper: Room) -> None:
    ident = order(paper, products=("sheets",), people=(paper.participants()[1],))
    runner(paper).run_pending()
    (data,) = files(paper, ident).values()
    rows = [row for row in paper.read(sheets.of_workshop, KH, paper.id) if row.number == 2]
    assert sorted(sheet_codes(data)) == sorted(row.code for row in rows)


def test_what_was_made_before_a_restart_is_not_made_again(paper: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ident = order(paper, products=("sheets", "slips"), output="person")
    first = runner(paper)
    after_first_file(monkeypatch, first._stop.set)
    first.run_pending()
    before = files(paper, ident)
    assert (pack(paper, ident).state, len(before)) == ("waiting", 1)
    monkeypatch.undo()
    kept: list[int] = []
    keep = pack_making.keep

    def keeping(db: Any, row: Any, made: Made, *rest: Any, **more: Any) -> bool:
        kept.append(made.position)
        return keep(db, row, made, *rest, **more)

    monkeypatch.setattr(pack_making, "keep", keeping)
    assert runner(paper).run_pending() == 1
    row, made = pack(paper, ident), files(paper, ident)
    assert (row.state, row.done, kept) == ("done", row.total, [2])
    assert len(made) == 2
    assert before.items() <= made.items()


@pytest.mark.parametrize("output", ["person", "zip"])
def test_slips_in_files_that_were_made_before_a_restart_still_work(
    paper: Room, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    """The process stops when the first file with slips has been kept."""
    ident = order(paper, products=("slips", "observer"), output=output)
    first, keep = runner(paper), pack_making.keep

    def keeping(db: Any, row: Any, made: Made, *rest: Any, **more: Any) -> bool:
        if made.name.endswith(("-slips.pdf", "-001.pdf")):
            first._stop.set()
        return keep(db, row, made, *rest, **more)

    monkeypatch.setattr(pack_making, "keep", keeping)
    first.run_pending()
    assert pack(paper, ident).state == "waiting"
    monkeypatch.undo()
    assert runner(paper).run_pending() == 1
    codes = {
        code for data in files(paper, ident).values() for code in re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", words(data))
    }
    working = {row.code_hash for row in paper.read(lambda db: db.query(SlipCode).all()) if row.used_at is None}
    assert {people.slip_hash(code.replace("-", ""), "a key for tests") for code in codes} == working
    assert len(working) == 2


def test_nothing_is_kept_of_a_pack_that_is_cancelled_while_it_is_made(
    paper: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    ident = order(paper, products=("sheets",), output="person")
    made: list[str] = []
    keep = pack_making.keep

    def keeping(db: Any, *values: Any, **more: Any) -> bool:
        wanted = keep(db, *values, **more)
        made.append(ident)
        packs.cancel(db, KH, ident)
        return wanted

    monkeypatch.setattr(pack_making, "keep", keeping)
    assert runner(paper).run_pending() == 1
    assert (len(made), pack(paper, ident).state, paper.count(PackFile)) == (1, "cancelled", 0)


def test_a_name_without_letters_is_left_out_and_told(paper: Room) -> None:
    paper.join(full_name="\U00013000\U00013001 Sok")
    ident = order(paper, products=("sheets",), locales=("en",))
    runner(paper).run_pending()
    row = pack(paper, ident)
    assert (row.state, len(files(paper, ident))) == ("done", 1)
    assert [(one["code"], one["name"]) for one in row.problems] == [("name-left-out", "\U00013000\U00013001 Sok")]


def test_a_document_that_cannot_be_printed_is_named_and_the_others_are_made(sqlite_store: Store) -> None:
    lesson = b"---\nid: second\ntitle: The second lesson\n---\n\n## Listen {#listen}\n\nListen \xf0\x93\x80\x80.\n"
    paper = Room(sqlite_store, modules={"course": {**COURSE, "02-second.md": lesson}})
    ident = order(paper, products=("handbook", "pre", "sheets"), locales=("en",))
    runner(paper).run_pending()
    row = pack(paper, ident)
    assert row.state == "done"
    ((problem),) = row.problems
    assert problem["code"] == "part-failed"
    assert "02-second.md" in problem["reason"] or "13000" in problem["reason"]
    (data,) = files(paper, ident).values()
    assert len(sheet_codes(data)) == 2
    assert "Water is wet" in words(data)
    assert "Look and listen" not in words(data)


def test_a_pack_that_breaks_ends_as_failed_and_the_next_is_made(paper: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = order(paper, products=("sheets",)), order(paper, products=("sheets",))
    build = ordering.order

    def breaking(bench: Any, row: Any, *rest: Any) -> Any:
        if row.id == first:
            raise ValueError("broken")
        return build(bench, row, *rest)

    monkeypatch.setattr(ordering, "order", breaking)
    assert runner(paper).run_pending() == 2
    assert (pack(paper, first).state, pack(paper, second).state) == ("failed", "done")


def test_pages_are_counted_as_they_are_printed(paper: Room) -> None:
    def draft(db: Any) -> str:
        ident = packs.begin(db, db.get(Workshop, paper.id), by="x", now=paper.now)
        packs.choose(
            db, KH, ident, products=("handbook", "guide", "pre", "sheets", "attendance"), locales=("en",), people=()
        )
        return ident

    ident = paper.write(draft)
    assert runner(paper).run_pending() == 1
    budget = packs.budget(pack(paper, ident).options)
    assert budget is not None
    paper.write(packs.ask, paper.shelf, KH, ident, address="", by="x", key="a key for tests", now=paper.now)
    runner(paper).run_pending()
    assert sum(one.pages for one in paper.read(packs.files, KH, ident)) == budget.pages


def test_a_runner_in_the_background_takes_up_what_was_left(paper: Room) -> None:
    ident = order(paper, products=("attendance",))
    paper.write(pack_making.claim, now=paper.now)
    background = runner(paper)
    background.start()
    for _ in range(600):
        if pack(paper, ident).state == "done":
            break
        background._stop.wait(0.05)
    background.stop()
    assert pack(paper, ident).state == "done"
