"""Results of forms: what is shown, when, and what is not; and the two readers of examples."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.services.world import statements
from trainer.services import anonymous, feedback, judging, report_feedback
from trainer.services.anonymous import FORMS, Of
from trainer.services.feedback import Feedback
from trainer.services.problems import NotFound, Refused
from trainer.services.reactions import ITEMS
from trainer.services.report_files import written
from trainer.services.suppression import Cell

AFTER = datetime(2027, 1, 10, tzinfo=UTC)
"""The last quarter of 2026 has ended everywhere; follow-ups of its second and first have, too."""
COHORT = Of("KH", "follow-3", "", "2026-Q2")


def react(db: Session, n: int, *, safe: int = -1, form: str = "reaction", country: str = "KH") -> None:
    """`n` forms, of which `safe` (otherwise all) felt safe; everything else is a 3."""
    safe = n if safe < 0 else safe
    marks = {(item, 3): n for item in ITEMS if item != "safe"}
    of = Of(country, form, "course", "2026-Q4")
    anonymous.count(db, of, {(FORMS, 0): n, ("safe", 5): safe, ("safe", 1): n - safe, **marks})


def shown(db: Session, *countries: str, quarter: str = "2026-Q4", now: datetime = AFTER) -> Feedback:
    return feedback.feedback(db, countries or ("KH",), quarter, now=now)


def follow_up(db: Session, answered: int, invited: int = 40, examples: int = 0, **counts: int) -> list[str]:
    """Ids of its examples."""
    named = {(name.replace("_", ":", 1).replace("_", "-"), 0): n for name, n in counts.items()}
    anonymous.count(db, COHORT, {("invited", 0): invited, ("answered", 0): answered, **named})
    ids = [f"example-{number}" for number in range(examples)]
    unread: dict[str, Any] = {"practised": True, "readings": [], "settled": None}
    anonymous.keep_words(db, COHORT, "example", *({"id": one, "text": f"I ask {one}.", **unread} for one in ids))
    return ids


# ----------------------------------------------------------------- reactions


def test_five_forms_are_shown_and_four_are_not(db: Session) -> None:
    react(db, 4)
    react(db, 4, country="LA", form="reaction-paper")
    react(db, 5, country="TH")
    made = shown(db, "KH", "LA", "TH")
    (row,) = made.reactions
    assert (row.country, row.n, row.means, row.mean) == ("TH", 5, (3, 3, 3, 3, 5), 3.4)
    assert row.safe is not None
    assert (row.safe.share, row.safe.at_least, row.safe.n) == (1.0, False, 5)
    assert made.too_few


def test_the_share_is_that_of_the_formula(db: Session) -> None:
    react(db, 52, safe=45)
    (row,) = shown(db).reactions
    assert row.safe is not None
    assert row.safe.high is not None
    assert (round(100 * row.safe.low, 1), round(100 * row.safe.high, 1)) == (74.7, 93.3)


@pytest.mark.parametrize("unsafe", [1, 2, 3, 4])
def test_one_to_four_on_the_other_side_look_the_same(db: Session, unsafe: int) -> None:
    react(db, 20, safe=20 - unsafe)
    (row,) = shown(db).reactions
    assert row.safe is not None
    assert (row.safe.share, row.safe.high, row.safe.at_least) == (16 / 20, None, True)


@pytest.mark.parametrize("safe", [1, 2, 3, 4])
def test_one_to_four_who_felt_safe_are_not_told(db: Session, safe: int) -> None:
    react(db, 20, safe=safe)
    assert shown(db).reactions[0].safe is None


def test_whoever_typed_the_paper_cannot_subtract_it(db: Session) -> None:
    """Four forms from the screen are left out beside paper, five are not."""
    react(db, 20, form="reaction-paper")
    react(db, 4, safe=0)
    (row,) = shown(db).reactions
    assert (row.n, row.left_out, row.means[4]) == (20, True, 5)
    react(db, 1, safe=0)
    (row,) = shown(db).reactions
    assert (row.n, row.left_out, row.means[4]) == (25, False, (20 * 5 + 5) / 25)


def test_nor_a_row_that_few_of_the_others_marked(db: Session) -> None:
    react(db, 20, form="reaction-paper")
    react(db, 6, safe=0)
    anonymous.count(db, Of("KH", "reaction", "course", "2026-Q4"), {("safe", 1): -3})
    (row,) = shown(db).reactions
    assert (row.n, row.means[4]) == (26, 5)


def test_a_quarter_is_shown_once_it_has_ended_in_the_country(db: Session) -> None:
    react(db, 9)
    # In Phnom Penh the year ends at five in the afternoon (UTC).
    last, first = datetime(2026, 12, 31, 16, 59, tzinfo=UTC), datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert shown(db, quarter="", now=last).quarters == ()
    assert shown(db, quarter="", now=first).quarters == ("2026-Q4",)
    for quarter, now in (("2026-Q4", last), ("2027-Q1", first), ("2026", first), ("2026-Q9", first)):
        with pytest.raises(NotFound):
            shown(db, quarter=quarter, now=now)


def test_two_days_reports_are_the_same(db: Session) -> None:
    """What arrives later belongs to a later quarter, also of those who answer late."""
    react(db, 9)
    follow_up(db, 12, done_alone=7)
    before = shown(db)
    later = Of("KH", "reaction", "course", "2027-Q1")
    anonymous.count(db, later, {(FORMS, 0): 1, ("safe", 1): 1})
    anonymous.count(db, COHORT._replace(quarter="2026-Q3"), {("invited", 0): 9, ("answered", 0): 1})
    after = shown(db, now=datetime(2027, 2, 28, tzinfo=UTC))
    assert [getattr(after, name) for name in ("quarters", "reactions", "follow_ups", "answers", "skills")] == [
        getattr(before, name) for name in ("quarters", "reactions", "follow_ups", "answers", "skills")
    ]


def test_words_are_shown_from_five_on(db: Session) -> None:
    of = Of("KH", "reaction", "course", "2026-Q4")
    pieces = [{"text": f"piece {number}"} for number in range(5)]
    anonymous.keep_words(db, of, "useful", *pieces[:4])
    anonymous.keep_words(db, of, "change", *pieces)
    found = anonymous.bundles(db, {"KH"}, reactions="2026-Q4")
    assert {key: set(texts) for key, texts in found.items()} == {(of, "change"): {one["text"] for one in pieces}}
    assert anonymous.bundles(db, {"TH"}, reactions="2026-Q4") == {}


# ---------------------------------------------------------------- follow-ups


@pytest.mark.parametrize(("answered", "cell"), [(0, Cell(0)), (4, Cell(None, "few")), (5, Cell(5))])
def test_few_who_answered_are_not_counted_out(db: Session, answered: int, cell: Cell) -> None:
    follow_up(db, answered, done_alone=answered)
    (row,) = shown(db).follow_ups
    assert (row.invited, row.answered, row.response is not None) == (Cell(40), cell, not cell.mark)
    assert bool(shown(db).answers) is (answered >= 5)


def test_an_answer_of_few_is_hidden_from_both_sides(db: Session) -> None:
    follow_up(db, 12, done_alone=3, done_referred=7, helped_time=9, helped_aid=0, hindered_fear=12)
    cells = {(row.question, row.answer): row.people for row in shown(db).answers}
    assert cells["done", "alone"].value is None
    assert cells["done", "referred"].value == 7
    assert cells["helped", "time"].value is None  # all but three
    assert cells["helped", "aid"].value == 0
    assert cells["hindered", "fear"].value == 12


def test_of_answers_that_add_up_none_can_be_worked_out(db: Session) -> None:
    follow_up(db, 20, met_yes=11, met_no=7, met_unsure=2)
    cells = [row.people for row in shown(db).answers if row.question == "met"]
    assert sum(cell.value is None for cell in cells) == 2


@pytest.mark.parametrize(("pairs", "is_shown"), [(9, False), (10, True)])
def test_scores_of_fewer_than_ten_are_not_shown(db: Session, pairs: int, is_shown: bool) -> None:
    follow_up(db, 12, pairs=pairs)
    sums = {"then": 8000, "now": 7000, "then-squares": 8000**2, "now-squares": 7000**2, "products": 8000 * 7000}
    anonymous.count(db, COHORT, {(f"score:{name}", 0): pairs * value for name, value in sums.items()})
    (row,) = shown(db).follow_ups
    assert (row.gain is not None) is is_shown
    if row.gain:
        assert (row.gain.n, row.gain.before, row.gain.after, row.gain.change) == (10, 80, 70, -10)


def test_a_country_sees_its_own(db: Session) -> None:
    react(db, 9, country="TH")
    anonymous.count(db, COHORT._replace(country="TH"), {("invited", 0): 9, ("answered", 0): 9})
    made = shown(db, "KH")
    assert (made.reactions, made.follow_ups, made.answers, made.quarters) == ((), (), (), ())


def test_the_page_takes_two_statements_however_much_there_is(db: Session) -> None:
    counts = []
    for number in range(2):
        react(db, 9 + number)
        follow_up(db, 9, examples=6 if number else 0, done_alone=6)
        db.flush()
        with statements(db) as seen:
            shown(db)
        counts.append(len(seen))
    assert counts == [2, 2]


def test_the_files_say_what_the_page_says(db: Session) -> None:
    react(db, 20, safe=17)
    follow_up(db, 12, done_alone=3, done_referred=7)
    made = shown(db)
    assert written(report_feedback.reactions(made, {"course": "=A course"})).splitlines()[1] == (
        "Cambodia,'=A course,2026-Q4,20,3.0,3.0,3.0,3.0,4.4,3.3,80 or more,58,–,No"
    )
    assert (
        written(report_feedback.follow_ups(made))
        .splitlines()[1]
        .startswith("Cambodia,2026-Q2,3,40,12,30,18,45,–,–,–,–")
    )
    answers = written(report_feedback.answers(made, {}))
    assert "Asked to speak with the person alone,<5,12" in answers
    assert "Made a referral with the person’s consent,7,12" in answers


# ------------------------------------------------------------- judging examples


@pytest.fixture
def ids(db: Session) -> list[str]:
    return follow_up(db, 12, examples=6)


def judge(db: Session, one: str, counts: bool, reader: str) -> str:
    return judging.judge(db, {"KH"}, one, counts, reader=reader, now=AFTER).stage


def test_two_read_each_and_one_alone_reads_once(db: Session, ids: list[str]) -> None:
    assert judge(db, ids[0], True, "lina") == judging.SECOND
    with pytest.raises(Refused):
        judge(db, ids[0], False, "lina")
    assert judging.left(db, {"KH"}, "lina", now=AFTER) == (5, 1)
    assert judging.left(db, {"KH"}, "maly", now=AFTER) == (6, 0)
    assert judge(db, ids[0], True, "maly") == judging.DONE
    with pytest.raises(Refused):
        judge(db, ids[0], False, "sokha")


def test_the_second_reader_sees_nothing_of_the_first(db: Session, ids: list[str]) -> None:
    seen = []
    for verdict, one in ((True, ids[0]), (False, ids[1])):
        judge(db, one, verdict, "lina")
        seen.append(judging.example(db, {"KH"}, one, now=AFTER)._replace(id="", text=""))
    assert seen[0] == seen[1]
    assert "lina" not in str(seen)


def test_what_two_disagree_about_is_settled_together(db: Session, ids: list[str]) -> None:
    judge(db, ids[0], True, "lina")
    assert judge(db, ids[0], False, "maly") == judging.TOGETHER
    found = judging.next_example(db, {"KH"}, "lina", now=AFTER)
    assert found is not None
    assert (found.id, found.stage) == (ids[0], judging.TOGETHER)
    assert judge(db, ids[0], True, "lina") == judging.DONE


def test_the_share_waits_for_the_readers_and_the_agreement_is_told(db: Session, ids: list[str]) -> None:
    for one in ids[:-1]:
        for reader in ("lina", "maly"):
            judge(db, one, True, reader)
    (row,) = shown(db).follow_ups
    assert (row.open, row.changed) == (1, None)
    judge(db, ids[-1], True, "lina")
    judge(db, ids[-1], False, "maly")
    judge(db, ids[-1], False, "maly")
    made = shown(db)
    (row,) = made.follow_ups
    assert row.changed is not None
    assert (row.open, row.changed.share, row.changed.n) == (0, 5 / 12, 12)
    (read,) = made.agreement.values()
    assert (read.read_twice, read.agreed, read.counting) == (6, 5, 5)


def test_examples_are_read_only_when_they_are_enough_and_their_time_is_over(db: Session) -> None:
    (one, *_) = follow_up(db, 12, examples=4)
    for countries, now in (({"KH"}, AFTER), ({"KH"}, datetime(2026, 12, 1, tzinfo=UTC)), ({"TH"}, AFTER)):
        with pytest.raises(NotFound):
            judging.judge(db, countries, one, True, reader="lina", now=now)
    anonymous.keep_words(db, COHORT, "example", {
        "id": "fifth", "text": "x", "practised": True, "readings": [], "settled": None,
    })  # fmt: skip
    with pytest.raises(NotFound):
        judging.judge(db, {"KH"}, one, True, reader="lina", now=datetime(2026, 12, 1, tzinfo=UTC))
    with pytest.raises(NotFound):
        judging.judge(db, {"TH"}, one, True, reader="lina", now=AFTER)
    assert judge(db, one, True, "lina") == judging.SECOND
