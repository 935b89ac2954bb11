"""What completes a module, for how long it counts, and how it is renewed: the same sentences on every page."""

from __future__ import annotations

from markupsafe import Markup

from trainer.assessment import Rule
from trainer.services.validity import Validity
from trainer.web.jinja import date_text, percent_text
from trainer.web.jinja import translated as _
from trainer.web.jinja import translated_count as ngettext

SPACE = Markup(" ")


def rule_words(rule: Rule) -> Markup:
    """What completes the module."""
    parts = [_("Read all lessons.")] if rule.lessons else []
    marks = [mark for _unit, mark in rule.quizzes]
    if marks and min(marks) == max(marks):
        parts.append(
            ngettext(
                "Pass the quiz with %(mark)s.",
                "Pass every quiz with %(mark)s.",
                len(marks),
                mark=percent_text(marks[0] / 100),
            )
        )
    elif marks:
        parts.append(
            _(
                "Pass all quizzes, each with its own mark, from %(least)s to %(most)s.",
                least=percent_text(min(marks) / 100),
                most=percent_text(max(marks) / 100),
            )
        )
    if rule.test is not None:
        parts.append(_("Pass the test at the end with %(mark)s.", mark=percent_text(rule.test / 100)))
    if not parts:
        return _("To complete this module, begin it. Nothing has to be passed.")
    return SPACE.join([_("To complete this module:"), *parts])


def validity_words(validity: Validity, rule: Rule) -> Markup:
    """Until when the completed module counts, and what there is to do about it."""
    day = date_text(validity.until)
    if validity.state == "current":
        return _("Your training counts as current until %(date)s.", date=day)
    if validity.state == "due":
        return SPACE.join([_("To be renewed: it counts as current until %(date)s.", date=day), renewal_words(rule)])
    said = _("To be renewed: it counted as current until %(date)s. Your certificate stays.", date=day)
    return SPACE.join([said, renewal_words(rule)])


def renewal_words(rule: Rule) -> Markup:
    if rule.test is not None:
        return _("To renew it, pass the test at the end again.")
    return ngettext("To renew it, pass the quiz again.", "To renew it, pass the quizzes again.", len(rule.quizzes))
