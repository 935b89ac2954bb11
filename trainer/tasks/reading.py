"""The reader of pictures, brought in only where it runs: OpenCV is large, and only the worker process needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trainer.scanning.scan import Scanned
    from trainer.sheets.layout import Page


def scan(data: bytes, layouts: Mapping[str, tuple[Page, ...]], name: str) -> Iterator[Scanned]:
    """`scanning.scan.scan`."""
    from trainer.scanning import scan as scanning

    yield from scanning.scan(data, layouts, name)
