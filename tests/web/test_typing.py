"""Typing results in: a grid with a row for each person, a second time to compare, and counts without names."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.web.conftest import World, dump
from tests.web.desk import SYSTEM, Desk, a_desk, followed, main_of, words_of
from trainer.sheets import typing as cells
from trainer.store.models import Attempt, Response
from trainer.store.workshops import Tally
from trainer.web.coordinate.typing import questions

LINES = re.compile(r"<tr><th scope=\"row\">(.*?)</tr>", re.DOTALL)


@pytest.fixture
def desk(world: World) -> Desk:
    """Three people with their sheets."""
    desk = a_desk(world)
    desk.issue()
    return desk


def grid(desk: Desk, purpose: str = "pre") -> str:
    return f"{desk.page}/typed/{purpose}/course/{'quiz' if purpose == 'quiz' else 'test'}"


def tally(desk: Desk, purpose: str = "pre") -> str:
    return grid(desk, purpose).replace("/typed/", "/tally/")


def save(desk: Desk, fields: dict[str, str], purpose: str = "pre") -> TestResponse:
    return desk.post(grid(desk, purpose), fields, page=grid(desk, purpose))


def answers_of(desk: Desk, code: str) -> dict[str, object]:
    with desk.world.store.read(SYSTEM) as db:
        query = select(Response.question, Response.answer, Response.source)
        query = query.where(Response.attempt_id == desk.sheet(code).attempt_id)
        return {row.question: (row.answer, row.source) for row in db.execute(query)}


def value(page: TestResponse, name: str) -> str:
    return re.findall(rf'name="{name}"[^>]*? value="([^"]*)"', page.text)[0]


def test_the_grid_has_a_row_for_each_person_in_their_own_script(desk: Desk) -> None:
    page = desk.browser.get(grid(desk))
    lines = LINES.findall(page.text)
    assert len(lines) == 3
    assert '1 <bdi lang="km">សុខ ដារ៉ា</bdi>' in lines[0]
    assert '2 <bdi lang="my">ကျော်ဇင်ဦး</bdi>' in lines[1]
    assert [re.findall(r'translate="no">(\w)</td>', line)[0] for line in lines] == ["A", "B", "A"]
    assert all(line.count("<input") == 3 for line in lines)  # two questions, and: it came back empty
    assert "Not back" in lines[0]
    assert 'aria-label="ကျော်ဇင်ဦး, question 1"' in lines[1]


def test_letters_become_answers_of_the_same_record(desk: Desk) -> None:
    first, second, third = desk.sheets("pre")
    saved = save(desk, {f"{first.code}-0": "a", f"{first.code}-1": " Ｂ ", f"{second.code}-0": "B"})
    page = followed(desk, saved)
    assert "Saved. What is complete is in the record." in page.text
    assert len(answers_of(desk, first.code)) == 2
    assert {source for _, source in answers_of(desk, first.code).values()} == {"typed"}
    assert len(answers_of(desk, second.code)) == 1  # the other question was left empty on the paper
    assert desk.sheet(third.code).attempt_id is None
    assert (value(page, f"{first.code}-0"), value(page, f"{first.code}-1")) == ("A", "B")
    assert "In the record" in LINES.findall(page.text)[0]
    before = dump(desk.world.store)
    save(desk, {f"{first.code}-0": "A", f"{first.code}-1": "b", f"{second.code}-0": "B"})
    assert dump(desk.world.store) == before  # saving the same again changes nothing


def test_several_letters_words_and_scripts_in_one_row(desk: Desk) -> None:
    row = desk.sheets("quiz")[0]
    asked = [fields for fields, _ in questions(desk.asked(row))]
    typed = {"one": "c", "many": "c a", "line": "ទឹក រាត្រី"}
    fields = {f"{row.code}-{at}": typed[fields[0].kind] for at, fields in enumerate(asked)}
    page = followed(desk, save(desk, fields, "quiz"))
    shown = {asked[at][0].kind: value(page, f"{row.code}-{at}") for at in range(len(asked))}
    assert shown == {"one": "C", "many": "AC", "line": "ទឹក រាត្រី"}
    assert desk.sheet(row.code).attempt_id


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C", "There is no such choice."), ("AB", "One mark counts here."), ("?", "There is no such choice."),
        ("<script>", "There is no such choice."), ("ក", "There is no such choice."), ("9" * 40, "no such choice"),
    ],
)  # fmt: skip
def test_a_cell_that_fits_nothing_keeps_its_row_and_stores_the_others(desk: Desk, text: str, words: str) -> None:
    first, second, _ = desk.sheets("pre")
    wrong = save(
        desk, {f"{first.code}-0": "A", f"{first.code}-1": text, f"{second.code}-0": "B", f"{second.code}-1": "A"}
    )
    assert wrong.status_code == 422
    assert words in words_of(wrong)
    assert "Rows without a mistake are saved. The others are still here." in words_of(wrong)
    assert f'href="#{first.code}-1"' in wrong.text
    assert f'id="{first.code}-1-error"' in wrong.text
    assert value(wrong, f"{first.code}-0") == "A"
    assert main_of(wrong).count(f'value="{text}"') == 1
    assert "<script>" not in wrong.text.partition("<main")[2].replace("&lt;script&gt;", "")
    assert desk.sheet(first.code).attempt_id is None
    assert desk.sheet(second.code).attempt_id
    mended = save(
        desk, {f"{first.code}-0": "A", f"{first.code}-1": "B", f"{second.code}-0": "B", f"{second.code}-1": "A"}
    )
    assert mended.status_code == 303
    assert desk.sheet(first.code).attempt_id


def test_a_sheet_that_came_back_empty_is_said_so(desk: Desk) -> None:
    row = desk.sheets("pre")[0]
    page = followed(desk, save(desk, {f"{row.code}-empty": "1"}))
    assert desk.sheet(row.code).attempt_id
    assert answers_of(desk, row.code) == {}
    assert re.search(rf'name="{row.code}-empty" value="1" checked', page.text)


def test_a_second_time_is_compared_with_the_first(desk: Desk) -> None:
    first, second, _ = desk.sheets("pre")
    save(desk, {f"{first.code}-0": "A", f"{first.code}-1": "B", f"{second.code}-0": "B"})
    again = desk.browser.get(f"{grid(desk)}?again=1")
    assert "Second time, to compare" in words_of(again)
    assert value(again, f"{first.code}-0") == ""  # nobody copies what they have just seen
    same = save(desk, {"again": "1", f"{first.code}-0": "A", f"{first.code}-1": "B"})
    assert same.location.startswith(grid(desk))
    assert "Second time, to compare" in words_of(followed(desk, same))
    assert desk.sheet(first.code).problem is None
    other = followed(desk, save(desk, {"again": "1", f"{second.code}-0": "A"}))
    assert "Some rows differ from what is known already" in other.text
    assert "1 thing must be looked at." in words_of(other)
    looked = followed(desk, desk.browser.get(f"{desk.page}/check"))
    assert "Typed: B · Typed again: A" in words_of(looked).replace(" :", ":")


def test_scanned_and_typed_is_one_result(desk: Desk) -> None:
    row = desk.sheets("pre")[0]
    desk.come_back(row, desk.read(row))
    save(desk, {f"{row.code}-0": "A", f"{row.code}-1": "A"})
    assert desk.sheet(row.code).problem is None
    with desk.world.store.read(SYSTEM) as db:
        assert len(db.scalars(select(Attempt.id)).all()) == 1


def test_sixty_people_and_many_questions_are_one_post(world: World) -> None:
    desk = a_desk(world, names=[f"Person {number}" for number in range(1, 61)])
    rows = [row for row in desk.issue() if row.purpose in ("pre", "quiz")]
    for purpose in ("pre", "quiz"):
        fields: dict[str, str] = {}
        for row in rows:
            if row.purpose == purpose:
                for at, (asked, _) in enumerate(questions(desk.asked(row))):
                    fields[f"{row.code}-{at}"] = "word" if asked[0].kind == "line" else "A"
        # As many fields as a test of twenty questions would have.
        fields |= {f"{row.code}-{at}": "A" for row in rows if row.purpose == purpose for at in range(10, 27)}
        assert len(fields) > 1_000
        begun = time.perf_counter()
        saved = save(desk, fields, purpose)
        assert saved.status_code == 303
        assert time.perf_counter() - begun < 20
    assert sum(row.attempt_id is not None for row in desk.sheets()) == 120


@pytest.mark.parametrize("purpose", ["pre/other/test", "pre/course/quiz", "nothing/course/test", "pre/course/../../x"])
def test_a_test_that_is_not_there_is_not_found(desk: Desk, purpose: str) -> None:
    for kind in ("typed", "tally"):
        path = f"{desk.page}/{kind}/{purpose}"
        assert desk.browser.get(path).status_code == 404
        assert desk.post(path).status_code == 404


def test_a_field_of_another_workshop_is_passed_over(desk: Desk, world: World) -> None:
    other = a_desk(world, names=["Somebody Else"])
    (foreign,) = (row for row in other.issue("pre") if row.purpose == "pre")
    before = dump(world.store)
    assert save(desk, {f"{foreign.code}-0": "A", f"{foreign.code}-1": "A"}).status_code == 303
    assert dump(world.store) == before


def test_an_answer_sheet_with_many_rows_says_what_fits(desk: Desk) -> None:
    page = desk.browser.get(grid(desk, "quiz"))
    patterns = set(re.findall(r'placeholder="([^"]+)"', page.text))
    assert patterns == {"A–C", "A–C+", "…"}
    assert cells.EMPTY == "-"


# --------------------------------------------------------------------- tally


def counted(desk: Desk) -> dict[str, tuple[int, dict[str, list[int]]]]:
    with desk.world.store.read(SYSTEM) as db:
        return {row.form: (row.people, row.counts) for row in db.scalars(select(Tally))}


def test_a_group_without_names_is_counted(desk: Desk) -> None:
    page = desk.browser.get(tally(desk))
    assert re.findall(r"<h2>(Form .)</h2>", page.text) == ["Form A", "Form B"]
    sent = desk.post(tally(desk), {"people-A": "12", "count-A-0-0": "9", "count-A-0-1": "3", "people-B": ""})
    done = followed(desk, sent)
    assert "The counts are saved." in done.text
    assert counted(desk) == {"A": (12, {"0": [9, 3], "1": [0, 0]})}
    assert (value(done, "people-A"), value(done, "count-A-0-0")) == ("12", "9")
    assert "Without names: 12 papers before, 0 after." in words_of(desk.browser.get(f"{desk.page}/closing"))
    desk.post(tally(desk), {"people-A": "0"})
    assert counted(desk) == {}


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"people-A": "five"}, "people-A"), ({"people-A": "5", "count-A-0-0": "x"}, "count-A-0-0"),
        ({"people-A": "5", "count-A-0-0": "6"}, "people-A"), ({"people-A": "-1"}, "people-A"),
        ({"people-A": "9" * 5000}, "people-A"), ({"people-A": "5", "count-A-0-0": "²"}, "count-A-0-0"),
        ({"people-A": "99999"}, "people-A"), ({"people-A": "2.5"}, "people-A"),
    ],
)  # fmt: skip
def test_a_wrong_count_is_said_and_is_never_a_zero(desk: Desk, fields: dict[str, str], at: str) -> None:
    desk.post(tally(desk), {"people-A": "7", "count-A-0-0": "7"})
    kept = counted(desk)["A"]
    wrong = desk.post(tally(desk), {**fields, "people-B": "4", "count-B-0-1": "4"})
    assert wrong.status_code == 422
    assert f'href="#{at}"' in wrong.text
    assert f'id="{at}-error"' in wrong.text
    assert all(value(wrong, name) == given for name, given in fields.items())
    assert "Forms without a mistake are saved." in words_of(wrong)
    assert counted(desk)["A"] == kept
    assert counted(desk)["B"][0] == 4


def test_counts_in_one_s_own_digits_are_numbers(desk: Desk) -> None:
    desk.post(tally(desk), {"people-A": "១២", "count-A-0-0": "၉"})
    assert counted(desk)["A"] == (12, {"0": [9, 0], "1": [0, 0]})


def test_looking_changes_nothing(desk: Desk) -> None:
    before = dump(desk.world.store)
    for path in (grid(desk), f"{grid(desk)}?again=1", grid(desk, "quiz"), tally(desk), tally(desk, "quiz")):
        assert desk.browser.get(path).status_code == 200
    assert dump(desk.world.store) == before


@pytest.mark.parametrize("locale", ["en", "km"])
def test_every_page_has_a_title_one_heading_and_ids_once(desk: Desk, locale: str) -> None:
    row = desk.sheets("pre")[0]
    texts = [desk.browser.get(path.replace("/en/", f"/{locale}/")).text for path in (grid(desk), tally(desk))]
    texts.append(save(desk, {f"{row.code}-0": "X"}).text)
    texts.append(desk.post(tally(desk), {"people-A": "x"}).text)
    for text in texts:
        assert re.search(r"<title>[^<]+ · Trainer</title>", text)
        assert text.count("<h1>") == 1
        assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=", text)
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
