"""How a clause about one fact is read: its table, prepared once, looked up for many people."""

import operator
from collections.abc import Callable, Sequence

import numpy as np

from credentials.rules.clauses import AtLeast, AtMost, Bands, Choices, Is, Leaf, Per
from credentials.rules.columns import Bools, Column, Ints, width
from credentials.rules.evidence import Scale, Values
from credentials.rules.facts import Fact, Given, Ratio, highest, lowest

Reader = Callable[[Values, Bools | None], Column]
"""From the values of a fact, and where evidence is missing, to the columns of a clause."""


def reader(clause: Leaf, fact: Fact) -> Reader:
    """Prepare a leaf: known evidence gives its row, missing evidence the worst and the best."""
    match clause:
        case Bands(bands=bands):
            marks = [_mark(fact, start) for start, _ in bands]
            starts: Values = np.array(marks, np.dtype(Scale.of(fact).width or np.float64))
            return _table(_reached(starts[:, np.newaxis]), [points for _, points in bands])
        case Choices(choices=choices):
            placed = sorted(choices, key=fact.value)
            return _table(_placed(len(placed)), [choices[choice] for choice in placed])
        case Per(per=rate):
            return _table(_steps(rate, fact), _earned(rate, fact), extent(clause, fact))
        case AtLeast(at_least=mark):
            return _condition(operator.ge, _mark(fact, mark))
        case AtMost(at_most=mark):
            return _condition(operator.le, _mark(fact, mark))
        case Is(is_=mark):
            return _condition(operator.eq, _mark(fact, mark))
    raise TypeError(f"no evaluation for {type(clause).__name__}")


def extent(clause: Leaf, fact: Fact) -> tuple[int, int]:
    """The least and the most a leaf can give."""
    match clause:
        case Bands(bands=bands):
            points: Sequence[int] = [worth for _, worth in bands]
        case Choices(choices=choices):
            points = list(choices.values())
        case Per(per=rate):
            ends = [
                int(value) if value >= rate.once else 0 for value in (lowest(fact), highest(fact))
            ]
            earned = _earned(rate, fact)
            points = [earned[min(value // rate.each, len(earned) - 1)] for value in ends]
        case _:
            points = (0, 1)
    return min(points), max(points)


def _mark(fact: Fact, mark: Given) -> int | float:
    """The figure a clause compares with, as it stands in the column of the fact."""
    value = fact.value(mark)
    return value if isinstance(fact, Ratio) else int(value)


Rows = Callable[[Values], Ints]


def _table(rows: Rows, points: Sequence[int], ends: tuple[int, int] | None = None) -> Reader:
    """Points by row. Row -1, of missing evidence, is the worst; the best lies `more` above it.

    `ends` are the worst and the best where not every row can occur.
    """
    worst, best = ends or (min(points), max(points))
    narrow = width(min(points), max(*points, best - worst))
    by_row = np.array([*points, worst], narrow)
    more = narrow(best - worst)

    def look_up(values: Values, missing: Bools | None) -> Column:
        row = rows(values)
        proven = by_row[row]
        if missing is None:
            return Column(proven, proven, row)
        return Column(proven, proven + missing.view(np.int8) * more, row)

    return look_up


def _placed(choices: int) -> Rows:
    """A choice's place is its row; a missing one is -1 already."""
    narrow = width(-1, choices - 1)
    return lambda places: places.astype(narrow, copy=False)


def _reached(starts: Values) -> Rows:
    """The last band whose start is reached: none, -1, by missing evidence, which is below all."""
    narrow = width(-1, len(starts))

    def rows(values: Values) -> Ints:
        reached: Ints = np.add.reduce(
            (values >= starts).view(np.int8), axis=0, dtype=narrow, initial=-1
        )
        return reached

    return rows


def _steps(rate: Per.Rate, fact: Fact) -> Rows:
    """Full steps reached, as far as any earns something; -1 for missing evidence."""
    last = rate.steps(int(highest(fact)))
    narrow, each = width(-1, last), width(0, rate.each)(rate.each)

    def rows(values: Values) -> Ints:
        row: Ints = np.minimum(np.floor_divide(values, each), last).astype(narrow, copy=False)
        return np.where(values < rate.once, np.minimum(row, 0), row) if rate.once else row

    return rows


def _earned(rate: Per.Rate, fact: Fact) -> list[int]:
    """Points for every number of steps, up to where more steps earn no more."""
    cap = min if rate.points > 0 else max
    earned = [step * rate.points for step in range(rate.steps(int(highest(fact))) + 1)]
    return earned if rate.at_most is None else [cap(each, rate.at_most) for each in earned]


def _condition(compare: Callable[[Values, int | float], Bools], mark: int | float) -> Reader:
    def judge(values: Values, missing: Bools | None) -> Column:
        met = compare(values, mark)
        if missing is None:
            one = met.view(np.int8)
            return Column(one, one)
        return Column((met > missing).view(np.int8), (met | missing).view(np.int8))

    return judge
