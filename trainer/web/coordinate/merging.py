"""Two entries of one person: found, laid side by side, merged, and put back."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from trainer.access import Permission
from trainer.services import accounts, directory, editions, merging, second_entries, warning_list, warnings
from trainer.services.directory import Filters
from trainer.services.problems import SENTENCES
from trainer.vocabulary import AGENCY_TYPES, N_, SEXES, WORK_ROLES
from trainer.web import log
from trainer.web.coordinate.people import find
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

MERGED = notice("people-merged", N_("The two entries are merged. This can be undone for 30 days."))
SEPARATED = notice("people-separated", N_("The two entries are apart again, as they were."))
MOST_FOUND = 20


@blueprint.get("/people/duplicates")
@allow(Permission.MANAGE_PEOPLE)
def duplicates() -> str:
    with current.read() as db:
        groups = merging.duplicates(db, current.me.countries)
        looks = warning_list.looks(db, current.me.countries)
        for country in sorted({group[0].country for group in groups}):
            current.did("duplicates-seen", country=country, kind="country", object_id=country)
    return render_template(
        "coordinate/duplicates.html", groups=groups, looks=looks, most=second_entries.COMPARED,
        agency_types=AGENCY_TYPES,
    )  # fmt: skip


@blueprint.get("/people/<person_id>/merge")
@allow(Permission.MANAGE_PEOPLE)
def choose_second(person_id: str) -> str:
    return choosing(person_id, "")


@blueprint.post("/people/<person_id>/merge")
@allow(Permission.MANAGE_PEOPLE)
def find_second(person_id: str) -> str:
    """By POST, as every search for people."""
    return choosing(person_id, Form().text("search"))


def choosing(person_id: str, search: str) -> str:
    person = find(person_id)
    found = None
    if search:
        with current.read() as db:
            filters = Filters(search=search)
            page = directory.page(db, {person.country}, filters, now=current.now(), size=MOST_FOUND + 1)
        found = [row for row in page.rows if row.id != person.id][:MOST_FOUND]
    return render_template(
        "coordinate/merge_with.html", person=person, search=search, found=found, agency_types=AGENCY_TYPES
    )


@blueprint.get("/people/<person_id>/merge/<other_id>")
@allow(Permission.MANAGE_PEOPLE)
def compare_people(person_id: str, other_id: str) -> str:
    with current.read() as db:
        found = merging.compare(db, current.me.countries, person_id, other_id)
        titles = {one.module: one.title for one in editions.current_editions(db)}
        current.did("people-compared", country=found.kept.country, kind="person", object_id=person_id)
    return render_template(
        "coordinate/merge.html",
        kept=found.kept,
        gone=found.gone,
        lines=found.lines,
        places=found.places,
        problem=SENTENCES.get(found.problem or ""),
        titles=titles,
        agency_types=AGENCY_TYPES,
        work_roles=WORK_ROLES,
        sexes=SEXES,
    )


@blueprint.post("/people/<person_id>/merge/<other_id>")
@allow(Permission.MANAGE_PEOPLE)
def merge_people(person_id: str, other_id: str) -> Response:
    with current.write() as db:
        row = accounts.person(db, current.me.countries, person_id)
        me = current.me
        merging.merge(db, me.countries, person_id, other_id, by=me.person_id, now=current.now())
        warnings.ask(db, row.country, now=current.now())  # a third entry is compared with the person from now on
        for one in (person_id, other_id):
            current.did("people-merged", country=row.country, kind="person", object_id=one)
    log.event("people-merged", id=current.request_id)
    return redirect(url_for("coordinate.person", person_id=person_id, done=MERGED), 303)


@blueprint.post("/people/<person_id>/separate")
@allow(Permission.MANAGE_PEOPLE)
def separate_people(person_id: str) -> Response:
    """Undo the merge of this hidden entry."""
    with current.write() as db:
        kept = merging.separate(db, current.me.countries, person_id, now=current.now())
        row = accounts.person(db, current.me.countries, person_id)
        warnings.ask(db, row.country, now=current.now())
        for one in (person_id, kept):
            current.did("people-separated", country=row.country, kind="person", object_id=one)
    log.event("people-separated", id=current.request_id)
    return redirect(url_for("coordinate.person", person_id=person_id, done=SEPARATED), 303)
