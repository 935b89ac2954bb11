"""Questions that leave a person who was wrong without a word."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import Book, plain, walk
from trainer.content.model import Option, Paragraph, Question


def check(book: Book) -> Iterator[Finding]:
    """Tests are left out: before and after a module nothing is explained, so as to measure."""
    for unit, item in book.items:
        if not isinstance(item, Question) or item.type == "reflect" or unit.kind == "test" or item.explanation:
            continue
        about = item.id, item.type, *_prompt(item), *(_body(option) for option in item.options)
        if not item.options or item.type == "order" or not any(option.feedback for option in item.options):
            yield book.finding("lint-question-feedback", item.file, item.line, ":::", about)
            continue
        silent = [option for option in item.options if _is_silent(option, item)]
        if silent and (body := silent[0].body) is not None:
            yield book.finding(
                "lint-option-feedback", item.file, body.line, body.source, (*about, *map(_body, silent)),
                option=_short(_body(silent[0])), count=len(silent),
            )  # fmt: skip


def _is_silent(option: Option, item: Question) -> bool:
    """A wrong choice after which nothing is said. "I do not know" needs no answer."""
    return not (option.correct or option.last or option.feedback or (option.critical and item.caution))


def _prompt(item: Question) -> Iterator[str]:
    return (plain(block.passage.content) for block in walk(item.prompt) if isinstance(block, Paragraph))


def _body(option: Option) -> str:
    return plain(option.body.content) if option.body is not None else ""


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:57].rstrip()}…"
