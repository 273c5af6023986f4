"""Evaluation applications, from the bureau's side: return, prepare, decide; and what follows later.

Nobody decides alone: one officer prepares, another decides, and neither about themselves.
"""

import calendar
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from credentials import applications, determinations, policy
from credentials.tables import Application, Credential, Determination
from credentials.words import (
    GRANT,
    LIFT,
    NOW_IN_FORCE,
    PROPOSE,
    REFUSE,
    RETURN,
    REVOKE,
    SEND_BACK,
    SUSPEND,
    Proposal,
    Standing,
    StandingReason,
    Status,
)
from registry.platform import audit, outbox, steps
from registry.platform.db import transaction
from registry.platform.errors import NotAllowed, NotFound, RuleNotMet
from registry.platform.fields import Day, Input
from registry.platform.i18n import N_
from registry.tables import Account
from training import statements
from training.words import Level as TrainingLevel


class GroundsIn(Input):
    """Why: kept in the history and told to the applicant."""

    grounds: str = Field(min_length=2, max_length=2000)


class ProposalIn(GroundsIn):
    """What an officer proposes, and why."""

    proposal: Proposal


class StandingIn(GroundsIn):
    """Suspending or revoking a level."""

    reason: StandingReason
    until: Day | None = Field(default=None, description="Last day of a suspension.")


class SamePerson(NotAllowed):
    """Whoever prepared a decision does not make it."""


class NotAsProposed(RuleNotMet):
    """A decision is what two officers hold; against the proposal it would be one officer's."""


async def queue(*, by: Account) -> list[dict[str, Any]]:
    """What waits for an officer, longest first, with whether this officer may decide it."""
    found: list[dict[str, Any]] = await (
        Application.select(
            Application.id,
            Application.reference,
            Application.level,
            Application.status,
            Application.submitted_on,
            Application.proposal,
            Application.prepared_by,
            Application.person.name.as_alias("person_name"),
            Application.person.number.as_alias("person_number"),
        )
        .where(Application.status.is_in([Status.SUBMITTED, Status.PROPOSED]))
        .order_by(Application.submitted_on)
        .order_by(Application.reference)
    )
    for row in found:
        row["may_decide"] = row["status"] == Status.PROPOSED and row["prepared_by"] != by.id
    return found


async def return_for_supplement(application: UUID, asked: GroundsIn, *, by: Account) -> Application:
    """Ask the applicant for everything that is missing, in one notice.

    Raises:
        NotFound: no such application.
        StepNotPossible: it is not waiting for an officer.
    """
    async with transaction():
        case = await applications.find(application, by=by)
        await steps.take(RETURN, case, by=by.id, note=asked.grounds, supplement_asked=asked.grounds)
        await audit.record("application.return", f"application:{case.id}")
        return case


async def propose(application: UUID, asked: ProposalIn, *, by: Account) -> Application:
    """Prepare a decision for a second officer.

    Raises:
        NotFound: no such application.
        StepNotPossible: it is not waiting for an officer.
    """
    async with transaction():
        case = await applications.find(application, by=by)
        await steps.take(
            PROPOSE,
            case,
            by=by.id,
            note=asked.grounds,
            proposal=asked.proposal,
            grounds=asked.grounds,
            prepared_by=by.id,
        )
        await audit.record("application.propose", f"application:{case.id}", proposal=asked.proposal)
        return case


async def grant(application: UUID, asked: GroundsIn, *, by: Account, on: date) -> Credential:
    """Decide in favour: close the application and give the person the level, from `on`.

    How long it is valid stands in the policy edition the application was checked against. The hours
    that counted are from then on used for the level.

    Raises:
        NotFound: no such application.
        SamePerson: the caller prepared it.
        NotAsProposed: the other was proposed; it can be sent back.
        StepNotPossible: it is not waiting for a decision.
    """
    async with transaction():
        case = await _to_decide(application, by, Proposal.GRANT)
        kept = await determinations.newest(case.id)
        assert kept is not None, "what was submitted was determined"
        rules = (await policy.edition(kept.edition)).document
        await _second(
            GRANT, case, asked, by, decided_by=by.id, decided_on=on, grounds=asked.grounds
        )
        credential = Credential(
            id=uuid4(),
            person=case.person,
            level=case.level,
            application=case.id,
            determination=kept.id,
            granted_on=on,
            valid_until=last_day(on, rules.parameter("validity_months").value),
            status=Standing.IN_FORCE,
            status_since=on,
        )
        await credential.save()
        await _use_hours(kept, case.level, on)
        await outbox.put(NOW_IN_FORCE, str(credential.id))
        await audit.record("application.grant", f"application:{case.id}", credential=credential.id)
        return credential


