"""Very many people in blocks: flat memory, and every clause of every person kept.

What is kept is the explanation: proven, possible and row of each clause, as narrow as the document
allows. Any person can be explained later without deciding again.
"""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from credentials.rules import evaluator
from credentials.rules.columns import Column, Columns, Floats
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
    """The columns of a whole population, block after block, just as they were decided."""

    def __init__(self) -> None:
        self._ends: list[int] = []
        self._blocks: list[Columns] = []

    def keep(self, place: slice, decided: Columns) -> None:
        """Keep the columns of the next block. Raises ValueError when it is not the next."""
        if place.start != (self._ends[-1] if self._ends else 0):
            raise ValueError(f"the block at {place.start} is not the next")
        self._ends.append(place.stop)
        self._blocks.append(decided)

    def about(self, person: int) -> tuple[Columns, int]:
        """The columns that somebody stands in, and the place there, to be explained.

        Raises IndexError when nobody is kept at that place.
        """
        block = bisect(self._ends, person)
        if person < 0 or block == len(self._ends):
            raise IndexError(person)
        return self._blocks[block], person - (self._ends[block - 1] if block else 0)

    def columns(self) -> dict[str, Column]:
        """Every clause for everybody, as `evaluator.decide` would have given it."""
        whole = self._blocks[0] if self._blocks else {}
        return {name: _joined([block[name] for block in self._blocks]) for name in whole}

    @property
    def bytes(self) -> int:
        """How much memory the columns take; an array that several share counts once."""
        arrays = (array for block in self._blocks for column in block.values() for array in column)
        shared = {id(array): array.nbytes for array in arrays if array is not None}
        return sum(shared.values())


def _joined(parts: Sequence[Column]) -> Column:
    proven = np.concatenate([part.proven for part in parts])
    rows = [part.row for part in parts if part.row is not None]
    return Column(
        proven,
        proven
        if all(part.possible is part.proven for part in parts)
        else np.concatenate([part.possible for part in parts]),
        np.concatenate(rows) if rows else None,
    )


def decide(document: Document, facts: Mapping[str, Floats], size: int = BLOCK) -> Kept:
    """Decide everybody in blocks and keep every column.

    Raises:
        FactsRefused: as `evaluator.decide`.
    """
    kept, people = Kept(), len(next(iter(facts.values()))) if facts else 1
    for place in blocks(people, size):
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
