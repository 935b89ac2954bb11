"""One file compiled alone is what it is in its module, and has the same problems there."""

from __future__ import annotations

import pytest

from trainer.content.compiler import compile_file, compile_module, rest_of
from trainer.content.folder import module_folders, read_folder
from trainer.content.html import Labels, Page, segments

FOLDERS = module_folders()
PAGE = Page("en", Labels(), lambda href: href, lambda path: path, lines=True)


@pytest.mark.parametrize("country", [None, "KH"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_unit_alone_is_the_unit_in_its_module(folder: object, country: str | None) -> None:
    files = read_folder(folder)  # type: ignore[arg-type]
    whole = compile_module(files, slug="m", country=country, facilitator=True)
    assert whole.module is not None
    for unit in whole.module.units:
        alone = compile_file(
            files, unit.file, rest_of(files, unit.file, slug="m"), slug="m", country=country, facilitator=True
        )
        assert alone.module is not None
        assert alone.module.units == (unit,)
        assert alone.module.title == whole.module.title
        assert alone.diagnostics == tuple(one for one in whole.diagnostics if one.file == unit.file)
    alone = compile_file(files, "module.md", rest_of(files, "module.md", slug="m"), slug="m", country=country)
    assert alone.module is not None
    assert alone.module.introduction
    assert alone.module.units == ()


BROKEN = b"""---
id: b
title: Two
---

[No such unit](05-none.md), [no such heading](01-a.md#none), [one that is there](01-a.md#here).

::: activity {#taken}
An id of the other unit.
:::
"""
FILES = {
    "module.md": b"---\nid: m\ntitle: M\nsummary: S.\nsource: en\n---\n\nHello.\n",
    "01-a.md": b"---\nid: a\ntitle: One\n---\n\n## Here {#here}\n\n::: activity {#taken}\nText.\n:::\n",
    "02-b.md": BROKEN,
}


def test_what_the_other_files_declare_is_known() -> None:
    rest = rest_of(FILES, "02-b.md", slug="m")
    alone = compile_file({name: FILES[name] for name in ("module.md", "02-b.md")}, "02-b.md", rest, slug="m")
    whole = compile_module(FILES, slug="m")
    assert alone.diagnostics == whole.diagnostics
    assert [one.code for one in alone.diagnostics] == ["link-unit", "link-anchor", "id-duplicate"]


def test_a_second_unit_with_an_id_is_told_and_a_module_of_one_file_stays_a_lesson() -> None:
    files = {**FILES, "02-b.md": BROKEN.replace(b"id: b", b"id: a")}
    alone = compile_file(files, "02-b.md", rest_of(files, "02-b.md", slug="m"), slug="m")
    assert "unit-duplicate" in {one.code for one in alone.diagnostics}
    single = {"module.md": FILES["module.md"]}
    alone = compile_file(single, "module.md", rest_of(single, "module.md", slug="m"), slug="m")
    assert alone.module is not None
    assert [unit.slug for unit in alone.module.units] == ["lesson"]


def test_blocks_say_their_line_only_when_asked() -> None:
    module = compile_module(
        {**FILES, "02-b.md": FILES["01-a.md"].replace(b"id: a", b"id: b").replace(b"taken", b"free")}, slug="m"
    ).module
    assert module is not None
    unit = module.units[0]
    assert "".join(map(str, segments(unit, PAGE))).count("data-line") == 3
    assert "data-line" not in "".join(map(str, segments(unit, PAGE._replace(lines=False))))
