"""Letters go out once, in the person's language, to nobody who is shut; what is broken holds up nothing else."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import a_person
from tests.services.world import NOW, publish
from tests.tasks.bench import Bench
from tests.tasks.catcher import Caught, catching
from trainer.config import ConfigError, Smtp, load
from trainer.content.paths import LearningPath, Paths, Step
from trainer.services import outbox
from trainer.services.shelf import Shelf
from trainer.store.engine import Store
from trainer.store.mail import Mail
from trainer.store.models import CompletionRow, Person
from trainer.store.paths import Assignment
from trainer.store.scope import Scope
from trainer.tasks import mailing
from trainer.tasks.runner import Runner

SYSTEM = Scope.system("test")
POLICE = LearningPath("police", "Police", ("police",), 24, (Step("course", "required"),))
PATHS = Paths({"course": "A course"}, {"police": POLICE})
DOWN = Smtp(host="127.0.0.1", port=1, user="", password="", encryption="none", sender="training@office.example")


@dataclass
class Post:
    """A bench with a clock to turn, and people to write to."""

    store: Store
    mail: Smtp | None
    now: datetime = NOW
    people: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.store, paths=PATHS)

    def bench(self) -> Bench:
        return Bench(self.store, self.shelf, lambda: self.now, mail=self.mail)

    def send(self) -> None:
        Runner(self.bench()).run_pending()

    def remind(self) -> None:
        mailing.remind(self.bench(), threading.Event())

    def person(self, email: str | None = "dara@office.example", **over: Any) -> Person:
        with self.store.write(SYSTEM) as db:
            person = a_person(db, email=email, **{"locale": "en", **over})
            db.expunge_all()
        return person

    def letter(self, person: Person, occasion: str = "hello", **over: Any) -> None:
        values = {"locale": "en", "subject": "Hello", "body": "Hello.\n", "due": self.now, **over}
        with self.store.write(SYSTEM) as db:
            outbox.put(db, person.id, person.country, occasion=occasion, **values)

    def rows(self) -> list[Mail]:
        with self.store.read(SYSTEM) as db:
            return list(db.scalars(select(Mail).order_by(Mail.occasion, Mail.person_id)))

    def state(self) -> dict[str, str | None]:
        """Occasion → `sent`, the problem, or None while it waits."""
        return {row.occasion: "sent" if row.sent_at else row.problem for row in self.rows()}

    def assign(self, **over: Any) -> str:
        values = {
            "country": "KH",
            "path": "police",
            "modules": [],
            "due_on": date(2026, 12, 23),
            "created_at": self.now,
        }
        with self.store.write(SYSTEM) as db:
            row = Assignment(created_by="test", **{**values, **over})
            db.add(row)
            db.flush()
            return row.id

    def complete(self, person: Person, at: datetime) -> None:
        with self.store.write(SYSTEM) as db:
            db.add(
                CompletionRow(
                    person_id=person.id, country=person.country, module="course", edition_id=1, mode="online",
                    locale="en", agency_type="police", work_role="frontline", sex=None, at=at, month="2026-11",
                )
            )  # fmt: skip


@pytest.fixture
def catcher() -> Iterator[Caught]:
    with catching() as caught:
        yield caught


@pytest.fixture
def post(sqlite_store: Store, catcher: Caught) -> Post:
    publish(sqlite_store)
    return Post(sqlite_store, catcher.smtp)


# ------------------------------------------------------------------ the letter


def test_a_letter_arrives_whole_and_is_not_sent_again(post: Post, catcher: Caught) -> None:
    post.letter(post.person(locale="km"), subject="ការបណ្តុះបណ្តាល", body="សូមអាន៖\n" + "ក" * 2_000 + "\n", locale="km")
    post.send()
    post.send()
    ((address, made),) = catcher.letters
    assert address == made["To"] == "dara@office.example"
    assert (made["From"], made["Subject"]) == ("training@office.example", "ការបណ្តុះបណ្តាល")
    assert made["Content-Language"] == "km"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made.get_content().replace("\r\n", "\n") == "សូមអាន៖\n" + "ក" * 2_000 + "\n"
    assert post.state() == {"hello": "sent"}


def test_line_breaks_in_a_subject_or_an_address_make_no_headers(post: Post, catcher: Caught) -> None:
    post.letter(post.person(), "subject", subject="Hello\r\nBcc: thief@elsewhere.example\nX: y")
    for number, address in enumerate(
        ("a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "ស@b.example", "a b@c.example")
    ):
        post.letter(post.person(address), f"to-{number}")
    post.send()
    ((address, made),) = catcher.letters
    assert address == "dara@office.example"
    assert made["Bcc"] is None
    assert made["Subject"] == "Hello Bcc: thief@elsewhere.example X: y"
    assert post.state() == {"subject": "sent", **{f"to-{number}": "address" for number in range(4)}}


def test_people_without_address_and_shut_people_get_none(post: Post, catcher: Caught) -> None:
    post.letter(post.person(None), "without")
    post.letter(post.person(disabled_at=NOW), "shut")
    stopped = post.person(reminders_stopped_at=NOW)
    post.letter(stopped, "due-2 x")
    post.letter(stopped, "report")
    post.letter(post.person(), "later", due=post.now + timedelta(hours=1))
    post.send()
    assert post.state() == {
        "without": "no-address", "shut": "shut", "due-2 x": "stopped", "report": "sent", "later": None,
    }  # fmt: skip
    assert len(catcher.letters) == 1


# ------------------------------------------------------------------ bad servers


def test_a_server_that_is_down_costs_time_and_no_letter(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    up, post.mail = post.mail, DOWN
    post.letter(post.person())
    with caplog.at_level(logging.WARNING):
        post.send()
    assert [record.getMessage() for record in caplog.records] == [
        "mail put off code=server letters=1: The mail server cannot be reached."
    ]
    (row,) = post.rows()
    assert (row.tries, row.due_at - post.now, row.problem) == (1, timedelta(minutes=10), None)
    waits = []
    while not post.rows()[0].problem:
        before = post.now
        post.now = post.rows()[0].due_at
        waits.append(post.now - before)
        post.send()
    assert waits == sorted(waits)
    assert timedelta(days=2) < post.now - NOW < timedelta(days=7)
    assert post.state() == {"hello": "given-up"}
    post.letter(post.person(), "next")
    post.send()
    post.mail, post.now = up, post.now + timedelta(minutes=10)
    post.send()
    assert post.state()["next"] == "sent"


@pytest.mark.parametrize(
    ("answer", "problem", "tries_again"),
    [("550 no such user", "refused", False), ("450 later", None, True), ("hang up", None, True)],
)
def test_one_bad_address_is_alone(sqlite_store: Store, answer: str, problem: str | None, tries_again: bool) -> None:
    publish(sqlite_store)
    with catching(answers={"bad@office.example": answer}) as caught:
        post = Post(sqlite_store, caught.smtp)
        for number, address in enumerate(("one@office.example", "bad@office.example", "two@office.example")):
            post.letter(post.person(address), f"{number}")
        post.send()
        assert {address for address, _ in caught.letters} == {"one@office.example", "two@office.example"}
        assert post.state() == {"0": "sent", "1": problem, "2": "sent"}
        caught.answers = {}
        post.now += timedelta(minutes=10)
        post.send()
        assert len(caught.letters) == 2 + tries_again


def test_a_slow_server_is_left_and_other_work_goes_on(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mailing, "PATIENCE", 0.1)
    publish(sqlite_store)
    with catching(slow=0.4) as caught:
        post = Post(sqlite_store, caught.smtp)
        for number in range(3):
            post.letter(post.person(), f"{number}")
        post.send()
    assert set(post.state().values()) == {None}
    assert {row.tries for row in post.rows()} == {1}


def test_nothing_said_of_a_failure_has_a_password_or_an_address(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with catching(greeting="554 go away, dara@office.example") as caught:
        post = Post(sqlite_store, replace(caught.smtp, user="postman", password="hunter-of-herons"))
        post.letter(post.person())
        with caplog.at_level(logging.DEBUG):
            post.send()
    for secret in ("hunter-of-herons", "postman", "dara", "go away"):
        assert secret not in caplog.text
    assert "hunter-of-herons" not in repr(post.mail)


def test_without_a_mail_server_letters_wait_and_expire(post: Post, catcher: Caught) -> None:
    post.mail = None
    post.letter(post.person())
    post.send()
    assert post.state() == {"hello": None}
    post.now += timedelta(days=15)
    post.remind()
    assert post.state() == {"hello": "expired"}
    assert not catcher.letters


def test_two_runners_at_once_send_each_letter_once(store: Store, catcher: Caught) -> None:
    publish(store)
    post = Post(store, catcher.smtp)
    with store.write(SYSTEM) as db:
        for number in range(50):
            person = a_person(db, email=f"p{number}@office.example")
            outbox.put(db, person.id, "KH", occasion="x", locale="en", subject="s", body="b\n", due=post.now)
    runners = [threading.Thread(target=post.send) for _ in range(2)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert sorted(address for address, _ in catcher.letters) == sorted(
        f"p{number}@office.example" for number in range(50)
    )
    assert {row.tries for row in post.rows()} == {1}


def test_a_letter_whose_runner_died_is_taken_again(post: Post, catcher: Caught) -> None:
    post.letter(post.person())
    with post.store.write(SYSTEM) as db:
        outbox.claim(db, now=post.now, most=1)
    post.send()
    assert not catcher.letters
    post.now += outbox.LEASE
    post.send()
    assert len(catcher.letters) == 1


# ------------------------------------------------------------------- reminders


def test_an_assignment_is_written_about_at_its_days_once_each(store: Store, catcher: Caught) -> None:
    publish(store)
    post = Post(store, catcher.smtp)
    post.person()
    post.person(country="TH")
    post.person(None)
    ident = post.assign()
    for _day in range(50):
        post.remind()
        post.remind()
        post.now += timedelta(days=1)
    assert sorted(post.state()) == sorted(f"{kind} {ident}" for kind in ("assigned", "due-14", "due-2", "overdue"))
    post.now -= timedelta(days=45)  # the clock jumps back
    post.remind()
    assert len(post.rows()) == 4


def test_a_short_deadline_is_said_in_one_letter(post: Post) -> None:
    post.person()
    ident = post.assign(due_on=date(2026, 11, 30))
    post.remind()
    post.now += timedelta(days=3)
    post.remind()
    assert list(post.state()) == [f"assigned {ident}"]


def test_a_reminder_is_in_the_persons_language_and_says_how_to_stop(post: Post, catcher: Caught) -> None:
    post.person(full_name="Sok Dara")
    post.assign(note="Ask Vannak")
    post.remind()
    post.send()
    ((_, made),) = catcher.letters
    text = made.get_content()
    assert made["Subject"] == "Training to complete by December 23, 2026"
    assert "– A course" in text
    assert "https://trainer.test/en/my-data" in text
    assert "Vannak" not in text, "notes may name people"


def test_a_letter_that_became_pointless_is_not_sent(post: Post, catcher: Caught) -> None:
    quick, slow = post.person(), post.person()
    withdrawn, kept = post.assign(), post.assign()
    post.remind()
    post.complete(quick, post.now)
    with post.store.write(SYSTEM) as db:
        row = db.get(Assignment, withdrawn)
        assert row is not None
        row.withdrawn_at = post.now
    post.send()
    assert {(row.person_id, row.occasion): row.problem for row in post.rows()} == {
        (quick.id, f"assigned {withdrawn}"): "pointless",
        (quick.id, f"assigned {kept}"): "pointless",
        (slow.id, f"assigned {withdrawn}"): "pointless",
        (slow.id, f"assigned {kept}"): None,
    }
    assert len(catcher.letters) == 1


def test_what_is_to_be_renewed_is_said_sixty_and_fourteen_days_before(store: Store, catcher: Caught) -> None:
    publish(store)
    post = Post(store, catcher.smtp)
    person = post.person()
    post.complete(person, NOW)
    post.complete(post.person(path=""), NOW)
    seen = []
    for day in range(700, 750):  # 23 November 2028 is 731 days later
        post.now = NOW + timedelta(days=day)
        before = len(post.rows())
        post.remind()
        if len(post.rows()) > before:
            seen.append(day)
    assert seen == [700, 717]
    assert {row.person_id for row in post.rows()} == {person.id}
    assert {row.occasion.split()[0] for row in post.rows()} == {"renewal-60", "renewal-14"}


# -------------------------------------------------------------------- settings

GOOD = {"TRAINER_SECRET_KEY": "k", "TRAINER_MAIL_FROM": "a@b.example", "TRAINER_ORIGIN": "https://t.example"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtp://user:p%40ss%2Fword@mail.example:587?starttls=on",
            ("mail.example", 587, "user", "p@ss/word", "starttls"),
        ),
        ("smtp://mail.example", ("mail.example", 587, "", "", "starttls")),
        ("smtps://u:p@mail.example", ("mail.example", 465, "u", "p", "tls")),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "", "", "none")),
    ],
)
def test_the_mail_server_is_an_address(url: str, expected: tuple[object, ...]) -> None:
    found = load({**GOOD, "TRAINER_SMTP": url}).smtp
    assert found is not None
    assert (found.host, found.port, found.user, found.password, found.encryption) == expected


@pytest.mark.parametrize(
    ("over", "named"),
    [
        ({"TRAINER_SMTP": "http://u:hunter@mail.example"}, "TRAINER_SMTP"),
        ({"TRAINER_SMTP": "smtp://u:hunter@mail.example:port"}, "TRAINER_SMTP"),
        ({"TRAINER_SMTP": "smtp://u:hunter@mail.example?starttls=off"}, "TRAINER_SMTP"),
        ({"TRAINER_SMTP": "smtp://u:hunter@mail.example?start=on"}, "TRAINER_SMTP"),
        ({"TRAINER_MAIL_FROM": "a@b.example\r\nBcc: c@d.example"}, "TRAINER_MAIL_FROM"),
        ({"TRAINER_MAIL_FROM": ""}, "TRAINER_MAIL_FROM"),
        ({"TRAINER_ORIGIN": ""}, "TRAINER_ORIGIN"),
    ],
)
def test_what_is_wrong_with_the_settings_is_named_without_the_password(over: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named) as raised:
        load({**GOOD, "TRAINER_SMTP": "smtp://u:hunter@mail.example", **over})
    assert "hunter" not in str(raised.value)
