"""Which route is which act of the audit trail: one table. A view says something itself where the table cannot know.

A transaction of the request that changed something writes the route's act with it, names of changed columns included;
one that changed nothing writes nothing. A route that shows people has its act written after the answer is made. Whoever
calls `current.did` inside the transaction replaces the table's line. `tests/web/test_trail.py` keeps it complete.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from flask import g, request
from sqlalchemy.orm import Session

from trainer.access import countries_of
from trainer.services import audit
from trainer.services.audit import Act
from trainer.store import chain
from trainer.store.errors import StoreError
from trainer.store.scope import Scope
from trainer.vocabulary import NO_COUNTRY
from trainer.web import log

if TYPE_CHECKING:
    from trainer.web.state import State

SELF, COUNTRY, MODULE = "self", "country", "module"
"""Objects that are no row of a country: whoever is signed in; each country they answer for; a module, for all countries
or, where the address names one, for that."""


class Told(NamedTuple):
    act: str
    kind: str
    """Of `audit.OWNED`, or one of the three above."""
    variable: str = ""
    """Of the address: the object's id."""


def _of(kind: str, variable: str, **acts: str) -> dict[str, Told]:
    return {endpoint: Told(act, kind, variable) for endpoint, act in acts.items()}


def _in(blueprint: str, told: Mapping[str, Told]) -> dict[str, Told]:
    return {f"{blueprint}.{name}": one for name, one in told.items()}


CHANGES: dict[str, Told] = {
    **_in("account", _of(
        SELF, "",
        store_correction="data-corrected", ask_deletion="deletion-asked", withdraw_deletion="deletion-withdrawn",
        end_session="session-ended", new_recovery_codes="recovery-codes-renewed", store_app="second-step-added",
        remove_app="second-step-removed", remove_passkey="second-step-removed", reminders="reminders-changed",
    )),
    **_in("coordinate", _of("person", "person_id", slip="slip-issued", shut="person-shut", open_again="person-opened")),
    **_in("coordinate", _of(
        "workshop", "workshop_id",
        change_workshop="workshop-changed", bin_workshop="workshop-binned", unbin_workshop="workshop-unbinned",
        reopen_workshop="workshop-reopened", close_workshop="workshop-closed",
        add_session="timetable-changed", change_session="timetable-changed", move_session="timetable-changed",
        remove_session="timetable-changed",
        add_known_participant="participants-added", store_participant="participants-added",
        take_in_name_list="participants-added", set_language="participant-changed",
        remove_participant="participant-removed", store_attendance="attendance-recorded",
        print_certificates="certificates-ordered", upload_scans="sheets-uploaded", issue_sheets="sheets-issued",
        store_typed="results-recorded", store_tally="results-recorded",
    )),
    **_in("coordinate", _of("pack", "pack_id", make_pack="pack-ordered", cancel_pack="pack-cancelled")),
    **_in("coordinate", _of(
        "sheet", "sheet_code", decide_sheet="results-recorded", take_back_sheet="results-taken-back"
    )),
    **_in("coordinate", _of(
        "warning", "warning_id", put_warning_aside="warning-put-aside", take_warning_up="warning-taken-up"
    )),
    **_in("coordinate", _of("scan", "scan_id", identify_scan="sheet-identified", put_scan_aside="scan-put-aside")),
    **_in("author", _of(
        MODULE, "slug",
        publish="edition-published", archive="module-archived", bring_back="module-brought-back",
        put_back="edition-put-back", take_newer="draft-changed", raise_revisions="draft-changed",
        discard_draft="draft-discarded", acknowledge="problem-acknowledged",
        take_back_acknowledgement="acknowledgement-taken-back", add_unit="draft-changed", move_unit="draft-changed",
        delete_file="draft-changed", rename_file="draft-changed", upload_picture="draft-changed",
        restore_file="draft-changed", save_file="draft-changed",
    )),
    **_in("translate", _of(
        MODULE, "slug",
        publish="translation-published", take_file="translation-changed", save_passage="translation-changed",
        add_comment="comment-added", close_comment="comment-changed",
    )),
    **_in("national", _of(
        MODULE, "slug",
        sign="national-signed", withdraw="national-withdrawn", save="national-changed", discard="national-discarded",
    )),
}  # fmt: skip
"""Endpoint → what a transaction of it that changed something was."""

SHOWS: dict[str, Told] = {
    **_in("account", _of(SELF, "", download="data-downloaded")),
    **_in("coordinate", _of(
        "person", "person_id",
        person="person-seen", correct_person="person-seen", transfer_page="person-seen", forget_page="person-seen",
        rights_page="person-seen",
        choose_second="people-searched", find_second="people-searched",
    )),
    **_in("coordinate", _of(
        COUNTRY, "",
        people="people-listed", search_people="people-searched", choose_for_slips="people-listed",
        read_people_list="people-searched", transfer_list="transfers-seen",
    )),
    **_in("coordinate", _of(
        "workshop", "workshop_id",
        participants="participants-seen", participant="participants-seen", attendance="participants-seen",
        session_attendance="participants-seen", closing_page="participants-seen", find_participant="people-searched",
        read_name_list="people-searched", typed="results-seen",
    )),
    **_in("coordinate", _of("sheet", "sheet_code", sheet="results-seen")),
    **_in("coordinate", _of("scan", "scan_id", scan="results-seen")),
    **_in("coordinate", _of("pack", "pack_id", pack_file="pack-downloaded", pack_zip="pack-downloaded")),
}  # fmt: skip
"""Endpoint → what it shows of people, when it succeeds."""

