"""Markdown in, Module out: the passes, in order.

    files → text → front matter → country → block tokens → blocks (each passage read by the inline stage)
          → checks across units → Module and everything that is wrong → its words in another language

Nothing is raised for any content. What cannot be used is reported and left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from trainer.content import blocks, checks, heads, matter, nation, terms
from trainer.content.builder import Builder
from trainer.content.diagnostics import Diagnostic, Findings
from trainer.content.encoding import decode
from trainer.content.localising import localize
from trainer.content.matter import Matter
from trainer.content.model import Block, Footnote, Module, Signed, Unit
from trainer.content.passages import Speaker
from trainer.content.translation import Catalog, catalog_of
from trainer.content.work import Work
from trainer.languages.registry import LANGUAGES
from trainer.vocabulary import COUNTRIES

MODULE = "module.md"


class Compilation(NamedTuple):
    module: Module | None
    """None when there is no usable module.md."""
    diagnostics: tuple[Diagnostic, ...]
    """All of them, by file, line and column."""

    @property
    def ok(self) -> bool:
        """There is a module and no error; warnings may be there."""
        return self.module is not None and not any(one.severity == "error" for one in self.diagnostics)


@dataclass(slots=True, kw_only=True)
class _Job:
    """What the passes hand on."""

    slug: str
    work: Work
    texts: dict[str, str] = field(default_factory=dict)
    heads: dict[str, Matter] = field(default_factory=dict)
    bodies: dict[str, tuple[str, int]] = field(default_factory=dict)
    """File → its text behind the front matter, and the lines before it."""
    asked: str | None = None
    """The country."""
    bases: Mapping[str, str] | None = None
    """Of the regional text, when it was compiled before."""
    overlay: nation.Overlay | None = None
    """Without what is reopened; `work.overlay` only when it is issued."""
    fields: dict[str, Any] = field(default_factory=dict)
    units: tuple[Unit, ...] = ()
    module: Module | None = None
    rest: Rest | None = None
    """One file is compiled alone: what the files declare that are not there."""

    @property
    def is_one_file(self) -> bool:
        """module.md is all there is, so that its text is the module's only lesson."""
        return len(self.texts) == 1 if self.rest is None else not self.rest.units


class Rest(NamedTuple):
    """What the other files of a module declare, so that one of its files can be compiled without them."""

    units: Mapping[str, str]
    """Id of each of their units → its file."""
    anchors: Mapping[str, frozenset[str]]
    """Slug of a unit → ids that links may name."""
    ids: Mapping[str, str]
    """Id of each of their fences → `file:line`."""


def compile_module(
    files: Mapping[str, bytes],
    *,
    slug: str,
    locale: str | None = None,
    country: str | None = None,
    facilitator: bool = False,
    bases: Mapping[str, str] | None = None,
) -> Compilation:
    """Compile a module folder: path inside it → bytes. `locale` None: the language it is written in.

    `bases`: `Module.bases` of the same folder, if it was compiled before; an overlay is compared with them.
    """
    work = Work(files=files, findings=Findings(), source="en", country=None, facilitator=facilitator)
    job = _Job(slug=slug, work=work, asked=country, bases=bases)
    if MODULE not in files:
        work.findings.error("module-missing", MODULE)
    for step in PASSES:
        step(job)
    compiled = Compilation(job.module, work.findings.listed())
    return compiled if locale is None else localized(compiled, files, locale)


def localized(compiled: Compilation, files: Mapping[str, bytes], locale: str, *, trusted: bool = False) -> Compilation:
    """What `compile_module` made of `files` in the module's own language, in `locale`.

    `trusted`: the catalog's problems were told when it was published, so they are not told again.
    """
    module = compiled.module
    if module is None or locale == module.source:
        return compiled
    findings = Findings()
    findings.found += compiled.diagnostics
    if locale not in LANGUAGES:
        findings.error("module-locale", MODULE, locale=locale, known=", ".join(LANGUAGES))
        return Compilation(module, findings.listed())
    catalog, file = None, catalog_of(locale)
    if file in files:
        catalog, found = Catalog.parse(files[file], file, trusted=trusted)
        findings.found += found
    shown, doubts = localize(module, catalog, locale)
    findings.found += doubts
    if catalog is not None and not trusted:
        findings.found += terms.check(shown, catalog)
    return Compilation(shown, findings.listed())


# ---------------------------------------------------------------- one file


def rest_of(files: Mapping[str, bytes], file: str, *, slug: str) -> Rest:
    """What all Markdown files but `file` declare."""
    # Something has to stand in its place: a module of module.md alone is read otherwise.
    stub = {} if file == MODULE else {file: b"---\nid: :\ntitle: :\n---\n"}
    work = Work(files={**files, **stub}, findings=Findings(), source="en", country=None, facilitator=True)
    job = _Job(slug=slug, work=work)
    for step in (_read_texts, _split_matter, _read_declarations, _read_module, _read_units):
        step(job)
    mine = file.removesuffix(".md")
    return Rest(
        units={unit.id: unit.file for unit in job.units if unit.file not in (file, MODULE)},
        anchors={name: frozenset(ids) for name, ids in work.anchors.items() if name != mine},
        ids={ident: place for ident, place in work.ids.items() if place.rpartition(":")[0] != file},
    )


