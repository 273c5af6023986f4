"""What the columns of a table of worked cases mean, and the person a row of it describes.

A document's own tables name its facts. A table written by officials or for a calculator has words
of its own; `Columns` says what they mean.
"""

from collections.abc import Mapping, Set
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from math import floor
from typing import Annotated

from pydantic import Field

from credentials.rules import histories
from credentials.rules.documents import Document
from credentials.rules.facts import Amount, Fact, Given, Mark, Number, Ratio, Refused, YesNo
from credentials.rules.sources import Name, Shape, Whole, Words

TOLD = frozenset(("case_id", "edition", "like", "purpose", "note", "source", "certainty"))
"""Columns for the reader."""
WORDS = {"y": "yes", "yes": "yes", "1": "yes", "n": "no", "no": "no", "0": "no"}

Row = Mapping[str, str]


class FactColumn(Shape):
    """Which column a fact is read from, and how its cells become values of the fact."""

    column: Words | None = None
    """None where the table says it by its heading; then `otherwise` holds in every row."""
    when: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Only in rows where these columns hold one of these words; elsewhere `otherwise` holds."""
    otherwise: Mark | None = None
    times: Annotated[Whole, Field(ge=1)] = 1
    divide: Annotated[Whole, Field(ge=1)] = 1
    values: dict[str, Mark] = Field(default_factory=dict)
    """What words of the column mean; other cells are taken as they stand."""
    has: tuple[str, ...] = ()
    """For yes and no: whether one of these words is among those joined by a plus."""


class Wanted(Shape):
    """What a column expects: a clause's points or verdict, or without a clause the best grade."""

    clause: Name | None = None
    values: dict[str, str] = Field(default_factory=dict)


class EditionColumn(Shape):
    """The column that names the edition, and the first day of each edition by its word."""

    column: Words
    values: dict[str, date]


class Columns(Shape):
    """What the columns of somebody else's table mean."""

    edition: EditionColumn | None = None
    facts: dict[Name, FactColumn] = Field(default_factory=dict)
    histories: dict[Name, Words] = Field(default_factory=dict)
    expected: dict[str, Wanted] = Field(default_factory=dict)
    ignored: dict[str, Words] = Field(default_factory=dict)
    """Columns that are not read, each with the reason."""

    @cached_property
    def read_from(self) -> frozenset[str]:
        """Every column that facts, histories and the edition are read from."""
        named = {how.column for how in self.facts.values() if how.column}
        named |= {column for how in self.facts.values() for column in how.when}
        named |= {self.edition.column} if self.edition else set()
        return frozenset(named | set(self.histories.values()))


class CellRefused(ValueError):
    """A cell that cannot be a value of its fact; `column` names it."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def facts_of(document: Document, row: Row, columns: Columns) -> dict[str, Given]:
    """The person of a row; an empty cell is missing evidence.

    Raises:
        CellRefused: a cell that cannot be a value of its fact.
    """
    person: dict[str, Given] = {}
    for name, fact in document.facts.items():
        how = columns.facts.get(name)
        if how is None or (name in row and how.column != name):
            how = _itself(name)
        history = _history(fact, row, columns)
        column = history or how.column
        try:
            if history is not None and isinstance(fact, Number) and fact.counted:
                person[name] = histories.count(fact.counted, histories.read(row[history]))
            else:
                person[name] = _given(fact, row, how)
            if person[name] is not None:
                fact.value(person[name])
        except (Refused, ValueError, ZeroDivisionError):
            raise CellRefused(column or name) from None
    return person


@cache
def _itself(name: str) -> FactColumn:
    """How a fact is read from the column of its own name."""
    return FactColumn(column=name)


def _history(fact: Fact, row: Row, columns: Columns) -> str | None:
    """The column with the history this fact is counted from, where the row has it."""
    if not isinstance(fact, Number) or fact.counted is None:
        return None
    history = fact.counted.history
    column = columns.histories.get(history, history)
    return next((name for name in (column, history) if row.get(name)), None)


def _given(fact: Fact, row: Row, how: FactColumn) -> Given:
    if how.column is None or any(row.get(name, "") not in of for name, of in how.when.items()):
        return how.otherwise
    cell = row.get(how.column, "")
    if not cell:
        return None
    if how.has:
        return int(bool(set(how.has) & set(cell.split("+"))))
    if cell in how.values:
        return how.values[cell]
    if isinstance(fact, Amount):
        return floor(Fraction(cell) * how.times / how.divide)
    if isinstance(fact, Ratio):
        return str(Fraction(cell) * how.times / how.divide)
    if isinstance(fact, YesNo):
        return {"yes": 1, "no": 0}.get(WORDS.get(cell.lower(), ""), cell)
    return cell


def histories_of(document: Document) -> set[str]:
    """The histories that facts of a document are counted from."""
    counted = (fact.counted for fact in document.facts.values() if isinstance(fact, Number))
    return {each.history for each in counted if each}


def not_expected(document: Document, columns: Columns) -> Set[str]:
    """The columns of a table about a document that are not expectations."""
    told = TOLD | columns.read_from | columns.ignored.keys()
    return told | document.facts.keys() | histories_of(document)
