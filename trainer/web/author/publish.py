"""Publishing a draft: what it changes is shown first, and only what was shown is published, by a person's name."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import acknowledgements, drafts, editions, history, publishing
from trainer.services.drafts import Seen
from trainer.services.history import Saved
from trainer.services.names import folded
from trainer.services.problems import Conflict, NotFound
from trainer.services.publishing import Material, Proof
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.author import publish_words
from trainer.web.author.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

PUBLISHED = notice("edition-published", N_("Published. Learners see this edition from now on."))
RAISED = notice("revisions-raised", N_("The revision was raised in the draft. Answers given so far keep theirs."))
LONGEST_NOTE = 2_000


@blueprint.get("/modules/<slug>/publish")
@allow(Permission.PUBLISH)
def publish_page(slug: str) -> BaseResponse:
    with current.read() as db:
        found = publishing.gather(db, slug)
    return _page(slug, found)


@blueprint.post("/modules/<slug>/publish")
@allow(Permission.PUBLISH, keep=True)
def publish(slug: str) -> BaseResponse:
    form, seen = Form(), _seen()
    note = _note(form)
    if len(note) > LONGEST_NOTE:
        form.refuse("note", N_("This note is too long: use at most %(maximum)s letters."), maximum=LONGEST_NOTE)
    if folded(form.raw("name")) != folded(current.me.full_name):
        form.refuse("name", N_("Type your full name as it stands in your account, to say that you publish this."))
    with current.read() as db:
        found = publishing.gather(db, slug)
    if found is None or found.seen != seen or found.is_behind:
        return _moved(slug)
    proof = current.proofs.of(found)
    if form.errors or proof.ready is None:
        return _page(slug, found, form=form, status=422)
    try:
        with current.write() as db:
            made = drafts.publish_draft(
                db, found.draft.id, by=current.me.full_name, now=current.now(), note=note, seen=seen,
                prepared=proof.ready,
            )  # fmt: skip
    except (Conflict, NotFound):
        return _moved(slug)
    log.event("edition-published", id=current.request_id)
    return redirect(url_for("author.edition_page", slug=slug, number=made.number, done=PUBLISHED), 303)


@blueprint.post("/modules/<slug>/publish/revisions")
@allow(Permission.AUTHOR)
def raise_revisions(slug: str) -> BaseResponse:
    """Write the `rev` of one question, or of all that need one, into the draft."""
    seen, question = _seen(), request.form.get("question", "")
    with current.read() as db:
        found = publishing.gather(db, slug)
    try:
        found = publishing.check_seen(found, seen)
        needed = [one for one in current.proofs.of(found).raises if question in ("", one.item.id)]
        with current.write() as db:
            publishing.raise_revs(db, found, needed, by=current.me.full_name, now=current.now())
    except (Conflict, NotFound):
        return _moved(slug, N_("Meanwhile the draft was changed. No revision was raised. This is how it stands now."))
    return redirect(url_for("author.publish_page", slug=slug, done=RAISED, _anchor="revisions"), 303)


def _seen() -> Seen:
    """What the form says that the page showed."""
    newest = request.form.get("newest", "")
    return Seen(request.form.get("digest", ""), int(newest) if newest.isascii() and newest.isdigit() else None)


def _note(form: Form) -> str:
    """Several lines, without what cannot be shown or stored."""
    text = unicodedata.normalize("NFC", form.raw("note")).replace("\r\n", "\n")
    return "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) != "Cc").strip()


def _moved(
    slug: str,
    sentence: str = N_("Meanwhile something was changed. Nothing was published. Look at it as it stands now."),
) -> BaseResponse:
    """The page as it is now, with what changed since the form was made; what was typed stays in it."""
    with current.read() as db:
        found = publishing.gather(db, slug)
        saved = history.since(db, slug, shown) if (shown := _shown_at()) is not None else []
    return _page(slug, found, form=Form(), status=409, moved=sentence, saved=saved)


def _shown_at() -> datetime | None:
    try:
        shown = datetime.fromisoformat(request.form.get("shown", ""))
    except ValueError:
        return None
    return shown if shown.tzinfo is not None else None


def _page(
    slug: str, found: Material | None, *, form: Form | None = None, status: int = 200, moved: str = "",
    saved: list[Saved] | None = None,
) -> BaseResponse:  # fmt: skip
    typed = {name: form.raw(name) if form is not None else "" for name in ("name", "note")}
    if found is None:
        with current.read() as db:
            newest = editions.edition(db, slug)
        return make_response(
            render_template("author/publish_nothing.html", slug=slug, newest=newest, moved=moved, typed=typed), status
        )
    proof = current.proofs.of(found)
    with current.read() as db:
        warnings = len(acknowledgements.problems(db, current.desk, slug).warnings)
    html = render_template(
        "author/publish.html", slug=slug, found=found, proof=proof, warnings=warnings, typed=typed,
        moved=moved, saved=saved or [],
        errors=form.errors if form is not None else {}, titles=publish_words.unit_titles(proof.module),
        facts=publish_words.FACTS, part_names=publish_words.PARTS, alike=publish_words.alike(proof.languages),
        **_passages(proof),
    )  # fmt: skip
    return make_response(html, status)


def _passages(proof: Proof) -> dict[str, object]:
    """The changed passages: the first, or all of them when asked."""
    if proof.learners is None:
        return {"groups": [], "hidden": 0}
    most = None if request.args.get("all") == "1" else publish_words.FIRST
    hidden = 0 if most is None else max(0, len(proof.learners.passages) - most)
    return {"groups": publish_words.grouped(proof.learners, most), "hidden": hidden}
