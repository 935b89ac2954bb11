"""What a learner did, and what became of it: the values that go into `record` and come out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args

from trainer.assessment import Answer
from trainer.languages.registry import LANGUAGES
from trainer.services.problems import SENTENCES
from trainer.vocabulary import N_

Kind = Literal["enrol", "unit-done", "start", "answer", "hand-in", "sheet"]
Purpose = Literal["quiz", "pre", "post", "practice"]

MODES = frozenset({"online", "workshop", "blended", "offline"})
SOURCES = frozenset({"web", "offline", "scan", "typed"})

SENTENCES["event-malformed"] = N_("This could not be read. Reload the page and try again.")


class Paper(NamedTuple):
    """A whole attempt on paper: what was asked, and what was answered."""

    form: str | None
    seed: str
    """Of the plan that the paper was printed from."""
    answers: Mapping[str, Answer]
    """Question → canonical answer; a question that was left open is missing."""


class Event(NamedTuple):
    """One thing a person did. `person_id` and `country` come from the identity, never from what was posted."""

    id: str
    """UUID, made where it happened."""
    kind: Kind
    person_id: str
    country: str
    module: str = ""
    """Slug; may stay empty for `answer` and `hand-in` with an attempt."""
    unit: str = ""
    """Unit id: `unit-done`, `start`, and `answer` in a lesson."""
    purpose: Purpose | None = None
    """`start` and `sheet`: quiz, pre or post. `answer`: practice for a question inside a lesson, else None."""
    attempt_id: str | None = None
    """`answer` and `hand-in`."""
    question: str = ""
    answer: dict[str, Any] | None = None
    """Canonical, in source order, see `assessment`."""
    edition_id: int | None = None
    """`answer`: the edition the page showed, where the sender knows it; another edition is rejected. `sheet`: the
    edition it was printed from."""
    locale: str = "en"
    """Language the person had before them."""
    mode: str = "online"
    source: str = "web"
    client_time: datetime | None = None
    """The sender's clock: kept, never trusted."""
    paper: Paper | None = None
    """`sheet`."""


class Verdict(NamedTuple):
    """What became of an event."""

    id: str
    status: Literal["stored", "duplicate", "late", "rejected"]
    """`duplicate`: it was there already; `extra` says what. `late`: kept, not counted."""
    code: str
    """Why, when rejected; a key of `problems.SENTENCES`. `already-answered`: stored, but the first answer counts."""
    params: dict[str, Any]
    extra: dict[str, Any]
    """`start`: attempt_id. `answer`: attempt_id; correct, points and critical too (quiz and practice only).
    `hand-in` and `sheet`: attempt_id; score and passed too (not for pre). Any: `certificate` when it completed the
    module."""


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def is_well_formed(event: Event) -> bool:
    """Every field has a value of its kind. Whether it names something that exists is for `record` to see."""
    texts = (event.id, event.kind, event.module, event.unit, event.question, event.locale, event.mode, event.source)
    return (
        all(isinstance(text, str) for text in texts)
        and _UUID.fullmatch(event.id) is not None
        and event.kind in get_args(Kind)
        and all(not name or _NAME.fullmatch(name) for name in (event.module, event.unit))
        and len(event.question) <= 100
        and event.purpose in (None, *get_args(Purpose))
        and (event.attempt_id is None or _is_uuid(event.attempt_id))
        and event.locale in LANGUAGES
        and event.mode in MODES
        and event.source in SOURCES
        and (event.edition_id is None or type(event.edition_id) is int)
        and (event.client_time is None or _is_moment(event.client_time))
        and (event.kind == "sheet") == (event.paper is not None)
    )


def _is_uuid(value: object) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None
