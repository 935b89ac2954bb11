"""What taking an event needs, and why one is not taken. `record` locks the person and calls what each kind does:
`enrolling`, `answering`, `completing`, `recording_paper`."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from trainer import assessment
from trainer.content.model import Module, Unit
from trainer.services import counted, editions, progress
from trainer.services.counting import Counts
from trainer.services.editions import EditionRow
from trainer.services.events import Event
from trainer.services.problems import SENTENCES
from trainer.services.shelf import Shelf
from trainer.store.models import Attempt, Response, UnitDone
from trainer.store.prepared import insert_new
from trainer.vocabulary import N_

SENTENCES.update(assessment.PROBLEMS)
SENTENCES.update(
    {
        "module-unknown": N_("This module does not exist."),
        "module-archived": N_("This module is archived. Nobody can begin it any more."),
        "unit-unknown": N_("This module has no such part."),
        "attempt-unknown": N_("This attempt does not exist."),
        "question-unknown": N_("This question does not belong here."),
        "edition-changed": N_("The module was published anew while you were reading. Open the page again and answer."),
        "no-attempts-left": N_("You have used all your tries."),
        "pre-test-late": N_("The test before the module can only be taken before the first lesson."),
        "pre-test-done": N_("You have taken the test before the module already."),
        "already-answered": N_("You have answered this question already. Your first answer counts."),
        "id-taken": N_("This could not be stored. Reload the page and try again."),
    }
)


class Rejected(Exception):  # noqa: N818  it is a verdict
    """Nothing was stored; `code` says why."""

    def __init__(self, code: str, params: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = params or {}


class Learner(NamedTuple):
    """What is asked of a person whose events are taken; the columns of `Person`."""

    id: str
    country: str
    full_name: str
    agency_type: str
    work_role: str
    sex: str | None
    is_test: bool
    path: str | None


class Desk(NamedTuple):
    """What taking an event needs."""

    db: Session
    shelf: Shelf
    person: Learner
    """Their row is locked."""
    now: datetime
    counts: Counts

    def module(self, edition_id: int, event: Event) -> Module:
        """The edition in the words the person had before them: accepted answers depend on the language."""
        return self.shelf.module(edition_id, event.locale, progress.overlay_of(self.person.country))

    def tests_change(self, module: str) -> AbstractContextManager[None]:
        """What happens to the person's goes at quizzes and tests inside is counted."""
        if self.person.is_test:
            return nullcontext()
        return counted.tests_change(self.db, self.counts, self.person.id, module)

    def completions_change(self) -> AbstractContextManager[None]:
        """What the person completes inside is counted."""
        if self.person.is_test:
            return nullcontext()
        return counted.completions_change(self.db, self.counts, self.person.id)

    def mine(self) -> dict[str, str]:
        return {"person_id": self.person.id, "country": self.person.country}


def edition_of(desk: Desk, slug: str) -> EditionRow:
    edition = editions.current_edition(desk.db, slug)
    if edition is None:
        raise Rejected("module-unknown")
    return edition


def unit_of(module: Module, unit_id: str, *kinds: str) -> Unit:
    for unit in module.units:
        if unit.id == unit_id and unit.kind in kinds:
            return unit
    raise Rejected("unit-unknown")


def insert_mine(desk: Desk, table: type[UnitDone | Attempt | Response], row: dict[str, Any]) -> None:
    """Insert a row of the person's. Its own id was looked up before: if it is there, it is somebody else's."""
    if not insert_new(desk.db, table, {**desk.mine(), **row}):
        raise Rejected("id-taken")