async def _use_hours(kept: Determination, level: str, on: date) -> None:
    """Put on record which lines of the ledger counted when the application was checked."""
    taught = TrainingLevel(level)
    lines = await statements.counted(kept.person, taught, on=kept.day, known_at=kept.made_at)
    await statements.use(lines, taught, on=on)


def last_day(first: date, months: int) -> date:
    """The last day of a period of whole months: the day before the same date, months later.

    Where that month is shorter, its last day stands for the date (Civil Code Art. 202).
    """
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    end = calendar.monthrange(year, month)[1]
    return date(year, month, min(first.day, end)) - date.resolution


async def refuse(application: UUID, asked: GroundsIn, *, by: Account, on: date) -> Application:
    """Decide against, with grounds that the applicant is told.

    Raises:
        NotFound: no such application.
        SamePerson: the caller prepared it.
        NotAsProposed: the other was proposed; it can be sent back.
        StepNotPossible: it is not waiting for a decision.
    """
    async with transaction():
        case = await _to_decide(application, by, Proposal.REFUSE)
        await _second(
            REFUSE, case, asked, by, decided_by=by.id, decided_on=on, grounds=asked.grounds
        )
        await audit.record("application.refuse", f"application:{case.id}")
        return case


async def send_back(application: UUID, asked: GroundsIn, *, by: Account) -> Application:
    """Give a prepared decision back to be prepared again.

    Raises:
        NotFound: no such application.
        SamePerson: the caller prepared it.
        StepNotPossible: it is not waiting for a decision.
    """
    async with transaction():
        case = await _to_decide(application, by)
        await _second(SEND_BACK, case, asked, by, proposal=None, prepared_by=None)
        await audit.record("application.send-back", f"application:{case.id}")
        return case


async def _to_decide(
    application: UUID, by: Account, decision: Proposal | None = None
) -> Application:
    case = await applications.find(application, by=by)
    if case.status == Status.PROPOSED and case.prepared_by == by.id:
        raise SamePerson(N_("这份意见由您拟定，须由另一位经办人决定。"))
    if case.status == Status.PROPOSED and decision not in {None, case.proposal}:
        raise NotAsProposed(N_("决定须与拟定的意见一致；如不同意，请退回重新拟定。"))
    return case


async def _second(
    step: steps.Step, case: Application, asked: GroundsIn, by: Account, **values: Any
) -> None:
    """Take the second officer's step, unless the caller has meanwhile become the first."""
    other = Application.prepared_by != by.id
    await steps.take(step, case, by=by.id, note=asked.grounds, only_if=other, **values)


async def suspend(credential: UUID, asked: StandingIn, *, by: Account, on: date) -> Credential:
    """Suspend a level from a day; its certificate stops being valid with it.

    Raises:
        NotFound: no such credential.
        StepNotPossible: it is not in force.
    """
    return await _stand(SUSPEND, credential, asked, by=by, on=on, until=asked.until)


async def revoke(credential: UUID, asked: StandingIn, *, by: Account, on: date) -> Credential:
    """Revoke a level from a day, for good.

    Raises:
        NotFound: no such credential.
        StepNotPossible: it is revoked already.
    """
    return await _stand(REVOKE, credential, asked, by=by, on=on, until=None)


async def lift(credential: UUID, asked: StandingIn, *, by: Account, on: date) -> Credential:
    """End a suspension.

    Raises:
        NotFound: no such credential.
        StepNotPossible: it is not suspended.
    """
    return await _stand(LIFT, credential, asked, by=by, on=on, until=None)


async def _stand(
    step: steps.Step,
    credential: UUID,
    asked: StandingIn,
    *,
    by: Account,
    on: date,
    until: date | None,
) -> Credential:
    async with transaction():
        held = await Credential.objects().get(Credential.id == credential)
        if held is None:
            raise NotFound(N_("没有这个等级记录。"))
        await steps.take(
            step,
            held,
            by=by.id,
            note=asked.grounds,
            status_since=on,
            status_reason=None if step is LIFT else asked.reason,
            suspended_until=until,
        )
        if step is LIFT:
            await outbox.put(NOW_IN_FORCE, str(credential))
        await audit.record(
            f"credential.{step.name}", f"credential:{credential}", reason=asked.reason
        )
        return held
