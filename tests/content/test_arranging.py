"""Files by other names: the order is what was asked for, links lead on, and no id changes."""

from __future__ import annotations

import pytest

from trainer.content import new
from trainer.content.arranging import moved, new_unit, renamed, slug_of, units
from trainer.content.compiler import check_module

FILES: dict[str, bytes] = {
    "module.md": b"---\nid: m\ntitle: T\nsummary: S\n---\n\nBegin with [two](02-two.md).\n",
    "01-one.md": b"---\nid: one\ntitle: One\n---\n\nSee [later](02-two.md#why) and [there][x].\n\n[x]: 02-two.md\n",
    "02-two.md": b"---\ntitle: Two\n---\n\n## Why {#why}\n\n![A boat](media/boat.png)\n",
    "test.md": (
        b"---\nid: test\ntitle: Test\nkind: test\n---\n\n::: question {#t type=truefalse answer=true}\nSo?\n:::\n"
    ),
    "media/boat.png": b"x",
    "translations/km.po": (
        'msgid ""\nmsgstr "Language: km\\n"\n\nmsgctxt "one/section/p.1"\nmsgid "See [later](02-"\n'
        '"two.md#why) and [there][x]."\nmsgstr "\u1798\u17be\u179b [\u1780](02-two.md#why) [\u1781][x]"\n'
    ).encode(),
}  # fmt: skip


def after(names: dict[str, str]) -> dict[str, bytes]:
    changed = {path: data for path, data in {**FILES, **renamed(FILES, names, "m")}.items() if data is not None}
    assert not {path for path in FILES if path not in changed} - names.keys()
    return changed


@pytest.mark.parametrize(
    ("names", "path", "step", "order"),
    [
        (["01-a.md", "02-b.md", "03-c.md"], "03-c.md", -1, ["a", "c", "b"]),
        (["01-a.md", "02-b.md"], "01-a.md", 1, ["b", "a"]),
        (["01-a.md", "02-b.md", "test.md"], "test.md", -1, ["a", "test", "b"]),
        (["9-a.md", "10-b.md"], "9-a.md", -1, ["a", "b"]),
        (["01-a.md", "01-b.md"], "01-b.md", -1, ["b", "a"]),
    ],
)
def test_a_unit_moves_by_one_place(names: list[str], path: str, step: int, order: list[str]) -> None:
    changes = moved(["module.md", "media/z.png", *names], path, step)
    made = units(changes.get(name, name) for name in names)
    assert [name.removesuffix(".md").lstrip("0123456789-") for name in made] == order
    assert len(set(made)) == len(names)


def test_two_numbered_neighbours_change_their_numbers_and_no_other_file_its_name() -> None:
    assert moved(["01-a.md", "02-b.md", "03-c.md", "test.md"], "02-b.md", 1) == {
        "02-b.md": "03-b.md", "03-c.md": "02-c.md",
    }  # fmt: skip
    assert moved(["01-a.md", "02-b.md"], "02-b.md", 1) == moved(["01-a.md"], "none.md", 1) == {}


def test_links_in_texts_and_catalogs_follow_and_no_translation_becomes_outdated() -> None:
    before = check_module({**FILES, "02-two.md": FILES["02-two.md"].replace(b"---\n", b"---\nid: two\n", 1)}, slug="m")
    files = after({"02-two.md": "01-two.md", "01-one.md": "02-one.md"})
    made = check_module(files, slug="m")
    assert [unit.file for unit in made.module.units] == ["01-two.md", "02-one.md", "test.md"]  # type: ignore[union-attr]
    assert not [one for one in made.diagnostics if one.code.startswith("link-")]
    assert b"02-two" not in b"".join(files[path] for path in ("module.md", "02-one.md", "translations/km.po"))
    assert made.languages["km"].states == before.languages["km"].states


def test_a_unit_without_a_written_id_keeps_the_one_it_had_from_its_name() -> None:
    ids = {unit.id for unit in check_module(FILES, slug="m").module.units}  # type: ignore[union-attr]
    made = check_module(after({"02-two.md": "07-quite-other.md"}), slug="m")
    assert {unit.id for unit in made.module.units} == ids == {"one", "two", "test"}  # type: ignore[union-attr]
    assert "matter-required" not in {one.code for one in made.diagnostics}


def test_a_picture_takes_its_places_in_the_texts_along() -> None:
    files = after({"media/boat.png": "media/ship.png"})
    assert b"](media/ship.png)" in files["02-two.md"]


def test_a_new_unit_gets_a_free_name() -> None:
    assert new_unit(["01-a.md", "04-b.md", "test.md"], "c", last=False) == "05-c.md"
    assert new_unit(["test.md"], "test", last=True) == "test-2.md"


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Đường biên: người & việc!", "duong-bien-nguoi-viec"),
        ("ពាក្យ", ""),
        ("a" * 99, "a" * 60),
        ("  Ünder  ", "under"),
    ],
)
def test_an_address_is_proposed_from_a_title(words: str, slug: str) -> None:
    assert slug_of(words) == slug


@pytest.mark.parametrize("title", ['It\'s: a "first" # look', "null", "- x", "ពាក្យ៖ x: y", "{a}", "Plain words"])
def test_every_template_compiles_under_any_title(title: str) -> None:
    files = {path: text.encode() for path, text in new.files("m", title).items()}
    files |= {
        f"{at:02}-{kind}.md": new.unit(kind, "m", f"u{at}", title).encode() for at, kind in enumerate(new.UNITS, 5)
    }
    made = check_module(files, slug="m")
    assert made.diagnostics == ()
    assert made.module is not None
    assert {unit.title.source for unit in made.module.units[2:]} == {made.module.title.source} == {title}
