"""The one evaluator: every clause of a document, over columns of many people at once.

Each clause is an interval from what the evidence proves to what is possible. Points add, best-of
takes the greater, a condition is 0 or 1, so that `all` is the least, `any` the greatest, and
`none` swaps the ends. Missing evidence widens an interval and is never a silent zero. Supplying
evidence only narrows, and never overturns a settled verdict. One person is a column of one.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache, partial, reduce

import numpy as np

from credentials.rules import leaves
from credentials.rules.clauses import (
    All,
    AnyOf,
    BestOf,
    Clause,
    Count,
    Leaf,
    NoneOf,
    Provided,
    Python,
    Reach,
    Sum,
    Worth,
)
from credentials.rules.columns import FUNCTIONS, Column, Columns, Floats, Ints, Width, width
from credentials.rules.documents import Document
from credentials.rules.evidence import DOCUMENTS_KEPT, Evidence
from credentials.rules.sources import LARGEST


class Verdict(StrEnum):
    """What is decided about one person. Unknown: it hangs on evidence that is missing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, proven: int, possible: int) -> "Verdict":
        """Read a condition's interval."""
        return cls.YES if proven else cls.UNKNOWN if possible else cls.NO


def decide(document: Document, facts: Mapping[str, Floats] | Evidence) -> dict[str, Column]:
    """Decide every clause for everybody, in the order of the file.

    `facts` holds float64 columns of one length, whole numbers but for ratios, NaN where evidence
    is missing; a fact left out is missing for everybody. Or it is evidence of this document.

    Raises:
        FactsRefused: a fact the document does not know, columns of several lengths, or a value
            outside its range.
    """
    evidence = facts if isinstance(facts, Evidence) else Evidence(document, facts)
    decided: dict[str, Column] = {}
    for name, step in _steps(document).items():
        decided[name] = step(evidence, decided)
    return decided


def verdict(document: Document, decided: Columns, grade: str | None = None) -> Column:
    """The deciding condition; for a document with grades and none named, that of any grade."""
    return _both(np.maximum, [decided[clause] for clause in document.deciding(grade)])


def rank(document: Document, decided: Columns) -> Column:
    """The highest grade proven and possible: 1 for the lowest of the ladder, 0 for none."""
    rungs = [decided[clause] for clause in document.deciding()]
    return _both(np.maximum, [_times(rung, rank, np.int64) for rank, rung in enumerate(rungs, 1)])


def shown(document: Document, decided: Columns, grade: str | None = None) -> Column:
    """What stands beside the verdict: the score, or the rank of the grade, or the verdict again."""
    if document.score is not None:
        return decided[document.score]
    if grade is None and document.ladder:
        return rank(document, decided)
    return verdict(document, decided, grade)


Step = Callable[[Evidence, Columns], Column]
"""From the evidence and the columns of earlier clauses to those of one clause."""


@lru_cache(maxsize=DOCUMENTS_KEPT)
def _steps(document: Document) -> dict[str, Step]:
    """A document made ready: its tables laid out, and the width found that each clause needs."""
    steps: dict[str, Step] = {}
    extents: dict[str, tuple[int, int]] = {}
    for clause in document.clauses:
        if isinstance(clause, Leaf):
            fact = document.facts[clause.fact]
            extents[clause.id] = leaves.extent(clause, fact)
            steps[clause.id] = partial(_look_up, leaves.reader(clause, fact), clause.fact)
        elif isinstance(clause, Python):
            extents[clause.id] = (-LARGEST, LARGEST) if clause.gives_points else (0, 1)
            steps[clause.id] = partial(_call, clause)
        else:
            extent = _extent(clause, [extents[name] for name in clause.clauses_named])
            extents[clause.id] = extent
            steps[clause.id] = partial(_fold, _over(clause, width(*extent)), clause.clauses_named)
    return steps


