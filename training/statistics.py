"""Statistics of training: people, hours by module and mode, results, by year and level.

Lines taken back count for nothing. A base is told of itself, the bureau of all.
"""

from typing import Any

from registry.platform.db import is_sqlite, rows
from registry.platform.permissions import OFFICERS
from registry.tables import Account

STANDING = """
FROM hours_entry AS line
LEFT JOIN hours_entry AS back ON back.reverses = line.id
WHERE line.reverses IS NULL AND back.id IS NULL
"""
YEAR = {True: "CAST(strftime('%Y', {day}) AS INTEGER)", False: "EXTRACT(YEAR FROM {day})::int"}
AT_THE_OFFICE = {True: "{at}, '+8 hours'", False: "{at} AT TIME ZONE 'Asia/Shanghai'"}
"""An instant as the office's wall clock has it, for the two engines."""
HEADS: dict[str, tuple[str, ...]] = {
    "hours": ("year", "level", "module", "mode", "people", "lines", "minutes"),
    "people": ("year", "level", "people", "minutes"),
    "results": ("year", "level", "examined", "passed", "pass_percent"),
}
"""The tables there are, with their columns."""


def _year(column: str) -> str:
    return YEAR[is_sqlite()].format(day=column)


def _own(by: Account, column: str) -> tuple[str, tuple[Any, ...]]:
    """The condition that keeps a base to itself."""
    return ("", ()) if by.role in OFFICERS else (f" AND {column} = {{}}", (by.organisation,))


async def hours(*, by: Account) -> list[dict[str, Any]]:
    """Standing hours by year, level, module and mode."""
    condition, arguments = _own(by, "line.base")
    return await rows(
        f"SELECT {_year('line.held_on')} AS year, line.level, line.module, line.mode,"
        " COUNT(DISTINCT line.person) AS people, COUNT(*) AS lines, SUM(line.minutes) AS minutes"
        f" {STANDING}{condition} GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 3, 4",
        *arguments,
    )


async def people(*, by: Account) -> list[dict[str, Any]]:
    """People trained by year and level; somebody in two levels counts in each."""
    condition, arguments = _own(by, "line.base")
    return await rows(
        f"SELECT {_year('line.held_on')} AS year, line.level,"
        " COUNT(DISTINCT line.person) AS people, SUM(line.minutes) AS minutes"
        f" {STANDING}{condition} GROUP BY 1, 2 ORDER BY 1 DESC, 2",
        *arguments,
    )


async def results(*, by: Account) -> list[dict[str, Any]]:
    """Examinations by year and level, and how many of them were passed."""
    condition, arguments = _own(by, "session.base")
    began = AT_THE_OFFICE[is_sqlite()].format(at="session.starts_at")
    found = await rows(
        f"SELECT {_year(began)} AS year, taught.level,"  # noqa: S608 -- own words
        " COUNT(*) AS examined,"
        " SUM(CASE WHEN seat.score >= taught.pass_mark THEN 1 ELSE 0 END) AS passed"
        " FROM enrolment AS seat JOIN class_session AS session ON session.id = seat.class_session"
        " JOIN course AS taught ON taught.id = session.course"
        " WHERE seat.score IS NOT NULL AND taught.pass_mark IS NOT NULL"
        f" AND seat.withdrawn_at IS NULL AND session.status <> 'cancelled'{condition}"
        " GROUP BY 1, 2 ORDER BY 1 DESC, 2",
        *arguments,
    )
    for row in found:
        row["pass_percent"] = round(100 * row["passed"] / row["examined"])
    return found


TABLES = {"hours": hours, "people": people, "results": results}
