"""Every leaf of a document as a small table, so that a million people are looked up at once.

A clause tells only so many stretches of a fact's values apart. Each value gets its place among
them once, however many clauses look at the fact, and each clause reads its points from a table by
place; the last place is missing evidence. The tables are made by reading the clause at the first
value of every stretch, and are as narrow as their points allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from credentials.rules.clauses import (
    AtLeast,
    AtMost,
    Bands,
    BestOf,
    Choices,
    Clause,
    Is,
    Leaf,
    Per,
    Provided,
    Python,
    Sum,
    Worth,
)
from credentials.rules.columns import Bools, Floats, Ints
from credentials.rules.facts import Amount, Choice, Fact, YesNo, highest, lowest
from credentials.rules.turning import turning_points

if TYPE_CHECKING:
    from credentials.rules.documents import Document

FEW = 4096
"""Facts with so many whole values or fewer get a place for each; others one for each stretch."""


@dataclass(frozen=True)
class Places:
    """The values of one fact that are told apart, lowest first; the last place is for missing."""

    values: Floats
    whole: bool
    """Whether they are all the whole numbers from the first to the last."""

    def of(self, values: Floats, missing: Bools | None) -> NDArray[np.intp]:
        """The place of each value; `missing` is where there is none."""
        if not self.whole:
            place: NDArray[np.intp] = np.searchsorted(self.values, values, side="right") - 1
            return place if missing is None else np.where(missing, len(self.values), place)
        first = self.values[0]
        if missing is not None:
            values = np.where(missing, first + len(self.values), values)
        return (values - first if first else values).astype(np.intp)


class Lookup(NamedTuple):
    """What one leaf gives at each place of its fact."""

    proven: Ints
    possible: Ints
    row: Ints | None


class Lookups:
    """The tables of one document."""

    def __init__(self, document: Document) -> None:
        used = {name for clause in document.clauses for name in clause.facts_named}
        self.places = {name: _places(document, name) for name in used}
        self.leaves: dict[str, Lookup] = {}
        self.widths: dict[str, np.dtype[Any]] = {}
        """How wide a column each clause needs for any points it can come to."""
        ends: dict[str, tuple[int, int]] = {}
        for clause in document.clauses:
            if isinstance(clause, Leaf):
                fact = document.facts[clause.fact]
                worst_row = _lookup(clause, fact, self.places[clause.fact])
                ends[clause.id] = int(worst_row.proven.min()), int(worst_row.possible.max())
            else:
                ends[clause.id] = _ends(clause, [ends[name] for name in clause.clauses_named])
            self.widths[clause.id] = _width(*ends[clause.id])
            if isinstance(clause, Leaf):
                self.leaves[clause.id] = _narrowed(worst_row, self.widths[clause.id])


def _places(document: Document, name: str) -> Places:
    fact = document.facts[name]
    if isinstance(fact, Choice | YesNo) or (
        isinstance(fact, Amount) and fact.most - fact.least < FEW
    ):
        return Places(np.arange(lowest(fact), highest(fact) + 1), whole=True)
    starts = [fact.value(start) for start in turning_points(document, name)]
    return Places(np.array(starts, np.float64), whole=False)


def _lookup(clause: Leaf, fact: Fact, places: Places) -> Lookup:
    row, points, worst, best = read(clause, fact, places.values)
    if fact.if_absent is None:
        proven, possible = np.append(points, worst), np.append(points, best)
        return Lookup(proven, possible, None if row is None else np.append(row, -1))
    assumed = places.of(np.array([fact.value(fact.if_absent.value)]), None)
    points = np.append(points, points[assumed])
    return Lookup(points, points, None if row is None else np.append(row, row[assumed]))


def _narrowed(lookup: Lookup, width: np.dtype[Any]) -> Lookup:
    proven, possible = lookup.proven.astype(width), lookup.possible.astype(width)
    row = lookup.row
    if row is not None:
        row = row.astype(_width(-1, int(row.max())))
    return Lookup(proven, possible, row)


def _width(least: int, most: int) -> np.dtype[Any]:
    return np.promote_types(np.min_scalar_type(min(least, -1)), np.min_scalar_type(min(-most, -1)))


def _ends(clause: Clause, below: list[tuple[int, int]]) -> tuple[int, int]:
    """The least and the most a clause can come to, whoever is asked about."""
    least, most = [low for low, _ in below], [high for _, high in below]
    match clause:
        case Sum():
            return sum(least), sum(most)
        case BestOf():
            return max(least), max(most)
        case Worth(worth=stake):
            return min(0, stake.points), max(0, stake.points)
        case Provided():
            return min(0, least[0]), max(0, most[0])
        case Python(gives_points=True):
            return np.iinfo(np.int32).min, np.iinfo(np.int32).max
    return 0, 1


def read(clause: Leaf, fact: Fact, values: Floats) -> tuple[Ints | None, Ints, int, int]:
    """Look known values up: (row, points, worst of the table, best of the table)."""
    match clause:
        case Bands():
            starts = np.array([fact.value(start) for start, _ in clause.bands])
            table: Ints = np.array([points for _, points in clause.bands], np.int64)
            row = np.searchsorted(starts, values, side="right") - 1
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
    """Full steps reached, as far as any earns something, and their points up to the cap."""
    row = np.minimum(np.floor_divide(values, rate.each), rate.steps(int(highest(fact))))
    row = np.where(values < rate.once, 0, row)
    points = row * rate.points
    if rate.at_most is not None:
        points = (np.minimum if rate.points > 0 else np.maximum)(points, rate.at_most)
    return row.astype(np.int64), points.astype(np.int64)
