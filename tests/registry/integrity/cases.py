"""Integrity cases to test with, brought as far as a test needs."""

from datetime import date, timedelta
from uuid import UUID

from registry import people
from registry.integrity import cases, panels
from registry.integrity.cases import NoticeIn, ReportIn
from registry.integrity.drafts import DraftIn
from registry.integrity.panels import VoteIn
from registry.integrity.tables import IntegrityCase, IntegrityRecord
from registry.integrity.words import Measure, Severity, Source
from registry.platform.permissions import Role
from registry.tables import Account
from tests.factories import DAY, make_account, make_applicant, vault

LATER = DAY + timedelta(days=14)
"""Well after the period to answer a notice."""
UNTIL = date(2026, 12, 31)


async def reported(
    person: Account | None = None, by: Account | None = None, source: Source = Source.REPORT
) -> IntegrityCase:
    person = person or await make_applicant()
    by = by or await make_account()
    number = (await people.find(person.person, by=person)).number
    asked = ReportIn(
        person=number, source=source, alleged="提供虚假材料", ended_on=date(2026, 5, 1)
    )
    return await cases.report(asked, by=by, on=DAY)


async def noticed(
    person: Account, officer: Account, measure: Measure = Measure.BAR
) -> IntegrityCase:
    case = await reported(person)
    await cases.accept(case.id, by=officer, on=DAY)
    asked = NoticeIn(facts="合同登记号不存在", basis="章程第八条", measure=measure)
    return await cases.notify(case.id, asked, by=officer, on=DAY)


def a_draft(members: list[UUID], measure: Measure = Measure.BAR, **other: object) -> DraftIn:
    given: dict[str, object] = {
        "finding": "提交了不存在的合同登记号",
        "reasons": "与登记机关核对不符",
        "basis": "章程第八条",
        "severity": Severity.SERIOUS,
        "measure": measure,
        "until": UNTIL if measure.has_end else None,
        "publish": True,
        "members": members,
        **other,
    }
    return DraftIn.model_validate(given)


async def panel(size: int = 3) -> list[Account]:
    return [await make_account(Role.ASSESSOR) for _ in range(size)]


async def convened(
    person: Account, measure: Measure = Measure.BAR, **other: object
) -> tuple[IntegrityCase, list[Account], Account]:
    officer, members = await make_account(Role.OFFICER), await panel()
    case = await noticed(person, officer, measure)
    draft = a_draft([each.id for each in members], measure, **other)
    return (
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault()),
        members,
        officer,
    )


async def decided(
    person: Account, measure: Measure = Measure.BAR, on: date = LATER, **other: object
) -> tuple[IntegrityCase, IntegrityRecord]:
    case, members, officer = await convened(person, measure, **other)
    for member in members:
        await panels.vote(case.id, VoteIn(agrees=True), by=member)
    case = await panels.count(case.id, by=officer, on=on, vault=vault())
    record = await IntegrityRecord.objects().get(IntegrityRecord.case == case.id)
    assert record is not None
    return case, record
