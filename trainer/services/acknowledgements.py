"""The problems of a module as it stands now, and the warnings that somebody has answered for with a reason.

An acknowledgement holds on to the words that a warning is about (`content.lint`). It stays while they stay, wherever
they move, and nothing is deleted when they change: should they come back, so does the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.content.diagnostics import Diagnostic
from trainer.content.lint import Finding, of_warnings
from trainer.services import desk as desks
from trainer.services.desk import Desk, Folder
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound
from trainer.store.authoring import Acknowledgement
from trainer.store.prepared import insert_new
from trainer.vocabulary import N_

LONGEST_REASON = 500
"""Characters."""

SENTENCES.update(
    {
        "reason-missing": N_("Say why this is right as it is."),
        "reason-long": N_("The reason has %(count)s characters; at most %(limit)s fit."),
        "warning-gone": N_("This warning is no longer there: the words have changed. Nothing was acknowledged."),
        "warning-acknowledged": N_("%(name)s has acknowledged this warning meanwhile, with another reason."),
        "acknowledgement-unknown": N_("This acknowledgement has been taken back already."),
    }
)


class Acknowledged(NamedTuple):
    finding: Finding
    id: str
    """Of the acknowledgement."""
    reason: str
    given_at: datetime
    given_by: str


class Problems(NamedTuple):
    """All of them by file and line."""

    errors: tuple[Diagnostic, ...]
    """They keep the module from being published, and cannot be acknowledged."""
    warnings: tuple[Finding, ...]
    """Which nobody has acknowledged."""
    acknowledged: tuple[Acknowledged, ...]

    @property
    def counting(self) -> tuple[Diagnostic, ...]:
        """Errors, and warnings that nobody has acknowledged, by file and line: what every page counts."""
        return tuple(sorted((*self.errors, *(one.at for one in self.warnings)), key=_place))


Given = Mapping[tuple[str, str], Any]
"""(code, subject) → the row of its acknowledgement."""


def problems(db: Session, desk: Desk, slug: str) -> Problems:
    """What is wrong with the draft of `slug`, or with its newest edition. Six statements at most. Raises NotFound."""
    return problems_of(db, desk, desks.folder(db, slug))


def problems_of(db: Session, desk: Desk, folder: Folder) -> Problems:
    """As `problems`, of a folder that is at hand."""
    diagnostics, findings = desk.check(db, folder).diagnostics, desk.lint(db, folder)
    return _sorted_out(diagnostics, findings, given(db, [folder.module]).get(folder.module, {}))


def problems_of_file(db: Session, desk: Desk, folder: Folder, path: str, data: bytes) -> Problems:
    """What is wrong in one file of the module, had it these bytes. Costs compiling that file, for facilitators."""
    made = desk.file(db, folder, path, data, facilitator=True)
    findings = (*of_warnings(made.diagnostics, {path: data}), *desk.lint_file(db, folder, path, data, made.module))
    return _sorted_out(made.diagnostics, findings, given(db, [folder.module]).get(folder.module, {}))


def given(db: Session, modules: Iterable[str]) -> dict[str, Given]:
    """The acknowledgements of these modules (slugs), by module. One statement."""
    query = select(
        Acknowledgement.module,
        Acknowledgement.code,
        Acknowledgement.subject,
        Acknowledgement.id,
        Acknowledgement.reason,
        Acknowledgement.given_at,
        Acknowledgement.given_by,
    ).where(Acknowledgement.module.in_(list(modules)))
    found: dict[str, dict[tuple[str, str], Any]] = {}
    for row in db.execute(query):
        found.setdefault(row.module, {})[row.code, row.subject] = row
    return dict(found)


def _sorted_out(diagnostics: Iterable[Diagnostic], findings: Iterable[Finding], given: Given) -> Problems:
    errors = tuple(one for one in diagnostics if one.severity == "error")
    warnings: list[Finding] = []
    acknowledged: list[Acknowledged] = []
    for finding in sorted(findings, key=lambda one: _place(one.at)):
        row = given.get((finding.at.code, finding.subject))
        if row is None:
            warnings.append(finding)
        else:
            acknowledged.append(Acknowledged(finding, row.id, row.reason, row.given_at, row.given_by))
    return Problems(errors, tuple(warnings), tuple(acknowledged))


def _place(at: Diagnostic) -> tuple[str, int, int, str]:
    return at.file, at.line, at.column, at.code


def acknowledge(
    db: Session, desk: Desk, slug: str, *, code: str, subject: str, reason: str, by: str, now: datetime
) -> None:
    """Answer for a warning of the module as it stands now. The same reason twice is one.

    Raises Invalid without a reason or with too long a one, Conflict when the warning is no longer there (an error
    never is) or somebody else gave another reason meanwhile, NotFound when there is no such module.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("reason-missing", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid("reason-long", field="reason", count=len(reason), limit=LONGEST_REASON)
    found = desk.lint(db, desks.folder(db, slug))
    if not any(one.at.code == code and one.subject == subject for one in found):
        raise Conflict("warning-gone")
    values = {"module": slug, "code": code, "subject": subject, "reason": reason, "given_at": now, "given_by": by}
    if insert_new(db, Acknowledgement, values):
        return
    held = db.execute(
        select(Acknowledgement.reason, Acknowledgement.given_by).where(
            Acknowledgement.module == slug, Acknowledgement.code == code, Acknowledgement.subject == subject
        )
    ).first()
    if held is not None and held.reason != reason:
        raise Conflict("warning-acknowledged", name=held.given_by)


def take_back(db: Session, slug: str, acknowledgement_id: str) -> None:
    """The warning counts again. Raises NotFound when the module has no such acknowledgement."""
    result: Any = db.execute(
        delete(Acknowledgement).where(Acknowledgement.id == acknowledgement_id, Acknowledgement.module == slug)
    )
    if not result.rowcount:
        raise NotFound("acknowledgement-unknown")
