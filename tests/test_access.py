"""The table of who may do what. Whatever it does not name is denied."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from trainer import access
from trainer.access import Identity, Permission, allowed

COUNTRIES = ("KH", "LA", "TL")


def somebody(*roles: str, countries: tuple[str, ...] = (), locales: tuple[str, ...] = ()) -> Identity:
    return Identity(
        person_id="p",
        full_name="Sok Dara",
        country="KH",
        locale="km",
        roles=frozenset(roles),
        countries=frozenset(countries if "viewer" not in roles or "coordinator" in roles else ()),
        views=frozenset(countries if "viewer" in roles else ()),
        translates=frozenset(locales if "translator" in roles else ()),
        reviews=frozenset(locales if "reviewer" in roles else ()),
    )


EXPECTED: dict[str, set[str]] = {
    "practitioner": {"learn"},
    "trainer": {"learn", "facilitate", "read-drafts", "author", "publish"},
    "translator": {"learn", "read-drafts", "translate"},
    "reviewer": {"learn", "read-drafts", "translate", "review"},
    "coordinator": {"learn", "facilitate", "read-drafts", "adapt", "see-people", "manage-people", "report"},
    "viewer": {"learn", "report"},
    "administrator": {"learn", "facilitate", "read-drafts", "author", "publish", "administer"},
}
"""Written out again by hand: a change of the table must be meant."""


@pytest.mark.parametrize("role", EXPECTED)
@pytest.mark.parametrize("permission", list(Permission))
def test_each_role_may_do_exactly_this(role: str, permission: Permission) -> None:
    who = somebody(role, countries=("KH",) if role in ("coordinator", "viewer") else (), locales=("km",))
    assert allowed(who, permission) is (permission in EXPECTED[role])


@pytest.mark.parametrize("permission", sorted(access.OF_A_COUNTRY))
def test_a_coordinator_may_only_in_the_countries_coordinated(permission: str) -> None:
    who = somebody("coordinator", countries=("LA", "TL"))
    assert [allowed(who, permission, country) for country in COUNTRIES] == [False, True, True]


def test_coordinating_no_country_is_no_permission() -> None:
    assert not any(allowed(somebody("coordinator"), permission) for permission in access.OF_A_COUNTRY)


def test_a_viewer_sees_the_counts_of_the_given_countries_and_nothing_else() -> None:
    who = somebody("viewer", countries=("LA", "TL"))
    assert [allowed(who, Permission.REPORT, country) for country in COUNTRIES] == [False, True, True]
    others = access.OF_A_COUNTRY - {Permission.REPORT}
    assert not any(allowed(who, permission, country) for permission in others for country in (None, *COUNTRIES))
    assert not access.needs_second_factor(who)


def test_a_coordinator_who_views_other_countries_coordinates_only_the_own_ones() -> None:
    who = replace(somebody("coordinator", "viewer", countries=("KH",)), views=frozenset({"LA"}))
    assert access.countries_of(who, Permission.REPORT) == {"KH", "LA"}
    for permission in access.OF_A_COUNTRY - {Permission.REPORT}:
        assert access.countries_of(who, permission) == {"KH"}
    assert access.countries_of(replace(who, roles=frozenset({"viewer"})), Permission.REPORT) == {"LA"}


@pytest.mark.parametrize("permission", sorted(access.OF_A_COUNTRY))
def test_an_administrator_sees_no_people(permission: str) -> None:
    for country in (None, *COUNTRIES):
        assert not allowed(somebody("administrator"), permission, country)
    # Not even with countries left over from a role that was taken away.
    assert not allowed(somebody("administrator", countries=COUNTRIES), permission, "KH")


@pytest.mark.parametrize("role", ["translator", "reviewer"])
def test_a_language_is_for_whom_it_was_given(role: str) -> None:
    who = somebody(role, locales=("km", "lo"))
    assert [allowed(who, "translate", locale=tag) for tag in ("km", "th", "lo")] == [True, False, True]
    assert [allowed(who, "review", locale=tag) for tag in ("km", "th")] == [role == "reviewer", False]
    assert not any(allowed(somebody(role), permission) for permission in access.OF_A_LOCALE)


def test_roles_add_up() -> None:
    who = somebody("trainer", "coordinator", countries=("KH",))
    assert allowed(who, Permission.AUTHOR)
    assert allowed(who, Permission.REPORT, "KH")
    assert not allowed(who, Permission.REPORT, "LA")


def test_nobody_unknown_roles_and_unknown_permissions_are_denied() -> None:
    assert not any(allowed(None, permission) for permission in Permission)
    assert not allowed(somebody("emperor"), Permission.AUTHOR)
    assert not allowed(somebody(*EXPECTED, countries=COUNTRIES), "fly")
    assert not allowed(somebody(*EXPECTED, countries=COUNTRIES), "")


def test_every_permission_has_a_sentence_and_a_role() -> None:
    source = inspect.getsource(Permission)
    for permission in Permission:
        sentence = source.split(f'{permission.name} = "{permission}"\n    """')[1].split('"""')[0]
        assert sentence.endswith(".")
        assert any(permission in granted for granted in access.ROLES.values())
    assert access.ROLES.keys() == EXPECTED.keys()
