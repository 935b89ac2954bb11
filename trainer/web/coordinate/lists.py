"""Lists of names on their way in: read, shown as a dry run, decided about. For a workshop, or for the register alone.

Between the steps the list travels in the page itself, signed for the person and the place; nothing of it is stored
before it is taken in.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import request
from itsdangerous import BadData, URLSafeSerializer

from trainer.services import roster_columns, roster_files
from trainer.services.problems import SENTENCES, Invalid
from trainer.services.roster_columns import HEADINGS, LISTS, Fault, Line, Roster
from trainer.services.roster_files import LARGEST_LIST, MOST_NAMES, Note
from trainer.services.roster_matching import OTHER, OUT, SAME, Candidate, Decisions, Entry
from trainer.services.rosters import DEFAULT, Defaults, Plan
from trainer.vocabulary import AGENCY_TYPES, N_, WORK_ROLES
from trainer.web.coordinate.workshop_parts import languages
from trainer.web.forms import Form
from trainer.web.jinja import plain, translated, words_of
from trainer.web.state import current

LARGEST_CARRIED = 4_000_000
"""Bytes of a list that travels in a page."""
MOST_SHOWN = 200
"""Rows of one kind that are shown without a question."""


class Sent(NamedTuple):
    """A list on its way."""

    roster: Roster
    defaults: Defaults
    walk_in: bool = False


class Question(NamedTuple):
    """A row, or a word, that a person has to decide about."""

    field: str
    title: str
    options: list[tuple[str, str, str]]
    """Value, words, `lang`."""
    value: str
    entry: Entry | None = None


# -------------------------------------------------------------------- the list


def read_list(form: Form, country: str) -> Sent | None:
    """What was pasted or uploaded, for people of one country; None, with the form's errors."""
    defaults = read_defaults(form)
    file = request.files.get("file")
    data = file.read(LARGEST_LIST + 1) if file is not None else b""
    text = form.raw("names")
    if bool(data) == bool(text.strip()):
        message = N_("Paste names, or choose a file.") if not data else N_("Paste names or choose a file, not both.")
        form.refuse("names", message)
    if form.errors:
        return None
    try:
        table = roster_files.opened(data) if data else roster_files.pasted(text)
        return Sent(roster_columns.read(table, country), defaults)
    except Invalid as problem:
        form.take(Invalid(problem.code, **{**problem.params, "field": "file" if data else "names"}), "names")
        return None


def read_defaults(form: Form) -> Defaults:
    return Defaults(
        form.choice("agency_type", AGENCY_TYPES, N_("Choose where the person works.")),
        form.choice("work_role", WORK_ROLES, N_("Choose what the person mostly does.")),
        form.choice("locale", current.site.locales, N_("Choose a language.")),
    )


def packed(place: str, sent: Sent) -> str:
    """The list as a hidden field of the page about `place`, a workshop or a country.

    Signed, so that what comes back is what was looked at.
    """
    lines = [[*line[:-1], [line.fault.code, dict(line.fault.params), line.fault.column] if line.fault else None]
             for line in sent.roster.lines]  # fmt: skip
    notes = [[note.code, dict(note.params)] for note in sent.roster.notes]
    return _serializer(place).dumps([lines, sent.roster.unknown, notes, sent.defaults, sent.walk_in])


def unpacked(place: str, text: str) -> Sent | None:
    """What `packed` made for this person and place; None for anything else."""
    try:
        lines, unknown, notes, defaults, walk_in = _serializer(place).loads(text)
    except BadData:
        return None
    roster = Roster(
        tuple(_line(values) for values in lines),
        tuple((column, word) for column, word in unknown),
        tuple(Note(code, params) for code, params in notes),
    )
    return Sent(roster, Defaults(*defaults), walk_in)


def _line(values: list[Any]) -> Line:
    *texts, fault = values
    return Line(*texts)._replace(fault=Fault(*fault) if fault else None)


def _serializer(place: str) -> URLSafeSerializer:
    salt = f"name list {place} {current.me.person_id}"
    return URLSafeSerializer(current.config.secret_key, salt=salt)


# ------------------------------------------------------------------- the dry run


