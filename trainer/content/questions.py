"""The question grammar: what the body of `::: question` may be, for each type.

The body decides the shape, `type` confirms it. Keys (ticks, `=`, brackets, scores) are read here and cut off before a
passage is made, so no message and no page holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from markdown_it.token import Token

from trainer.content import answers
from trainer.content.items import common
from trainer.content.model import Block, Paragraph, Question, QuestionType
from trainer.content.passages import Scope

if TYPE_CHECKING:
    from trainer.content.builder import Builder, Out
    from trainer.content.containers import Head

TYPES: tuple[QuestionType, ...] = get_args(QuestionType)
_PARTS = {"tip": "hint", "note": "explanation", "caution": "caution"}
"""Alert → part of a question. Other alerts belong to the prompt."""
_ANSWERED_BY: Mapping[str, tuple[str, ...]] = {
    "single": ("tasks",),
    "multiple": ("tasks",),
    "truefalse": ("tasks",),
    "short": ("accepted",),
    "number": ("accepted",),
    "match": ("table",),
    "order": ("ordered",),
    "gap": (),
    "reflect": (),
}
"""Type → the block that holds its answers."""
_NAMED = {
    "tasks": "a task list",
    "accepted": "'- = answer' lines",
    "table": "a two-column table",
    "ordered": "an ordered list",
}
_EXPECTED: Mapping[str, str] = {
    "single": "a task list with one tick",
    "multiple": "a task list with one tick or more",
    "truefalse": "a task list of two, or answer=true",
    "short": "'- = answer' lines",
    "number": "one line '- = 20 ± 2'",
    "match": "a table of two columns",
    "order": "an ordered list in the right order",
    "gap": "[[answer]] in the text",
    "reflect": "a prompt only",
}


class Body:
    """The parts of a question as they are found."""

    def __init__(self, type_: QuestionType, head: Head) -> None:
        self.type, self.head = type_, head
        self.prompt: Out = []
        self.fields: dict[str, Any] = {}
        self.hints: list[tuple[Block, ...]] = []
        self.parts: dict[str, tuple[Block, ...]] = {}
        self.answered = False


def question(builder: Builder, head: Head) -> Question:
    """Build the question whose fence has just been entered; goes past its end."""
    fields = common(builder, head)
    type_ = _type(builder, head)
    body = Body(type_, head)
    reader = answers.GapReader(builder) if type_ == "gap" else None
    builder.gaps, builder.in_question = reader, True
    while (token := builder.tokens[builder.at]).type != "container_close":
        _part(builder, token, body)
    builder.at += 1
    builder.gaps, builder.in_question = None, False
    if reader is not None:
        body.fields["gaps"] = reader.gaps()
        body.answered = bool(reader.found)
        if not reader.found:
            builder.speaker.error("question-gap", head.line)
    _finish(builder, body)
    return Question(
        type=type_,
        prompt=tuple(body.prompt),
        hints=tuple(body.hints),
        explanation=body.parts.get("explanation", ()),
        caution=body.parts.get("caution", ()),
        lines=_lines(builder, head),
        **body.fields,
        **fields,
    )


def _type(builder: Builder, head: Head) -> QuestionType:
    value = head.values.get("type", "")
    if value in TYPES:
        return value
    shape = _shape_ahead(builder)
    hint = f"; the body looks like type={shape}" if shape else ""
    builder.speaker.error("question-type", head.line, value=value, known=", ".join(TYPES), hint=hint)
    return shape or "reflect"


def _shape_ahead(builder: Builder) -> QuestionType | None:
    """What the body looks like, for a question without a usable type."""
    guess: QuestionType | None = None
    for index in range(builder.at, len(builder.tokens)):
        token = builder.tokens[index]
        if token.type == "container_close":
            break
        if token.type == "bullet_list_open":
            words = builder.first_words(index)
            if answers.BOX.match(words):
                return "single"
            if answers.ACCEPTED.match(words):
                return "short"
        elif token.type == "ordered_list_open":
            guess = guess or "order"
        elif token.type == "table_open":
            guess = guess or "match"
        elif token.type == "inline" and answers.GAP.search(token.content):
            guess = guess or "gap"
    return guess


def _shape(builder: Builder, token: Token) -> str:
    """Which kind of answer block stands at hand, or ""."""
    if token.type == "bullet_list_open":
        words = builder.first_words()
        return "tasks" if answers.BOX.match(words) else "accepted" if answers.ACCEPTED.match(words) else ""
    return {"ordered_list_open": "ordered", "table_open": "table"}.get(token.type, "")


def _part(builder: Builder, token: Token, body: Body) -> None:
    """Read one block of the body: a hint, an answer block, or a piece of the prompt."""
    speaker = builder.speaker
    if token.type == "blockquote_open" and (kind := builder.alert(token)):
        if kind in _PARTS:
            _aside(builder, token, _PARTS[kind], body)
        else:
            builder.callout(token, kind, body.prompt)
        return
    shape = _shape(builder, token)
    if shape and shape in _ANSWERED_BY[body.type]:
        if body.answered:
            speaker.error("question-part-twice", builder.line(token), part=_NAMED[shape])
        body.answered = True
        body.fields |= _READERS[body.type](builder, token, body.head)
        return
    if shape in ("tasks", "accepted"):
        found, expected = _NAMED[shape], _EXPECTED[body.type]
        speaker.error("question-shape", builder.line(token), type=body.type, found=found, expected=expected)
    if token.type == "heading_open":
        speaker.error("question-heading", builder.line(token))
    with speaker.within(_prompt_scope(builder)):
        builder.one(body.prompt)


def _prompt_scope(builder: Builder) -> Scope:
    """Everything that asks is `prompt.1`, `prompt.2` …, whatever block it stands in."""
    outer = builder.speaker.scope
    scope = Scope(outer.prefix, role="prompt")
    scope.counts = outer.counts
    return scope


def _aside(builder: Builder, token: Token, part: str, body: Body) -> None:
    line = builder.line(token)
    role = f"{part}.{len(body.hints) + 1}" if part == "hint" else part
    builder.enter(token)
    reader, builder.gaps = builder.gaps, None
    with builder.speaker.within(Scope(builder.speaker.scope.prefix, role=role, single=part == "hint")):
        blocks = tuple(builder.blocks("blockquote_close"))
    builder.gaps = reader
    if part == "hint":
        body.hints.append(blocks)
    elif part in body.parts:
        builder.speaker.error("question-part-twice", line, part=part)
    else:
        body.parts[part] = blocks


def _finish(builder: Builder, body: Body) -> None:
    """What can only be said when the whole body is read."""
    speaker, head = builder.speaker, body.head
    answer = head.values.get("answer")
    if answer is not None:
        if body.type != "truefalse":
            speaker.error("question-shape", head.line, type=body.type, found="answer=", expected=_EXPECTED[body.type])
        elif answer not in ("true", "false"):
            speaker.error("question-answer", head.line, value=answer)
        elif body.answered:
            speaker.error("question-answer-both", head.line)
        else:
            body.fields["options"] = answers.truth(answer == "true")
        body.answered = True
    if not body.answered and _ANSWERED_BY[body.type]:
        speaker.error("question-shape", head.line, type=body.type, found="no answers", expected=_EXPECTED[body.type])
    if not any(isinstance(block, Paragraph) for block in body.prompt):
        speaker.error("question-prompt", head.line)
    critical = any(option.critical for option in body.fields.get("options", ()))
    if body.parts.get("caution") and not critical:
        speaker.warn("question-caution", head.line)


def _lines(builder: Builder, head: Head) -> int:
    value = head.values.get("lines", "6")
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= 40):
        builder.speaker.error("question-lines", head.line, value=value)
        return 6
    if "lines" in head.values and head.values.get("type") != "reflect":
        builder.speaker.error("attribute-unknown", head.line, key="lines", known="lines in type=reflect only")
    return int(value)


Reader = Callable[["Builder", Token, "Head"], dict[str, Any]]
_READERS: Mapping[str, Reader] = {
    "single": answers.tasks,
    "multiple": answers.tasks,
    "truefalse": answers.tasks,
    "short": answers.short,
    "number": answers.numeric,
    "match": answers.match,
    "order": answers.order,
}
