"""Imports go down only. Each folder of the package has a floor; a test walks the imports and names the offender."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import trainer

PACKAGE = Path(trainer.__file__).parent

FLOORS: dict[str, int] = {
    "vocabulary": 1, "resources": 1, "config": 1, "languages": 1, "content": 1, "assessment": 1, "access": 1,
    "sheets": 1, "archives": 1, "charts": 1,
    "typeset": 2, "store": 2,
    "services": 3, "printing": 3, "scanning": 3,
    "web": 4, "app": 4, "cli": 4, "tasks": 4,
}  # fmt: skip
"""Part of the package → floor. `cli` stands for cli.py and every cli_*.py."""

MAY_NOT_KNOW: dict[str, tuple[str, ...]] = {
    "content": ("flask", "sqlalchemy", "reportlab"),
    "assessment": ("flask", "sqlalchemy", "reportlab"),
    "access": ("flask", "sqlalchemy", "reportlab"),
    "languages": ("flask", "sqlalchemy", "reportlab"),
    "typeset": ("flask", "sqlalchemy"),
    "printing": ("flask", "sqlalchemy"),
    "scanning": ("flask", "sqlalchemy", "reportlab"),
    "sheets": ("flask", "sqlalchemy", "reportlab", "cv2", "numpy"),
    "charts": ("flask", "sqlalchemy", "reportlab"),
    "store": ("flask", "reportlab"),
    "services": ("flask", "reportlab"),
}


def part_of(module: str) -> str:
    """`trainer.web.learn.views` → `web`; `trainer.cli_store` → `cli`."""
    parts = module.split(".")
    name = parts[1] if len(parts) > 1 else ""
    return "cli" if name.startswith("cli") else name


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that the file imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.module or "", node.lineno
            if node.module == "trainer":
                for alias in node.names:
                    if not alias.name.startswith("__"):
                        yield f"trainer.{alias.name}", node.lineno


def offences(path: Path, module: str) -> list[str]:
    """What the file imports against the rules, as `file:line: reason`."""
    mine = part_of(module)
    found = []
    for target, line in imports(path):
        where = f"{path.relative_to(PACKAGE.parent)}:{line}"
        if target.split(".")[0] in MAY_NOT_KNOW.get(mine, ()):
            found.append(f"{where}: {mine} may not know {target}")
        theirs = part_of(target) if target.startswith("trainer.") else ""
        if theirs and theirs != mine and mine and FLOORS[theirs] > FLOORS[mine]:
            found.append(f"{where}: {mine} (floor {FLOORS[mine]}) imports {theirs} (floor {FLOORS[theirs]})")
        blueprints = {blueprint_of(module), blueprint_of(target)} - {""}
        if mine == theirs == "web" and blueprint_of(module) and len(blueprints) > 1:
            found.append(f"{where}: blueprints do not import each other")
    return found


def blueprint_of(module: str) -> str:
    """`trainer.web.learn.views` → `learn`, for the packages under web; else an empty string."""
    parts = module.split(".")
    name = parts[2] if len(parts) > 2 and parts[1] == "web" else ""
    return name if (PACKAGE / "web" / name).is_dir() and name else ""


def source_files() -> list[tuple[Path, str]]:
    return [
        (path, ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


@pytest.mark.parametrize(("path", "module"), source_files(), ids=lambda value: str(value).rpartition("/")[2])
def test_imports_go_down_only(path: Path, module: str) -> None:
    assert not offences(path, module)


def test_every_part_of_the_package_has_a_floor() -> None:
    parts = {part_of(module) for _, module in source_files()} - {"", "__init__"}
    assert parts <= FLOORS.keys()


def test_an_import_upwards_is_named_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path / "trainer")
    file = tmp_path / "trainer" / "content" / "bad.py"
    file.parent.mkdir(parents=True)
    file.write_text("import re\nfrom trainer.web import app\nimport flask\n")
    assert offences(file, "trainer.content.bad") == [
        "trainer/content/bad.py:2: content (floor 1) imports web (floor 4)",
        "trainer/content/bad.py:3: content may not know flask",
    ]
