"""The preview of a unit beside compiling that unit: paired, interleaved, CPU time of this process.

    python tests/bench/bench_preview.py [rounds]

The unit has some 1,500 words, with tables, callouts and questions, in a module of nine units. `preview` is all that
the server does for one pause in typing: the guard, the session, the draft's manifest, compiling the file, its HTML
with line marks, its problems, and the answer. `compile` is that unit and its module.md through the
compiler, and nothing else.
Each figure is a ratio of CPU times in the same round (min / median / max).
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from trainer.app import create_app
from trainer.config import load
from trainer.content.compiler import compile_module
from trainer.content.folder import read_folder
from trainer.resources import folder
from trainer.services import drafts, sessions
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.models import Grant, Person
from trainer.store.scope import Scope

MODULE = "recognising-indicators"
UNIT = "01-reading-indicators.md"
WORDS = 1_500
ACCEPT = {"Accept": "application/json", "Origin": "http://127.0.0.1"}


def long_unit(text: str) -> str:
    """The unit's own text, with its parts once more under other ids until it has so many words."""
    head, _, body = text.partition("\n---\n")
    out, copy = body, 0
    while len(out.split()) < WORDS:
        copy += 1
        again = body.replace("{#", f"{{#c{copy}-").replace("[^", f"[^c{copy}-").replace("](#", f"](#c{copy}-")
        out += again
    return f"{head}\n---\n{out}"


def world(data: Path) -> tuple[Flask, str, str]:
    """The application with a draft and an author: the address to post to, and the session's token."""
    config = load({"TRAINER_DATA": str(data), "TRAINER_SECURE_COOKIES": "off"})
    store, now = Store(config), datetime.now(UTC)
    migrate.upgrade(store)
    files = read_folder(folder("modules") / MODULE)
    with store.write(Scope.system("bench")) as db:
        draft = drafts.open_draft(db, MODULE, by="bench", now=now)
        for path, held in files.items():
            drafts.save_draft_file(db, draft.id, path, held, expected_version=0, by="bench", now=now)
        person = Person(
            country="KH", full_name="Ana", sign_in_name="ana", agency_type="ngo", work_role="trainer", locale="en",
            created_at=now,
        )  # fmt: skip
        db.add(person)
        db.flush()
        db.add(Grant(person_id=person.id, country=person.country, role="trainer", granted_at=now, granted_by=person.id))
        token = sessions.start(db, person.id, "KH", label="Bench", shared_device=True, now=now, second_step_at=now)
    return create_app(config, store=store), f"/en/author/modules/{MODULE}/preview/{UNIT}", token


def cpu(action: Callable[..., object], *values: str) -> float:
    begin = time.process_time()
    action(*values)
    return time.process_time() - begin


def main(rounds: int) -> None:
    files = read_folder(folder("modules") / MODULE)
    text = long_unit(files[UNIT].decode())
    versions = (f"{text}\nWord {number}.\n" for number in itertools.count())  # nobody previews the same text twice
    with tempfile.TemporaryDirectory() as data:
        app, address, token = world(Path(data))
        browser = FlaskClient(app)
        browser.set_cookie("trainer", token, domain="127.0.0.1")
        editor = browser.get(address.replace("preview", "edit"), base_url="http://127.0.0.1").text
        proof = editor.partition('name="csrf_token" value="')[2].partition('"')[0]

        def preview(words: str, lang: str = "") -> None:
            sent = {"csrf_token": proof, "words": words, "lang": lang}
            answer = browser.post(address, data=sent, headers=ACCEPT, base_url="http://127.0.0.1")
            if answer.status_code != 200 or b"Word" not in answer.data:
                raise SystemExit(f"no preview: {answer.status_code} {answer.data[:200]!r}")

        def compiled(words: str) -> None:
            compile_module({"module.md": files["module.md"], UNIT: words.encode()}, slug=MODULE)

        found: dict[str, list[float]] = {"preview / compile": [], "preview in Khmer / compile": []}
        spent: list[float] = []
        for number in range(rounds + 2):
            words = next(versions)
            base, mine, khmer = cpu(compiled, words), cpu(preview, words), cpu(preview, words, "km")
            if number > 1:  # the first rounds fill the caches
                spent.append(mine)
                found["preview / compile"].append(mine / base)
                found["preview in Khmer / compile"].append(khmer / base)
    print(f"{len(text.split())} words, {rounds} rounds; preview {statistics.median(spent) * 1000:.1f} ms")
    for name, ratios in found.items():
        print(f"{name:<30} {min(ratios):5.2f}  {statistics.median(ratios):5.2f}  {max(ratios):5.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 25)
