"""What reminders say, in the person's language. No other person's name, no score: mail passes through many hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from trainer.languages import formats
from trainer.languages.words import words
from trainer.vocabulary import N_

_SUBJECTS = {
    "assigned": N_("Training to complete by %(date)s"),
    "due-14": N_("Two weeks left: training to complete by %(date)s"),
    "due-2": N_("Two days left: training to complete by %(date)s"),
    "overdue": N_("Your training was to be completed by %(date)s"),
}
_OPENINGS = {
    "assigned": N_("You are asked to complete this training by %(date)s:"),
    "due-14": N_("This is a reminder. You are asked to complete this training by %(date)s:"),
    "due-2": N_("This is a reminder. You are asked to complete this training by %(date)s:"),
    "overdue": N_("You were asked to complete this training by %(date)s. You can still do it:"),
}
LONGEST_SUBJECT = 200

Link = Callable[[str, str], str]
"""Locale and path inside it (`modules/x`) → address of a page."""


def links(origin: str) -> Link:
    """`origin`: the site's address, such as `https://trainer.example`."""
    return lambda locale, path: f"{origin}/{locale}/{path}"


class Text(NamedTuple):
    subject: str
    body: str


def about_assignment(kind: str, titles: Sequence[str], due: date, *, locale: str, link: Link) -> Text:
    """`kind`: `assigned`, `due-14`, `due-2` or `overdue`. `titles`: of the modules still open."""
    known = words(locale)
    values = {"date": formats.date_text(due, locale)}
    return _text(
        locale,
        link,
        known.gettext(_SUBJECTS[kind]) % values,
        known.gettext(_OPENINGS[kind]) % values,
        "\n".join(f"– {title}" for title in titles),
        f"{known.gettext('Your training is here:')} {link(locale, '')}",
    )


def about_renewal(title: str, until: date, slug: str, *, locale: str, link: Link) -> Text:
    """A completed module comes to the end of its validity."""
    known = words(locale)
    values = {"date": formats.date_text(until, locale), "title": title}
    return _text(
        locale,
        link,
        known.gettext("Training to renew by %(date)s") % values,
        known.gettext("You completed this module: %(title)s. It counts as current until %(date)s.") % values,
        known.gettext("To renew it, pass its test again. If it has no test, pass its quiz again."),
        f"{known.gettext('The module is here:')} {link(locale, f'modules/{slug}')}",
    )


def _text(locale: str, link: Link, subject: str, *parts: str) -> Text:
    known = words(locale)
    stop = known.gettext(
        "You get this letter because you gave your address. If you want no more reminders, sign in, open “My data” and "
        "stop them:"
    )
    return Text(
        " ".join(subject.split())[:LONGEST_SUBJECT], "\n\n".join((*parts, f"{stop} {link(locale, 'my-data')}")) + "\n"
    )
