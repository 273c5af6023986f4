"""Where a rule comes from, how far it may be relied on, and its words in both languages."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

LARGEST = 2**53 - 1
"""Integers up to here are exact as IEEE 754 doubles and as JSON numbers (RFC 8785)."""

Name = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""What facts, choices, clauses, grades and parameters are called in a file."""
Words = Annotated[StrictStr, Field(min_length=1)]
Whole = Annotated[StrictInt, Field(ge=-LARGEST, le=LARGEST)]
Points = Annotated[StrictInt, Field(ge=-1_000_000, le=1_000_000)]
"""A million points either way: far above any table, far below where a sum could overflow."""


class Shape(BaseModel):
    """Part of a policy file: never changed once read, and nothing in it is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Status(StrEnum):
    """How far a figure may be relied on; shown wherever it touched an answer."""

    CITED = "cited"
    CITED_SECONDARY = "cited-secondary"  # read in a report of the source, not in the source
    VERIFIED_BY_EXAMPLE = "verified-by-example"  # tested against published cases
    UNVERIFIED = "unverified"  # believed, not checked
    ILLUSTRATIVE = "illustrative"  # no rule is known; the figure is a placeholder

    @property
    def settled(self) -> bool:
        """Whether the figure has been read in, or tested against, something published."""
        return self not in (Status.UNVERIFIED, Status.ILLUSTRATIVE)


class Text(Shape):
    """The same words in Chinese and in English."""

    zh: Words
    en: Words


class Unit(Text):
    """What a number counts; `one` is the English singular where it differs."""

    one: Words | None = None


class Source(Shape):
    """The publication a rule is taken from. `citation` says how to find it without the web."""

    issuer: Words
    number: Words
    citation: Words
    url: Words | None = None


class Checked(Shape):
    """When a file was last compared with its sources, and by which desk."""

    on: date
    by: Words
