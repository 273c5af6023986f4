"""The values of a fact at which some clause changes its answer, read off the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from credentials.rules.clauses import AtLeast, AtMost, Bands, Clause, Is, Leaf, Per, Python
from credentials.rules.columns import FUNCTIONS
from credentials.rules.facts import Amount, Choice, Day, Fact, Given, YesNo, highest, lowest

if TYPE_CHECKING:
    from credentials.rules.documents import Document


def turning_points(document: Document, name: str) -> list[Given]:
    """Values of a fact between which no clause changes its answer, lowest first.

    Each is the first value of its stretch; the lowest value of the fact is always among them.
    """
    fact = document.facts[name]
    if isinstance(fact, Choice):
        return list(fact.ids)
    if isinstance(fact, YesNo):
        return [0, 1]
    first: Given = str(date.min) if isinstance(fact, Day) else 0
    starts: dict[float, Given] = {lowest(fact): fact.least if isinstance(fact, Amount) else first}
    for clause in document.clauses:
        if name in clause.facts_named:
            for start in _starts(clause, name, fact):
                starts.setdefault(fact.value(start), start)
    return [starts[at] for at in sorted(starts)]


def _starts(clause: Clause, name: str, fact: Fact) -> Iterator[Given]:
    """The first values of the stretches of one clause; past the end of the range left out."""
    marks: list[Given] = []
    match clause:
        case Bands(bands=table):
            marks = [start for start, _ in table]
        case AtLeast(at_least=mark):
            marks = [mark]
        case AtMost(at_most=mark) if isinstance(mark, int):
            marks = [mark + 1]
        case AtMost(at_most=mark) if isinstance(fact, Day):
            marks = [_next_day(mark)]
        case Is(is_=mark) if isinstance(mark, int):
            marks = [mark, mark + 1]
        case Is(is_=mark) if isinstance(fact, Day):
            marks = [mark, _next_day(mark)]
        case Per(per=rate):
            last = rate.steps(int(highest(fact)))
            marks = [rate.once, *(step * rate.each for step in range(1, last + 1))]
        case Python(python=function):
            marks = list(FUNCTIONS[function].turning.get(name, ()))
        case Leaf():
            raise TypeError(f"no turning points for {type(clause).__name__}")
    if not isinstance(fact, Amount):
        return iter(marks)
    return (mark for mark in marks if isinstance(mark, int) and fact.least <= mark <= fact.most)


def _next_day(mark: Given) -> str:
    return str(date.fromisoformat(str(mark)) + timedelta(days=1))
