"""What may be told of the tests of a module: sums over groups of quarters, each of enough people and never changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from trainer.assessment import gain
from trainer.services import periods
from trainer.services.figures import Measures, Share, Tests, mean_of, moments, sum_of
from trainer.services.suppression import SMALLEST_SHOWN

Groups = Mapping[str, tuple[frozenset[str], ...]]
"""What is told of tests → groups of quarters; each sum that is shown is made of whole groups."""
QUIZ, GAIN, AFTER, BEFORE_ONLY, AFTER_ONLY = "quiz", "gain", "after", "before-only", "after-only"


class Telling:
    """How the tests of a module went. No sum and no difference of what is shown is about fewer people than may be."""

    def __init__(
        self, rows: Mapping[str, Measures], at: Sequence[str], untold: Collection[str], earlier: Iterable[Groups]
    ) -> None:
        """`rows`: quarter → what is counted; `at`: the periods to tell of, parts before what they add to; `untold`:
        quarters that are never told; `earlier`: the groups that each cut-off before has told of.
        """
        self.rows, self.periods, self.untold = rows, at, untold
        held = list(earlier)
        self.groups: dict[str, list[frozenset[str]]] = {
            kind: [group for of in held for group in of.get(kind, ())]
            for kind in (QUIZ, GAIN, AFTER, BEFORE_ONLY, AFTER_ONLY)
        }
        self.new: dict[str, list[frozenset[str]]] = {}

    def tests(self) -> tuple[dict[str, Tests], Groups]:
        """By period, and the groups of quarters that are new."""
        quiz = self._shown(QUIZ, lambda one, _: enough(one.first_quizzes, one.first_quizzes_passed))
        gains = self._shown(GAIN, lambda one, _: one.pairs >= gain.FEWEST)
        after = self._shown(AFTER, self._beside_gain)
        before = self._shown(BEFORE_ONLY, lambda one, _: one.only_before >= gain.FEWEST)
        late = self._shown(AFTER_ONLY, lambda one, _: one.only_after >= SMALLEST_SHOWN)
        told = {
            period: Tests(
                quiz=Share.of(quiz[period][0].first_quizzes_passed, quiz[period][0].first_quizzes),
                after=Share.of(after[period][0].first_posts_passed, after[period][0].first_posts),
                gain=gain.gain_of(moments(gains[period][0])),
                only_before=mean_of(before[period][0]),
                only_after=late[period][0].only_after or None,
                part=any(any(shown) and left for shown, left in (one[period] for one in (quiz, after, gains))),
            )
            for period in self.periods
        }
        return told, {kind: tuple(groups) for kind, groups in self.new.items()}

    def _beside_gain(self, one: Measures, quarters: frozenset[str]) -> bool:
        """Who sat the test after is who sat both and who sat that one only: no difference may be of a few."""
        hides = any(map(apart_by_few, (one, *(self.rows[quarter] for quarter in quarters))))
        return enough(one.first_posts, one.first_posts_passed) and quarters in self.groups[GAIN] and not hides

    def _shown(self, kind: str, enough: Callable[[Measures, frozenset[str]], bool]) -> dict[str, tuple[Measures, bool]]:
        """Period → sums over its quarters that may be shown, and whether others are left out.

        A period is whole where what it adds to the groups inside that are shown is nothing, or enough by itself; a
        quarter once shown never has to be taken back.
        """
        groups, found = self.groups[kind], {}
        for period in self.periods:
            inside = [one for one in groups if all(periods.is_in(quarter, period) for quarter in one)]
            left = {quarter for quarter in self.rows if periods.is_in(quarter, period)}.difference(*inside)
            # A quarter that all time told together with one of another year is not told again with its own.
            new = frozenset(left.difference(self.untold, *groups))
            if new and enough(sum_of(self.rows[quarter] for quarter in new), new):
                groups.append(new)
                self.new.setdefault(kind, []).append(new)
                inside.append(new)
                left -= new
            shown = sum_of(self.rows[quarter] for one in inside for quarter in sorted(one))
            found[period] = shown, _took_tests(sum_of(self.rows[quarter] for quarter in left))
        return found


def _took_tests(row: Measures) -> bool:
    return any((row.first_quizzes, row.first_posts, row.pairs))


def apart_by_few(row: Measures) -> bool:
    """Would the number of tests after tell of 1 to 4 people who took that one only, or one without a pass mark, which
    is not among them?
    """
    differences = (row.only_after, row.first_posts - row.pairs, row.first_posts - row.pairs - row.only_after)
    return any(0 < abs(count) < SMALLEST_SHOWN for count in differences)


def enough(n: int, passed: int) -> bool:
    """Enough people for a share, and neither those who passed nor the others so few that they are hidden."""
    return n >= gain.FEWEST and not any(0 < one < SMALLEST_SHOWN for one in (passed, n - passed))
