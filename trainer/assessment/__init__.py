"""What is asked, what an answer is worth, and what completes a module: pure functions of the compiled module."""

from trainer.assessment.answers import PROBLEMS, Answer, InvalidAnswer, Unanswered, finished, walk
from trainer.assessment.completion import Missing, Rule, Score, Standing, completion, pass_mark, rule_of, score
from trainer.assessment.forms import form_fields, parse_form
from trainer.assessment.grading import Grade, grade, max_points
from trainer.assessment.plan import Planned, assign_form, other_form, plan, present
from trainer.languages.folding import normalise

__all__ = [
    "PROBLEMS",
    "Answer",
    "Grade",
    "InvalidAnswer",
    "Missing",
    "Planned",
    "Rule",
    "Score",
    "Standing",
    "Unanswered",
    "assign_form",
    "completion",
    "finished",
    "form_fields",
    "grade",
    "max_points",
    "normalise",
    "other_form",
    "parse_form",
    "pass_mark",
    "plan",
    "present",
    "rule_of",
    "score",
    "walk",
]
