"""One small document with every construct, in any language: what the tests per script read, check and look at."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

from PIL import Image, ImageDraw

from tests.typeset.samples import SENTENCES, Sentences
from trainer.content.compiler import compile_module
from trainer.content.model import Block, Module, Paragraph
from trainer.languages.words import words
from trainer.printing import look
from trainer.printing.anchors import anchors
from trainer.printing.blocks import Setter
from trainer.printing.labels import labels
from trainer.printing.passages import MODULE_KEY, Place
from trainer.typeset.flow import Anchor, Flow, Page, draw, paginate
from trainer.typeset.lines import Measured, Span, Type
from trainer.typeset.sheet import About, Sheet
from trainer.typeset.structure import Node

WIDTH, HEIGHT = 250.0, 380.0
"""Of the text, in points."""
LEFT, TOP = 24.0, 12.0
ROWS = 7
LARGE = Type(size=19.0)
"""At this size the smallest vowel sign is more ink than two ways to smooth the edge of a letter differ by."""


def markdown(said: Sentences) -> str:
    """A lesson in one language. Its last paragraph is the one to be justified."""
    rows = "\n".join(f"| {said.word} {number} | {said.digits if number % 3 else said.long} |" for number in range(ROWS))
    return f"""---
id: specimen
title: {said.title}
---

## {said.heading} {{#heading}}

{said.plain} **{said.word}** and *{said.heading}*, [{said.word}](https://example.org/a), `code 42`.[^one]

| {said.heading} | {said.title} |
| --- | --- |
{rows}

1. {said.digits}
   - **{said.word}** {said.heading}
   - {said.heading}
2. {said.heading} ILO 2026

> [!WARNING]
> {said.plain}

![{said.word}](media/picture.png "{said.heading}")

{said.paragraph}

[^one]: {said.digits}
"""


def head(said: Sentences, lang: str) -> str:
    return f"""---
id: specimen
title: {said.title}
summary: {said.plain}
source: {lang}
audience: [police]
minutes: {{online: 20, workshop: 60}}
objectives: {{o1: {said.word}}}
---

{said.plain}
"""


@cache
def picture() -> bytes:
    image = Image.new("L", (200, 60), 235)
    ImageDraw.Draw(image).line((10, 50, 100, 10, 190, 50), fill=60, width=6)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def files(said: Sentences, lang: str) -> dict[str, bytes]:
    return {
        "module.md": head(said, lang).encode(),
        "01-lesson.md": markdown(said).encode(),
        "media/picture.png": picture(),
    }


def compiled(lang: str, said: Sentences) -> Module:
    result = compile_module(files(said, lang), slug="specimen")
    assert result.module is not None
    assert not [finding for finding in result.diagnostics if finding.severity == "error"]
    return result.module


def specimen(lang: str, said: Sentences | None = None) -> bytes:
    """The PDF. Its text stands at the upper left of the pages."""
    said = said or SENTENCES[lang]
    module = compiled(lang, said)
    (unit,) = module.units
    sheet = Sheet(About(title=module.title.source, lang=lang), "a4")
    place = Place(
        locale=lang,
        file=unit.file,
        anchors=anchors(module, module.units),
        prefix=MODULE_KEY,
        labels=labels(words(lang)),
        media={"media/picture.png": picture()}.get,
    )
    setter = Setter(Flow(WIDTH), replace(place, prefix=unit.slug), Node("Sect", sheet.tree.root), depth=1)
    setter.flow.anchor(Anchor(unit.slug, module.title.source))
    setter.passage(unit.title, look.UNIT_TITLE, Node("H1", setter.node), keep=True)
    large = Node("P", setter.node)
    setter.flow.space(6.0)
    setter.flow.paragraph(Measured([Span(said.digits)], lang, LARGE), large)
    _blocks(setter, unit.blocks)
    setter.notes(unit.notes)
    _write(sheet, paginate(setter.flow.strips, HEIGHT))
    return sheet.finish()


def _blocks(setter: Setter, blocks: tuple[Block, ...]) -> None:
    assert isinstance(blocks[-1], Paragraph)
    setter.blocks(blocks[:-1])
    setter.body = replace(look.BODY, align="justify")
    setter.block(blocks[-1])
    setter.body = look.BODY


def _write(sheet: Sheet, pages: list[Page]) -> None:
    for page in pages:
        draw(page, sheet, LEFT, TOP)
        sheet.end_page()
