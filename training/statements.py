"""A person's statement: every line of theirs, and what counts under each scheme.

One query reads the lines; the rest is arithmetic. What a statement rests on, the edition of each
scheme and which of its figures are only illustrative, is part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from registry import people
from registry.platform import audit, outbox
from registry.platform.db import among, many_rows, rows, transaction
from registry.platform.permissions import OFFICERS, Role
from registry.tables import Account, Person
from training import counting, policy
from training.counting import LADDER, Earned, Tally
from training.policy import Figures, NoFigures
from training.words import REVIEW, Level

LINES = """
SELECT line.id, line.reference, line.course, line.module, line.mode, line.level, line.held_on,
  line.minutes, line.offered_minutes, line.reverses, line.reason, line.evidence,
  line.recorded_at, org.name AS base_name, org.name_en AS base_name_en,
  session.starts_at, session.ends_at, session.place,
  CASE WHEN back.id IS NULL THEN 0 ELSE 1 END AS reversed,
  used.rank AS used_rank, used.levels AS used_levels
FROM hours_entry AS line
JOIN organisation AS org ON org.id = line.base
LEFT JOIN class_session AS session ON session.id = line.class_session
LEFT JOIN hours_entry AS back ON back.reverses = line.id
LEFT JOIN (
  SELECT entry, MIN(CASE level WHEN 'junior' THEN 1 WHEN 'mid' THEN 2 ELSE 3 END) AS rank,
    SUM(CASE level WHEN 'junior' THEN 1 WHEN 'mid' THEN 2 ELSE 4 END) AS levels
  FROM hours_use GROUP BY entry
) AS used ON used.entry = line.id
WHERE line.person = {} AND line.held_on <= {}
"""
ORDER = " ORDER BY line.held_on DESC, line.recorded_at DESC"


@dataclass(frozen=True)
class Counting:
    """What one scheme makes of the lines."""

    figures: Figures
    tallies: list[Tally]


@dataclass(frozen=True)
class Statement:
    """A person's hours on a day."""

    person: Person
    on: date
    lines: Sequence[Any]
    """Newest first, with `reversed` and what stands."""
    total: int
    """Minutes that stand."""
    counted: list[Counting]
    of_one_base: bool
    """Whether only the lines of the caller's own base are in it."""

    @property
    def earned(self) -> list[Earned]:
        """The lines that stand, as counting reads them."""
        return standing(self.lines)

    @property
    def used(self) -> dict[UUID, list[Level]]:
        """The levels for which lines were counted when they were granted, by line."""
        return {
            line["id"]: [level for place, level in enumerate(LADDER) if levels >> place & 1]
            for line in self.lines
            if (levels := line["used_levels"])
        }


async def read_lines(person: UUID, on: date, base: UUID | None = None) -> Sequence[Any]:
    """A person's lines up to a day, in one query; of one base only where one is given."""
    if base is None:
        return await many_rows(LINES + ORDER, person, on)
    return await many_rows(LINES + " AND line.base = {}" + ORDER, person, on, base)


def standing(lines: Sequence[Any]) -> list[Earned]:
    """The lines that were not taken back, without those that take back; the oldest first."""
    return counting.in_order(
        Earned(
            line["id"],
            line["held_on"],
            line["minutes"],
            line["module"],
            line["mode"],
            line["level"],
            line["used_rank"],
        )
        for line in lines
        if line["reverses"] is None and not line["reversed"]
    )


async def statement(
    person: UUID,
    *,
    by: Account,
    on: date,
    schemes: tuple[str, ...] = policy.SCHEMES,
) -> Statement:
    """A person's statement as of a day, as the caller may see it.

    A person sees their own, an officer anybody's (which is put on record), a clerk the lines their
    own base recorded. A scheme without an edition in force is left out.

    Raises:
        NotFound: there is no such person, or not for this caller.
    """
    clerk = by.role == Role.BASE_CLERK
    lines = await read_lines(person, on, by.organisation if clerk else None)
    if clerk and lines:
        row = await Person.objects().get(Person.id == person)
        assert row is not None, "foreign keys hold people in place"
    else:
        row = await people.find(person, by=by)
    if by.role in OFFICERS:
        async with transaction():
            await audit.record("hours.read", f"person:{row.id}", lines=len(lines))
    earned = standing(lines)
    return Statement(
        person=row,
        on=on,
        lines=lines,
        total=sum(line.minutes for line in earned),
        counted=[
            found for name in schemes if (found := await measure(earned, name, on)) is not None
        ],
        of_one_base=clerk,
    )


async def measure(earned: list[Earned], scheme: str, on: date) -> Counting | None:
    """Count lines by the edition of a scheme in force on a day, or None where there is none."""
    try:
        figures = await policy.figures(scheme, on)
    except NoFigures:
        return None
    values = figures.values
    years = {line.held_on.year for line in earned}
    return Counting(
        figures,
        [counting.count(earned, target) for target in counting.targets(values, on, years)],
    )


async def counted(person: UUID, level: Level, *, on: date, known_at: datetime) -> list[UUID]:
    """The lines that count for a level granted on what was known at a moment about a day.

    Lines recorded since, or taken back, are not among them; without a rule in force none are.
    """
    known = [line for line in await read_lines(person, on) if line["recorded_at"] <= known_at]
    found = await measure(standing(known), policy.LEVELS, on)
    targets = [tally.target for tally in found.tallies] if found else []
    return [
        entry
        for target in targets
        if target.level is level
        for entry in counting.taken(standing(known), target)
    ]


async def use(entries: list[UUID], level: Level, *, on: date) -> None:
    """Put on record that lines were counted for a level that was granted; safe to repeat.

    Where another level has taken some of them before, the overlap review looks at their days.
    """
    if not entries:
        return
    async with transaction():
        for entry in entries:
            await rows(
                "INSERT INTO hours_use (id, entry, level, used_on) VALUES ({}, {}, {}, {})"
                " ON CONFLICT (entry, level) DO NOTHING",
                uuid4(),
                entry,
                str(level),
                on,
            )
        condition, argument = among("entry", entries)
        [twice] = await rows(
            "SELECT MIN(held_on) AS first_day, MAX(held_on) AS last_day FROM hours_entry"  # noqa: S608 -- own names
            f" WHERE id IN (SELECT entry FROM hours_use WHERE {condition}"
            " GROUP BY entry HAVING COUNT(*) > 1)",
            argument,
        )
        if twice["first_day"]:
            await outbox.put(REVIEW, f"{twice['first_day']}..{twice['last_day']}")
        await audit.record("hours.use", "hours_use:*", level=level, lines=len(entries))
