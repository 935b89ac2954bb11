"""Opening a catalog of 2,000 passages beside one of 200: CPU time of the request, paired, and statements of SQL.

    python -m tests.bench.bench_catalog [rounds]

For each page (the list of passages, one passage, saving one) the ratio large ÷ small of the same round (min / median /
max), the median's own milliseconds, and how many statements each asks of the database.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import event

from trainer import app as application
from trainer.access import TRANSLATOR
from trainer.config import load
from trainer.content.compiler import compile_module
from trainer.content.extraction import update
from trainer.services import library, sessions
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.models import Grant, Person
from trainer.store.scope import Scope

SIZES = {"small": 200, "large": 2000}
REQUESTS = 5
"""Of each kind in a round."""


def files_of(slug: str, count: int) -> dict[str, bytes]:
    """A module of `count` passages in lessons of a hundred, translated into Khmer."""
    files = {"module.md": f"---\nid: {slug}\ntitle: The {slug} one\nsummary: For measuring.\n---\n".encode()}
    for lesson in range(count // 100):
        lines = [f"---\nid: l{lesson}\ntitle: Lesson {lesson}\n---\n"]
        lines += [f"Sentence {at} of lesson {lesson} tells **what** to do first.\n" for at in range(99)]
        files[f"{lesson:02}-lesson.md"] = "\n".join(lines).encode()
    module = compile_module(files, slug=slug).module
    assert module is not None
    catalog = update(None, module, "km").decode()
    translated = re.sub(r'(msgid "Sentence (\d+) .*"\nmsgstr) ""', r'\1 "ប្រយោគ **\2** ។"', catalog)
    return {**files, "translations/km.po": translated.encode()}


def world(data: Path) -> tuple[FlaskClient, Store]:
    """A browser in which a translator is signed in."""
    config = load({"TRAINER_DATA": str(data), "TRAINER_SECURE_COOKIES": "off"})
    store, now = Store(config), datetime.now(UTC)
    migrate.upgrade(store)
    for slug, count in SIZES.items():
        with store.write(Scope.nobody()) as db:
            library.publish(db, slug, files_of(slug, count), by="bench", now=now)
    with store.write(Scope.system("bench")) as db:
        person = Person(
            country="KH", full_name="Sok Dara", sign_in_name="dara", agency_type="police", work_role="frontline",
            locale="en", created_at=now,
        )  # fmt: skip
        db.add(person)
        db.flush()
        db.add(
            Grant(
                person_id=person.id, country="KH", role=TRANSLATOR, over="km", granted_at=now, granted_by=person.id
            )
        )  # fmt: skip
        token = sessions.start(db, person.id, "KH", label="Bench", shared_device=True, now=now)
    browser = application.create_app(config, store=store).test_client()
    browser.set_cookie("trainer", token)
    return browser, store


class Pages:
    """What is asked of one catalog."""

    def __init__(self, browser: FlaskClient, slug: str) -> None:
        self.browser, self.slug, self.saved = browser, slug, 0
        listed = browser.get(f"/en/translate/{slug}/km?page=2").text
        found = re.search(r'class="source" lang="en" href="([^"]+)"', listed)
        assert found, listed[:2000]
        self.address = unescape(found[1])

    def listed(self) -> None:
        assert self.browser.get(f"/en/translate/{self.slug}/km?page=2").status_code == 200

    def passage(self) -> None:
        assert self.browser.get(self.address).status_code == 200

    def save(self) -> None:
        """One passage in other words each time; nothing that was made for the last ones fits."""
        page = self.browser.get(self.address).text
        token, since = (re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("csrf_token", "since"))
        assert token
        assert since
        self.saved += 1
        form = {"csrf_token": token[1], "since": since[1], "text": f"ប្រយោគ **{self.saved}**", "do": "save"}
        assert self.browser.post(self.address, data=form).status_code == 303


def cost(action: Callable[[], None]) -> float:
    """Seconds of CPU for one request."""
    begin = time.process_time()
    for _ in range(REQUESTS):
        action()
    return (time.process_time() - begin) / REQUESTS


def statements(store: Store, action: Callable[[], None]) -> int:
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    action()
    event.remove(store.engine, "before_cursor_execute", note)
    return len(seen)


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as data:
        browser, store = world(Path(data))
        both = {slug: Pages(browser, slug) for slug in SIZES}
        for name in ("listed", "passage", "save"):
            found: dict[str, list[float]] = {slug: [] for slug in SIZES}
            for _ in range(rounds + 1):
                for slug, pages in both.items():
                    found[slug].append(cost(getattr(pages, name)))
            small, large = (found[slug][1:] for slug in SIZES)  # the first round warms up
            ratios = [one / other for one, other in zip(large, small, strict=True)]
            counted = " and ".join(str(statements(store, getattr(pages, name))) for pages in both.values())
            print(
                f"{name:<8} {min(ratios):6.2f} {statistics.median(ratios):6.2f} {max(ratios):6.2f}   "
                f"{statistics.median(large) * 1000:7.1f} ms   statements: {counted}"
            )
        store.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
