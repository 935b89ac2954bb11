"""Forms for the people in the room: what they thought of the course, and what an observer saw in a role-play."""

from __future__ import annotations

from trainer.printing import labels as messages
from trainer.printing import look
from trainer.printing.labels import Labels
from trainer.printing.leaf import HEADING, MARGIN, NOTE, Leaf
from trainer.printing.small import fitted, say
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node

RINGS = range(1, 6)
ROUNDS = 3
COLUMN = 64.0
"""Width of a round on the observer sheet."""
ROW = 27.0


def draw_reaction_form(into: Sheet, labels: Labels, locale: str, note: str = "") -> None:
    """One page, without a name or a code. `note`: which workshop, where, when, in the locale."""
    leaf = Leaf(into, labels, locale)
    leaf.head(say(labels, messages.REACTION), note)
    leaf.say(messages.ANONYMOUS)
    leaf.say(messages.NO_REAL_CASES)
    leaf.y += 10.0
    leaf.say(messages.RATE)
    leaf.y += 4.0
    for item in messages.REACTION_ITEMS:
        node = Node("Div", leaf.node)
        middle = leaf.row(item, 5 * 32.0, 36.0, node)
        leaf.rings(RINGS, middle, Node("P", node))
    leaf.y += 16.0
    half = leaf.y + (leaf.bottom - leaf.y) / 2
    leaf.say(messages.MOST_USEFUL, HEADING, "H2")
    leaf.lines(half - 12.0)
    leaf.y = max(half, leaf.y + 12.0)
    leaf.say(messages.TO_CHANGE, HEADING, "H2")
    leaf.lines(leaf.bottom)
    leaf.finish()


def draw_observer_form(into: Sheet, labels: Labels, locale: str, note: str = "") -> None:
    """One page for three rounds of the role-play: five counts and the ten steps of a first contact."""
    leaf = Leaf(into, labels, locale)
    leaf.head(say(labels, messages.OBSERVER), note)
    leaf.say(messages.OBSERVE)
    leaf.y += 8.0
    _grid(leaf, messages.COUNTS, messages.COUNT_HOW, messages.OBSERVER_COUNTS)
    leaf.y += 12.0
    _grid(leaf, messages.STEPS, messages.STEPS_HOW, messages.OBSERVER_STEPS, boxes=True)
    leaf.y += 10.0
    leaf.say(messages.HELPED, HEADING, "H2")
    leaf.lines(leaf.bottom)
    leaf.finish()


def _grid(leaf: Leaf, title: str, how: str, rows: tuple[str, ...], *, boxes: bool = False) -> None:
    """A row for each sentence, a column for each round. `boxes`: to tick; else room for strokes."""
    into, table = leaf.into, Node("Table", leaf.node)
    leaf.say(title, HEADING, "H2")
    leaf.say(how, NOTE)
    starts = [leaf.end - COLUMN * (ROUNDS - at) for at in range(ROUNDS)]
    first = leaf.y
    row = Node("TR", table)
    Node("TD", row).attach()
    for number, x in enumerate(starts, 1):
        words = say(leaf.labels, messages.ROUND, number=number)
        (line,) = fitted(words, NOTE, COLUMN - 6.0)
        into.text(line, x + 4.0, leaf.y + 3.0, _scoped(leaf.in_(words, "TH", row), "Column"))
    leaf.y += 20.0
    into.rule(MARGIN, leaf.y, leaf.end, 1.0, look.stroke(look.TEAL))
    for sentence in rows:
        row = Node("TR", table)
        middle = leaf.row(sentence, COLUMN * ROUNDS, 22.0 if boxes else ROW, row, "TH")
        for x in starts:
            Node("TD", row).attach()
            if boxes:
                into.frame(x + COLUMN / 2 - 6.0, middle - 6.0, 12.0, 12.0, 0.8, look.stroke(look.INK))
    for x in starts:
        into.block(x, first, 0.5, leaf.y - first, look.fill(look.LINE))


def _scoped(node: Node, scope: str) -> Node:
    node.attributes = f"/O /Table /Scope /{scope}"
    return node
