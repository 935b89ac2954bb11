"""Content and structure of a tagged PDF, followed in both directions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf


def loose_ends(data: bytes) -> list[str]:
    """Where content and elements do not know each other, and content that is neither tagged nor decoration."""
    with pikepdf.open(io.BytesIO(data)) as file:
        root: Any = file.Root.StructTreeRoot
        nums = list(root.ParentTree.Nums)
        owners = {int(key): value for key, value in zip(nums[::2], nums[1::2], strict=True)}
        return [one for page in file.pages for one in _page(page, owners)]


def _page(page: pikepdf.Page, owners: dict[int, Any]) -> Iterator[str]:
    key, depth, seen = int(page.obj.StructParents), 0, []
    elements = list(owners.get(key, ()))
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                depth += 1
                if str(operator) == "BDC":
                    seen.append((str(operands[0]), int(operands[1].MCID)))
            case "EMC":
                depth -= 1
            case "TJ" | "Tj" | "Do" | "f" | "S" | "s":
                if depth != 1:
                    yield f"page {key}: {operator} at depth {depth}"
    if [number for _, number in seen] != list(range(len(elements))):
        yield f"page {key}: {len(seen)} pieces of content, {len(elements)} owners"
        return
    for (role, number), element in zip(seen, elements, strict=True):
        if str(element.S) != role or number not in _mine(element, page):
            yield f"page {key}: {role} {number} is not its element's"
        if not _is_in_tree(element):
            yield f"page {key}: {role} {number} hangs loose"


def _mine(element: Any, page: pikepdf.Page) -> set[int]:
    """The pieces of content on `page` that the element has."""
    found = set()
    for kid in element.K:
        if isinstance(kid, int) and element.Pg.objgen == page.obj.objgen:
            found.add(kid)
        elif isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid and kid.Pg.objgen == page.obj.objgen:
            found.add(int(kid.MCID))
    return found


def _is_in_tree(element: Any) -> bool:
    """Each element up to the root is among its parent's own."""
    while str(element.get("/Type", "")) != "/StructTreeRoot":
        parent = element.P
        kids = parent.K if isinstance(parent.K, pikepdf.Array) else [parent.K]
        if element.objgen not in {kid.objgen for kid in kids if isinstance(kid, pikepdf.Object)}:
            return False
        element = parent
    return True
