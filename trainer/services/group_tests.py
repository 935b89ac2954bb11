"""How the tests of a module went by group, in a quarter whose own figures are told of the whole module.

Only of groups whose enrolments and completions are printed. What is left of the module's figures after them is of
nobody, or of two groups or more and as many people as a figure of its own would need.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from trainer.assessment import gain
from trainer.services import telling
from trainer.services.figures import Measures, Share, Tests, moments, sum_of
from trainer.services.group_figures import GroupTests
from trainer.services.suppression import SMALLEST_SHOWN

Enough = Callable[[Measures], bool]


def tests_of(
    facet: str, module: str, counts: Mapping[str, Measures], shown: Collection[str], told: Collection[str],
    earlier: Mapping[str, tuple[int, int]],
) -> Iterator[GroupTests]:  # fmt: skip
    """`told`: kinds of `telling` that are told of the module in this very quarter. `earlier`: group → people enrolled,
    and people with both tests or the one after, as earlier quarters have printed them.
    """
    able = [group for group in sorted(shown) if _bounds_nothing(counts[group], *earlier.get(group, (0, 0)))]
    quiz = _chosen(counts, shown, _quiz) if telling.QUIZ in told else frozenset()
    gains = _chosen(counts, able, _gain) if telling.GAIN in told else frozenset()
    after = _chosen(counts, sorted(gains), _after) if telling.AFTER in told else frozenset()
    for group in sorted(shown):
        one = counts[group]
        found = Tests(
            quiz=Share.of(one.first_quizzes_passed, one.first_quizzes) if group in quiz else None,
            after=Share.of(one.first_posts_passed, one.first_posts) if group in after else None,
            gain=gain.gain_of(moments(one)) if group in gains else None,
            only_before=None, only_after=None, part=False,
        )  # fmt: skip
        if found:
            yield GroupTests(facet, module, group, found)


def sat(tests: Tests) -> int:
    """People who are known to have taken a test."""
    return max(tests.after.n if tests.after else 0, tests.gain.n if tests.gain else 0)


def _bounds_nothing(one: Measures, enrolled: int, took: int) -> bool:
    """Nobody takes a test who has not enrolled: what is told says nothing of quarters that are not printed."""
    return took + one.pairs + one.only_after <= enrolled + one.enrolled


def _chosen(counts: Mapping[str, Measures], able: Collection[str], enough: Enough) -> frozenset[str]:
    """Groups that can be told: as many as leave nobody, or enough people in two groups or more."""
    chosen = [group for group in able if _people(counts[group], enough) and enough(counts[group])]
    chosen.sort(key=lambda group: (-_people(counts[group], enough), group))
    while chosen:
        rest = [one for group, one in counts.items() if group not in chosen and _people(one, enough)]
        if not rest or (len(rest) > 1 and enough(sum_of(rest)) and not _thin(rest, enough)):
            break
        chosen.pop()
    return frozenset(chosen)


def _thin(rest: Sequence[Measures], enough: Enough) -> bool:
    """So few beside the largest of them that it is nearly told."""
    sizes = [_people(one, enough) for one in rest]
    return 0 < sum(sizes) - max(sizes) < SMALLEST_SHOWN


def _people(one: Measures, enough: Enough) -> int:
    if enough is _quiz:
        return one.first_quizzes
    return one.pairs if enough is _gain else one.first_posts


def _quiz(one: Measures) -> bool:
    return telling.enough(one.first_quizzes, one.first_quizzes_passed)


def _gain(one: Measures) -> bool:
    return one.pairs >= gain.FEWEST


def _after(one: Measures) -> bool:
    """Who sat the test after is who sat both and who sat that one only: no difference may be of a few."""
    return telling.enough(one.first_posts, one.first_posts_passed) and not telling.apart_by_few(one)
