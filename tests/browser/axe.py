"""What axe finds on a page: only what is wrong is worked out and sent over, and a page is given axe once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES: Mapping[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS: Mapping[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""For a page that was looked at in another scheme: only colours differ between the schemes."""
RUN = "options => axe.run({...options, resultTypes: ['violations']}).then(found => found.violations)"


def faults(page: Page, rules: Mapping[str, Any] = RULES) -> Sequence[str]:
    """Where, which rule, and the element, of everything that breaks one of the rules."""
    if page.evaluate("typeof window.axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, rules)
    return [f"{page.url} {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