def read_decisions(form: Form, roster: Roster) -> Decisions:
    rows = {line.row: answer for line in roster.lines if (answer := form.raw(f"row-{line.row}"))}
    words = {pair: answer for at, pair in enumerate(roster.unknown) if (answer := form.raw(f"word-{at}"))}
    others = form.raw("others")
    return Decisions(rows, others if others in (SAME, OTHER, OUT) else "", words, form.flag("without-wrong"))


def form_values(form: Form) -> dict[str, object]:
    """What the page with the list's form shows."""
    return {
        "form": form, "errors": form.errors, "agency_types": AGENCY_TYPES, "work_roles": WORK_ROLES,
        "languages": languages(), "most": MOST_NAMES, "headings": [messages[0] for messages in HEADINGS.values()],
    }  # fmt: skip


def dry_run_values(place: str, sent: Sent, done: Plan, form: Form, given: Decisions) -> dict[str, object] | None:
    """What the dry run shows; None, with the form's error, when the list is too large to travel in the page."""
    carried = packed(place, sent)
    if len(carried) > LARGEST_CARRIED:
        form.errors.clear()
        form.take(roster_files.too_large(), "names")
        return None
    asked = [one for one in done.entries if one.candidates and one.state != "here"]
    doubtful = [_of_row(one, given) for one in asked if one.state != "known"]
    words = [_of_word(at, *pair, given) for at, pair in enumerate(sent.roster.unknown)]
    if form.errors:
        _point_at_what_is_open(form, done, doubtful, words, given)
    return {
        "plan": done, "carried": carried, "errors": form.errors, "most": MOST_SHOWN, "doubtful": doubtful,
        "known": [_of_row(one, given) for one in asked if one.state == "known"], "words": words,
        "notes": [translated(SENTENCES[note.code], **note.params) for note in sent.roster.notes],
        "reasons": {one.line.row: translated(SENTENCES[one.fault.code], **one.fault.params)
                    for one in done.of("wrong") if one.fault},
        "without_wrong": given.without_wrong, "others": given.others, "same": SAME, "other": OTHER, "out": OUT,
        "agency_types": AGENCY_TYPES, "single": len(sent.roster.lines) == 1,
    }  # fmt: skip


def _point_at_what_is_open(
    form: Form, done: Plan, doubtful: list[Question], words: list[Question], given: Decisions
) -> None:
    for one in doubtful[:MOST_SHOWN]:
        if not one.value and not given.others:
            form.refuse(one.field, N_("Row %(row)s: choose one."), row=one.entry.line.row if one.entry else 0)
    for question in words:
        if not question.value:
            form.refuse(question.field, N_("Choose what “%(word)s” means."), word=question.title)
    if done.of("wrong") and not given.without_wrong:
        form.refuse("without-wrong", N_("Tick this, or put the rows right in your list."))


def _of_row(entry: Entry, given: Decisions) -> Question:
    """Who a row is about."""
    several = len(entry.candidates) > 1
    options = [(one.id, _same(one, several), "") for one in entry.candidates]
    if entry.may_be_other:
        options.append((OTHER, plain(N_("Another person: register them")), ""))
    options.append((OUT, plain(N_("Leave this row out")), ""))
    chosen = given.rows.get(entry.line.row, "")
    if not chosen and entry.state == "known":
        chosen = entry.candidates[0].id
    is_answer = chosen in [option[0] for option in options]
    return Question(f"row-{entry.line.row}", entry.line.full_name, options, chosen if is_answer else "", entry)


def _same(one: Candidate, several: bool) -> str:
    if one.row is not None:
        return plain(N_("The same person as in row %(row)s: add them once"), row=one.row)
    if several:
        return plain(N_("The same person: %(name)s (%(sign_in)s)"), name=one.full_name, sign_in=one.sign_in_name)
    return plain(N_("The same person"))


def _of_word(at: int, column: str, word: str, given: Decisions) -> Question:
    """What a word means that is on no list."""
    if column == "locale":
        options = [(tag, name, lang) for tag, name, lang in languages() if tag in LISTS[column]]
    else:
        options = words_of(LISTS[column])
    options = [*options, (DEFAULT, plain(N_("Leave it out, as if the cell were empty")), "")]
    return Question(f"word-{at}", word, options, given.words.get((column, word), ""), None)
