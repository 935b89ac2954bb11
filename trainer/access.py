"""Who may do what, for which countries: one table, asked by the guard on every route.

Anything that is not in the table is denied. An administrator runs the system and sees no people: whoever must
see the practitioners of a country is made a coordinator of that country, by name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Permission(StrEnum):
    LEARN = "learn"
    """Take courses; see, correct and download one's own record."""
    FACILITATE = "facilitate"
    """Read facilitator's notes and print the sets for a workshop."""
    READ_DRAFTS = "read-drafts"
    """See modules as they are being written, before learners do, and comment on them."""
    AUTHOR = "author"
    """Write drafts of modules and check them."""
    PUBLISH = "publish"
    """Make a draft the module's next edition."""
    TRANSLATE = "translate"
    """Write translations into one's languages."""
    REVIEW = "review"
    """Read translations into one's languages a second time, sign and publish them."""
    ADAPT = "adapt"
    """Write the national words of one's countries, sign and publish them."""
    SEE_PEOPLE = "see-people"
    """See names and records of the practitioners of one's countries."""
    MANAGE_PEOPLE = "manage-people"
    """Register practitioners of one's countries, give them sign-in slips, disable them."""
    REPORT = "report"
    """See and download the counts of one's countries."""
    ADMINISTER = "administer"
    """Change settings and give roles."""


PRACTITIONER = "practitioner"
TRAINER = "trainer"
TRANSLATOR = "translator"
REVIEWER = "reviewer"
COORDINATOR = "coordinator"
VIEWER = "viewer"
ADMINISTRATOR = "administrator"

ROLES: dict[str, frozenset[Permission]] = {
    PRACTITIONER: frozenset({Permission.LEARN}),
    TRAINER: frozenset({Permission.FACILITATE, Permission.READ_DRAFTS, Permission.AUTHOR, Permission.PUBLISH}),
    TRANSLATOR: frozenset({Permission.READ_DRAFTS, Permission.TRANSLATE}),
    REVIEWER: frozenset({Permission.READ_DRAFTS, Permission.TRANSLATE, Permission.REVIEW}),
    COORDINATOR: frozenset({
        *(Permission.FACILITATE, Permission.READ_DRAFTS, Permission.ADAPT),
        *(Permission.SEE_PEOPLE, Permission.MANAGE_PEOPLE, Permission.REPORT),
    }),
    VIEWER: frozenset({Permission.REPORT}),
    ADMINISTRATOR: frozenset({
        *(Permission.FACILITATE, Permission.READ_DRAFTS, Permission.AUTHOR, Permission.PUBLISH),
        Permission.ADMINISTER,
    }),
}  # fmt: skip
"""Role → what it allows. Everybody signed in is a practitioner; the other roles add to it."""

OF_A_COUNTRY = frozenset({Permission.SEE_PEOPLE, Permission.MANAGE_PEOPLE, Permission.REPORT, Permission.ADAPT})
"""Permissions that hold only for countries: those a person coordinates, or was given to see the counts of."""
OF_A_LOCALE = frozenset({Permission.TRANSLATE, Permission.REVIEW})
"""Permissions that hold only for the languages a person was given them for."""


NEEDS_SECOND_FACTOR = frozenset({
    *(Permission.SEE_PEOPLE, Permission.MANAGE_PEOPLE, Permission.ADMINISTER),
    *(Permission.PUBLISH, Permission.REVIEW, Permission.ADAPT),
})  # fmt: skip
"""Whoever holds one of these signs in with a second step: who sees other people or gives roles, and who changes what
learners read. A stolen password alone then shows no practitioner and alters no hotline. Others may add one."""

UNASKED, OPEN, DONE = "unasked", "open", "done"
"""How far a session is with the second step. Unasked: the person had nothing to take it with when they signed in."""
PROVE, ENROL = "prove", "enrol"
"""What can be missing: to take the second step, or to set one up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whoever is signed in: a plain value, read anew for each request, free of any session."""

    person_id: str
    full_name: str
    country: str
    """The person's own country of work."""
    locale: str
    roles: frozenset[str] = frozenset()
    """Roles beyond practitioner."""
    countries: frozenset[str] = frozenset()
    """Countries coordinated."""
    views: frozenset[str] = frozenset()
    """Countries whose counts a viewer may see, and none of their people."""
    translates: frozenset[str] = frozenset()
    """Locales of whoever is a translator."""
    reviews: frozenset[str] = frozenset()
    """Locales of whoever is a reviewer: a second reader may translate them, too."""
    session_id: str = ""
    """Public id of the sign-in session; never the secret in the cookie."""
    second_step: str = UNASKED
    """`UNASKED`, `OPEN` or `DONE`, of this session."""

    def without_roles(self) -> Identity:
        """The same person as one who may do nothing but be asked for the second step."""
        nothing: frozenset[str] = frozenset()
        return replace(self, roles=nothing, countries=nothing, views=nothing, translates=nothing, reviews=nothing)


def missing(identity: Identity, *, duty: bool = True) -> str:
    """What stands between this session and everything else: `PROVE`, `ENROL`, or nothing (empty).

    `duty`: people who need a second step must have one. Without it only those who have one are asked for it.
    """
    if identity.second_step == OPEN:
        return PROVE
    needed = duty and needs_second_factor(identity)
    return ENROL if needed and identity.second_step == UNASKED else ""


def needs_second_factor(identity: Identity) -> bool:
    """Does the person hold a permission of `NEEDS_SECOND_FACTOR` anywhere?"""
    return any(allowed(replace(identity, second_step=DONE), permission) for permission in NEEDS_SECOND_FACTOR)


def allowed(identity: Identity | None, permission: str, country: str | None = None, locale: str | None = None) -> bool:
    """May `identity` do `permission`, in `country` or in the language `locale` where it concerns one?

    A permission of `OF_A_COUNTRY` without a country, or of `OF_A_LOCALE` without a locale, asks: in any at all? Nobody
    (None) may do nothing here: what is open to the public asks no permission. Unknown roles and permissions are denied,
    and so is everything to a session whose second step is open.
    """
    if identity is None or identity.second_step == OPEN:
        return False
    if not any(permission in ROLES.get(role, ()) for role in (PRACTITIONER, *identity.roles)):
        return False
    if permission in OF_A_COUNTRY:
        return _among(country, countries_of(identity, permission))
    if permission in OF_A_LOCALE:
        return _among(locale, locales_of(identity, permission))
    return True


def countries_of(identity: Identity, permission: str) -> frozenset[str]:
    """The countries in which `identity` holds a permission of `OF_A_COUNTRY`."""
    given = ((COORDINATOR, identity.countries), (VIEWER, identity.views))
    return frozenset(
        code for role, codes in given if role in identity.roles and permission in ROLES[role] for code in codes
    )


def locales_of(identity: Identity, permission: str) -> frozenset[str]:
    """The languages in which `identity` holds a permission of `OF_A_LOCALE`."""
    if permission == Permission.REVIEW:
        return identity.reviews
    return identity.reviews | identity.translates if permission == Permission.TRANSLATE else frozenset()


def _among(asked: str | None, held: frozenset[str]) -> bool:
    return bool(held) if asked is None else asked in held
