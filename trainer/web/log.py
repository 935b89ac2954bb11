"""One event, one line, nobody in it.

A line has the time, the level, the event and `key=value` facts. Paths and addresses are not logged: they may hold a
certificate's code or a person's id. Neither are exceptions' messages, which may hold what somebody typed; their type
and the places they passed through are.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime

LOGGER = logging.getLogger("trainer.web")
PLAIN = re.compile(r"[0-9A-Za-z._-]+")


class OneLine(logging.Formatter):
    """Formats a record as one line of printable ASCII, whatever is in it."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = f"{moment} {record.levelname} {record.name} {record.getMessage()}"
        if record.exc_info and record.exc_info[1]:
            line += f" {error_facts(record.exc_info[1])}"
        return "".join(ch if " " <= ch <= "~" else ch.encode("unicode_escape").decode() for ch in line)


def error_facts(error: BaseException) -> str:
    """`error=Type cause=Type at=file:line,file:line`, the innermost place last; no messages."""
    frames = traceback.extract_tb(error.__traceback__)
    places = ",".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames[-8:])
    cause = f" cause={type(error.__cause__).__name__}" if error.__cause__ else ""
    return f"error={type(error).__name__}{cause} at={places}"


def event(name: str, /, level: int = logging.INFO, **facts: object) -> None:
    """Log one event. Facts are codes, numbers and ids of requests, never names, addresses or typed text."""
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, "%s %s", name, " ".join(f"{key}={_value(value)}" for key, value in facts.items()))


def _value(value: object) -> str:
    text = str(value)
    return text if PLAIN.fullmatch(text) else json.dumps(text)


def configure(level: int = logging.INFO) -> None:
    """Send the events of this process to standard error. For commands and servers, not for tests."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    LOGGER.setLevel(level)
