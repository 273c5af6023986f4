"""Integrity records: what bars somebody from applying, on which day.

Only decided findings are records; an allegation is none and never bars.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.integrity.tables import IntegrityRecord


async def bars(person: UUID, on: date) -> int:
    """Count the records that bar a person from applying on a day, first and last day included."""
    return (await bars_of([person], on))[person]


async def bars_of(people: Sequence[UUID], on: date) -> dict[UUID, int]:
    """The same for many people at once, those without a record included."""
    record = IntegrityRecord
    rows = await record.select(record.person).where(
        record.person.is_in([*people]),
        record.bars_from <= on,
        record.bars_until.is_null() | (record.bars_until >= on),
        record.lifted_on.is_null() | (record.lifted_on > on),
    )
    count = Counter(row["person"] for row in rows)
    return {person: count[person] for person in people}
