"""Configuration: one frozen value, read from TRAINER_* environment variables once, at start."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


class ConfigError(Exception):
    """A setting has a value Trainer cannot use; the message names the variable and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """The server that takes our letters."""

    host: str
    port: int
    user: str
    """Empty: no sign-in."""
    password: str = field(repr=False)
    encryption: Literal["tls", "starttls", "none"]
    """From the first byte, before the sign-in, or not at all."""
    sender: str
    """Address the letters come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    data: Path
    """TRAINER_DATA: folder of the database, the secret key and made PDFs. Default: `var` in the working folder."""
    database: str
    """TRAINER_DATABASE: SQLAlchemy URL. Default: SQLite in `data`. PostgreSQL: `postgresql+psycopg://…`."""
    secret_key: str
    """TRAINER_SECRET_KEY: signs tokens. Default: made once and kept in `data/secret-key`."""
    host: str
    """TRAINER_HOST: address `trainer serve` listens on. Default: loopback only."""
    port: int
    """TRAINER_PORT. Default: 8400."""
    threads: int
    """TRAINER_THREADS: threads of `trainer serve`. Default: 8."""
    secure_cookies: bool
    """TRAINER_SECURE_COOKIES: `__Host-` cookies with Secure. Default: on. Off only on loopback without TLS."""
    proxies: int
    """TRAINER_PROXIES: how many reverse proxies in front set X-Forwarded-*. Default: 0."""
    trusted_hosts: tuple[str, ...]
    """TRAINER_HOSTS: host names this site answers to, comma separated. Default: any."""
    session_idle: timedelta
    """TRAINER_SESSION_IDLE_MINUTES. Default: 120."""
    session_absolute: timedelta
    """TRAINER_SESSION_HOURS: a session ends after this long whatever happens. Default: 12."""
    second_factor: bool
    """TRAINER_SECOND_FACTOR: people of `access.NEEDS_SECOND_FACTOR` must have a second step. Default: on. Off only for
    trying out with demo data on loopback without TLS; whoever has a second step is asked for it all the same."""
    origin: str
    """TRAINER_ORIGIN: the site's address as browsers have it, such as `https://trainer.example`; passkeys belong to its
    host name. Default: as each request says."""
    keep_scans: timedelta
    """TRAINER_SCAN_DAYS: pictures of answer sheets are taken away after so many days. Default: 365."""
    keep_accounts: timedelta | None
    """TRAINER_KEEP_ACCOUNTS_DAYS: a person is forgotten so long after the last use. Default: 730. 0: never."""
    keep_answers: timedelta | None
    """TRAINER_KEEP_ANSWERS_DAYS: single answers are taken away so long after the attempt; scores and counts stay.
    Default: 365. 0: never."""
    keep_certificates: timedelta | None
    """TRAINER_KEEP_CERTIFICATES_DAYS: a forgotten person's certificate can be checked so long after it was earned.
    Default: 1826, which are five years. 0: for good."""
    smtp: Smtp | None
    """TRAINER_SMTP and TRAINER_MAIL_FROM: where letters go out. Default: no e-mail is sent."""
    report_days: int
    """TRAINER_REPORT_DAYS: a quarter's figures are fixed so many days after its end. Default: 15."""
    pseudo: bool
    """TRAINER_PSEUDO: offer the pseudo-language en-XA, for developers. Default: off."""
    exit_url: str
    """TRAINER_EXIT_URL: the neutral page that quick exit opens. Default: the site's own blank page."""

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the settings. Raises ConfigError."""
    data = Path(environ.get("TRAINER_DATA", "var")).absolute()
    config = Config(
        data=data,
        database=environ.get("TRAINER_DATABASE") or f"sqlite:///{data / 'trainer.sqlite'}",
        secret_key=environ.get("TRAINER_SECRET_KEY") or _kept_secret(data),
        host=environ.get("TRAINER_HOST", "127.0.0.1"),
        port=_number(environ, "TRAINER_PORT", 8400),
        threads=_number(environ, "TRAINER_THREADS", 8),
        secure_cookies=_switch(environ, "TRAINER_SECURE_COOKIES", True),
        proxies=_number(environ, "TRAINER_PROXIES", 0),
        trusted_hosts=tuple(h.strip() for h in environ.get("TRAINER_HOSTS", "").split(",") if h.strip()),
        session_idle=timedelta(minutes=_number(environ, "TRAINER_SESSION_IDLE_MINUTES", 120)),
        session_absolute=timedelta(hours=_number(environ, "TRAINER_SESSION_HOURS", 12)),
        second_factor=_switch(environ, "TRAINER_SECOND_FACTOR", True),
        origin=_origin(environ.get("TRAINER_ORIGIN", "")),
        keep_scans=timedelta(days=_number(environ, "TRAINER_SCAN_DAYS", 365)),
        keep_accounts=_days(environ, "TRAINER_KEEP_ACCOUNTS_DAYS", 730),
        keep_answers=_days(environ, "TRAINER_KEEP_ANSWERS_DAYS", 365),
        keep_certificates=_days(environ, "TRAINER_KEEP_CERTIFICATES_DAYS", 1826),
        smtp=_smtp(environ),
        report_days=_number(environ, "TRAINER_REPORT_DAYS", 15),
        pseudo=_switch(environ, "TRAINER_PSEUDO", False),
        exit_url=environ.get("TRAINER_EXIT_URL", ""),
    )
    if not config.second_factor and (config.secure_cookies or config.proxies):
        raise ConfigError(
            "TRAINER_SECOND_FACTOR: off is for trying out on this machine only, with TRAINER_SECURE_COOKIES=off and "
            "no proxy in front; people who see others or publish need a second step"
        )
    return config


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if text and (
        parts.scheme not in ("http", "https") or not parts.hostname or text != f"{parts.scheme}://{parts.netloc}"
    ):
        raise ConfigError(f"TRAINER_ORIGIN: expected an address such as https://trainer.example, found {text!r}")
    return text


_SMTP = "an address such as smtp://user:password@mail.example:587?starttls=on, or smtps://…:465"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


def _smtp(environ: Mapping[str, str]) -> Smtp | None:
    """Messages never repeat the value: it has a password in it."""
    text, sender = environ.get("TRAINER_SMTP", ""), environ.get("TRAINER_MAIL_FROM", "")
    if not text:
        return None
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigError(f"TRAINER_SMTP: expected {_SMTP}") from None
    if parts.scheme not in ("smtp", "smtps") or not host or parts.path not in ("", "/") or parts.fragment:
        raise ConfigError(f"TRAINER_SMTP: expected {_SMTP}")
    encryption = _encryption(parts, host)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and encryption == "none" and not _is_here(host):
        raise ConfigError("TRAINER_SMTP: without starttls=on the password would travel in the open")
    if not is_address(sender):
        raise ConfigError("TRAINER_MAIL_FROM: expected the address letters come from, such as training@office.example")
    if not environ.get("TRAINER_ORIGIN"):
        raise ConfigError("TRAINER_ORIGIN: expected the site's address, because letters have links to it")
    return Smtp(
        host=host, port=port or (465 if encryption == "tls" else 587), user=user, password=password,
        encryption=encryption, sender=sender,
    )  # fmt: skip


def is_address(text: str) -> bool:
    """An e-mail address that every mail server takes: ASCII, one line, nothing but the address."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def _encryption(parts: SplitResult, host: str) -> Literal["tls", "starttls", "none"]:
    if parts.scheme == "smtps" and not parts.query:
        return "tls"
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    wanted = options.pop("starttls", "off" if _is_here(host) else "on")
    if parts.scheme == "smtps" or options or wanted not in ("on", "off"):
        raise ConfigError(f"TRAINER_SMTP: expected {_SMTP}")
    return "starttls" if wanted == "on" else "none"


def _is_here(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise ConfigError(f"{name}: expected a whole number, found {text!r}")
    return int(text)


def _days(environ: Mapping[str, str], name: str, default: int) -> timedelta | None:
    """None for 0."""
    days = _number(environ, name, default)
    if days > 36_500:
        raise ConfigError(f"{name}: expected at most 36500 days, found {days}")
    return timedelta(days=days) if days else None


def _switch(environ: Mapping[str, str], name: str, default: bool) -> bool:
    text = environ.get(name, "").lower()
    if text in ("", "1", "on", "yes", "true"):
        return default if not text else True
    if text in ("0", "off", "no", "false"):
        return False
    raise ConfigError(f"{name}: expected on or off, found {text!r}")


def _kept_secret(data: Path) -> str:
    """The key in `data/secret-key`, made at the first start; two processes starting at once agree on one."""
    path = data / "secret-key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    data.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
