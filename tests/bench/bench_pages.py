"""What a learner's pages cost beside a bare view of the same application server: paired, interleaved, CPU time.

    python tests/bench/bench_pages.py [rounds]

The application runs on SQLite behind waitress in a process of its own, whose CPU time is read. The bare view is a view
of the same application that returns "ok", asked by nobody and by somebody signed in. Each figure is a ratio of CPU
times in the same round (min / median / max), and the median's own milliseconds.
"""

from __future__ import annotations

import logging
import os
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from http.client import HTTPConnection
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path

import waitress
from flask import Flask

from trainer import app as application
from trainer.config import load
from trainer.content.folder import module_folders, read_folder
from trainer.services import library, sessions
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.web.guard import public

REQUESTS = 200
"""Of each kind in a round."""
SLUG = "recognising-indicators"
PATHS = {
    "home": "/en/",
    "module": f"/en/modules/{SLUG}",
    "lesson": f"/en/modules/{SLUG}/01-reading-indicators",
    "lesson in Khmer": f"/km/modules/{SLUG}/01-reading-indicators",
    "record": "/en/record",
}


def world(data: Path) -> tuple[Flask, str]:
    """The application with our modules, and the session token of one person."""
    config = load({"TRAINER_DATA": str(data), "TRAINER_SECURE_COOKIES": "off"})
    store, now = Store(config), datetime.now(UTC)
    migrate.upgrade(store)
    for folder in module_folders():
        with store.write(Scope.nobody()) as db:
            library.publish(db, folder.name, read_folder(folder), by="bench", now=now)
    with store.write(Scope.system("bench")) as db:
        person = Person(
            country="KH", full_name="Sok Dara", sign_in_name="dara", agency_type="police", work_role="frontline",
            locale="en", created_at=now,
        )  # fmt: skip
        db.add(person)
        db.flush()
        token = sessions.start(db, person.id, "KH", label="Bench", shared_device=True, now=now)
    app = application.create_app(config, store=store)

    @public
    def bare() -> str:
        return "ok"

    app.add_url_rule("/bare", "bare", bare)
    return app, token


def serve(data: str, ready: Connection) -> None:
    """The process that is measured: tells its port and the session's token, then serves."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    app, token = world(Path(data))
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    ready.send((server.effective_port, token))
    server.run()


def cpu_of(pid: int) -> float:
    """Seconds of CPU the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost(connection: HTTPConnection, pid: int, path: str, token: str) -> float:
    """Seconds of the server's CPU for one request."""
    begin = cpu_of(pid)
    for _ in range(REQUESTS):
        connection.request("GET", path, headers={"Cookie": f"trainer={token}"} if token else {})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} did not open: {answer.status}")
    return (cpu_of(pid) - begin) / REQUESTS


def main(rounds: int) -> None:
    ours, theirs = Pipe()
    with tempfile.TemporaryDirectory() as data:
        server = get_context("spawn").Process(target=serve, args=(data, theirs), daemon=True)
        server.start()
        port, token = ours.recv()
        connection = HTTPConnection("127.0.0.1", port)
        asked = {"bare": ("/bare", ""), "bare, signed in": ("/bare", token)}
        asked |= {name: (path, token) for name, path in PATHS.items()}
        asked["lesson, visitor"] = (PATHS["lesson"], "")
        found: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(rounds + 1):
            for name, (path, held) in asked.items():
                found[name].append(cost(connection, server.pid or 0, path, held))
        server.terminate()
    report({name: costs[1:] for name, costs in found.items()})  # the first round warms up


def report(found: dict[str, list[float]]) -> None:
    for name, costs in found.items():
        print(f"{name:<18} {statistics.median(costs) * 1000:.3f} ms")
    for base, names in (("bare", ["lesson, visitor", *PATHS]), ("bare, signed in", [*PATHS])):
        print(f"÷ {base}")
        for name in names:
            ratios = [own / plain for own, plain in zip(found[name], found[base], strict=True)]
            print(f"  {name:<16} {min(ratios):6.2f} {statistics.median(ratios):6.2f} {max(ratios):6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
