"""What was held on a day, as known on a day: a history that is only added to.

Each line says of a credential how it stands on certain days, and on which day the office came to
know it. For any day the newest line that covers it counts; a later line may speak of earlier days,
as the annulment of a decision does, and what was known before stays on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from credentials.tables import Credential, StandingLine
from credentials.words import Level, Standing
from registry.platform import clock
from registry.platform.db import among, as_uuid, rows

_HELD = """
SELECT line.credential, line.person, held.level, line.status, line.reason, line.first_day,
  line.last_day, line.known_on, held.granted_on
FROM standing_line AS line JOIN credential AS held ON held.id = line.credential
WHERE line.person = {} AND line.known_on <= {} AND line.first_day <= {}
  AND (line.last_day IS NULL OR line.last_day >= {})
  AND NOT EXISTS (
    SELECT 1 FROM standing_line AS newer
    WHERE newer.credential = line.credential AND newer.place > line.place
      AND newer.known_on <= {} AND newer.first_day <= {}
      AND (newer.last_day IS NULL OR newer.last_day >= {}))
ORDER BY held.granted_on DESC, line.credential
"""
"""One query: of each credential the newest line known by a day that covers another day."""

_IN_FORCE = """
SELECT line.credential, line.person, held.level, held.granted_on
FROM standing_line AS line JOIN credential AS held ON held.id = line.credential
WHERE {people} AND line.status = {{}} AND line.first_day <= {{}}
  AND (line.last_day IS NULL OR line.last_day >= {{}})
  AND NOT EXISTS (
    SELECT 1 FROM standing_line AS newer
    WHERE newer.credential = line.credential AND newer.place > line.place
      AND newer.first_day <= {{}} AND (newer.last_day IS NULL OR newer.last_day >= {{}}))
ORDER BY held.granted_on, line.credential
"""
"""The same of many people, of what is known by now, where it says that the level is in force."""


@dataclass(frozen=True)
class InForce:
    """A level that somebody could rely on, on some day."""

    credential: UUID
    person: UUID
    level: Level
    granted_on: date


@dataclass(frozen=True)
class Held:
    """How one level stood on a day, as known on a day."""

    credential: UUID
    level: Level
    status: Standing
    reason: str | None
    first_day: date
    last_day: date | None
    known_on: date
    granted_on: date


async def held(person: UUID, day: date, known_by: date) -> list[Held]:
    """Everything a person had been granted and how it stood on `day`, as known on `known_by`.

    Newest grant first. A level whose first day was later, or not known yet, is not among them.
    """
    found = await rows(_HELD, person, known_by, day, day, known_by, day, day)
    return [
        Held(
            credential=as_uuid(row["credential"]),
            level=Level(row["level"]),
            status=Standing(row["status"]),
            reason=row["reason"],
            first_day=_day(row["first_day"]),
            last_day=_day(row["last_day"]) if row["last_day"] else None,
            known_on=_day(row["known_on"]),
            granted_on=_day(row["granted_on"]),
        )
        for row in found
    ]


async def in_force(people: Sequence[UUID], day: date) -> list[InForce]:
    """The levels of some people that were in force on `day`, as known now; oldest grant first."""
    condition, listed = among("line.person", people)
    sql = _IN_FORCE.format(people=condition)
    found = await rows(sql, listed, str(Standing.IN_FORCE), day, day, day, day)
    return [
        InForce(
            credential=as_uuid(row["credential"]),
            person=as_uuid(row["person"]),
            level=Level(row["level"]),
            granted_on=_day(row["granted_on"]),
        )
        for row in found
    ]


def _day(value: Any) -> date:
    """SQLite's plain driver gives the text it stores, PostgreSQL a date."""
    return date.fromisoformat(value) if isinstance(value, str) else value


async def lines(credentials: Sequence[UUID]) -> list[StandingLine]:
    """Every line of some credentials, newest first."""
    found: list[StandingLine] = await (
        StandingLine.objects()
        .where(StandingLine.credential.is_in([*credentials]))
        .order_by(StandingLine.known_on, StandingLine.place, ascending=False)
    )
    return found


async def record(
    credential: Credential,
    status: Standing,
    first: date,
    last: date | None,
    *,
    known: date,
    reason: str | None = None,
) -> None:
    """Add a line. Call inside the transaction that changes the credential."""
    before = await StandingLine.count().where(StandingLine.credential == credential.id)
    await StandingLine(
        id=uuid4(),
        credential=credential.id,
        person=credential.person,
        place=before + 1,
        status=status,
        reason=reason,
        first_day=first,
        last_day=last,
        known_on=known,
        recorded_at=clock.now(),
    ).save()


async def record_in_force(credential: Credential, first: date, *, known: date) -> None:
    """Say that a credential is in force from a day to its last, and has lapsed from then on."""
    await record(credential, Standing.IN_FORCE, first, credential.valid_until, known=known)
    after = credential.valid_until + date.resolution
    await record(credential, Standing.LAPSED, after, None, known=known)
