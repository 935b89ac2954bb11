"""`trainer fmt`: insert the ids that are missing, and change nothing else.

The compiler finds what lacks an id; here only that line is touched. An id that exists is never changed, because
records are kept under it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from itertools import count
from pathlib import PurePosixPath

from trainer.content.compiler import compile_module
from trainer.content.heads import RESERVED

_FENCE = re.compile(rb"(:{3,}[ \t]*)(\w+)[ \t]*(?:\{[ \t]*([^{}\r\n]*)\})?[ \t]*\r?\n?")
"""A fence whose first line is well formed; any other is for its author to mend, and nothing is inserted."""
_FRONT = re.compile(rb"\A(\xef\xbb\xbf)?---[^\S\n]*\n")
_WORDS = re.compile(r"[a-z0-9]+")


def format_files(files: Mapping[str, bytes], slug: str) -> dict[str, bytes]:
    """The files that change, with their new bytes. Never raises, whatever is in them."""
    changed: dict[str, bytes] = {}
    found = compile_module(files, slug=slug, facilitator=True).diagnostics
    taken = set(re.findall(rb"#([A-Za-z][\w-]*)", b"\n".join(files.values())))
    units = set(re.findall(rb"^id:[ \t]*([A-Za-z][\w-]*)", b"\n".join(files.values()), re.MULTILINE))
    units |= {name.encode() for name in RESERVED}
    for finding in reversed(found):  # from the bottom, so that a new line moves no finding that is still to come
        data = changed.get(finding.file, files.get(finding.file))
        if data is None:
            continue
        if finding.code == "id-missing":
            changed[finding.file] = _with_id(data, finding.line, taken)
        elif finding.code == "matter-required" and finding.params.get("key") == "id":
            changed[finding.file] = _with_front_id(data, finding.file, slug, units)
    return {name: data for name, data in changed.items() if data != files[name]}


def _with_id(data: bytes, line: int, taken: set[bytes]) -> bytes:
    """`data` with an id in the fence of `line` (from 1), made from the words after it."""
    lines = data.splitlines(keepends=True)
    fence = _FENCE.fullmatch(lines[line - 1]) if 0 < line <= len(lines) else None
    if fence is None or b"#" in (fence[3] or b""):
        return data
    ident = _new_id(fence[2], b"".join(lines[line : line + 8]), taken)
    if fence[3] is None:
        place, inserted = fence.end(2), b" {#" + ident + b"}"
    else:
        place, inserted = fence.start(3), b"#" + ident + (b" " if fence[3].strip() else b"")
    lines[line - 1] = lines[line - 1][:place] + inserted + lines[line - 1][place:]
    return b"".join(lines)


def _new_id(name: bytes, text: bytes, taken: set[bytes]) -> bytes:
    """`question-which-opening-1f3a`: the first words and a hash, so that the same text always gets the same id."""
    words = _WORDS.findall(text.decode("utf-8", "replace").lower())[:3]
    for salt in range(1000):
        digest = hashlib.sha256(text + bytes(str(salt), "ascii")).hexdigest()[:4]
        ident = "-".join((name.decode("ascii", "replace"), *words, digest)).encode()[:60]
        if ident not in taken:
            break
    taken.add(ident)
    return ident


def _with_front_id(data: bytes, file: str, slug: str, units: set[bytes]) -> bytes:
    """`data` with an id in its front matter: the module's folder, or the unit's file name without its number."""
    front = _FRONT.match(data)
    if front is None:
        return data
    name = slug if file == "module.md" else PurePosixPath(file).stem
    words = re.sub(r"^[^A-Za-z]+|[^A-Za-z0-9_-]", "", name)[:50] or "unit"
    free = (words if number == 1 else f"{words}-{number}" for number in count(1))
    ident = next(one for one in free if file == "module.md" or one.encode() not in units)
    if file != "module.md":
        units.add(ident.encode())
    end = b"\r\n" if front[0].endswith(b"\r\n") else b"\n"
    return data[: front.end()] + b"id: " + ident.encode() + end + data[front.end() :]
