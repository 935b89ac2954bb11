"""Answer sheets as Trainer prints them, in every language, to be filled in by the simulator."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.assessment.samples import module
from tests.printing.rendered import pixels
from trainer.assessment import present
from trainer.languages.registry import LANGUAGES
from trainer.languages.words import words
from trainer.printing.labels import Sentence, labels
from trainer.printing.sheets import AnswerSheet, draw_answer_sheets
from trainer.sheets.code import SheetCode
from trainer.sheets.fields import Field, fields
from trainer.sheets.layout import Page, layout
from trainer.typeset.sheet import About, Sheet

LOCALES = tuple(LANGUAGES)
CODE = SheetCode("7KQ2", "K7P92QDX", "M4TR8Z", is_blank=False, number=12, form="A", edition=7, page=1, pages=1)
NAMES = {
    "my": "ကျော်ဇင်ဦး",
    "km": "សុខ ដារ៉ា",
    "vi": "Đỗ Thị Hồng",
    "ta": "முத்துலட்சுமி",
    "th": "สมชาย",
    "lo": "ສົມສັກ",
    "zh": "陈美玲",
}


class Paper(NamedTuple):
    """One page of a sheet before anybody wrote on it."""

    clean: NDArray[np.uint8]
    """Grey, 300 dpi."""
    page: Page
    code: SheetCode
    pages: tuple[Page, ...]
    locale: str


@cache
def plans() -> tuple[tuple[Field, ...], ...]:
    """A question of every type; a test of thirty questions; ten statements; five questions, three of them short."""
    every = fields(tuple(present(item, "seed", shuffle=True) for unit in module().units for item in unit.items))
    test = tuple(Field(f"t{n}", 0, str(n), "many" if n % 6 == 0 else "one", "letters", 3 + n % 3) for n in range(1, 31))
    statements = tuple(Field(f"s{n}", 0, str(n), "one", "letters", 2) for n in range(1, 11))
    few = tuple(
        Field(f"f{n}", 0, str(n), *(("one", "letters", 4) if n < 3 else ("line", "line", 0)))  # type: ignore[arg-type]
        for n in range(1, 6)
    )
    return every, test, every + tuple(row._replace(question=f"{row.question}-b") for row in every), statements, few


@lru_cache(maxsize=32)  # of 9 MB each
def paper(locale: str, plan: int, kind: str = "a4", number: int = 0) -> Paper:
    """One page, printed. `plan` counts in `plans()`, `number` is the page's."""
    pages = layout(plans()[plan])
    into = Sheet(About(title="Sheets", lang=locale), kind)
    title = Sentence("Recognising the signs of trafficking in persons", "en")
    sheet = AnswerSheet(
        CODE, pages, locale, "before", title, "Poipet, November 2026", NAMES.get(locale, "Maria Santos")
    )
    draw_answer_sheets(into, [sheet], {locale: labels(words(locale))})
    code = CODE._replace(page=number + 1, pages=len(pages))
    return Paper(pixels(into.finish(), number), pages[number], code, pages, locale)


def any_paper(seed: int) -> Paper:
    """Languages, plans, papers and pages in turn."""
    plan = seed // len(LOCALES) % len(plans())
    number = seed % len(layout(plans()[plan]))
    return paper(LOCALES[seed % len(LOCALES)], plan, ("a4", "letter")[seed % 2], number)
