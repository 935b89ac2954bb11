"""Whom the rows of a list are about: somebody known, somebody new, or somebody of whom a person must say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from trainer.languages.folding import normalise
from trainer.services.problems import SENTENCES
from trainer.services.roster_columns import Fault, Line, bare
from trainer.services.roster_files import MOST_NAMES
from trainer.vocabulary import N_

SENTENCES["roster-sign-in-twice"] = N_("Row %(row)s has the same sign-in name.")

State = Literal["new", "known", "here", "doubtful", "wrong", "out"]
"""`new`: will be registered. `known`: of the register, will join. `here`: in the room already. `out`: left out."""
OTHER = "other"
"""Decision: another person than those it looks like."""
OUT = "out"
"""Decision: leave the row out."""
SAME = "same"
"""Decision for many: the person it looks like, where that is only one."""


class Candidate(NamedTuple):
    """Whom a row may be about."""

    id: str
    """Of the person; of a row of this list, `row-7`."""
    full_name: str
    sign_in_name: str = ""
    agency_type: str = ""
    number: int | None = None
    """In this workshop."""
    row: int | None = None


class Entry(NamedTuple):
    """A row and what would become of it."""

    line: Line
    """Its words are codes now, with the defaults filled in."""
    state: State
    person_id: str | None = None
    """Of `known` and `here`."""
    candidates: tuple[Candidate, ...] = ()
    """Of `doubtful` and `known`, and of one that was decided."""
    may_be_other: bool = True
    """False: the sign-in name is that person's, so it cannot be another one."""
    fault: Fault | None = None


class Decisions(NamedTuple):
    """What a person answered."""

    rows: Mapping[int, str] = {}
    """Row → id of a candidate, `OTHER` or `OUT`."""
    others: str = ""
    """For every doubtful row without an answer: `SAME`, `OTHER` or `OUT`; empty: they stay open."""
    words: Mapping[tuple[str, str], str] = {}
    """Unknown word → code, or `DEFAULT`."""
    without_wrong: bool = False
    """Take in the others although some rows are wrong."""


class Known(NamedTuple):
    id: str
    full_name: str
    sign_in_name: str
    agency_type: str
    locale: str


class Matching:
    """Compares the rows, one after the other, with the people of the country and with the rows before."""

    def __init__(self, people: Sequence[Known], numbers: Mapping[str, int], decisions: Decisions) -> None:
        self.numbers, self.decided, self.others = numbers, decisions.rows, decisions.others
        self.by_sign_in = {one.sign_in_name: one for one in people}
        self.by_name: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self.by_key: dict[str, list[Known]] = defaultdict(list)
        for one in people:
            self.by_name[one.full_name, one.agency_type].append(one)
            for form in keys(one.full_name):
                self.by_key[form].append(one)
        self.taken: set[str] = set()
        """People that a row before was about."""
        self.rows_by_key: dict[str, Line] = {}
        self.rows_by_sign_in: dict[str, Line] = {}

    def entries(self, lines: Sequence[Line]) -> Iterator[Entry]:
        for line in lines:
            yield self._entry(line)

    def _entry(self, line: Line) -> Entry:
        if line.fault is not None:
            return Entry(line, "wrong", fault=line.fault)
        twin = self.rows_by_sign_in.get(line.sign_in_name) if line.sign_in_name else None
        if twin is not None:
            return Entry(line, "wrong", fault=Fault("roster-sign-in-twice", {"row": twin.row}))
        entry = self._decided(self._compared(line))
        if entry.state != "out":
            for form in keys(line.full_name):
                self.rows_by_key.setdefault(form, line)
            if line.sign_in_name:
                self.rows_by_sign_in[line.sign_in_name] = line
        if entry.person_id:
            self.taken.add(entry.person_id)
        return entry

    def _compared(self, line: Line) -> Entry:
        """What it is before anybody was asked."""
        named = self.by_sign_in.get(line.sign_in_name) if line.sign_in_name else None
        if named is not None:
            if set(keys(named.full_name)) & set(keys(line.full_name)):
                return self._about(line, named)._replace(may_be_other=False)
            return Entry(line, "doubtful", candidates=self._candidates([named]), may_be_other=False)
        exact = [one for one in self.by_name[line.full_name, line.agency_type] if one.id not in self.taken]
        here = [one for one in exact if one.id in self.numbers]
        if not line.sign_in_name and (here or len(exact) == 1):
            return self._about(line, (here or exact)[0])
        similar = [one for form in keys(line.full_name) for one in self.by_key[form] if one.id not in self.taken]
        twins = [self.rows_by_key[form] for form in keys(line.full_name) if form in self.rows_by_key]
        candidates = self._candidates(similar) + tuple(
            Candidate(f"row-{one.row}", one.full_name, one.sign_in_name, one.agency_type, row=one.row)
            for one in dict.fromkeys(twins)
        )
        return Entry(line, "doubtful" if candidates else "new", candidates=candidates)

    def _decided(self, entry: Entry) -> Entry:
        """With the person's answer, if there is one that fits."""
        answer = self.decided.get(entry.line.row, "")
        if entry.state == "doubtful" and not answer:
            answer = self.others
        if answer == SAME and len(entry.candidates) == 1:
            answer = entry.candidates[0].id
        if entry.state not in ("doubtful", "known") or not answer:
            return entry
        if answer == OUT:
            return entry._replace(state="out")
        if answer == OTHER and entry.may_be_other:
            return entry._replace(state="new")
        for one in entry.candidates:
            if one.id == answer and one.row is not None:
                return entry._replace(state="out")
            if one.id == answer:
                return entry._replace(state=self._state(one.id), person_id=one.id)
        return entry

    def _about(self, line: Line, person: Known) -> Entry:
        return Entry(line, self._state(person.id), person_id=person.id, candidates=self._candidates([person]))

    def _state(self, person_id: str) -> State:
        return "here" if person_id in self.numbers or person_id in self.taken else "known"

    def _candidates(self, people: Sequence[Known]) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(one.id, one.full_name, one.sign_in_name, one.agency_type, self.numbers.get(one.id))
            for one in dict.fromkeys(people)
        )


@lru_cache(maxsize=2 * MOST_NAMES)
def keys(full_name: str) -> tuple[str, ...]:
    """Two names that share one look alike: written with other spaces, or with the words in another order."""
    normal = normalise(full_name, "en")
    whole = bare(normal)
    in_order = "".join(sorted(bare(word) for word in normal.split()))
    return (whole,) if whole == in_order else (whole, in_order)
