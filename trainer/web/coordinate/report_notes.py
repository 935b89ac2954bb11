"""Beside the figures: the targets of a year, and the words of a quarter's report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.languages.folding import ascii_digits
from trainer.services import periods, report_notes, report_targets
from trainer.services.problems import NotFound
from trainer.services.report_notes import LONGEST_POST, LONGEST_TEXT, LONGEST_WHY, WHY, Note, Notes
from trainer.services.report_targets import TARGETS
from trainer.services.report_words import NARRATIVE, PREPARED
from trainer.vocabulary import N_, country_name
from trainer.web import log
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, status_of
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order, lang_of_name
from trainer.web.notices import notice
from trainer.web.state import current

SAVED = notice("report-note-saved", N_("Saved."))
FIRST = "2000"
LONGEST_NUMBER = 7
"""Digits."""


class Asked(NamedTuple):
    country: str
    period: str
    offered: tuple[str, ...]


def _sent(form: Form, kind: str) -> Asked:
    """What the form names: nothing is assumed. Raises NotFound."""
    if not form.raw("country") or not form.raw(kind):
        raise NotFound
    return _asked(form.raw, kind)


def _asked(read: Callable[[str], str | None], kind: str) -> Asked:
    """What is named, or the first that is offered. Raises NotFound for what is not theirs."""
    country = read("country") or next(iter(countries_in_order(current.me.countries)), "")
    if country not in current.me.countries:
        raise NotFound
    of_kind = report_notes.years if kind == "year" else report_notes.quarters
    offered = of_kind(country, current.now())
    # The next year's targets are for the end of this one; a quarter's words for when it is over.
    period = read(kind) or offered[1]
    is_known = periods.is_code_of_quarter(period) if kind == "quarter" else period in offered
    if not is_known or not FIRST <= period <= offered[0]:
        raise NotFound
    return Asked(country, period, offered if period in offered else (*offered, period))


def _notes(asked: Asked) -> Notes:
    with current.read() as db:
        return report_notes.read(db, asked.country, asked.period)


def _refused(asked: Asked, form: Form, act: str, written: Mapping[str, Any]) -> int:
    """Store it. -> the status of the page to show again, with what is wrong in `form`; 0: it is stored"""
    version = _version(form)
    if form.errors:
        return 422
    try:
        _store(asked, act, written, version)
    except REFUSALS as problem:
        form.take(problem, "written")
        return status_of(problem)
    return 0


def _store(asked: Asked, act: str, written: Mapping[str, Any], version: int) -> None:
    """Raises Conflict."""
    with current.write() as db:
        fields = report_notes.store(
            db, current.me.countries, asked.country, asked.period, written, version=version, by=current.me.person_id,
            now=current.now(),
        )  # fmt: skip
        if fields:
            current.did(act, country=asked.country, kind="report", object_id=asked.period, fields=fields)
    log.event(act, id=current.request_id)


def _number(form: Form, name: str, message: str) -> int | None:
    """In any digits; None: left empty, or an error."""
    text = ascii_digits(form.text(name))
    if text and not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        form.refuse(name, message)
        return None
    return int(text) if text else None


def _version(form: Form) -> int:
    return _number(form, "version", N_("Write a whole number, such as 20.")) or 0


def _rendered(template: str, asked: Asked, form: Form, note: Note, status: int, **more: Any) -> Response:
    """With what was sent, if something was. Only who was shown what is saved meanwhile may replace it."""
    sent, is_stale = bool(form.raw("csrf_token")), status == 409
    values = {name: form.raw(name).replace("\r\n", "\n") for name in request.form} if sent else dict(note.written)
    html = render_template(
        template, asked=asked, country=asked.country, errors=form.errors, values=values, note=note,
        is_stale=is_stale, version=form.raw("version") if sent and not is_stale else note.version,
        countries={code: country_name(code) for code in countries_in_order(current.me.countries)}, **more,
    )  # fmt: skip
    return make_response(html, status)


# ------------------------------------------------------------------ targets


@blueprint.get("/targets")
@allow(Permission.MANAGE_PEOPLE)
def targets_page() -> Response:
    return _targets_page(_asked(request.args.get, "year"), Form())


@blueprint.post("/targets")
@allow(Permission.MANAGE_PEOPLE)
def store_targets() -> BaseResponse:
    form = Form()
    asked = _sent(form, "year")
    written: dict[str, int] = {}
    for code in TARGETS:
        number = _number(form, code, N_("Write a whole number, such as 20."))
        if number is not None:
            try:
                report_targets.check(code, number)
            except REFUSALS as problem:
                form.take(problem, code)
            written[code] = number
    refused = _refused(asked, form, "targets-changed", written)
    if refused:
        return _targets_page(asked, form, refused)
    at = url_for("coordinate.targets_page", country=asked.country, year=asked.period, done=SAVED)
    return redirect(at, 303)


def _targets_page(asked: Asked, form: Form, status: int = 200) -> Response:
    note = _notes(asked).targets
    return _rendered("coordinate/targets.html", asked, form, note, status, targets=TARGETS)


# ------------------------------------------------------------------ words


@blueprint.get("/report-words")
@allow(Permission.MANAGE_PEOPLE)
def report_words_page() -> Response:
    return _words_page(_asked(request.args.get, "quarter"), Form())


@blueprint.post("/report-words")
@allow(Permission.MANAGE_PEOPLE)
def store_report_words() -> BaseResponse:
    form = Form()
    asked = _sent(form, "quarter")
    refused = _refused(asked, form, "report-words-changed", _words(form))
    if refused:
        return _words_page(asked, form, refused)
    at = url_for("coordinate.report_words_page", country=asked.country, quarter=asked.period, done=SAVED)
    return redirect(at, 303)


def _words(form: Form) -> dict[str, Any]:
    found: dict[str, Any] = {}
    limits = (
        *((name, LONGEST_POST) for name in report_notes.LINES), *((name, LONGEST_TEXT) for name in report_notes.TEXTS),
        *((f"{WHY}{code}", LONGEST_WHY) for code in TARGETS),
    )  # fmt: skip
    for name, most in limits:
        text = form.raw(name) if name in report_notes.TEXTS else form.text(name)
        try:
            found[name] = report_notes.tidied(text, name, most)
        except REFUSALS as problem:
            form.take(problem, name)
    try:
        number = _number(form, "concerns", N_("Write a whole number, such as 20."))
        found["concerns"] = report_notes.concerns(number)
    except REFUSALS as problem:
        form.take(problem, "concerns")
    if form.raw("advisers") in report_notes.ADVISERS:
        found["advisers"] = form.raw("advisers")
    said = "".join(text for text in found.values() if isinstance(text, str))
    if said:
        found["lang"] = lang_of_name(said) or current.locale
    return found


def _words_page(asked: Asked, form: Form, status: int = 200) -> Response:
    notes = _notes(asked)
    return _rendered(
        "coordinate/report_words.html", asked, form, notes.words, status,
        posts={name: PREPARED[name] for name in report_notes.LINES},
        headings={name: NARRATIVE[name][0] for name in report_notes.TEXTS},
        explained={f"{WHY}{code}": TARGETS[code] for code in report_targets.set_in(notes.targets)},
        advisers=report_notes.ADVISERS, limits=(LONGEST_POST, LONGEST_TEXT, LONGEST_WHY), others=NARRATIVE,
        year=asked.period[:4],
    )  # fmt: skip
