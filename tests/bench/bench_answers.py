"""What storing one answer costs on SQLite beside a bare view: CPU time, and the tail at 16 connections; paired.

    python -m tests.bench.bench_answers [rounds]

One person answers a question inside a lesson, each time with an id of its own, so that each answer is a row. The
clients are threads of this process; their own share of the time is in both figures of a pair.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
import uuid
from http.client import HTTPConnection
from multiprocessing import Pipe, get_context
from urllib.parse import urlencode

from tests.bench.bench_pages import SLUG, cpu_of, serve

UNIT, QUESTION = "01-reading-indicators", "m2-p01"
CONNECTIONS = 16
REQUESTS = 320
"""Of each kind in a round, over all connections."""


class Client:
    """Somebody signed in, who sends the form of a lesson's question."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.cookie = port, f"trainer={token}"
        connection = HTTPConnection("127.0.0.1", port)
        connection.request("GET", f"/en/modules/{SLUG}/{UNIT}", headers={"Cookie": self.cookie})
        page = connection.getresponse().read().decode()
        self.csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    def bare(self, connection: HTTPConnection) -> None:
        connection.request("GET", "/bare", headers={"Cookie": self.cookie})
        self._read(connection, 200)

    def answer(self, connection: HTTPConnection) -> None:
        body = urlencode({"csrf_token": self.csrf, "event": str(uuid.uuid4()), "answer": "0"})
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self.port}",
        }
        connection.request("POST", f"/en/modules/{SLUG}/{UNIT}/practice/{QUESTION}", body, headers)
        self._read(connection, 303)

    def _read(self, connection: HTTPConnection, expected: int) -> None:
        response = connection.getresponse()
        response.read()
        if response.status != expected:
            raise SystemExit(f"expected {expected}, got {response.status}")


def tail(client: Client, kind: str) -> float:
    """The 99th percentile in seconds, over all connections at once."""
    took: list[float] = []

    def run() -> None:
        connection = HTTPConnection("127.0.0.1", client.port)
        for _ in range(REQUESTS // CONNECTIONS):
            begin = time.perf_counter()
            getattr(client, kind)(connection)
            took.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=run) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statistics.quantiles(took, n=100)[98]


def main(rounds: int) -> None:
    ours, theirs = Pipe()
    cpu: dict[str, list[float]] = {"bare": [], "answer": []}
    tails: dict[str, list[float]] = {"bare": [], "answer": []}
    with tempfile.TemporaryDirectory() as data:
        server = get_context("spawn").Process(target=serve, args=(data, theirs), daemon=True)
        server.start()
        client = Client(*ours.recv())
        for _ in range(rounds + 1):
            for kind, costs in cpu.items():
                begin = cpu_of(server.pid or 0)
                tails[kind].append(tail(client, kind))
                costs.append((cpu_of(server.pid or 0) - begin) / REQUESTS)
        server.terminate()
    for name, found in (("CPU per request", cpu), ("p99 at 16 connections", tails)):
        pairs = [answer / bare for answer, bare in zip(found["answer"][1:], found["bare"][1:], strict=True)]
        print(f"{name}: bare {statistics.median(found['bare'][1:]) * 1000:.2f} ms, answer "
              f"{statistics.median(found['answer'][1:]) * 1000:.2f} ms, ratio "
              f"{min(pairs):.2f} / {statistics.median(pairs):.2f} / {max(pairs):.2f}")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
