"""Commands about people and counts: people, summaries, demo. For whoever has a shell on the server."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click
from sqlalchemy import select

from trainer import config, resources
from trainer.cli_store import opened
from trainer.services import cutoffs, factors, names, passwords, recounting
from trainer.services import demo as demo_world
from trainer.services import people as register
from trainer.services.people import OPERATOR, SignUp
from trainer.services.problems import NotFound
from trainer.store.engine import Store
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.vocabulary import AGENCY_TYPES, COUNTRIES, OTHER_COUNTRY, SEXES, WORK_ROLES

SHELL = Scope.system("a command given on the server")


@click.group()
def people() -> None:
    """Accounts: make one, give or take a role, print a slip, set a password."""


@people.command()
@click.argument("sign_in_name")
@click.argument("full_name")
@click.option("--country", type=click.Choice([*COUNTRIES, OTHER_COUNTRY]), required=True)
@click.option("--agency", type=click.Choice(list(AGENCY_TYPES)), default="other", show_default=True)
@click.option("--role", "work_role", type=click.Choice(list(WORK_ROLES)), default="frontline", show_default=True)
@click.option("--sex", type=click.Choice(list(SEXES)), help="Default: not stated.")
@click.option("--locale", default="en", show_default=True)
@click.option("--test", "is_test", is_flag=True, help="A test account: counted in no report.")
def add(
    sign_in_name: str, full_name: str, country: str, agency: str, work_role: str, sex: str | None, locale: str,
    is_test: bool,
) -> None:  # fmt: skip
    """Make an account without a password and print a slip code for it, valid for 7 days."""
    form = SignUp(
        full_name=full_name, sign_in_name=sign_in_name, country=country, agency_type=agency, work_role=work_role,
        sex=sex, locale=locale,
    )  # fmt: skip
    with opened() as store:
        with store.write(SHELL) as db:
            row = register.create_person(db, OPERATOR, form, now=_now())
            if is_test:
                db.scalars(select(Person).where(Person.id == row.id)).one().is_test = True
        click.echo(_slip(store, row.id, 7))


@people.command()
@click.argument("sign_in_name")
@click.argument("role", type=click.Choice(list(register.GIVEN)))
@click.option(
    "--over",
    multiple=True,
    help="Coordinator and viewer: the country. Translator and reviewer: the language, such as km. May be repeated.",
)
@click.option("--revoke", is_flag=True, help="Take the role away.")
def grant(sign_in_name: str, role: str, over: tuple[str, ...], revoke: bool) -> None:
    """Give a role. The person's sessions end, and the next sign-in has it."""
    with opened() as store:
        person_id = _find(store, sign_in_name)
        with store.write(SHELL) as db:
            for one in over or (None,):
                if revoke:
                    register.revoke_role(db, OPERATOR, person_id, role, over=one)
                else:
                    register.grant_role(db, OPERATOR, person_id, role, over=one, now=_now())
    of = f" of {', '.join(over)}" if over else ""
    click.echo(f"{sign_in_name}: {role}{of} {'revoked' if revoke else 'given'}")


@people.command()
@click.argument("sign_in_name")
@click.option("--days", type=click.IntRange(1, register.LONGEST_SLIP), default=7, show_default=True)
def slip(sign_in_name: str, days: int) -> None:
    """Print a one-time sign-in code."""
    with opened() as store:
        click.echo(_slip(store, _find(store, sign_in_name), days))


@people.command()
@click.argument("sign_in_name")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def password(sign_in_name: str, password: str) -> None:
    """Set a password and end the person's sessions. Asks for it, so that it is in no history."""
    with opened() as store:
        person_id = _find(store, sign_in_name)
        with store.read(SHELL) as db:
            full_name = db.scalars(select(Person.full_name).where(Person.id == person_id)).one()
        passwords.refuse_weak(password, (full_name, sign_in_name))
        fresh = passwords.hashed(password)
        with store.write(SHELL) as db:
            register.set_password(db, person_id, fresh)
    click.echo(f"{sign_in_name}: password set")


@people.command("reset-factors")
@click.argument("sign_in_name")
def reset_factors(sign_in_name: str) -> None:
    """Forget somebody's second step and recovery codes, and end their sessions: for who has lost everything.

    Be sure that it is they who ask. From now until they set up a new second step, their password alone is enough: give
    them a new one or a slip at the same time.
    """
    with opened() as store:
        person_id = _find(store, sign_in_name)
        with store.write(SHELL) as db:
            forgotten = factors.reset(db, person_id)
    click.echo(
        f"{sign_in_name}: second step forgotten ({forgotten} in all) with its recovery codes, all sessions ended"
    )


@click.group()
def summaries() -> None:
    """The counts behind the reports."""


@summaries.command()
def check() -> None:
    """Count anew and compare, and see that fixed figures are as they were fixed; exit 1 if anything is wrong."""
    with opened() as store, store.read(SHELL) as db:
        wrong = recounting.differences(db)
        changed = cutoffs.broken(db, None)
    for country, quarter in changed:
        click.echo(f"{country} {quarter}: the fixed figures were changed", err=True)
    for cell, measures in wrong.items():
        lacking = ", ".join(f"{name} {value:+}" for name, value in measures.items())
        click.echo(f"{' '.join(map(str, cell))}: {lacking}", err=True)
    if wrong:
        raise click.ClickException(f"{len(wrong)} counts are wrong: trainer summaries rebuild")
    if changed:
        raise click.ClickException("fixed figures were changed: restore the database from a backup")
    click.echo("every count is right")


@summaries.command()
def rebuild() -> None:
    """Count anew and store what differs. People may go on learning meanwhile."""
    with opened() as store:
        began = time.perf_counter()
        wrong, rows = recounting.rebuild(store)
    speed = round(rows / max(time.perf_counter() - began, 0.001))
    click.echo(f"{wrong} counts corrected; {rows} rows read, {speed} a second")


@click.command()
def demo() -> None:
    """Load the modules and a demo world of invented people. Again changes nothing."""
    with opened() as store:
        loaded = demo_world.load(store, resources.folder("modules"), key=config.load().secret_key, now=_now())
    for line in loaded.refused:
        click.echo(line, err=True)
    click.echo(f"{len(loaded.modules)} modules, {loaded.people} people made")
    for line in demo_world.sign_in_lines(config.load().second_factor):
        click.echo(line)


def _find(store: Store, sign_in_name: str) -> str:
    with store.read(SHELL) as db:
        person_id = db.scalar(select(Person.id).where(Person.sign_in_name == names.folded(sign_in_name)))
    if person_id is None:
        raise NotFound("person-unknown", name=sign_in_name)
    return person_id


def _slip(store: Store, person_id: str, days: int) -> str:
    with store.write(SHELL) as db:
        return register.issue_slip(db, OPERATOR, person_id, now=_now(), days=days, key=config.load().secret_key)


def _now() -> datetime:
    return datetime.now(UTC)
