"""What is copied or searched in a PDF is what was written, in every script and every reader."""

from __future__ import annotations

import pytest

from tests.typeset.make import document
from tests.typeset.readers import READERS, squeezed
from tests.typeset.samples import SAMPLES
from trainer.languages.registry import LANGUAGES
from trainer.typeset.faces import BOLD, ITALIC, REGULAR


def test_every_language_has_a_sample() -> None:
    assert set(SAMPLES) == set(LANGUAGES)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("lang", SAMPLES)
def test_extracted_text_equals_source(lang: str, reader: str) -> None:
    for style in (REGULAR, BOLD, ITALIC):
        extracted = READERS[reader](document(SAMPLES[lang], lang, style))
        assert squeezed(SAMPLES[lang]) in squeezed(extracted)


def test_a_word_cut_at_a_soft_hyphen_is_whole_when_copied() -> None:
    data = document("identi\u00adfication", "en", width=45.0)
    assert "identification" in squeezed(READERS["poppler"](data))
    assert "identification" in squeezed(READERS["pdfium"](data))


def test_hostile_text_comes_out_as_text() -> None:
    hostile = (
        '<img src="/etc/passwd"/> </para> {{ 7*7 }} %s %(x)s \\n ) Tj ET (a) <b>& javascript:alert(1) /Artifact BMC'
    )
    data = document(hostile, "en")
    for reader in READERS.values():
        assert squeezed(hostile) in squeezed(reader(data))
    assert b"root:" not in data
