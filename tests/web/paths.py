"""Learning paths for the tests' own course, and somebody who takes it."""

from __future__ import annotations

from tests.factories import an_identity
from tests.services.world import Learner
from tests.web.conftest import World
from trainer.content.paths import LearningPath, Paths, Step
from trainer.services.shelf import Shelf
from trainer.store.models import Person

PATHS = Paths(
    {"course": "A course", "later": "A later one"},
    {
        "police": LearningPath(
            id="police",
            title="Police and investigators",
            agencies=("police",),
            months=24,
            steps=(Step("course", "required"), Step("later", "required")),
        ),
        "labour": LearningPath("labour", "Labour inspectors", ("labour",), None, (Step("course", "recommended"),)),
    },
)


def learn(world: World, shelf: Shelf, person: Person) -> Learner:
    return Learner(world.store, shelf, an_identity(person), now=world.clock())
