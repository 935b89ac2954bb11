"""What work needs of the application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from trainer.services.shelf import Shelf
from trainer.store.engine import Store


class Bench(Protocol):
    """The web application's `Site` is one."""

    @property
    def store(self) -> Store: ...
    @property
    def shelf(self) -> Shelf: ...
    @property
    def key(self) -> str:
        """What tells this installation's paper from another's."""
        ...

    @property
    def keep_scans(self) -> timedelta:
        """How long pictures of answer sheets are kept."""
        ...

    @property
    def origin(self) -> str:
        """The site's address, for links in letters; empty: not known."""
        ...

    @property
    def report_days(self) -> int:
        """So many days after its end a quarter's figures are fixed."""
        ...

    @property
    def clock(self) -> Callable[[], datetime]: ...
