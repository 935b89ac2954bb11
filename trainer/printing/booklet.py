"""A booklet: pages of half a sheet, two on each side of a sheet that lies across, in the order of folding.

Print on both sides, turn over the short edge, fold all sheets together. Screen readers get the pages in the order of
reading, although they are drawn in the order of the sheets.
"""

from __future__ import annotations

from collections.abc import Mapping

from trainer.printing.product import Laid, Leaf
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Annotation, Node

Seen = dict[int, tuple[int, int, int]]
"""Page of the file → how many marks the left half has, and the numbers of the pages at the left and at the right."""


def sides(pages: int) -> list[tuple[int, int]]:
    """Page at the left and page at the right of each side, from 1; pages beyond `pages` are blank.

    Two sides of one sheet follow each other.
    """
    whole = -(-pages // 4) * 4
    return [(whole - at, at + 1) if at % 2 == 0 else (at + 1, whole - at) for at in range(whole // 2)]


def folded(pages: Laid, root: Node) -> Laid:
    """`pages`, each half as wide as a sheet, on both sides of sheets. `root` holds all their elements."""
    seen: Seen = {}
    turned = sides(len(pages.leaves))

    def leaf(left: int, right: int, is_last: bool) -> Leaf:
        def draw(sheet: Sheet, x: float) -> None:
            first = sheet.tree.marks(sheet.page)
            _half(pages, left, sheet, x)
            seen[sheet.page] = (sheet.tree.marks(sheet.page) - first, left, right)
            _half(pages, right, sheet, x + sheet.width / 2)
            if is_last:
                in_reading_order(root, seen)

        return draw

    leaves = [leaf(*side, at == len(turned) - 1) for at, side in enumerate(turned)]
    return Laid(pages.paper, True, tuple(leaves), pages.name)


def _half(pages: Laid, number: int, sheet: Sheet, x: float) -> None:
    if number <= len(pages.leaves):
        pages.leaves[number - 1](sheet, x)


def in_reading_order(node: Node, seen: Mapping[int, tuple[int, int, int]]) -> int | None:
    """Sort what `node` holds by the page of the booklet it is on. -> the first of these pages; None: it is empty"""
    found = [_page_of(kid, seen) for kid in node.kids]
    first = min((page for page in found if page is not None), default=None)
    order, at = [], first or 0
    for page in found:  # an empty cell, and a link's area, stay with what is before them
        at = at if page is None else page
        order.append(at)
    node.kids = [kid for _, kid in sorted(zip(order, node.kids, strict=True), key=lambda one: one[0])]
    return first


def _page_of(kid: Node | Annotation | int | tuple[int, int], seen: Mapping[int, tuple[int, int, int]]) -> int | None:
    match kid:
        case Node():
            return in_reading_order(kid, seen)
        case (page, mark):
            on_left, left, right = seen[page]
            return left if mark < on_left else right
        case _:
            return None
