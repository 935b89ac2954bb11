"""A coordinator's desk: a workshop with people and sheets, and paper that comes back without a scanner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from tests.factories import a_person, a_workshop
from tests.web.conftest import ORIGIN, Browser, World
from trainer.scanning.problems import Problem
from trainer.services import room, scans, sheets
from trainer.services.scans import Page, Row, UploadRow
from trainer.services.sheets import Asked, SheetRow
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.store.workshops import Upload, Workshop
from trainer.web.state import site

SYSTEM = Scope.system("test")
NAMES = ("សុខ ដារ៉ា", "ကျော်ဇင်ဦး", "Ana Soares")
KEY = "a key of the tests, long enough to be one"


@cache
def blank_picture() -> bytes:
    """A kept picture of a sheet of which nothing but white is left."""
    import numpy as np

    from trainer.scanning import kept

    return kept.picture(np.full(kept.SIZE[::-1], 255, np.uint8))


@dataclass
class Desk:
    """A workshop of one country with its coordinator's browser."""

    world: World
    browser: Browser
    coordinator: Person
    workshop_id: str
    country: str
    uploads: int = field(default=0)

    @property
    def page(self) -> str:
        return f"/en/coordinate/workshops/{self.workshop_id}"

    @property
    def countries(self) -> set[str]:
        return {self.country}

    def sheets(self, purpose: str = "", blank: bool = False) -> list[SheetRow]:
        with self.world.store.read(SYSTEM) as db:
            rows = sheets.of_workshop(db, self.countries, self.workshop_id)
        return [row for row in rows if purpose in ("", row.purpose) and row.is_blank == blank]

    def sheet(self, code: str) -> SheetRow:
        with self.world.store.read(SYSTEM) as db:
            return sheets.find(db, self.countries, code)

    def asked(self, row: SheetRow) -> Asked:
        return sheets.asked(site(self.world.app).shelf, row)

    def issue(self, *purposes: str, blanks: int = 0) -> list[SheetRow]:
        with self.world.store.write(SYSTEM) as db:
            workshop = db.get(Workshop, self.workshop_id)
            assert workshop is not None
            return sheets.issue(
                db, site(self.world.app).shelf, workshop, purposes or sheets.PURPOSES, blanks=blanks, key=KEY,
                now=self.world.clock(),
            )  # fmt: skip

    def come_back(
        self, row: SheetRow | None, rows: Iterable[Row] | None = None, *, page: int = 1, problem: str = "",
        installation: str = "", image: bytes | None = None,
    ) -> str:  # fmt: skip
        """A page is uploaded and read, as the reader would have done it. -> the scan's id"""
        self.uploads += 1
        with self.world.store.write(SYSTEM) as db:
            workshop = db.get(Workshop, self.workshop_id)
            assert workshop is not None
            upload_id, _ = scans.upload(
                db, workshop, f"scan {self.uploads}.pdf", str(self.uploads).encode(), by=self.coordinator.id,
                now=self.world.clock(),
            )  # fmt: skip
            held = db.get(Upload, upload_id)
            assert held is not None
            upload = UploadRow(upload_id, self.workshop_id, self.country, held.name, 1, "running", 0, None,
                               held.uploaded_at, self.coordinator.id)  # fmt: skip
            code = None
            if row is not None:
                code = sheets.code_of(row, workshop.code, page, len(self.asked(row).pages), KEY)
                code = code._replace(installation=installation or code.installation)
            said = Problem(problem) if problem else None
            read = None if rows is None else tuple(rows)
            scanned = Page(1, code, said, read, image or blank_picture())
            scans.take(db, site(self.world.app).shelf, upload, scanned, key=KEY, now=self.world.clock())
            scans.end(db, upload_id)
        with self.world.store.read(SYSTEM) as db:
            from sqlalchemy import select

            from trainer.store.workshops import Scan

            return db.scalars(select(Scan.id).where(Scan.upload_id == upload_id)).one()

    def read(self, row: SheetRow, doubts: Mapping[int, str] | None = None, *, page: int = 1) -> list[Row]:
        """Rows as the reader gives them: the first choice of each; `doubts`: row → why it is in doubt."""
        found = []
        for placed in self.asked(row).pages[page - 1]:
            reason = (doubts or {}).get(placed.number, "")
            chosen = () if placed.field.kind == "line" else (0,)
            found.append(Row(placed.number, chosen, not reason, reason))
        return found

    def post(self, path: str, fields: Mapping[str, Any] | None = None, *, page: str = "") -> TestResponse:
        return self.browser.submit(path, fields, page=page or f"{self.page}/packs")

    def upload(self, *files: tuple[Any, str]) -> TestResponse:
        sent = {"csrf_token": self.browser.token(f"{self.page}/paper"), "files": list(files)}
        return self.browser.post(f"{self.page}/paper", data=sent, headers={"Origin": ORIGIN},
                                 content_type="multipart/form-data")  # fmt: skip


def a_desk(world: World, *, names: Iterable[str] = NAMES, country: str = "KH", browser: Browser | None = None,
           **facts: Any) -> Desk:  # fmt: skip
    """A workshop on the module of the tests with these people; nothing is printed yet."""
    world.course()
    coordinator = world.coordinator(country)
    with world.store.write(SYSTEM) as db:
        workshop = a_workshop(country, **{"modules": ["course"], "locales": ["en", "km", "my"], **facts})
        db.add(workshop)
        db.flush()
        people = [a_person(db, country=country, full_name=name) for name in names]
        newcomers = [room.Newcomer(person.id, "en") for person in people]
        room.join(db, workshop, newcomers, walk_in=False, now=world.clock())
        workshop_id = workshop.id
    return Desk(world, browser or world.sign_in(coordinator), coordinator, workshop_id, country)


def main_of(response: TestResponse) -> str:
    return unescape(response.text.partition("<main")[2].partition("</main>")[0])


def words_of(response: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(response)).split())


def followed(desk: Desk, response: TestResponse) -> TestResponse:
    """The page that a redirect leads to, over as many redirects as there are."""
    while response.status_code == 303:
        response = desk.browser.get(response.location)
    return response
