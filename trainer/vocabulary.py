"""The closed lists people choose from: countries, agency types, work roles, sex.

Codes are stored; labels are interface words (see `languages.words`). The lists and what may be asked come from
the monitoring rules of the programme: nothing else about a person is collected.
"""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802  gettext tools know it by this name
    """Mark a message for extraction; it is translated where it is shown."""
    return message


COUNTRIES: dict[str, str] = {
    "BN": N_("Brunei Darussalam"),
    "KH": N_("Cambodia"),
    "ID": N_("Indonesia"),
    "LA": N_("Lao PDR"),
    "MY": N_("Malaysia"),
    "MM": N_("Myanmar"),
    "PH": N_("Philippines"),
    "SG": N_("Singapore"),
    "TH": N_("Thailand"),
    "TL": N_("Timor-Leste"),
    "VN": N_("Viet Nam"),
}
"""The eleven ASEAN Member States (ISO 3166-1 alpha-2), named as ASEAN writes them."""

OTHER_COUNTRY = "ZZ"
"""Country of work outside ASEAN (a user-assigned ISO code)."""

NO_COUNTRY = "XX"
"""Nobody's country (a user-assigned ISO code): in the audit trail, what belongs to all, such as an edition. It is not
`OTHER_COUNTRY`, whose coordinator answers for people."""

AGENCY_TYPES: dict[str, str] = {
    "police": N_("Police"),
    "immigration": N_("Immigration and border"),
    "prosecution": N_("Prosecution"),
    "judiciary": N_("Courts"),
    "labour": N_("Labour inspection"),
    "welfare": N_("Social welfare"),
    "shelter": N_("Shelter"),
    "health": N_("Health"),
    "consular": N_("Consular service"),
    "fisheries": N_("Fisheries, port and coast guard"),
    "local": N_("Local government"),
    "ngo": N_("Non-governmental organisation"),
    "union": N_("Union or employers' body"),
    "other": N_("Other"),
}

WORK_ROLES: dict[str, str] = {
    "frontline": N_("Frontline"),
    "supervisor": N_("Supervisor"),
    "trainer": N_("Trainer"),
    "policy": N_("Policy"),
}

SEXES: dict[str, str] = {
    "woman": N_("Woman"),
    "man": N_("Man"),
}
"""Optional. Left open is stored as no value and counted as "not stated"."""

MODES: dict[str, str] = {
    "online": N_("Online"),
    "workshop": N_("Workshop"),
    "blended": N_("Online and workshop"),
    "offline": N_("On paper, alone"),
}
"""How a module was taken: codes of `services.events`."""


PATH_TITLES = (
    N_("Police and investigators"),
    N_("Immigration and border officers"),
    N_("Prosecutors and judges’ staff"),
    N_("Labour inspectors"),
    N_("Social workers and case managers"),
    N_("Shelter staff"),
    N_("Health workers"),
    N_("NGO caseworkers and hotline staff"),
    N_("Fisheries, port and coast guard officers"),
)
"""Titles of the learning paths we ship (`modules/paths.yaml`), so that catalogs have them."""
MODULE_TITLES = (
    N_("Understanding trafficking and the ACTIP"),
    N_("Recognising indicators and first contact"),
    N_("Trauma-informed interviewing"),
    N_("Immediate protection and needs assessment"),
    N_("Referral and case management"),
    N_("Cross-border cooperation, return and repatriation"),
    N_("Recovery and reintegration"),
    N_("Forced labour in fishing"),
)
"""Titles of the modules on them, for as long as a module is not published."""


def country_name(code: str) -> str:
    """English name of `code`; the code itself when it is not one of ours."""
    if code == OTHER_COUNTRY:
        return N_("Another country")
    return COUNTRIES.get(code, code)
