"""The learning path a person is on, and how far they are.

A path is completed when every required module of it that is published is completed, and at least one is. Modules that
are not published yet block nobody; one that appears later is then still to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.assessment import Rule
from trainer.content.model import Passage
from trainer.content.paths import LearningPath, Need, Paths
from trainer.services.problems import Invalid, NotFound
from trainer.services.progress import CompletionState
from trainer.services.validity import Validity, validity
from trainer.services.views import CatalogueCard
from trainer.store.models import Person


class Mine(NamedTuple):
    """The path somebody is on."""

    path: LearningPath | None
    is_chosen: bool
    """They chose it (or none) themselves; otherwise it is that of where they work."""
    agency_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """A module of a path and where the person stands in it."""

    module: str
    """Slug."""
    title: Passage | str
    """Of a module that is not published: its English title, a message of the interface."""
    need: Need
    state: Literal["new", "started", "completed", "absent"]
    """`absent`: not published yet, or archived before the person began."""
    completion: CompletionState | None
    validity: Validity | None
    """None: not completed, or for ever."""
    rule: Rule | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathState:
    """How far somebody is on their path."""

    path: LearningPath
    steps: tuple[StepState, ...]

    def of(self, need: Need) -> tuple[StepState, ...]:
        return tuple(step for step in self.steps if step.need == need)

    @property
    def required(self) -> tuple[StepState, ...]:
        """Required modules that are there: those that count."""
        return tuple(step for step in self.of("required") if step.state != "absent")

    @property
    def waiting(self) -> int:
        """Required modules that are not available yet."""
        return len(self.of("required")) - len(self.required)

    @property
    def done(self) -> int:
        return sum(step.state == "completed" for step in self.required)

    @property
    def is_complete(self) -> bool:
        return 0 < len(self.required) == self.done


def mine(db: Session, paths: Paths, identity: Identity) -> Mine:
    """One statement. Raises NotFound."""
    row = db.execute(select(Person.path, Person.agency_type).where(Person.id == identity.person_id)).first()
    if row is None:
        raise NotFound
    is_chosen = row.path is not None and (not row.path or row.path in paths.paths)
    return Mine(paths.of(row.path, row.agency_type), is_chosen, row.agency_type)


def months_of(paths: Paths, module: str, chosen: str | None, agency_type: str) -> int | None:
    """How long the module counts for somebody: as their path says; None, for ever, when it is not on it."""
    path = paths.of(chosen, agency_type)
    return path.months if path and any(step.module == module for step in path.steps) else None


def choose(db: Session, paths: Paths, identity: Identity, chosen: str | None) -> None:
    """Be on the path with this id. Empty: on none. None: on that of where the person works. Raises Invalid."""
    if chosen and chosen not in paths.paths:
        raise Invalid("choice-unknown", field="path")
    row = db.scalar(select(Person).where(Person.id == identity.person_id))
    if row is None:
        raise NotFound
    row.path = chosen


def state(
    path: LearningPath, paths: Paths, cards: Iterable[CatalogueCard], *, country: str, now: datetime
) -> PathState:
    """From the catalogue as the person sees it (`learn.catalogue`). No statement."""
    known = {card.slug: card for card in cards}
    return PathState(
        path=path,
        steps=tuple(
            _step(step.module, step.need, known.get(step.module), paths.titles, path.months, country, now)
            for step in path.steps
        ),
    )


def _step(
    slug: str, need: Need, card: CatalogueCard | None, titles: Mapping[str, str],
    months: int | None, country: str, now: datetime,
) -> StepState:  # fmt: skip
    if card is None:
        return StepState(
            module=slug, title=titles[slug], need=need, state="absent", completion=None, validity=None, rule=None
        )
    return StepState(
        module=slug,
        title=card.title,
        need=need,
        state=card.progress,
        completion=card.completion,
        validity=validity_of(card.completion, card.rule, months, country=country, now=now),
        rule=card.rule,
    )


def validity_in(
    path: LearningPath | None, module: str, completion: CompletionState | None, rule: Rule, *,
    country: str, now: datetime,
) -> Validity | None:  # fmt: skip
    """Of one module for somebody on `path`; None where it is not on it, not completed, or counts for ever."""
    if path is None or not any(step.module == module for step in path.steps):
        return None
    return validity_of(completion, rule, path.months, country=country, now=now)


def validity_of(
    completion: CompletionState | None, rule: Rule, months: int | None, *, country: str, now: datetime
) -> Validity | None:
    """A module with neither quiz nor test to pass cannot be renewed, so it counts for ever."""
    if completion is None or (rule.test is None and not rule.quizzes):
        return None
    return validity(completion.current_from, months, country=country, now=now)
