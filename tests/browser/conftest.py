"""The real application on a loopback port, and a real Chromium that reaches nothing else."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import waitress
from playwright.sync_api import Browser, sync_playwright
from waitress import wasyncore

from trainer.app import create_app
from trainer.config import load
from trainer.content.folder import module_folders, read_folder
from trainer.services import library
from trainer.services.library import Shelf
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench
from trainer.web.state import site as site_of

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    url: str
    store: Store
    shelf: Shelf
    bench: Bench
    """For work that the server leaves to others: `tasks.runner.Runner` takes it."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Every module of ours, published, and nobody in the register."""
    data = tmp_path_factory.mktemp("site")
    config = load({"TRAINER_DATA": str(data), "TRAINER_SECURE_COOKIES": "off"})
    store = Store(config)
    migrate.upgrade(store)
    for folder in module_folders():
        with store.write(Scope.nobody()) as db:
            library.publish(db, folder.name, read_folder(folder), by="test", now=datetime.now(UTC))
    app = create_app(config, store=store)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.effective_port}", store, Shelf(store), site_of(app))
    # In the server's own thread: closing a socket that another thread waits for is an error there.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(timeout=10)
    assert not thread.is_alive()
    store.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "Chromium is missing; `make test` installs Debian's package"
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
