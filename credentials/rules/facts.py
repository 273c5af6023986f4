"""The kinds of fact a document may ask for, and the number each stands for in a column.

A column is a float64 array: numbers as they are, choices by their place among the choices, yes as
1 and no as 0, a day by its place in the calendar, a ratio divided at the very end. NaN is missing
evidence and nothing else.
"""

from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, StrictStr

from credentials.rules.sources import LARGEST, Name, Shape, Text, Unit, Whole, Words
from registry.platform.i18n import N_

Given = int | str | bool | None
"""A fact as the gatherer or a file writes it; None is missing evidence."""
Mark = Whole | Annotated[StrictStr, Field(min_length=1)]
"""A figure a clause compares with: an integer, a choice, or an exact decimal such as "0.8"."""

NOT_EXACT = N_("须为精确的数，例如 0.8 或 9948/12434，写作文字。")


class Refused(ValueError):
    """A value this fact cannot have; the message is a message id saying what it could have."""


class IfAbsent(Shape):
    """What no record counts as, and who says so."""

    value: Mark
    cite: Words


class ShownAs(Shape):
    """How a number is said to people: divided, in another unit. 1,800 minutes are 40 hours."""

    divide: Annotated[Whole, Field(ge=1)]
    unit: Unit


class _Fact(Shape):
    """What every kind of fact has. `moves` is the way the person can change it by acting."""

    text: Text
    moves: Literal["up", "down", "no"]
    if_absent: IfAbsent | None = None


class Amount(_Fact):
    """What is counted in whole units."""

    unit: Unit
    least: Whole = 0
    most: Whole = LARGEST
    shown_as: ShownAs | None = None

    def value(self, given: Given) -> float:
        """The number in the column. Raises Refused for another type or outside the range."""
        if type(given) is not int:
            raise Refused(N_("须为整数。"))
        if not self.least <= given <= self.most:
            raise Refused(N_("超出允许的范围。"))
        return float(given)


class Counted(Shape):
    """How a number is counted from a monthly history: months of the `last` so many that reach.

    A history gives each month as a multiple, such as the contribution base by the average wage.
    """

    history: Name
    last: Annotated[Whole, Field(ge=1)]
    at_least: Annotated[StrictStr, Field(pattern=r"^[0-9]+(\.[0-9]+)?$")]


class Number(Amount):
    """Months, minutes, fen, contracts: as many as the evidence shows."""

    kind: Literal["number"]
    counted: Counted | None = None


class Elapsed(Amount):
    """Whole months or years that grow by themselves, for as long as things stay as they are."""

    kind: Literal["elapsed"]
    counts: Literal["months", "years"]


class Choice(_Fact):
    """One of a list, lowest first: `at_least` means this one or a later one."""

    class Option(Text):
        """One of the choices, with its words."""

        id: Name

    kind: Literal["choice"]
    among: tuple[Option, ...] = Field(min_length=2)

    @property
    def ids(self) -> tuple[str, ...]:
        """The choices, lowest first."""
        return tuple(option.id for option in self.among)

    def value(self, given: Given) -> float:
        """The place among the choices, counted from 0. Raises Refused for anything else."""
        if not isinstance(given, str) or given not in self.ids:
            raise Refused(N_("不在可选范围之内。"))
        return float(self.ids.index(given))


class YesNo(_Fact):
    """Yes or no; files write 1 and 0."""

    kind: Literal["yes-no"]

    def value(self, given: Given) -> float:
        """1.0 or 0.0. Raises Refused for anything that is neither."""
        if not isinstance(given, int) or given not in (0, 1):
            raise Refused(N_("须为是（1）或否（0）。"))
        return float(given)


class Ratio(_Fact):
    """One amount by another, never negative: given exactly, "9948/12434" or "0.8".

    Dividing happens once, here. A quotient of integers below 10^9 and the double nearest to a
    decimal mark compare as the exact numbers do.
    """

    kind: Literal["ratio"]
    moves: Literal["up", "no"]

    def value(self, given: Given) -> float:
        """The quotient. Raises Refused for what is not an exact number of 0 or more."""
        if type(given) is not int and not isinstance(given, str):
            raise Refused(NOT_EXACT)
        try:
            exact = Fraction(given)
        except (ValueError, ZeroDivisionError):
            raise Refused(NOT_EXACT) from None
        if exact < 0:
            raise Refused(N_("超出允许的范围。"))
        return exact.numerator / exact.denominator


class Day(_Fact):
    """A day in a person's life, written 1974-01-01: `at_least` means on that day or later."""

    kind: Literal["day"]
    moves: Literal["no"]

    def value(self, given: Given) -> float:
        """The day's place in the calendar. Raises Refused for what is not a day."""
        try:
            return float(date.fromisoformat(given).toordinal())  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise Refused(N_("须为日期，例如 1974-01-01。")) from None


Fact = Number | Elapsed | Choice | YesNo | Ratio | Day
AnyFact = Annotated[Fact, Field(discriminator="kind")]


def lowest(fact: Fact) -> float:
    """The least value the fact can have: where its bands begin."""
    if isinstance(fact, Day):
        return float(date.min.toordinal())
    return float(fact.least) if isinstance(fact, Amount) else 0.0


def highest(fact: Fact) -> float:
    """The greatest value the fact can have; infinite for a ratio."""
    match fact:
        case Amount():
            return float(fact.most)
        case Choice():
            return float(len(fact.among) - 1)
        case YesNo():
            return 1.0
        case Ratio():
            return float("inf")
        case Day():
            return float(date.max.toordinal())
