"""A course with everything that scores, people who take it, and the shortest ways to say what they do."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import a_person, an_identity
from trainer.access import Identity
from trainer.services import library, record
from trainer.services.library import Shelf
from trainer.services.record import Event, Verdict
from trainer.store.engine import Store
from trainer.store.scope import Scope

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

COURSE: dict[str, bytes] = {
    "module.md": b"""---
id: course
title: A course
summary: For tests.
source: en
minutes: {online: 30}
completion: {lessons: all, quiz: 80, test: 50}
---

Welcome.
""",
    "01-first.md": b"""---
id: first
title: The first lesson
---

## Look {#look}

Look and listen.

::: question {#p1 type=single}
What first?

- [x] Look
- [ ] Run
  > Running helps nobody.
:::
""",
    "02-second.md": b"---\nid: second\ntitle: The second lesson\n---\n\n## Listen {#listen}\n\nListen.\n",
    "03-quiz.md": b"""---
id: quiz
title: A quiz
kind: quiz
pass: 80
shuffle: true
---

::: question {#q1 type=single}
One?

- [x] Right
- [ ] Wrong
- [ ] Harmful {critical}
:::

::: question {#q2 type=multiple points=2}
Two?

- [x] Right
- [x] Right too
- [ ] Wrong
:::

::: question {#q3 type=short}
The word is

- = water
:::

::: question {#q4 type=reflect}
What would you do?
:::
""",
    "job-aid-card.md": b"---\nid: card\ntitle: A card\nkind: job-aid\n---\n\nKeep it.\n",
    "test.md": b"""---
id: test
title: The test
kind: test
forms: [A, B]
---

::: question {#a1 type=truefalse form=A answer=true}
Water is wet.
:::

::: question {#a2 type=single form=A}
Two and two?

- [x] Four
- [ ] Five
:::

::: question {#b1 type=truefalse form=B answer=false}
Fire is wet.
:::

::: question {#b2 type=single form=B}
Three and three?

- [x] Six
- [ ] Seven
:::
""",
}

RIGHT: dict[str, dict[str, Any]] = {
    "q1": {"chosen": [0]},
    "q2": {"chosen": [0, 1]},
    "q3": {"text": "Water"},
    "q4": {"text": "Ask, and listen."},
    "a1": {"chosen": [0]},
    "a2": {"chosen": [0]},
    "b1": {"chosen": [1]},
    "b2": {"chosen": [0]},
    "p1": {"chosen": [0]},
}
WRONG: dict[str, dict[str, Any]] = {
    "q1": {"chosen": [1]},
    "q2": {"chosen": [2]},
    "q3": {"text": "fire"},
    "a1": {"chosen": [1]},
    "a2": {"chosen": [1]},
    "b1": {"chosen": [0]},
    "b2": {"chosen": [1]},
    "p1": {"chosen": [1]},
}


def publish(store: Store, slug: str = "course", files: Mapping[str, bytes] = COURSE) -> int:
    """The edition's id."""
    with store.write(Scope.nobody()) as db:
        return library.publish(db, slug, files, by="test", now=NOW).id


def person(store: Store, **over: Any) -> Identity:
    """Somebody signed in; a police officer in Cambodia unless told otherwise."""
    with store.write(Scope.system("test")) as db:
        return an_identity(a_person(db, **{"locale": "en", **over}))


class Learner:
    """Somebody who learns. Each call is one event in a transaction of its own, a minute after the one before."""

    def __init__(self, store: Store, shelf: Shelf, who: Identity, module: str = "course", now: datetime = NOW) -> None:
        self.store, self.shelf, self.who, self.module, self.now = store, shelf, who, module, now

    @property
    def scope(self) -> Scope:
        return Scope.person(self.who.person_id, self.who.country)

    def event(self, kind: str, **values: Any) -> Event:
        values = {"id": str(uuid.uuid4()), "module": self.module, **values}
        return Event(kind=kind, person_id=self.who.person_id, country=self.who.country, **values)  # type: ignore[arg-type]

    def send(self, *events: Event) -> list[Verdict]:
        self.now += timedelta(minutes=1)
        with self.store.write(self.scope) as db:
            return record.record(db, self.shelf, events, now=self.now)

    def do(self, kind: str, **values: Any) -> Verdict:
        return self.send(self.event(kind, **values))[0]

    def start(self, purpose: str = "quiz", unit: str = "") -> str:
        """The attempt's id."""
        verdict = self.do("start", purpose=purpose, unit=unit or {"quiz": "quiz"}.get(purpose, "test"))
        assert verdict.status in ("stored", "duplicate"), verdict
        return str(verdict.extra["attempt_id"])

    def answer(self, attempt_id: str, **answers: dict[str, Any]) -> list[Verdict]:
        return [
            self.do("answer", attempt_id=attempt_id, question=question, answer=answer)
            for question, answer in answers.items()
        ]

    def hand_in(self, attempt_id: str) -> Verdict:
        return self.do("hand-in", attempt_id=attempt_id)

    def take(self, purpose: str, answers: Mapping[str, dict[str, Any]] = RIGHT) -> Verdict:
        """A whole quiz or test; questions that are not asked in it are left out."""
        from trainer.services import learn

        attempt_id = self.start(purpose)
        with self.store.read(self.scope) as db:
            view = learn.attempt(db, self.shelf, self.who, attempt_id, locale="en")
        for item in view.items:
            if item.planned.item.id in answers:
                self.answer(attempt_id, **{item.planned.item.id: answers[item.planned.item.id]})
        return self.hand_in(attempt_id)

    def complete(self) -> Verdict:
        """Everything the course asks for; the last verdict carries the certificate."""
        self.do("unit-done", unit="first")
        self.do("unit-done", unit="second")
        self.take("quiz")
        return self.take("post")


@contextmanager
def statements(db: Session) -> Iterator[list[str]]:
    """Every statement that the session's connection is given meanwhile."""
    seen: list[str] = []
    engine = db.get_bind()

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
