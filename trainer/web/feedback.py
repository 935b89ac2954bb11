"""What came of an answer, in words: the verdict, why, and the right answer. Made only after an answer was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from markupsafe import Markup, escape

from trainer.assessment import Answer, Grade
from trainer.content.html import Page, render
from trainer.content.model import Block, Question, Scenario
from trainer.web.fields import step_of, with_gaps, words
from trainer.web.jinja import number_text, percent_text
from trainer.web.jinja import translated as _


class Line(NamedTuple):
    """The author's words about one option that was chosen."""

    choice: Markup
    html: Markup


class Feedback(NamedTuple):
    verdict: str
    """`right`, `partly`, `wrong`; `kept` for what is never scored."""
    points: Markup | None
    options: tuple[Line, ...]
    caution: tuple[Markup, ...]
    explanation: Markup
    answer: tuple[Markup, ...]
    """The right answer, one line for each part of it."""
    ordered: bool


def feedback(item: Question | Scenario, answer: Answer, grade: Grade, page: Page) -> Feedback:
    if isinstance(item, Scenario):
        return Feedback(_verdict(grade), _points(grade), (), (), Markup(), _best_lines(item, page), True)
    return Feedback(
        verdict="kept" if item.type == "reflect" else _verdict(grade),
        points=_points(grade),
        options=_chosen(item, answer, page),
        caution=(_html(item.caution, page),) if grade.critical and item.caution else (),
        explanation=_html(item.explanation, page),
        answer=_ANSWER[item.type](item, page),
        ordered=item.type == "order",
    )


class Told(NamedTuple):
    """What a question says to whoever has answered it, all of it: for who writes and who reviews it."""

    options: tuple[Line, ...]
    caution: Markup
    explanation: Markup
    answer: tuple[Markup, ...]
    ordered: bool


def told(item: Question | Scenario, page: Page) -> Told:
    if isinstance(item, Scenario):
        return Told((), Markup(), Markup(), _best_lines(item, page), True)
    lines = tuple(
        Line(option_words(item, index, page), _html(option.feedback, page))
        for index, option in enumerate(item.options)
        if option.feedback
    )
    answer = _ANSWER[item.type](item, page)
    return Told(lines, _html(item.caution, page), _html(item.explanation, page), answer, item.type == "order")


def _verdict(grade: Grade) -> str:
    if grade.correct:
        return "right"
    return "partly" if grade.points > 0 else "wrong"


def _points(grade: Grade) -> Markup | None:
    """How much of it was right, where it is neither all nor nothing."""
    if grade.correct or grade.points <= 0:
        return None
    return _("%(share)s of the points for this question.", share=percent_text(grade.points / grade.max_points))


def _html(blocks: tuple[Block, ...], page: Page) -> Markup:
    return Markup(render(blocks, page))  # noqa: S704  escaped by the renderer


def option_words(item: Question, index: int, page: Page) -> Markup:
    """An option's own words, or the interface's for the two of `answer=`."""
    body = item.options[index].body
    if body is None:
        return _("True") if index == 0 else _("False")
    return words(body, page)


def _chosen(item: Question, answer: Answer, page: Page) -> tuple[Line, ...]:
    return tuple(
        Line(option_words(item, index, page), _html(item.options[index].feedback, page))
        for index in answer.get("chosen", ())
        if item.options[index].feedback
    )


# --------------------------------------------------- the right answer in words


def _options_right(item: Question, page: Page) -> tuple[Markup, ...]:
    return tuple(option_words(item, index, page) for index, option in enumerate(item.options) if option.correct)


def _accepted(item: Question, page: Page) -> tuple[Markup, ...]:
    return tuple(escape(text) for text in dict.fromkeys(item.accepted))


def _number(item: Question, page: Page) -> tuple[Markup, ...]:
    if item.number is None:
        return ()
    value, tolerance = item.number
    if not tolerance:
        return (escape(number_text(value)),)
    low, high = number_text(value - tolerance), number_text(value + tolerance)
    return (_("%(value)s. Anything from %(low)s to %(high)s counts.",
                       value=number_text(value), low=low, high=high),)  # fmt: skip


def _gaps(item: Question, page: Page) -> tuple[Markup, ...]:
    def filled(number: int) -> str:
        return Markup("<strong>{}</strong>").format(item.gaps[number].accepted[0])

    return (with_gaps(item, page, filled),)


def _pairs(item: Question, page: Page) -> tuple[Markup, ...]:
    return tuple(
        Markup("{} → {}").format(words(left, page), words(right, page))
        for left, right in zip(item.left, item.right, strict=False)
    )


def _order(item: Question, page: Page) -> tuple[Markup, ...]:
    return tuple(option_words(item, index, page) for index in range(len(item.options)))


_ANSWER: dict[str, Callable[[Question, Page], tuple[Markup, ...]]] = {
    "single": _options_right,
    "multiple": _options_right,
    "truefalse": _options_right,
    "short": _accepted,
    "number": _number,
    "gap": _gaps,
    "match": _pairs,
    "order": _order,
    "reflect": lambda item, page: (),
}


def _best_lines(item: Scenario, page: Page) -> tuple[Markup, ...]:
    """The choices of the best path, in order."""
    lines, step = [], item.steps[0]
    for index in best_path(item):
        lines.append(words(step.choices[index].body, page))
        step = step_of(item, step.choices[index].target)
    return tuple(lines)


def best_path(item: Scenario) -> tuple[int, ...]:
    """The choices that give the highest sum; no step is walked twice."""

    def best(step_id: str, walked: frozenset[str]) -> tuple[float, tuple[int, ...]]:
        step = step_of(item, step_id)
        found: tuple[float, tuple[int, ...]] = (0.0, ())
        for index, choice in enumerate(step.choices):
            if choice.target in walked:
                continue
            score, rest = best(choice.target, walked | {choice.target})
            if not found[1] or choice.score + score > found[0]:
                found = (choice.score + score, (index, *rest))
        return found

    first = item.steps[0].id
    return best(first, frozenset({first}))[1]
