"""A module folder is read whole or refused with a reason; nothing outside it is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trainer.content import folder
from trainer.content.folder import FolderError, read_folder


def refusal(path: Path) -> str:
    with pytest.raises(FolderError) as caught:
        read_folder(path)
    assert caught.value.diagnostic.message
    return caught.value.diagnostic.code


@pytest.fixture
def module(tmp_path: Path) -> Path:
    place = tmp_path / "mine"
    (place / "media").mkdir(parents=True)
    (place / "module.md").write_bytes(b"---\r\nid: mine\r\n---\r\n")
    (place / "01-one.md").write_bytes(b"one")
    (place / "media" / "a.png").write_bytes(b"\x89PNG")
    return place


def test_files_come_sorted_with_their_bytes_untouched_and_without_dot_files(module: Path) -> None:
    (module / ".DS_Store").write_bytes(b"x")
    (module / ".git").mkdir()
    (module / ".git" / "config").write_bytes(b"x")
    files = read_folder(module)
    assert list(files) == ["01-one.md", "media/a.png", "module.md"]
    assert files["module.md"] == b"---\r\nid: mine\r\n---\r\n"


def test_a_folder_that_is_missing_or_a_file(module: Path) -> None:
    assert refusal(module.parent / "nowhere") == "folder-missing"
    assert refusal(module / "module.md") == "folder-missing"


@pytest.mark.parametrize("target", ["/etc/passwd", "../secret.txt", "module.md"])
def test_links_are_refused_wherever_they_lead(module: Path, target: str) -> None:
    (module.parent / "secret.txt").write_text("secret")
    (module / "02-two.md").symlink_to(target)
    assert refusal(module) == "folder-link"


def test_a_linked_folder_is_refused(module: Path) -> None:
    (module / "more").symlink_to(module.parent)
    assert refusal(module) == "folder-link"
    (module.parent / "alias").symlink_to(module)
    assert refusal(module.parent / "alias") == "folder-link"


def test_a_fifty_megabyte_file_is_refused_without_reading_it(module: Path) -> None:
    with (module / "02-big.md").open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(FolderError) as caught:
        read_folder(module)
    assert str(caught.value.diagnostic).startswith("02-big.md:0:0: error: is 50 MB; expected at most 10 MB")


def test_too_many_files_are_refused(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_FILES", 2)
    assert refusal(module) == "folder-full"


def test_too_much_in_all_is_refused(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_TOTAL", 10)
    assert refusal(module) == "folder-full"


def test_a_pipe_is_not_waited_for(module: Path) -> None:
    os.mkfifo(module / "02-pipe.md")
    assert refusal(module) == "folder-unreadable"


@pytest.mark.parametrize("name", [b"two\nlines.md", b"back\\slash.md", b"\xff.md"])
def test_names_that_other_systems_cannot_store_are_refused(module: Path, name: bytes) -> None:
    Path(os.fsdecode(bytes(module) + b"/" + name)).write_bytes(b"x")
    assert refusal(module) == "folder-file-name"
