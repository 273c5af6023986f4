"""Suspending, restoring and revoking a level other than as a measure of integrity: by two officers.

A measure of integrity is decided by a panel (`registry.integrity.panels`) and carried out by
`credentials.standing.measures`.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from credentials.decisions import GroundsIn, SamePerson
from credentials.standing import changes, measures
from credentials.tables import Credential, StandingDecision
from credentials.words import (
    DROP_STANDING,
    LIFT,
    REVOKE,
    SUSPEND,
    TAKE_STANDING,
    Act,
    DecisionStatus,
    StandingReason,
)
from registry.platform import audit, clock, steps
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid, NotFound, RuleNotMet
from registry.platform.fields import Day
from registry.platform.i18n import N_
from registry.tables import Account

STEP = {Act.SUSPEND: SUSPEND, Act.LIFT: LIFT, Act.REVOKE: REVOKE}
BY_PANEL = N_("诚信措施须由审议组决定，不能在这里作出。")
LAST_DAY = N_("请填写暂停的最后一天，须晚于今天。")
NOT_TO_LIFT = N_("这个等级因诚信措施暂停，不能在这里恢复；措施期满、修复或撤销后自动恢复。")
NO_LAST_DAY = N_("只有暂停才填写最后一天。")


class HeldByMeasure(RuleNotMet):
    """What a panel has suspended, two officers do not restore."""


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
        HeldByMeasure: a measure of integrity suspends what is to be restored.
        StepNotPossible: its standing does not allow this.
    """
    if asked.reason is StandingReason.INTEGRITY:
        raise FieldsInvalid([FieldError("reason", "by-panel", BY_PANEL)])
    if asked.act is Act.SUSPEND and (asked.until is None or asked.until <= on):
        raise FieldsInvalid([FieldError("until", "required", LAST_DAY)])
    if asked.act is not Act.SUSPEND and asked.until is not None:
        raise FieldsInvalid([FieldError("until", "not-asked", NO_LAST_DAY)])
    async with transaction():
        held = await changes.find(credential)
        if held.status not in STEP[asked.act].starts:
            raise steps.StepNotPossible(N_("这个等级现在的状态不允许这一步。"), status=held.status)
        if asked.act is Act.LIFT:
            await _free(held, on)
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
        HeldByMeasure: as for the proposal.
        StepNotPossible: it is decided, or the standing has changed meanwhile.
    """
    async with transaction():
        row = await _second(decision, by)
        other = StandingDecision.proposed_by != by.id
        await steps.take(
            TAKE_STANDING, row, by=by.id, note=asked.grounds, only_if=other, decided_on=on
        )
        held = await changes.find(row.credential)
        how: dict[str, Any] = {"by": by.id, "on": on, "note": asked.grounds}
        reason = StandingReason(row.reason)
        if row.act == Act.SUSPEND:
            await changes.suspend(held, reason=reason, until=row.until, **how)
        elif row.act == Act.REVOKE:
            await changes.revoke(held, reason=reason, **how)
        else:
            await _free(held, on)
            await changes.restore(held, **how)
        await measures.settle(held.person, on=on)
        return await changes.find(held.id)


async def _free(held: Credential, on: date) -> None:
    by_panel = held.status_reason == StandingReason.INTEGRITY
    if by_panel or await measures.suspended(held.person, on):
        raise HeldByMeasure(NOT_TO_LIFT)


async def drop(decision: UUID, asked: GroundsIn, *, by: Account) -> StandingDecision:
    """Let a proposal drop: nothing changes.

    Raises:
        NotFound: nothing such is proposed.
        SamePerson: the caller prepared it.
        StepNotPossible: it is decided.
    """
    async with transaction():
        row = await _second(decision, by)
        await steps.take(DROP_STANDING, row, by=by.id, note=asked.grounds)
        await audit.record("credential.drop-proposal", f"credential:{row.credential}")
        return row


async def _second(decision: UUID, by: Account) -> StandingDecision:
    row = await StandingDecision.objects().get(StandingDecision.id == decision)
    if row is None:
        raise NotFound(N_("没有这份待决定的意见。"))
    if row.proposed_by == by.id:
        raise SamePerson(N_("这份意见由您拟定，须由另一位经办人决定。"))
    return row


async def waiting(*, by: Account) -> list[dict[str, Any]]:
    """What is proposed and not decided, oldest first, with whether this officer may decide it."""
    decision = StandingDecision
    found: list[dict[str, Any]] = await (
        decision.select(
            decision.id,
            decision.credential,
            decision.act,
            decision.reason,
            decision.until,
            decision.grounds,
            decision.proposed_by,
            decision.proposed_at,
            decision.credential.level.as_alias("level"),
            decision.credential.person.as_alias("person"),
            decision.credential.person.name.as_alias("person_name"),
            decision.credential.person.number.as_alias("person_number"),
        )
        .where(decision.status == DecisionStatus.PROPOSED)
        .order_by(decision.proposed_at)
    )
    return [{**row, "may_decide": row["proposed_by"] != by.id} for row in found]
