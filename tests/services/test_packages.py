"""Packages that somebody sends: what is no module, or would do harm, is refused whole and in a sentence."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from trainer.services.packages import sift, unzip
from trainer.services.problems import Invalid

MODULE = b"---\nid: m\ntitle: T\nsummary: S\n---\n\nText.\n"
Fill = Callable[[zipfile.ZipFile], object]


def packed(fill: Fill) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m/module.md", MODULE)
        fill(archive)
    return out.getvalue()


def link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("m/media/a.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def many(archive: zipfile.ZipFile) -> None:
    for number in range(2001):
        archive.writestr(f"m/{number}.md", "")


def bombs(archive: zipfile.ZipFile) -> None:
    """Each is small enough alone."""
    for number in range(100):
        archive.writestr(f"m/{number}.md", bytes(190_000))


def overlapping() -> bytes:
    """Two entries in the listing whose bodies are the same bytes."""
    data = bytearray(packed(lambda archive: archive.writestr("m/a.md", bytes(range(256)) * 40, zipfile.ZIP_STORED)))
    listing = data.index(b"PK\x01\x02")
    entry = data.index(b"PK\x01\x02", listing + 4)
    end = data.index(b"PK\x05\x06")
    again = bytes(data[entry:end]).replace(b"m/a.md", b"m/b.md")
    counts = struct.pack("<HHI", 3, 3, end - listing + len(again))
    return bytes(data[:end]) + again + bytes(data[end : end + 8]) + counts + bytes(data[end + 16 :])


def encrypted() -> bytes:
    data = bytearray(packed(lambda archive: None))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


NESTED = packed(lambda archive: None)
HOSTILE: dict[str, tuple[bytes | Fill, str]] = {
    "climbs": (lambda z: z.writestr("m/../../x.md", "x"), "import-climbs"),
    "absolute": (lambda z: z.writestr("/etc/x.md", "x"), "import-climbs"),
    "drive": (lambda z: z.writestr("C:/x.md", "x"), "import-climbs"),
    "backslash": (lambda z: z.writestr("m\\..\\x.md", "x"), "import-climbs"),
    "link": (link, "import-link"),
    "bomb": (lambda z: z.writestr("m/a.md", bytes(9_000_000)), "import-large"),
    "many bombs": (bombs, "import-large"),
    "overlap": (overlapping(), "import-large"),
    "many": (many, "import-many"),
    "nested": (lambda z: z.writestr("m/media/x.png", NESTED), "import-nested"),
    "nested by name": (lambda z: z.writestr("inner.zip", b"x"), "import-nested"),
    "same in other case": (lambda z: z.writestr("m/Module.md", "x"), "import-twice"),
    "same in other letters": (
        lambda z: (z.writestr("m/\u00e9.txt", "x"), z.writestr("m/e\u0301.txt", "x")), "import-twice",
    ),
    "encrypted": (encrypted(), "import-locked"),
    "no ZIP": (b"%PDF-1.7", "import-broken"),
    "cut": (NESTED[:-30], "import-broken"),
    "two modules": (lambda z: z.writestr("other/module.md", MODULE), "import-two-modules"),
    "a name of another script": (lambda z: z.writestr("m/\u1780.md", "x"), "import-name"),
    "Latin-1": (lambda z: z.writestr("m/01-a.md", "one\ncaf\u00e9".encode("latin-1")), "import-encoding"),
    "UTF-16": (lambda z: z.writestr("m/translations/km.po", "msgid".encode("utf-16")), "import-encoding"),
    "zero": (lambda z: z.writestr("m/01-a.md", b"a\0b"), "import-binary"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_package_is_refused_whole_before_it_costs_anything(what: str) -> None:
    made, code = HOSTILE[what]
    data = made if isinstance(made, bytes) else packed(made)
    tracemalloc.start()
    with pytest.raises(Invalid) as refused:
        sift(unzip(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code == code
    assert "%(" not in str(refused.value)
    assert peak < 60_000_000


def test_the_wrong_byte_is_named_with_its_file() -> None:
    data = packed(lambda archive: archive.writestr("m/01-a.md", "one\ncaf\u00e9".encode("latin-1")))
    with pytest.raises(Invalid) as refused:
        sift(unzip(data))
    assert refused.value.params == {"name": "01-a.md", "byte": 8, "line": 2}


def test_the_module_is_found_in_its_folder_and_what_is_no_part_of_it_is_named() -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        for name in ("top/x/readme.txt", "m/notes.docx", "m/.DS_Store", "__MACOSX/m/._module.md", "m/.git/config"):
            archive.writestr(name, b"PK\x03\x04" if name.endswith("docx") else b"x")
        archive.writestr("m/media/deep/a.png", b"x")
        archive.writestr("m/national/KH.md", "x")

    found = sift(unzip(packed(fill)))
    assert (found.name, sorted(found.files)) == ("m", ["media/deep/a.png", "module.md", "national/KH.md"])
    assert found.left_out == ("m/notes.docx", "top/x/readme.txt")


def test_without_module_md_it_is_no_module_unless_it_goes_into_one() -> None:
    with pytest.raises(Invalid, match=r"module\.md"):
        sift({"a/01-x.md": b"x"})
    assert list(sift({"a/01-x.md": b"x"}, needs_module=False).files) == ["01-x.md"]
    assert list(sift({"media/a.png": b"x"}, needs_module=False).files) == ["media/a.png"]