def compile_file(
    files: Mapping[str, bytes], file: str, rest: Rest, *, slug: str, country: str | None = None,
    facilitator: bool = False,
) -> Compilation:  # fmt: skip
    """What `compile_module` makes of the one unit in `file`, or of module.md, and what is wrong in that file.

    `files` holds module.md, `file`, the country's overlay and the names of pictures; `rest` stands for the others. The
    module has no unit but this one, and what only the whole folder tells (completion, overlays) is not looked at.
    """
    taken = {name: data for name, data in files.items() if "/" in name or name in (file, MODULE)}
    work = Work(files=taken, findings=Findings(), source="en", country=None, facilitator=facilitator)
    work.anchors.update({name: set(ids) for name, ids in rest.anchors.items()})
    work.ids.update(rest.ids)
    job = _Job(slug=slug, work=work, asked=country, rest=rest)
    read = _read_module if file == MODULE else _read_head
    for step in (_read_texts, _split_matter, _read_declarations, _choose_country, read, _read_units):
        step(job)
    checks.check_links(work)
    for unit in job.units:
        checks.check_unit(work, unit)
        if unit.id in rest.units:
            work.findings.error("unit-duplicate", unit.file, 1, id=unit.id, other=rest.units[unit.id])
    _assemble(job)
    return Compilation(job.module, tuple(one for one in work.findings.listed() if one.file == file))


class Check(NamedTuple):
    """A module looked at in its own language, in each language and in each country it has files for."""

    module: Module | None
    """In its own language, for facilitators."""
    diagnostics: tuple[Diagnostic, ...]
    languages: Mapping[str, Module]
    """Locale → the module in it, for each catalog."""

    @property
    def ok(self) -> bool:
        return self.module is not None and not any(one.severity == "error" for one in self.diagnostics)


def check_module(files: Mapping[str, bytes], *, slug: str) -> Check:
    """Everything wrong with a module folder, and the module in all its languages."""
    found, languages = Findings(), {}
    first = compile_module(files, slug=slug, facilitator=True)
    found.found += first.diagnostics
    for name in sorted(files):
        path = PurePosixPath(name)
        if str(path.parent) == "translations" and path.stem in LANGUAGES:
            made = localized(first, files, path.stem)
            found.found += made.diagnostics
            if made.module is not None:
                languages[path.stem] = made.module
        elif str(path.parent) == "national" and path.stem in COUNTRIES:
            bases = None if first.module is None else first.module.bases
            made = compile_module(files, slug=slug, country=path.stem, facilitator=True, bases=bases)
            found.found += made.diagnostics
    return Check(first.module, found.listed(), languages)


# --------------------------------------------------------------------- passes


def _read_texts(job: _Job) -> None:
    """Bytes to text, for the Markdown files at the top; what else lies in the folder has its place or is named."""
    findings = job.work.findings
    for name in sorted(job.work.files):
        path = PurePosixPath(name)
        folder = str(path.parent)
        if folder == "." and path.suffix == ".md":
            text = decode(job.work.files[name], name, findings)
            if text is not None:
                job.texts[name] = text
        elif folder == "translations":
            if path.suffix != ".po":
                findings.warn("module-translation", name)
        elif folder == "national":
            if path.suffix != ".md":
                findings.warn("module-overlay", name)
        elif path.parts[0] != "media":
            findings.warn("module-file", name)


def _split_matter(job: _Job) -> None:
    for name, text in job.texts.items():
        head, body, offset = matter.split(text, name, job.work.findings)
        job.heads[name], job.bodies[name] = head, (body, offset)


def _read_declarations(job: _Job) -> None:
    """What passages need to know beforehand: the source language, slots, objectives."""
    head = job.heads.get(MODULE)
    if head is not None:
        job.work.source = heads.source_of(head)
        job.work.slots = heads.slots_of(head)
        job.work.objectives = heads.objective_ids(head)


def _choose_country(job: _Job) -> None:
    work, country = job.work, job.asked
    if country is None:
        return
    if country not in COUNTRIES:
        work.findings.error("module-country", MODULE, country=country, known=", ".join(COUNTRIES))
        return
    work.country = country
    file = f"national/{country}.md"
    if file in work.files:
        overlay, found = nation.parse(work.files[file], file)
        work.findings.found += found
        if overlay is not None:
            # One file alone cannot tell whether the text its country wrote for is still the same.
            is_compared = bool(overlay.basis) and job.rest is None
            job.overlay = nation.in_force(overlay, _bases(job)) if is_compared else overlay
            work.overlay = job.overlay if job.overlay.issued else None


def _bases(job: _Job) -> Mapping[str, str]:
    """What the overlay is compared with has to be known before the first word of it is used."""
    if job.bases is None:
        regional = compile_module(job.work.files, slug=job.slug).module
        job.bases = {} if regional is None else regional.bases
    return job.bases


