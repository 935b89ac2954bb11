"""Who may what: every role, country, route of the running table and method; own, others' and absent things.

What is expected is written down here and nowhere derived from the application's own rules. A route that is not in
the lists below fails: whoever adds one decides here who may call it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import NOW, a_person, a_workshop
from tests.web.conftest import ORIGIN, Browser, World
from tests.web.desk import blank_picture
from tests.web.routes import ABSENT, Route, routes
from trainer.services import anonymous, room, scans, sheets
from trainer.services.scans import Page, UploadRow
from trainer.services.shelf import Shelf
from trainer.store.factors import Passkey
from trainer.store.leaving import Transfer
from trainer.store.models import Attempt, Person, SignInSession
from trainer.store.paths import Assignment
from trainer.store.reporting import FunderLine, SavedReport
from trainer.store.scope import Scope
from trainer.store.warnings import WarningRow
from trainer.store.workshops import Pack, PackFile, Upload, Workshop, WorkshopSession
from trainer.vocabulary import COUNTRIES
from trainer.web import gate

PUBLIC = {
    "static", "check.anywhere", "check.check", "check.result",
    "account.sign_in", "account.enter", "account.sign_up", "account.join", "account.signed_out",
    "learn.root", "learn.home", "learn.welcome", "learn.keep_welcome", "learn.help", "learn.glossary", "learn.leave",
    "learn.languages",
    "learn.reading_page", "learn.keep_reading", "learn.media", "learn.module", "learn.unit", "learn.take_break",
    "learn.try_out", "learn.handbook", "learn.handbook_page",
}  # fmt: skip
SIGNED_IN = {
    "account.my_data", "account.seen", "account.download", "account.correct", "account.store_correction",
    "account.ask_deletion", "account.withdraw_deletion", "account.password", "account.change_password",
    "account.sessions", "account.end_session", "account.end_other_sessions", "account.sign_out",
    "account.second_step", "account.give_code", "account.passkey_question", "account.give_passkey", "account.go_on",
    "account.factors", "account.set_up", "account.store_app", "account.new_passkey", "account.store_passkey",
    "account.new_recovery_codes", "account.remove_app", "account.remove_passkey",
    "learn.record", "learn.next_question", "learn.question", "learn.answer", "learn.hand_in", "learn.results",
    "learn.review", "learn.unit_done", "learn.practise", "learn.start", "learn.certificate", "learn.certificate_code",
    "learn.certificate_pdf", "learn.path", "learn.choose_path", "account.reminders",
    "learn.reaction", "learn.give_reaction", "learn.decline_reaction", "learn.follow_up",
    "learn.follow_up_page", "learn.keep_follow_up", "learn.decline_follow_up", "learn.ask_again",
}  # fmt: skip
COORDINATOR = {
    "coordinate.report", "coordinate.report_csv", "coordinate.people", "coordinate.search_people",
    "coordinate.add_person", "coordinate.store_person", "coordinate.person", "coordinate.slip", "coordinate.shut",
    "coordinate.leaving", "coordinate.undelivered_letters", "coordinate.audit", "coordinate.audit_csv",
    "coordinate.feedback_page", "coordinate.feedback_csv",
    "coordinate.feedback_words", "coordinate.example_page", "coordinate.judge_example", "coordinate.warnings",
    "coordinate.ask_for_warnings",
}  # fmt: skip
LEAVING = {
    "coordinate.keep", "coordinate.duplicates", "coordinate.choose_second",
    "coordinate.find_second", "coordinate.compare_people", "coordinate.merge_people", "coordinate.separate_people",
    "coordinate.transfer_list", "coordinate.transfer_page", "coordinate.propose_transfer",
    "coordinate.accept_transfer", "coordinate.decline_transfer", "coordinate.take_back_transfer",
    "coordinate.forget_page", "coordinate.forget",
    "coordinate.rights_page", "coordinate.make_copy", "coordinate.note_wish", "coordinate.take_wish_back",
}  # fmt: skip
ADMINISTRATORS = {"trail.of_all", "trail.of_all_csv"}
AUTHORS = {
    "author.publish_page", "author.publish", "author.raise_revisions", "author.newer_page", "author.take_newer",
    "author.put_back_page", "author.put_back", "author.acknowledge", "author.take_back_acknowledgement",
    "author.new_module", "author.create_module", "author.duplicate_page", "author.duplicate", "author.archive",
    "author.bring_back", "author.import_page", "author.read_import", "author.take_in_import", "author.add_unit",
    "author.move_unit", "author.delete_file", "author.rename_page", "author.rename_file", "author.discard_page",
    "author.discard_draft", "author.upload_picture", "author.restore_file", "author.edit", "author.save_file",
    "author.autosave", "author.live_preview", "author.leave_preview",
}  # fmt: skip
"""For trainers and administrators."""
READERS = {
    "author.problems", "author.module_list", "author.edition_list", "author.edition_page", "author.edition_file",
    "author.edition_zip", "author.module_page", "author.media_page", "author.medium", "author.file_history",
    "author.draft_preview", "translate.comment_list", "translate.close_comment", "translate.publish_page",
    "translate.publish",
}  # fmt: skip
"""For everybody who sees modules before learners do."""
TRANSLATORS = {
    "translate.catalog_list", "translate.module", "translate.passage", "translate.find_passage",
    "translate.passage_checks", "translate.save_passage", "translate.add_comment", "translate.catalog_file",
    "translate.import_page", "translate.look_at_file", "translate.take_file", "translate.preview", "translate.paper",
}  # fmt: skip
"""For translators and reviewers."""
OF_A_COUNTRY = {
    "national.module", "national.save", "national.discard", "national.preview", "national.preview_pdf",
    "national.sign_page", "national.sign", "national.withdraw",
}  # fmt: skip
NATIONAL = {"national.overview"} | OF_A_COUNTRY
"""For coordinators, about their countries."""
ADMINISTRATION = {"admin.role_list", "admin.role_holder", "admin.check_role", "admin.give_role", "admin.take_role"}
WRITING = {
    endpoint: roles
    for endpoints, roles in (
        (READERS, {"trainer", "translator", "reviewer", "coordinator", "administrator"}),
        (AUTHORS, {"trainer", "administrator"}),
        (TRANSLATORS, {"translator", "reviewer"}),
        (NATIONAL, {"coordinator"}),
        (ADMINISTRATORS, {"administrator"}),
        (ADMINISTRATION, {"administrator"}),
    )
    for endpoint in endpoints
}
"""Route of writing, translating, adapting and administering → the roles that may call it."""
WORKSHOPS = {
    "coordinate.workshop_list", "coordinate.new_workshop", "coordinate.store_workshop", "coordinate.workshop",
    "coordinate.workshop_facts", "coordinate.change_workshop", "coordinate.bin_workshop",
    "coordinate.unbin_workshop", "coordinate.reopen_workshop",
    "coordinate.timetable", "coordinate.add_session", "coordinate.workshop_session", "coordinate.change_session",
    "coordinate.move_session", "coordinate.remove_session",
    "coordinate.participants", "coordinate.add_participant", "coordinate.find_participant",
    "coordinate.add_known_participant", "coordinate.store_participant", "coordinate.participant",
    "coordinate.set_language", "coordinate.remove_participant",
    "coordinate.name_list", "coordinate.read_name_list", "coordinate.take_in_name_list",
    "coordinate.attendance", "coordinate.session_attendance", "coordinate.store_attendance",
    "coordinate.pack_list", "coordinate.begin_pack", "coordinate.pack_step", "coordinate.choose_for_pack",
    "coordinate.make_pack", "coordinate.pack", "coordinate.cancel_pack", "coordinate.pack_file",
    "coordinate.pack_zip",
    "coordinate.scans_page", "coordinate.upload_scans", "coordinate.check_next", "coordinate.sheet",
    "coordinate.decide_sheet", "coordinate.take_back_sheet", "coordinate.scan", "coordinate.identify_scan",
    "coordinate.put_scan_aside", "coordinate.scan_picture", "coordinate.scan_row", "coordinate.scan_head",
    "coordinate.issue_sheets", "coordinate.typed", "coordinate.store_typed", "coordinate.tally",
    "coordinate.store_tally",
    "coordinate.closing_page", "coordinate.close_workshop", "coordinate.print_certificates",
    "coordinate.paper_reactions", "coordinate.store_paper_reactions",
}  # fmt: skip
"""About workshops."""
MANAGING = {
    "coordinate.add_person", "coordinate.store_person", "coordinate.slip", "coordinate.shut", "coordinate.open_again",
    "coordinate.correct_person", "coordinate.store_person_correction", "coordinate.choose_for_slips",
    "coordinate.print_slips", "coordinate.people_list", "coordinate.read_people_list",
    "coordinate.take_in_people_list", "coordinate.put_warning_aside", "coordinate.take_warning_up",
    *WORKSHOPS, *LEAVING,
}  # fmt: skip
"""For whoever may manage people."""
ASSIGNMENTS = {
    "coordinate.assignment_list", "coordinate.new_assignment", "coordinate.store_assignment", "coordinate.assignment",
    "coordinate.withdraw_assignment", "coordinate.restore_assignment",
}  # fmt: skip
FUNDERS = {
    "coordinate.funder_lines", "coordinate.add_funder_example", "coordinate.add_funder_line",
    "coordinate.store_funder_line", "coordinate.funder_line", "coordinate.change_funder_line",
    "coordinate.take_out_funder_line", "coordinate.put_back_funder_line",
}  # fmt: skip
NOTES = {
    "coordinate.targets_page", "coordinate.store_targets", "coordinate.report_words_page",
    "coordinate.store_report_words",
}  # fmt: skip
MANAGING |= ASSIGNMENTS | FUNDERS | NOTES | {"coordinate.fix_page", "coordinate.fix"}
SAVED = {
    "coordinate.saved_report", "coordinate.change_saved_report", "coordinate.take_away_saved_report",
    "coordinate.bring_back_saved_report",
}  # fmt: skip
"""A coordinator's own: another one of the same country does not see them."""
REPORTS = SAVED | {
    "coordinate.report", "coordinate.report_csv", "coordinate.report_pdf", "coordinate.report_xlsx",
    "coordinate.save_report", "coordinate.feedback_page", "coordinate.feedback_csv",
}  # fmt: skip
"""For coordinators and viewers."""
COORDINATOR |= MANAGING | REPORTS
VIEWING = {("viewer", endpoint) for endpoint in REPORTS}
ENDING = {"account.end_other_sessions", "account.new_recovery_codes", "account.remove_app", "account.remove_passkey"}
"""They end the person's other sessions, so they come last."""
MANAGED = (
    "person_id", "other_id", "transfer_id", "assignment_id", "workshop_id", "workshop_session", "pack_id", "sheet_code",
    "scan_id", "country", "example_id", "line_id", "warning_id",
)  # fmt: skip
"""Variables of routes that name something a coordinator answers for."""
OBJECTS = (*MANAGED, "session_id", "attempt_id", "passkey_id", "saved_id")
"""Variables of routes that name something of a person."""
TEST = {"module": "course", "unit": "test"}
"""The test that sheets of the workshops are of."""
UNSTABLE = re.compile(r'value="[A-Za-z0-9_=-]{64}"')
"""CSRF tokens differ on every page."""


