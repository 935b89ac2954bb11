"""What a good editor would say about a module that compiles: words in, findings out.

The compiler says what cannot be used; this says what would serve learners badly or could harm somebody. Every finding
is a warning, says what to do, and can be acknowledged with a reason: the author knows the text, the rules do not.
A rule that is often wrong is ignored together with those that are right, so each prefers silence to a false alarm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from trainer.content.lint import (
    discouraged,
    headings,
    links,
    numbers,
    objectives,
    persons,
    pictures,
    questions,
    sensitive,
    sentences,
    tables,
)
from trainer.content.lint.findings import Finding, of_warnings
from trainer.content.lint.pictures import Measured
from trainer.content.lint.text import Book
from trainer.content.model import Module

__all__ = ["Finding", "Measured", "lint", "lint_unit", "of_warnings"]

RULES: tuple[Callable[[Book], Iterator[Finding]], ...] = (
    headings.check,
    sentences.check,
    tables.check,
    pictures.check,
    links.check,
    questions.check,
    objectives.check,
    sensitive.check,
    persons.check,
    numbers.check,
    discouraged.check,
)
"""The linter. A rule reads the book and yields what it finds; rules know nothing of each other."""


MOST = 1000
"""Findings that anybody could want of one module. Pasted text of another kind has a million."""


def lint(
    module: Module,
    files: Mapping[str, bytes],
    *,
    pictures: Mapping[str, Measured] | None = None,
    languages: Mapping[str, Module] | None = None,
) -> tuple[Finding, ...]:
    """Everything worth a second look, by file and line.

    `module`: in its own language, compiled for facilitators from `files`. `pictures`: path → what is served of it;
    pictures that are not measured are not weighed. `languages`: locale → the module in it, to look at its words too.
    """
    book = Book(module, files, pictures=pictures or {}, languages=languages or {})
    return _sorted(finding for rule in RULES for finding in rule(book))


def lint_unit(
    module: Module, files: Mapping[str, bytes], file: str, *, pictures: Mapping[str, Measured] | None = None
) -> tuple[Finding, ...]:
    """As `lint`, of one file of the module, such as `01-look.md`: for the editor, while somebody types."""
    book = Book(module, files, pictures=pictures or {}, languages={}, only=file)
    return _sorted(finding for rule in RULES for finding in rule(book))


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    some = islice(found, MOST)
    once = {(one.subject, one.at.file, one.at.line, one.at.column): one for one in some}
    return tuple(sorted(once.values(), key=lambda one: (one.at.file, one.at.line, one.at.column, one.at.code)))
