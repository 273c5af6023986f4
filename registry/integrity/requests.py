"""Objections to a record and applications for its repair (信用修复): answered by two officers."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from registry import regulations
from registry.integrity import records
from registry.integrity.cases import ReasonsIn
from registry.integrity.tables import IntegrityRecord, RecordRequest
from registry.integrity.words import (
    GRANT_REQUEST,
    MEASURE_DECIDED,
    PROPOSE_ANSWER,
    REFUSE_REQUEST,
    RETURN_ANSWER,
    RequestKind,
    RequestStatus,
)
from registry.platform import audit, outbox, steps, workdays
from registry.platform.db import transaction
from registry.platform.errors import Conflict, NotAllowed, NotFound, RuleNotMet, of_unique_index
from registry.platform.fields import Flag, Input
from registry.platform.i18n import N_
from registry.regulations import Kind
from registry.tables import Account


class RequestIn(Input):
    """An objection to a record, or an application for its repair."""

    kind: RequestKind
    grounds: str = Field(min_length=2, max_length=5000)
    undertaking: Flag = Field(default=False, description="Repair: a public undertaking.")


class Answer(StrEnum):
    """What may be answered."""

    GRANT = "grant"
    REFUSE = "refuse"


class AnswerIn(ReasonsIn):
    """What is proposed or decided upon a request, and why."""

    answer: Answer


class NotYetRepairable(RuleNotMet):
    """The shortest publication has not passed, or the undertaking is missing."""


class AlreadyAsked(Conflict):
    """The same has been asked about this record and is not decided yet."""


class SamePerson(NotAllowed):
    """Whoever prepared an answer does not decide it."""


class NotAsProposed(RuleNotMet):
    """An answer is what two officers hold."""


async def ask(record: UUID, asked: RequestIn, *, by: Account, on: date) -> RecordRequest:
    """Object to a record on oneself, or apply for its repair.

    A record objected to is shown as disputed at once.

    Raises:
        NotFound: no such record on the caller.
        NotYetRepairable: see there.
        AlreadyAsked: the same is open.
    """
    row = await records.find(record, by=by)
    if row.person != by.person:
        raise NotFound(N_("没有这条诚信记录。"))
    if asked.kind is RequestKind.REPAIR:
        await _repairable(row, asked, on)
    try:
        async with transaction():
            request = RecordRequest(
                id=uuid4(),
                record=row.id,
                kind=asked.kind,
                status=RequestStatus.ASKED,
                grounds=asked.grounds,
                undertaking=asked.undertaking,
                asked_on=on,
            )
            await request.save()
            await audit.record(
                "integrity.ask", f"integrity_record:{row.id}", request=request.id, kind=asked.kind
            )
    except Exception as error:
        if of_unique_index(error, "integrity_request", "record"):
            raise AlreadyAsked(N_("同样的申请正在办理。")) from None
        raise
    return request


async def _repairable(record: IntegrityRecord, asked: RequestIn, on: date) -> None:
    rules = await regulations.in_force(Kind.INTEGRITY, on)
    name = f"publication_least_months_{record.severity}"
    if record.severity is None or name not in rules.figures:
        return
    first = workdays.months_after(record.decided_on, rules[name])
    cite = rules.figures[name].cite
    if on < first:
        raise NotYetRepairable(
            N_("最早可于 {day} 申请信用修复（{cite}）。"), day=str(first), cite=cite
        )
    if not asked.undertaking:
        raise NotYetRepairable(N_("申请信用修复须公开作出信用承诺（{cite}）。"), cite=cite)


async def waiting() -> list[dict[str, Any]]:
    """Requests that wait for an officer, with the last day to decide, soonest first."""
    request = RecordRequest
    found = await request.select(
        request.id,
        request.kind,
        request.status,
        request.grounds,
        request.asked_on,
        request.proposal,
        request.reasons,
        request.proposed_by,
        request.record,
        request.record.behaviour.as_alias("behaviour"),
        request.record.person.name.as_alias("person_name"),
    ).where(request.status.is_in([RequestStatus.ASKED, RequestStatus.PROPOSED]))
    for row in found:
        rules = await regulations.in_force(Kind.INTEGRITY, row["asked_on"])
        days = rules[f"{row['kind']}_working_days"]
        row["until"] = workdays.after(row["asked_on"], days).day
    return sorted(found, key=lambda row: (row["until"], str(row["id"])))


async def propose(request: UUID, asked: AnswerIn, *, by: Account) -> RecordRequest:
    """Prepare the answer to a request.

    Raises:
        NotFound: there is none.
        StepNotPossible: it is prepared or decided.
    """
    async with transaction():
        row = await _request(request)
        await steps.take(
            PROPOSE_ANSWER,
            row,
            by=by.id,
            note=asked.reasons,
            proposal=asked.answer,
            reasons=asked.reasons,
            proposed_by=by.id,
        )
        await audit.record("integrity.propose-answer", f"integrity_request:{row.id}")
        return row


async def decide(request: UUID, asked: AnswerIn, *, by: Account, on: date) -> RecordRequest:
    """Decide a request as proposed. Granted, the measure and the publication end that day.

    Raises:
        NotFound: there is none.
        SamePerson: the caller prepared it.
        NotAsProposed: the other answer was proposed.
        StepNotPossible: nothing is proposed, or it is decided.
    """
    async with transaction():
        row = await _request(request)
        if row.status == RequestStatus.PROPOSED and row.proposed_by == by.id:
            raise SamePerson(N_("这份意见由您拟定，须由另一位经办人决定。"))
        if row.status == RequestStatus.PROPOSED and row.proposal != asked.answer:
            raise NotAsProposed(N_("决定须与拟定的意见一致；如不同意，请退回重新拟定。"))
        step = GRANT_REQUEST if asked.answer is Answer.GRANT else REFUSE_REQUEST
        await steps.take(
            step,
            row,
            by=by.id,
            note=asked.reasons,
            only_if=RecordRequest.proposed_by != by.id,
            decided_on=on,
            reasons=asked.reasons,
        )
        if step is GRANT_REQUEST:
            wrong = row.kind == RequestKind.OBJECTION
            await IntegrityRecord.update(
                {IntegrityRecord.lifted_on: on, IntegrityRecord.annulled: wrong}
            ).where(IntegrityRecord.id == row.record)
            await outbox.put(MEASURE_DECIDED, str(row.record))
        await audit.record(f"integrity.{step.name}", f"integrity_request:{row.id}")
        return row


async def send_back(request: UUID, asked: ReasonsIn, *, by: Account) -> RecordRequest:
    """Give a prepared answer back to be prepared anew, where the second officer disagrees.

    Raises:
        NotFound: there is none.
        SamePerson: the caller prepared it.
        StepNotPossible: nothing is proposed.
    """
    async with transaction():
        row = await _request(request)
        if row.status == RequestStatus.PROPOSED and row.proposed_by == by.id:
            raise SamePerson(N_("这份意见由您拟定，须由另一位经办人决定。"))
        await steps.take(
            RETURN_ANSWER,
            row,
            by=by.id,
            note=asked.reasons,
            only_if=RecordRequest.proposed_by != by.id,
            proposal=None,
            reasons=None,
            proposed_by=None,
        )
        await audit.record("integrity.return-answer", f"integrity_request:{row.id}")
        return row


async def _request(request: UUID) -> RecordRequest:
    row = await RecordRequest.objects().get(RecordRequest.id == request)
    if row is None:
        raise NotFound(N_("没有这份申请。"))
    return row
