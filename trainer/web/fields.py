"""How each question type is shown as form fields: from a planned question to frozen values for the template.

What a page holds are presented positions, never source indices, and nothing about what is right: the same value
is made for every learner before and after answering, with only their own answer filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from trainer.assessment import Planned
from trainer.content.html import Page, plain, render, render_inline
from trainer.content.model import Block, Paragraph, Passage, Question, Scenario, Step
from trainer.web.jinja import plain as attr

Fields = Mapping[str, Sequence[str]]
"""Posted fields, name → values."""


class Choice(NamedTuple):
    """A radio button or checkbox."""

    value: str
    """Presented position."""
    label: Markup | None
    """None: the interface names it (`True` at source index 0, `False` at 1)."""
    source: int
    """Only for the interface's own two options; the template shows words for it and never the number."""
    chosen: bool


class Option(NamedTuple):
    """An entry of a select: plain words, because an option holds no mark-up."""

    value: str
    words: str
    lang: str


class Row(NamedTuple):
    """A left cell of a `match` question and what is chosen beside it."""

    label: Markup
    chosen: str


class Place(NamedTuple):
    """A place in an `order` question: the item standing there."""

    value: str
    """Presented position of the item."""
    label: Markup


class Passed(NamedTuple):
    """A step of a scenario that lies behind: what was read, and what was chosen."""

    id: str
    title: Markup
    body: Markup
    chosen: Markup


class Widget(NamedTuple):
    """One question as it is shown."""

    id: str
    type: str
    legend: Markup | None
    """The prompt, where it is one paragraph and can be the legend; otherwise `prompt` holds it."""
    prompt: Markup
    hints: tuple[Markup, ...] = ()
    choices: tuple[Choice, ...] = ()
    options: tuple[Option, ...] = ()
    rows: tuple[Row, ...] = ()
    heads: tuple[Markup, ...] = ()
    places: tuple[Place, ...] = ()
    text: str = ""
    lines: int = 1
    passed: tuple[Passed, ...] = ()
    path: str = ""
    ended: bool = False
    """The scenario's present step has no choices."""


def words(passage: Passage, page: Page) -> Markup:
    """A passage inside a line, with its own language where it differs from the page's."""
    html = Markup(render_inline(passage.content, page, None))  # noqa: S704  escaped by the renderer
    if passage.lang == page.locale:
        return html
    return Markup('<span lang="{}">{}</span>').format(passage.lang, html)


def blocks(content: Sequence[Block], page: Page) -> Markup:
    return Markup(render(content, page))  # noqa: S704  escaped by the renderer


def widget(planned: Planned, page: Page, filled: Fields | None = None) -> Widget:
    """The fields of `planned`, filled with what was posted, or with a stored answer by way of `form_fields`."""
    item, values = planned.item, filled or {}
    if isinstance(item, Scenario):
        return _scenario(item, page, values)
    legend, prompt = _prompt(item, page, planned, values)
    shown = Widget(item.id, item.type, legend, prompt, tuple(blocks(hint, page) for hint in item.hints))
    return _FILL[item.type](shown, item, planned, page, values)


def _one(filled: Fields, name: str) -> str:
    return "".join(filled.get(name, ())[:1])


def _prompt(item: Question, page: Page, planned: Planned, filled: Fields) -> tuple[Markup | None, Markup]:
    if item.type == "gap":
        return None, _gap_sentences(item, page, planned, filled)
    match item.prompt:
        case (Paragraph(passage=passage),) if passage.state != "stale":
            return words(passage, page), Markup()
    return None, blocks(item.prompt, page)


def _with_choices(shown: Widget, item: Question, planned: Planned, page: Page, filled: Fields) -> Widget:
    chosen = frozenset(filled.get("answer", ()))
    return shown._replace(
        choices=tuple(
            Choice(
                str(position),
                None if (body := item.options[source].body) is None else words(body, page),
                source,
                str(position) in chosen,
            )
            for position, source in enumerate(planned.order)
        )
    )


def _with_text(shown: Widget, item: Question, planned: Planned, page: Page, filled: Fields) -> Widget:
    return shown._replace(text=_one(filled, "answer"), lines=item.lines if item.type == "reflect" else 1)


def _with_rows(shown: Widget, item: Question, planned: Planned, page: Page, filled: Fields) -> Widget:
    return shown._replace(
        heads=tuple(words(head, page) for head in item.match_head),
        rows=tuple(Row(words(left, page), _one(filled, f"row-{row}")) for row, left in enumerate(item.left)),
        options=tuple(
            Option(str(position), plain(item.right[source].content), item.right[source].lang)
            for position, source in enumerate(planned.order)
        ),
    )


def _with_places(shown: Widget, item: Question, planned: Planned, page: Page, filled: Fields) -> Widget:
    total = len(planned.order)

    def label(position: int) -> Markup:
        body = item.options[planned.order[position]].body
        return Markup() if body is None else words(body, page)

    standing = posted_order(filled, total) or range(total)
    return shown._replace(places=tuple(Place(str(position), label(position)) for position in standing))


