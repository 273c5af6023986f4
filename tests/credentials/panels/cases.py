"""Applications before panels to test with, brought as far as a test needs."""

from datetime import date
from uuid import UUID

from credentials.intake import formal_check
from credentials.intake.tables import IntakeRound
from credentials.panels import appointments
from credentials.panels.appointments import AssessorIn, EndIn
from credentials.panels.tables import Panel, PanelCase, Publication
from credentials.tables import Application
from registry.platform.permissions import Role
from registry.tables import Account
from seeds import evaluation
from seeds.evaluation import Office
from tests.credentials.intake import stage
from tests.factories import make_account, vault

DAY = date(2026, 7, 6)
"""A Monday under the whole procedure."""
LATE = date(2026, 8, 3)
"""Well after every period of an application handed in then."""


async def make_assessor(
    *,
    employer: str = "评审单位",
    last: date = date(2028, 6, 30),
    levels: str = "junior mid senior",
    number: str | None = None,
) -> Account:
    account = await make_account(Role.ASSESSOR)
    asked = AssessorIn.model_validate(
        {
            "login": account.login,
            "number": number,
            "employer": employer,
            "specialties": "技术合同",
            "levels": levels.split(),
            "first_day": date(2026, 1, 1),
            "last_day": last,
        }
    )
    row = await appointments.register(asked, by=await make_account(Role.OFFICER), on=DAY)
    await appointments.confirm(row.id, by=await make_account(Role.OFFICER), on=DAY)
    return account


async def end_term(assessor: UUID) -> None:
    """One officer asks, another confirms."""
    asked = EndIn(reason="本人辞聘")
    await appointments.end(assessor, asked, by=await make_account(Role.OFFICER), on=DAY)
    await appointments.confirm(assessor, by=await make_account(Role.OFFICER), on=DAY)


async def make_office(size: int = 5) -> Office:
    return Office(
        first=await make_account(Role.OFFICER),
        second=await make_account(Role.OFFICER),
        third=await make_account(Role.OFFICER),
        chief=await make_account(Role.CHIEF_OFFICER),
        assessors=[await make_assessor() for _ in range(size)],
        vault=vault(),
    )


async def accepted(office: Office, person: Account | None = None) -> Application:
    if not await IntakeRound.exists():
        await stage.make_round()
    case = await stage.make_filed(person or await stage.make_person())
    return await formal_check.accept(case.id, by=office.third)


async def drawn(office: Office, count: int = 1) -> tuple[Panel, list[Application]]:
    cases = [await accepted(office) for _ in range(count)]
    return await evaluation.draw(cases, office, DAY), cases


async def published(office: Office, on: date = DAY) -> tuple[Publication, Application]:
    case = await accepted(office)
    await evaluation.vote([case], office, on)
    row = await evaluation.publish(await now(case), office, on)
    return row, await now(case)


async def now(case: Application) -> Application:
    row = await Application.objects().get(Application.id == case.id)
    assert row is not None
    return row


async def case_of(panel: Panel, application: Application) -> PanelCase:
    row = await PanelCase.objects().get(
        (PanelCase.panel == panel.id) & (PanelCase.application == application.id)
    )
    assert row is not None
    return row


async def owner(case: Application) -> Account:
    row = await Account.objects().get(Account.person == case.person)
    assert row is not None
    return row
