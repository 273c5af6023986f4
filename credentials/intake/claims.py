"""The applicant's work functions and their evidence, employer and new achievement."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from credentials import applications, procedure
from credentials.intake import contents, words
from credentials.intake.contents import refuse_change
from credentials.intake.tables import ClaimedFunction, Evidence, Filing
from credentials.intake.words import EvidenceKind, WorkFunction
from credentials.tables import Application
from registry import profile
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.documents import Upload
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.fields import Day, Flag, Input
from registry.platform.i18n import N_
from registry.tables import Account, Organisation, TechnologyContract
from registry.words import OrganisationKind

MOST = "evidence_most"
"""Figure of a procedure: pieces of evidence for one application, at most; 0: no limit."""


class FunctionsIn(Input):
    """The functions claimed; those no longer among them go, with their evidence."""

    functions: tuple[WorkFunction, ...] = ()


class AccountIn(Input):
    """What the applicant did in one function."""

    account: str = Field(min_length=2, max_length=3000)


class ContractEvidenceIn(Input):
    """A technology contract of one's profile, as evidence."""

    contract: UUID


class AchievementIn(Input):
    """Something achieved, with the day and the paper that shows it."""

    text: str = Field(min_length=2, max_length=2000)
    day: Day
    document: UUID | None = None


class RecommendationIn(Input):
    """What somebody says for the applicant: their words, or their letter."""

    recommender: str = Field(min_length=2, max_length=100)
    unit: str = Field(min_length=2, max_length=200)
    text: str = Field(default="", max_length=2000)
    document: UUID | None = None


EvidenceIn = ContractEvidenceIn | AchievementIn | RecommendationIn
SHAPES: dict[str, type[EvidenceIn]] = {
    EvidenceKind.CONTRACT: ContractEvidenceIn,
    EvidenceKind.ACHIEVEMENT: AchievementIn,
    EvidenceKind.RECOMMENDATION: RecommendationIn,
}


class EmployerIn(Input):
    """The employer that is to confirm, or that there is none."""

    employer: UUID | None = None
    self_employed: Flag = False


class NewAchievementIn(Input):
    """What is major and new since the last refusal; blank takes it back."""

    achievement: str = Field(default="", max_length=3000)


async def claim(application: UUID, asked: FunctionsIn, *, by: Account) -> Application:
    """Claim exactly these functions.

    Raises:
        NotFound: no such application of the caller's.
        NotReopened: it was returned for other things.
        StepNotPossible: it is with the office or decided.
    """
    async with transaction():
        case = await _held(application, by)
        refuse_change(await contents.reopened(case), words.FUNCTIONS)
        had = {row.function for row in await contents.functions(case)}
        wanted = {str(function) for function in asked.functions}
        for function in sorted(wanted - had):
            row = ClaimedFunction(id=uuid4(), application=case.id, function=function, account="")
            await row.save()
        for function in sorted(had - wanted):
            await _drop(case, function)
        await audit.record("application.claim", f"application:{case.id}", functions=len(wanted))
        return case


async def _drop(case: Application, function: str) -> None:
    await (
        Evidence.update({Evidence.removed_at: clock.now()})
        .where(Evidence.application == case.id, Evidence.function == function)
        .where(Evidence.removed_at.is_null())
    )
    await ClaimedFunction.delete().where(
        ClaimedFunction.application == case.id, ClaimedFunction.function == function
    )


async def describe(
    application: UUID, function: str, asked: AccountIn, *, by: Account
) -> ClaimedFunction:
    """Say what one did in a claimed function.

    Raises:
        NotFound: no such application of the caller's, or it does not claim the function.
        NotReopened: it was returned for other things.
        StepNotPossible: it is with the office or decided.
    """
    async with transaction():
        case = await _held(application, by)
        row = await _claimed(case, function)
        refuse_change(await contents.reopened(case), words.of_function(function))
        row.account = asked.account
        await row.save()
        await audit.record("application.describe", f"application:{case.id}", function=function)
        return row


async def add(
    application: UUID,
    function: str,
    asked: EvidenceIn,
    *,
    by: Account,
    on: date,
    file: Upload | None = None,
) -> Evidence:
    """Give evidence for a claimed function; `file` is a new document for it.

    Raises:
        NotFound: no such application, function, contract or document of the caller's.
        FieldsInvalid: the day lies in the future, nothing is said, or there is too much.
        NotReopened: it was returned for other things.
        StepNotPossible: it is with the office or decided.
    """
    async with transaction():
        case = await _held(application, by)
        await _claimed(case, function)
        if not await contents.opened_in(case, function):
            refuse_change(await contents.reopened(case), words.of_function(function))
        given = await _given(asked, by=by, on=on, file=file)
        standing = await contents.evidence(case)
        most = (await procedure.asked(case, on)).asks(MOST)
        if most and len(standing) >= most:
            full = FieldError("", "full", N_("佐证最多 {most} 份。"), {"most": most})
            raise FieldsInvalid([full])
        row = Evidence(
            id=uuid4(), application=case.id, function=function, added_at=clock.now(), **given
        )
        await row.save()
        await audit.record("application.add-evidence", f"application:{case.id}", evidence=row.id)
        return row


