"""Questions with their answers and reasons, for the facilitator."""

from __future__ import annotations

from collections.abc import Iterable

from trainer.content.model import Block, Item, Option, Question, Scenario, Step
from trainer.printing import labels as say
from trainer.printing import look
from trainer.printing.blocks import Setter
from trainer.printing.drawings import bubble, check_mark, warning_mark
from trainer.printing.items import TASKS, gap_prompt, letter_line, option_text
from trainer.printing.labels import Sentence
from trainer.printing.orders import letter
from trainer.printing.passages import mark, measured, said
from trainer.printing.rights import accepted_words, best_way, gap_words, number_words
from trainer.typeset.faces import BOLD
from trainer.typeset.flow import Bar, Draw, Label
from trainer.typeset.lines import Measured, Span, Type
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node

RIGHT = Type(size=9.5, style=BOLD, leading=0.95, colour=look.fill(look.GREEN))
NEVER = Type(size=9.5, style=BOLD, leading=0.95, colour=look.fill(look.RED))


def set_answered(setter: Setter, item: Item, number: int) -> None:
    """A question as participants see it, with what is right, the feedback, and why."""
    outer, setter.node = setter.node, Node("Div", setter.node)
    setter.flow.space(18.0)
    setter.anchor(item.id)
    setter.sentence(setter.place.say(say.QUESTION, number=number), look.EYEBROW, keep=True)
    setter.flow.space(3.0)
    gap, setter.gap = setter.gap, 3.0
    if isinstance(item, Scenario):
        _scenario(setter, item)
    else:
        with setter.flow.whole():
            _prompt(setter, item)
            _answer(setter, item)
        reasons(setter, item)
    setter.gap = gap
    setter.node = outer
    setter.flow.space(14.0)


def _prompt(setter: Setter, question: Question) -> None:
    if question.type == "gap":
        gap_prompt(setter, question)
    else:
        setter.blocks(question.prompt)
    setter.flow.hold()
    setter.flow.space(2.0)
    setter.sentence(setter.place.say(TASKS[question.type]), look.QUIET, keep=question.type != "reflect")
    setter.flow.space(5.0)


def reasons(setter: Setter, question: Question) -> None:
    """Hints, the warning that follows a critical choice, the explanation."""
    for hint in question.hints:
        _aside(setter, setter.place.say(say.HINT), hint, look.SOFT)
    if question.caution:
        _aside(setter, setter.place.say(say.AFTER_CRITICAL), question.caution, look.RED)
    if question.explanation:
        _aside(setter, setter.place.say(say.EXPLANATION), question.explanation, look.TEAL)


def _aside(setter: Setter, title: Sentence, blocks: Iterable[Block], colour: str) -> None:
    body, setter.body = setter.body, look.SMALL
    setter.titled(title, blocks, colour)
    setter.body = body


def _answer(setter: Setter, question: Question) -> None:
    match question.type:
        case "single" | "multiple" | "truefalse":
            _options(setter, question)
        case "order":
            _in_order(setter, question)
        case "match":
            _pairs(setter, question)
        case "gap":
            for number, gap in enumerate(question.gaps, 1):
                right(setter, f"{number}. {gap_words(gap)}", gap.passage.lang)
        case "short":
            right(setter, accepted_words(question), question.answers.lang if question.answers else setter.place.locale)
        case "number":
            right(setter, number_words(question), setter.place.locale)
        case "reflect":
            pass


def right(setter: Setter, words: str, lang: str) -> None:
    """What is right, in words, behind a check mark."""
    node = Node("P", setter.node)
    mark(node, lang, setter.place.locale)
    setter.flow.space(3.0)
    with setter.flow.inset(24.0):
        setter.flow.label(Label(None, setter.flow.left - 20.0, None, check_mark))
        setter.flow.paragraph(Measured([Span(words)], lang, RIGHT), node)


def _options(setter: Setter, question: Question) -> None:
    options = Node("L", setter.node, attributes="/O /List /ListNumbering /UpperAlpha")
    for index, option in enumerate(question.options):
        entry = Node("LI", options)
        setter.flow.space(5.0)
        with setter.flow.inset(40.0):
            left = setter.flow.left
            setter.flow.label(Label(letter_line(letter(index)), left - 24.0, Node("Lbl", entry), _shape(option)))
            body = Node("LBody", entry)
            setter.flow.paragraph(option_text(setter, option, index, body), body)
            _verdict(setter, option, entry)


def _shape(option: Option) -> Draw:
    """Beside the letter: a check mark, a warning, or nothing; the words below say the same."""
    sign = check_mark if option.correct else warning_mark if option.critical else None

    def draw(sheet: Sheet, x: float, baseline: float) -> None:
        bubble(sheet, x, baseline)
        if sign is not None:
            sign(sheet, x - 16.0, baseline)

    return draw


