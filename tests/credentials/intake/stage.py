"""What the tests of the intake begin with: a round, an employer, an application to hand in."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from credentials import applications
from credentials.applications import DraftIn, StatementIn
from credentials.intake import claims, employers, formal_check, rounds
from credentials.intake.claims import (
    AccountIn,
    AchievementIn,
    EmployerIn,
    FunctionsIn,
)
from credentials.intake.employers import PublicationIn
from credentials.intake.formal_check import ItemIn, NoticeIn
from credentials.intake.rounds import RoundIn
from credentials.intake.tables import IntakeRound
from credentials.intake.words import WorkFunction
from credentials.tables import Application
from credentials.words import Level
from registry import profile
from registry.platform.documents import Upload
from registry.platform.permissions import Role
from registry.profile import EducationIn
from registry.tables import Account
from registry.words import Degree, OrganisationKind
from tests.factories import (
    make_account,
    make_applicant,
    make_hours,
    make_organisation,
)

FIRST = date(2026, 7, 6)
"""A Monday under the full procedure."""
DAY = timedelta(days=1)
PAPER = Upload("diploma.pdf", "application/pdf", b"%PDF-1.7 a diploma")


async def make_round(
    opens: date = date(2026, 7, 1),
    closes: date | None = date(2026, 7, 31),
    levels: tuple[Level, ...] = tuple(Level),
    name: str = "2026年第一批",
) -> IntakeRound:
    asked = RoundIn(name=name, levels=levels, opens_on=opens, closes_on=closes)
    return await rounds.open_one(asked, by=await make_account(Role.OFFICER))


async def make_employer() -> Account:
    organisation = await make_organisation(OrganisationKind.EMPLOYER)
    return await make_account(Role.EMPLOYER, organisation=organisation.id)


async def make_person(clerk: Account | None = None, **given: Any) -> Account:
    """An applicant whose profile has everything for the junior level, diploma included."""
    account = await make_applicant(**given)
    asked = EducationIn(
        school="大学", degree=Degree.BACHELOR, subject="材料", graduated_on=date(2012, 6, 30)
    )
    await profile.add("education", asked, by=account, on=FIRST, file=PAPER)
    await make_hours(account, 1800, by=clerk)
    return account


async def make_ready(
    account: Account, employer: UUID | None = None, *, on: date = FIRST
) -> Application:
    """A draft for the junior level to which nothing is missing."""
    case = await applications.draft(DraftIn(level=Level.JUNIOR), by=account, on=on)
    await applications.save(case.id, StatementIn(statement="工作说明"), by=account)
    await claims.claim(case.id, FunctionsIn(functions=(WorkFunction.TRADING,)), by=account)
    await claims.describe(case.id, "trading", AccountIn(account="谈判和签约"), by=account)
    await achieve(case, account, "促成一项转让", on=on)
    asked = EmployerIn(employer=employer, self_employed=employer is None)
    await claims.employ(case.id, asked, by=account)
    return await now(case)


async def achieve(
    case: Application, account: Account, text: str, *, function: str = "trading", on: date = FIRST
) -> UUID:
    asked = AchievementIn(text=text, day=date(2026, 5, 6))
    found: UUID = (await claims.add(case.id, function, asked, by=account, on=on)).id
    return found


async def make_filed(account: Account | None = None, on: date = FIRST) -> Application:
    """An application of somebody without an employer, before the formal check."""
    account = account or await make_person()
    case = await make_ready(account, on=on)
    return await applications.submit(case.id, by=account, on=on)


async def published(case: Application, employer: Account, first: date) -> None:
    asked = PublicationIn(first_day=first, place="公告栏")
    await employers.publish(case.id, asked, by=employer, on=first)


async def ask(case: Application, officer: Account, *fields: str) -> None:
    items = tuple(ItemIn(field=field, words="请补正") for field in fields)
    await formal_check.ask(case.id, NoticeIn(items=items), by=officer)


async def now(case: Application) -> Application:
    row: Application | None = await Application.objects().get(Application.id == case.id)
    assert row is not None
    return row