def verdict(response: TestResponse) -> str:
    """What the application said: `asked` to sign in, `forbidden`, `absent`, `method`, or `through`."""
    status = response.status_code
    if status == 303 and re.search(r"/sign-in(\?|$)|/signed-out$", response.location or ""):
        return "asked"
    if status == 403 and ("Your answer is kept" in response.text or "Your session had ended" in response.text):
        return "asked"
    if status == 403 and "<h1>You may not do this</h1>" in response.text:
        return "forbidden"
    return {404: "absent", 405: "method"}.get(status, "through" if status < 500 else "broken")


def expected(route: Route, role: str, things: str, method: str, methods: frozenset[str]) -> set[str]:
    """What may be said to `role` about `things` (own, other, absent)."""
    if method not in methods:
        return {"method"}
    if route.endpoint in PUBLIC:
        return {"through", "absent"}
    if role == "nobody":
        return {"asked"}
    if route.endpoint in COORDINATOR and role != "coordinator" and (role, route.endpoint) not in VIEWING:
        return {"forbidden"}
    if route.endpoint in WRITING and role not in WRITING[route.endpoint]:
        return {"forbidden"}
    named = _variables(route)
    if named and things != "own":
        return {"absent"}
    if route.endpoint in OF_A_COUNTRY:
        # Countries outside ASEAN have no edition of their own.
        return {"through", "absent"}
    return {"through"} if named else {"through", "absent"}


