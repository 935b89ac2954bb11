"""What a service says when it will not do a thing: a code and values; words come last, at the edge.

Each service adds its codes to `SENTENCES`, beside the function that raises them. The sentences are interface
words (gettext), with named placeholders for the values.
"""

from __future__ import annotations

from trainer.vocabulary import N_

SENTENCES: dict[str, str] = {
    "not-found": N_("This page does not exist, or you may not see it."),
    "not-allowed": N_("You may not do this."),
}
"""Code → whole English sentence."""


class Problem(Exception):  # noqa: N818  a refusal is not an error
    """A refusal that a person is told about. `params` fill the sentence's placeholders."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    @property
    def sentence(self) -> str:
        """The untranslated sentence, placeholders open."""
        return SENTENCES[self.code]

    def __str__(self) -> str:
        return SENTENCES.get(self.code, self.code) % self.params


class NotFound(Problem):
    """It is not there, or not for this person: both look the same."""

    def __init__(self, code: str = "not-found", /, **params: object) -> None:
        super().__init__(code, **params)


class Refused(Problem):
    """A rule forbids it: not allowed, too late, too often."""

    def __init__(self, code: str = "not-allowed", /, **params: object) -> None:
        super().__init__(code, **params)


class Conflict(Problem):
    """Someone else changed it first; nothing was overwritten."""


class Invalid(Problem):
    """What was given cannot be used; the person can correct it. `field` names where, if anywhere."""
