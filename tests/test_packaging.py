"""Wheel, sdist, editable install and plain checkout all find templates, locales, modules and built fonts."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from trainer import resources

ROOT = Path(__file__).resolve().parent.parent
CARRIED = (
    "trainer/templates/base.html",
    "trainer/locales/km/LC_MESSAGES/messages.po",
    "trainer/modules/paths.yaml",
    "trainer/modules/recognising-indicators/module.md",
    "trainer/web/static/trainer.css",
    "trainer/fonts/NotoSansKhmer-Regular.ttf",
    "trainer/fonts/OFL.txt",
    "trainer/web/static/fonts/khmer.woff2",
    "trainer/web/static/vendor/editor.js",
    "trainer/web/static/vendor/THIRD_PARTY.txt",
    "trainer/store/migrations/env.py",
)


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", out, cwd=ROOT)
    return next(out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, sdist: Path) -> Path:
    """The wheel as a package index would get it: built from the sdist, not from the checkout."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        # Debian 12's own Python (3.11.2) has no filters yet; the archive is ours.
        archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=next(folder.iterdir()))
    return next(out.glob("*.whl"))


def test_the_wheel_built_from_the_sdist_carries_everything(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert [name for name in CARRIED if name not in names] == []


def test_nothing_compiled_or_private_is_carried(wheel: Path, sdist: Path) -> None:
    with zipfile.ZipFile(wheel) as archive, tarfile.open(sdist) as source:
        names = archive.namelist() + source.getnames()
    assert [name for name in names if name.endswith((".mo", ".pyc", ".sqlite", "secret-key"))] == []


def test_the_installed_wheel_checks_its_modules_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", site, wheel, cwd=tmp_path)
    script = "import sys, trainer; from trainer.cli import main; print(trainer.__file__); main(['check'])"
    out = run(sys.executable, "-c", script, cwd=tmp_path, PYTHONPATH=str(site))
    assert str(site) in out


def test_a_missing_folder_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="'nowhere'"):
        resources.folder("nowhere")


def test_modules_may_be_elsewhere_but_code_may_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRAINER_MODULES", str(tmp_path))
    assert resources.folder("modules") == tmp_path
    assert resources.folder("templates") == ROOT / "templates"
