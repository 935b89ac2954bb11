"""Every sentence of the interface that stands on paper.

`labels(words)` looks all of them up once; what comes out is plain values that travel to a worker process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from trainer.content.glossary import TERMS
from trainer.vocabulary import COUNTRIES, OTHER_COUNTRY, country_name

if TYPE_CHECKING:  # it brings Babel, and a worker process is handed the words
    from trainer.languages.words import Words

MESSAGES: list[str] = []


def N_(message: str) -> str:  # noqa: N802  gettext tools know it by this name
    """Mark a message for extraction and take it into `labels`."""
    MESSAGES.append(message)
    return message


class Sentence(NamedTuple):
    """Words to print, and the language they are in: the source's where there is no translation."""

    text: str
    lang: str


Labels = Mapping[str, Sentence]
"""English message → what is printed."""


def labels(words: Words) -> dict[str, Sentence]:
    """Every sentence of this file, the glossary and the countries, in the locale of `words`."""
    glossary = [text for entry in TERMS.values() for text in (entry.english, entry.definition)]
    messages = (*MESSAGES, *glossary, *(country_name(code) for code in (*COUNTRIES, OTHER_COUNTRY)))
    return {message: Sentence(words.gettext(message), words.lang(message)) for message in messages}


HANDBOOK = N_("Learner's handbook")
LANGUAGE = N_("Language: %(language)s")
DRAFTED = N_("This translation was drafted by machine and has not been reviewed.")
REVIEWED = N_("Translation reviewed by %(name)s.")
EDITION = N_("Edition %(number)s, %(date)s")
REGIONAL = N_("Regional text, without national details")
NATIONAL = N_("With the national details of %(country)s")
NATIONAL_OPEN = N_("%(country)s: some national details are still to be confirmed by the national coordinator.")
PAGE = N_("Page %(page)s of %(pages)s")
CONTENTS = N_("Contents")
INTRODUCTION = N_("Introduction")
CONTENT_NOTE = N_("Before you read")
OBJECTIVES = N_("What you will be able to do")
LESSON = N_("Lesson %(number)s")
QUIZ = N_("Quiz")
JOB_AID = N_("Tool to print")
MINUTES = N_("%(number)s min")
NOTES = N_("Sources and notes")
SOURCES = N_("Sources of this module")
GLOSSARY = N_("Words used in this module")

CALLOUTS = {
    "note": N_("Note"),
    "tip": N_("Tip"),
    "important": N_("Important"),
    "warning": N_("Warning"),
    "caution": N_("Caution"),
}

ACTIVITY = N_("Activity")
GROUPS = N_("groups of %(number)s")
FACILITATOR = N_("For the facilitator")
CASE = N_("Case")
OPEN_SLOT = N_("To be confirmed by the national coordinator.")
STALE = N_("A line in the margin marks a passage whose original has changed since it was translated.")
FALLBACK = N_("Passages that are not translated yet stand in %(language)s.")

QUESTION = N_("Question %(number)s")
CHOOSE_ONE = N_("Choose one.")
CHOOSE_ALL = N_("Choose all that are right.")
TRUE_OR_FALSE = N_("True or false? Choose one.")
TRUE = N_("True")
FALSE = N_("False")
WRITE_SHORT = N_("Write your answer on the line.")
WRITE_NUMBER = N_("Write a number.")
FILL_GAPS = N_("Fill the gaps. Where words are offered, underline the right one.")
MATCH = N_("Write the letter that belongs to each line.")
ORDER = N_("Number these in the right order: 1 is first.")
REFLECT = N_("Your own thoughts. Nobody marks this. Do not write about real cases.")
SCENARIO = N_("Scenario: start at card 1, choose, and go to the card that your choice names.")
CARD = N_("Card %(number)s")
GO_TO_CARD = N_("go to card %(number)s")
CARD_END = N_("The scenario ends here.")
