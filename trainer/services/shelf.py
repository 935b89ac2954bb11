"""Compiled modules at hand: made once, kept while they are in use, for all threads of the process.

Keys are immutable (an edition never changes), so nothing is ever invalidated, only forgotten when the shelf is full.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import cache
from sys import getsizeof
from typing import Generic, TypeVar

from trainer import resources
from trainer.content import paths as learning_paths
from trainer.content.compiler import Compilation, compile_module, localized
from trainer.content.model import Module
from trainer.content.paths import Paths
from trainer.content.translation import catalog_of
from trainer.services import editions
from trainer.services.editions import Manifest, Medium
from trainer.services.problems import NotFound
from trainer.store.engine import Store
from trainer.store.scope import Scope

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Key = tuple[int, str | None, str | None, bool]
"""Edition, locale (None: as it was written), country, for facilitators."""
MOST_MODULES = 400
"""Compiled modules kept: all modules of a programme in several languages and countries."""
MOST_MEDIA_BYTES = 64_000_000


class Cache(Generic[K, V]):
    """A bounded map that makes each missing value once, even when many threads ask at the same time."""

    def __init__(self, most: int, weight: Callable[[V], int] = lambda _: 1) -> None:
        """Keep values up to the sum `most` of their weights; the least recently used go first."""
        self._most = most
        self._weight = weight
        self._lock = threading.Lock()
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._weighs = 0
        self._making: dict[K, Future[V]] = {}

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of `key`; `make` is called by the first who asks, the others wait. Its errors reach all of them."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            waiting = self._making.get(key)
            if waiting is None:
                mine: Future[V] = Future()
                self._making[key] = mine
        if waiting is not None:
            return waiting.result()
        try:
            value = make()
        except BaseException as error:
            with self._lock:
                del self._making[key]
            mine.set_exception(error)
            raise
        with self._lock:
            self._keep(key, value)
            del self._making[key]
        mine.set_result(value)
        return value

    def peek(self, key: K) -> V | None:
        """The value, if it is kept; nobody makes it."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: K, value: V) -> V:
        """Keep a value that is at hand already."""
        return self.get(key, lambda: value)

    def __contains__(self, key: K) -> bool:
        with self._lock:
            return key in self._kept

    def _keep(self, key: K, value: V) -> None:
        self._kept[key] = value
        self._weighs += self._weight(value)
        while self._weighs > self._most and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._weighs -= self._weight(dropped)

    def __len__(self) -> int:
        return len(self._kept)


def bytes_of_text(thing: object) -> int:
    """Weight for a `Cache`: bytes in memory, about, of the texts in `thing`, through tuples and dictionaries.

    A letter outside Latin takes two or four.
    """
    if isinstance(thing, str):
        return getsizeof(thing)
    parts = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, tuple) else ()
    return 200 + sum(map(bytes_of_text, parts))


@cache
def shipped_paths() -> Paths:
    """The learning paths in the modules folder, read once. Raises content.paths.PathsError."""
    return learning_paths.of_folder(resources.folder("modules"))


class Shelf:
    """Modules and pictures of published editions. Thread-safe; what is kept costs no SQL."""

    def __init__(self, store: Store, *, most_modules: int = MOST_MODULES, paths: Paths | None = None) -> None:
        """`paths`: the learning paths the modules stand on; those of the modules folder unless told otherwise.

        Raises content.paths.PathsError when their file cannot be used.
        """
        self._store = store
        self.paths = shipped_paths() if paths is None else paths
        self._modules: Cache[Key, Module] = Cache(most_modules)
        self._media: Cache[str, Medium] = Cache(
            MOST_MEDIA_BYTES, lambda medium: len(medium.data) + len(medium.small or b"")
        )
        self._manifests: Cache[int, tuple[str, Manifest]] = Cache(10 * most_modules)

    def module(
        self, edition_id: int, locale: str | None = None, country: str | None = None, *, facilitator: bool = False
    ) -> Module:
        """The edition in `locale` (None: its source language) for `country` (None: regional). Raises NotFound."""
        module = self._modules.get(
            (edition_id, None, country, facilitator), lambda: self._compile(edition_id, country, facilitator)
        )
        if locale is None or locale == module.source:
            return module
        key = (edition_id, locale, country, facilitator)
        return self._modules.get(key, lambda: self._localize(edition_id, module, locale))

    def files(self, edition_id: int) -> dict[str, bytes]:
        """Path → the author's bytes, read anew each time. Not for serving: see `media`. Raises NotFound."""
        with self._store.read(Scope.nobody()) as db:
            return editions.edition_files(db, edition_id)

    def media(self, edition_id: int, path: str) -> Medium:
        """The picture at `path` (`media/…`) of the edition, re-encoded. Raises NotFound."""
        manifest = self._manifest(edition_id)[1]
        if path not in manifest:
            raise NotFound
        return self._media.get(manifest[path], lambda: self._picture(manifest[path]))

    def _manifest(self, edition_id: int) -> tuple[str, Manifest]:
        def read() -> tuple[str, Manifest]:
            with self._store.read(Scope.nobody()) as db:
                return editions.slug_and_manifest(db, edition_id)

        return self._manifests.get(edition_id, read)

    def _picture(self, sha256: str) -> Medium:
        with self._store.read(Scope.nobody()) as db:
            return editions.medium(db, sha256)

    def _compile(self, edition_id: int, country: str | None, facilitator: bool) -> Module:
        slug = self._manifest(edition_id)[0]
        compiled = compile_module(self.files(edition_id), slug=slug, country=country, facilitator=facilitator)
        if compiled.module is None:
            raise NotFound("edition-unknown", module=slug)
        return compiled.module

    def _localize(self, edition_id: int, module: Module, locale: str) -> Module:
        """The words of one more language; the rest is there already."""
        path, manifest, files = catalog_of(locale), self._manifest(edition_id)[1], {}
        if path in manifest:
            with self._store.read(Scope.nobody()) as db:
                files[path] = editions.blob(db, manifest[path])
        shown = localized(Compilation(module, ()), files, locale, trusted=True).module
        assert shown is not None
        return shown
