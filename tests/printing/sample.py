"""The sample module, compiled, and its handbooks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from trainer.content.compiler import compile_module
from trainer.content.folder import read_folder
from trainer.content.model import Module
from trainer.printing.handbook import handbook
from trainer.printing.options import Paper, PrintOptions

FOLDER = Path(__file__).parent / "module"


@cache
def files() -> dict[str, bytes]:
    return read_folder(FOLDER)


def compiled(
    locale: str | None = None, country: str | None = None, *, facilitator: bool = False, **changed: str
) -> Module:
    """The sample; `changed`: file name with `_` for `-` and without `.md` → its new text."""
    new = {f"{name.replace('_', '-')}.md": text.encode() for name, text in changed.items()}
    result = compile_module({**files(), **new}, slug="sample", locale=locale, country=country, facilitator=facilitator)
    assert result.module is not None
    assert not [finding for finding in result.diagnostics if finding.severity == "error"]
    return result.module


@cache
def book(locale: str | None = None, paper: Paper = "a4", country: str | None = None) -> bytes:
    options = PrintOptions(paper=paper, edition=3, date="2026-11-24", media=files())
    return handbook(compiled(locale, country), options)
