"""What the learner's screens are given, and in how few statements."""

from __future__ import annotations

import pytest

from tests.services.world import NOW, RIGHT, WRONG, Learner, person, publish, statements
from trainer.services import certificates, learn
from trainer.services.library import Shelf
from trainer.services.problems import NotFound
from trainer.store.engine import Store
from trainer.store.scope import Scope


@pytest.fixture
def learner(store: Store) -> Learner:
    publish(store)
    return Learner(store, Shelf(store), person(store))


def course(learner: Learner) -> learn.Course:
    with learner.store.read(learner.scope) as db:
        return learn.course(db, learner.shelf, learner.who, "course", locale="en")


def attempt(learner: Learner, attempt_id: str) -> learn.AttemptView:
    with learner.store.read(learner.scope) as db:
        return learn.attempt(db, learner.shelf, learner.who, attempt_id, locale="en")


def test_a_course_taken_end_to_end_gives_a_certificate_that_its_check_page_confirms(learner: Learner) -> None:
    fresh = course(learner)
    assert (fresh.done, fresh.required, fresh.completion) == (0, 4, None)
    assert fresh.next is not None
    assert fresh.next.id == "first"
    assert fresh.test is not None
    assert (fresh.test.pre, fresh.test.post) == ("open", "open")
    last = learner.complete()
    done = course(learner)
    assert (done.done, done.missing, done.next) == (4, (), None)
    assert done.completion is not None
    assert done.completion.certificate == last.extra["certificate"]
    with learner.store.read(Scope.system("test")) as db:
        found = certificates.check(db, learner.shelf, last.extra["certificate"].lower().replace("-", " "), now=NOW)
        assert found is not None
        assert (found.name, found.slug, found.country) == (learner.who.full_name, "course", "KH")
    with learner.store.read(learner.scope) as db:
        shown = learn.certificate(db, learner.shelf, learner.who, "course", locale="en")
        (row,) = learn.record_of(db, learner.shelf, learner.who, locale="en")
    assert (shown.name, shown.code, shown.minutes) == (found.name, found.code, 30)
    assert (row.lessons_done, row.lessons, row.quiz, row.test, row.certificate) == (2, 2, 100.0, 100.0, found.code)


def test_a_quiz_shows_what_was_right_after_each_answer_and_never_before(learner: Learner) -> None:
    attempt_id = learner.start()
    learner.answer(attempt_id, q1=WRONG["q1"])
    items = {item.planned.item.id: item for item in attempt(learner, attempt_id).items}
    assert items["q1"].feedback
    assert items["q1"].grade is not None
    assert items["q1"].grade.parts == (False, False, True)
    assert not items["q2"].feedback
    assert items["q2"].grade is None


def test_a_pre_test_never_shows_a_score_or_what_was_right(learner: Learner) -> None:
    assert learner.take("pre").extra.keys() == {"attempt_id"}
    found = course(learner).test
    assert found is not None
    assert found.pre == "done"
    view = attempt(learner, found.pre_attempt or "")
    assert (view.score, view.passed, view.pass_mark) == (None, None, None)
    assert all(item.answer is not None and item.grade is None and not item.feedback for item in view.items)


def test_a_post_test_shows_what_was_right_once_handed_in_beside_the_score_before(learner: Learner) -> None:
    learner.take("pre", WRONG)
    attempt_id = learner.start("post")
    view = attempt(learner, attempt_id)
    for item in view.items:
        learner.answer(attempt_id, **{item.planned.item.id: RIGHT[item.planned.item.id]})
    assert not any(item.feedback for item in attempt(learner, attempt_id).items)
    learner.hand_in(attempt_id)
    view = attempt(learner, attempt_id)
    assert all(item.feedback for item in view.items)
    assert (view.before, view.score, view.passed) == (0.0, 100.0, True)


def test_somebody_elses_attempt_looks_absent(learner: Learner) -> None:
    attempt_id = learner.start()
    other = Learner(learner.store, learner.shelf, person(learner.store))
    with pytest.raises(NotFound):
        attempt(other, attempt_id)
    with pytest.raises(NotFound), learner.store.read(Scope.system("even with a wider scope")) as db:
        learn.attempt(db, learner.shelf, other.who, attempt_id, locale="en")


def test_a_lesson_shows_the_latest_answers_to_its_questions(learner: Learner) -> None:
    for answer in (WRONG["p1"], RIGHT["p1"]):
        learner.do("answer", purpose="practice", unit="first", question="p1", answer=answer)
    with learner.store.read(learner.scope) as db:
        found = learn.lesson(db, learner.shelf, learner.who, "course", "01-first", locale="en")
    assert found.practice["p1"].answer == RIGHT["p1"]
    assert found.practice["p1"].attempts == 2
    assert (found.number, found.total, found.previous) == (1, 4, None)
    assert found.following is not None
    assert found.following.id == "second"


def test_the_test_ends_the_way_through_a_module(learner: Learner) -> None:
    with learner.store.read(learner.scope) as db:
        found = learn.lesson(db, learner.shelf, learner.who, "course", "job-aid-card", locale="en")
    assert found.following is not None
    assert found.following.kind == "test"


def test_without_signing_in_everything_can_be_read(learner: Learner) -> None:
    with learner.store.read(Scope.nobody()) as db:
        found = learn.lesson(db, learner.shelf, None, "course", "01-first", locale="en", country="KH")
        (card,) = learn.catalogue(db, learner.shelf, None, locale="en")
    assert not found.state.done
    assert (card.lessons, card.lessons_done, card.progress) == (2, 0, "new")


def test_a_module_or_unit_that_does_not_exist_is_not_found(learner: Learner) -> None:
    with learner.store.read(learner.scope) as db:
        with pytest.raises(NotFound):
            learn.course(db, learner.shelf, learner.who, "nothing", locale="en")
        with pytest.raises(NotFound):
            learn.lesson(db, learner.shelf, learner.who, "course", "nothing", locale="en")
        with pytest.raises(NotFound):
            learn.certificate(db, learner.shelf, learner.who, "course", locale="en")


def test_a_page_asks_the_database_for_the_persons_state_at_most_three_times(learner: Learner) -> None:
    learner.do("answer", purpose="practice", unit="first", question="p1", answer=RIGHT["p1"])
    learner.complete()
    attempt_id = learner.start()
    who, shelf = learner.who, learner.shelf
    course(learner)  # the module is compiled
    with learner.store.read(learner.scope) as db:
        with statements(db) as seen:
            learn.course(db, shelf, who, "course", locale="en")
        assert len([one for one in seen if one.startswith("SELECT") and "set_config" not in one]) == 2, seen
        with statements(db) as seen:
            learn.lesson(db, shelf, who, "course", "01-first", locale="en")
        assert len(seen) == 3, seen
        with statements(db) as seen:
            learn.catalogue(db, shelf, who, locale="en")
        assert len(seen) == 2, seen
        with statements(db) as seen:
            learn.attempt(db, shelf, who, attempt_id, locale="en")
        assert len(seen) == 3, seen


def test_a_module_published_anew_keeps_progress_and_says_so(learner: Learner) -> None:
    from tests.services.world import COURSE

    learner.do("unit-done", unit="first")
    publish(learner.store, files={**COURSE, "02-second.md": COURSE["02-second.md"] + b"\nMore.\n"})
    found = course(learner)
    assert found.newer
    assert found.edition_number == 2
    assert [state.done for state in found.units if state.unit.id == "first"] == [True]
