"""Documents of the sample module, and what stands where on their pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import pikepdf
import pymupdf
import pypdf

from tests.printing.sample import compiled, files
from trainer.content.model import Module
from trainer.printing.pack import Document, render

PLANNED: dict[str, dict[str, Any]] = {
    "test-paper": {"when": "quiz", "seed": "s"},
    "answer-key": {"when": "quiz", "seed": "s"},
}
"""Product → what else its document needs."""


def document(product: str, *modules: Module, **more: Any) -> Document:
    shown = modules or (module(is_guide=product == "guide"),)
    values = {"edition": 3, "date": "2026-11-24", "media": files(), **PLANNED.get(product, {}), **more}
    return Document(product=product, modules=shown, **values)


@cache
def module(locale: str | None = None, *, is_guide: bool = False) -> Module:
    return compiled(locale, facilitator=is_guide)


@cache
def printed(product: str, locale: str | None = None, other: str | None = None) -> bytes:
    """The sample as `product`, alone or beside the language `other`."""
    shown = [module(locale, is_guide=product == "guide"), *([module(other)] if other else [])]
    return render(document(product, *shown))


def page_count(data: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(data)).pages)


def words(data: bytes) -> Iterator[tuple[int, float, float, str]]:
    """Page, left edge, baseline's height from the top, and text of every word."""
    for number, page in enumerate(pymupdf.open(stream=data)):
        for x, _, _, bottom, text, *_ in page.get_text("words", sort=False):
            yield number, x, bottom, text


def elements(data: bytes) -> list[tuple[str, str, list[tuple[int, int]]]]:
    """Role, language (its own or inherited) and content (page, mark) of every element, in reading order."""
    found: list[tuple[str, str, list[tuple[int, int]]]] = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages)}

        def walk(node: Any, lang: str) -> None:
            lang = str(node.get("/Lang", lang))
            content: list[tuple[int, int]] = []
            found.append((str(node.S), lang, content))
            for kid in node.K:
                if isinstance(kid, int):
                    content.append((pages[node.Pg.objgen], kid))
                elif kid.get("/Type") == "/MCR":
                    content.append((pages[kid.Pg.objgen], int(kid.MCID)))
                elif "/S" in kid:
                    walk(kid, lang)

        walk(pdf.Root.StructTreeRoot.K, str(pdf.Root.Lang))
    return found