def _variables(route: Route) -> list[str]:
    return [name for name in OBJECTS if str(ABSENT[name]) in route.path or f"<{name}>" in route.path]


class Things:
    """One of everything that belongs to somebody, for a person."""

    def __init__(self, db: Session, shelf: Shelf, person: Person, edition_id: int, number: int) -> None:
        self.values: dict[str, object] = {"person_id": person.id}
        attempt = Attempt(
            id=f"00000000-0000-4000-8000-{number:012}", person_id=person.id, country=person.country, module="course",
            unit="quiz", purpose="quiz", edition_id=edition_id, number=1, form=None, seed="x", mode="online",
            started_at=NOW, handed_in_at=None, score=None, passed=None,
        )  # fmt: skip
        session = SignInSession(
            token_hash=f"{number:064}", public_id=f"session-of-{number}", person_id=person.id, country=person.country,
            created_at=NOW, seen_at=NOW, device="", shared_device=True,
        )  # fmt: skip
        passkey = Passkey(
            id=f"passkey-of-{number}", person_id=person.id, country=person.country, credential_id=f"a2V5{number:04}",
            public_key=b"", sign_count=0, rp_id="trainer.test", name="phone", created_at=NOW, used_at=None,
        )  # fmt: skip
        workshop = a_workshop(person.country, modules=["course"])
        assignment = Assignment(
            country=person.country, path=None, modules=["course"], due_on=NOW.date(), note="", created_at=NOW,
            created_by="test",
        )  # fmt: skip
        saved = SavedReport(
            person_id=person.id, country=person.country, name="Mine", about=None, module=None, period="",
            created_at=NOW,
        )  # fmt: skip
        line = FunderLine(
            country=person.country, code=f"X{number}", words="Trained", figure="t1", module=None, agency_types=[],
            created_at=NOW,
        )  # fmt: skip
        warning = WarningRow(
            country=person.country, kind="quick", key=person.id, person_id=person.id, agency="", numbers={}, at=NOW,
            found_at=NOW, note="",
        )  # fmt: skip
        db.add_all([attempt, session, passkey, workshop, assignment, saved, line, warning])
        db.flush()
        self.values |= {"saved_id": saved.id, "line_id": line.id, "warning_id": warning.id}
        part = WorkshopSession(
            workshop_id=workshop.id, country=person.country, position=1, title="Morning", held_on=workshop.starts_on
        )
        db.add(part)
        room.join(db, workshop, [room.Newcomer(person.id, "km")], walk_in=False, now=NOW)
        db.flush()
        self.values |= {"attempt_id": attempt.id, "session_id": session.public_id, "passkey_id": passkey.id}
        self.values |= {"country": person.country, "assignment_id": assignment.id}
        second = a_person(db, country=person.country)
        transfer = Transfer(
            country=person.country, other="QQ", gives=False, person_id=second.id, full_name="Somebody",
            agency_type="police", work_role="frontline", reason="wish", asked_at=NOW,
        )  # fmt: skip
        db.add(transfer)
        db.flush()
        self.values |= {"other_id": second.id, "transfer_id": transfer.id}
        self.values |= {"workshop_id": workshop.id, "workshop_session": part.id, **TEST}
        self.values |= papers_of(db, shelf, workshop)
        self.values |= {"example_id": example_of(db, person.country, number)}


