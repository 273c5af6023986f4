"""The one evaluator: every clause of a document, over columns of many people at once.

Each clause is an interval from what the evidence proves to what is possible. Points add, best-of
takes the greater, a condition is 0 or 1, so that `all` is the least, `any` the greatest, and
`none` swaps the ends. Missing evidence widens an interval and is never a silent zero. Supplying
evidence only narrows, and never overturns a settled verdict. One person is a column of one.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import reduce
from typing import Any

import numpy as np

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
from credentials.rules.columns import FUNCTIONS, Column, Columns, Floats, Ints
from credentials.rules.documents import Document
from credentials.rules.evidence import Evidence


class Verdict(StrEnum):
    """What is decided about one person. Unknown: it hangs on evidence that is missing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, proven: int, possible: int) -> "Verdict":
        """Read a condition's interval."""
        return cls.YES if proven else cls.UNKNOWN if possible else cls.NO


def decide(document: Document, facts: Mapping[str, Floats]) -> dict[str, Column]:
    """Decide every clause for everybody, in the order of the file.

    `facts` holds float64 columns of one length, NaN where evidence is missing; a fact left out is
    missing for everybody.

    Raises:
        FactsRefused: a fact the document does not know, columns of several lengths, or a value
            outside its range.
    """
    evidence = Evidence(document, facts)
    decided: dict[str, Column] = {}
    for clause in document.clauses:
        decided[clause.id] = _column(clause, document, evidence, decided)
    return decided


def verdict(document: Document, decided: Columns, grade: str | None = None) -> Column:
    """The deciding condition; for a document with grades and none named, that of any grade."""
    return _fold(np.maximum, [decided[clause] for clause in document.deciding(grade)])


def rank(document: Document, decided: Columns) -> Column:
    """The highest grade proven and possible: 1 for the lowest of the ladder, 0 for none."""
    rungs = [decided[clause] for clause in document.deciding()]
    width = np.dtype(np.int16)
    worth = [_times(rung, place, width) for place, rung in enumerate(rungs, start=1)]
    return _fold(np.maximum, worth)


def shown(document: Document, decided: Columns, grade: str | None = None) -> Column:
    """What stands beside the verdict: the score, or the rank of the grade, or the verdict again."""
    if document.score is not None:
        return decided[document.score]
    if grade is None and document.ladder:
        return rank(document, decided)
    return verdict(document, decided, grade)


def _column(clause: Clause, document: Document, evidence: Evidence, decided: Columns) -> Column:
    if isinstance(clause, Leaf):
        return _leaf(clause, document, evidence)
    if isinstance(clause, Python):
        facts = {name: evidence.with_gaps(name) for name in clause.facts}
        return FUNCTIONS[clause.python].decide(facts, {name: decided[name] for name in clause.of})
    below = [decided[name] for name in clause.clauses_named]
    match clause:
        case Sum():
            return _sum(below, document.lookups.widths[clause.id])
        case BestOf():
            return _fold(np.maximum, below)._replace(row=_which(below))
        case All():
            return _fold(np.minimum, below)
        case AnyOf():
            return _fold(np.maximum, below)
        case NoneOf():
            some = _fold(np.maximum, below)
            return _swapped(_ends(some, lambda end: 1 - end))
        case Count():
            return _reach(_sum(below, np.dtype(np.int16)), clause.count.need)
        case Reach():
            return _reach(below[0], clause.reach.points)
        case Worth():
            return _times(below[0], clause.worth.points, document.lookups.widths[clause.id])
        case Provided():
            return _provided(*below)
    raise TypeError(f"no evaluation for {type(clause).__name__}")


def _leaf(clause: Leaf, document: Document, evidence: Evidence) -> Column:
    """The points and row of a known fact; the worst and best of the table for a missing one."""
    table = document.lookups.leaves[clause.id]
    place, gaps = evidence.place(clause.fact)
    proven = table.proven.take(place)
    possible = table.possible.take(place) if gaps else proven
    return Column(proven, possible, None if table.row is None else table.row.take(place))


Ufunc = Callable[[Ints, Ints], Ints]


def _settled(columns: Sequence[Column]) -> bool:
    """Whether nothing is missing anywhere: both ends are then one array, and stay one."""
    return all(column.possible is column.proven for column in columns)


def _fold(by: Ufunc, columns: Sequence[Column]) -> Column:
    proven = reduce(by, [column.proven for column in columns])
    if _settled(columns):
        return Column(proven, proven)
    return Column(proven, reduce(by, [column.possible for column in columns]))


def _sum(columns: Sequence[Column], width: np.dtype[Any]) -> Column:
    """Add up in columns wide enough for the sum, whatever the parts are."""

    def added(ends: list[Ints]) -> Ints:
        total = ends[0].astype(width)
        for end in ends[1:]:
            np.add(total, end, out=total, casting="same_kind")
        return total

    proven = added([column.proven for column in columns])
    if _settled(columns):
        return Column(proven, proven)
    return Column(proven, added([column.possible for column in columns]))


def _which(columns: Sequence[Column]) -> Ints:
    """Which of several is the best proven; of equals the first."""
    row = np.zeros(columns[0].proven.shape, np.min_scalar_type(-len(columns)))
    best = columns[0].proven
    for place, column in enumerate(columns[1:], start=1):
        row[column.proven > best] = place
        best = np.maximum(best, column.proven)
    return row


def _ends(column: Column, change: Callable[[Ints], Ints]) -> Column:
    """Change both ends alike."""
    proven = change(column.proven)
    settled = column.possible is column.proven
    return Column(proven, proven if settled else change(column.possible))


def _swapped(column: Column) -> Column:
    return Column(column.possible, column.proven)


def _reach(column: Column, mark: int) -> Column:
    return _ends(column, lambda end: (end >= mark).view(np.int8))


def _times(column: Column, points: int, width: np.dtype[Any]) -> Column:
    """Points for a condition; with a deduction the worst case is that it is met."""
    worth = _ends(column, lambda end: end.astype(width) * width.type(points))
    return worth if points >= 0 else _swapped(worth)


def _provided(points: Column, when: Column) -> Column:
    """Points where the condition is proven, nothing where it is impossible, between them else."""
    if when.possible is when.proven:
        return _ends(points, lambda end: end * when.proven)
    proven = np.where(when.proven == 1, points.proven, np.minimum(points.proven, 0))
    possible = np.where(when.proven == 1, points.possible, np.maximum(points.possible, 0))
    return Column(proven * when.possible, possible * when.possible)
