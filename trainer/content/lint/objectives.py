"""Objectives that nothing asks about: reports by objective would have nothing to say of them."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import MODULE, Book


def check(book: Book) -> Iterator[Finding]:
    """A question that names an objective which is not declared is an error of the compiler."""
    if not book.wants(MODULE):
        return
    asked = {item.objective for unit in book.module.units for item in unit.items}
    for objective in book.module.objectives:
        if objective.id not in asked:
            passage = objective.passage
            yield book.finding(
                "lint-objective-unasked", MODULE, passage.line, objective.id, (objective.id, passage.source),
                id=objective.id,
            )  # fmt: skip
