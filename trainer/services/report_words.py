"""What stands beside the figures wherever they are: what each means, what is hidden, what cannot be claimed."""

from __future__ import annotations

from trainer.vocabulary import N_

DEFINITIONS = (
    (
        N_("Enrolled"),
        N_(
            "People who began a module in this period. Someone who takes two modules counts once in each. Test "
            "accounts are not counted."
        ),
    ),
    (
        N_("Completed"),
        N_(
            "Completions in this period, in the month of the country’s own calendar. Someone who completes two "
            "modules counts twice."
        ),
    ),
    (
        N_("Persons"),
        N_(
            "People who completed at least one module in this period, each counted once. Persons of two quarters do"
            " not add up: the same person may be in both."
        ),
    ),
    (
        N_("Planned hours"),
        N_("The planned hours of what was completed, not time in front of a screen."),
    ),
    (
        N_("Share completed"),
        N_(
            "Completed of all who ever enrolled, with the range that it lies in with 95 percent certainty (Wilson)."
            " In a part of time there is no such share: many complete later than they enrol."
        ),
    ),
    (
        N_("Passed at once"),
        N_(
            "Passed at once: of those who handed in a quiz, or the test after, for the first time. In brackets: the"
            " range that the share lies in with 95 percent certainty (Wilson)."
        ),
    ),
    (
        N_("Change (points)"),
        N_(
            "Change: among people who took the test before and the test after, the mean of both in percent and the "
            "change in points with its 95 percent range. There is no comparison group: it is a change, not the "
            "effect of the course."
        ),
    ),
    (
        N_("Effect size (d_av)"),
        N_(
            "Effect size (d_av): the change in units of how much people differ. About 0.2 is small, 0.5 medium, 0.8"
            " large."
        ),
    ),
    (
        N_("Only one of the two tests"),
        N_(
            "Only before, only after: people who took one of the two tests. When those who stopped had known less, "
            "the change looks larger than it is."
        ),
    ),
    (
        N_("Right (percent)"),
        N_(
            "Right: share of right answers at the first go, of all time until the last quarter after which 30 more "
            "answers had come. After the course, 40 to 90 percent is useful; above 95 or below 30 look at the question."
        ),
    ),
    (
        N_("Discrimination"),
        N_(
            "Discrimination: how well the question tells those who know much from those who know little, from −1 to"
            " 1. Below 0.2 look at the question; below 0 check which answer is marked as right."
        ),
    ),
)
"""Term and meaning: messages, as on the report's page."""

CODES = {
    N_("Persons"): "T1", N_("Completed"): "T2", N_("Planned hours"): "T3", N_("Share completed"): "T4",
    N_("Change (points)"): "T5", N_("Passed at once"): "T6",
}  # fmt: skip
"""Term → the indicator's number."""

HIDDEN = (
    N_("“Not fixed yet”: the country’s figures of this period are still open."),
    N_(
        "Groups of 1 to 4 people are shown as “<5”, so that nobody can be recognised. Where such a number could be "
        "worked out from the others, others are not shown either."
    ),
    N_("“Or more” stands where a sum has such numbers in it: only what is shown is added up."),
    N_(
        "Hours with “or more” are those of the shortest way of learning, where the exact ones would tell how many "
        "learned in a room."
    ),
    N_("Scores are shown for 10 people or more, shares where neither side is a group of 1 to 4."),
)

LIMITS = (
    N_("People who take part by their own wish are not a random sample."),
    N_("What people say about themselves is polite; a test before and a test after may differ in how hard they are."),
    N_("Knowledge is not yet skill, and a change is not yet the effect of the course: there is no comparison group."),
    N_("Countries and modules are not ranked: their tests, translations and people differ."),
    N_("What the training means for victims is not measured here."),
)
"""To be stated in each report."""

PREPARED = {"prepared": N_("Prepared by (post)"), "approved": N_("Approved by (post)"), "": N_("Day")}
"""Field of `report_notes` → a line to fill in, instead of names that the system would have to know."""

NARRATIVE = {
    "changed": (N_("What changed in practice: one example without names, with permission"), 5),
    "failed": (N_("What did not work"), 4),
    "risks": (N_("Risks and safeguarding: how many concerns only if there were 5 or more, otherwise “handled”"), 3),
    "concerns": (N_("Safeguarding concerns, if there were 5 or more"), 0),
    "requests": (N_("Requests to the regional level"), 3),
    "plan": (N_("Plan for the next quarter"), 4),
    "advisers": (N_("Survivor advisers were involved"), 1),
}
"""Field → heading of what people write, and how many lines to write on stand on paper where it is empty."""
