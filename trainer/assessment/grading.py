"""Marking an answer: the scoring rules of the module format, one function per type.

Marking is the same in every language: only `short` and written gaps look at words, all other answers are numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple, cast

from trainer.assessment.answers import Answer, InvalidAnswer, distinct, index, listed, text, walk, written
from trainer.content.model import Gap, Item, Question, Scenario
from trainer.languages.folding import normalise, readings

_CLOSE = 1e-9
"""Floating point slack: 0.1 + 0.2 is within 0.3 ± 0."""


class Grade(NamedTuple):
    points: float
    """0 to `max_points`."""
    max_points: float
    """0 for what is never scored."""
    correct: bool
    """All of it is right. True for a reflection: nothing in it can be wrong."""
    critical: bool
    """An option was chosen that must never be; the points are then 0."""
    parts: tuple[bool, ...]
    """Which parts are right: each option, gap, left cell, pair of neighbours, or step of the path."""


class _Mark(NamedTuple):
    share: float
    """Of the points, 0 to 1."""
    parts: tuple[bool, ...]
    correct: bool
    critical: bool = False


def max_points(item: Item) -> float:
    """What `item` can bring; 0 for a reflection."""
    return 0.0 if item.type == "reflect" else item.points


def grade(item: Item, answer: Answer, locale: str) -> Grade:
    """Mark a canonical answer given in `locale`. Raises InvalidAnswer when it cannot be an answer to `item`."""
    mark = _scenario(item, answer) if isinstance(item, Scenario) else _MARKERS[item.type](item, answer, locale)
    highest = max_points(item)
    points = highest if mark.correct else round(highest * mark.share, 6)
    return Grade(points, highest, mark.correct, mark.critical, mark.parts)


# ------------------------------------------------------------------- choosing


def _chosen(item: Question, answer: Answer) -> list[int]:
    chosen = distinct([index(value, len(item.options)) for value in listed(item, answer)])
    if item.type != "multiple" and len(chosen) > 1:
        raise InvalidAnswer("too-many")
    return chosen


def _choice(item: Question, answer: Answer, locale: str) -> _Mark:
    """`single` and `truefalse`: all or nothing, or the share that the author gave a wrong option.
    `multiple`: right minus wrong, not below 0; a wrong option with a share takes that much less away."""
    chosen = _chosen(item, answer)
    picked = set(chosen)
    parts = tuple((at in picked) == option.correct for at, option in enumerate(item.options))
    if any(item.options[at].critical for at in chosen):
        return _Mark(0.0, parts, False, critical=True)
    correct = all(parts)
    if item.type == "multiple":
        key = sum(option.correct for option in item.options)
        total = sum(_worth(item, at) for at in chosen) / key if key else 0.0
    else:
        total = max((_worth(item, at) for at in chosen), default=0.0)
    return _Mark(min(max(total, 0.0), 1.0), parts, correct)


def _worth(item: Question, at: int) -> float:
    option = item.options[at]
    if option.correct:
        return 1.0 if option.score is None else option.score
    return (option.score or 0.0) - (item.type == "multiple")


# -------------------------------------------------------------------- writing


def _short(item: Question, answer: Answer, locale: str) -> _Mark:
    return _all_or_nothing(_matches(written(item, answer), item.accepted, locale))


def _number(item: Question, answer: Answer, locale: str) -> _Mark:
    found = readings(written(item, answer))
    key = item.number
    if key is None:
        return _all_or_nothing(False)
    slack = key.tolerance + _CLOSE * max(1.0, abs(key.value))
    return _all_or_nothing(any(abs(value - key.value) <= slack for value in found))


def _reflect(item: Question, answer: Answer, locale: str) -> _Mark:
    written(item, answer)
    return _Mark(0.0, (), True)


def _gap(item: Question, answer: Answer, locale: str) -> _Mark:
    given = listed(item, answer)
    if len(given) != len(item.gaps):
        raise InvalidAnswer("answer-shape")
    return _per_part([_fills(gap, text(value), locale) for gap, value in zip(item.gaps, given, strict=True)])


def _fills(gap: Gap, value: str, locale: str) -> bool:
    if not gap.choices:
        return _matches(value, gap.accepted, locale)
    if not value:
        return False
    if not (value.isascii() and value.isdigit() and len(value) <= 3):
        raise InvalidAnswer("answer-shape")
    return gap.choices[index(int(value), len(gap.choices))] in gap.accepted


def _matches(value: str, accepted: tuple[str, ...], locale: str) -> bool:
    wanted = normalise(value, locale)
    return bool(wanted) and any(normalise(one, locale) == wanted for one in accepted)


# --------------------------------------------------------- matching, ordering


def _match(item: Question, answer: Answer, locale: str) -> _Mark:
    given = listed(item, answer)
    if len(given) != len(item.left):
        raise InvalidAnswer("answer-shape")
    cells = [None if value is None else index(value, len(item.right)) for value in given]
    distinct([cell for cell in cells if cell is not None])
    return _per_part([cell == row for row, cell in enumerate(cells)])


def _order(item: Question, answer: Answer, locale: str) -> _Mark:
    """One part for each pair of neighbours that belong together: an item moved by one place costs little."""
    given = distinct([index(value, len(item.options)) for value in listed(item, answer)])
    if len(given) != len(item.options):
        raise InvalidAnswer("place-missing")
    return _per_part([second == first + 1 for first, second in pairwise(given)])


# ------------------------------------------------------------------ scenarios


def _scenario(item: Scenario, answer: Answer) -> _Mark:
    path = listed(item, answer)
    visited = walk(item, path)
    if visited[-1].choices:
        raise InvalidAnswer("path-unfinished")
    taken = [(step, step.choices[choice]) for step, choice in zip(visited, cast("list[int]", path), strict=False)]
    parts = tuple(choice.score >= max(other.score for other in step.choices) for step, choice in taken)
    total = sum(choice.score for _, choice in taken)
    if item.best <= 0:
        return _Mark(1.0, parts, True)
    return _Mark(min(max(total / item.best, 0.0), 1.0), parts, total >= item.best - _CLOSE)


def _all_or_nothing(right: bool) -> _Mark:
    return _Mark(float(right), (right,), right)


def _per_part(parts: list[bool]) -> _Mark:
    return _Mark(sum(parts) / len(parts) if parts else 1.0, tuple(parts), all(parts))


_MARKERS: dict[str, Callable[[Question, Answer, str], _Mark]] = {
    "single": _choice,
    "multiple": _choice,
    "truefalse": _choice,
    "short": _short,
    "number": _number,
    "reflect": _reflect,
    "gap": _gap,
    "match": _match,
    "order": _order,
}
