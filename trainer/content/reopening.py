"""What a change of the regional text does to the countries' words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from trainer.content.compiler import compile_module
from trainer.content.nation import in_force, parse
from trainer.vocabulary import COUNTRIES


def reopened(old: Mapping[str, bytes], new: Mapping[str, bytes], slug: str) -> dict[str, tuple[str, ...]]:
    """Country → what of its words is in force with the folder `old` and waits with `new`: `slot.NAME`, ids of blocks.

    Countries of which nothing reopens are left out. Places that are gone are among them.
    """
    before, after = _bases(old, slug), _bases(new, slug)
    found = {}
    for path, data in sorted(new.items()):
        country = PurePosixPath(path).stem
        overlay = parse(data, path)[0] if path == f"national/{country}.md" and country in COUNTRIES else None
        if overlay is None or not overlay.issued:
            continue
        waited = in_force(overlay, before).reopened
        targets = tuple(one for one in in_force(overlay, after).reopened if one not in waited)
        if targets:
            found[country] = targets
    return found


def _bases(files: Mapping[str, bytes], slug: str) -> Mapping[str, str]:
    module = compile_module(files, slug=slug).module
    return {} if module is None else module.bases
