"""Scenarios: headings are steps, a list of links to steps is what one can do there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trainer.content.attributes import ID, parse, split
from trainer.content.items import common, number
from trainer.content.model import Choice, Scenario, Step
from trainer.content.passages import Scope

if TYPE_CHECKING:
    from trainer.content.builder import Builder, Out
    from trainer.content.containers import Head

LOWEST, HIGHEST = -100, 100
"""Scores of one choice."""
STEPS = 100
_CHOICE = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]\(#([^\s()]+)\)", re.DOTALL)


def scenario(builder: Builder, head: Head) -> Scenario:
    """Build the scenario whose fence has just been entered; goes past its end."""
    fields = common(builder, head)
    local = _step_ids(builder)
    steps: list[Step] = []
    taken: set[str] = set()
    while (token := builder.tokens[builder.at]).type != "container_close":
        if token.type == "heading_open":
            steps.append(_step(builder, head, local, taken))
            taken.add(steps[-1].id)
        else:
            builder.speaker.error("scenario-start", builder.line(token))
            _until_step(builder, [], None)
    builder.at += 1
    if not steps:
        builder.speaker.error("scenario-steps", head.line)
    if len(steps) > STEPS:
        builder.speaker.error("scenario-large", head.line, count=len(steps), limit=STEPS)
        steps = steps[:STEPS]
        taken = {step.id for step in steps}
    kept = tuple(_with_known_targets(builder, step, taken) for step in steps)
    return Scenario(steps=kept, best=_check_paths(builder, head, kept), **fields)


def _step_ids(builder: Builder) -> frozenset[str]:
    """Ids of the steps ahead, for links in their texts."""
    ids = set()
    for index in range(builder.at, len(builder.tokens)):
        token = builder.tokens[index]
        if token.type == "container_close":
            break
        if token.type == "heading_open" and (written := split(builder.tokens[index + 1].content)[1]):
            ids.add(parse(written).id)
    return frozenset(ids)


def _step(builder: Builder, head: Head, local: frozenset[str], taken: set[str]) -> Step:
    speaker = builder.speaker
    inline = builder.tokens[builder.at + 1]
    line = builder.line(inline)
    builder.at += 3
    words, written = split(inline.content)
    ident = parse(written).id if written else ""
    if not ID.fullmatch(ident):
        speaker.error("scenario-step-id", line, title=words)
        ident = f"step-line-{line}"
    elif ident in taken or ident in builder.anchors or ident in builder.work.ids:
        speaker.error("id-duplicate", line, id=ident, other=speaker.file)
    choices: list[Choice] = []
    blocks: Out = []
    with speaker.within(Scope(f"{speaker.unit}/{head.id}/{ident}/", local=local)):
        title = speaker.passage(words, "title", line, single=True)
        _until_step(builder, blocks, choices)
    if len(choices) == 1:
        speaker.warn("scenario-single", choices[0].body.line)
    return Step(ident, title, tuple(blocks), tuple(choices), line)


def _until_step(builder: Builder, blocks: Out, choices: list[Choice] | None) -> None:
    """Build blocks up to the next heading or the end of the scenario. `choices` None: there is no step yet."""
    while (token := builder.tokens[builder.at]).type not in ("heading_open", "container_close"):
        if token.type == "bullet_list_open" and _CHOICE.match(builder.first_words()):
            if choices:
                builder.speaker.error("scenario-choices-twice", builder.line(token))
            found = _choices(builder)
            if choices is not None:
                choices += found
        else:
            builder.one(blocks)


def _choices(builder: Builder) -> list[Choice]:
    """The choices of the list at hand."""
    speaker = builder.speaker
    choices: list[Choice] = []
    for item in builder.items():
        inline = item[1] if len(item) > 1 else item[0]
        line = builder.line(inline)
        words, written = split(inline.content)
        match = _CHOICE.fullmatch(words)
        if match is None or len(item) != 3:
            speaker.error("scenario-choices", line)
            continue
        body = speaker.passage(match[1], "choice", line)
        choices.append(Choice(body, match[2], _score(builder, written, line)))
    return choices


def _score(builder: Builder, written: str | None, line: int) -> float:
    if written is None:
        return 0.0
    found = parse(written)
    place = builder.speaker.locate("{" + written, line)
    if found.rest or found.id or found.twice:
        builder.speaker.error("attribute-syntax", *place, rest=written)
    for key in found.values:
        if key != "score":
            builder.speaker.error("attribute-unknown", *place, key=key, known="score")
    score = number(found.values.get("score", "0"))
    if score is None or not LOWEST <= score <= HIGHEST:
        value = found.values["score"]
        builder.speaker.error("scenario-score", *place, value=value, low=LOWEST, high=HIGHEST)
        return 0.0
    return score


def _with_known_targets(builder: Builder, step: Step, known: set[str]) -> Step:
    for choice in step.choices:
        if choice.target not in known:
            place = builder.speaker.locate(f"#{choice.target}", choice.body.line)
            listed = ", ".join(sorted(known)[:20])
            builder.speaker.error("scenario-target", *place, target=choice.target, known=listed)
    return step._replace(choices=tuple(choice for choice in step.choices if choice.target in known))


def _check_paths(builder: Builder, head: Head, steps: tuple[Step, ...]) -> float:
    """Report steps nobody reaches and paths that never end; returns the best sum of a path.

    One may come back to a step ("try again"), but no score may be earned on the way round.
    """
    by_id = {step.id: step for step in steps}
    if not steps:
        return 0.0
    reach = {ident: _reached(ident, by_id) for ident in by_id}
    speaker = builder.speaker
    for step in steps[1:]:
        if step.id not in reach[steps[0].id]:
            speaker.error("scenario-lost", step.line, step=step.id)
    ends = {step.id for step in steps if not step.choices}
    for step in steps:
        if step.id not in ends and not reach[step.id] & ends:
            speaker.error("scenario-endless", step.line, step=step.id)
            return 0.0
        for choice in step.choices:
            if choice.score and step.id in reach[choice.target] | {choice.target}:
                line = choice.body.line
                speaker.error("scenario-circle", line, steps=f"{step.id}, {choice.target}")
                return 0.0
    best = _best(steps, ends)
    if best <= 0:
        speaker.error("scenario-best", head.line)
    return best


def _reached(start: str, steps: dict[str, Step]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for choice in steps[waiting.pop()].choices:
            if choice.target not in found:
                found.add(choice.target)
                waiting.append(choice.target)
    return found


def _best(steps: tuple[Step, ...], ends: set[str]) -> float:
    """Highest sum of a path from the first step to an end. No circle has a score, so `len(steps)` rounds settle it."""
    sums = {steps[0].id: 0.0}
    for _ in steps:
        changed = False
        for step in steps:
            for choice in step.choices if step.id in sums else ():
                total = sums[step.id] + choice.score
                if total > sums.get(choice.target, float("-inf")):
                    sums[choice.target], changed = total, True
        if not changed:
            break
    return max((sums[end] for end in ends if end in sums), default=0.0)
