"""What work needs of the application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from trainer.config import Smtp
from trainer.services.retention import Times
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
    def times(self) -> Times:
        """How long accounts and answers are kept."""
        ...

    @property
    def mail(self) -> Smtp | None:
        """Who takes our letters; None: no e-mail is sent from here."""
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