def _read_module(job: _Job) -> None:
    """Front matter and introduction of module.md. A module of this one file has its body as its only lesson."""
    head = job.heads.get(MODULE)
    if head is None:
        return
    job.fields = heads.module_fields(head, job.work, job.slug)
    if not job.is_one_file:
        text = _build(job, MODULE, unit="module", slug="module", title=job.fields["title"].source)
        found = text.pop("blocks")
        for block in found:
            if (line := getattr(block, "points", None)) is not None:
                line = block.line
                job.work.findings.error("question-place", MODULE, line, where="introduction of the module")
        job.fields |= {"introduction": tuple(one for one in found if not hasattr(one, "points")), **text}


def _read_head(job: _Job) -> None:
    """Front matter of module.md without its introduction."""
    head = job.heads.get(MODULE)
    if head is not None:
        job.fields = heads.module_fields(head, job.work, job.slug)


def _read_units(job: _Job) -> None:
    units = []
    for name in job.texts:
        if name != MODULE:
            fields = heads.unit_fields(job.heads[name], job.work, name.removesuffix(".md"))
            units.append(_unit(job, name, fields))
        elif job.is_one_file:
            title = job.fields["title"]
            fields = {"id": "lesson", "slug": "lesson", "file": MODULE, "kind": "lesson", "title": title}
            units.append(_unit(job, name, fields))
    job.units = tuple(units)


def _unit(job: _Job, name: str, fields: dict[str, Any]) -> Unit:
    text = _build(job, name, unit=fields["id"], slug=fields["slug"], title=fields["title"].source)
    return Unit(**text, **fields)


def _build(job: _Job, file: str, *, unit: str, slug: str, title: str) -> dict[str, Any]:
    """Block stage, builder, inline stage, for one file: `blocks`, `notes` and `references`."""
    work = job.work
    body, offset = job.bodies[file]
    try:
        tokens, env = blocks.parse(body)
        speaker = Speaker(work, file=file, text=body, offset=offset, unit=unit, slug=slug, env=env)
        builder = Builder(work, speaker, tokens, slug=slug)
        builder.title = title
        found = tuple(builder.blocks(""))
        references = {
            label: {"href": one["href"], "title": one["title"]} for label, one in env.get("references", {}).items()
        }
        return {"blocks": found, "notes": builder.footnotes(), "references": references}
    except Exception as error:
        # Whatever an author writes gets a diagnostic and not a traceback; tests hold that this one never appears.
        work.findings.error("internal", file, kind=type(error).__name__)
        return {"blocks": (), "notes": ()}


def _check(job: _Job) -> None:
    work = job.work
    if MODULE in job.texts and not job.units:
        work.findings.error("module-empty", MODULE)
    checks.check_links(work)
    checks.check_units(work, job.units)
    for unit in job.units:
        checks.check_unit(work, unit)
    if job.overlay is not None:
        checks.check_overlay(work, job.overlay, f"national/{work.country}.md")


def _assemble(job: _Job) -> None:
    """The module, when module.md could be read at all."""
    if MODULE not in job.heads:
        return
    work = job.work
    present = {PurePosixPath(name).stem for name in work.files if PurePosixPath(name).parent.name == "translations"}
    job.module = Module(
        slug=job.slug,
        source=work.source,
        locale=work.source,
        country=work.country,
        targets=work.targets,
        bases=work.all_bases,
        signed=_signed(work.overlay),
        reopened=work.overlay.reopened if work.overlay is not None else (),
        open_slots=checks.open_slots(work, job.overlay),
        units=job.units,
        passages=tuple(work.passages),
        states=dict(Counter(passage.state for passage in work.passages)),
        languages=tuple(tag for tag in LANGUAGES if tag == work.source or tag in present),
        **job.fields,
    )
    checks.check_completion(work, job.module)


def _signed(overlay: nation.Overlay | None) -> Signed | None:
    if overlay is None or overlay.confirmed_by is None or overlay.checked_on is None:
        return None
    return Signed(overlay.confirmed_by, overlay.checked_on, overlay.review_by)


PASSES: tuple[Callable[[_Job], None], ...] = (
    _read_texts,
    _split_matter,
    _read_declarations,
    _choose_country,
    _read_module,
    _read_units,
    _check,
    _assemble,
)
"""The compiler."""


def compile_text(
    text: str, *, file: str = "text.md"
) -> tuple[tuple[Block, ...], tuple[Footnote, ...], tuple[Diagnostic, ...]]:
    """Ordinary Markdown without front matter: its blocks, its footnotes, what is wrong with it."""
    work = Work(files={}, findings=Findings(), source="en", country=None, facilitator=True)
    tokens, env = blocks.parse(text)
    speaker = Speaker(work, file=file, text=text, offset=0, unit="text", slug="text", env=env)
    builder = Builder(work, speaker, tokens, slug="text", prose=True)
    found = tuple(builder.blocks(""))
    return found, builder.footnotes(), work.findings.listed()
