"""Our catalogs in other programs: gettext's own checker takes them, and polib reads and writes them without loss."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import polib
import pytest

from trainer.content import po
from trainer.content.compiler import compile_module
from trainer.content.extraction import update
from trainer.content.folder import read_folder
from trainer.content.incoming import bring_in
from trainer.content.model import Module

ROOT = Path(__file__).parent.parent.parent
MODULES = sorted(ROOT.glob("modules/*/translations/*.po"))
INTERFACE = sorted(ROOT.glob("locales/*/LC_MESSAGES/*.po"))
LEFT_OUT = re.compile(
    r".*: warning: header field '(Project-Id-Version|PO-Revision-Date|Last-Translator|Language-Team)' missing in header"
)
"""Babel writes these four into the interface's catalogs with the time of the day, and cannot read an empty date back;
`tools/catalogs.py` takes them out, so that the same sources give the same files."""


def msgfmt(path: Path) -> list[str]:
    """What `msgfmt -c` says about the file; it has to accept it."""
    run = subprocess.run(
        ["msgfmt", "-c", "-o", "/dev/null", str(path)], capture_output=True, text=True, env={"LC_ALL": "C"}, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stderr.splitlines()


def same(entry: po.Entry) -> po.Entry:
    """Without what may differ: where the entry stands, and where a long comment is wrapped."""
    return entry._replace(line=0, comments=(" ".join(entry.comments),))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_gettext_accepts_each_catalog_of_a_module_without_a_word(path: Path) -> None:
    assert msgfmt(path) == []


@pytest.mark.parametrize("path", INTERFACE, ids=lambda path: path.parent.parent.name)
def test_gettext_accepts_the_interface_but_for_headers_that_carry_dates(path: Path) -> None:
    assert [line for line in msgfmt(path) if not LEFT_OUT.fullmatch(line)] == []


def test_gettext_accepts_a_catalog_just_made(tmp_path: Path) -> None:
    path = tmp_path / "tet.po"
    made = module(ROOT / "modules" / "forced-labour-in-fishing")
    path.write_bytes(update(None, made, "tet"))
    assert msgfmt(path) == []
    assert polib.pofile(str(path)).metadata["X-Trainer-Module"] == made.slug


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_another_program_writes_back_what_we_wrote(path: Path, tmp_path: Path) -> None:
    back = tmp_path / path.name
    polib.pofile(str(path), wrapwidth=78).save(str(back))
    ours, theirs = (po.read(file.read_text(encoding="utf-8"))[0] for file in (path, back))
    assert ours.head == theirs.head
    assert ours.headers == theirs.headers
    assert [same(one) for one in ours.entries] == [same(one) for one in theirs.entries]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_what_another_program_wrote_comes_back_as_what_we_have(path: Path, tmp_path: Path) -> None:
    back = tmp_path / path.name
    polib.pofile(str(path), wrapwidth=78).save(str(back))
    result = bring_in(back.read_bytes(), str(back), module(path.parent.parent), path.stem, path.read_bytes())
    assert [str(one) for one in result.found] == []
    assert {outcome for outcome, count in result.outcomes.items() if count} <= {"unchanged", "missing"}
    assert result.data is None


@cache
def module(folder: Path) -> Module:
    made = compile_module(read_folder(folder), slug=folder.name).module
    assert made is not None
    return made


def test_flags_notes_older_sources_and_obsolete_entries_survive_another_program(tmp_path: Path) -> None:
    entries = (
        po.Entry("l/a/p.1", 'A "quoted"\nline \\ here', "ខ្មែរ\t1", comments=("title",), notes=("Draft",)),
        po.Entry("l/a/p.2", "New", "ចាស់", fuzzy=True, previous="Old\ntwo", comments=("hint",)),
        po.Entry("l/a/p.3", "Gone", "បាត់", obsolete=True, comments=("",)),
    )
    head = ("Head", "Reviewed by: A B, 2026-01-01")
    headers = {"Language": "km", "X-Trainer-Module": "m", "PO-Revision-Date": ""}
    path = tmp_path / "km.po"
    path.write_bytes(po.write(po.Po(head, headers, entries)))
    polib.pofile(str(path)).save(str(path))
    theirs = po.read(path.read_text(encoding="utf-8"))[0]
    assert (theirs.head, theirs.headers) == (head, headers)
    assert tuple(same(one) for one in theirs.entries) == entries
