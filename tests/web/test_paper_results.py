"""Paper that comes back: uploads, the queue of what a person must look at, and pages that no sheet is known for."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.web.conftest import ORIGIN, World, dump
from tests.web.desk import NAMES, SYSTEM, Desk, a_desk, blank_picture, followed, main_of, words_of
from trainer.services import scans
from trainer.sheets import code as codes
from trainer.tasks.runner import Runner
from trainer.web.state import site


@pytest.fixture
def desk(world: World) -> Desk:
    """Three people with their sheets."""
    desk = a_desk(world)
    desk.issue()
    return desk


def sheet(desk: Desk, row_or_code: object) -> str:
    return f"/en/coordinate/sheets/{getattr(row_or_code, 'code', row_or_code)}"


def decide(desk: Desk, code: str, *fields: tuple[str, str]) -> TestResponse:
    """Send the form of a sheet; names may come several times."""
    data = MultiDict([("csrf_token", desk.browser.token(sheet(desk, code))), *fields])
    return desk.browser.post(sheet(desk, code), data=data, headers={"Origin": ORIGIN})


def rows_on(page: TestResponse) -> list[int]:
    return [int(number) for number in re.findall(r'name="row" value="(\d+)"', page.text)]


def checked(page: TestResponse, name: str) -> set[str]:
    return set(re.findall(rf'name="{name}" value="([^"]+)" checked', page.text))


# ------------------------------------------------------------------- uploads


def test_before_anything_came_back_the_page_says_what_to_do(world: World) -> None:
    desk = a_desk(world)
    text = words_of(desk.browser.get(f"{desk.page}/paper"))
    assert "There are no answer sheets in this workshop yet." in text
    assert "Make sheets without printing" in text
    made = followed(desk, desk.post(f"{desk.page}/sheets"))
    assert "There is now a sheet for each person and test." in made.text
    assert "0 of 9 sheets are in the record. 9 sheets have not come back." in words_of(made)
    nobody = a_desk(world, names=[])
    text = words_of(nobody.browser.get(f"{nobody.page}/paper"))
    assert "Nobody is in this workshop yet." in text
    assert "Make sheets" not in text


def test_a_walk_in_gets_sheets_when_others_have_theirs(desk: Desk) -> None:
    text = words_of(desk.browser.get(f"{desk.page}/paper"))
    assert "Is somebody missing here, such as a walk-in?" in text
    assert "Make sheets without printing" in text


def test_several_files_are_uploads_of_their_own_and_read_in_the_background(desk: Desk, app: Flask) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("notes.txt", "hello")
    sent = desk.upload((io.BytesIO(archive.getvalue()), "a.zip"), (io.BytesIO(b"%PDF-broken"), "b.pdf"))
    assert sent.status_code == 303
    waiting = desk.browser.get(sent.location)
    assert "Uploaded. The pages are being read now." in waiting.text
    assert words_of(waiting).count("Waiting") == 2
    assert "data-again" in waiting.text  # the script looks again; nothing reloads under a chosen file
    assert "Refresh" not in waiting.headers
    assert "Look again now" in words_of(waiting)  # without the script
    assert Runner(site(app)).run_pending() == 2
    read = desk.browser.get(f"{desk.page}/paper")
    assert "data-again" not in read.text
    assert words_of(read).count("1 page read") == 2
    assert "2 things must be looked at." in words_of(read)
    first = followed(desk, desk.browser.get(f"{desk.page}/check"))
    second = followed(desk, desk.browser.get(re.findall(r'href="([^"]+)">Skip for now', first.text)[0]))
    said = {words_of(first), words_of(second)}
    assert any("The file notes.txt is no PDF and no picture." in one for one in said)
    assert any("The file b.pdf is damaged and cannot be opened." in one for one in said)


def test_no_file_an_empty_one_and_too_many_are_explained(desk: Desk) -> None:
    before = dump(desk.world.store)
    none = desk.upload()
    assert (none.status_code, "Choose a file first." in words_of(none)) == (422, True)
    many = desk.upload(*((io.BytesIO(b"%d" % number), f"{number}.jpg") for number in range(51)))
    assert many.status_code == 422
    assert "Choose at most 50 files at a time." in words_of(many)
    assert dump(desk.world.store) == before
    mixed = desk.upload((io.BytesIO(b""), "empty.pdf"), (io.BytesIO(b"something"), "good.pdf"))
    assert mixed.status_code == 422
    assert "The file empty.pdf is empty." in words_of(mixed)
    assert "The other files were uploaded." in words_of(mixed)
    assert "good.pdf" in words_of(mixed)


def test_the_same_file_again_is_not_read_a_second_time(desk: Desk) -> None:
    desk.upload((io.BytesIO(b"the same"), "a.pdf"))
    again = followed(desk, desk.upload((io.BytesIO(b"the same"), "another name.pdf")))
    assert "This file was uploaded before. It is not read a second time." in again.text
    assert "another name" not in words_of(again)
    both = followed(desk, desk.upload((io.BytesIO(b"the same"), "a.pdf"), (io.BytesIO(b"new"), "b.pdf")))
    assert "Uploaded." in both.text


def test_too_large_is_said_with_what_to_do(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    large = desk.browser.post(
        f"{desk.page}/paper", input_stream=io.BytesIO(b"--x"), environ_overrides={"CONTENT_LENGTH": "101000000"},
        content_type="multipart/form-data; boundary=x", headers={"Origin": ORIGIN},
    )  # fmt: skip
    assert large.status_code == 413
    assert "at most 100 MB together" in words_of(large)
    monkeypatch.setattr(scans, "LARGEST", 1000)
    refused = desk.upload((io.BytesIO(b"x" * 1001), "large.pdf"), (io.BytesIO(b"small"), "small.pdf"))
    assert refused.status_code == 422
    assert "This file is too large" in words_of(refused)
    assert "small.pdf" in words_of(refused)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert(1)</script>.pdf", "&lt;script&gt;alert(1)&lt;/script&gt;.pdf"),
        ("it's & that.pdf", "it&#39;s &amp; that.pdf"),
        ("a" * 400 + ".pdf", "a" * 200),
        ("ស្កេន ១២.pdf", "ស្កេន ១២.pdf"),
        ("evil\u202efdp.exe", "evil fdp.exe"),
        ("../../etc/passwd", "../../etc/passwd"),
    ],
)
def test_file_names_do_nothing(desk: Desk, name: str, shown: str) -> None:
    sent = desk.upload((io.BytesIO(b"something"), name))
    assert sent.status_code == 303
    text = desk.browser.get(f"{desk.page}/paper").text
    assert f">{shown}</bdi>" in text
    assert "<script>alert" not in text


def test_many_uploads_do_not_bury_what_comes_after_them(desk: Desk) -> None:
    for number in range(8):
        desk.world.clock.turn(minutes=1)
        desk.upload((io.BytesIO(b"file %d" % number), f"file {number}.pdf"))
    text = main_of(desk.browser.get(f"{desk.page}/paper"))
    newest, _, older = text.partition("Earlier uploads (3)")
    assert [int(n) for n in re.findall(r"file (\d)\.pdf", newest)] == [7, 6, 5, 4, 3]
    assert [int(n) for n in re.findall(r"file (\d)\.pdf", older)] == [2, 1, 0]


# --------------------------------------------------------------------- queue


def test_a_clear_sheet_goes_into_the_record_by_itself(desk: Desk) -> None:
    row = desk.sheets("pre")[0]
    desk.come_back(row, desk.read(row))
    assert desk.sheet(row.code).attempt_id
    page = desk.browser.get(f"{desk.page}/paper")
    assert "1 of 9 sheets are in the record. 8 sheets have not come back." in words_of(page)
    assert "must be looked at" not in words_of(page)
    assert "Nothing is left to check." in followed(desk, desk.browser.get(f"{desk.page}/check")).text


def test_only_the_rows_in_doubt_are_asked_and_the_first_has_the_focus(desk: Desk) -> None:
    row = desk.sheets("pre")[0]
    scan = desk.come_back(row, desk.read(row, {1: "double"}))
    page = followed(desk, desk.browser.get(f"{desk.page}/check"))
    assert rows_on(page) == [1]
    assert "More than one choice is marked." in words_of(page)
    assert f'src="/en/coordinate/scans/{scan}/rows/1.png"' in page.text
    assert page.text.count("autofocus") == 1
    assert re.search(r'name="row-1" value="0" autofocus', page.text)
    assert checked(page, "row-1") == set()  # nobody has said anything yet
    every = desk.browser.get(f"{sheet(desk, row)}?all=1")
    assert rows_on(every) == [0, 1]
    assert checked(every, "row-0") == {"0"}
    done = decide(desk, row.code, ("participant", row.participant_id or ""), ("row", "1"), ("row-1", "1"))
    assert done.status_code == 303
    assert "Nothing is left to check." in followed(desk, done).text
    assert desk.sheet(row.code).attempt_id


def test_a_row_left_open_is_an_error_and_everything_stays(desk: Desk) -> None:
    row = desk.sheets("quiz")[0]
    doubts = {number: "faint" for number, field in enumerate(desk.asked(row).fields) if field.kind != "line"}
    lines = [number for number, field in enumerate(desk.asked(row).fields) if field.kind == "line"]
    one, many = sorted(doubts, key=lambda number: desk.asked(row).fields[number].kind == "many")
    desk.come_back(row, desk.read(row, doubts | dict.fromkeys(lines, "written")))
    before = dump(desk.world.store)
    someone_else = desk.sheets("quiz")[1].participant_id or ""
    form = [("participant", someone_else), *(("row", str(number)) for number in (one, many, *lines))]
    empty = decide(desk, row.code, *form)
    assert empty.status_code == 422
    assert words_of(empty).count("Choose what is marked in row") == 4  # twice: in the summary and at the row
    assert "Copy what is written in row" in words_of(empty)
    some = decide(desk, row.code, *form, (f"row-{many}", "0"), (f"row-{many}", "2"), (f"row-{lines[0]}", " រាត្រី  សួស្តី "))
    assert some.status_code == 422
    assert checked(some, f"row-{many}") == {"0", "2"}
    assert 'value="រាត្រី សួស្តី"' in some.text
    assert re.search(rf'value="{someone_else}" selected', some.text)
    assert f'href="#row-{one}"' in some.text
    assert rows_on(some) == sorted([one, many, *lines])
    assert dump(desk.world.store) == before


def test_nothing_marked_has_to_be_said_not_passed_over(desk: Desk) -> None:
    row = desk.sheets("quiz")[0]
    fields = desk.asked(row).fields
    desk.come_back(row, desk.read(row, dict.fromkeys(range(len(fields)), "unclear")))
    page = desk.browser.get(sheet(desk, row))
    nothing = [
        (f"row-{number}", "none") if field.kind == "one" else (f"row-{number}-none", "1")
        for number, field in enumerate(fields)
    ]
    assert all(re.search(rf'name="{name}" value="{value}">', page.text) for name, value in nothing)
    assert decide(desk, row.code, *((("row", str(number))) for number in range(len(fields)))).status_code == 422
    done = decide(desk, row.code, *((("row", str(number))) for number in range(len(fields))), *nothing)
    assert done.status_code == 303
    assert desk.sheet(row.code).attempt_id


def test_two_readings_that_differ_are_both_shown_and_neither_is_chosen(desk: Desk) -> None:
    row = desk.sheets("pre")[0]
    desk.come_back(row, desk.read(row))
    typed = {f"{row.code}-0": "A", f"{row.code}-1": "B"}
    sent = desk.post(f"{desk.page}/typed/pre/course/test", typed)
    assert "Some rows differ from what is known already" in followed(desk, sent).text
    page = desk.browser.get(sheet(desk, row))
    assert rows_on(page) == [1]
    assert "Two readings say different things." in words_of(page)
    assert "Scanned: A · Typed: B" in words_of(page).replace(" :", ":")
    assert checked(page, "row-1") == set()
    assert decide(desk, row.code, ("row", "1")).status_code == 422
    before = desk.sheet(row.code).attempt_id
    assert decide(desk, row.code, ("row", "1"), ("row-1", "1")).status_code == 303
    assert desk.sheet(row.code).problem is None
    assert desk.sheet(row.code).attempt_id == before  # one result, whatever the routes


def test_what_is_skipped_does_not_come_back_after_each_decision(desk: Desk) -> None:
    rows = desk.sheets("pre")
    for row in rows:
        desk.come_back(row, desk.read(row, {0: "faint"}))
    first = desk.browser.get(f"{desk.page}/check")
    assert first.location == sheet(desk, rows[0])
    skipped = desk.browser.get(f"{desk.page}/check?after={rows[0].code}")
    assert skipped.location == sheet(desk, rows[1])
    onward = decide(desk, rows[1].code, ("row", "0"), ("row-0", "0"))
    assert onward.location.partition("?")[0] == sheet(desk, rows[2])
    assert "The sheet is in the record." in followed(desk, onward).text
    end = followed(desk, decide(desk, rows[2].code, ("row", "0"), ("row-0", "0")))
    assert "This is the end of the list. What you skipped is still there." in end.text
    assert "1 thing must be looked at." in words_of(end)
    assert desk.browser.get(f"{desk.page}/check?after=nothing").location == sheet(desk, rows[0])


def test_a_missing_page_is_said_and_its_rows_are_not_taken_for_empty(desk: Desk) -> None:
    row = desk.sheets("pre")[0]
    desk.come_back(row, desk.read(row)[:1])
    page = desk.browser.get(sheet(desk, row))
    assert rows_on(page) == [1]
    assert checked(page, "row-1") == set()
    assert decide(desk, row.code, ("row", "1")).status_code == 422
    assert desk.sheet(row.code).attempt_id is None


def test_a_sheet_that_has_not_come_back_cannot_be_recorded_by_pressing_enter(desk: Desk) -> None:
    row = desk.sheets("pre")[0]
    page = desk.browser.get(sheet(desk, row))
    assert "This sheet has not come back yet." in words_of(page)
    assert rows_on(page) == []
    assert f'href="{desk.page}/typed/pre/course/test"' in page.text
    decide(desk, row.code, ("participant", row.participant_id or ""))
    assert desk.sheet(row.code).attempt_id is None
    assert desk.sheet(row.code).problem is None


def test_changing_the_person_keeps_the_marks(desk: Desk) -> None:
    desk.issue("pre", blanks=1)
    (blank,) = desk.sheets("pre", blank=True)
    desk.come_back(blank, desk.read(blank))
    page = followed(desk, desk.browser.get(f"{desk.page}/check"))
    assert re.search(r'<select id="participant"[^>]* autofocus', page.text)
    first, second = (row.participant_id or "" for row in desk.sheets("post")[:2])
    decide(desk, blank.code, ("participant", first))
    recorded = desk.sheet(blank.code)
    assert (recorded.participant_id, bool(recorded.attempt_id)) == (first, True)
    decide(desk, blank.code, ("participant", second))
    moved = desk.sheet(blank.code)
    assert (moved.participant_id, bool(moved.attempt_id)) == (second, True)
    assert checked(desk.browser.get(f"{sheet(desk, blank)}?all=1"), "row-0") == {"0"}


@pytest.mark.parametrize("participant", ["nobody", "of another workshop", "of another country", "'; DROP TABLE"])
def test_somebody_from_elsewhere_is_refused_and_nothing_is_lost(desk: Desk, world: World, participant: str) -> None:
    row = desk.sheets("pre")[0]
    desk.come_back(row, desk.read(row, {0: "faint"}))
    if participant.startswith("of"):
        other = a_desk(world, country="TH" if "country" in participant else "KH")
        other.issue("pre")
        participant = other.sheets("pre")[0].participant_id or ""
    before = dump(desk.world.store)
    refused = decide(desk, row.code, ("participant", participant), ("row", "0"), ("row-0", "1"))
    assert refused.status_code == 422
    assert "Choose a person of this workshop." in words_of(refused)
    assert checked(refused, "row-0") == {"1"}
    assert dump(desk.world.store) == before


def test_a_sheet_is_taken_back_and_recorded_again(desk: Desk) -> None:
    row = desk.sheets("pre")[0]
    desk.come_back(row, desk.read(row))
    page = desk.browser.get(sheet(desk, row))
    assert "Take out of the record" in words_of(page)
    assert "Save" in words_of(page)
    assert "Accept and next" not in words_of(page)
    taken = followed(desk, desk.post(f"{sheet(desk, row)}/take-back"))
    assert "The sheet is no longer in the record." in taken.text
    assert desk.sheet(row.code).attempt_id is None
    assert checked(taken, "row-0") == {"0"}
    fields = [
        (name, value) for number in rows_on(taken) for name, value in (("row", str(number)), (f"row-{number}", "0"))
    ]
    decide(desk, row.code, *fields)
    assert desk.sheet(row.code).attempt_id


@pytest.mark.parametrize(
    "fields",
    [
        [("row", "99")], [("row", "-1")], [("row", "9" * 5000)], [("row", "x"), ("row", "")], [("row", "²")],
        [("row", "0"), ("row", "0"), ("row-0", "0"), ("row-0", "1")], [("row", "0"), ("row-0", "77")],
        [("row", "0"), ("row-0", "9" * 5000)], [("row", "0"), ("row-0", "²")], [("participant", "x" * 5000)],
        [("row", "0"), ("row-0", "none"), ("row-0", "0"), ("row-0", "1")],
    ],
)  # fmt: skip
def test_hostile_forms_decide_nothing(desk: Desk, fields: list[tuple[str, str]]) -> None:
    row = desk.sheets("pre")[0]
    desk.come_back(row, desk.read(row, {0: "faint"}))
    answer = decide(desk, row.code, *fields)
    assert answer.status_code in (303, 422)
    assert desk.sheet(row.code).attempt_id is None


# ------------------------------------------------------- pages without a sheet


def test_a_page_is_read_with_the_code_that_a_person_types(desk: Desk) -> None:
    scan = f"/en/coordinate/scans/{desk.come_back(None, problem='code-unread')}"
    page = followed(desk, desk.browser.get(f"{desk.page}/check"))
    assert "The code of this sheet cannot be read. Type the letters printed below it." in words_of(page)
    assert "Page 1 of scan 1.pdf" in words_of(page)
    assert page.text.count("autofocus") == 1
    for typed, words in (
        ("", "This is not the code of a sheet."), ("ABCD-EFGH-00", "This is not the code of a sheet."),
        ("ABCD-EFGH", "There is no sheet with this code in your countries."), ("<script>", "This is not the code"),
        ("9" * 5000, "This is not the code"),
    ):  # fmt: skip
        wrong = desk.post(scan, {"code": typed, "page": "1"}, page=scan)
        assert (wrong.status_code, words in words_of(wrong)) == (422, True), typed
        assert f'value="{typed}"' in wrong.text or "<" in typed
    row = desk.sheets("pre")[0]
    good = codes.printed(row.code)
    for number in ("0", "2", "10", "x", "9" * 5000, "²"):
        wrong = desk.post(scan, {"code": good, "page": number}, page=scan)
        assert wrong.status_code == 422, number
        assert 'id="page-error"' in wrong.text or number == "2"
        assert f'value="{good}"' in wrong.text
    done = desk.post(scan, {"code": good.lower().replace("-", " "), "page": "1"}, page=scan)
    assert (done.status_code, done.location) == (303, sheet(desk, row))
    assert "This page has been read." in words_of(desk.browser.get(scan))
    again = desk.post(scan, {"code": codes.printed(desk.sheets("pre")[1].code), "page": "1"}, page=sheet(desk, row))
    assert again.location == scan  # an old tab does not move it to another sheet
    assert f'href="{sheet(desk, row)}"' in desk.browser.get(scan).text


def test_a_code_of_another_country_is_as_unknown_as_none(desk: Desk, world: World) -> None:
    foreign = a_desk(world, country="TH")
    code = foreign.issue("pre")[0].code
    scan = f"/en/coordinate/scans/{desk.come_back(None, problem='code-unread')}"
    before = dump(desk.world.store)
    answers = {
        re.sub(r'value="[^"]*"', "", desk.post(scan, {"code": typed, "page": "1"}, page=scan).text)
        for typed in (code, "ABCDEFGH")
    }
    assert len(answers) == 1
    assert dump(desk.world.store) == before


def test_sheets_of_other_installations_and_countries_are_told_apart_for_the_coordinator(
    desk: Desk, world: World
) -> None:
    row = desk.sheets("pre")[0]
    desk.come_back(row._replace(code="ABCDEFGH"), [], installation="ZZZZ")
    desk.come_back(row._replace(code="ABCDEFGJ"), [])
    texts = [words_of(followed(desk, desk.browser.get(f"{desk.page}/check")))]
    queue = desk.browser.get(f"{desk.page}/check").location
    texts.append(words_of(followed(desk, desk.browser.get(f"{desk.page}/check?after={queue.rpartition('/')[2]}"))))
    assert any("another installation of Trainer" in text for text in texts)
    assert any("not from a workshop in your countries" in text for text in texts)


def test_a_page_is_put_aside_and_taken_back_at_once_or_later(desk: Desk) -> None:
    scan = f"/en/coordinate/scans/{desk.come_back(None, problem='no-sheet')}"
    aside = followed(desk, desk.post(f"{scan}/aside", page=scan))
    assert "The page was put aside." in aside.text
    assert "must be looked at" not in words_of(aside)
    assert "Pages that were put aside (1)" in words_of(aside)
    assert f'href="{scan}"' in aside.text
    assert "This page was put aside." in words_of(desk.browser.get(scan))
    back = followed(desk, desk.post(f"{scan}/aside", {"back": "1"}, page=scan))
    assert "No answer sheet is seen on this page." in words_of(back)
    assert "1 thing must be looked at." in words_of(desk.browser.get(f"{desk.page}/paper"))


def test_a_page_whose_picture_is_gone_says_so(desk: Desk) -> None:
    scan = desk.come_back(None, problem="code-unread")
    with desk.world.store.write(SYSTEM) as db:
        assert scans.forget_pictures(db, before=desk.world.clock() + timedelta(days=1)) == 1
    page = desk.browser.get(f"/en/coordinate/scans/{scan}")
    assert "There is no picture of this page." in words_of(page)
    assert "<img" not in page.text
    assert desk.browser.get(f"/en/coordinate/scans/{scan}/page.jpg").status_code == 404
    sent = desk.post(f"/en/coordinate/scans/{scan}", {"code": desk.sheets("pre")[0].code}, page=f"{desk.page}/packs")
    assert sent.status_code == 422


# ------------------------------------------------------------------ pictures


def test_pictures_are_served_to_their_country_only_and_never_kept(desk: Desk, world: World) -> None:
    row = desk.sheets("pre")[0]
    scan = f"/en/coordinate/scans/{desk.come_back(row, desk.read(row, {0: 'faint'}))}"
    neighbour = world.sign_in(world.coordinator("TH"))
    for rest, kind, begins in (
        ("page.jpg", "image/jpeg", b"\xff\xd8"), ("rows/0.png", "image/png", b"\x89PNG"),
        ("head.png", "image/png", b"\x89PNG"),
    ):  # fmt: skip
        picture = desk.browser.get(f"{scan}/{rest}")
        assert (picture.status_code, picture.mimetype) == (200, kind)
        assert picture.get_data().startswith(begins)
        assert picture.headers["Cache-Control"] == "no-store"
        assert picture.headers["X-Content-Type-Options"] == "nosniff"
        assert neighbour.get(f"{scan}/{rest}").status_code == 404
    for rest in ("rows/99.png", "rows/" + "9" * 40 + ".png", "rows/-1.png"):
        assert desk.browser.get(f"{scan}/{rest}").status_code == 404


def test_a_picture_that_is_none_is_not_found(desk: Desk) -> None:
    scan = desk.come_back(desk.sheets("pre")[0], problem="bent", image=b"no picture at all")
    for rest in ("rows/0.png", "head.png"):
        assert desk.browser.get(f"/en/coordinate/scans/{scan}/{rest}").status_code == 404


def test_looking_changes_nothing(desk: Desk) -> None:
    row = desk.sheets("pre")[0]
    scan = desk.come_back(row, desk.read(row, {0: "faint"}))
    other = desk.come_back(None, problem="code-unread", image=blank_picture())
    before = dump(desk.world.store)
    for path in (
        f"{desk.page}/paper", f"{desk.page}/check", sheet(desk, row), f"{sheet(desk, row)}?all=1",
        f"/en/coordinate/scans/{scan}", f"/en/coordinate/scans/{other}", f"/en/coordinate/scans/{scan}/page.jpg",
        f"/en/coordinate/scans/{scan}/rows/0.png",
    ):  # fmt: skip
        assert desk.browser.get(path).status_code in (200, 303)
    assert dump(desk.world.store) == before


@pytest.mark.parametrize("locale", ["en", "my"])
def test_every_page_has_a_title_one_heading_and_ids_once(desk: Desk, locale: str) -> None:
    row = desk.sheets("quiz")[0]
    scan = desk.come_back(row, desk.read(row, dict.fromkeys(range(len(desk.asked(row).fields)), "faint")))
    other = desk.come_back(None, problem="code-unread")
    texts = [desk.browser.get(path.replace("/en/", f"/{locale}/")).text for path in (
        f"{desk.page}/paper", sheet(desk, row), f"/en/coordinate/scans/{scan}", f"/en/coordinate/scans/{other}",
    )]  # fmt: skip
    texts.append(decide(desk, row.code, ("row", "0"), ("row", "1")).text)
    for text in texts:
        assert re.search(r"<title>[^<]+ · Trainer</title>", text)
        assert text.count("<h1>") == 1
        assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=", text)
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'\sfor="([^"]+)"', text)) <= set(ids)


def test_no_address_and_no_log_line_has_a_name(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="trainer.web")
    row = desk.sheets("pre")[2]
    desk.come_back(row, desk.read(row, {0: "faint"}))
    page = desk.browser.get(sheet(desk, row))
    assert NAMES[2] in page.text
    decide(desk, row.code, ("row", "0"), ("row-0", "0"))
    assert "Soares" not in " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', page.text))
    assert "Soares" not in caplog.text
