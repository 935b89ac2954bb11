"""What is right, row by row of an answer sheet. Only what a facilitator holds may read it."""

from __future__ import annotations

from typing import NamedTuple

from trainer.assessment import Planned
from trainer.content.model import Gap, Question, Scenario
from trainer.printing.orders import letter
from trainer.printing.passages import plain


class Right(NamedTuple):
    """One row of an answer sheet and what should be marked or written there."""

    label: str
    mark: str
    """Letters, a place, or words."""
    is_words: bool = False


def rights(planned: Planned, number: int) -> tuple[Right, ...]:
    """The rows of question `number`, labelled as on the answer sheet; none where nothing is right or wrong."""
    item, label = planned.item, str(number)
    if isinstance(item, Scenario):
        way = best_way(item)
        return tuple(
            Right(f"{label}.{at + 1}", letter(way[at]))
            for at, step in enumerate(item.steps)
            if step.choices and at in way
        )
    match item.type:
        case "single" | "multiple" | "truefalse":
            letters = [letter(at) for at, source in enumerate(planned.order) if item.options[source].correct]
            return (Right(label, " ".join(letters)),)
        case "match":
            places = [planned.order.index(at) for at in range(len(item.left))]
            return tuple(Right(f"{label}.{at + 1}", letter(place)) for at, place in enumerate(places))
        case "order":
            return tuple(Right(f"{label}.{at + 1}", str(source + 1)) for at, source in enumerate(planned.order))
        case "gap":
            return _gaps(item, planned, label)
        case "short":
            return (Right(label, accepted_words(item), True),)
        case "number":
            return (Right(label, number_words(item), True),)
        case "reflect":
            return ()


def _gaps(item: Question, planned: Planned, label: str) -> tuple[Right, ...]:
    rows = []
    for at, (gap, order) in enumerate(zip(item.gaps, planned.gaps, strict=True)):
        name = f"{label}.{at + 1}" if len(item.gaps) > 1 else label
        letters = " ".join(letter(place) for place, source in enumerate(order) if gap.choices[source] in gap.accepted)
        rows.append(Right(name, letters) if order else Right(name, gap_words(gap), True))
    return tuple(rows)


def gap_words(gap: Gap) -> str:
    """What may stand in the gap."""
    return " / ".join(dict.fromkeys(gap.accepted))


def accepted_words(item: Question) -> str:
    """The accepted answers of a `short` question, in the language that is shown."""
    if item.answers is None:
        return " / ".join(item.accepted)
    return " / ".join(word.strip() for word in plain(item.answers.content).split("|"))


def number_words(item: Question) -> str:
    key = item.number
    if key is None:
        return ""
    return f"{key.value:g} ± {key.tolerance:g}" if key.tolerance else f"{key.value:g}"


def best_way(scenario: Scenario) -> dict[int, int]:
    """The way with the best sum of scores: position of each card on it → position of the choice to make there."""
    at = {step.id: index for index, step in enumerate(scenario.steps)}
    sums, came = {0: 0.0}, dict[int, tuple[int, int]]()
    for _ in scenario.steps:  # no circle has a score, so as many rounds as there are cards settle it
        for index, step in enumerate(scenario.steps):
            for number, choice in enumerate(step.choices if index in sums else ()):
                target, total = at[choice.target], sums[index] + choice.score
                if total > sums.get(target, float("-inf")):
                    sums[target], came[target] = total, (index, number)
    ends = [index for index, step in enumerate(scenario.steps) if not step.choices and index in sums]
    card, way = max(ends, key=lambda index: sums[index], default=0), dict[int, int]()
    while card in came and came[card][0] not in way:
        before, chosen = came[card]
        way[before] = chosen
        card = before
    return way
