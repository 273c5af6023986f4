"""Lines of the ledger as the overlap review looks at them, with what is known of their classes."""

from datetime import date, datetime
from typing import Any

from registry.platform.db import as_uuid, rows
from training.counting import RANK
from training.overlaps import Sitting

SITTINGS = """
SELECT line.id, line.person, line.held_on, line.minutes, line.mode, line.course, line.module,
  line.offered_minutes, line.class_session, session.starts_at, session.ends_at,
  session.latitude, session.longitude, taught.minutes AS course_minutes, seat.signed_in_from,
  used.levels AS used_levels
FROM hours_entry AS line
LEFT JOIN class_session AS session ON session.id = line.class_session
LEFT JOIN course AS taught ON taught.id = session.course
LEFT JOIN enrolment AS seat
  ON seat.class_session = line.class_session AND seat.person = line.person
LEFT JOIN hours_entry AS back ON back.reverses = line.id
LEFT JOIN (
  SELECT entry, SUM(CASE level WHEN 'junior' THEN 1 WHEN 'mid' THEN 2 ELSE 4 END) AS levels
  FROM hours_use GROUP BY entry
) AS used ON used.entry = line.id
WHERE line.reverses IS NULL AND back.id IS NULL AND
"""
IN_DAYS = "line.held_on >= {} AND line.held_on <= {}"
OF_THEIR_PEOPLE = (
    "line.person IN (SELECT person FROM hours_entry WHERE held_on >= {} AND held_on <= {})"
)
"""With lines of other days, since a course may be repeated, or hours used again, months later."""


async def sittings(first: date, last: date, which: str = IN_DAYS) -> list[Sitting]:
    """The standing lines of some days, with what is known of their classes."""
    return [
        Sitting(
            entry=as_uuid(row["id"]),
            person=as_uuid(row["person"]),
            held_on=row["held_on"],
            minutes=row["minutes"],
            mode=row["mode"],
            course=row["course"],
            module=row["module"],
            offered=row["course_minutes"] or row["offered_minutes"],
            starts=_seconds(row["starts_at"]),
            ends=_seconds(row["ends_at"]),
            place=_place(row),
            session=as_uuid(row["class_session"]) if row["class_session"] else None,
            address=row["signed_in_from"],
            used=tuple(rank for rank in RANK.values() if (row["used_levels"] or 0) >> rank - 1 & 1),
        )
        for row in await rows(SITTINGS + which, first, last)
    ]


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _place(row: dict[str, Any]) -> tuple[int, int] | None:
    if row["latitude"] is None or row["longitude"] is None:
        return None
    return row["latitude"], row["longitude"]
