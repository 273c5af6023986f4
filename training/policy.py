"""The figures this package reads from policy documents: named whole numbers with their standing.

A document is chosen by the day that counts, and by what was known on that day; what a figure rests
on goes along with it, so that a page can say which of the rules it applied are only illustrative.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from registry.platform import policy
from registry.platform.errors import RuleNotMet
from registry.platform.i18n import N_

RECORDS = "training-records"
"""How hours are recorded: daily maximum, late posting, undo, what is looked at twice."""
LEVELS = "training-levels"
"""What each level takes in hours."""
CONTINUING = "continuing-education-hours"
"""Continuing education, counted for each calendar year."""
SCHEMES = (LEVELS, CONTINUING, "clp-renewal", "rttp-recognition")
"""The schemes a statement may be counted by; none is built into the ledger."""


class NoFigures(RuleNotMet):
    """No edition of the document is in force on that day, or it has been repealed."""


@dataclass(frozen=True)
class Figure:
    """One named figure, as an edition gives it."""

    value: int
    status: str
    cite: str
    text: dict[str, str]
    unit: dict[str, str]


@dataclass(frozen=True)
class Figures:
    """The figures of one edition."""

    edition: UUID
    document: str
    effective_from: date
    title: dict[str, str]
    status: str
    by_name: dict[str, Figure]

    def __getitem__(self, name: str) -> int:
        """The value of a figure. Raises KeyError for one the edition lacks."""
        return self.by_name[name].value

    def get(self, name: str, otherwise: int | None = None) -> int | None:
        """The value of a figure, or `otherwise` where the edition does not have it."""
        found = self.by_name.get(name)
        return otherwise if found is None else found.value

    @property
    def values(self) -> dict[str, int]:
        """The bare figures, for arithmetic."""
        return {name: figure.value for name, figure in self.by_name.items()}

    @property
    def illustrative(self) -> list[str]:
        """Names of the figures behind which no published rule is known."""
        unsettled = {"illustrative", "unverified"}
        return [name for name, figure in self.by_name.items() if figure.status in unsettled]


async def figures(document: str, on: date, known_by: date | None = None) -> Figures:
    """The figures of a document in force on a day, as known by a day (default: the same).

    Raises:
        NoFigures: no edition was in force and known, or it had been repealed.
    """
    stored = [
        row
        for row in await policy.editions(document)
        if row.effective_from <= on and row.published <= (known_by or on)
    ]
    if stored:
        found = _read(stored[-1].id, stored[-1].body)
        if found is not None:
            return found
    raise NoFigures(N_("{document} 在 {on} 没有有效版本。"), document=document, on=on)


async def class_hour(on: date) -> int:
    """How many minutes a class hour (学时) has on a day; the ledger itself counts minutes.

    Raises:
        NoFigures: no edition was in force that day.
    """
    return (await figures(RECORDS, on))["class_hour_minutes"]


@cache
def _read(edition: UUID, body: str) -> Figures | None:
    """Editions are append-only, so each is read once a process; None for a repeal."""
    written: dict[str, Any] = json.loads(body)
    if written.get("repealed"):
        return None
    overall = written["status"]
    return Figures(
        edition=edition,
        document=written["id"],
        effective_from=date.fromisoformat(written["effective_from"]),
        title=written["title"],
        status=overall,
        by_name={
            name: Figure(
                value=given["value"],
                status=given.get("status", overall),
                cite=given["cite"],
                text=given["text"],
                unit=given["unit"],
            )
            for name, given in written.get("parameters", {}).items()
        },
    )
