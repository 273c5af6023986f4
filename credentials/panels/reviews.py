"""The review of a refusal, asked for by the applicant, answered by two officers without a part."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from credentials import applications, policy, procedure
from credentials.applications import AlreadyOpen
from credentials.determinations import EVALUATION
from credentials.panels import publicity
from credentials.panels.objections import ReasonsIn, TooLate
from credentials.panels.rulings import HadPart
from credentials.panels.tables import Review
from credentials.panels.words import (
    LET_STAND,
    PROPOSE_OUTCOME,
    REOPEN_CASE,
    RETURN_OUTCOME,
    Outcome,
    ReviewStatus,
)
from credentials.tables import Application
from credentials.words import REOPEN, REOPEN_SIMPLE, Status
from registry import notices
from registry.notices import About
from registry.platform import audit, steps, workdays
from registry.platform.db import transaction
from registry.platform.errors import NotFound, RuleNotMet, of_unique_index
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.platform.workdays import Deadline
from registry.tables import Account


class ReviewIn(Input):
    """Why the refusal is wrong."""

    grounds: str = Field(min_length=10, max_length=5000)


class OutcomeIn(ReasonsIn):
    """What is proposed or decided, and why."""

    outcome: Outcome


class NotAsProposed(RuleNotMet):
    """The decision is what two officers hold."""


async def until(case: Application) -> tuple[Deadline, str]:
    """The last day on which the review of a refusal may be asked for, and where that stands."""
    assert case.decided_on is not None, "it was refused"
    rules = (await policy.in_force(EVALUATION, case.decided_on)).document
    figure = rules.parameter("review_request_working_days")
    return workdays.after(case.decided_on, int(figure.value)), str(figure.cite)


async def ask(application: UUID, asked: ReviewIn, *, by: Account, on: date) -> Review:
    """Ask for a review of one's own refusal, once, within the period.

    Raises:
        NotFound: no such application of the caller's.
        TooLate: the period is over.
        StepNotPossible: it was not refused, or a review was asked for.
    """
    try:
        async with transaction():
            case = await applications.find(application, by=by)
            if case.status != Status.REFUSED:
                raise steps.StepNotPossible(N_("这份申请没有不予授予的决定。"), status=case.status)
            last, cite = await until(case)
            if last.passed(on):
                raise TooLate(
                    N_("申请复核的期限已于 {day} 届满（{cite}）。"), day=str(last.day), cite=cite
                )
            row = Review(
                id=uuid4(),
                application=case.id,
                refused_on=case.decided_on,
                status=ReviewStatus.ASKED,
                grounds=asked.grounds,
                asked_on=on,
            )
            await row.save()
            await audit.record("review.ask", f"refusal_review:{row.id}")
            return row
    except Exception as error:
        if of_unique_index(error, "refusal_review", "application", "refused_on"):
            raise steps.StepNotPossible(N_("已经申请过复核。"), status="asked") from None
        raise


async def find(review: UUID) -> tuple[Review, Application]:
    """A review with its application, for the office.

    Raises:
        NotFound: there is none.
    """
    row = await Review.objects().get(Review.id == review)
    if row is None:
        raise NotFound(N_("没有这件复核申请。"))
    case = await Application.objects().get(Application.id == row.application)
    assert case is not None, "foreign keys hold applications in place"
    return row, case


async def of(application: UUID) -> Review | None:
    """The newest review of an application, for its owner and the office."""
    found: Review | None = await (
        Review.objects()
        .where(Review.application == application)
        .order_by(Review.asked_on, ascending=False)
        .first()
    )
    return found


async def waiting() -> list[dict[str, Any]]:
    """Reviews that wait for an officer, oldest first."""
    rows: list[dict[str, Any]] = await (
        Review.select(
            Review.id,
            Review.status,
            Review.asked_on,
            Review.grounds,
            Review.outcome,
            Review.reasons,
            Review.proposed_by,
            Review.application,
            Review.application.reference.as_alias("reference"),
        )
        .where(Review.status.is_in([ReviewStatus.ASKED, ReviewStatus.PROPOSED]))
        .order_by(Review.asked_on)
    )
    return rows


async def propose(review: UUID, asked: OutcomeIn, *, by: Account) -> Review:
    """Propose what a review comes to.

    Raises:
        NotFound: there is none.
        HadPart: the caller had a part in the refusal.
        StepNotPossible: it is proposed.
    """
    async with transaction():
        row, case = await find(review)
        await _had_no_part(case, by)
        await steps.take(
            PROPOSE_OUTCOME,
            row,
            by=by.id,
            outcome=asked.outcome,
            reasons=asked.reasons,
            proposed_by=by.id,
        )
        await audit.record("review.propose", f"refusal_review:{row.id}")
        return row


async def send_back(review: UUID, asked: ReasonsIn, *, by: Account) -> Review:
    """Give a proposed outcome back, with reasons, to be proposed anew by whoever had no part.

    Raises:
        NotFound: there is none.
        HadPart: the caller had a part in the refusal, or proposed the outcome.
        StepNotPossible: nothing is proposed, or it is decided.
    """
    async with transaction():
        row, case = await find(review)
        await _had_no_part(case, by)
        if row.status == ReviewStatus.PROPOSED and row.proposed_by == by.id:
            raise HadPart(N_("这份意见由您拟定，须由另一位经办人决定。"))
        await steps.take(
            RETURN_OUTCOME,
            row,
            by=by.id,
            note=asked.reasons,
            only_if=Review.proposed_by != by.id,
            outcome=None,
            reasons=None,
            proposed_by=None,
        )
        await audit.record("review.return", f"refusal_review:{row.id}")
        return row


async def decide(review: UUID, asked: OutcomeIn, *, by: Account, on: date) -> Review:
    """Decide a review as proposed; reopened, the application is accepted again.

    Raises:
        NotFound: there is none.
        HadPart: the caller had a part in the refusal, or proposed the outcome.
        NotAsProposed: the other was proposed.
        AlreadyOpen: the person has another application of this level open.
        StepNotPossible: nothing is proposed, or it is decided.
    """
    try:
        async with transaction():
            row, case = await find(review)
            await _had_no_part(case, by)
            if row.status == ReviewStatus.PROPOSED and row.proposed_by == by.id:
                raise HadPart(N_("这份意见由您拟定，须由另一位经办人决定。"))
            if row.status == ReviewStatus.PROPOSED and asked.outcome != row.outcome:
                raise NotAsProposed(N_("复核决定须与拟定的意见一致。"))
            step = REOPEN_CASE if asked.outcome is Outcome.REOPEN else LET_STAND
            await steps.take(
                step,
                row,
                by=by.id,
                only_if=Review.proposed_by != by.id,
                reasons=asked.reasons,
                decided_on=on,
            )
            if asked.outcome is Outcome.REOPEN:
                await _reopen(case, by)
            await notices.tell(case.person, About.REVIEWED, case.reference)
            await audit.record("review.decide", f"refusal_review:{row.id}", outcome=asked.outcome)
            return row
    except Exception as error:
        if of_unique_index(error, "application", "person", "level"):
            raise AlreadyOpen(N_("申请人已有一份这一等级的申请在办。"), application="") from None
        raise


async def _reopen(case: Application, by: Account) -> None:
    panel = procedure.has_panel(await procedure.of(case), case.level)
    await steps.take(
        REOPEN if panel else REOPEN_SIMPLE,
        case,
        by=by.id,
        vote_passed=None,
        proposal=None,
        grounds=None,
        prepared_by=None,
        decided_by=None,
        decided_on=None,
    )


async def _had_no_part(case: Application, by: Account) -> None:
    if by.id in await publicity.involved(case.id):
        raise HadPart(N_("参与过原决定的人不能复核。"))
