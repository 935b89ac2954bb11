"""The dashboard on a phone and on a wide screen: axe finds nothing, nothing is cut off, and words keep their size."""

from __future__ import annotations

import uuid

from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.browser.test_learn_browser import a_session, faults
from tests.browser.test_workshops_browser import fits
from tests.factories import NOW, a_grant, a_person
from trainer.store.evidence import Summary
from trainer.store.scope import Scope
from trainer.store.warnings import WarningRow

SMALLEST = """[...document.querySelectorAll('.drawing text')].map(text => {
  const words = text.querySelector('tspan') || text;
  return text.ownerSVGElement.getScreenCTM().a * parseFloat(getComputedStyle(words).fontSize);
}).reduce((one, two) => Math.min(one, two))"""
OUTSIDE = """[...document.querySelectorAll('.drawing')].flatMap(drawing => {
  const frame = drawing.getBoundingClientRect();
  return [...drawing.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
  }).map(text => text.textContent);
})"""


def test_the_dashboard_is_read_on_every_screen(chromium: Browser, site: Site) -> None:
    sums = {"before": 12 * 4_500, "after": 12 * 7_000, "products": 12 * 4_500 * 7_000, "only_before": 0}
    squares = {"before_squares": 12 * 4_500**2 + 10**7, "after_squares": 12 * 7_000**2 + 10**7}
    with site.store.write(Scope.system("test")) as db:
        person = a_person(db, country="BN", sign_in_name=f"coordinator-{uuid.uuid4().hex}")
        a_grant(db, person)
        for month, completed in (("2026-02", 30), ("2026-05", 12), ("2026-08", 3)):
            db.add(
                Summary(
                    country="BN", module="recognising-indicators", month=month, sex="woman", agency_type="police",
                    mode="online", enrolled=60, completed=completed, pairs=12, **sums, **squares,
                )
            )  # fmt: skip
        for key, looked_at in (("waits", None), ("aside", NOW)):
            db.add(
                WarningRow(
                    country="BN", kind="quick", key=key, person_id=person.id, module="recognising-indicators",
                    agency="", numbers={}, at=NOW, found_at=NOW, looked_at=looked_at, looked_by=person.id, note="Asked",
                )
            )  # fmt: skip
        db.flush()
        db.expunge_all()
    token, found = a_session(site, person), []
    for locale, width, scheme, paths in (("my", 360, "dark", ("", "warnings")), ("km", 1100, "light", ("",))):
        context = chromium.new_context(base_url=site.url, viewport={"width": width, "height": 800}, color_scheme=scheme)
        context.add_cookies([{"name": "trainer", "value": token, "url": site.url}])
        page = context.new_page()
        for path in paths:
            page.goto(f"/{locale}/coordinate/{path}")
            if path:
                page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
            found += faults(page)
            assert fits(page)
            if not path:
                assert page.locator(".drawing").count() == 3
                assert page.evaluate(SMALLEST) >= 10.9
                assert page.evaluate(OUTSIDE) == []
        context.close()
    assert found == []
