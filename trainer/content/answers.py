"""The answer blocks of questions: task lists, accepted answers, numbers, gaps, matching tables, orders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markdown_it.token import Token

from trainer.content import inline
from trainer.content.attributes import Attributes, parse, split
from trainer.content.items import number
from trainer.content.model import Block, Gap, Number, Option, Passage
from trainer.content.passages import Scope

if TYPE_CHECKING:
    from trainer.content.builder import Builder
    from trainer.content.containers import Head

BOX = re.compile(r"\[([ xX])\](?:\s+|$)")
ACCEPTED = re.compile(r"=(?:\s+|$)")
GAP = re.compile(r"\[\[([^\[\]]*)\]\]")
OPTIONS = 12
"""Options of a question: what one row of bubbles on paper holds."""
PAIRS = 12
_NUMBER = re.compile(r"([^±]+?)(?:\s*(?:±|\+-|\+/-)\s*([^±]+))?")
_RIGHT = re.compile(r"\((.+)\)", re.DOTALL)


def truth(answer: bool) -> tuple[Option, ...]:
    """The two options that the interface names: True, False."""
    return (Option(None, answer, False, None, ()), Option(None, not answer, False, None, ()))


# ------------------------------------------------------------------- choosing


def tasks(builder: Builder, token: Token, head: Head) -> dict[str, Any]:
    """A task list: the options of `single`, `multiple` and `truefalse`."""
    line = builder.line(token)
    options = [_option(builder, index) for index in builder.each_item()]
    _check_options(builder, head, options, line)
    return {"options": tuple(options)}


def _option(builder: Builder, index: int) -> Option:
    """One item; the cursor stands behind `list_item_open` and is left behind `list_item_close`."""
    speaker = builder.speaker
    token = builder.tokens[builder.at]
    if token.type != "paragraph_open":
        speaker.error("question-option-body", builder.line(token))
        builder.blocks("list_item_close")
        return Option(speaker.passage("", f"option.{index}", builder.line(token), single=True), False, False, None, ())
    inline_token = builder.tokens[builder.at + 1]
    line = builder.line(inline_token)
    builder.at += 3
    box = BOX.match(inline_token.content)
    if box is None:
        speaker.error("question-boxes", line)
    words, written = split(inline_token.content[box.end() if box else 0 :])
    if not words:
        speaker.error("question-option-empty", line)
    correct = box is not None and box[1] != " "
    critical, score, last = _marks(builder, written, correct, line)
    body = speaker.passage(words, f"option.{index}", line, single=True)
    return Option(body, correct, critical, score, _feedback(builder, index), last)


def _marks(builder: Builder, written: str | None, correct: bool, line: int) -> tuple[bool, float | None, bool]:
    """`{critical}`, `{score=0.5}` and `{last}` at the end of an option."""
    if written is None:
        return False, None, False
    speaker = builder.speaker
    place = speaker.locate("{" + written, line)
    found: Attributes = parse(written)
    if found.rest or found.id or found.twice:
        speaker.error("attribute-syntax", *place, rest=written)
    for key in found.values:
        if key not in ("critical", "score", "last"):
            speaker.error("attribute-unknown", *place, key=key, known="critical, score, last")
    critical = found.values.get("critical") == ""
    if "critical" in found.values and (correct or not critical):
        speaker.error("question-critical", *place)
        critical = False
    score = None
    if "score" in found.values:
        score = number(found.values["score"])
        if score is None or not 0 <= score <= 1 or (score == 1 and not correct):
            expected = "a number from 0 to 1" if correct else "a number from 0 to 1, below 1 on a wrong option"
            speaker.error("question-score", *place, value=found.values["score"], expected=expected)
            score = None
    last = found.values.get("last")
    if last:
        speaker.error("attribute-value", *place, key="last", value=last, expected="{last} by itself")
    return critical, score, last == ""


def _feedback(builder: Builder, index: int) -> tuple[Block, ...]:
    """The quote under an option."""
    feedback: tuple[Block, ...] = ()
    while (token := builder.tokens[builder.at]).type != "list_item_close":
        if token.type != "blockquote_open" or feedback:
            builder.speaker.error("question-option-body", builder.line(token))
            builder.one([])
            continue
        builder.enter(token)
        scope = Scope(builder.speaker.scope.prefix, role=f"feedback.{index}", single=True)
        with builder.speaker.within(scope):
            feedback = tuple(builder.blocks("blockquote_close"))
    builder.at += 1
    return feedback


def _check_options(builder: Builder, head: Head, options: list[Option], line: int) -> None:
    speaker, kind = builder.speaker, head.values.get("type")
    count, ticks = len(options), sum(option.correct for option in options)
    if kind == "truefalse" and count != 2:
        speaker.error("question-options", line, count=count, expected="two")
    elif not 2 <= count <= OPTIONS:
        speaker.error("question-options", line, count=count, expected=f"2 to {OPTIONS}")
    if kind == "multiple" and ticks < 1:
        speaker.error("question-ticks", line, count=ticks, expected="one or more")
    elif kind != "multiple" and ticks != 1:
        speaker.error("question-ticks", line, count=ticks, expected="exactly one")
    seen: set[str] = set()
    for option in options:
        if option.body and option.body.source in seen:
            speaker.error("question-option-twice", option.body.line)
        seen.add(option.body.source if option.body else "")


# -------------------------------------------------------------------- writing


def short(builder: Builder, token: Token, head: Head) -> dict[str, Any]:
    """`- = answer` lines. One message holds them all, ` | ` between; a translation adds to what is accepted."""
    line = builder.line(token)
    texts = _accepted(builder)
    if not texts:
        builder.speaker.error("question-accepted", line)
        return {"accepted": ()}
    passage = builder.speaker.plain(" | ".join(texts), "answer", line, single=True)
    return {"accepted": tuple(dict.fromkeys(texts)), "answers": passage}


def _accepted(builder: Builder) -> list[str]:
    """The texts behind `=` of the list at hand."""
    texts = []
    for item in builder.items():
        inline_token = next((one for one in item if one.type == "inline"), None)
        found = ACCEPTED.match(inline_token.content) if inline_token else None
        if inline_token is None or found is None or len(item) != 3:
            builder.speaker.error("question-accepted", builder.line(item[0] if item else builder.tokens[builder.at]))
            continue
        text = " ".join(inline_token.content[found.end() :].split())
        if text:
            texts.append(text)
        else:
            builder.speaker.error("question-accepted", builder.line(inline_token))
    return texts


def parts_of(passage: Passage) -> list[str]:
    """The answers in a passage of role `answer`."""
    return [part.strip() for part in inline.words(passage.content).split("|") if part.strip()]


def numeric(builder: Builder, token: Token, head: Head) -> dict[str, Any]:
    """`- = 20 ± 2`. Digits are the same in every language, so there is no message."""
    line = builder.line(token)
    texts = _accepted(builder)
    if len(texts) != 1:
        builder.speaker.error("question-part-twice" if texts else "question-accepted", line, part="number")
    match = _NUMBER.fullmatch(texts[0]) if texts else None
    value = number(match[1]) if match else None
    tolerance = number(match[2]) if match and match[2] else 0.0
    if value is None or tolerance is None or tolerance < 0:
        if texts:
            builder.speaker.error("question-number", line, value=texts[0])
        return {"number": None}
    return {"number": Number(value, tolerance)}


def gaps_in(builder: Builder, text: str, line: int) -> str:
    """`text` of a question with its gaps taken out. Outside a `gap` question, a gap would show its answer: an error."""
    if builder.gaps is not None:
        return builder.gaps.take(text, line)
    if GAP.search(text):
        builder.speaker.error("question-gap-place", *builder.speaker.locate("[[", line))
        return GAP.sub("…", text)
    return text


class GapReader:
    """Takes the gaps out of the running text of a question, before it becomes a message: `[[1]]` stays."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.found: list[tuple[str, int]] = []

    def take(self, text: str, line: int) -> str:
        """`text` with each gap replaced by its number."""
        if "[[" not in text:
            return text

        def number_of(match: re.Match[str]) -> str:
            self.found.append((match[1], line))
            return f"[[{len(self.found)}]]"

        self.builder.speaker.env["gaps"] = True
        return GAP.sub(number_of, text)

    def gaps(self) -> tuple[Gap, ...]:
        """The gaps taken so far, checked."""
        speaker = self.builder.speaker
        speaker.env["gaps"] = False
        if self.found and speaker.gaps_read != len(self.found):
            speaker.error("question-gap-nested", self.found[0][1])
        speaker.gaps_read = 0
        return tuple(self._gap(index, text, line) for index, (text, line) in enumerate(self.found, start=1))

    def _gap(self, index: int, text: str, line: int) -> Gap:
        speaker = self.builder.speaker
        parts = [" ".join(part.split()) for part in text.split("|")]
        if not all(parts):
            speaker.error("question-gap-empty", line)
            parts = [part for part in parts if part] or ["-"]
        right = [number for number, part in enumerate(parts) if len(parts) > 1 and _RIGHT.fullmatch(part)]
        if not right:
            passage = speaker.plain(" | ".join(parts), f"answer.{index}", line, single=True)
            return Gap(tuple(dict.fromkeys(parts)), (), passage)
        if len(right) != 1:
            speaker.error("question-gap-choice", line, count=len(right))
        bare = [part[1:-1].strip() if number in right else part for number, part in enumerate(parts)]
        passage = speaker.plain(" | ".join(bare), f"choice.{index}", line, single=True)
        return Gap((bare[right[0]],), tuple(bare), passage)