def _verdict(setter: Setter, option: Option, entry: Node) -> None:
    """Right, or never; the share of the points; the feedback."""
    place, outer, body, gap = setter.place, setter.node, setter.body, setter.gap
    setter.node, setter.body, setter.gap = Node("LBody", entry), look.SMALL, 2.0
    if option.correct or option.critical:
        setter.flow.hold()
        words, type_ = (say.RIGHT, RIGHT) if option.correct else (say.CRITICAL, NEVER)
        setter.sentence(place.say(words), type_, keep=bool(option.feedback))
    if option.score is not None and not option.correct:
        setter.flow.hold()
        setter.sentence(place.say(say.SHARE, share=f"{option.score * 100:.0f} %"), look.QUIET)
    if option.feedback:
        setter.flow.hold()
        setter.blocks(option.feedback)
    setter.node, setter.body, setter.gap = outer, body, gap


def _in_order(setter: Setter, question: Question) -> None:
    setter.sentence(setter.place.say(say.RIGHT_ORDER), RIGHT, keep=True)
    entries = Node("L", setter.node, attributes="/O /List /ListNumbering /Decimal")
    for index, option in enumerate(question.options):
        entry = Node("LI", entries)
        setter.flow.space(3.0)
        with setter.flow.inset(24.0):
            setter.bullet(f"{index + 1}.", entry, 20.0, False)
            body = Node("LBody", entry)
            setter.flow.paragraph(option_text(setter, option, index, body), body)


def _pairs(setter: Setter, question: Question) -> None:
    setter.sentence(setter.place.say(say.RIGHT_PAIRS), RIGHT, keep=True)
    entries = Node("L", setter.node, attributes="/O /List /ListNumbering /None")
    for left, cell in zip(question.left, question.right, strict=False):
        entry = Node("LI", entries)
        label, body = Node("Lbl", entry), Node("LBody", entry)
        setter.flow.space(4.0)
        with setter.flow.inset(24.0):
            setter.flow.paragraph(measured(left, setter.body, label, setter.place), label, keep=True)
            with setter.flow.inset(20.0):
                setter.flow.label(Label(None, setter.flow.left - 16.0, None, check_mark))
                setter.flow.paragraph(measured(cell, setter.body, body, setter.place), body)
    spare = question.right[len(question.left) :]
    if spare:
        setter.flow.space(5.0)
        setter.sentence(setter.place.say(say.BELONGS_TO_NOTHING), look.QUIET, keep=True)
        for cell in spare:
            with setter.flow.inset(24.0):
                setter.passage(cell, setter.body, Node("P", setter.node))


# ------------------------------------------------------------------ scenarios


def _scenario(setter: Setter, scenario: Scenario) -> None:
    place, way = setter.place, best_way(scenario)
    cards = " → ".join(str(at + 1) for at in _reached(scenario, way))
    setter.sentence(place.say(say.SCENARIO), look.QUIET, keep=True)
    setter.flow.space(2.0)
    setter.sentence(place.say(say.BEST_WAY, cards=cards), RIGHT)
    outer = setter.node
    for at, step in enumerate(scenario.steps):
        setter.flow.space(10.0)
        setter.node = Node("Div", outer)
        with setter.flow.whole(), setter.flow.inset(14.0, bar=Bar(0.0, 1.6, look.fill(look.TEAL), 2.0)):
            _step(setter, scenario, step, at, way.get(at))
    setter.node = outer


def _reached(scenario: Scenario, way: dict[int, int]) -> list[int]:
    """The cards of the way, in the order they are come to."""
    at = {step.id: index for index, step in enumerate(scenario.steps)}
    cards, card = [0], 0
    while card in way:
        card = at[scenario.steps[card].choices[way[card]].target]
        cards.append(card)
    return cards


def _step(setter: Setter, scenario: Scenario, step: Step, at: int, best: int | None) -> None:
    place = setter.place
    numbers = {one.id: number for number, one in enumerate(scenario.steps, 1)}
    setter.anchor(step.id)
    setter.sentence(place.say(say.CARD, number=at + 1), look.EYEBROW, keep=True)
    setter.passage(step.title, look.HEADINGS[4], Node("P", setter.node), keep=True)
    setter.blocks(step.blocks)
    choices = Node("L", setter.node, attributes="/O /List /ListNumbering /UpperAlpha")
    for index, choice in enumerate(step.choices):
        entry = Node("LI", choices)
        setter.flow.space(5.0)
        with setter.flow.inset(40.0):
            name = letter_line(letter(index))
            if index == best:
                setter.flow.label(Label(name, setter.flow.left - 24.0, Node("Lbl", entry), _best_mark))
            else:
                setter.flow.label(Label(name, setter.flow.left - 24.0, Node("Lbl", entry), bubble))
            body = Node("LBody", entry)
            setter.flow.paragraph(measured(choice.body, setter.body, body, place), body, keep=True)
            leads = place.say(say.LEADS_TO, number=numbers[choice.target], points=f"{choice.score:g}")
            more = Node("LBody", entry)
            setter.flow.paragraph(said(leads, RIGHT if index == best else look.QUIET, more, place.locale), more)


def _best_mark(sheet: Sheet, x: float, baseline: float) -> None:
    bubble(sheet, x, baseline)
    check_mark(sheet, x - 16.0, baseline)