async def _given(
    asked: EvidenceIn, *, by: Account, on: date, file: Upload | None
) -> dict[str, Any]:
    given = asked.model_dump()
    if isinstance(asked, ContractEvidenceIn):
        own = await TechnologyContract.exists().where(
            TechnologyContract.id == asked.contract,
            TechnologyContract.person == by.person,
            TechnologyContract.removed_at.is_null(),
        )
        if not own:
            raise NotFound(N_("个人资料中没有这份合同。"))
        return {"kind": EvidenceKind.CONTRACT, **given}
    if file is not None:
        given["document"] = await profile.keep(file, by=by)
    elif asked.document is not None:
        await profile.document(asked.document, by=by)
    if isinstance(asked, AchievementIn):
        if asked.day > on:
            raise FieldsInvalid([FieldError("day", "in-future", N_("日期不能晚于今天。"))])
        return {"kind": EvidenceKind.ACHIEVEMENT, **given}
    if not asked.text and given["document"] is None:
        words_or_letter = N_("请填写推荐意见，或上传推荐信。")
        raise FieldsInvalid([FieldError("text", "required", words_or_letter)])
    return {"kind": EvidenceKind.RECOMMENDATION, **given}


async def withdraw(application: UUID, evidence: UUID, *, by: Account) -> Application:
    """Take evidence out; what was handed in stays on record.

    Raises:
        NotFound: no such evidence of the caller's, or it is out already.
        NotReopened: it was returned for other things, and this was handed in.
        StepNotPossible: it is with the office or decided.
    """
    async with transaction():
        case = await _held(application, by)
        row = next((each for each in await contents.evidence(case) if each.id == evidence), None)
        if row is None:
            raise NotFound(N_("没有这一条，或已经删除。"))
        newest = await contents.last(case)
        if newest is None or row.added_at <= newest.made_at:
            opened = await contents.reopened(case)
            refuse_change(opened, words.of_evidence(row.id), words.of_function(row.function))
        await Evidence.update({Evidence.removed_at: clock.now()}).where(Evidence.id == row.id)
        await audit.record(
            "application.withdraw-evidence", f"application:{case.id}", evidence=row.id
        )
        return case


async def employ(application: UUID, asked: EmployerIn, *, by: Account) -> Filing:
    """Name the employer that is to confirm, or say that there is none.

    Another employer than before has to publish and confirm anew.

    Raises:
        NotFound: no such application of the caller's.
        FieldsInvalid: neither or both are given, or there is no such employer.
        NotReopened: it was returned for other things.
        StepNotPossible: it is with the office or decided.
    """
    if (asked.employer is None) is not asked.self_employed:
        one = N_("请选择用人单位，或说明没有用人单位。")
        raise FieldsInvalid([FieldError("employer", "required", one)])
    async with transaction():
        case = await _held(application, by)
        refuse_change(await contents.reopened(case), words.EMPLOYER)
        if asked.employer is not None and not await Organisation.exists().where(
            Organisation.id == asked.employer,
            Organisation.kind == OrganisationKind.EMPLOYER,
            Organisation.active.eq(True),
        ):
            unknown = N_("没有这个单位。")
            raise FieldsInvalid([FieldError("employer", "reference", unknown)])
        row = await contents.filing(case)
        if row.employer != asked.employer:
            row.published_on = row.published_at = row.confirmed_on = row.confirmed_by = None
        row.employer, row.self_employed = asked.employer, asked.self_employed
        await row.save()
        await audit.record("application.employ", f"application:{case.id}", employer=row.employer)
        return row


async def declare(application: UUID, asked: NewAchievementIn, *, by: Account) -> Filing:
    """Declare a major new achievement since the last refusal, for an officer to look at.

    Raises:
        NotFound: no such application of the caller's.
        NotReopened: it was returned for other things.
        StepNotPossible: it is with the office or decided.
    """
    async with transaction():
        case = await _held(application, by)
        refuse_change(await contents.reopened(case), words.ACHIEVEMENT)
        row = await contents.filing(case)
        row.achievement = asked.achievement or None
        await row.save()
        await audit.record("application.declare-achievement", f"application:{case.id}")
        return row


async def _held(application: UUID, by: Account) -> Application:
    case = await applications.find(application, by=by)
    await contents.hold(case, by)
    return case


async def _claimed(case: Application, function: str) -> ClaimedFunction:
    for row in await contents.functions(case):
        if row.function == function:
            return row
    raise NotFound(N_("这份申请没有申报这项职能。"))
