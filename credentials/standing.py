"""Whether a level that was granted may be relied on: decided by two officers, or by a panel.

A measure of integrity is decided by a panel (`registry.integrity.panels`); here it is carried out,
as often as asked and always to the same end. Anything else takes two officers.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from credentials.decisions import GroundsIn, SamePerson
from credentials.tables import Credential, StandingDecision
from credentials.words import (
    LIFT,
    NOW_IN_FORCE,
    RESTORE,
    REVOKE,
    STANDING_CHANGED,
    SUSPEND,
    TAKE_STANDING,
    Act,
    DecisionStatus,
    Standing,
    StandingReason,
)
from registry.integrity.tables import IntegrityRecord
from registry.integrity.words import Measure
from registry.platform import audit, clock, outbox, steps
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.fields import Day
from registry.platform.i18n import N_
from registry.tables import Account

STEP = {Act.SUSPEND: SUSPEND, Act.LIFT: LIFT, Act.REVOKE: REVOKE}
BY_PANEL = N_("诚信措施须由审议组决定，不能在这里作出。")
LAST_DAY = N_("请填写暂停的最后一天，须晚于今天。")
ENDS = "credential-suspension-ends"
"""Job about a credential, due on the day after the last of its suspension."""


class StandingIn(GroundsIn):
    """Suspending, restoring or revoking a level, other than as a measure of integrity."""

    act: Act
    reason: StandingReason
    until: Day | None = None


async def propose(
    credential: UUID, asked: StandingIn, *, by: Account, on: date
) -> StandingDecision:
    """Prepare a decision about a level for a second officer.

    Raises:
        NotFound: no such level.
        FieldsInvalid: integrity is the panel's to decide; a suspension has a last day.
        StepNotPossible: its standing does not allow this.
    """
    if asked.reason is StandingReason.INTEGRITY:
        raise FieldsInvalid([FieldError("reason", "by-panel", BY_PANEL)])
    if (asked.act is Act.SUSPEND) != (asked.until is not None and asked.until > on):
        raise FieldsInvalid([FieldError("until", "required", LAST_DAY)])
    async with transaction():
        held = await _held(credential)
        if held.status not in STEP[asked.act].starts:
            raise steps.StepNotPossible(N_("这个等级现在的状态不允许这一步。"), status=held.status)
        decision = StandingDecision(
            id=uuid4(),
            credential=held.id,
            status=DecisionStatus.PROPOSED,
            proposed_by=by.id,
            proposed_at=clock.now(),
            **asked.model_dump(),
        )
        await decision.save()
        await audit.record(
            "credential.propose", f"credential:{held.id}", act=asked.act, reason=asked.reason
        )
        return decision


async def decide(decision: UUID, asked: GroundsIn, *, by: Account, on: date) -> Credential:
    """Decide as proposed, from a day; certificates follow.

    Raises:
        NotFound: nothing such is proposed.
        SamePerson: the caller prepared it.
        StepNotPossible: it is decided, or the standing has changed meanwhile.
    """
    async with transaction():
        row = await StandingDecision.objects().get(StandingDecision.id == decision)
        if row is None:
            raise NotFound(N_("没有这份待决定的意见。"))
        if row.proposed_by == by.id:
            raise SamePerson(N_("这份意见由您拟定，须由另一位经办人决定。"))
        other = StandingDecision.proposed_by != by.id
        await steps.take(
            TAKE_STANDING, row, by=by.id, note=asked.grounds, only_if=other, decided_on=on
        )
        held = await _held(row.credential)
        step = STEP[Act(row.act)]
        await _move(
            step,
            held,
            by=by.id,
            note=asked.grounds,
            status_since=on,
            status_reason=None if step is LIFT else row.reason,
            suspended_until=row.until,
        )
        if step is LIFT:
            await outbox.put(NOW_IN_FORCE, str(held.id))
        if row.until is not None:
            await outbox.put(ENDS, str(held.id), clock.morning(row.until + date.resolution))
        await audit.record(f"credential.{step.name}", f"credential:{held.id}", reason=row.reason)
        return held


async def _move(step: steps.Step, held: Credential, **asked: Any) -> None:
    """Take a step of a level, and let those follow who publish how levels stand."""
    line = await steps.take(step, held, **asked)
    await outbox.put(STANDING_CHANGED, str(line))


async def _held(credential: UUID) -> Credential:
    held = await Credential.objects().get(Credential.id == credential)
    if held is None:
        raise NotFound(N_("没有这个等级记录。"))
    return held


async def end_suspension(credential: UUID, *, on: date) -> None:
    """End a suspension whose last day has passed; safe to repeat."""
    async with transaction():
        held = await _held(credential)
        over = held.suspended_until is not None and held.suspended_until < on
        if held.status == Standing.SUSPENDED and over:
            await _lift(held, on)


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
        for held in await Credential.objects().where(Credential.person == row.person):
            if withdraws is not None and held.granted_on <= withdraws.decided_on:
                await _revoke(held, withdraws, on)
            elif suspends:
                await _suspend(held, max(suspends, key=lambda each: each.until), on)
            elif held.status_reason == StandingReason.INTEGRITY:
                await _return(held, row, on)


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
    if held.status != Standing.IN_FORCE:
        return
    await _move(
        SUSPEND,
        held,
        by=None,
        note=record.decided_by,
        status_since=record.decided_on,
        status_reason=StandingReason.INTEGRITY,
        suspended_until=record.until,
    )
    await audit.record("credential.suspend", f"credential:{held.id}", record=record.id)


async def _revoke(held: Credential, record: IntegrityRecord, on: date) -> None:
    if held.status == Standing.REVOKED:
        return
    await _move(
        REVOKE,
        held,
        by=None,
        note=record.decided_by,
        status_since=record.decided_on,
        status_reason=StandingReason.INTEGRITY,
        suspended_until=None,
    )
    await audit.record("credential.revoke", f"credential:{held.id}", record=record.id)


async def _return(held: Credential, record: IntegrityRecord, on: date) -> None:
    if held.status == Standing.SUSPENDED:
        await _lift(held, on)
    elif record.annulled and held.status_since == record.decided_on:
        await _lift(held, on, RESTORE)


async def _lift(held: Credential, on: date, step: steps.Step = LIFT) -> None:
    await _move(
        step,
        held,
        by=None,
        status_since=on,
        status_reason=None,
        suspended_until=None,
    )
    await outbox.put(NOW_IN_FORCE, str(held.id))
    await audit.record(f"credential.{step.name}", f"credential:{held.id}")
