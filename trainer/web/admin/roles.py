"""Roles: who has which, giving one after a look at what it opens, taking it away.

An administrator sees no directory. Whoever gets a role is found by their exact sign-in name, which they have to tell;
it travels in forms, never in an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import COORDINATOR, REVIEWER, TRANSLATOR, VIEWER, Permission
from trainer.services import roles
from trainer.services.problems import Invalid, NotFound, Refused
from trainer.services.roles import GIVEN, Holder
from trainer.store.scope import Scope
from trainer.vocabulary import COUNTRIES, N_, OTHER_COUNTRY, country_name
from trainer.web import log
from trainer.web.admin.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order, plain
from trainer.web.notices import notice
from trainer.web.role_words import NAMES, OPENS, in_words
from trainer.web.state import current

EVERYWHERE = Scope.system("roles are given over every country")
GIVEN_NOW = notice("role-given", N_("The role is given. The person has it at the next sign-in."))
TAKEN = notice("role-taken", N_("The role is taken away. The person’s sessions are ended."))


class Wish(NamedTuple):
    """A role that somebody should get, for each of these countries or languages (None: for nothing in particular)."""

    role: str
    over: tuple[str | None, ...]


@blueprint.get("/")
@allow(Permission.ADMINISTER)
def role_list() -> Response:
    return list_page(Form())


@blueprint.post("/person")
@allow(Permission.ADMINISTER)
def role_holder() -> Response:
    """One person: what they have, and what they could get. By POST, for there is a name in it."""
    form = Form()
    if form.raw("person"):
        return person_page(form.raw("person"), form)
    name = form.needed("name", N_("Enter the sign-in name."))
    if form.errors:
        return list_page(form, 422)
    with current.read(EVERYWHERE) as db:
        found = roles.named(db, name)
        if found is not None:
            current.did("person-looked-up", country=found.country, kind="person", object_id=found.person_id)
    if found is None:
        form.refuse("name", N_("Nobody signs in with this name. Ask the person how they write it."))
        return list_page(form, 404)
    return person_page(found.person_id, form)


@blueprint.post("/check")
@allow(Permission.ADMINISTER)
def check_role() -> Response:
    """What the role would open, in words, before it is given."""
    form = Form()
    wish = read_wish(form)
    person = find(form.raw("person"))
    if person.person_id == current.me.person_id:
        form.take(Refused("role-own"), "role")
    if form.errors:
        return person_page(person.person_id, form, 422)
    html = render_template(
        "admin/check.html", person=person, wish=wish, opens=OPENS[wish.role],
        given=[in_words(wish.role, over) for over in wish.over],
    )  # fmt: skip
    return make_response(html)


@blueprint.post("/give")
@allow(Permission.ADMINISTER)
def give_role() -> BaseResponse:
    form = Form()
    wish = read_wish(form)
    person = find(form.raw("person"))
    if form.errors:
        return person_page(person.person_id, form, 422)
    try:
        with current.write(EVERYWHERE) as db:
            for over in wish.over:
                roles.grant_role(db, current.me, person.person_id, wish.role, over=over, now=current.now())
            note("role-given", person, wish.role, wish.over)
    except (Refused, Invalid) as problem:
        form.take(problem, "role")
        return person_page(person.person_id, form, 409)
    log.event("role-given", id=current.request_id)
    return redirect(url_for("admin.role_list", done=GIVEN_NOW), 303)


@blueprint.post("/take")
@allow(Permission.ADMINISTER)
def take_role() -> BaseResponse:
    form = Form()
    person = find(form.raw("person"))
    role, over = form.raw("role"), form.raw("over") or None
    try:
        with current.write(EVERYWHERE) as db:
            roles.revoke_role(db, current.me, person.person_id, role, over=over)
            note("role-taken", person, role, (over,))
    except (Refused, NotFound) as problem:
        form.take(problem, "held")
        return person_page(person.person_id, form, 409)
    log.event("role-taken", id=current.request_id)
    return redirect(url_for("admin.role_list", done=TAKEN), 303)


def note(act: str, person: Holder, role: str, overs: Iterable[str | None]) -> None:
    for one in roles.told(act, person.person_id, person.country, role, overs):
        current.did(one.act, country=one.country, kind=one.kind, object_id=one.object_id, fields=one.fields)


def find(person_id: str) -> Holder:
    """Raises NotFound."""
    with current.read(EVERYWHERE) as db:
        return roles.holder(db, person_id)


def read_wish(form: Form) -> Wish:
    """A role with its countries or languages, each once; errors in `form`."""
    role = form.choice("role", NAMES, N_("Choose a role."))
    if role in (COORDINATOR, VIEWER):
        over = chosen(form, "countries", role, N_("Choose the country, or several."))
    elif role in (TRANSLATOR, REVIEWER):
        over = chosen(form, "languages", role, N_("Choose the language, or several."))
    else:
        over = (None,)
    return Wish(role, over)


def chosen(form: Form, name: str, role: str, message: str) -> tuple[str | None, ...]:
    ticked = tuple(value for value in GIVEN[role] if value in form.many(name))
    if not ticked:
        form.refuse(name, message)
    return ticked


# ------------------------------------------------------------------- the pages


def list_page(form: Form, status: int = 200) -> Response:
    with current.read(EVERYWHERE) as db:
        holders = roles.holders(db)
    listed = [
        (name, [(one, [in_words(held.role, held.over) for held in one.roles if held.role == role]) for one in holders
                if any(held.role == role for held in one.roles)])
        for role, name in NAMES.items()
    ]  # fmt: skip
    return make_response(render_template("admin/roles.html", listed=listed, form=form, errors=form.errors), status)


def person_page(person_id: str, form: Form, status: int = 200) -> Response:
    person = find(person_id)
    countries = (*countries_in_order(COUNTRIES), OTHER_COUNTRY)
    html = render_template(
        "admin/person.html", person=person, form=form, errors=form.errors, names=NAMES,
        held=[(one, in_words(one.role, one.over)) for one in person.roles],
        is_me=person.person_id == current.me.person_id,
        countries=[(code, plain(country_name(code))) for code in countries],
        languages=current.site.locales,
    )  # fmt: skip
    return make_response(html, status)
