"""Pages look as they did when somebody last looked at them.

Made anew with `python -m tests.typeset.golden`, after a change that is meant to be seen.
"""

from __future__ import annotations

import pytest
from PIL import Image

from tests.typeset import specimen as one
from tests.typeset.golden import FOLDER, SHOWN, damage, kept, pages
from tests.typeset.samples import SENTENCES
from tests.typeset.specimen import specimen
from trainer.languages.registry import LANGUAGES

SMALLEST = {"km": "\u17cb", "lo": "\u0ec8", "th": "\u0e48", "my": "\u102d", "ta": "\u0bcd"}
"""Of each script a sign that sits on a letter: vowel signs, tone marks, the Tamil dot."""


def test_every_script_has_its_images() -> None:
    assert {LANGUAGES[tag].script for tag in SHOWN} == {language.script for language in LANGUAGES.values()}
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 600_000


@pytest.mark.parametrize("lang", SHOWN)
def test_pages_look_as_they_did(lang: str) -> None:
    mine, golden = pages(specimen(lang)), kept(lang)
    assert len(mine) == len(golden)
    assert [damage(*pair) for pair in zip(mine, golden, strict=True)] == [""] * len(mine)


@pytest.mark.parametrize("lang", SMALLEST)
def test_a_lost_sign_is_seen(lang: str) -> None:
    said = SENTENCES[lang]
    field = "title" if SMALLEST[lang] in said.title else "digits"
    poorer = getattr(said, field).replace(SMALLEST[lang], "", 1)
    assert poorer != getattr(said, field)
    assert damage(pages(specimen(lang, said._replace(**{field: poorer})))[0], kept(lang)[0])


def test_a_shifted_line_is_seen() -> None:
    golden = kept("km")[0]
    line = (0, 40, golden.width, 60)
    moved = golden.copy()
    moved.paste(golden.crop(line), (0, 41))
    assert damage(moved, golden).startswith("ink differs")
    assert damage(Image.new("L", golden.size, 255), golden).startswith("differs by")


def test_another_way_to_smooth_edges_is_not_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """As near as we can come to another version of poppler: everything a tenth of a pixel to the right."""
    monkeypatch.setattr(one, "LEFT", one.LEFT + 0.12)
    for lang in ("km", "en"):
        assert not any(damage(*pair) for pair in zip(pages(specimen(lang)), kept(lang), strict=True))
