"""Questions on paper. There is no key anywhere: nothing here reads which option is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trainer.content.model import Item, Option, Passage, Question, Scenario, Step
from trainer.printing import labels as say
from trainer.printing import look
from trainer.printing.drawings import BUBBLE, bubble, nothing, number_box, writing_line
from trainer.printing.labels import Sentence
from trainer.printing.orders import letter, order
from trainer.printing.passages import mark, measured, said
from trainer.typeset.faces import BOLD
from trainer.typeset.flow import Bar, Label
from trainer.typeset.lines import Line, Measured, Span, Type
from trainer.typeset.structure import Node

if TYPE_CHECKING:
    from trainer.printing.blocks import Setter

LINE_HEIGHT = 25.0

TASKS = {
    "single": say.CHOOSE_ONE,
    "multiple": say.CHOOSE_ALL,
    "truefalse": say.TRUE_OR_FALSE,
    "short": say.WRITE_SHORT,
    "number": say.WRITE_NUMBER,
    "gap": say.FILL_GAPS,
    "match": say.MATCH,
    "order": say.ORDER,
    "reflect": say.REFLECT,
}


def set_item(setter: Setter, item: Item, number: int) -> None:
    """A question with its number, what to do, and room to do it; on one page when it fits."""
    outer, setter.node = setter.node, Node("Div", setter.node)
    setter.flow.space(18.0)
    setter.anchor(item.id)
    with setter.flow.whole():
        setter.sentence(setter.place.say(say.QUESTION, number=number), look.EYEBROW, keep=True)
        setter.flow.space(3.0)
        if isinstance(item, Scenario):
            setter.sentence(setter.place.say(say.SCENARIO), look.QUIET, keep=True)
        else:
            _question(setter, item)
    if isinstance(item, Scenario):
        _cards(setter, item)
    setter.node = outer
    setter.flow.space(14.0)


def _question(setter: Setter, question: Question) -> None:
    gap, setter.gap = setter.gap, 3.0
    if question.type == "gap":
        gap_prompt(setter, question)
    else:
        setter.blocks(question.prompt)
    setter.flow.hold()
    setter.flow.space(2.0)
    # The gaps are in the sentence: nothing follows that this would have to stay with.
    setter.sentence(setter.place.say(TASKS[question.type]), look.QUIET, keep=question.type != "gap")
    setter.flow.space(5.0)
    match question.type:
        case "single" | "multiple" | "truefalse":
            _options(setter, question)
        case "order":
            _order(setter, question)
        case "match":
            _match(setter, question)
        case "short":
            write_lines(setter, 1, 0.7)
        case "number":
            write_lines(setter, 1, 0.25)
        case "reflect":
            write_lines(setter, question.lines, 1.0)
        case "gap":
            pass
    setter.gap = gap


def gap_prompt(setter: Setter, question: Question) -> None:
    """The prompt with room in its sentences: wider lines, so that a hand can write between them."""
    from trainer.content.model import Paragraph

    airy = Type(size=look.BODY.size, leading=1.35, colour=look.BODY.colour)
    for block in question.prompt:
        if isinstance(block, Paragraph):
            node = Node("P", setter.node)
            setter.flow.paragraph(measured(block.passage, airy, node, setter.place, question.gaps), node)
        else:
            setter.block(block)
        setter.flow.space(3.0)


def option_text(setter: Setter, option: Option, index: int, node: Node) -> Measured:
    if option.body is not None:
        return measured(option.body, setter.body, node, setter.place)
    sentence = setter.place.say(say.FALSE if index else say.TRUE)
    return said(sentence, setter.body, node, setter.place.locale)


def _options(setter: Setter, question: Question) -> None:
    """Bubbles with letters, so that a group can talk about its choice."""
    options = Node("L", setter.node, attributes="/O /List /ListNumbering /UpperAlpha")
    for index, option in enumerate(question.options):
        entry = Node("LI", options)
        body = Node("LBody", entry)
        setter.flow.space(4.0)
        with setter.flow.inset(24.0):
            _letter(setter, letter(index), Node("Lbl", entry))
            setter.flow.paragraph(option_text(setter, option, index, body), body, keep=True)
    setter.flow.strips[-1].keep = False


def _letter(setter: Setter, name: str, node: Node) -> None:
    """A letter in a bubble, beside the next line."""
    setter.flow.label(Label(letter_line(name), setter.flow.left - 24.0, node, None if setter.is_second else bubble))


def _box(setter: Setter) -> None:
    """Room for a number or a letter, beside the next line."""
    if not setter.is_second:
        setter.flow.label(Label(None, setter.flow.left - 28.0, None, number_box))


def letter_line(name: str) -> Line:
    """A letter that stands in the middle of a bubble."""
    line = Measured([Span(name)], "en", Type(size=7.5, colour=look.fill(look.SOFT))).lines(40.0)[0]
    line.align = BUBBLE - line.width / 2
    return line


def _order(setter: Setter, question: Question) -> None:
    node = Node("L", setter.node, attributes="/O /List /ListNumbering /None")
    for index in order(len(question.options), question.id):
        entry = Node("LI", node)
        body = Node("LBody", entry)
        setter.flow.space(7.0)
        with setter.flow.inset(28.0):
            _box(setter)
            setter.flow.paragraph(option_text(setter, question.options[index], index, body), body, keep=True)
    setter.flow.strips[-1].keep = False


def _match(setter: Setter, question: Question) -> None:
    """Left cells with a box for a letter; then the lettered right cells in a mixed order."""
    _left_rows(setter, question)
    setter.flow.hold()
    setter.flow.space(9.0)
    _right_rows(setter, question)


def _left_rows(setter: Setter, question: Question) -> None:
    node = Node("L", setter.node, attributes="/O /List /ListNumbering /None")
    _column_title(setter, question.match_head[:1])
    for passage in question.left:
        body = Node("LBody", Node("LI", node))
        setter.flow.space(6.0)
        with setter.flow.inset(28.0):
            _box(setter)
            setter.flow.paragraph(measured(passage, setter.body, body, setter.place), body, keep=True)


def _right_rows(setter: Setter, question: Question) -> None:
    node = Node("L", setter.node, attributes="/O /List /ListNumbering /UpperAlpha")
    _column_title(setter, question.match_head[1:2])
    for place, index in enumerate(order(len(question.right), question.id)):
        entry = Node("LI", node)
        body = Node("LBody", entry)
        setter.flow.space(4.0)
        with setter.flow.inset(24.0):
            _letter(setter, letter(place), Node("Lbl", entry))
            setter.flow.paragraph(measured(question.right[index], setter.body, body, setter.place), body, keep=True)
    setter.flow.strips[-1].keep = False


def _column_title(setter: Setter, head: tuple[Passage, ...]) -> None:
    for passage in head:
        if passage.content:
            setter.passage(passage, look.CELL_HEAD, Node("P", setter.node), keep=True)


def write_lines(setter: Setter, count: int, share: float) -> None:
    """Ruled lines. The first holds to the prompt; a page may end between later ones."""
    flow = setter.flow
    width = ((setter.span or flow.width) - flow.left - flow.right) * share
    for index in range(count):
        strip = flow.shape(LINE_HEIGHT, nothing if setter.is_second else writing_line(width))
        strip.keep = index < count - 1


def _cards(setter: Setter, scenario: Scenario) -> None:
    numbers = {step.id: number for number, step in enumerate(scenario.steps, 1)}
    outer = setter.node
    for step in scenario.steps:
        setter.flow.space(10.0)
        setter.node = Node("Div", outer)
        bar = Bar(0.0, 1.6, look.fill(look.TEAL), 2.0)
        with setter.flow.whole(), setter.flow.inset(14.0, bar=bar):
            _card(setter, step, numbers)
    setter.node = outer


def _card(setter: Setter, step: Step, numbers: dict[str, int]) -> None:
    place = setter.place
    setter.anchor(step.id)
    setter.sentence(place.say(say.CARD, number=numbers[step.id]), look.EYEBROW, keep=True)
    setter.passage(step.title, look.HEADINGS[4], Node("P", setter.node), keep=True)
    gap, setter.gap = setter.gap, 4.0
    setter.blocks(step.blocks)
    setter.gap = gap
    if not step.choices:
        setter.flow.space(4.0)
        setter.sentence(place.say(say.CARD_END), look.QUIET)
        return
    choices = Node("L", setter.node, attributes="/O /List /ListNumbering /None")
    for choice in step.choices:
        entry = Node("LI", choices)
        body = Node("LBody", entry)
        setter.flow.space(5.0)
        text = measured(choice.body, setter.body, body, place)
        leads: Sentence = place.say(say.GO_TO_CARD, number=numbers[choice.target])
        more = Node("LBody", entry)
        mark(more, leads.lang, place.locale)
        with setter.flow.inset(16.0):
            setter.bullet("•", entry, 16.0, False)
            setter.flow.paragraph(text, body, keep=True)
            setter.flow.paragraph(
                Measured(
                    [Span(f"→ {leads.text}")], leads.lang, Type(size=9.5, style=BOLD, colour=look.fill(look.TEAL))
                ),
                more,
                keep=True,
            )
    setter.flow.strips[-1].keep = False
