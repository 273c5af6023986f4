"""The one evaluator: every clause of a document, over columns of many people at once.

Each clause is an interval from what the evidence proves to what is possible. Points add, best-of
takes the greater, a condition is 0 or 1, so that `all` is the least, `any` the greatest, and
`none` swaps the ends. Missing evidence widens an interval and is never a silent zero. Supplying
evidence only narrows, and never overturns a settled verdict. One person is a column of one.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import reduce

import numpy as np

from credentials.rules.clauses import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Bands,
    BestOf,
    Choices,
    Clause,
    Count,
    Is,
    Leaf,
    NoneOf,
    Per,
    Provided,
    Python,
    Reach,
    Sum,
    Worth,
)
from credentials.rules.columns import FUNCTIONS, Column, Columns, Floats, Ints
from credentials.rules.documents import Document
from credentials.rules.evidence import Evidence
from credentials.rules.facts import Fact, highest, lowest


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
    return _fold(np.maximum, [_times(rung, rank) for rank, rung in enumerate(rungs, start=1)])


def shown(document: Document, decided: Columns, grade: str | None = None) -> Column:
    """What stands beside the verdict: the score, or the rank of the grade, or the verdict again."""
    if document.score is not None:
        return decided[document.score]
    if grade is None and document.ladder:
        return rank(document, decided)
    return verdict(document, decided, grade)


def _column(clause: Clause, document: Document, evidence: Evidence, decided: Columns) -> Column:
    if isinstance(clause, Leaf):
        return _leaf(clause, document.facts[clause.fact], evidence)
    if isinstance(clause, Python):
        facts = {name: evidence.with_gaps(name) for name in clause.facts}
        return FUNCTIONS[clause.python].decide(facts, {name: decided[name] for name in clause.of})
    below = [decided[name] for name in clause.clauses_named]
    match clause:
        case Sum():
            return _fold(np.add, below)
        case BestOf():
            best = _fold(np.maximum, below)
            return best._replace(row=np.argmax([each.proven for each in below], axis=0))
        case All():
            return _fold(np.minimum, below)
        case AnyOf():
            return _fold(np.maximum, below)
        case NoneOf():
            some = _fold(np.maximum, below)
            return _swapped(_ends(some, lambda end: 1 - end))
        case Count():
            return _reach(_fold(np.add, below), clause.count.need)
        case Reach():
            return _reach(below[0], clause.reach.points)
        case Worth():
            return _times(below[0], clause.worth.points)
        case Provided():
            return _provided(*below)
    raise TypeError(f"no evaluation for {type(clause).__name__}")


def _leaf(clause: Leaf, fact: Fact, evidence: Evidence) -> Column:
    """The row and points of a known fact; the worst and best of the table for a missing one."""
    values, missing = evidence.of(clause.fact)
    row, points, worst, best = _read(clause, fact, values)
    if missing is None:
        return Column(points, points, row)
    proven, possible = np.where(missing, worst, points), np.where(missing, best, points)
    return Column(proven, possible, None if row is None else np.where(missing, -1, row))


def _read(clause: Leaf, fact: Fact, values: Floats) -> tuple[Ints | None, Ints, int, int]:
    """Look known values up: (row, points, worst of the table, best of the table)."""
    match clause:
        case Bands():
            starts = np.array([fact.value(start) for start, _ in clause.bands])
            table: Ints = np.array([points for _, points in clause.bands], np.int64)
            row = np.searchsorted(starts, values, side="right").astype(np.int64) - 1
            return row, table[row], int(table.min()), int(table.max())
        case Choices():
            table = np.zeros(len(clause.choices), np.int64)
            for choice, points in clause.choices.items():
                table[int(fact.value(choice))] = points
            row = values.astype(np.int64)
            return row, table[row], int(table.min()), int(table.max())
        case Per():
            steps, earned = _steps(clause.per, fact, values)
            ends = _steps(clause.per, fact, np.array([lowest(fact), highest(fact)]))[1]
            return steps, earned, int(ends.min()), int(ends.max())
        case AtLeast():
            return None, (values >= fact.value(clause.at_least)).astype(np.int64), 0, 1
        case AtMost():
            return None, (values <= fact.value(clause.at_most)).astype(np.int64), 0, 1
        case Is():
            return None, (values == fact.value(clause.is_)).astype(np.int64), 0, 1
    raise TypeError(f"no evaluation for {type(clause).__name__}")


def _steps(rate: Per.Rate, fact: Fact, values: Floats) -> tuple[Ints, Ints]:
    """Full steps reached, and their points up to the cap."""
    row = np.floor_divide(values, rate.each).astype(np.int64)
    if rate.once:
        row = np.where(values < rate.once, 0, row)
    points = np.minimum(row, rate.steps(int(highest(fact)))) * rate.points
    if rate.at_most is not None:
        cap = np.minimum if rate.points > 0 else np.maximum
        points = cap(points, rate.at_most)
    return row, points


Ufunc = Callable[[Ints, Ints], Ints]


def _fold(by: Ufunc, columns: Sequence[Column]) -> Column:
    """Fold both ends; where nothing is missing they stay one array."""
    proven = reduce(by, [column.proven for column in columns])
    if all(column.possible is column.proven for column in columns):
        return Column(proven, proven)
    return Column(proven, reduce(by, [column.possible for column in columns]))


def _ends(column: Column, change: Callable[[Ints], Ints]) -> Column:
    """Change both ends alike; where nothing is missing they stay one array."""
    proven = change(column.proven)
    settled = column.possible is column.proven
    return Column(proven, proven if settled else change(column.possible))


def _swapped(column: Column) -> Column:
    return Column(column.possible, column.proven)


def _reach(column: Column, mark: int) -> Column:
    return _ends(column, lambda end: (end >= mark).astype(np.int64))


def _times(column: Column, points: int) -> Column:
    """Points for a condition; with a deduction the worst case is that it is met."""
    worth = _ends(column, lambda end: end * points)
    return worth if points >= 0 else _swapped(worth)


def _provided(points: Column, when: Column) -> Column:
    """Points where the condition is proven, nothing where it is impossible, between them else."""
    if when.possible is when.proven:
        return _ends(points, lambda end: end * when.proven)
    proven = np.where(when.proven == 1, points.proven, np.minimum(points.proven, 0))
    possible = np.where(when.proven == 1, points.possible, np.maximum(points.possible, 0))
    return Column(proven * when.possible, possible * when.possible)
