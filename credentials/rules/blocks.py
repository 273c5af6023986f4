"""Very many people in blocks: flat memory, and every clause of every person kept.

What is kept is the explanation: proven, possible and row of each clause, as narrow as the document
allows. Any person can be explained later without deciding again.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from credentials.rules import evaluator
from credentials.rules.columns import Column, Columns, Floats, Ints
from credentials.rules.documents import Document
from credentials.rules.facts import Choice, Day, Fact, Ratio, YesNo, highest, lowest
from credentials.rules.turning import turning_points

BLOCK = 16_384
"""People decided at a time: their columns stay in the processor's cache."""

YEAR = 366


def blocks(people: int, size: int = BLOCK) -> Iterator[slice]:
    """The places of each block in turn."""
    return (slice(start, min(start + size, people)) for start in range(0, people, size))


class Kept:
    """The columns of a whole population, filled block by block."""

    def __init__(self, people: int) -> None:
        self.people = people
        self._proven: dict[str, Ints] = {}
        self._possible: dict[str, Ints] = {}
        self._rows: dict[str, Ints] = {}

    def keep(self, place: slice, decided: Columns) -> None:
        """Keep the columns of one block, which came before no other of the same place."""
        for name, column in decided.items():
            if name not in self._proven:
                self._proven[name] = np.zeros(self.people, column.proven.dtype)
            proven = self._proven[name]
            proven[place] = column.proven
            if column.possible is not column.proven and name not in self._possible:
                self._possible[name] = proven.copy()
            if name in self._possible:
                self._possible[name][place] = column.possible
            if column.row is not None:
                self._rows.setdefault(name, np.zeros(self.people, column.row.dtype))
                self._rows[name][place] = column.row

    def columns(self) -> dict[str, Column]:
        """Every clause for everybody, as `evaluator.decide` would have given it."""
        return {
            name: Column(proven, self._possible.get(name, proven), self._rows.get(name))
            for name, proven in self._proven.items()
        }

    @property
    def bytes(self) -> int:
        """How much memory the columns take."""
        kept = (self._proven, self._possible, self._rows)
        return sum(array.nbytes for arrays in kept for array in arrays.values())


def decide(document: Document, facts: Mapping[str, Floats], size: int = BLOCK) -> Kept:
    """Decide everybody in blocks and keep every column.

    Raises:
        FactsRefused: as `evaluator.decide`.
    """
    kept = Kept(len(next(iter(facts.values()))) if facts else 1)
    for place in blocks(kept.people, size):
        block = {name: column[place] for name, column in facts.items()}
        kept.keep(place, evaluator.decide(document, block))
    return kept


def population(document: Document, people: int, *, seed: int, missing: float) -> dict[str, Floats]:
    """Made-up people for measuring, the same for the same seed: values around the marks.

    A share of each fact is missing, save where the document says what no record counts as.
    """
    chance = np.random.default_rng(seed)
    return {
        name: _made_up(document, name, fact, people, chance, missing)
        for name, fact in document.facts.items()
    }


def _made_up(
    document: Document,
    name: str,
    fact: Fact,
    people: int,
    chance: np.random.Generator,
    missing: float,
) -> Floats:
    """Choices evenly; amounts and ratios from the least to twice the highest mark; days around."""
    column: Floats
    if isinstance(fact, Choice | YesNo):
        column = chance.integers(0, int(highest(fact)) + 1, people).astype(np.float64)
    else:
        marks = [fact.value(at) for at in turning_points(document, name)]
        begins, ends = lowest(fact), 2 * max(*marks, 1.0)
        if isinstance(fact, Day):
            begins, ends = min(marks[1:]) - YEAR, max(marks) + YEAR
        column = chance.uniform(begins, min(ends, highest(fact)), people)
        column = column if isinstance(fact, Ratio) else np.floor(column)
    if fact.if_absent is None:
        column[chance.random(people) < missing] = np.nan
    return column
