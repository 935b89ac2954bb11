"""The tally sheet of an anonymous group: how many people chose each answer."""

from __future__ import annotations

from collections.abc import Sequence

from trainer.printing import labels as messages
from trainer.printing import look
from trainer.printing.labels import Labels, Sentence
from trainer.printing.leaf import MARGIN, Leaf
from trainer.printing.rows import LABEL_TYPE
from trainer.printing.small import centred, mark, say
from trainer.sheets.fields import Field
from trainer.typeset.lines import Type
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node

BOX, TALL, PITCH, ROW = 34.0, 21.0, 43.0, 29.0
LABEL = 40.0
LETTER = Type(size=7.0, colour=look.fill(look.SOFT))


def draw_tally_sheet(
    into: Sheet, labels: Labels, locale: str, title: Sentence, fields: Sequence[Field], note: str = ""
) -> None:
    """As many pages as it takes. `title`: of the module; `note`: workshop and form, in the locale.

    Rows with letters or places only: numbers and words that were written are not counted by choice.
    """
    rows = [field for field in fields if field.style in ("letters", "numbers")]
    leaf = _begun(into, labels, locale, title, note)
    leaf.y += 8.0
    leaf.say(messages.TALLY_HOW)
    leaf.y += 6.0
    middle = leaf.row(messages.PEOPLE, 60.0, 34.0, leaf.node)
    into.frame(leaf.end - 52.0, middle - 12.0, 50.0, 24.0, 0.9, look.stroke(look.INK))
    leaf.y += 14.0
    for field in rows:
        if leaf.y + ROW > leaf.bottom:
            leaf.finish()
            leaf = _begun(into, labels, locale, title, note)
            leaf.y += 10.0
        _row(leaf, field)
    leaf.finish()


def _begun(into: Sheet, labels: Labels, locale: str, title: Sentence, note: str) -> Leaf:
    leaf = Leaf(into, labels, locale)
    words = say(labels, messages.TALLY)
    leaf.head(Sentence(f"{words.text}: {title.text}", title.lang), note)
    return leaf


def _row(leaf: Leaf, field: Field) -> None:
    into, node, middle = leaf.into, Node("P", leaf.node), leaf.y + ROW / 2
    label = mark(field.label, LABEL_TYPE)
    centred(into, label, MARGIN + LABEL - 12.0 - label.width / 2, middle, node)
    for choice in range(field.choices):
        x = MARGIN + LABEL + PITCH * choice
        into.frame(x, middle - TALL / 2, BOX, TALL, 0.8, look.stroke(look.INK))
        centred(into, mark(field.mark(choice), LETTER), x + 6.0, middle - TALL / 2 + 6.5, node)
    leaf.y += ROW
