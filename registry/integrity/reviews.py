"""The review of a decision, by two officers who had no part in it."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from registry.integrity import cases
from registry.integrity.cases import LONGEST, REASONED, OwnCase, ReasonsIn, TooLate
from registry.integrity.tables import CaseMember, IntegrityCase, IntegrityRecord
from registry.integrity.words import (
    ANNUL,
    ASK_REVIEW,
    DECLINE,
    MEASURE_DECIDED,
    PROPOSE_REVIEW,
    RETURN_REVIEW,
    SERVE,
    UPHOLD,
    CaseStatus,
)
from registry.platform import audit, outbox, steps, workdays
from registry.platform.db import transaction
from registry.platform.errors import NotAllowed, RuleNotMet
from registry.platform.i18n import N_
from registry.tables import Account

NO_PART = frozenset({SERVE.name, DECLINE.name, PROPOSE_REVIEW.name, RETURN_REVIEW.name})
"""Steps that make nobody a part of the decision."""


class Outcome(StrEnum):
    """What a review may come to."""

    UPHOLD = "uphold"
    ANNUL = "annul"


class OutcomeIn(ReasonsIn):
    """What is proposed or decided, and why."""

    reasons: Annotated[str, REASONED] = Field(min_length=2, max_length=LONGEST)
    outcome: Outcome


class HadPart(NotAllowed):
    """Whoever handled, drafted or voted on a decision does not review it."""


class NotAsProposed(RuleNotMet):
    """The decision is what two officers hold."""


async def ask(case: UUID, asked: ReasonsIn, *, by: Account, on: date) -> IntegrityCase:
    """Ask for a review of a decision about oneself, within the period from its service.

    Raises:
        OwnCase: the caller is not the person.
        TooLate: the period is over.
        StepNotPossible: nothing was served, or a review was asked for before.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        if by.person != row.person:
            raise OwnCase(N_("只有当事人可以申请复核。"))
        if row.served_on is not None:
            rules = await cases.rules_of(row)
            until = workdays.after(row.served_on, rules["review_request_working_days"])
            if until.passed(on):
                cite = rules.figures["review_request_working_days"].cite
                raise TooLate(N_("期限已于 {day} 届满（{cite}）。"), day=str(until.day), cite=cite)
        await steps.take(ASK_REVIEW, row, by=by.id, review_grounds=asked.reasons)
        await audit.record("integrity.ask-review", f"integrity_case:{row.id}")
        return row


async def propose(case: UUID, asked: OutcomeIn, *, by: Account) -> IntegrityCase:
    """Propose the outcome of a review.

    Raises:
        HadPart: the caller had a part in the decision.
        StepNotPossible: no review was asked for, or it is proposed.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        await _had_no_part(row, by)
        await steps.take(
            PROPOSE_REVIEW,
            row,
            by=by.id,
            note=asked.reasons,
            review_proposal=asked.outcome,
            review_reasons=asked.reasons,
            review_proposed_by=by.id,
        )
        await audit.record("integrity.propose-review", f"integrity_case:{row.id}")
        return row


async def decide(case: UUID, asked: OutcomeIn, *, by: Account, on: date) -> IntegrityCase:
    """Decide a review as proposed; annulled, the record never counted.

    Raises:
        HadPart: the caller had a part in the decision, or proposed the outcome.
        NotAsProposed: the other outcome was proposed.
        StepNotPossible: nothing is proposed, or it is decided.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        await _had_no_part(row, by)
        if row.status == CaseStatus.REVIEW_PROPOSED and asked.outcome != row.review_proposal:
            raise NotAsProposed(N_("复核决定须与拟定的意见一致。"))
        step = ANNUL if asked.outcome is Outcome.ANNUL else UPHOLD
        await steps.take(
            step,
            row,
            by=by.id,
            note=asked.reasons,
            only_if=IntegrityCase.review_proposed_by != by.id,
            review_reasons=asked.reasons,
        )
        if step is ANNUL:
            record = await IntegrityRecord.objects().get(IntegrityRecord.case == row.id)
            assert record is not None, "what was decided has a record"
            record.lifted_on, record.annulled = on, True
            await record.save([IntegrityRecord.lifted_on, IntegrityRecord.annulled])
            await outbox.put(MEASURE_DECIDED, str(record.id))
        await audit.record(f"integrity.{step.name}", f"integrity_case:{row.id}")
        return row


async def send_back(case: UUID, asked: ReasonsIn, *, by: Account) -> IntegrityCase:
    """Give a proposed outcome back to be proposed anew, where the second officer disagrees.

    Raises:
        HadPart: the caller had a part in the decision, or proposed the outcome.
        StepNotPossible: nothing is proposed.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        await _had_no_part(row, by)
        await steps.take(
            RETURN_REVIEW,
            row,
            by=by.id,
            note=asked.reasons,
            only_if=IntegrityCase.review_proposed_by != by.id,
            review_proposal=None,
            review_reasons=None,
            review_proposed_by=None,
        )
        await audit.record("integrity.return-review", f"integrity_case:{row.id}")
        return row


async def _had_no_part(case: IntegrityCase, by: Account) -> None:
    cases.uninvolved(case, by)
    sat = await CaseMember.exists().where(CaseMember.case == case.id, CaseMember.account == by.id)
    drafted = await steps.history(case.id)
    had_part = any(line["taken_by"] == by.id for line in drafted if line["step"] not in NO_PART)
    had_part |= case.reported_by == by.id
    if case.status == CaseStatus.REVIEW_PROPOSED and case.review_proposed_by == by.id:
        raise HadPart(N_("这份意见由您拟定，须由另一位经办人决定。"))
    if sat or had_part:
        raise HadPart(N_("参与过原决定的人不能复核。"))
