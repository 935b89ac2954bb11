"""What is said about a translation, in the reader's language: its state, its role, what a check has found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup

from trainer.content.diagnostics import Diagnostic
from trainer.vocabulary import N_
from trainer.web.jinja import name_of_person, translated

STATES: dict[str, str] = {
    "missing": N_("To translate"),
    "stale": N_("Source changed"),
    "misfit": N_("Does not fit"),
    "draft": N_("Draft"),
    "second": N_("Needs a second reader"),
    "reviewed": N_("Ready"),
}
ROLES: dict[str, str] = {
    "title": N_("Title."),
    "summary": N_("Summary of the module."),
    "sensitive": N_("Content note: tells readers beforehand what may weigh on them."),
    "objective": N_("Learning objective."),
    "prompt": N_("What a question asks."),
    "option": N_("Option of a question."),
    "feedback": N_("Feedback on an option."),
    "hint": N_("Hint for a question."),
    "explanation": N_("Explanation after answering."),
    "caution": N_("Warning, shown after a harmful option was chosen."),
    "left": N_("Left cell of a matching question."),
    "right": N_("Right cell of a matching question."),
    "distractor": N_("Right cell of a matching question that belongs to nothing."),
    "choice": N_("Choice: keep the order, and each | where it is."),
    "answer": N_(
        "Accepted answers, with | between them. They decide marks: a second reader has to check them. Add every way "
        "of writing that you would accept."
    ),
    "alt": N_("Description of a picture, for people who do not see it."),
    "caption": N_("Caption of a picture."),
    "heading": N_("Heading."),
    "head": N_("Heading of a table column."),
    "cell": N_("Cell of a table."),
    "item": N_("Line of a list."),
    "term": N_("Term that is explained next."),
}
"""Role of a passage → what its translator is told. Ordinary text needs nothing."""

CHECKS: dict[str, str] = {
    "translation-long": N_("This is %(count)s letters long; at most %(limit)s fit here."),
    "translation-control": N_("There is a control character in it (U+%(code)s). Please type the words anew there."),
    "translation-bidi": N_("There is an invisible character in it that turns text around. Please type the words anew."),
    "translation-unseen": N_("There is an invisible character in it (U+%(code)s). Please type the words anew there."),
    "translation-lookalike": N_("Letters of two alphabets stand in one word: %(words)s."),
    "translation-zawgyi": N_("This is Burmese in the Zawgyi encoding. Please write it in Unicode."),
    "translation-html": N_(
        "There is HTML in it that the source has not: %(tags)s. Please use the marks of the source."
    ),
    "translation-frozen": N_(
        "Links, gaps, footnotes and slots must stay as they are in the source. Missing: %(missing)s. Not in the "
        "source: %(extra)s."
    ),
    "translation-frozen missing": N_(
        "Links, gaps, footnotes and slots must stay as they are in the source. Missing: %(missing)s."
    ),
    "translation-frozen extra": N_(
        "Links, gaps, footnotes and slots must stay as they are in the source. Not in the source: %(extra)s."
    ),
    "translation-markup": N_("It has marks that the source has not: %(extra)s."),
    "translation-address": N_("The words of a link show %(seen)s, but it goes elsewhere. Please use other words."),
    "translation-choices": N_(
        "There are %(count)s choices; the source has %(expected)s. Please keep each, in its order."
    ),
    "translation-number": N_("A number of the source is missing: %(numbers)s. Is that right?"),
    "translation-bold": N_("Not as many words are bold as in the source. Is that right?"),
    "translation-marks": N_("%(marks)s decides nothing in a translation, and learners would see it."),
    "translation-wide": N_(
        "This is long beside the source and may not fit on paper: %(count)s letters, room for %(limit)s."
    ),
    "translation-term": N_("For “%(words)s” the glossary has: %(forms)s."),
    "translation-avoided": N_("The glossary asks not to say “%(words)s”. Say: %(forms)s."),
    "translation-key": N_("This decides which answer is right, so an outdated translation is not shown."),
    "translation-claim": N_(
        "The review by %(name)s is not taken over: the words have changed since, or it is not theirs to give."
    ),
    "translation-older": N_("Made from an older text, or marked as unsure. The text now is: %(now)s"),
    "translation-unknown": N_("Not taken: the module has no such passage (%(words)s)."),
    "translation-duplicate": N_("The same message stands in line %(first)s already. Neither is taken."),
    "translation-large": N_("The file is larger than %(limit)s MB. Expected is the catalog of one module."),
    "translation-encoding": N_("This is not a text in UTF-8, from byte %(byte)s on. Please save the file as UTF-8."),
    "translation-syntax": N_("This is not PO. Expected here: %(expected)s"),
    "translation-language": N_("The file says that its language is %(found)s. Expected is %(expected)s."),
    "translation-charset": N_("The file says that it is in %(found)s. Expected is UTF-8."),
    "translation-plural": N_("The plural rule in the head of the file means nothing: %(found)s"),
    "translation-module": N_("The file belongs to the module %(found)s. Expected is %(expected)s."),
    "translation-foreign": N_("Only %(known)s of %(count)s messages of the file belong to this module."),
}
"""Code of a diagnostic → the sentence. What is not here is said in English, as on the command line."""


class Said(NamedTuple):
    """One finding, in words."""

    is_error: bool
    line: int
    """In the file; 0: none."""
    context: str
    text: Markup


def said(found: Iterable[Diagnostic]) -> list[Said]:
    return [
        Said(one.severity == "error", one.line, str(one.params.get("context", "")), _sentence(one)) for one in found
    ]


def _sentence(one: Diagnostic) -> Markup:
    code = one.code
    if code == "translation-frozen" and "-" in (one.params["missing"], one.params["extra"]):
        code += " missing" if one.params["extra"] == "-" else " extra"
    sentence = CHECKS.get(code)
    if sentence is None:
        return Markup('<span lang="en">{}</span>').format(one.message)
    # Words of a translation stand in the font of their own script, as names of people do.
    values = {key: name_of_person(value) if isinstance(value, str) else value for key, value in one.params.items()}
    return translated(sentence, **values)
