"""The one way a level's standing changes: the step, the history, and what is due because of it."""

from datetime import date
from typing import Any
from uuid import UUID

from credentials.standing import history
from credentials.tables import Application, Credential
from credentials.words import (
    LAPSE,
    LIFT,
    NOW_IN_FORCE,
    REINSTATE,
    RENEW,
    REVOKE,
    STANDING_CHANGED,
    SUPERSEDE,
    SUSPEND,
    Level,
    Standing,
    StandingReason,
)
from registry import notices
from registry.notices import About
from registry.platform import audit, clock, outbox, steps
from registry.platform.db import transaction
from registry.platform.errors import NotFound
from registry.platform.i18n import N_
from registry.platform.steps import Step

SUSPENSION_ENDS = "credential-suspension-ends"
"""Job about a credential, due on the day after the last of its suspension."""
VALIDITY_ENDS = "credential-validity-ends"
"""Job about a credential, due on the day after its last."""
RANK = {level: place for place, level in enumerate(Level)}


async def find(credential: UUID) -> Credential:
    """One credential. Raises NotFound."""
    held = await Credential.objects().get(Credential.id == credential)
    if held is None:
        raise NotFound(N_("没有这个等级记录。"))
    return held


async def begin(held: Credential, *, by: UUID, on: date) -> None:
    """What follows when a level is granted: its history begins, lower ones are superseded.

    Call in the transaction that saves it.
    """
    await history.record_in_force(held, held.granted_on, known=on)
    await _due(VALIDITY_ENDS, held, held.valid_until)
    await outbox.put(NOW_IN_FORCE, str(held.id))
    await _settle(held.person, by=by, on=on, since=on)


async def suspend(
    held: Credential,
    *,
    by: UUID | None,
    on: date,
    reason: StandingReason,
    until: date | None,
    since: date | None = None,
    note: str | None = None,
) -> None:
    """Suspend from a day to a last one, from `since` where the decision was made earlier."""
    first = since or on
    await _take(SUSPEND, held, by, on, first, note, reason=reason, suspended_until=until)
    last = min(until, held.valid_until) if until else held.valid_until
    if first <= last:
        await history.record(held, Standing.SUSPENDED, first, last, known=on, reason=reason)
    if until is not None:
        await _due(SUSPENSION_ENDS, held, until)


async def prolong(
    held: Credential, *, on: date, reason: StandingReason, until: date, note: str | None = None
) -> None:
    """Give a suspension that runs another ground and last day, where another decision holds it."""
    here = (Credential.id == held.id) & (Credential.status == Standing.SUSPENDED)
    held.status_reason, held.suspended_until = reason, until
    await Credential.update(
        {Credential.status_reason: reason, Credential.suspended_until: until}
    ).where(here)
    await history.record_in_force(held, on, known=on)
    last = min(until, held.valid_until)
    if on <= last:
        await history.record(held, Standing.SUSPENDED, on, last, known=on, reason=reason)
    await _due(SUSPENSION_ENDS, held, until)
    await audit.record("credential.prolong", f"credential:{held.id}", reason=reason, note=note)


async def revoke(
    held: Credential,
    *,
    by: UUID | None,
    on: date,
    reason: StandingReason,
    since: date | None = None,
    note: str | None = None,
) -> None:
    """Revoke for good; a lower level that it had superseded comes back, if it still runs."""
    first = since or on
    await _take(REVOKE, held, by, on, first, note, reason=reason)
    await history.record(held, Standing.REVOKED, first, None, known=on, reason=reason)
    if reason is not StandingReason.INTEGRITY:
        await _reinstate_lower(held, by=by, on=on)


async def restore(
    held: Credential,
    *,
    by: UUID | None,
    on: date,
    since: date | None = None,
    note: str | None = None,
    step: Step = LIFT,
) -> None:
    """Put in force again; from `since` where what had ended it is annulled and never counted."""
    await _take(step, held, by, on, on, note)
    await history.record_in_force(held, since or on, known=on)
    await _due(VALIDITY_ENDS, held, held.valid_until)
    await outbox.put(NOW_IN_FORCE, str(held.id))
    await _settle(held.person, by=by, on=on, since=since or on)


async def renew(
    held: Credential, *, by: UUID, on: date, first: date, last: date, note: str | None = None
) -> None:
    """Add a period of validity, from its first day to its last; certificates are issued anew."""
    lapsed = held.status == Standing.LAPSED
    since = on if lapsed else held.status_since
    await _take(RENEW, held, by, on, since, note, valid_until=last)
    await history.record_in_force(held, first, known=on)
    await _due(VALIDITY_ENDS, held, last)
    await outbox.put(NOW_IN_FORCE, str(held.id))
    await _settle(held.person, by=by, on=on, since=on)


async def lapse(credential: UUID, *, on: date) -> bool:
    """Let a level lapse whose last day is over; say whether it did. Safe to repeat."""
    async with transaction():
        held = await find(credential)
        if held.status not in LAPSE.starts or held.valid_until >= on:
            return False
        first = held.valid_until + date.resolution
        await _take(LAPSE, held, None, on, first, None)
        # The history has said so since the period began.
        await notices.tell(held.person, About.LAPSED, await _reference(held))
        return True


async def _take(
    step: Step,
    held: Credential,
    by: UUID | None,
    on: date,
    since: date,
    note: str | None,
    *,
    reason: StandingReason | None = None,
    **values: Any,
) -> None:
    columns: dict[str, Any] = {"suspended_until": None, **values}
    line = await steps.take(
        step, held, by=by, note=note, status_since=since, status_reason=reason, **columns
    )
    await outbox.put(STANDING_CHANGED, str(line))
    await audit.record(f"credential.{step.name}", f"credential:{held.id}", reason=reason)


async def _due(job: str, held: Credential, last: date) -> None:
    await outbox.put(job, str(held.id), clock.morning(last + date.resolution))


async def _settle(person: UUID, *, by: UUID | None, on: date, since: date) -> None:
    """Of the levels in force only the highest counts: it supersedes those below it."""
    found = await Credential.objects().where(
        Credential.person == person,
        Credential.status == Standing.IN_FORCE,
        Credential.valid_until >= on,
    )
    if not found:
        return
    highest = max(found, key=lambda each: (RANK[Level(each.level)], each.granted_on))
    for lower in found:
        if RANK[Level(lower.level)] < RANK[Level(highest.level)]:
            await _take(SUPERSEDE, lower, by, on, on, None, superseded_by=highest.id)
            first = max(since, highest.granted_on)
            await history.record(lower, Standing.SUPERSEDED, first, None, known=on)


async def _reinstate_lower(held: Credential, *, by: UUID | None, on: date) -> None:
    for lower in await Credential.objects().where(
        Credential.superseded_by == held.id,
        Credential.status == Standing.SUPERSEDED,
        Credential.valid_until >= on,
    ):
        await _take(REINSTATE, lower, by, on, on, None, superseded_by=None)
        await history.record_in_force(lower, on, known=on)
        await outbox.put(NOW_IN_FORCE, str(lower.id))


async def _reference(held: Credential) -> str:
    case = await Application.objects().get(Application.id == held.application)
    assert case is not None, "foreign keys hold applications in place"
    return str(case.reference)
