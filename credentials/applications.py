"""Evaluation applications, from the applicant's side. Each function is one use case.

A use case opens one transaction, looks, checks, takes a step, returns the row. The steps and the
words for them are in `credentials.words`, the conditions in the policy document `evaluation`, and
the bureau's side in `credentials.decisions`.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from credentials import determinations, procedure, progress
from credentials.determinations import EVALUATION
from credentials.intake import contents, overdue, readiness, submissions, words
from credentials.rules.evaluator import Verdict
from credentials.tables import Application
from credentials.words import HAND_TO_EMPLOYER, OPEN, SUBMIT, WITHDRAW, Level, Status
from registry import notices, people
from registry.integrity import practice
from registry.integrity.words import Occasion
from registry.notices import About
from registry.platform import audit, clock, steps
from registry.platform.counters import next_number
from registry.platform.db import transaction
from registry.platform.errors import (
    Conflict,
    FieldError,
    FieldsInvalid,
    NotFound,
    RuleNotMet,
    of_unique_index,
)
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.tables import Account

LONGEST_STATEMENT = 5000


class DraftIn(Input):
    """What an applicant begins with."""

    level: Level


class StatementIn(Input):
    """The applicant's own account of their work in technology transfer."""

    statement: str = Field(default="", max_length=LONGEST_STATEMENT)


class ConditionsNotMet(RuleNotMet):
    """At least one condition of the level is certainly not met; `findings` lists every one."""


class AlreadyOpen(Conflict):
    """There is an open application of this person for this level; `application` is its id."""


def visible(to: Account) -> Any:
    """Second gate: the condition on applications an account may see.

    Officers see what has been handed in; drafts are the applicant's alone.
    """
    if to.role in OFFICERS:
        return Application.submitted_on.is_not_null()
    return Application.person == to.person


async def find(application: UUID, *, by: Account) -> Application:
    """Return one application the caller may see.

    Raises:
        NotFound: there is none, or it is somebody else's; the caller cannot tell which.
    """
    row = await Application.objects().where(visible(by), Application.id == application).first()
    if row is None:
        raise NotFound(N_("没有这份申请。"))
    return row


async def mine(*, by: Account) -> list[Application]:
    """The caller's applications, newest first."""
    found: list[Application] = await (
        Application.objects()
        .where(Application.person == by.person)
        .order_by(Application.created_at, ascending=False)
    )
    return found


async def draft(asked: DraftIn, *, by: Account, on: date) -> Application:
    """Begin an application for a level.

    Raises:
        AlreadyOpen: one for this level is open.
    """
    try:
        async with transaction():
            number = await next_number(f"application-{on.year}")
            now = clock.now()
            case = Application(
                id=uuid4(),
                reference=progress.reference(on.year, number),
                person=by.person,
                level=asked.level,
                status=Status.DRAFT,
                created_at=now,
                saved_at=now,
            )
            await case.save()
            await audit.record("application.draft", f"application:{case.id}", level=asked.level)
    except Exception as error:
        if of_unique_index(error, "application", "person", "level"):
            open_one = await (
                Application.objects()
                .where(Application.person == by.person, Application.level == asked.level)
                .where(Application.status.is_in([*OPEN]))
                .first()
            )
            message = N_("您已有一份这一等级的申请在办，请继续办理那一份。")
            raise AlreadyOpen(
                message,
                errors=[FieldError("level", "already-open", message)],
                application=str(open_one.id) if open_one else "",
            ) from None
        raise
    return case


async def save(application: UUID, asked: StatementIn, *, by: Account) -> Application:
    """Keep what the applicant has written so far.

    Raises:
        NotFound: no such application of theirs.
        NotReopened: it was returned for other things.
        StepNotPossible: it is with the office or decided.
    """
    async with transaction():
        case = await find(application, by=by)
        await contents.hold(case, by)
        contents.refuse_change(await contents.reopened(case), words.STATEMENT)
        await Application.update({Application.statement: asked.statement}).where(
            Application.id == case.id
        )
        await audit.record("application.save", f"application:{case.id}")
    return await find(application, by=by)


async def submit(application: UUID, *, by: Account, on: date) -> Application:
    """Hand a draft or returned application in: to the employer that is to confirm, or the bureau.

    The conditions are those of the policy edition in force on `on`. What is certainly not met
    stops it; what cannot be known yet is for an officer to look at. The edition and every finding
    stay with the application, so that the outcome can be re-read years later, and so does what it
    said. Handing it in signs the practice code in force, as the page says.

    Raises:
        NotFound: no such application of the caller's.
        NoRegulation: there is no practice code or no procedure that day.
        SupplementTooLate: it was returned, and the last day for that has passed.
        FieldsInvalid: identity, statement or another material is missing.
        NotOpen: the procedure asks for a round, and none is open.
        TooSoon: the level was refused lately.
        ConditionsNotMet: some condition fails; nothing has changed.
        StepNotPossible: it has been submitted or decided already.
    """
    async with transaction():
        case = await find(application, by=by)
        await contents.hold(case, by)
        await overdue.refuse_late(case, on)
        rules = await procedure.asked(case, on)
        whole = contents.fuller(rules, case.level)
        step, employer = SUBMIT, None
        if whole:
            filing = await readiness.check(case, rules, on)
            step, employer = readiness.step(filing, rules), filing.employer
            await submissions.keep(case, on)
        else:
            await _refuse_incomplete(case, by)
        kept, answer = await determinations.determine(
            case.person, EVALUATION, on, grade=case.level, application=case.id
        )
        if answer.verdict is Verdict.NO:
            raise ConditionsNotMet(
                N_("现有记录不满足这一等级的条件；下面逐条列出。"),
                findings=[finding.model_dump(mode="json") for finding in answer.findings],
                edition=answer.edition,
            )
        await steps.take(
            step,
            case,
            by=by.id,
            submitted_on=on,
            procedure=await procedure.followed(case, on),
            proposal=None,
            grounds=None,
            prepared_by=None,
        )
        if not await practice.signed(case.person, on):
            await practice.sign(Occasion.APPLICATION, by=by, on=on)
        about = About.HANDED_TO_EMPLOYER if step is HAND_TO_EMPLOYER else About.SUBMITTED
        await notices.tell(case.person, about, case.reference)
        if step is HAND_TO_EMPLOYER and employer is not None:
            await notices.tell(employer, About.CONFIRMATION_ASKED, case.reference)
        await audit.record(
            "application.submit",
            f"application:{case.id}",
            edition=answer.edition,
            determination=kept.id,
            verdict=answer.verdict,
        )
        return case


async def _refuse_incomplete(case: Application, by: Account) -> None:
    person = await people.find(case.person, by=by)
    missing = []
    if person.identity_recorded_on is None:
        missing.append(FieldError("identity", "required", N_("请先登记身份信息。")))
    if not case.statement.strip():
        missing.append(FieldError("statement", "required", N_("请填写工作情况说明。")))
    if missing:
        raise FieldsInvalid(missing)


async def withdraw(application: UUID, *, by: Account) -> Application:
    """Take an application back before a panel has voted on it or a decision is prepared.

    Raises:
        NotFound: no such application of the caller's.
        StepNotPossible: that is so, or it has been withdrawn.
    """
    async with transaction():
        case = await find(application, by=by)
        await steps.take(WITHDRAW, case, by=by.id)
        await notices.tell(case.person, About.WITHDRAWN, case.reference)
        await audit.record("application.withdraw", f"application:{case.id}")
        return case
