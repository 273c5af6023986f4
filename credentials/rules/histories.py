"""Monthly histories: what somebody's contribution base was, month by month, as a multiple.

A history is exact (`Fraction`), newest month first. Documents say in `counted` how many of its
last months must reach what; the counting is done here, before any clause is decided.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from credentials.rules.documents import Document
from credentials.rules.facts import Counted, Number
from credentials.rules.series import Book

History = Sequence[Fraction]
"""One multiple a month, newest first; a month without contributions is 0."""


def read(text: str) -> list[Fraction]:
    """Read `0.8x36|9947/12434x12`: a multiple and for how many months, newest first.

    Raises ValueError for anything else; nothing at all is no month.
    """
    months: list[Fraction] = []
    for segment in filter(None, text.split("|")):
        multiple, sign, times = segment.partition("x")
        if not sign or not times.strip().isdecimal():
            raise ValueError(f"{segment!r} is not a multiple and its months")
        try:
            exact = Fraction(multiple.strip())
        except ZeroDivisionError:
            raise ValueError(f"{segment!r} divides by nothing") from None
        if exact < 0:
            raise ValueError(f"{segment!r} is less than nothing")
        months += [exact] * int(times)
    return months


def multiples(bases: Mapping[date, int], on: date, book: Book, series: str) -> list[Fraction]:
    """Monthly bases in fen, by the first day of their month, up to the month of `on`.

    Each month is compared with the average of the year before its own. A month that is not there
    counts as one without contributions, and keeps its place.

    Raises:
        NoFigure: the series lacks a year that a month is compared with.
    """
    if not bases:
        return []
    months: list[Fraction] = []
    month, first = on.replace(day=1), min(bases).replace(day=1)
    while month >= first:
        paid = bases.get(month)
        months.append(Fraction(0) if paid is None else book.multiple(series, paid, month))
        month = _month_before(month)
    return months


def _month_before(month: date) -> date:
    if month.month > 1:
        return month.replace(month=month.month - 1)
    return month.replace(year=month.year - 1, month=12)


def count(counted: Counted, history: History) -> int:
    """How many of the last so many months reach the multiple."""
    mark = Fraction(counted.at_least)
    window = Counter(history[: counted.last])
    return sum(months for multiple, months in window.items() if multiple >= mark)


def counts(document: Document, histories: Mapping[str, History]) -> dict[str, int]:
    """Every fact of a document that is counted from one of these histories."""
    return {
        name: count(fact.counted, histories[fact.counted.history])
        for name, fact in document.facts.items()
        if isinstance(fact, Number) and fact.counted and fact.counted.history in histories
    }
