"""Previews: the words in the editor before they are saved, and the whole draft for those who review it."""

from __future__ import annotations

import base64
from typing import NamedTuple

from flask import Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.compiler import Compilation
from trainer.content.diagnostics import Diagnostic
from trainer.content.encoding import MAX_BYTES
from trainer.content.html import plain
from trainer.content.model import Module, Unit
from trainer.services import acknowledgements, desk, writing
from trainer.services.desk import Folder
from trainer.services.problems import SENTENCES, Invalid, NotFound
from trainer.vocabulary import COUNTRIES
from trainer.web.author import editor_page, problems_shown, showing
from trainer.web.author.editor_page import LARGEST
from trainer.web.author.routes import blueprint
from trainer.web.author.showing import View
from trainer.web.guard import allow
from trainer.web.handbooks import PAPERS, Paper, Unprintable
from trainer.web.jinja import countries_in_order
from trainer.web.jinja import translated as _
from trainer.web.proofs import Proofs, TooSlow
from trainer.web.state import current
from trainer.web.texts import say
from trainer.web.uploads import up_to

DEVICES = ("phone", "page", "paper")

UNREADABLE = SENTENCES["module-unreadable"]


class Wanted(NamedTuple):
    """What the editor asks to see."""

    path: str
    text: str
    view: View
    device: str
    page: int
    """Of paper, from 1."""


class Made(NamedTuple):
    """One file as it would be, compiled."""

    compiled: Compilation
    sizes: dict[str, tuple[int, int]]
    media: dict[str, bytes]
    """Pictures of the unit; only for paper."""

    @property
    def module(self) -> Module | None:
        return self.compiled.module


@blueprint.post("/modules/<slug>/preview/<path:path>")
@allow(Permission.AUTHOR, keep=True)
@up_to(LARGEST, words=True)
def live_preview(slug: str, path: str) -> Response | str:
    """The words that were sent, over the files of the draft. Nothing is stored.

    For the script: the page alone, which is waited for; with `look` what is wrong in the words, and no page.
    """
    if not writing.is_written_here(path):
        raise NotFound
    wanted = _wanted(path)
    if len(wanted.text) > MAX_BYTES:
        problem = Invalid("text-too-long", field="words", size=len(wanted.text), limit=MAX_BYTES)
        return make_response(editor_page.page(editor_page.writing_of(slug, path), wanted.text, problem=problem), 422)
    is_script = request.accept_mimetypes.best == "application/json"
    if is_script and request.form.get("look"):
        return jsonify(_problems(slug, wanted))
    made, folder = _compiled(slug, wanted)
    if is_script:
        return jsonify(_answer(made, wanted))
    return render_template(
        "author/preview.html",
        slug=slug,
        path=path,
        words=wanted.text,
        base=request.form.get("base", ""),
        view=wanted.view,
        device=wanted.device,
        paper=_paper(made, wanted) if wanted.device == "paper" else None,
        sheet=_sheet(made, wanted) if wanted.device != "paper" else None,
        lang=made.module.locale if made.module else current.locale,
        languages=showing.languages_of(folder, made.module),
        countries=countries_in_order(COUNTRIES),
        problems=problems_shown.rows(_counting(slug, wanted), slug, path, wanted.text),
        module_title=editor_page.title_of(made.module, slug),
    )


@blueprint.get("/modules/<slug>/preview/<path:path>")
@allow(Permission.AUTHOR)
def leave_preview(slug: str, path: str) -> BaseResponse:
    """Whoever loads the address of a preview, or changes the language there, goes on writing."""
    return redirect(url_for("author.edit", slug=slug, path=path), 303)


def _wanted(path: str) -> Wanted:
    form = request.form
    device, page = form.get("device", ""), form.get("page", "")
    return Wanted(
        path,
        form.get("words", "").replace("\r\n", "\n"),
        View.of(form),
        device if device in DEVICES else "phone",
        int(page) if page.isdecimal() and len(page) < 5 else 1,
    )


def _compiled(slug: str, wanted: Wanted) -> tuple[Made, Folder]:
    view = wanted.view
    with current.read() as db:
        folder = desk.folder(db, slug)
        if wanted.path not in folder.manifest:
            raise NotFound
        compiled = current.desk.file(
            db, folder, wanted.path, writing.encoded(wanted.text), locale=view.locale, country=view.country,
            facilitator=view.facilitator,
        )  # fmt: skip
        media = {}
        if wanted.device == "paper" and compiled.module is not None:
            for path in pictures_in(folder, wanted.text):
                media[path] = current.desk.picture(db, folder, path).data
        return Made(compiled, current.desk.sizes(db, folder), media), folder


def pictures_in(folder: Folder, text: str) -> list[str]:
    """Pictures of the folder that a text names."""
    return [path for path in folder.manifest if path.startswith("media/") and path in text]


def _answer(made: Made, wanted: Wanted) -> dict[str, object]:
    """For the script: the page as a whole document, or a page of paper."""
    if wanted.device != "paper":
        return {"page": _document(made, wanted)}
    paper = _paper(made, wanted)
    return {**paper._asdict(), "trouble": str(paper.trouble.striptags()) if paper.trouble else ""}