def papers_of(db: Session, shelf: Shelf, workshop: Workshop) -> dict[str, object]:
    """A finished pack with its file, a sheet, and a page of that sheet that somebody must look at."""
    sheet = sheets.issue(db, shelf, workshop, ["pre"], blanks=0, key="key", now=NOW)[0]
    pack = Pack(
        workshop_id=workshop.id, country=workshop.country, number=1, options={"products": ["handbook"]}, editions={},
        state="done", problems=[], asked_at=NOW, asked_by="test",
    )  # fmt: skip
    db.add(pack)
    db.flush()
    db.add(PackFile(pack_id=pack.id, country=pack.country, position=1, name="a.pdf", pages=1, size=4, data=b"%PDF"))
    upload_id, _ = scans.upload(db, workshop, "scan.pdf", workshop.id.encode(), by="test", now=NOW)
    held = db.get(Upload, upload_id)
    assert held is not None
    upload = UploadRow(held.id, workshop.id, workshop.country, held.name, 1, "running", 0, None, NOW, "test")
    code = sheets.code_of(sheet, workshop.code, 1, 1, "key")
    scans.take(db, shelf, upload, Page(1, code, None, None, blank_picture()), key="key", now=NOW)
    db.flush()
    (page,) = scans.queue(db, {workshop.country}, workshop.id).pages
    return {"pack_id": pack.id, "sheet_code": sheet.code, "scan_id": page.id}


