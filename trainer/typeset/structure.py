"""The tree that a screen reader walks: headings, lists, tables, links, each with its language.

Nodes are made while boxes are laid out and join the tree when their first content is drawn, so that reading order is
drawing order and nothing empty stands in it.
"""

from __future__ import annotations

from typing import Any

from trainer.typeset import pdf


class Node:
    """A structure element. `attributes` is the text of its attribute dictionary (`/O /Table /Scope /Column`)."""

    __slots__ = ("alt", "attached", "attributes", "key", "kids", "lang", "number", "parent", "role")

    def __init__(
        self, role: str, parent: Node | None, *, lang: str = "", alt: str = "", attributes: str = "", key: str = ""
    ) -> None:
        self.role, self.parent, self.lang, self.alt, self.attributes = role, parent, lang, alt, attributes
        self.key = key
        """Its ID; notes must have one."""
        self.kids: list[Node | tuple[int, int] | Annotation] = []
        self.attached = parent is None
        self.number = 0

    def attach(self) -> None:
        """Join the tree here."""
        if not self.attached and self.parent is not None:
            self.attached = True
            self.parent.attach()
            self.parent.kids.append(self)


class Annotation:
    """A link's clickable area, named by its object and page."""

    __slots__ = ("number", "page")

    def __init__(self, number: int, page: int) -> None:
        self.number, self.page = number, page


class Tree:
    """Marked content of each page, and the elements it belongs to. Pages count from 0."""

    def __init__(self, lang: str) -> None:
        self.root = Node("Document", None, lang=lang)
        self._marks: dict[int, list[Node]] = {}
        self._links: list[Node] = []

    def mark(self, node: Node, page: int) -> int:
        """A number for the next stretch of content of `node` on `page`."""
        node.attach()
        marks = self._marks.setdefault(page, [])
        marks.append(node)
        node.kids.append((page, len(marks) - 1))
        return len(marks) - 1

    def marks(self, page: int) -> int:
        """How many stretches of content `page` has."""
        return len(self._marks.get(page, ()))

    def parent_key(self, node: Node) -> int:
        """The key under which an annotation of `node` finds it in the parent tree."""
        self._links.append(node)
        return LINK_KEYS + len(self._links) - 1

    def write(self, document: Any, pages: list[int]) -> int:
        """Add the tree to the file. `pages`: object number of each page. -> number of the root object"""
        bodies: list[tuple[pdf.Raw, Node]] = []
        top, top_number = pdf.add(document, "structure")

        def enter(node: Node) -> None:
            raw, node.number = pdf.add(document, f"structure.{len(bodies)}")
            bodies.append((raw, node))
            for kid in node.kids:
                if isinstance(kid, Node):
                    enter(kid)

        enter(self.root)
        for raw, node in bodies:
            raw.body = _element(node, node.parent.number if node.parent else top_number, pages)
        keys = []
        for page, marks in sorted(self._marks.items()):
            keys.append(f"{page} [{' '.join(f'{node.number} 0 R' for node in marks)}]")
        keys += [f"{LINK_KEYS + index} {node.number} 0 R" for index, node in enumerate(self._links)]
        _, parents = pdf.add(document, "structure.parents", f"<</Nums [{' '.join(keys)}]>>".encode())
        top.body = (
            f"<</Type /StructTreeRoot /K {self.root.number} 0 R /ParentTree {parents} 0 R "
            f"/ParentTreeNextKey {LINK_KEYS + len(self._links)}>>"
        ).encode()
        return top_number


LINK_KEYS = 100_000
"""Where the keys of annotations begin; below are pages."""


def _element(node: Node, parent: int, pages: list[int]) -> bytes:
    home = next((kid[0] for kid in node.kids if isinstance(kid, tuple)), None)
    kids = []
    for kid in node.kids:
        if isinstance(kid, Node):
            kids.append(f"{kid.number} 0 R")
        elif isinstance(kid, Annotation):
            kids.append(f"<</Type /OBJR /Pg {pages[kid.page]} 0 R /Obj {kid.number} 0 R>>")
        elif kid[0] == home:
            kids.append(str(kid[1]))
        else:
            kids.append(f"<</Type /MCR /Pg {pages[kid[0]]} 0 R /MCID {kid[1]}>>")
    parts = [f"<</S /{node.role} /P {parent} 0 R"]
    if home is not None:
        parts.append(f"/Pg {pages[home]} 0 R")
    if node.lang:
        parts.append(f"/Lang {pdf.ascii_string(node.lang)}")
    if node.alt:
        parts.append(f"/Alt {pdf.string(node.alt)}")
    if node.attributes:
        parts.append(f"/A <<{node.attributes}>>")
    if node.key:
        parts.append(f"/ID {pdf.string(node.key)}")
    parts.append(f"/K [{' '.join(kids)}]>>")
    return " ".join(parts).encode()
