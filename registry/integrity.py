"""Integrity records: what bars somebody from applying, on which day.

Only decided findings are records; an allegation is none and never bars.
"""

from datetime import date
from uuid import UUID

from registry.tables import IntegrityRecord


async def bars(person: UUID, on: date) -> int:
    """Count the records that bar a person from applying on a day, first and last day included."""
    record = IntegrityRecord
    count: int = await record.count().where(
        record.person == person,
        record.bars_from <= on,
        record.bars_until.is_null() | (record.bars_until >= on),
        record.lifted_on.is_null() | (record.lifted_on > on),
    )
    return count
