"""The list of people: searched, filtered, page after page; and sign-in slips for those who are chosen in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content import inline
from trainer.languages import formats
from trainer.languages.words import words
from trainer.printing import labels
from trainer.printing.bundle import File, Made, Order, Slips, make
from trainer.printing.slips import Slip
from trainer.services import directory, slips, workshops
from trainer.services.directory import PROGRESS, STATES, Filters
from trainer.services.people import PersonRow
from trainer.services.problems import NotFound
from trainer.services.workshop_rows import is_id
from trainer.vocabulary import AGENCY_TYPES, N_, WORK_ROLES, country_name
from trainer.web import log, report_source
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order, number_text, plain
from trainer.web.state import current

IN_ADDRESSES = tuple(name for name in Filters._fields if name != "search")
"""Filters without a name in them."""
MOST_SLIPS = 200
DAYS = ("7", "14", "30", "90")


@blueprint.get("/people")
@allow(Permission.SEE_PEOPLE)
def people() -> Response:
    return list_page(read_filters(lambda name: request.args.get(name, "")), Form())


@blueprint.post("/people")
@allow(Permission.SEE_PEOPLE)
def search_people() -> BaseResponse:
    """The same list, searched. By POST: a name has no place in an address, where histories and logs keep it."""
    form = Form()
    filters = read_filters(form.raw)._replace(search=form.text("search"))
    if filters.progress and not filters.module:
        form.refuse("module", N_("Choose a module, too."))
        return list_page(filters, form, 422)
    chosen = {name: getattr(filters, name) for name in IN_ADDRESSES if getattr(filters, name)}
    if chosen and not filters.search and not form.raw("after"):
        return redirect(url_for("coordinate.people", **chosen), 303)
    return list_page(filters, form)


@blueprint.post("/people/slips")
@allow(Permission.MANAGE_PEOPLE)
def choose_for_slips() -> Response:
    """Before slips are made: for whom, and what becomes of earlier ones."""
    form = Form()
    filters = read_filters(form.raw)._replace(search=form.text("search"))
    chosen = [one for one in form.many("person") if is_id(one)]
    if form.raw("whom") == "all":
        with current.read() as db:
            chosen = directory.ids(db, current.me.countries, filters, now=current.now(), most=MOST_SLIPS)
    if not chosen:
        form.refuse("slips", N_("Tick the people who need a slip."))
    elif len(chosen) > MOST_SLIPS:
        form.refuse("slips", N_("Tick at most %(maximum)s people."), maximum=MOST_SLIPS)
    if form.errors:
        return list_page(filters, form, 422)
    with current.read() as db:
        due = slips.due(db, current.me.countries, chosen)
    return slips_page(due, len(set(chosen)) - len(due), form)


@blueprint.post("/people/slips/print")
@allow(Permission.MANAGE_PEOPLE)
def print_slips() -> Response:
    """New slips as a PDF, which is all that shows their codes."""
    form = Form()
    days = form.choice("days", DAYS, N_("Choose how long the slips work."))
    chosen = [one for one in form.many("person") if is_id(one)][:MOST_SLIPS]
    if form.errors:
        with current.read() as db:
            due = slips.due(db, current.me.countries, chosen)
        return slips_page(due, 0, form, 422)
    with current.write() as db:
        due = slips.due(db, current.me.countries, chosen)
        codes = slips.issue(
            db, current.me.countries, [one.id for one in due], now=current.now(), days=int(days),
            key=current.config.secret_key, by=current.me.person_id,
        )  # fmt: skip
        for one in due:
            current.did("slip-issued", country=one.country, kind="person", object_id=one.id)
    if not due:
        return slips_page(due, len(chosen), form, 409)
    log.event("slips-issued", id=current.request_id, number=len(due))
    response = Response(drawn(due, codes, int(days)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="sign-in-slips.pdf"'
    return response


def drawn(people: tuple[PersonRow, ...], codes: dict[str, str], days: int) -> bytes:
    """The slips as a PDF, each in the language of its person."""
    until = (current.now() + timedelta(days=days)).date()
    made = tuple(
        Slip(
            name=one.full_name,
            address=url_for("account.sign_in", locale=_spoken(one), _external=True),
            sign_in_name=one.sign_in_name,
            code=codes[one.id],
            until=formats.date_text(until, _spoken(one)),
            locale=_spoken(one),
        )
        for one in people
    )
    order = Order(
        title=plain(N_("Sign-in slips")), locale=current.locale, paper="a4", grey=False,
        files=(File(position=1, name="slips", parts=(Slips(made),)),),
        labels={locale: labels.labels(words(locale)) for locale in {slip.locale for slip in made}},
    )  # fmt: skip
    return next(step.data for step in make(order) if isinstance(step, Made))


def _spoken(person: PersonRow) -> str:
    return person.locale if person.locale in current.site.locales else current.locale


# ------------------------------------------------------------------- the pages


def read_filters(value: Callable[[str], str]) -> Filters:
    """Those without a name. What they say is checked where they are used."""
    return Filters(**{name: value(name) for name in IN_ADDRESSES})


def list_page(filters: Filters, form: Form, status: int = 200) -> Response:
    """Raises NotFound for a filter that is none, and for one about another country."""
    with current.read() as db:
        held = workshops.workshops(db, current.me.countries)
        titles = report_source.titles(db, current.shelf, current.locale)[1]
        if filters.workshop not in ("", *(one.id for one in held)) or filters.module not in ("", *titles):
            raise NotFound
        found = directory.page(db, current.me.countries, filters, now=current.now(), after=form.raw("after"))
    html = render_template(
        "coordinate/people.html", found=found, filters=filters, form=form, errors=form.errors,
        narrowed=any(filters[1:]), carried=[(name, value) for name, value in filters._asdict().items() if value],
        countries={code: country_name(code) for code in countries_in_order(current.me.countries)},
        agency_types=AGENCY_TYPES, work_roles=WORK_ROLES, states=STATES, progress=PROGRESS,
        workshops=[(one.id, one.title, "und") for one in held],
        modules=[(slug, inline.words(one.content), one.lang) for slug, one in titles.items()],
        most_slips=MOST_SLIPS, is_first=not form.raw("after"),
    )  # fmt: skip
    return make_response(html, status)


def slips_page(due: tuple[PersonRow, ...], left_out: int, form: Form, status: int = 200) -> Response:
    html = render_template(
        "coordinate/slips.html",
        due=due,
        left_out=left_out,
        errors=form.errors,
        form=form,
        days=[(days, number_text(int(days)), "") for days in DAYS],
    )
    return make_response(html, status)