def _problems(slug: str, wanted: Wanted) -> dict[str, object]:
    """For the script, which asks for it when the page is there: what is wrong in the file, whatever was looked at."""
    found = _counting(slug, wanted)
    shown = problems_shown.rows(found, slug, wanted.path, wanted.text)
    return {
        "problems": problems_shown.plain_rows(found, wanted.path),
        "list": render_template("author/problem_list.html", problems=shown, path=wanted.path),
    }


def _counting(slug: str, wanted: Wanted) -> tuple[Diagnostic, ...]:
    with current.read() as db:
        folder, data = desk.folder(db, slug), writing.encoded(wanted.text)
        if wanted.path not in folder.manifest:
            raise NotFound
        return acknowledgements.problems_of_file(db, current.desk, folder, wanted.path, data).counting


def _document(made: Made, wanted: Wanted) -> str:
    lang = made.module.locale if made.module else current.locale
    return showing.drawn("author/framed.html", lang, lang=lang, sheet=_sheet(made, wanted))


def _sheet(made: Made, wanted: Wanted) -> Markup:
    """The unit as in a lesson's page; a sentence where there is nothing to show."""
    module = made.module
    if module is None:
        return Markup("<p>{}</p>").format(_(UNREADABLE))
    page = showing.page_of(module, made.sizes, wanted.view, lines=True)
    unit = showing.the_unit(module)
    shown = (
        showing.sheet_of_module(module, page)
        if unit is None
        else showing.sheet_of_unit(unit, page, facilitator=wanted.view.facilitator)
    )
    return showing.drawn("author/sheet.html", module.locale, sheet=shown)


# -------------------------------------------------------------------- paper


class PaperShown(NamedTuple):
    picture: str
    """A data: address; "" where `trouble` says why there is none."""
    page: int
    pages: int
    width: int
    height: int
    trouble: Markup | None


def _paper(made: Made, wanted: Wanted) -> PaperShown:
    if made.module is None:
        return _no_paper(_(UNREADABLE))
    asked = request.form.get("paper", "a4")
    paper: Paper = next((known for known in PAPERS if known == asked), "a4")
    try:
        page = proofs().ask(
            current.me.session_id, made.module, paper, made.media, wanted.page, facilitator=wanted.view.facilitator
        )
    except Unprintable as error:
        return _no_paper(_("This cannot be printed: %(reason)s", reason=str(error)))
    except TooSlow:
        return _no_paper(_("The page was not ready in time. Change something, or try again."))
    picture = f"data:image/png;base64,{base64.b64encode(page.png).decode('ascii')}"
    return PaperShown(picture, page.number, page.pages, page.width, page.height, None)


def _no_paper(why: Markup) -> PaperShown:
    return PaperShown("", 0, 0, 0, 0, why)


def proofs() -> Proofs:
    """The application's one maker of pages."""
    known = current_app.extensions.get("trainer-proofs")
    if not isinstance(known, Proofs):
        known = current_app.extensions.setdefault("trainer-proofs", Proofs())
    return known


# ---------------------------------------------------------- the whole draft


@blueprint.get("/modules/<slug>/read", defaults={"unit": ""})
@blueprint.get("/modules/<slug>/read/<unit>")
@allow(Permission.READ_DRAFTS)
def draft_preview(slug: str, unit: str) -> str:
    """The draft as learners would read it, for who reviews it. Questions are shown, and nobody's answers are kept."""
    view = View.of(request.args)
    with current.read() as db:
        folder = desk.folder(db, slug)
        # Its own language first: that says which others there are.
        module = current.desk.module(db, folder, country=view.country, facilitator=view.facilitator)
        if view.locale:
            module = current.desk.shown(
                db, folder, locale=view.locale, country=view.country, facilitator=view.facilitator
            )
        sizes = current.desk.sizes(db, folder)
    found = next((one for one in module.units if one.slug == unit), None)
    if unit and found is None:
        raise NotFound
    page = showing.page_of(module, sizes, view)
    sheet = (
        showing.sheet_of_module(module, page)
        if found is None
        else showing.sheet_of_unit(found, page, facilitator=view.facilitator)
    )
    return render_template(
        "author/read.html",
        slug=slug,
        unit=found,
        view=view,
        lang=module.locale,
        module_title=say(module.title),
        plain_title=sheet.plain_title,
        sheet=showing.drawn("author/sheet.html", module.locale, sheet=sheet),
        units=_lines(module, found, view),
        ways=_ways(module, found, view),
        languages=showing.languages_of(folder, module),
        countries=countries_in_order(COUNTRIES),
        is_draft=folder.draft_id is not None,
    )


class Line(NamedTuple):
    url: str
    title: Markup
    minutes: int | None
    here: bool


def _lines(module: Module, here: Unit | None, view: View) -> list[Line]:
    return [
        Line(showing.address(module.slug, unit.slug if unit else "", view), say(unit.title), unit.minutes, unit is here)
        for unit in module.units
    ]


class Way(NamedTuple):
    url: str
    title: str


def _ways(module: Module, here: Unit | None, view: View) -> tuple[Way | None, Way | None]:
    """What comes before and after. Before the first unit is the page of the module."""
    pages = [None, *module.units]
    at = pages.index(here)
    around = (pages[at - 1] if at else here, pages[at + 1] if at + 1 < len(pages) else here)

    def way(unit: Unit | None) -> Way | None:
        if unit is here:
            return None
        return Way(showing.address(module.slug, unit.slug if unit else "", view), plain((unit or module).title.content))

    return way(around[0]), way(around[1])
