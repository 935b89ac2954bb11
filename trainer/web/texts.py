"""Words of modules on pages of any kind: what the interface says inside them, and passages as plain words."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup

from trainer.content.html import Labels, plain
from trainer.content.model import Passage
from trainer.languages.words import words
from trainer.vocabulary import N_
from trainer.web.jinja import in_own_language


@cache
def labels(locale: str) -> Labels:
    """The interface's own words inside a text."""
    return Labels(**{name: words(locale).gettext(message) for name, message in LABELS.items()})


LABELS: dict[str, str] = {
    "note": N_("Note"),
    "tip": N_("Tip"),
    "important": N_("Important"),
    "warning": N_("Warning"),
    "caution": N_("Caution"),
    "activity": N_("Activity"),
    "minutes": N_("%(number)s minutes"),
    "group": N_("Groups of %(number)s"),
    "case": N_("Case"),
    "facilitator": N_("For the facilitator"),
    "national": N_("To be confirmed by the national coordinator"),
    "slot": N_("to be confirmed by the national coordinator"),
    "stale": N_("Newer text exists"),
    "table": N_("Table"),
    "footnotes": N_("Sources and notes"),
    "footnote": N_("Note %(number)s"),
    "back": N_("Back to the text"),
    "gap": N_("Gap %(number)s"),
}
"""The renderer's word → the interface's."""


def say(passage: Passage) -> Markup:
    """A passage as plain words with its own language, for headings and links of the interface."""
    return in_own_language(plain(passage.content), passage.lang)
