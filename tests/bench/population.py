"""A region of invented practitioners, as many as wanted, written straight into the register: for measurements.

    python -m tests.bench.population PEOPLE [--database URL]

Each person has one to three modules, a test before and after with eight answers, a quiz, and mostly a completion: about
ten answers a person. The same number always makes the same people. The counts are made by counting anew, which is
timed.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from trainer.config import load
from trainer.services import library, recounting
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.models import Attempt, CompletionRow, Enrolment, Person, Response, UnitDone
from trainer.store.scope import Scope
from trainer.store.statements import insert_all_new, insert_people
from trainer.vocabulary import AGENCY_TYPES, COUNTRIES, SEXES, WORK_ROLES

BENCH = Scope.system("a generated population")
AT_ONCE = 2_000
"""People written in one transaction."""
END = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
DAYS = 700
MODULES = ("alpha", "beta", "gamma", "delta")
QUESTIONS = 4
"""Of each form of a test."""


def module(slug: str) -> dict[str, bytes]:
    """A small module with a test in two forms."""
    questions = "\n".join(
        f"::: question {{#{form.lower()}{number} type=single form={form}}}\nQuestion {number}?\n\n"
        f"- [x] Right\n- [ ] Wrong\n- [ ] Also wrong\n:::\n"
        for form in "AB"
        for number in range(1, QUESTIONS + 1)
    )
    head = f"---\nid: {slug}\ntitle: About {slug}\nsummary: For measuring.\nsource: en\n"
    return {
        "module.md": (head + "minutes: {online: 60}\ncompletion: {lessons: all, test: 50}\n---\n\nWelcome.\n").encode(),
        "01-first.md": b"---\nid: first\ntitle: First\n---\n\n## Look {#look}\n\nLook.\n",
        "test.md": f"---\nid: test\ntitle: Test\nkind: test\nforms: [A, B]\n---\n\n{questions}".encode(),
    }


class Region:
    """Writes people into a store, in the order of their numbers."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.editions: dict[str, int] = {}
        with store.write(Scope.nobody()) as db:
            for slug in MODULES:
                made = library.publish(db, slug, module(slug), by="bench", now=END - timedelta(days=DAYS + 1))
                self.editions[slug] = made.id

    def fill(self, people: int, *, first: int = 0) -> int:
        """-> answers written"""
        answers = 0
        for start in range(first, first + people, AT_ONCE):
            rows: dict[type[Any], list[dict[str, Any]]] = {
                table: [] for table in (Person, Enrolment, UnitDone, Attempt, Response, CompletionRow)
            }
            for number in range(start, min(start + AT_ONCE, first + people)):
                for table, row in self._person(number):
                    rows[table].append(row)
            answers += len(rows[Response])
            with self.store.write(BENCH) as db:
                insert_people(db, rows.pop(Person))
                for table, some in rows.items():
                    insert_all_new(db, table, some)
        return answers

    def _person(self, number: int) -> Iterator[tuple[type[Any], dict[str, Any]]]:
        chance = random.Random(number)
        country = chance.choice(list(COUNTRIES))
        mine = {"person_id": f"bench-{number:012}", "country": country}
        who = {
            "agency_type": chance.choice(list(AGENCY_TYPES)), "work_role": chance.choice(list(WORK_ROLES)),
            "sex": chance.choice([*SEXES, None]),
        }  # fmt: skip
        began = END - timedelta(days=chance.randrange(DAYS))
        yield Person, {
            "id": mine["person_id"], "country": country, "full_name": f"Person {number}", **who,
            "sign_in_name": f"bench-{number}", "password_hash": None, "locale": "en", "is_test": False,
            "created_at": began, "disabled_at": None, "deletion_asked_at": None,
        }  # fmt: skip
        for slug in chance.sample(MODULES, chance.choice([1, 1, 2])):
            yield from self._module(chance, mine, who, slug, began)

    def _module(
        self, chance: random.Random, mine: dict[str, str], who: dict[str, Any], slug: str, began: datetime
    ) -> Iterator[tuple[type[Any], dict[str, Any]]]:
        mode, month = chance.choice(["online", "workshop"]), f"{began:%Y-%m}"
        base = {**mine, "module": slug, "edition_id": self.editions[slug]}
        yield Enrolment, {
            **base, **who, "id": _id(chance), "mode": mode, "locale": "en", "started_at": began, "pre_form": "A",
            "month": month,
        }  # fmt: skip
        skill = chance.random()
        for purpose, form, more in (("pre", "A", 0.0), ("post", "B", 0.25)):
            if chance.random() < 0.9:
                yield from self._test(chance, base, purpose, form, min(1.0, skill + more), mode, began)
        yield UnitDone, {**base, "id": _id(chance), "unit": "first", "at": began}
        if chance.random() < 0.7:
            yield CompletionRow, {
                **base, **who, "id": _id(chance)[:22], "mode": mode, "locale": "en", "quiz_score": None,
                "test_score": 75.0, "minutes": 60, "at": began + timedelta(hours=1), "month": month,
            }  # fmt: skip

    def _test(
        self, chance: random.Random, base: dict[str, Any], purpose: str, form: str, skill: float, mode: str,
        began: datetime,
    ) -> Iterator[tuple[type[Any], dict[str, Any]]]:  # fmt: skip
        attempt, marks = _id(chance), [chance.random() < skill for _ in range(QUESTIONS)]
        at = began + timedelta(minutes=10 if purpose == "pre" else 50)
        score = 100.0 * sum(marks) / QUESTIONS
        yield Attempt, {
            **base, "id": attempt, "unit": "test", "purpose": purpose, "number": 1, "form": form, "seed": "x",
            "mode": mode, "started_at": at, "handed_in_at": at, "score": score,
            "passed": None if purpose == "pre" else score >= 50, "month": f"{at:%Y-%m}",
        }  # fmt: skip
        person = {name: base[name] for name in ("person_id", "country")}
        for number, right in enumerate(marks, 1):
            yield Response, {
                **person, "id": _id(chance), "attempt_id": attempt, "question": f"{form.lower()}{number}", "rev": 1,
                "answer": {"chosen": [0 if right else chance.choice([1, 2])]}, "points": float(right),
                "max_points": 1.0, "correct": right, "critical": False, "locale": "en", "at": at,
                "client_time": None, "source": "web", "late": False,
            }  # fmt: skip


def _id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def main() -> None:
    """Make a store, fill it, count it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("people", type=int)
    arguments.add_argument(
        "--database", default="", help="an empty database; default: a SQLite file that is thrown away"
    )
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = {"TRAINER_DATA": folder, "TRAINER_SECURE_COOKIES": "off"}
        store = Store(load(data | ({"TRAINER_DATABASE": chosen.database} if chosen.database else {})))
        migrate.upgrade(store)
        began = time.perf_counter()
        answers = Region(store).fill(chosen.people)
        filled = time.perf_counter()
        cells, rows = recounting.rebuild(store)
        seconds = time.perf_counter() - filled
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    print(f"{chosen.people} people, {answers} answers in {filled - began:.0f} s; {size / 1e6:.0f} MB of files")
    print(f"counted anew: {rows} rows into {cells} cells in {seconds:.1f} s, {rows / seconds:.0f} rows a second")


if __name__ == "__main__":
    main()
