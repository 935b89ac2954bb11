"""The funnel: each event once, scores from stored answers, completion and certificate once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.services.world import COURSE, NOW, RIGHT, WRONG, Learner, person, publish
from trainer.services import learn
from trainer.services.library import Shelf
from trainer.services.problems import SENTENCES, NotFound
from trainer.services.record import Event, Verdict
from trainer.store.engine import Store
from trainer.store.models import Attempt, Base, Certificate, CompletionRow, Enrolment, Person, Response, UnitDone
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")


@pytest.fixture
def learner(store: Store) -> Learner:
    publish(store)
    return Learner(store, Shelf(store), person(store))


def count(store: Store, table: type[Base], *where: Any) -> int:
    with store.read(SYSTEM) as db:
        return db.scalar(select(func.count()).select_from(table).where(*where)) or 0


def together(*acts: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(act) for act in acts]]


# ------------------------------------------------------------------ each once


def test_everything_sent_again_is_there_already(learner: Learner) -> None:
    events = [learner.event("enrol"), learner.event("unit-done", unit="first")]
    attempt = learner.event("start", unit="quiz", purpose="quiz")
    answer = learner.event("answer", attempt_id=attempt.id, question="q1", answer=RIGHT["q1"])
    practice = learner.event("answer", unit="first", purpose="practice", question="p1", answer=RIGHT["p1"])
    hand_in = learner.event("hand-in", attempt_id=attempt.id)
    events += [attempt, answer, practice, hand_in]
    assert [verdict.status for verdict in learner.send(*events)] == ["stored"] * 6
    assert [verdict.status for verdict in learner.send(*events)] == ["duplicate"] * 6
    for table, rows in ((Enrolment, 1), (UnitDone, 1), (Attempt, 2), (Response, 2)):
        assert count(learner.store, table) == rows


def test_one_event_sent_twice_at_the_same_time_is_one_record(learner: Learner) -> None:
    for _ in range(8):
        attempt_id = learner.start()
        for event in (
            learner.event("answer", attempt_id=attempt_id, question="q1", answer=RIGHT["q1"]),
            learner.event("hand-in", attempt_id=attempt_id),
        ):
            verdicts = together(*[partial(learner.send, event)] * 3)
            assert sorted(one.status for (one,) in verdicts) == ["duplicate", "duplicate", "stored"]
    assert count(learner.store, Response) == 8


def test_a_double_click_with_two_ids_makes_one_of_each(learner: Learner) -> None:
    for number in range(4):
        together(*[lambda: learner.do("unit-done", unit="first")] * 2)
        attempt_id, same = together(*[learner.start] * 2)
        assert attempt_id == same, "one attempt is gone on with"
        told = together(*[partial(learner.answer, attempt_id, q1=RIGHT["q1"])] * 2)
        assert sorted(one.code for (one,) in told) == ["", "already-answered"], "the second is told"
        together(*[partial(learner.hand_in, attempt_id)] * 2)
        assert count(learner.store, Attempt) == number + 1
    assert count(learner.store, UnitDone) == count(learner.store, Enrolment) == 1


def test_two_last_steps_at_the_same_time_complete_once(learner: Learner) -> None:
    learner.do("unit-done", unit="first")
    learner.take("quiz")
    attempt_id = learner.start("post")
    for question in ("a1", "a2", "b1", "b2"):
        learner.do("answer", attempt_id=attempt_id, question=question, answer=RIGHT[question])
    told = together(lambda: learner.hand_in(attempt_id), lambda: learner.do("unit-done", unit="second"))
    assert sum("certificate" in one.extra for one in told) == 1
    assert count(learner.store, CompletionRow) == count(learner.store, Certificate) == 1


def test_somebody_elses_id_stores_nothing_and_tells_nothing(learner: Learner) -> None:
    event = learner.event("unit-done", unit="first")
    learner.send(event)
    other = Learner(learner.store, learner.shelf, person(learner.store))
    (told,) = other.send(event._replace(person_id=other.who.person_id))
    assert (told.status, told.code) == ("rejected", "id-taken")
    attempt_id = learner.start()
    (told,) = other.send(other.event("start", id=attempt_id, unit="quiz", purpose="quiz"))
    assert (told.status, told.code, told.extra) == ("rejected", "id-taken", {})


# -------------------------------------------------------------- what is counted


def test_in_a_quiz_the_first_answer_counts(learner: Learner) -> None:
    attempt_id = learner.start()
    (first,) = learner.answer(attempt_id, q1=WRONG["q1"])
    (again,) = learner.answer(attempt_id, q1=RIGHT["q1"])
    assert (first.extra["correct"], again.code, again.extra["correct"]) == (False, "already-answered", True)
    learner.answer(attempt_id, q2=RIGHT["q2"], q3=RIGHT["q3"])
    told = learner.hand_in(attempt_id)
    assert (told.extra["score"], told.extra["passed"]) == (75.0, False)


def test_in_a_test_the_latest_answer_before_handing_in_counts(learner: Learner) -> None:
    attempt_id = learner.start("post")
    with learner.store.read(learner.scope) as db:
        asked = [
            item.planned.item.id
            for item in learn.attempt(db, learner.shelf, learner.who, attempt_id, locale="en").items
        ]
    for question in asked:
        told = learner.answer(attempt_id, **{question: WRONG[question]}) + learner.answer(
            attempt_id, **{question: RIGHT[question]}
        )
        assert all(one.extra == {"attempt_id": attempt_id} for one in told), "nothing says what was right"
    learner.now -= timedelta(days=1)  # the clock is set back
    learner.answer(attempt_id, **{asked[0]: WRONG[asked[0]]})
    assert learner.hand_in(attempt_id).extra["score"] == 50.0


def test_answers_that_arrive_together_keep_their_order(learner: Learner) -> None:
    attempt_id = learner.start("post")
    question = "a1"
    told = learner.answer(attempt_id, a1=RIGHT["a1"])
    if told[0].status == "rejected":
        question = "b1"
    learner.send(
        *[learner.event("answer", attempt_id=attempt_id, question=question, answer=WRONG[question]) for _ in range(3)],
        learner.event("answer", attempt_id=attempt_id, question=question, answer=RIGHT[question]),
    )
    assert learner.hand_in(attempt_id).extra["score"] == 50.0


def test_a_late_answer_is_kept_flagged_and_not_counted(learner: Learner) -> None:
    attempt_id = learner.start()
    assert learner.hand_in(attempt_id).extra["score"] == 0.0
    (told,) = learner.answer(attempt_id, q2=RIGHT["q2"])
    assert told.status == "late"
    assert count(learner.store, Response, Response.late) == 1
    assert learner.hand_in(attempt_id).extra["score"] == 0.0
    with learner.store.read(learner.scope) as db:
        view = learn.attempt(db, learner.shelf, learner.who, attempt_id, locale="en")
    assert (view.score, view.answered) == (0.0, 0)


def test_practice_may_be_answered_any_number_of_times_and_completes_nothing(learner: Learner) -> None:
    for answer in (WRONG["p1"], RIGHT["p1"], WRONG["p1"]):
        told = learner.do("answer", unit="first", purpose="practice", question="p1", answer=answer)
        assert (told.status, told.code) == ("stored", "")
    assert count(learner.store, Attempt) == 1
    attempt_id = told.extra["attempt_id"]
    assert learner.hand_in(attempt_id).status == "rejected"


def test_quizzes_may_be_taken_as_often_as_their_author_says(learner: Learner) -> None:
    publish(
        learner.store,
        files={**COURSE, "03-quiz.md": COURSE["03-quiz.md"].replace(b"pass: 80", b"pass: 80\nattempts: 2")},
    )
    for _ in range(2):
        learner.hand_in(learner.start())
    told = learner.do("start", unit="quiz", purpose="quiz")
    assert (told.status, told.code) == ("rejected", "no-attempts-left")


# ------------------------------------------------------------ before and after


def test_the_pre_test_is_taken_once_and_before_the_first_lesson(learner: Learner) -> None:
    learner.do("unit-done", unit="card")  # a job aid is no lesson
    learner.take("pre")
    assert learner.do("start", unit="test", purpose="pre").code == "pre-test-done"
    late = Learner(learner.store, learner.shelf, person(learner.store))
    late.do("unit-done", unit="first")
    assert late.do("start", unit="test", purpose="pre").code == "pre-test-late"
    after = Learner(learner.store, learner.shelf, person(learner.store))
    after.start("post")
    assert after.do("start", unit="test", purpose="pre").code == "pre-test-late"


def test_the_post_test_takes_the_other_form_and_both_are_given_out(learner: Learner) -> None:
    seen = set()
    for _ in range(12):
        one = Learner(learner.store, learner.shelf, person(learner.store))
        ids = [one.start("pre"), one.start("post")]
        one.hand_in(ids[1])
        ids.append(one.start("post"))
        with one.store.read(one.scope) as db:
            forms = [db.scalars(select(Attempt.form).where(Attempt.id == one_id)).one() for one_id in ids]
        assert forms[0] != forms[1]
        assert forms[2] == forms[0], "a second go takes the other form again"
        seen.add(forms[0])
    assert seen == {"A", "B"}


def test_the_order_of_questions_does_not_follow_from_what_the_browser_sends(learner: Learner) -> None:
    event = learner.event("start", unit="quiz", purpose="quiz")
    seeds = set()
    for _ in range(2):
        learner.send(event)
        with learner.store.write(SYSTEM) as db:
            row = db.scalars(select(Attempt)).one()
            seeds.add(row.seed)
            db.delete(row)
    assert len(seeds) == 2


# ------------------------------------------------------------------- completion


def test_completing_stores_what_the_person_was_then(learner: Learner) -> None:
    told = learner.complete()
    assert len(told.extra["certificate"].replace("-", "")) == 26
    with learner.store.read(SYSTEM) as db:
        row = db.scalars(select(CompletionRow)).one()
        assert (row.agency_type, row.work_role, row.sex, row.quiz_score, row.test_score) == (
            "police", "frontline", None, 100.0, 100.0,
        )  # fmt: skip
        assert db.scalars(select(Certificate.name)).one() == learner.who.full_name
    assert "certificate" not in learner.take("post").extra, "once"
    assert count(learner.store, CompletionRow) == 1


@pytest.mark.parametrize(
    ("moment", "country", "month"),
    [
        (datetime(2026, 11, 30, 16, 59, tzinfo=UTC), "KH", "2026-11"),
        (datetime(2026, 11, 30, 17, 0, tzinfo=UTC), "KH", "2026-12"),
        (datetime(2026, 11, 30, 15, 0, tzinfo=UTC), "TL", "2026-12"),
        (datetime(2026, 11, 30, 17, 29, tzinfo=UTC), "MM", "2026-11"),
        (datetime(2026, 11, 30, 17, 30, tzinfo=UTC), "MM", "2026-12"),
        (datetime(2026, 11, 30, 23, 59, tzinfo=UTC), "ZZ", "2026-11"),
    ],
)
def test_the_month_is_that_of_the_countrys_own_calendar(
    sqlite_store: Store, moment: datetime, country: str, month: str
) -> None:
    publish(sqlite_store)
    one = Learner(
        sqlite_store, Shelf(sqlite_store), person(sqlite_store, country=country), now=moment - timedelta(minutes=1)
    )
    one.do("enrol")
    with sqlite_store.read(SYSTEM) as db:
        assert db.scalars(select(Enrolment.month)).one() == month


# --------------------------------------------------------------------- refused


def refusal(learner: Learner, kind: str, **values: Any) -> str:
    verdict = learner.do(kind, **values)
    assert (verdict.status, verdict.extra) == ("rejected", {})
    assert SENTENCES[verdict.code] % verdict.params
    return verdict.code


def test_what_does_not_exist_is_refused_by_name(learner: Learner) -> None:
    attempt_id = learner.start()
    other = Learner(learner.store, learner.shelf, person(learner.store))
    assert refusal(learner, "enrol", module="nothing") == "module-unknown"
    assert refusal(learner, "unit-done", unit="nothing") == "unit-unknown"
    assert refusal(learner, "unit-done", unit="quiz") == "unit-unknown"
    assert refusal(learner, "start", unit="quiz", purpose="post") == "unit-unknown"
    assert refusal(learner, "start", unit="first", purpose="practice") == "unit-unknown"
    assert refusal(learner, "start", unit="first") == "unit-unknown"
    assert refusal(learner, "answer", attempt_id=attempt_id, question="nothing", answer={}) == "question-unknown"
    assert refusal(learner, "answer", attempt_id=attempt_id, question="p1", answer=RIGHT["p1"]) == "question-unknown"
    assert refusal(learner, "answer", attempt_id=attempt_id, question="q1", answer={"chosen": [7]}) == "option-unknown"
    assert refusal(learner, "answer", attempt_id=attempt_id, question="q1") == "answer-shape"
    assert refusal(other, "answer", attempt_id=attempt_id, question="q1", answer=RIGHT["q1"]) == "attempt-unknown"
    assert refusal(other, "hand-in", attempt_id=attempt_id) == "attempt-unknown"
    assert refusal(learner, "hand-in", attempt_id=str(uuid.uuid4())) == "attempt-unknown"
    assert refusal(learner, "hand-in") == "attempt-unknown"


def test_an_answer_to_a_question_of_another_edition_is_refused(learner: Learner) -> None:
    attempt_id = learner.start()
    newer = publish(learner.store, files={**COURSE, "01-first.md": COURSE["01-first.md"] + b"\nMore.\n"})
    answer = {"question": "q1", "answer": RIGHT["q1"]}
    assert refusal(learner, "answer", attempt_id=attempt_id, edition_id=newer, **answer) == "edition-changed"
    assert learner.do("answer", attempt_id=attempt_id, edition_id=newer - 1, **answer).status == "stored"
    practice = {"unit": "first", "purpose": "practice", "question": "p1", "answer": RIGHT["p1"]}
    assert refusal(learner, "answer", edition_id=newer - 1, **practice) == "edition-changed"
    assert learner.do("answer", edition_id=newer, **practice).status == "stored"


def test_a_refused_first_event_enrols_nobody(learner: Learner) -> None:
    refusal(learner, "unit-done", unit="nothing")
    refusal(learner, "answer", unit="first", purpose="practice", question="p1", answer={"chosen": [9]})
    refusal(learner, "answer", unit="first", purpose="practice", question="q1", answer=RIGHT["q1"])
    assert count(learner.store, Enrolment) == count(learner.store, Attempt) == 0


def test_a_shut_account_records_nothing(learner: Learner) -> None:
    with learner.store.write(SYSTEM) as db:
        db.scalars(select(Person)).one().disabled_at = NOW
    with pytest.raises(NotFound):
        learner.do("enrol")


def test_hundreds_of_forged_posts_change_no_score(learner: Learner) -> None:
    import random

    chance = random.Random(8)
    attempt_id = learner.start()
    learner.answer(attempt_id, q1=WRONG["q1"], q2=WRONG["q2"], q3=WRONG["q3"])
    victim = Learner(learner.store, learner.shelf, person(learner.store))
    theirs = victim.start()
    # Everything that could be sent by hand, except an honest first answer to a question of one's own attempt.
    strange: tuple[Any, ...] = ("", "x" * 300, "\x00", "\ud800", "../q1", -1, 10**30, 1.5, None, True, [], {}, b"x")
    answers: tuple[Any, ...] = (
        *strange, *RIGHT.values(), {"chosen": [0], "points": 99}, {"chosen": [-1]}, {"chosen": ["0"]}, {"score": 100},
        {"chosen": [0] * 1000}, {"text": "x" * 100_000}, {"pairs": [0]}, {"path": [0] * 500}, {"order": [0, 0]},
        {"gaps": ["\x00"]}, {"chosen": None}, {"chosen": [True]}, {"chosen": [[0]]},
    )  # fmt: skip
    fields: dict[str, tuple[Any, ...]] = {
        "id": (*strange, attempt_id, theirs),
        "kind": (*strange, "grade", "complete", "start", "hand-out"),
        "module": (*strange, "nothing", "Course"),
        "unit": (*strange, "first", "quiz", "test"),
        "purpose": (*strange, "pre", "practice", "exam"),
        "attempt_id": (*strange, theirs, str(uuid.uuid4()), attempt_id.upper() + "x"),
        "question": (*strange, "p1", "a1", "q2", "q9"),
        "answer": answers,
        "edition_id": (*strange, 999),
        "locale": (*strange, "xx", "km"),
        "mode": (*strange, "admin"),
        "source": (*strange, "admin"),
        "client_time": (*strange, datetime(1970, 1, 1), datetime(9999, 1, 1, tzinfo=UTC)),
    }
    statuses: list[Verdict] = []
    for _ in range(600):
        values: dict[str, Any] = {
            "id": str(uuid.uuid4()), "kind": "answer", "module": "course", "attempt_id": attempt_id, "question": "q1",
            "answer": RIGHT["q1"],
        }  # fmt: skip
        for name in chance.sample(sorted(fields), chance.randint(1, 3)):
            values[name] = chance.choice(fields[name])
        event = Event(person_id=learner.who.person_id, country="KH", **values)
        statuses += learner.send(event)
    assert {one.status for one in statuses} >= {"rejected", "stored"}
    assert sum(one.status == "rejected" for one in statuses) > 400
    for one, mine in ((learner, attempt_id), (victim, theirs)):
        assert one.hand_in(mine).extra["score"] == 0.0
    assert count(learner.store, Response, Response.person_id == victim.who.person_id) == 0
    assert count(learner.store, CompletionRow) == 0


def test_an_honest_right_answer_would_have_changed_the_score(learner: Learner) -> None:
    """The control of the test above."""
    attempt_id = learner.start()
    learner.answer(attempt_id, q1=RIGHT["q1"], q2=WRONG["q2"], q3=WRONG["q3"])
    assert learner.hand_in(attempt_id).extra["score"] == 25.0