def _extent(clause: Clause, below: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The least and the most a clause can come to, from those of the clauses it stands on."""
    match clause:
        case Sum():
            return sum(least for least, _ in below), sum(most for _, most in below)
        case BestOf():
            return max(least for least, _ in below), max(most for _, most in below)
        case Worth(worth=stake):
            return min(stake.points, 0), max(stake.points, 0)
        case Provided():
            return min(below[0][0], 0), max(below[0][1], 0)
    return 0, 1


def _look_up(reader: leaves.Reader, fact: str, evidence: Evidence, _: Columns) -> Column:
    return reader(*evidence.of(fact))


def _call(clause: Python, evidence: Evidence, decided: Columns) -> Column:
    facts = {name: evidence.with_gaps(name) for name in clause.facts}
    return FUNCTIONS[clause.python].decide(facts, {name: decided[name] for name in clause.of})


Fold = Callable[[Sequence[Column]], Column]


def _fold(fold: Fold, names: Sequence[str], _: Evidence, decided: Columns) -> Column:
    return fold([decided[name] for name in names])


def _over(clause: Clause, narrow: Width) -> Fold:
    """How a clause is made from the columns of those it stands on."""
    match clause:
        case Sum():
            return partial(_sum, narrow)
        case BestOf(best_of=several):
            return partial(_best, width(0, len(several)))
        case All():
            return partial(_both, np.minimum)
        case AnyOf():
            return partial(_both, np.maximum)
        case NoneOf():
            return _none
        case Count(count=tally):
            met = partial(_sum, width(0, len(tally.of)))
            return lambda below: _reach(met(below), tally.need)
        case Reach(reach=stake):
            return lambda below: _reach(below[0], stake.points)
        case Worth(worth=stake):
            return lambda below: _times(below[0], stake.points, narrow)
        case Provided():
            return lambda below: _provided(*below)
    raise TypeError(f"no evaluation for {type(clause).__name__}")


Ufunc = Callable[[Ints, Ints], Ints]


def _both(by: Ufunc, columns: Sequence[Column]) -> Column:
    """Fold both ends; where nothing is missing they stay one array."""
    proven = reduce(by, [column.proven for column in columns])
    for column in columns:
        if column.possible is not column.proven:
            return Column(proven, reduce(by, [column.possible for column in columns]))
    return Column(proven, proven)


def _sum(narrow: Width, columns: Sequence[Column]) -> Column:
    """Added up in integers that hold the whole, however narrow the parts."""
    first = _ends(columns[0], lambda end: end.astype(narrow))
    return _both(np.add, [first, *columns[1:]])


def _best(narrow: Width, columns: Sequence[Column]) -> Column:
    """The greatest; its row is the clause that proves most, the first of several that do."""
    proven, possible, _ = _both(np.maximum, columns)
    behind = columns[0].proven != proven
    row: Ints = behind.astype(narrow)
    for column in columns[1:-1]:
        behind = behind & (column.proven != proven)
        row = row + behind.view(np.int8)
    return Column(proven, possible, row)


def _none(columns: Sequence[Column]) -> Column:
    some = _both(np.maximum, columns)
    return _swapped(_ends(some, lambda end: 1 - end))


def _ends(column: Column, change: Callable[[Ints], Ints]) -> Column:
    """Change both ends alike; where nothing is missing they stay one array."""
    proven = change(column.proven)
    settled = column.possible is column.proven
    return Column(proven, proven if settled else change(column.possible))


def _swapped(column: Column) -> Column:
    return Column(column.possible, column.proven)


def _reach(column: Column, mark: int) -> Column:
    return _ends(column, lambda end: (end >= mark).view(np.int8))


def _times(column: Column, points: int, narrow: Width) -> Column:
    """Points for a condition; with a deduction the worst case is that it is met."""
    worth = _ends(column, lambda end: np.multiply(end, points, dtype=narrow))
    return worth if points >= 0 else _swapped(worth)


def _provided(points: Column, when: Column) -> Column:
    """Points where the condition is proven, nothing where it is impossible, between them else."""
    if when.possible is when.proven:
        return _ends(points, lambda end: end * when.proven)
    return Column(
        _hanging(points.proven, when.proven, when.possible),
        _hanging(points.possible, when.possible, when.proven),
    )


def _hanging(points: Ints, gained: Ints, lost: Ints) -> Ints:
    """Points gained on one condition, and points lost on another."""
    above: Ints = np.maximum(points, 0)
    below: Ints = np.minimum(points, 0)
    return above * gained + below * lost