def posted_order(fields: Fields, total: int) -> list[int] | None:
    """Presented positions in the order posted as `place-0` …; None when it is not an order of all items."""
    posted = ["".join(fields.get(f"place-{place}", ())[:1]) for place in range(total)]
    if sorted(posted) != sorted(str(position) for position in range(total)):
        return None
    return [int(position) for position in posted]


def moved(order: list[int], move: str) -> tuple[list[int], int]:
    """`order` after a button `up-2` or `down-0`, and the place the item moved to. Nonsense moves nothing."""
    direction, _, text = move.partition("-")
    place = int(text) if text.isdecimal() and len(text) < 4 else -1
    target = place - 1 if direction == "up" else place + 1
    if direction not in ("up", "down") or not (0 <= place < len(order) and 0 <= target < len(order)):
        return order, max(0, min(place, len(order) - 1))
    result = list(order)
    result[place], result[target] = result[target], result[place]
    return result, target


# ------------------------------------------------------------------ gap


def _gap_sentences(item: Question, page: Page, planned: Planned, filled: Fields) -> Markup:
    def field(number: int) -> str:
        return _gap_field(item, number, planned.gaps[number], _one(filled, f"gap-{number}"))

    return with_gaps(item, page, field)


def with_gaps(item: Question, page: Page, field: Callable[[int], str]) -> Markup:
    """The prompt of a `gap` question, with the HTML of `field` in the place of each gap."""
    return Markup().join(
        _gap_paragraph(block.passage, page, field) if isinstance(block, Paragraph) else blocks((block,), page)
        for block in item.prompt
    )


def _gap_paragraph(passage: Passage, page: Page, field: Callable[[int], str]) -> Markup:
    html = Markup(render_inline(passage.content, page, field))  # noqa: S704  escaped by the renderer
    lang = Markup() if passage.lang == page.locale else Markup(' lang="{}"').format(passage.lang)
    return Markup("<p{}>{}</p>").format(lang, html)


def _gap_field(item: Question, number: int, order: tuple[int, ...], value: str) -> str:
    """An input, or a select with the author's choices, named for screen readers by its number."""
    name, choices = attr("Gap %(number)s", number=number + 1), item.gaps[number].choices
    if not choices:
        return Markup(
            '<input class="gap" type="text" id="{0}-gap-{1}" name="gap-{1}" value="{2}" aria-label="{3}"'
            ' maxlength="300" autocomplete="off" autocapitalize="off" spellcheck="false">'
        ).format(item.id, number, value, name)
    options = Markup().join(
        Markup('<option value="{}"{}>{}</option>').format(
            position, Markup(" selected") if str(position) == value else "", choices[source]
        )
        for position, source in enumerate(order)
    )
    return Markup(
        '<select class="gap" id="{0}-gap-{1}" name="gap-{1}" aria-label="{2}"><option value=""></option>{3}</select>'
    ).format(item.id, number, name, options)


# ------------------------------------------------------------- scenario


def _scenario(item: Scenario, page: Page, filled: Fields) -> Widget:
    """The step reached by the path so far, with the steps behind it."""
    passed, step, walked = [], item.steps[0], []
    for choice in (*read_path(_one(filled, "path")), *read_path(_one(filled, "choice"))):
        if not 0 <= choice < len(step.choices):
            break
        passed.append(_passed(item, step, choice, page))
        walked.append(choice)
        step = step_of(item, step.choices[choice].target)
    return Widget(
        item.id,
        "scenario",
        words(step.title, page),
        blocks(step.blocks, page),
        choices=tuple(
            Choice(str(index), words(choice.body, page), index, False) for index, choice in enumerate(step.choices)
        ),
        passed=tuple(passed),
        path=".".join(map(str, walked)),
        ended=not step.choices,
    )


def _passed(item: Scenario, step: Step, choice: int, page: Page) -> Passed:
    return Passed(
        f"{item.id}-{step.id}",
        words(step.title, page),
        blocks(step.blocks, page),
        words(step.choices[choice].body, page),
    )


def step_of(item: Scenario, step_id: str) -> Step:
    return next((step for step in item.steps if step.id == step_id), item.steps[0])


def read_path(text: str) -> tuple[int, ...]:
    """Choices in a field such as `0.1`; empty when it is no path. Whether each exists is the walker's to see."""
    parts = text.split(".") if text else []
    if len(parts) > 50 or not all(part.isdecimal() and len(part) < 4 for part in parts):
        return ()
    return tuple(int(part) for part in parts)


_Fill = Callable[[Widget, Question, Planned, Page, Fields], Widget]
_FILL: Mapping[str, _Fill] = {
    "single": _with_choices,
    "multiple": _with_choices,
    "truefalse": _with_choices,
    "short": _with_text,
    "number": _with_text,
    "reflect": _with_text,
    "gap": lambda shown, item, planned, page, filled: shown,
    "match": _with_rows,
    "order": _with_places,
}
