"""Whatever is counted of a module is counted by everything that groups are made by."""

from __future__ import annotations

from tests.services.world import RIGHT, WRONG, Learner, person, publish
from trainer.services import group_counts
from trainer.services.evidence import quarter_of
from trainer.services.figures import Measures, sum_of
from trainer.services.group_figures import FACETS
from trainer.services.library import Shelf
from trainer.store.engine import Store
from trainer.store.scope import Scope


def test_every_measure_adds_up_over_the_groups_of_each_facet(store: Store) -> None:
    publish(store)
    shelf = Shelf(store)
    for number, (sex, role) in enumerate((("woman", "frontline"), (None, "policy"), ("man", "frontline"))):
        one = Learner(store, shelf, person(store, sex=sex, work_role=role))
        one.take("pre", {"a1": RIGHT["a1"], "b1": WRONG["b1"]})
        one.take("quiz", RIGHT if number else WRONG)
        one.take("post", {name: RIGHT[name] for name in ("a1", "b1")})
        one.complete()
    quarter = quarter_of(f"{one.now:%Y-%m}")
    with store.read(Scope.counts({"KH"})) as db:
        found = group_counts.read(db, "KH", [quarter])[quarter]
    whole = {facet: sum_of(found[facet]["course"].values()) for facet in FACETS}
    assert len(set(whole.values())) == 1
    assert whole["sex"].completed == 3
    assert (whole["sex"].pairs, whole["sex"].first_posts, whole["sex"].first_quizzes) == (3, 3, 3)
    assert all(getattr(whole["sex"], name) for name in Measures._fields if not name.startswith("only"))
    assert found["work_role"]["course"]["frontline"].pairs == 2
