"""What follows for levels from a measure of integrity, and when a suspension is over.

A measure is decided by a panel (`registry.integrity.panels`); here it is carried out, as often as
asked and always to the same end.
"""

from datetime import date
from uuid import UUID

from credentials.standing import changes
from credentials.tables import Credential
from credentials.words import RESTORE, REVOKE, Level, Standing, StandingReason
from registry.integrity.tables import IntegrityRecord
from registry.integrity.words import Measure
from registry.platform.db import transaction


async def end_suspension(credential: UUID, *, on: date) -> None:
    """End a suspension whose last day has passed; safe to repeat."""
    async with transaction():
        held = await changes.find(credential)
        over = held.suspended_until is not None and held.suspended_until < on
        if held.status == Standing.SUSPENDED and over:
            await changes.restore(held, by=None, on=on)


async def follow(record: UUID, *, on: date) -> None:
    """Bring a person's levels in line with the records on them as they count on a day.

    A level withdrawn stays withdrawn, unless the record that did it is annulled. A suspension ends
    after its last day, with repair, or with annulment, unless another record still suspends.
    """
    async with transaction():
        row = await IntegrityRecord.objects().get(IntegrityRecord.id == record)
        assert row is not None, "records are kept"
        counting = await _counting(row.person, on)
        withdraws = next((each for each in counting if each.measure == Measure.WITHDRAWAL), None)
        suspends = [each for each in counting if each.measure == Measure.SUSPENSION]
        highest_first = sorted(
            await Credential.objects().where(Credential.person == row.person),
            key=lambda each: changes.RANK[Level(each.level)],
            reverse=True,
        )
        for held in highest_first:
            if withdraws is not None and held.granted_on <= withdraws.decided_on:
                await _revoke(held, withdraws, on)
            elif suspends:
                await _suspend(held, max(suspends, key=lambda each: each.until), on)
            elif held.status_reason == StandingReason.INTEGRITY:
                await _return(held, row, on)


async def suspended(person: UUID, on: date) -> bool:
    """Whether a measure suspends the levels of a person on a day."""
    return any(each.measure == Measure.SUSPENSION for each in await _counting(person, on))


async def _counting(person: UUID, on: date) -> list[IntegrityRecord]:
    record = IntegrityRecord
    found: list[IntegrityRecord] = await record.objects().where(
        record.person == person,
        record.measure.is_not_null(),
        record.decided_on <= on,
        record.until.is_null() | (record.until >= on),
        record.lifted_on.is_null() | (record.lifted_on > on),
    )
    return found


async def _suspend(held: Credential, record: IntegrityRecord, on: date) -> None:
    if held.status == Standing.IN_FORCE:
        await changes.suspend(
            held,
            by=None,
            on=on,
            since=record.decided_on,
            reason=StandingReason.INTEGRITY,
            until=record.until,
            note=record.decided_by,
        )


async def _revoke(held: Credential, record: IntegrityRecord, on: date) -> None:
    if held.status in REVOKE.starts:
        await changes.revoke(
            held,
            by=None,
            on=on,
            since=record.decided_on,
            reason=StandingReason.INTEGRITY,
            note=record.decided_by,
        )


async def _return(held: Credential, record: IntegrityRecord, on: date) -> None:
    since = record.decided_on if record.annulled else None
    if held.status == Standing.SUSPENDED:
        await changes.restore(held, by=None, on=on, since=since)
    elif record.annulled and held.status_since == record.decided_on:
        await changes.restore(held, by=None, on=on, since=since, step=RESTORE)
