"""`trainer print` from outside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.printing.sample import FOLDER
from trainer import resources
from trainer.cli_print import print_module
from trainer.typeset import faces


@pytest.fixture(autouse=True)
def _modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINER_MODULES", str(FOLDER.parent))


def test_it_writes_the_handbook(tmp_path: Path) -> None:
    target = tmp_path / "book.pdf"
    result = CliRunner().invoke(print_module, ["module", "--locale", "km", "--paper", "letter", "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert target.read_bytes().startswith(b"%PDF-1.7")


@pytest.mark.parametrize("product", ["guide", "exercises", "job-aids"])
def test_it_writes_other_products_in_grey(tmp_path: Path, product: str) -> None:
    target = tmp_path / "made.pdf"
    result = CliRunner().invoke(print_module, ["module", "--product", product, "--grey", "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert target.read_bytes().startswith(b"%PDF-1.7")


def test_a_module_without_cases_has_no_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "module.md").write_text("---\nid: small\ntitle: Small\nsummary: S\nsource: en\n---\n\nWelcome.\n")
    (folder / "01-first.md").write_text("---\nid: first\ntitle: First\n---\n\nLook.\n")
    monkeypatch.setenv("TRAINER_MODULES", str(tmp_path))
    result = CliRunner().invoke(print_module, ["small", "--product", "case-cards", "-o", str(tmp_path / "x.pdf")])
    assert result.exit_code == 1
    assert "small has nothing for case-cards" in result.output
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize("name", ["nowhere", "../printing", "."])
def test_a_module_that_is_not_there_is_said(name: str) -> None:
    result = CliRunner().invoke(print_module, [name])
    assert result.exit_code == 1
    assert f"there is no module {name!r}" in result.output


def test_a_module_with_errors_is_not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "module.md").write_text("---\ntitle: no id\n---\n")
    monkeypatch.setenv("TRAINER_MODULES", str(tmp_path))
    result = CliRunner().invoke(print_module, ["broken"])
    assert result.exit_code == 1
    assert "broken/module.md:" in result.output


@pytest.fixture
def fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the fonts to damage; nothing that was read of the real ones before is remembered."""
    copy = tmp_path / "fonts"
    shutil.copytree(resources.folder("fonts"), copy)
    real = resources.folder
    monkeypatch.setattr(resources, "folder", lambda name: copy if name == "fonts" else real(name))
    _forget()
    yield copy
    _forget()


def _forget() -> None:
    faces.face.cache_clear()
    faces.shaper.cache_clear()


@pytest.mark.parametrize("name", ["NotoSansKhmer-Regular.ttf", "NotoSansKhmer-Bold.ttf", "NotoSans-Regular.ttf"])
def test_a_missing_font_file_is_named(fonts: Path, tmp_path: Path, name: str) -> None:
    (fonts / name).unlink()
    target = tmp_path / "book.pdf"
    result = CliRunner().invoke(print_module, ["module", "--locale", "km", "-o", str(target)])
    assert result.exit_code == 1
    assert result.output == f"Error: the font {name} is missing: run tools/build_assets.py\n"
    assert not target.exists()


@pytest.mark.parametrize("content", [b"", b"<html>not a font</html>"])
def test_a_broken_font_file_is_named(fonts: Path, content: bytes) -> None:
    (fonts / "NotoSansKhmer-Regular.ttf").write_bytes(content)
    result = CliRunner().invoke(print_module, ["module", "--locale", "km"])
    assert result.exit_code == 1
    assert result.output == "Error: the font NotoSansKhmer-Regular.ttf is broken: run tools/build_assets.py\n"


def test_a_character_no_font_has_is_said_with_its_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "module")
    catalog = folder / "translations" / "km.po"
    catalog.write_text(catalog.read_text(encoding="utf-8").replace("គំរូ", "😀"), encoding="utf-8")
    monkeypatch.setenv("TRAINER_MODULES", str(tmp_path))
    result = CliRunner().invoke(print_module, ["module", "--locale", "km"])
    assert result.exit_code == 1
    assert "Error: translations/km.po: msgctxt \"module/title\" (module.md:3): no font has '😀'" in result.output
