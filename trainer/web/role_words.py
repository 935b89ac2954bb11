"""Roles in words: what somebody with one can do."""

from __future__ import annotations

from markupsafe import Markup

from trainer.access import ADMINISTRATOR, COORDINATOR, REVIEWER, TRAINER, TRANSLATOR, VIEWER
from trainer.vocabulary import N_, country_name
from trainer.web import locale
from trainer.web.jinja import plain, translated

NAMES = {
    COORDINATOR: N_("Coordinator of a country"),
    VIEWER: N_("Viewer of reports"),
    TRAINER: N_("Trainer"),
    TRANSLATOR: N_("Translator"),
    REVIEWER: N_("Reviewer of translations"),
    ADMINISTRATOR: N_("Administrator"),
}
"""In the order of lists."""
OPENS = {
    COORDINATOR: (
        N_("See names, work and learning of everybody who works in the country, correct and shut their accounts."),
        N_("Register people, print sign-in slips and hold workshops there."),
        N_("See the counts of the country, and write and sign its national words."),
    ),
    VIEWER: (N_("See the reports of the country, with counts and nobody’s name."),),
    TRAINER: (
        N_("Write modules, and publish them for learners of every country."),
        N_("Read the facilitator’s notes and print sets for workshops."),
    ),
    TRANSLATOR: (N_("See modules as they are being written, and translate them."),),
    REVIEWER: (
        N_("See modules as they are being written, and translate them."),
        N_("Sign translations and publish them for learners."),
    ),
    ADMINISTRATOR: (
        N_("Give roles to everybody, and take them away. It shows no people but those with roles."),
        N_("Write modules, and publish them for learners of every country."),
    ),
}
"""What a role opens, in whole sentences."""
_SHORT = {
    TRAINER: N_("Can write and publish modules"),
    TRANSLATOR: N_("Can translate into %(language)s"),
    REVIEWER: N_("Can review and publish translations into %(language)s"),
    COORDINATOR: N_("Can see and manage the people of %(country)s"),
    VIEWER: N_("Can see the reports of %(country)s"),
    ADMINISTRATOR: N_("Can give roles, and write and publish modules"),
}


def in_words(role: str, over: str | None) -> Markup:
    """`over`: the country or the language that the role is given for."""
    if role in (COORDINATOR, VIEWER):
        return translated(_SHORT[role], country=plain(country_name(over or "")))
    if role in (TRANSLATOR, REVIEWER):
        # With its language always said: the sentence around it may be in English on a page that is not.
        name = Markup('<span lang="{}">{}</span>').format(over, locale.name(over or ""))
        return translated(_SHORT[role], language=name)
    return translated(_SHORT[role])