def example_of(db: Session, country: str, number: int) -> str:
    """One of enough examples of a follow-up that is over."""
    ids = [f"example-{at}-of-{country}-{number}" for at in range(5)]
    unread: dict[str, object] = {"practised": True, "readings": [], "settled": None}
    pieces = [{"id": one, "text": "I ask first.", **unread} for one in ids]
    anonymous.keep_words(db, anonymous.Of(country, "follow-3", "", "2025-Q4"), "example", *pieces)
    return ids[0]


def things_of(world: World, *people: Person) -> list[Mapping[str, object]]:
    edition = int(str(world.course()["edition_id"]))
    shelf = Shelf(world.store)
    with world.store.write(Scope.system("test")) as db:
        return [Things(db, shelf, person, edition, number).values for number, person in enumerate(people, 1)]


def call(browser: Browser, method: str, path: str) -> TestResponse:
    if method == "GET":
        return browser.get(path)
    # One token serves a whole session; asking for one each time was a third of this file's work.
    data = {"csrf_token": vars(browser).get("proof") or browser.token("/en/sign-in")}
    vars(browser)["proof"] = data["csrf_token"]
    return browser.open(path, method=method, data=data, headers={"Origin": ORIGIN})


def cells(
    app: Flask, browser: Browser, role: str, things: Mapping[str, Mapping[str, object]], only: set[str] | None = None,
    *, other_methods: bool = True,
) -> Iterator[str]:  # fmt: skip
    """Each cell that is not as expected, as `endpoint method things: verdict`."""
    methods: dict[str, frozenset[str]] = {}
    for rule in app.url_map.iter_rules():
        shape = re.sub(r"<[^>]+>", "*", rule.rule)
        methods[shape] = methods.get(shape, frozenset()) | frozenset(rule.methods or ())
    for pattern in sorted(routes(app), key=lambda route: route.endpoint in ENDING):
        if (only is not None and pattern.endpoint not in only) or pattern.endpoint == "account.sign_out":
            continue
        named = _variables(pattern)
        allowed = frozenset().union(*(found for shape, found in methods.items() if _fits(shape, pattern.path)))
        for kind, values in things.items() if named else [("absent", {})]:
            path = pattern.path
            for name in (*named, *(TEST if named else ())):
                path = path.replace(str(ABSENT[name]), str(values.get(name, ABSENT[name])))
            # A method that a route has not is refused before anybody looks at what the address names.
            first = not named or kind == next(iter(things))
            others = ("PUT", "DELETE") if first and other_methods else ()
            for method in dict.fromkeys((pattern.method, *others)):
                said = verdict(call(browser, method, path))
                if said not in expected(pattern, role, kind, method, allowed):
                    yield f"{role} {pattern.endpoint} {method} {kind}: {said}"


