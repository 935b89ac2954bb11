"""The tree that a screen reader walks: headings, lists, tables, links, each with its language.

Nodes are made while boxes are laid out and join the tree when their first content is drawn, so that reading order is
drawing order and nothing empty stands in it. What is closed is written and forgotten.
"""

from __future__ import annotations

from collections.abc import Callable

from trainer.typeset import pdf
from trainer.typeset.file import File


class Node:
    """A structure element. `attributes` is the text of its attribute dictionary (`/O /Table /Scope /Column`)."""

    __slots__ = ("alt", "attached", "attributes", "key", "kids", "lang", "number", "parent", "role")

    def __init__(
        self, role: str, parent: Node | None, *, lang: str = "", alt: str = "", attributes: str = "", key: str = ""
    ) -> None:
        self.role, self.parent, self.lang, self.alt, self.attributes = role, parent, lang, alt, attributes
        self.key = key
        """Its ID; notes must have one."""
        self.kids: list[Node | int | tuple[int, int] | Annotation] = []
        """A number is a node that has been written."""
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

    def __init__(self, lang: str, file: File) -> None:
        self.root = Node("Document", None, lang=lang)
        self._file = file
        self._top = file.reserve()
        self._pages: list[int] = []
        self._marks: dict[int, list[Node]] = {}
        self._parents: list[str] = []
        """Key and value of the parent tree, of each page that is done."""
        self._links: list[Node] = []

    def page(self, page: int) -> int:
        """The object number of a page, which may not be written yet."""
        while len(self._pages) <= page:
            self._pages.append(self._file.reserve())
        return self._pages[page]

    def mark(self, node: Node, page: int) -> int:
        """A number for the next stretch of content of `node` on `page`."""
        node.attach()
        marks = self._marks.setdefault(page, [])
        marks.append(node)
        node.kids.append((page, len(marks) - 1))
        return len(marks) - 1

    def parent_key(self, node: Node) -> int:
        """The key under which an annotation of `node` finds it in the parent tree."""
        self._links.append(node)
        return LINK_KEYS + len(self._links) - 1

    def end_page(self, page: int) -> None:
        """Nothing more will be drawn on `page`."""
        marks = self._marks.pop(page, [])
        if marks:
            owners = self._file.add(f"[{' '.join(f'{self._number(node)} 0 R' for node in marks)}]".encode())
            self._parents.append(f"{page} {owners} 0 R")

    def close(self, node: Node) -> None:
        """Write `node` and all that is in it: nothing more will be drawn there."""
        if not node.attached:
            return
        self._write(node)
        if node.parent is not None:
            kids = node.parent.kids
            kids[len(kids) - 1 - kids[::-1].index(node)] = node.number

    def write(self) -> int:
        """Write what is still open, and the way from content to elements. -> number of the root object"""
        self._write(self.root)
        keys = [*self._parents, *(f"{LINK_KEYS + at} {self._number(node)} 0 R" for at, node in enumerate(self._links))]
        parents = self._file.add(f"<</Nums [{' '.join(keys)}]>>".encode())
        body = (
            f"<</Type /StructTreeRoot /K {self.root.number} 0 R /ParentTree {parents} 0 R "
            f"/ParentTreeNextKey {LINK_KEYS + len(self._links)}>>"
        )
        self._file.write(self._top, body.encode())
        return self._top

    def _number(self, node: Node) -> int:
        if not node.number:
            node.number = self._file.reserve()
        return node.number

    def _write(self, node: Node) -> None:
        number = self._number(node)
        for kid in node.kids:
            if isinstance(kid, Node):
                self._write(kid)
        parent = self._number(node.parent) if node.parent else self._top
        self._file.write(number, _element(node, parent, self.page))
        node.kids.clear()


LINK_KEYS = 100_000
"""Where the keys of annotations begin; below are pages."""


def _element(node: Node, parent: int, page: Callable[[int], int]) -> bytes:
    home = next((kid[0] for kid in node.kids if isinstance(kid, tuple)), None)
    kids = []
    for kid in node.kids:
        if isinstance(kid, int):
            kids.append(f"{kid} 0 R")
        elif isinstance(kid, Node):
            kids.append(f"{kid.number} 0 R")
        elif isinstance(kid, Annotation):
            kids.append(f"<</Type /OBJR /Pg {page(kid.page)} 0 R /Obj {kid.number} 0 R>>")
        elif kid[0] == home:
            kids.append(str(kid[1]))
        else:
            kids.append(f"<</Type /MCR /Pg {page(kid[0])} 0 R /MCID {kid[1]}>>")
    parts = [f"<</S /{node.role} /P {parent} 0 R"]
    if home is not None:
        parts.append(f"/Pg {page(home)} 0 R")
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
