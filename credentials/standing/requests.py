"""What holders ask about their levels: found, withdrawn, and decided by two officers."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from credentials import policy
from credentials.decisions import GroundsIn, NotAsProposed, ProposalIn, SamePerson
from credentials.determinations import EVALUATION
from credentials.standing import corrections, renewals
from credentials.standing.words import (
    GRANT_ASKED,
    OPEN,
    PROPOSE_REPLY,
    REFUSE_ASKED,
    RETURN_REPLY,
    WITHDRAW_ASKED,
    AskedFor,
    AskedStatus,
)
from credentials.tables import HolderRequest
from credentials.words import Proposal
from registry import notices
from registry.notices import About
from registry.platform import audit, steps, workdays
from registry.platform.counters import next_number
from registry.platform.db import transaction
from registry.platform.errors import Conflict, NotFound, of_unique_index
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.platform.workdays import Deadline
from registry.tables import Account


class RenewalIn(Input):
    """What a holder adds when asking for renewal."""

    grounds: str = Field(default="", max_length=2000)


class NameIn(GroundsIn):
    """The name as it is to be, and the document that shows it."""

    name: corrections.Name
    evidence: UUID


class AlreadyAsked(Conflict):
    """The same has been asked and is not decided yet."""


def visible(to: Account) -> Any:
    """Second gate: the condition on requests an account may see."""
    if to.role in OFFICERS:
        return HolderRequest.id.is_not_null()
    return HolderRequest.person == to.person


async def find(request: UUID, *, by: Account) -> HolderRequest:
    """One request the caller may see. Raises NotFound."""
    row = await HolderRequest.objects().where(visible(by), HolderRequest.id == request).first()
    if row is None:
        raise NotFound(N_("没有这份申请。"))
    return row


async def of_person(person: UUID, *, by: Account) -> list[HolderRequest]:
    """What a person has asked for, newest first."""
    found: list[HolderRequest] = await (
        HolderRequest.objects()
        .where(visible(by), HolderRequest.person == person)
        .order_by(HolderRequest.reference, ascending=False)
    )
    return found


async def ask_renewal(
    credential: UUID, asked: RenewalIn, *, by: Account, on: date
) -> HolderRequest:
    """Ask for another period of validity; the practice code in force is signed with it.

    Raises:
        NotFound: no such level of the caller's.
        NotRenewable: the window is closed, or something is missing; nothing has changed.
        AlreadyAsked: a renewal is being decided.
        NoRegulation: there is no practice code that day.
    """
    async with transaction():
        held, checked = await renewals.checked(credential, by=by, on=on)
        await renewals.sign(by=by, on=on)
        return await _ask(
            AskedFor.RENEWAL,
            by,
            on,
            credential=held.id,
            edition=checked.edition,
            findings=checked.as_json(),
            grounds=asked.grounds,
        )


async def ask_name(asked: NameIn, *, by: Account, on: date) -> HolderRequest:
    """Ask for the name on record to be corrected, with a document.

    Raises:
        NotFound: no such document of the caller's.
        FieldsInvalid: there is no name on record yet, or it is this one.
        AlreadyAsked: a correction is being decided.
    """
    async with transaction():
        before = await corrections.checked(asked.name, asked.evidence, by=by)
        return await _ask(
            AskedFor.NAME,
            by,
            on,
            name=asked.name,
            evidence=asked.evidence,
            findings=before,
            grounds=asked.grounds,
        )


async def _ask(kind: AskedFor, by: Account, on: date, **values: Any) -> HolderRequest:
    number = await next_number(f"holder-request-{on.year}")
    row = HolderRequest(
        id=uuid4(),
        reference=f"DJ-{on.year}-{number:06d}",
        kind=kind,
        person=by.person,
        status=AskedStatus.ASKED,
        asked_on=on,
        **values,
    )
    try:
        async with transaction():
            await row.save()
    except Exception as error:
        if of_unique_index(error, "holder_request", "person", "kind"):
            raise AlreadyAsked(N_("同样的申请正在办理。")) from None
        raise
    await notices.tell(row.person, About.ASKED, row.reference)
    await audit.record(f"holder.ask-{kind}", f"holder_request:{row.id}")
    return row


async def withdraw(request: UUID, *, by: Account) -> HolderRequest:
    """Take a request back before it is decided.

    Raises:
        NotFound: no such request of the caller's.
        StepNotPossible: it is decided or withdrawn.
    """
    async with transaction():
        row = await find(request, by=by)
        await steps.take(WITHDRAW_ASKED, row, by=by.id)
        await audit.record("holder.withdraw", f"holder_request:{row.id}")
        return row


async def due(row: HolderRequest) -> Deadline:
    """The last day to decide a request, by the edition in force when it was asked."""
    rules = (await policy.in_force(EVALUATION, row.asked_on)).document
    return workdays.after(row.asked_on, rules.parameter("decision_working_days").value)


async def waiting(*, by: Account, on: date) -> list[dict[str, Any]]:
    """What waits for an officer, soonest due first, with whether this officer may decide it."""
    found = await (
        HolderRequest.objects(HolderRequest.person)
        .where(visible(by), HolderRequest.status.is_in([*OPEN]))
        .order_by(HolderRequest.reference)
    )
    listed = []
    for row in found:
        until = await due(row)
        may = row.status == AskedStatus.PROPOSED and row.proposed_by != by.id
        listed.append({"request": row, "until": until, "left": until.left(on), "may_decide": may})
    return sorted(listed, key=lambda each: (each["until"].day, each["request"].reference))


async def propose(request: UUID, asked: ProposalIn, *, by: Account) -> HolderRequest:
    """Prepare the reply to a request for a second officer.

    Raises:
        NotFound: there is none.
        StepNotPossible: it is prepared or decided.
    """
    async with transaction():
        row = await find(request, by=by)
        await steps.take(
            PROPOSE_REPLY,
            row,
            by=by.id,
            note=asked.grounds,
            proposal=asked.proposal,
            reasons=asked.grounds,
            proposed_by=by.id,
        )
        await audit.record("holder.propose", f"holder_request:{row.id}", proposal=asked.proposal)
        return row


async def decide(request: UUID, asked: ProposalIn, *, by: Account, on: date) -> HolderRequest:
    """Decide as proposed, and carry it out; certificates follow.

    Raises:
        NotFound: there is none.
        SamePerson: the caller prepared it.
        NotAsProposed: the other reply was proposed; it can be returned.
        NotRenewable: meanwhile a bar came, or the level no longer stands.
        StepNotPossible: nothing is proposed, or it is decided.
    """
    async with transaction():
        row = await _second(request, by)
        if row.status == AskedStatus.PROPOSED and row.proposal != asked.proposal:
            raise NotAsProposed(N_("决定须与拟定的意见一致；如不同意，请退回重新拟定。"))
        step = GRANT_ASKED if asked.proposal is Proposal.GRANT else REFUSE_ASKED
        other = HolderRequest.proposed_by != by.id
        values = {"decided_on": on, "reasons": asked.grounds}
        await steps.take(step, row, by=by.id, note=asked.grounds, only_if=other, **values)
        if step is GRANT_ASKED:
            await CARRIED_OUT[AskedFor(row.kind)](row, by, on)
        await notices.tell(row.person, About.ANSWERED, row.reference)
        await audit.record(f"holder.{step.name}", f"holder_request:{row.id}")
        return row


async def send_back(request: UUID, asked: GroundsIn, *, by: Account) -> HolderRequest:
    """Give a prepared reply back to be prepared again.

    Raises:
        NotFound: there is none.
        SamePerson: the caller prepared it.
        StepNotPossible: nothing is proposed, or it is decided.
    """
    async with transaction():
        row = await _second(request, by)
        await steps.take(
            RETURN_REPLY, row, by=by.id, note=asked.grounds, proposal=None, proposed_by=None
        )
        await audit.record("holder.return", f"holder_request:{row.id}")
        return row


async def _second(request: UUID, by: Account) -> HolderRequest:
    row = await find(request, by=by)
    if row.status == AskedStatus.PROPOSED and row.proposed_by == by.id:
        raise SamePerson(N_("这份意见由您拟定，须由另一位经办人决定。"))
    return row


CARRIED_OUT: dict[AskedFor, Callable[[HolderRequest, Account, date], Awaitable[None]]] = {
    AskedFor.RENEWAL: renewals.carry_out,
    AskedFor.NAME: corrections.carry_out,
}
