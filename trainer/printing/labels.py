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
EDITION_SHORT = N_("Edition %(number)s")
REGIONAL = N_("Regional text, without national details")
NATIONAL = N_("With the national details of %(country)s")
NATIONAL_OPEN = N_("%(country)s: some national details are still to be confirmed by the national coordinator.")
NATIONAL_SIGNED = N_("National details confirmed on %(date)s by %(name)s.")
NATIONAL_REVIEW = N_("They are to be checked again by %(date)s.")
NATIONAL_OVERDUE = N_("They should have been checked again by %(date)s.")
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

GUIDE = N_("Facilitator's guide")
OVERVIEW = N_("Overview")
IN_WORKSHOP = N_("In a workshop: about %(number)s min")
PART = N_("Part")
TIME = N_("Minutes")
GROUP_SIZE = N_("Group size")
PREPARE = N_("What to prepare")
CLOSING = N_("At the end of the workshop")
CHECKLIST = (
    N_("All answer sheets are collected and counted."),
    N_("All test papers and answer keys are collected."),
    N_("Everybody has signed the attendance sheet."),
    N_("Everybody has a slip with a code to sign in later."),
    N_("Everybody has seen the contact for support."),
    N_("Everybody has left the role they played."),
    N_("No paper with names or notes about persons stays in the room."),
    N_("Observer and reaction forms are collected."),
)
RIGHT = N_("Right")
CRITICAL = N_("Never: this choice takes all points of the question.")
SHARE = N_("%(share)s of the points for this question.")
HINT = N_("Hint")
AFTER_CRITICAL = N_("Said after the choice that must never be made")
EXPLANATION = N_("Why")
RIGHT_ORDER = N_("The right order:")
RIGHT_PAIRS = N_("The right pairs:")
BELONGS_TO_NOTHING = N_("Belongs to nothing:")
BEST_WAY = N_("The best way: cards %(cards)s")
LEADS_TO = N_("leads to card %(number)s; counts %(points)s")

HANDOUT = N_("Exercises")
CASE_CARDS = N_("Case cards")
CUT = N_("Cut along the dashed lines.")
SCENARIO_CARDS = N_("Scenario cards")

ON_SHEET = N_("Mark your answers on the answer sheet, not on this paper.")
SHEET_ONE = N_("Choose one letter.")
SHEET_MANY = N_("Choose all letters that are right.")
SHEET_LETTER = N_("Write the letter on the answer sheet.")
SHEET_LETTERS = N_("Write all letters that are right on the answer sheet.")
SHEET_WORDS = N_("Write your answer on the answer sheet.")
SHEET_NUMBER = N_("Mark your number on the answer sheet.")
SHEET_MATCH = N_("Choose the letter that belongs to each row.")
SHEET_ORDER = N_("Choose the place of each row: 1 is first.")
SHEET_PLACE = N_("Write the place of each row on the answer sheet: 1 is first.")
SHEET_GAPS = N_("Choose the letter for each gap.")
SHEET_GAP_WORDS = N_("For gap %(gap)s, write your words on the answer sheet.")
SHEET_SCENARIO = N_("Start at card 1. Choose one letter on each card and go to the card that it names.")
PAPER_END = N_("This is the end. Look over your answer sheet before you hand it in.")

KEY = N_("Answer key")
KEY_ONLY = N_("Only for the facilitator. Keep it apart from the test papers and collect every copy.")
ROW = N_("Row")
ANSWER = N_("Answer")

# Sheets, slips, lists and certificates of a workshop.
ANSWER_SHEET = N_("Answer sheet")
TEST_BEFORE = N_("Test before the module")
TEST_AFTER = N_("Test after the module")
FORM = N_("Form %(form)s")
NAME = N_("Name")
AGENCY = N_("Agency")
FILL_IN = N_("Fill the circle or the square of your answer completely, with a dark pen or pencil.")

CERTIFICATE = N_("Certificate of completion")
CONFIRM = N_("This is to confirm that")
COMPLETED = N_("has completed the training module")
COMPLETED_ON = N_("Edition %(number)s, completed on %(date)s")
HOURS = N_("Hours of learning: %(number)s")
COUNTRY = N_("Country: %(country)s")
CERTIFICATE_LIMIT = N_(
    "It confirms that the module was completed. It does not certify competence to interview victims or children."
)
CHECK_AT = N_("Anyone can check this certificate at %(address)s")

SLIP = N_("Sign-in slip")
ADDRESS = N_("Address")
SIGN_IN_NAME = N_("Sign-in name")
SLIP_CODE = N_("Slip code")
WORKS_UNTIL = N_("Works once, until")

ATTENDANCE = N_("Attendance sheet")
NUMBER = N_("No.")
SIGN = N_("Sign in the column of each session you attend.")
WALK_IN = N_("Write your name and agency on a free row if you are not on the list.")
DESTROY = N_("Destroy this sheet after the names have been entered and checked.")

REACTION = N_("How was the course for you?")
ANONYMOUS = N_("Do not write your name. Nobody will ask who filled in this sheet.")
NO_REAL_CASES = N_("Do not write about real cases or people.")
RATE = N_("Fill one circle in each row. 1 means not at all, 5 means completely.")
REACTION_ITEMS = (
    N_("The course is useful for my work."),
    N_("The course was clear."),
    N_("I could ask questions and take part."),
    N_("I could step out or rest when I needed to."),
    N_("I felt safe in this course."),
)
MOST_USEFUL = N_("What was most useful for you?")
TO_CHANGE = N_("What should we change in the course?")

OBSERVER = N_("Observer sheet")
OBSERVE = N_("Watch and listen. Do not take part, and do not write about real cases or people.")
ROUND = N_("Round %(number)s")
COUNTS = N_("Count")
COUNT_HOW = N_("Make a stroke each time you see or hear it.")
OBSERVER_COUNTS = (
    N_("Open questions"),
    N_("Promises made"),
    N_("Needs met"),
    N_("A private space looked for or kept"),
    N_("Choices explained"),
)
STEPS = N_("The ten steps of a first contact")
STEPS_HOW = N_("Tick each step you saw.")
OBSERVER_STEPS = (
    N_("Check danger."),
    N_("Separate, quietly."),
    N_("Say who you are, in plain words."),
    N_("Meet an immediate need."),
    N_("Find the language."),
    N_("Ask a few open questions."),
    N_("Explain options and limits."),
    N_("Ask what the person wants now."),
    N_("Act."),
    N_("Note and hand over."),
)
HELPED = N_("The person speaks first: what helped?")

TALLY = N_("Tally sheet")
TALLY_HOW = N_("Write how many people chose each answer. Do not write names.")
PEOPLE = N_("How many people answered?")
