"""What a change of policy does: two editions over the same people, and who changes sides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from credentials.rules import evaluator
from credentials.rules.blocks import BLOCK, blocks
from credentials.rules.columns import Columns, Floats, Ints
from credentials.rules.documents import Document
from credentials.rules.evaluator import Verdict
from credentials.rules.evidence import FactsRefused
from credentials.rules.facts import Choice, Fact
from registry.platform.errors import FieldError
from registry.platform.i18n import N_

VERDICTS = (Verdict.NO, Verdict.UNKNOWN, Verdict.YES)


@dataclass(frozen=True)
class Shift:
    """What became of one clause that both editions have."""

    people: int
    """For how many it came out differently."""
    proven: int
    """By how much what it proves changed, over everybody."""
    possible: int
    turned: int
    """For how many of those who change sides it came out differently."""


@dataclass(frozen=True)
class Impact:
    """Who changes sides between two editions, and through which clauses."""

    before: NDArray[np.int8]
    """Each person's verdict: 0 no, 1 unknown, 2 yes."""
    after: NDArray[np.int8]
    shifts: Mapping[str, Shift]
    """Clauses that came out differently for somebody, in the order of the later edition."""

    @property
    def changed(self) -> NDArray[np.intp]:
        """The places of those whose verdict differs: the list of people to look at."""
        return np.flatnonzero(self.before != self.after)

    @property
    def moves(self) -> dict[tuple[Verdict, Verdict], int]:
        """How many went from which verdict to which; those who stay are counted too."""
        pairs, many = np.unique(self.before * 3 + self.after, return_counts=True)
        return {
            (VERDICTS[pair // 3], VERDICTS[pair % 3]): many
            for pair, many in zip(pairs.tolist(), many.tolist(), strict=True)
        }


def impact(
    before: Document,
    after: Document,
    facts: Mapping[str, Floats],
    *,
    grade: str | None = None,
    block: int = BLOCK,
) -> Impact:
    """Decide everybody by both editions.

    `facts` are columns as for `evaluator.decide`, of facts either edition knows; choices are
    placed as the earlier edition lists them where it has the fact. A fact left out is missing.

    Raises:
        FactsRefused: a fact neither edition knows, a column neither can read, or a choice of the
            earlier edition that the later one does not have.
    """
    people = len(next(iter(facts.values()))) if facts else 1
    old, new = _columns(before, None, facts), _columns(after, before, facts)
    if unknown := [name for name in facts if name not in old and name not in new]:
        message = N_("本文件没有这一事实。")
        raise FactsRefused([FieldError(name, "fact-impossible", message) for name in unknown])
    verdicts = np.zeros((2, people), np.int8)
    sums: dict[str, NDArray[np.int64]] = {}
    for place in blocks(people, block):
        was = evaluator.decide(before, {name: column[place] for name, column in old.items()})
        becomes = evaluator.decide(after, {name: column[place] for name, column in new.items()})
        verdicts[0, place] = _verdicts(before, was, grade)
        verdicts[1, place] = _verdicts(after, becomes, grade)
        turned = verdicts[0, place] != verdicts[1, place]
        for name, change in _changes(was, becomes, turned):
            sums[name] = sums.get(name, np.zeros(4, np.int64)) + change
    shifts = {
        clause.id: Shift(*sums[clause.id].tolist())
        for clause in after.clauses
        if clause.id in sums and sums[clause.id][0]
    }
    return Impact(verdicts[0], verdicts[1], shifts)


def _verdicts(document: Document, decided: Columns, grade: str | None) -> Ints:
    column = evaluator.verdict(document, decided, grade)
    return column.proven + column.possible


def _columns(
    document: Document, placed_by: Document | None, facts: Mapping[str, Floats]
) -> dict[str, Floats]:
    """The columns a document knows, its choices placed as it lists them."""
    found = {name: facts[name] for name in document.facts if name in facts}
    for name in found:
        theirs = placed_by.facts.get(name) if placed_by else None
        if theirs is not None:
            found[name] = _translated(name, theirs, document.facts[name], found[name])
    return found


def _translated(name: str, theirs: Fact, ours: Fact, column: Floats) -> Floats:
    if type(theirs) is not type(ours):
        raise FactsRefused([FieldError(name, "kind-differs", N_("两个版本中该事实的类型不同。"))])
    if not isinstance(theirs, Choice) or not isinstance(ours, Choice) or theirs.ids == ours.ids:
        return column
    places = [ours.ids.index(each) if each in ours.ids else -1 for each in theirs.ids]
    gaps = np.isnan(column)
    placed = np.array(places, np.float64)[np.where(gaps, 0, column).astype(np.intp)]
    placed = np.where(gaps, np.nan, placed)
    if (placed == -1).any():
        raise FactsRefused([FieldError(name, "choice-gone", N_("后一版本没有该选项。"))])
    answered: Floats = placed
    return answered


def _changes(
    before: Columns, after: Columns, turned: NDArray[np.bool_]
) -> Iterator[tuple[str, Ints]]:
    """Of each clause both have: people, proven, possible, and people who also change sides."""
    for name in after:
        if name in before:
            proven = np.subtract(after[name].proven, before[name].proven, dtype=np.int64)
            possible = np.subtract(after[name].possible, before[name].possible, dtype=np.int64)
            differs = (proven != 0) | (possible != 0)
            counted = (differs.sum(), proven.sum(), possible.sum(), (differs & turned).sum())
            yield name, np.array(counted, np.int64)