def _fits(shape: str, path: str) -> bool:
    return re.fullmatch(re.escape(shape).replace(r"\*", "[^/]+"), path) is not None


@pytest.fixture
def people(world: World) -> dict[str, Person]:
    return {"KH": world.person(country="KH"), "TH": world.person(country="TH")}


def test_every_route_is_in_the_matrix(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - (PUBLIC | SIGNED_IN | COORDINATOR | WRITING.keys()) == set()


@pytest.mark.parametrize(
    "role", ["nobody", "practitioner", "trainer", "translator", "reviewer", "viewer", "administrator"]
)
def test_who_is_no_coordinator_sees_nobody_else(app: Flask, world: World, people: dict[str, Person], role: str) -> None:
    if role in ("nobody", "practitioner"):
        me = world.person()
    else:
        me = world.viewer("KH", "TH", country="KH") if role == "viewer" else world.with_role(role)
    mine, other = things_of(world, me, people["TH"])
    browser = cast("Browser", app.test_client()) if role == "nobody" else world.sign_in(me)
    own = {name: value for name, value in mine.items() if name != "person_id"}
    assert not list(cells(app, browser, role, {"own": own, "other": other, "absent": {}}))


def test_a_coordinator_learns_like_anybody(app: Flask, world: World, people: dict[str, Person]) -> None:
    """Coordinating a country opens its people's pages, never their attempts or sessions."""
    me = world.coordinator("KH")
    mine, same_country, other = things_of(world, me, people["KH"], people["TH"])
    browser = world.sign_in(me)
    managed = {name: same_country[name] for name in (*MANAGED, *TEST)}
    things = {"own": {**mine, **managed}, "other": other, "absent": {}}
    assert not list(cells(app, browser, "coordinator", things))
    foreign = {name: same_country[name] for name in ("attempt_id", "session_id")}
    assert not list(cells(app, browser, "coordinator", {"other": foreign}, {"learn.question", "account.end_session"}))


@pytest.mark.parametrize("scope", [*COUNTRIES, "ZZ", "KH LA"])
def test_a_coordinator_sees_their_own_countries_and_no_other(app: Flask, world: World, scope: str) -> None:
    codes = scope.split()
    browser = world.sign_in(world.coordinator(*codes))
    mine = world.person(country=codes[-1], full_name="Own Person")
    foreign = world.person(country="SG" if "SG" not in codes else "TL", full_name="Foreign Person")
    own, other = things_of(world, mine, foreign)
    managed = (*MANAGED, *TEST)
    things = {
        "own": {name: own[name] for name in managed}, "other": {name: other[name] for name in managed}, "absent": TEST,
    }  # fmt: skip
    # Methods that no route has, and what is nowhere, are the same for each country: one of them stands for all.
    every = scope == "KH LA"
    if not every:
        del things["absent"]
    routes_here = (COORDINATOR | NATIONAL) - SAVED
    assert not list(cells(app, browser, "coordinator", things, routes_here, other_methods=every))
    listed = browser.get("/en/coordinate/people").text
    assert "Own Person" in listed
    assert "Foreign Person" not in listed
    assert (
        "Foreign"
        not in browser.submit("/en/coordinate/people", {"search": "Foreign Person"}).text.partition("<table")[2]
    )


@pytest.mark.parametrize("action", [
    "", "/correct", "/slip", "/shut", "/open", "/keep", "/separate", "/merge", "/merge/somebodyelsesomebodye",
    "/transfer", "/forget", "/copy", "/wish", "/wish/back",
])  # fmt: skip
def test_somebody_of_another_country_and_nobody_get_the_same_bytes(world: World, action: str) -> None:
    browser = world.sign_in(world.coordinator("KH"))
    foreign = world.person(country="TH").id
    method = "POST" if action else "GET"
    answers = set()
    for person_id in (foreign, "nobodynobodynobodynobo"):
        response = call(browser, method, f"/en/coordinate/people/{person_id}{action}")
        headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
        text = UNSTABLE.sub("", response.text.replace(person_id, "ID"))
        answers.add((response.status_code, text, str(sorted(headers.items()))))
    assert len(answers) == 1


@pytest.mark.parametrize("action", [
    "", "/facts", "/people", "/people/1", "/people/list", "/attendance", "/sessions", "/packs", "/paper", "/check",
    "/sheets", "/typed/pre/course/test", "/tally/pre/course/test", "/closing", "/close", "/certificates",
])  # fmt: skip
def test_a_workshop_of_another_country_and_none_get_the_same_bytes(world: World, action: str) -> None:
    browser = world.sign_in(world.coordinator("KH"))
    foreign = str(things_of(world, world.person(country="TH"))[0]["workshop_id"])
    answers = set()
    for workshop_id in (foreign, "noworkshopnoworkshopno"):
        for method in ("GET", "POST"):
            response = call(browser, method, f"/en/coordinate/workshops/{workshop_id}{action}")
            headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
            text = UNSTABLE.sub("", response.text.replace(workshop_id, "ID"))
            answers.add((method, response.status_code, re.sub(r"<p[^>]*>[0-9a-f]{8}</p>", "", text), str(headers)))
    assert len(answers) == 2


@pytest.mark.parametrize("address", [
    "packs/{pack_id}", "packs/{pack_id}/what", "packs/{pack_id}/check", "packs/{pack_id}/cancel",
    "packs/{pack_id}/files/1", "packs/{pack_id}/pack.zip", "sheets/{sheet_code}", "sheets/{sheet_code}/take-back",
    "scans/{scan_id}", "scans/{scan_id}/aside", "scans/{scan_id}/page.jpg", "scans/{scan_id}/rows/0.png",
    "scans/{scan_id}/head.png",
])  # fmt: skip
def test_paper_of_another_country_and_none_get_the_same_bytes(world: World, address: str) -> None:
    browser = world.sign_in(world.coordinator("KH"))
    foreign = things_of(world, world.person(country="TH"))[0]
    answers = set()
    for values in (foreign, ABSENT):
        named = {name: str(values[name]) for name in ("pack_id", "sheet_code", "scan_id")}
        for method in ("GET", "POST"):
            response = call(browser, method, f"/en/coordinate/{address.format(**named)}")
            headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
            text = UNSTABLE.sub("", response.text)
            for name in named.values():
                text = text.replace(name, "ID")
            text = re.sub(r"<p[^>]*>[0-9a-f]{8}</p>", "", text)
            answers.add((method, response.status_code, text, str(sorted(headers.items()))))
    assert {status for _, status, *_ in answers} <= {404, 405}
    assert len(answers) == 2


def test_a_guard_that_lets_everybody_in_shows_in_its_cells_and_no_others(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a broken guard turns the matrix red exactly where it was."""
    real = gate.allowed

    def broken(identity: object, permission: str, country: str | None = None) -> bool:
        return permission == "manage-people" or real(identity, permission, country)  # type: ignore[arg-type]

    monkeypatch.setattr(gate, "allowed", broken)
    me = world.person()
    red = {cell.split()[1] for cell in cells(app, world.sign_in(me), "practitioner", {"absent": {}}, COORDINATOR)}
    assert red == MANAGING


def test_a_query_that_forgets_the_country_still_finds_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the guard: the session's own scope holds when a view asks for every country."""
    browser = world.sign_in(world.coordinator("KH"))
    foreign = world.person(country="TH", full_name="Foreign Person")
    from trainer.services import accounts

    real = accounts.person
    every = frozenset({*COUNTRIES, "ZZ"})
    monkeypatch.setattr(accounts, "person", lambda db, countries, person_id: real(db, every, person_id))
    response = browser.get(f"/en/coordinate/people/{foreign.id}")
    assert response.status_code == 404
    assert "Foreign" not in response.text
