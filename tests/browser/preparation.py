"""Everybody whom an evaluation needs, with what they have by the day it begins; told as JSON."""

import json
import sys
from datetime import date
from typing import Any

import anyio

from credentials import applications, decisions
from credentials.applications import DraftIn, StatementIn
from credentials.decisions import GroundsIn, ProposalIn
from credentials.panels import appointments
from credentials.panels.appointments import AssessorIn
from credentials.words import Level, Proposal
from registry import people, profile
from registry.platform import clock, db
from registry.platform.documents import Upload
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.profile import ContractIn, EducationIn
from registry.tables import Account
from registry.words import ContractRole, Degree, OrganisationKind
from tests.browser import moved
from tests.factories import (
    PASSWORD,
    SECRETS,
    make_account,
    make_applicant,
    make_hours,
    make_organisation,
)

EARLIER = date(2025, 3, 10)
"""When the levels were granted that mid and senior build upon."""
ASSESSORS = 7
PAPER = Upload("paper.pdf", "application/pdf", b"%PDF-1.7 a paper")


async def prepare() -> dict[str, Any]:
    """Open the accounts and fill the profiles; who they are, by what they are called here."""
    officers = [await make_account(Role.OFFICER) for _ in range(3)]
    made = dict(zip(("first", "second", "third"), officers, strict=True))
    made["chief"] = await make_account(Role.CHIEF_OFFICER)
    unit = await make_organisation(OrganisationKind.EMPLOYER)
    made["unit"] = await make_account(Role.EMPLOYER, organisation=unit.id)
    for place in range(ASSESSORS):
        made[f"assessor-{place}"] = await _assessor(officers[0])
    clerk = await make_account(Role.BASE_CLERK)
    made["junior"] = await _person("陈思远", Degree.BACHELOR, 1800, 0, clerk)
    made["mid"] = await _person("林若溪", Degree.MASTER, 2700, 5, clerk)
    made["senior"] = await _person("周明远", Degree.DOCTOR, 3600, 15, clerk)
    await _hold(made["mid"], Level.JUNIOR, 1800, clerk, officers)
    await _hold(made["senior"], Level.MID, 2700, clerk, officers)
    told = {name: await _told(account) for name, account in made.items()}
    return {"people": told, "unit": str(unit.id)}


async def _assessor(officer: Account) -> Account:
    account = await make_account(Role.ASSESSOR)
    asked = AssessorIn(
        login=account.login,
        employer="申城评估中心",
        specialties="技术合同与知识产权",
        levels=tuple(Level),
        first_day=date(2026, 1, 1),
        last_day=date(2027, 12, 31),
    )
    row = await appointments.register(asked, by=officer, on=clock.today())
    await appointments.confirm(row.id, by=await make_account(Role.OFFICER), on=clock.today())
    return account


async def _person(
    name: str, degree: Degree, minutes: int, contracts: int, clerk: Account
) -> Account:
    account = await make_applicant(degree=degree, name=name)
    diploma = EducationIn(
        school="大学", degree=degree, subject="材料", graduated_on=date(2012, 6, 30)
    )
    await profile.add("education", diploma, by=account, on=clock.today(), file=PAPER)
    for place in range(contracts):
        contract = ContractIn.model_validate(
            {
                "registration_number": f"20243900{contracts:03}{place:03}",
                "title": f"成果转让第{place + 1}项",
                "role": ContractRole.LEAD,
                "amount_yuan": "400000",
                "signed_on": date(2024, 6, 3),
                "parties": "甲公司\n乙大学",
            }
        )
        await profile.add("contracts", contract, by=account, on=clock.today(), file=PAPER)
    await make_hours(account, minutes, by=clerk)
    return account


async def _hold(
    account: Account, level: Level, minutes: int, clerk: Account, officers: list[Account]
) -> None:
    """Grant a level under the trial procedure, long enough ago to go on from it."""
    first, second, _ = officers
    await make_hours(account, minutes, on=date(2025, 2, 20), by=clerk)
    with clock.morning_of(EARLIER):
        case = await applications.draft(DraftIn(level=level), by=account, on=EARLIER)
        await applications.save(case.id, StatementIn(statement="此前的工作"), by=account)
        await applications.submit(case.id, by=account, on=EARLIER)
        grant = ProposalIn(proposal=Proposal.GRANT, grounds="条件均满足")
        await decisions.propose(case.id, grant, by=first)
        await decisions.grant(case.id, GroundsIn(grounds="同意"), by=second, on=EARLIER)


async def _told(account: Account) -> dict[str, str]:
    told = {
        "id": str(account.id),
        "login": account.login,
        "password": PASSWORD,
        "secret": SECRETS[account.id]
        if account.role not in {Role.APPLICANT, Role.EMPLOYER}
        else "",
    }
    if account.person is not None:
        person = await people.find(account.person, by=account)
        told |= {"name": str(person.name), "number": person.number}
    return told


async def main() -> None:
    await db.connect(Settings.from_env())
    try:
        json.dump(await prepare(), sys.stdout)
    finally:
        await db.disconnect()


if __name__ == "__main__":
    moved.wind_up()
    anyio.run(main)
