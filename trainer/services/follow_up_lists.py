"""The closed lists of the follow-up: what may be answered, and in which words it is asked."""

from __future__ import annotations

from trainer.vocabulary import N_

MET = {"yes": N_("Yes"), "no": N_("No"), "unsure": N_("Not sure")}
"""Have you met a situation in which you could use the course?"""

DONE = {
    "first-contact": N_("Used the steps of a first contact"),
    "alone": N_("Asked to speak with the person alone"),
    "screened": N_("Paused a penalty and looked for signs of trafficking first"),
    "referred": N_("Made a referral with the person’s consent"),
    "planned": N_("Planned an interview before it began"),
    "interpreter": N_("Worked with an independent interpreter"),
    "coded": N_("Used a form with a code, or with as little data as needed"),
    "support": N_("Asked for supervision or for support from colleagues"),
}
NONE_DONE = "none"
"""None of `DONE`."""

SKILLS = {
    "notice": N_("Notice signs of trafficking"),
    "contact": N_("Make a first contact"),
    "refer": N_("Refer somebody"),
    "protect": N_("Protect data"),
}
"""Rated from 1 to 5, twice: before the course, looking back, and now."""

HELPED = {
    "supervisor": N_("My supervisor"),
    "aid": N_("A tool of the course"),
    "colleague": N_("A colleague"),
    "rules": N_("A law or a standard procedure"),
    "time": N_("Having time"),
    "other": N_("Something else"),
}
HINDERED = {
    "no-service": N_("There was no service to refer to"),
    "supervisor": N_("My supervisor"),
    "workload": N_("Too much other work"),
    "no-interpreter": N_("There was no interpreter"),
    "rules": N_("The rules"),
    "fear": N_("Fear of making a mistake"),
    "not-my-role": N_("It is not my role"),
    "other": N_("Something else"),
}
SUPPORT = {"yes": N_("Yes"), "no": N_("No"), "unknown": N_("I do not know")}
"""Is support for staff available in your workplace?"""

ONE_OF = {"met": MET, "support": SUPPORT}
"""Question → answers of which one is chosen."""
SOME_OF = {"done": {**DONE, NONE_DONE: N_("None of these")}, "helped": HELPED, "hindered": HINDERED}
"""Question → answers of which several may be chosen. Tools of the course (`aid`) come from the modules."""
RATED = ("before", "now")
"""Skills before the course and today."""
