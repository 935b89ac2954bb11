"""Commands about people and counts: people, summaries, demo. For whoever has a shell on the server."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer import config, resources
from trainer.cli_store import opened
from trainer.services import audit, cutoffs, factors, names, passwords, recounting, retention, roles
from trainer.services import demo as demo_world
from trainer.services import people as register
from trainer.services.people import OPERATOR, SignUp
from trainer.services.problems import NotFound
from trainer.store.engine import Store
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.vocabulary import AGENCY_TYPES, COUNTRIES, NO_COUNTRY, OTHER_COUNTRY, SEXES, WORK_ROLES

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
            _told(db, "person-added", row.id)
        click.echo(_slip(store, row.id, 7))


@people.command()
@click.argument("sign_in_name")
@click.argument("role", type=click.Choice(list(roles.GIVEN)))
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
                    roles.revoke_role(db, OPERATOR, person_id, role, over=one)
                else:
                    roles.grant_role(db, OPERATOR, person_id, role, over=one, now=_now())
            country = audit.country_of(db, "person", person_id) or NO_COUNTRY
            told = roles.told("role-taken" if revoke else "role-given", person_id, country, role, over)
            audit.write(db, told, actor=audit.OPERATOR, now=_now())
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
            _told(db, "password-set", person_id, "password")
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
            _told(db, "second-step-reset", person_id)
    click.echo(
        f"{sign_in_name}: second step forgotten ({forgotten} in all) with its recovery codes, all sessions ended"
    )


@people.command("retention")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def look_for_old(dry_run: bool) -> None:
    """Take away what has stood announced for 30 days, and announce what is due now.

    Whoever runs `trainer serve` or `trainer work` has this done once a day. It counts days on which it ran, so running
    it more often takes nothing away earlier.
    """
    act = retention.would if dry_run else retention.look
    with opened() as store:
        found = act(store, retention.Times.of(config.load()), now=_now())
    gone = {what: sum(one.what == what for one in found.gone) for what in retention.KINDS}
    for line in (
        f"accounts forgotten: {gone[retention.ACCOUNT]}",
        f"people whose old answers were taken away: {gone[retention.ANSWERS]}",
        f"second entries forgotten: {gone[retention.ENTRY]}",
        f"certificates of people forgotten long ago: {found.certificates}",
        f"announced: {found.announced}",
        f"no longer announced: {found.withdrawn}",
    ):
        click.echo(line)
    if dry_run:
        click.echo("nothing was changed")


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
        code = register.issue_slip(db, OPERATOR, person_id, now=_now(), days=days, key=config.load().secret_key)
        _told(db, "slip-issued", person_id)
    return code


def _told(db: Session, act: str, person_id: str, *fields: str) -> None:
    """Into the audit trail: the operator did this."""
    country = audit.country_of(db, "person", person_id)
    if country is not None:
        told = audit.Act(act, country, "person", person_id, fields)
        audit.write(db, [told], actor=audit.OPERATOR, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
