"""Figures announced on their own calendar: a city's average wage, year by year.

One file holds every series. A year without a figure is an error, never the year before.
"""

import tomllib
from datetime import date
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, RootModel, ValidationError, model_validator

from credentials.rules.documents import DocumentRefused
from credentials.rules.sources import Checked, Name, Shape, Source, Status, Text, Unit, Whole, Words
from registry.platform.errors import FieldError, RuleNotMet
from registry.platform.i18n import N_


class NoFigure(RuleNotMet):
    """A series has no figure for a year; nothing is worked out from another year's."""


class Figure(Shape):
    """One year's figure, with where it was read and how far it may be relied on."""

    year: Annotated[Whole, Field(ge=1949, le=2200)]
    value: Annotated[Whole, Field(ge=1)]
    status: Status
    cite: Words


class Series(Shape):
    """Yearly figures of one kind, oldest first."""

    text: Text
    unit: Unit
    source: Source
    checked: Checked
    figures: Annotated[tuple[Figure, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        years = [figure.year for figure in self.figures]
        if years != sorted(set(years)):
            raise ValueError("the years of a series stand in order, each once")
        return self


class Book(RootModel[dict[Name, Series]]):
    """Every series by name."""

    def figure(self, name: str, year: int) -> Figure:
        """The figure of a year.

        Raises:
            KeyError: there is no such series.
            NoFigure: the series has no figure for that year.
        """
        series = self.root[name]
        for figure in series.figures:
            if figure.year == year:
                return figure
        raise NoFigure(N_("{series}没有{year}年的数值。"), series=series.text.zh, year=year)

    def multiple(self, name: str, amount: int, on: date, months: int = 1) -> Fraction:
        """An amount over so many months as a multiple of the previous year's monthly figure.

        Exact: 9,947 yuan by 12,434 is just under 0.8, which a rounded quotient would hide.

        Raises:
            NoFigure: as `figure`.
        """
        return Fraction(amount, months * self.figure(name, on.year - 1).value)


def load(text: str | bytes, file: str = "") -> Book:
    """Read the file of series (TOML). `file` is only its name in a refusal.

    Raises:
        DocumentRefused: it is not TOML, or not of this shape.
    """
    try:
        written = tomllib.loads(text.decode() if isinstance(text, bytes) else text)
        return Book.model_validate(written)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DocumentRefused(file, [FieldError("file", "not-toml", str(error))]) from None
    except ValidationError as error:
        wrong = [
            FieldError(" ".join(map(str, each["loc"])), each["type"].replace("_", "-"), each["msg"])
            for each in error.errors(include_url=False)
        ]
        raise DocumentRefused(file, wrong) from error
