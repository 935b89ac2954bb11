"""`trainer serve`: the whole product on one machine, one process of threads."""

from __future__ import annotations

import ipaddress

import click
import waitress  # type: ignore[import-untyped]

from trainer import config as configuration
from trainer.app import LARGEST_REQUEST, create_app
from trainer.config import Config, ConfigError
from trainer.content.paths import PathsError
from trainer.services import demo as demo_world
from trainer.services import scans
from trainer.services.shelf import shipped_paths
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.errors import StoreError
from trainer.tasks.runner import Runner
from trainer.web import log
from trainer.web.state import site


@click.command()
@click.option("--demo", is_flag=True, help="Print the sign-ins of the demo world.")
def serve(demo: bool) -> None:
    """Serve Trainer at the configured address until stopped.

    SQLite: this one process is all there may be. The database has to have the schema of this version; `trainer db
    upgrade` brings it there. Plain HTTP is served on this machine's own addresses only: elsewhere put a proxy with
    TLS in front.
    """
    try:
        config = configuration.load()
        store = Store(config)
        refuse_plain_http_in_public(config)
        refuse_old_schema(store)
        refuse_broken_paths()
        refuse_real_people_without_second_step(config, store)
    except (ConfigError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    log.configure()
    app = create_app(config, store=store)
    click.echo(f"Trainer listens on http://{config.host}:{config.port}/  (stop with Ctrl+C)")
    if demo:
        for line in demo_world.sign_in_lines(config.second_factor):
            click.echo(line)
    tasks = Runner(site(app))
    tasks.start()
    try:
        waitress.serve(app, **server_options(config))
    except OSError as error:
        raise click.ClickException(f"cannot listen on {config.host}:{config.port}: {error.strerror}") from error
    finally:
        tasks.stop()
        store.dispose()


@click.command()
def work() -> None:
    """Make packs, read scans and send letters until stopped, beside a web server that does not.

    For several nodes on PostgreSQL; `trainer serve` does it by itself.
    """
    try:
        config = configuration.load()
        store = Store(config)
        refuse_old_schema(store)
        refuse_broken_paths()
        if store.is_sqlite:
            raise ConfigError("with SQLite there is one process: trainer serve does this work too")
    except (ConfigError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    log.configure()
    tasks = Runner(site(create_app(config, store=store)))
    tasks.start()
    click.echo("Making packs, reading scans, sending letters  (stop with Ctrl+C)")
    try:
        tasks.wait()
    finally:
        tasks.stop()
        store.dispose()


def server_options(config: Config) -> dict[str, object]:
    """What waitress is told. Its own limits stand before the application's; it does not name itself."""
    return {
        "host": config.host,
        "port": config.port,
        "threads": config.threads,
        "ident": None,
        # Somewhat larger than the application's own limit for scans, so that the refusal is a page of ours.
        "max_request_body_size": scans.LARGEST + 10 * LARGEST_REQUEST,
        "max_request_header_size": 32_768,
        "channel_timeout": 60,
        "connection_limit": 500,
        # Without a proxy in front, nobody's X-Forwarded headers are to be believed.
        "clear_untrusted_proxy_headers": config.proxies == 0,
        "_quiet": True,
    }


def refuse_plain_http_in_public(config: Config) -> None:
    """Raises ConfigError for cookies without TLS on an address that others can reach."""
    if config.secure_cookies or _is_loopback(config.host):
        return
    raise ConfigError(
        f"TRAINER_SECURE_COOKIES is off, and {config.host} can be reached from outside: passwords would travel in the "
        "open. Listen on 127.0.0.1 behind a proxy with TLS, and leave TRAINER_SECURE_COOKIES on."
    )


def refuse_old_schema(store: Store) -> None:
    """Raises ConfigError when the database is not at this version's schema."""
    revision, head = migrate.revisions(store)
    if revision != head:
        raise ConfigError(
            f"the database is at schema {revision or 'none'}, this version of Trainer needs {head}; "
            "make a backup, then run: trainer db upgrade"
        )


def refuse_broken_paths() -> None:
    """Raises ConfigError when the file of learning paths cannot be used; it names file and line."""
    try:
        shipped_paths()
    except PathsError as error:
        raise ConfigError(f"the learning paths cannot be used; see: trainer check\n{error}") from error


def refuse_real_people_without_second_step(config: Config, store: Store) -> None:
    """Raises ConfigError when the duty of a second step is lifted and somebody who is not of the demo has a role."""
    if not config.second_factor and demo_world.has_real_staff(store):
        raise ConfigError(
            "TRAINER_SECOND_FACTOR is off, and there are people with roles here who are not of the demo world: "
            "leave it on"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
