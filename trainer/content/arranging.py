"""The files of a module by other names: renaming one, putting units in another order, names for new ones.

Units stand in the order of their file names, so order is a number in front. What records and translations depend on,
the ids in the files, is never touched; what names a file, the links in texts and catalogs, goes along.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from trainer.content import po
from trainer.content.compiler import MODULE, compile_module

_PREFIX = re.compile(r"(\d{1,4})-(?=.)")
_FRONT = re.compile(rb"\A(?:\xef\xbb\xbf)?---[^\S\n]*\n")
_ID = re.compile(rb"^id[ \t]*:", re.MULTILINE)
_UNIT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.md")


def slug_of(words: str, longest: int = 60) -> str:
    """`words` as part of an address: Latin letters without accents, digits and hyphens. Empty for other scripts."""
    plain = unicodedata.normalize("NFKD", words.casefold().replace("đ", "d"))
    found = re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    slug = ""
    for word in found:
        if len(slug) + len(word) + 1 > longest:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "".join(found[:1])[:longest]


def is_unit(path: str) -> bool:
    """A file at the top that is one unit."""
    return "/" not in path and path.endswith(".md") and path != MODULE


def is_unit_name(path: str) -> bool:
    """May a unit's file be called so? Its name becomes an address."""
    return _UNIT.fullmatch(path) is not None and path != MODULE


def units(paths: Iterable[str]) -> list[str]:
    """The files of units, in their order."""
    return sorted(path for path in paths if is_unit(path))


def moved(paths: Iterable[str], path: str, step: int) -> dict[str, str]:
    """Names after moving the unit `path` by `step` places: old → new, for the files whose names change.

    Two neighbours with numbers swap them; where one has none, all units are numbered anew. Empty: it cannot move.
    """
    order = units(paths)
    at = order.index(path) if path in order else -1
    to = at + step
    if at < 0 or not 0 <= to < len(order):
        return {}
    wanted = list(order)
    wanted.insert(to, wanted.pop(at))
    swapped = _swapped(order[at], order[to])
    after = sorted(swapped.get(one, one) for one in order)
    if swapped and len(set(after)) == len(after) and after == [swapped.get(one, one) for one in wanted]:
        return swapped
    return _numbered(wanted)


def _swapped(one: str, other: str) -> dict[str, str]:
    mine, yours = _PREFIX.match(one), _PREFIX.match(other)
    if mine is None or yours is None or mine[1] == yours[1]:
        return {}
    return {one: yours[0] + one[mine.end() :], other: mine[0] + other[yours.end() :]}


def _numbered(order: list[str]) -> dict[str, str]:
    width = max(2, len(str(len(order))))
    names = {path: f"{number:0{width}}-{_PREFIX.sub('', path, count=1)}" for number, path in enumerate(order, 1)}
    return {old: new for old, new in names.items() if old != new}


def new_unit(paths: Iterable[str], name: str, *, last: bool) -> str:
    """A free file name for a unit called `name` (a slug): numbered behind the others, or `last` without a number."""
    taken = set(paths)
    numbers = [int(found[1]) for path in units(taken) if (found := _PREFIX.match(path))]
    prefix = "" if last else f"{max(numbers, default=0) + 1:02}-"
    path, again = f"{prefix}{name}.md", 1
    while path in taken or path == MODULE:
        again += 1
        path = f"{prefix}{name}-{again}.md"
    return path


def renamed(files: Mapping[str, bytes], names: Mapping[str, str], slug: str) -> dict[str, bytes | None]:
    """What changes when files get other names (old → new): path → bytes, None: gone.

    Links in the texts and in the catalogs lead to the new names, so that no translation becomes outdated by it. A unit
    that had no id of its own, but one made from its name, gets that id written down.
    """
    after = {names.get(path, path): data for path, data in files.items()}
    ids = _unwritten_ids(files, names, slug)
    rewrite = _rewriter(names)
    for path, data in tuple(after.items()):
        if path.endswith(".md"):
            after[path] = rewrite(data)
        elif path.endswith(".po"):
            after[path] = _in_catalog(data, rewrite)
    for old, ident in ids.items():
        after[names[old]] = _with_id(after[names[old]], ident)
    changes: dict[str, bytes | None] = {path: data for path, data in after.items() if files.get(path) != data}
    return changes | {path: None for path in names if path not in after}


def _unwritten_ids(files: Mapping[str, bytes], names: Mapping[str, str], slug: str) -> dict[str, str]:
    bare = [old for old in names if is_unit(old) and not _ID.search(_head(files[old]))]
    module = compile_module(files, slug=slug).module if bare else None
    return {unit.file: unit.id for unit in module.units if unit.file in bare} if module else {}


def _head(data: bytes) -> bytes:
    front = _FRONT.match(data)
    end = data.find(b"\n---", front.end() - 1) if front else -1
    return data[front.end() : end + 1] if front and end >= 0 else b""


def _with_id(data: bytes, ident: str) -> bytes:
    front = _FRONT.match(data)
    return data if front is None else data[: front.end()] + f"id: {ident}\n".encode() + data[front.end() :]


Rewrite = Callable[[bytes], bytes]


def _rewriter(names: Mapping[str, str]) -> Rewrite:
    """Links to the old names, as texts and catalogs write them: `](02-a.md#x)`, `](media/a.png)`, `[x]: 02-a.md`."""
    inside = {old.encode(): new.encode() for old, new in names.items()}
    known = b"|".join(re.escape(old) for old in sorted(inside, key=len, reverse=True))
    link = re.compile(rb"(\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:[ \t]*<?)(" + known + rb")(?=[#)>\s]|$)", re.MULTILINE)
    return lambda data: link.sub(lambda found: found[1] + inside[found[2]], data) if inside else data


def _in_catalog(data: bytes, rewrite: Rewrite) -> bytes:
    """A catalog may break its lines anywhere, so its messages are read; one without such a link stays as it is."""
    try:
        parsed, faults = po.read(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return data
    if faults:
        return rewrite(data)

    def new(text: str) -> str:
        return rewrite(text.encode()).decode()

    entries = tuple(
        one._replace(
            source=new(one.source), text=new(one.text), previous=None if one.previous is None else new(one.previous)
        )
        for one in parsed.entries
    )
    return data if entries == parsed.entries else po.write(parsed._replace(entries=entries))


def with_front(data: bytes, key: str, value: str) -> bytes:
    """`data` with `key: value` in its front matter in place of what stands there, if that is one line."""
    head = _head(data)
    line = re.compile(rb"^" + key.encode() + rb"[ \t]*:.*$(?!\n[ \t])", re.MULTILINE)
    return data.replace(head, line.sub(lambda _: f"{key}: {value}".encode(), head, count=1), 1) if head else data
