"""What can only be checked when all units are read: links between them, forms, what completion needs, overlays."""

from __future__ import annotations

from trainer.content.model import Item, Module, Unit
from trainer.content.nation import SLOT, Overlay, block_of, slot_of, still_open
from trainer.content.work import Pending, Work


def check_links(work: Work) -> None:
    """Every link inside the module leads somewhere."""
    for link in work.links:
        unit, mark, anchor = link.href.partition("#")
        place = link.file, link.line, link.column
        if unit and unit not in work.anchors:
            work.findings.error("link-unit", *place, unit=f"{unit}.md")
        elif mark and not _known(work, link, unit or link.unit, anchor):
            where = f"{unit}.md" if unit else link.file
            work.findings.error("link-anchor", *place, id=anchor, where=where)


def _known(work: Work, link: Pending, unit: str, anchor: str) -> bool:
    return anchor in link.local or anchor in work.anchors.get(unit, ())


def check_unit(work: Work, unit: Unit) -> None:
    """Questions stand where they can be answered, and a quiz or test has them."""
    found = unit.items
    if unit.kind == "job-aid":
        for item in found:
            work.findings.error("question-place", unit.file, item.line, where="job aid")
    if unit.kind in ("quiz", "test") and not found:
        work.findings.error("quiz-empty", unit.file, kind=unit.kind)
    if unit.draw is not None and unit.draw > len(found):
        work.findings.error("quiz-draw", unit.file, 1, draw=unit.draw, count=len(found))
    _check_forms(work, unit, found)


def _check_forms(work: Work, unit: Unit, found: tuple[Item, ...]) -> None:
    known = ", ".join(unit.forms)
    for item in found:
        place = item.file, item.line
        if unit.kind != "test" and item.form is not None:
            work.findings.error("question-form-place", *place)
        elif unit.forms and item.form is None:
            work.findings.error("question-form-missing", *place, known=known)
        elif unit.kind == "test" and item.form is not None and item.form not in unit.forms:
            work.findings.error("question-form", *place, form=item.form, known=known or "forms in the front matter")
    for form in unit.forms:
        if found and not any(item.form == form for item in found):
            work.findings.error("question-form-empty", unit.file, 1, form=form)


def check_units(work: Work, units: tuple[Unit, ...]) -> None:
    """Each unit has an id of its own: progress is kept under it."""
    first: dict[str, str] = {}
    for unit in units:
        if unit.id in first:
            work.findings.error("unit-duplicate", unit.file, 1, id=unit.id, other=first[unit.id])
        first.setdefault(unit.id, unit.file)


def check_completion(work: Work, module: Module) -> None:
    kinds = {unit.kind for unit in module.units}
    for kind, mark in (("quiz", module.completion.quiz), ("test", module.completion.test)):
        if mark is not None and kind not in kinds:
            work.findings.warn("module-quiz", "module.md", 1, kind=kind)


def check_overlay(work: Work, overlay: Overlay, file: str) -> None:
    """An overlay fits the module: its blocks and slots are there, and no safety block goes.

    What is reopened waits for the country's coordinator: the author of the region is told, and can publish.
    """
    findings = work.findings
    for waiting in overlay.reopened:
        is_there = slot_of(waiting) in work.slots or block_of(waiting) in work.targets
        code = "overlay-reopened" if is_there else "overlay-gone"
        findings.warn(code, file, overlay.lines.get(waiting, 0), target=waiting)
    known = ", ".join(work.targets) or "none"
    for change in overlay.changes:
        target = work.targets.get(change.target)
        if target is None or (change.action == "fill" and target.kind != "country"):
            findings.error("overlay-target", file, change.line - 1, id=change.target, known=known)
        elif change.action == "replace" and target.safety:
            findings.error("overlay-safety", file, change.line - 1, id=change.target)
    for slot in overlay.slots:
        if slot not in work.slots:
            line = overlay.lines.get(f"slot.{slot}", 0)
            findings.error("overlay-slot", file, line, slot=slot, known=", ".join(work.slots) or "none")
    if not overlay.issued:
        findings.warn("overlay-unsigned", file, 1)
    reopened = {waiting.removeprefix(SLOT) for waiting in overlay.reopened}
    for slot in open_slots(work, overlay):
        if slot in reopened:
            continue
        findings.warn("overlay-open", file, slot=slot)


def open_slots(work: Work, overlay: Overlay | None) -> tuple[str, ...]:
    """Names of what the compiled country has still to say (see `nation.still_open`), reopened things too."""
    return still_open(work.slots, work.targets, overlay, work.country)
