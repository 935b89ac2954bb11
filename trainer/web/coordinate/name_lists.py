"""Name lists of a workshop: paste or upload, look at what would happen, take it in.

Between the steps the list travels in the page itself, signed for the person and the workshop; nothing of it is stored
before it is taken in.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import roster_columns, roster_files, rosters
from trainer.services.problems import SENTENCES, Invalid
from trainer.services.roster_columns import HEADINGS, LISTS, Fault, Line, Roster
from trainer.services.roster_files import LARGEST_LIST, MOST_NAMES, Note
from trainer.services.roster_matching import OTHER, OUT, SAME, Candidate, Decisions, Entry
from trainer.services.rosters import DEFAULT, Defaults, Plan
from trainer.services.workshops import WorkshopRow
from trainer.vocabulary import AGENCY_TYPES, N_, WORK_ROLES
from trainer.web import log
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, find, languages, status_of
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import plain, translated, words_of
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.uploads import up_to

ADDED = notice("participant-added", N_("The person is in the workshop."))
TAKEN_IN = notice("list-taken-in", N_("The list is in the workshop now."))
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


@blueprint.get("/workshops/<workshop_id>/people/list")
@allow(Permission.MANAGE_PEOPLE)
def name_list(workshop_id: str) -> Response:
    return list_page(find(workshop_id), Form())


@blueprint.post("/workshops/<workshop_id>/people/list")
@allow(Permission.MANAGE_PEOPLE)
@up_to(2 * LARGEST_LIST)
def read_name_list(workshop_id: str) -> Response:
    """The dry run. Nothing is stored."""
    row = find(workshop_id)
    form = Form()
    sent = read_list(form)
    if sent is None:
        return list_page(row, form, 422)
    with current.read() as db:
        done = rosters.plan(db, current.me.countries, workshop_id, sent.roster, sent.defaults)
    log.event("list-read", id=current.request_id, rows=len(sent.roster.lines))
    return dry_run_page(row, sent, done, Form())


@blueprint.post("/workshops/<workshop_id>/people/list/take-in")
@allow(Permission.MANAGE_PEOPLE)
@up_to(LARGEST_CARRIED)
def take_in_name_list(workshop_id: str) -> BaseResponse:
    row = find(workshop_id)
    form = Form()
    sent = unpacked(workshop_id, form.raw("list"))
    if sent is None:
        form.refuse("names", N_("This list could not be read any more. Please give it once more."))
        return list_page(row, form, 422)
    decisions = read_decisions(form, sent.roster)
    try:
        with current.write() as db:
            done = rosters.take_in(
                db, current.me.countries, workshop_id, sent.roster, sent.defaults, decisions,
                walk_in=sent.walk_in, now=current.now(),
            )  # fmt: skip
    except REFUSALS as problem:
        form.take(problem, "decisions")
        with current.read() as db:
            done = rosters.plan(db, current.me.countries, workshop_id, sent.roster, sent.defaults, decisions)
        return dry_run_page(row, sent, done, form, decisions, status_of(problem))
    log.event("list-taken-in", id=current.request_id, rows=len(done.entries))
    told = ADDED if len(done.entries) == 1 and not done.of("out") else TAKEN_IN
    return redirect(url_for("coordinate.participants", workshop_id=workshop_id, done=told), 303)


# -------------------------------------------------------------------- the list


def read_list(form: Form) -> Sent | None:
    """What was pasted or uploaded; None, with the form's errors."""
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
        return Sent(roster_columns.read(table), defaults)
    except Invalid as problem:
        form.take(Invalid(problem.code, **{**problem.params, "field": "file" if data else "names"}), "names")
        return None


def read_defaults(form: Form) -> Defaults:
    return Defaults(
        form.choice("agency_type", AGENCY_TYPES, N_("Choose where the person works.")),
        form.choice("work_role", WORK_ROLES, N_("Choose what the person mostly does.")),
        form.choice("locale", current.site.locales, N_("Choose a language.")),
    )


def packed(workshop_id: str, sent: Sent) -> str:
    """The list as a hidden field: signed, so that what comes back is what was looked at."""
    lines = [[*line[:-1], [line.fault.code, dict(line.fault.params), line.fault.column] if line.fault else None]
             for line in sent.roster.lines]  # fmt: skip
    notes = [[note.code, dict(note.params)] for note in sent.roster.notes]
    return _serializer(workshop_id).dumps([lines, sent.roster.unknown, notes, sent.defaults, sent.walk_in])


def unpacked(workshop_id: str, text: str) -> Sent | None:
    """What `packed` made for this person and workshop; None for anything else."""
    try:
        lines, unknown, notes, defaults, walk_in = _serializer(workshop_id).loads(text)
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


def _serializer(workshop_id: str) -> URLSafeSerializer:
    salt = f"name list {workshop_id} {current.me.person_id}"
    return URLSafeSerializer(current.config.secret_key, salt=salt)


# ------------------------------------------------------------------- the dry run


def read_decisions(form: Form, roster: Roster) -> Decisions:
    rows = {line.row: answer for line in roster.lines if (answer := form.raw(f"row-{line.row}"))}
    words = {pair: answer for at, pair in enumerate(roster.unknown) if (answer := form.raw(f"word-{at}"))}
    others = form.raw("others")
    return Decisions(rows, others if others in (SAME, OTHER, OUT) else "", words, form.flag("without-wrong"))


def list_page(row: WorkshopRow, form: Form, status: int = 200) -> Response:
    html = render_template(
        "coordinate/name_list.html", workshop=row, form=form, errors=form.errors, agency_types=AGENCY_TYPES,
        work_roles=WORK_ROLES, languages=languages(), most=MOST_NAMES,
        headings=[messages[0] for messages in HEADINGS.values()],
    )  # fmt: skip
    return make_response(html, status)


def dry_run_page(
    row: WorkshopRow, sent: Sent, done: Plan, form: Form, decisions: Decisions | None = None, status: int = 200
) -> Response:
    carried = packed(row.id, sent)
    if len(carried) > LARGEST_CARRIED:
        form.errors.clear()
        form.take(roster_files.too_large(), "names")
        return list_page(row, form, 422)
    given = decisions or Decisions()
    asked = [one for one in done.entries if one.candidates and one.state != "here"]
    doubtful = [_of_row(one, given) for one in asked if one.state != "known"]
    for one in doubtful[:MOST_SHOWN]:
        if form.errors and not one.value and not given.others:
            form.refuse(one.field, N_("Row %(row)s: choose one."), row=one.entry.line.row if one.entry else 0)
    words = [_of_word(at, *pair, given) for at, pair in enumerate(sent.roster.unknown)]
    for question in words:
        if form.errors and not question.value:
            form.refuse(question.field, N_("Choose what “%(word)s” means."), word=question.title)
    if form.errors and done.of("wrong") and not given.without_wrong:
        form.refuse("without-wrong", N_("Tick this, or put the rows right in your list."))
    html = render_template(
        "coordinate/dry_run.html", workshop=row, plan=done, carried=carried, errors=form.errors, most=MOST_SHOWN,
        doubtful=doubtful, known=[_of_row(one, given) for one in asked if one.state == "known"], words=words,
        notes=[translated(SENTENCES[note.code], **note.params) for note in sent.roster.notes],
        reasons={one.line.row: translated(SENTENCES[one.fault.code], **one.fault.params)
                 for one in done.of("wrong") if one.fault},
        without_wrong=given.without_wrong, others=given.others, same=SAME, other=OTHER, out=OUT,
        agency_types=AGENCY_TYPES, single=len(sent.roster.lines) == 1,
    )  # fmt: skip
    return make_response(html, status)


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
