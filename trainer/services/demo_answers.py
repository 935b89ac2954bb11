"""Right answers, for people of the demo world who know them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trainer.assessment import Answer
from trainer.content.model import Item, Question, Scenario


def right_answer(item: Item) -> Answer:
    """The answer that brings all points."""
    return (
        {"path": list(_best(item, item.steps[0].id, ())[1])} if isinstance(item, Scenario) else _RIGHT[item.type](item)
    )


def _best(item: Scenario, step_id: str, walked: Sequence[str]) -> tuple[float, tuple[int, ...]]:
    """The best path from a step to an end, and its sum; no step twice."""
    step = next(one for one in item.steps if one.id == step_id)
    if not step.choices:
        return 0.0, ()
    return max(_onward(item, step_id, walked), default=(float("-inf"), ()))


def _onward(item: Scenario, step_id: str, walked: Sequence[str]) -> Iterator[tuple[float, tuple[int, ...]]]:
    step = next(one for one in item.steps if one.id == step_id)
    for index, choice in enumerate(step.choices):
        if choice.target not in (*walked, step_id):
            rest = _best(item, choice.target, (*walked, step_id))
            yield choice.score + rest[0], (index, *rest[1])


def _gaps(item: Question) -> Answer:
    return {"gaps": [str(gap.choices.index(gap.accepted[0])) if gap.choices else gap.accepted[0] for gap in item.gaps]}


def _chosen(item: Question) -> Answer:
    return {"chosen": [at for at, option in enumerate(item.options) if option.correct]}


_RIGHT: dict[str, Callable[[Question], Answer]] = {
    "single": _chosen,
    "multiple": _chosen,
    "truefalse": _chosen,
    "short": lambda item: {"text": item.accepted[0]},
    "number": lambda item: {"text": f"{item.number.value if item.number else 0:g}"},
    "gap": _gaps,
    "match": lambda item: {"pairs": list(range(len(item.left)))},
    "order": lambda item: {"order": list(range(len(item.options)))},
}