SAYS_ITSELF = frozenset({
    "account.join", "account.change_password", "account.store_passkey", "account.end_other_sessions",
    "admin.role_holder", "admin.give_role", "admin.take_role",
    "coordinate.store_person", "coordinate.store_workshop", "coordinate.store_person_correction",
    "coordinate.print_slips", "coordinate.take_in_people_list",
    "coordinate.merge_people", "coordinate.separate_people", "coordinate.propose_transfer",
    "coordinate.accept_transfer", "coordinate.decline_transfer", "coordinate.take_back_transfer", "coordinate.keep",
    "coordinate.forget", "coordinate.make_copy", "coordinate.note_wish", "coordinate.take_wish_back",
    "coordinate.store_assignment", "coordinate.withdraw_assignment", "coordinate.restore_assignment",
    "coordinate.fix", "coordinate.save_report", "coordinate.change_saved_report", "coordinate.take_away_saved_report",
    "coordinate.bring_back_saved_report", "coordinate.add_funder_example", "coordinate.store_funder_line",
    "coordinate.change_funder_line", "coordinate.take_out_funder_line", "coordinate.put_back_funder_line",
    "coordinate.judge_example", "coordinate.store_paper_reactions", "coordinate.store_targets",
    "coordinate.store_report_words",
    "author.create_module", "author.duplicate", "author.take_in_import",
})  # fmt: skip
"""What it was done to is known only inside: a new thing, several, or one that a second transaction is about."""

NEEDS_NONE: dict[str, str] = {
    **dict.fromkeys(
        ("account.enter", "account.give_code", "account.give_passkey", "account.passkey_question", "account.go_on",
         "account.new_passkey", "account.sign_out"),
        "a step of signing in or out; sessions have a list of their own, failures the log",
    ),
    **dict.fromkeys(
        ("learn.answer", "learn.hand_in", "learn.start", "learn.practise", "learn.unit_done", "learn.choose_path"),
        "a learner's own answer or choice is the record itself",
    ),
    **dict.fromkeys(
        ("learn.give_reaction", "learn.decline_reaction", "learn.keep_follow_up", "learn.decline_follow_up",
         "learn.ask_again"),
        "forms are kept without a person or a moment; an event would have both",
    ),
    "admin.check_role": "a look at what a role opens, before it is given",
    **dict.fromkeys(
        ("learn.keep_welcome", "learn.keep_reading", "learn.try_out"),
        "stores nothing about anybody",
    ),
    **dict.fromkeys(
        ("author.live_preview", "translate.passage_checks", "translate.look_at_file"), "a look at one's own writing",
    ),
    "coordinate.ask_for_warnings": "a look that comes by itself every hour comes sooner",
    "author.autosave": "the draft's own history has it, every few seconds",
    "author.read_import": "a dry run; what was sent waits and changes nothing",
    **dict.fromkeys(
        ("coordinate.begin_pack", "coordinate.choose_for_pack"), "choosing; making the pack is the act",
    ),
}  # fmt: skip
"""Endpoint that changes something, or may → why it is no act of the trail."""


def objects(state: State, db: Session, told: Told | None) -> list[Act]:
    """The acts of the route. Asked for before its transaction does anything: afterwards the object may be gone.

    Empty for what is not there.
    """
    if told is None or state.told or state.identity is None:
        return []
    values = request.view_args or {}
    if told.kind == SELF:
        return [Act(told.act, state.me.country, "person", state.me.person_id)]
    if told.kind == COUNTRY:
        asked = request.args.get("country", "")
        rule = state.rule.permission if state.rule is not None else None
        mine = countries_of(state.me, rule) if rule is not None else state.me.countries
        return [Act(told.act, code, COUNTRY, code) for code in sorted({asked} & mine or mine)]
    object_id = str(values[told.variable])
    if told.kind == MODULE:
        return [Act(told.act, str(values.get("country", NO_COUNTRY)), MODULE, object_id)]
    country = audit.country_of(db, told.kind, object_id)
    return [Act(told.act, country, told.kind, object_id)] if country else []


def keep(state: State, db: Session, said: list[Act], own: list[Act], *, is_own: bool) -> None:
    """Write what was `said` in this transaction, or else what the table says, `own`, as its last statements."""
    if not said and is_own and chain.wrote(db):
        if own:
            said = [one._replace(fields=chain.changed(db, TABLES.get(one.kind, one.kind))) for one in own]
            state.told = True
        elif not state.told and state.identity is not None and request.endpoint not in NEEDS_NONE:
            log.event("act-not-said", logging.WARNING, id=state.request_id, route=request.endpoint)
    who = state.identity or state.waiting
    actor = who.person_id if who else audit.SYSTEM
    audit.write(db, [*state.acts, *said], actor=actor, now=state.now(), request_id=state.request_id)


TABLES = {MODULE: "edition"}
"""Kind → table whose changed columns are named; otherwise it is called as the kind."""


def note_shown() -> None:
    """Write what the request's reading showed. That it cannot be written now is no reason to take the page back."""
    state: State | None = g.get("state")
    if state is None or not state.acts:
        return
    acts = [one.act for one in state.acts]
    try:
        with state.write(Scope.countries(one.country for one in state.acts)):
            pass
    except StoreError as error:
        log.event("shown-not-noted", logging.ERROR, id=state.request_id, kind=type(error).__name__, acts=",".join(acts))
