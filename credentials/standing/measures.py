"""What follows for levels from a measure of integrity, and when a suspension is over.

A measure is decided by a panel (`registry.integrity.panels`); here it is carried out, as often as
asked and always to the same end.
"""

from datetime import date
from uuid import UUID

from credentials.standing import changes
from credentials.tables import Credential, StandingDecision
from credentials.words import (
    RESTORE,
    REVOKE,
    Act,
    DecisionStatus,
    Level,
    Standing,
    StandingReason,
)
from registry.integrity.tables import IntegrityRecord
from registry.integrity.words import Measure
from registry.platform.db import transaction


async def end_suspension(credential: UUID, *, on: date) -> None:
    """End a suspension whose last day has passed, unless a measure holds it; safe to repeat."""
    async with transaction():
        held = await changes.find(credential)
        over = held.suspended_until is not None and held.suspended_until < on
        if held.status != Standing.SUSPENDED or not over:
            return
        if await suspended(held.person, on):
            await settle(held.person, on=on)
        else:
            await changes.restore(held, by=None, on=on)


async def follow(record: UUID, *, on: date) -> None:
    """Bring a person's levels in line with the records on them as they count on a day.

    A level withdrawn stays withdrawn, unless the record that did it is annulled. A suspension ends
    after its last day, with repair, or with annulment, unless another one still holds.
    """
    async with transaction():
        row = await IntegrityRecord.objects().get(IntegrityRecord.id == record)
        assert row is not None, "records are kept"
        await settle(row.person, on=on, changed=row)


async def settle(person: UUID, *, on: date, changed: IntegrityRecord | None = None) -> None:
    """Let what counts against a person on a day hold for each of their levels.

    `changed` is the record whose measure is decided, over, repaired or annulled. Call after every
    change of a standing, inside its transaction.
    """
    counting = await _counting(person, on)
    withdraws = next((each for each in counting if each.measure == Measure.WITHDRAWAL), None)
    suspends = [each for each in counting if each.measure == Measure.SUSPENSION]
    highest_first = sorted(
        await Credential.objects().where(Credential.person == person),
        key=lambda each: changes.RANK[Level(each.level)],
        reverse=True,
    )
    for held in highest_first:
        if withdraws is not None and held.granted_on <= withdraws.decided_on:
            await _revoke(held, withdraws, on)
            continue
        if changed is not None and changed.annulled and held.status == Standing.REVOKED:
            await _unrevoke(held, changed, on)
        if suspends:
            await _suspend(held, max(suspends, key=lambda each: each.until), on)
        elif held.status == Standing.SUSPENDED and held.status_reason == StandingReason.INTEGRITY:
            await _return(held, changed, on)


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
    """Suspend by a measure; of two suspensions the longer one holds, whoever ordered it."""
    if held.status == Standing.IN_FORCE:
        await changes.suspend(
            held,
            by=None,
            on=on,
            since=max(record.decided_on, held.granted_on),
            reason=StandingReason.INTEGRITY,
            until=record.until,
            note=record.decided_by,
        )
    elif held.status == Standing.SUSPENDED:
        other = await _other(held, on)
        if other is not None and (other[1] is None or other[1] >= record.until):
            await _hold(held, *other, on)
        else:
            await _hold(held, StandingReason.INTEGRITY, record.until, on)


async def _hold(held: Credential, reason: StandingReason, until: date | None, on: date) -> None:
    if until is not None and (held.status_reason, held.suspended_until) != (reason, until):
        await changes.prolong(held, on=on, reason=reason, until=until)


async def _other(held: Credential, on: date) -> tuple[StandingReason, date | None] | None:
    """The ground and last day of a suspension that two officers decided and that still runs."""
    if held.status_reason != StandingReason.INTEGRITY:
        runs = held.suspended_until is None or held.suspended_until >= on
        return (StandingReason(held.status_reason), held.suspended_until) if runs else None
    newest = (
        await StandingDecision.objects()
        .where(
            StandingDecision.credential == held.id,
            StandingDecision.status == DecisionStatus.DECIDED,
        )
        .order_by(StandingDecision.decided_on, ascending=False)
        .order_by(StandingDecision.proposed_at, ascending=False)
        .first()
    )
    if newest is None or newest.act != Act.SUSPEND:
        return None
    if newest.until is not None and newest.until < on:
        return None
    return StandingReason(newest.reason), newest.until


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


async def _return(held: Credential, record: IntegrityRecord | None, on: date) -> None:
    other = await _other(held, on)
    if other is not None:
        await _hold(held, *other, on)
        return
    annulled = record is not None and record.annulled
    await changes.restore(
        held, by=None, on=on, since=record.decided_on if record and annulled else None
    )


async def _unrevoke(held: Credential, record: IntegrityRecord, on: date) -> None:
    if held.status_reason == StandingReason.INTEGRITY and held.status_since == record.decided_on:
        await changes.restore(held, by=None, on=on, since=record.decided_on, step=RESTORE)
