"""What five PDF readers take out of a file, in the order in which it was written."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
import unicodedata
import warnings
from collections.abc import Callable

import pypdf
import pypdfium2
from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its binding classes have no __module__
    import pymupdf


def poppler(data: bytes) -> str:
    program = shutil.which("pdftotext")
    assert program, "pdftotext is missing: install poppler-utils"
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        return subprocess.run([program, "-raw", file.name, "-"], capture_output=True, check=True).stdout.decode()


def pdfium(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def mupdf(data: bytes) -> str:
    return "\n".join(page.get_text(sort=False) for page in pymupdf.open(stream=data))


def pdfminer(data: bytes) -> str:
    letters: list[str] = []

    class Collector(PDFLayoutAnalyzer):
        def receive_layout(self, page: LTContainer) -> None:
            letters.extend(item.get_text() for item in page if isinstance(item, LTChar))

    manager = PDFResourceManager()
    interpreter = PDFPageInterpreter(manager, Collector(manager, laparams=None))
    for page in PDFPage.get_pages(io.BytesIO(data)):
        interpreter.process_page(page)
    return "".join(letters)


def pypdf_(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


READERS: dict[str, Callable[[bytes], str]] = {
    "poppler": poppler,
    "pdfium": pdfium,
    "mupdf": mupdf,
    "pdfminer": pdfminer,
    "pypdf": pypdf_,
}


def squeezed(text: str) -> str:
    """Without spaces and line ends, which each reader guesses in its own way; a hyphen at a line end is one too.

    U+FFFE is how PDFium says that a word goes on after such a hyphen.
    """
    return re.sub(r"[\s\ufffe\u00ad\u200b\u2060\u00a0-]+", "", unicodedata.normalize("NFC", text))