# --------------------------------------------------------- matching, ordering


def match(builder: Builder, token: Token, head: Head) -> dict[str, Any]:
    """A table of two columns: left and right belong together; an empty left cell makes a distractor."""
    speaker, line = builder.speaker, builder.line(token)
    rows = builder.cells("table_close")
    if len(rows[0]) != 2:
        speaker.error("question-match", line, columns=len(rows[0]))
        return {}
    left, right, distractors = [], [], []
    for cells in rows[1:]:
        texts = cells[0].content, cells[1].content
        if not texts[1]:
            speaker.error("question-match-right", builder.line(cells[1]))
        elif texts[0]:
            left.append(speaker.passage(texts[0], "left", builder.line(cells[0])))
            right.append(speaker.passage(texts[1], "right", builder.line(cells[1])))
        else:
            distractors.append(speaker.passage(texts[1], "distractor", builder.line(cells[1])))
    if len(left) < 2 or len(left) + len(distractors) > PAIRS:
        speaker.error("question-match-rows", line, count=len(left), limit=PAIRS)
    for column in (left, right + distractors):
        _check_twice(builder, column)
    heads = tuple(speaker.passage(cell.content, "head", builder.line(cell)) for cell in rows[0])
    return {"left": tuple(left), "right": tuple(right + distractors), "match_head": heads}


def _check_twice(builder: Builder, column: list[Passage]) -> None:
    seen: set[str] = set()
    for passage in column:
        if passage.source in seen:
            builder.speaker.error("question-match-twice", passage.line, text=passage.source)
        seen.add(passage.source)


def order(builder: Builder, token: Token, head: Head) -> dict[str, Any]:
    """An ordered list in the right order."""
    line = builder.line(token)
    options = []
    for index, item in enumerate(builder.items(), start=1):
        inline_token = next((one for one in item if one.type == "inline"), None)
        if inline_token is None or len(item) != 3:
            builder.speaker.error("question-order-item", builder.line(item[0]) if item else line)
            continue
        body = builder.speaker.passage(inline_token.content, f"option.{index}", builder.line(inline_token), single=True)
        options.append(Option(body, True, False, None, ()))
    if not 2 <= len(options) <= OPTIONS:
        builder.speaker.error("question-order", line, count=len(options), limit=OPTIONS)
    return {"options": tuple(options)}
