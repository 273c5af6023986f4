"""Hours that a level has taken: from the grant to the finding, and in the next statement."""

from datetime import date, timedelta
from typing import Any

import pytest

from credentials import applications, decisions
from credentials.applications import DraftIn, StatementIn
from credentials.decisions import GroundsIn, ProposalIn
from credentials.tables import Credential
from credentials.words import Level, Proposal
from registry import profile
from registry.platform.permissions import Role
from registry.platform.tables import AuditEntry, Job
from registry.profile import ContractIn
from registry.tables import Account
from registry.words import ContractRole, Degree
from tests.factories import DAY, make_account, make_applicant, make_granted, make_hours
from training import findings, ledger, policy, statements
from training.counting import Tally
from training.findings import ReviewIn
from training.statements import Statement
from training.tables import HoursUse
from training.words import Suspicion

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
EARLIER = DAY - timedelta(days=30)
LATER = DAY
ALL = ReviewIn(first_day=date(2026, 1, 1), last_day=date(2026, 12, 31))


async def doctor() -> Account:
    """Somebody who may go straight to the mid level, but for the hours."""
    account = await make_applicant(degree=Degree.DOCTOR)
    for number in range(5):
        contract = ContractIn(
            registration_number=f"2024390000{number:05d}",
            title="成果转让",
            role=ContractRole.LEAD,
            amount_yuan=500_000,
            signed_on=date(2024, 3, 5),
            parties="大学；公司",
        )
        await profile.add("contracts", contract, by=account, on=DAY)
    return account


async def grant_mid(account: Account) -> Credential:
    case = await applications.draft(DraftIn(level=Level.MID), by=account, on=LATER)
    await applications.save(case.id, StatementIn(statement="工作说明"), by=account)
    await applications.submit(case.id, by=account, on=LATER)
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    proposal = ProposalIn(proposal=Proposal.GRANT, grounds="条件均满足")
    await decisions.propose(case.id, proposal, by=first)
    return await decisions.grant(case.id, GroundsIn(grounds="同意"), by=second, on=LATER)


async def levels(account: Account) -> tuple[Statement, list[Tally]]:
    assert account.person is not None
    found = await statements.statement(
        account.person, by=account, on=LATER, schemes=(policy.LEVELS,)
    )
    return found, found.counted[0].tallies


async def review(officer: Account) -> list[dict[str, Any]]:
    """What is found about hours used before, after another look at the whole year."""
    await findings.review(ALL, by=officer, on=LATER)
    found = await findings.listed(by=officer)
    return [row for row in found if row["kind"] == Suspicion.USED_BEFORE]


async def test_a_grant_takes_the_hours_it_needs_and_leaves_the_rest() -> None:
    account = await doctor()
    await make_hours(account, 960, on=date(2026, 5, 20))
    await make_granted(account)
    used = await HoursUse.objects(HoursUse.entry).where(HoursUse.level == "junior")
    assert sum(use.entry.minutes for use in used) == 1800
    assert {use.used_on for use in used} == {DAY}
    assert max(use.entry.held_on for use in used) < date(2026, 5, 1), "the oldest are taken first"
    kept = await AuditEntry.objects().get(AuditEntry.action == "hours.use")
    assert kept is not None
    assert '"level":"junior"' in kept.detail
    found, (junior, mid, _) = await levels(account)
    assert (junior.counted, mid.counted, mid.used_before) == (2760, 960, 1800)
    assert found.used == {use.entry.id: ["junior"] for use in used}
    assert not await Job.exists().where(Job.kind == "hours-review")


async def test_hours_that_came_too_late_for_the_check_are_not_taken() -> None:
    account = await doctor()
    credential = await make_granted(account)
    await make_hours(account, 480, on=date(2026, 1, 5))
    assert account.person is not None
    assert await HoursUse.count() == 4
    assert await ledger.total(account.person, DAY) == 2280
    assert credential.granted_on == DAY


async def test_a_higher_level_that_needs_the_same_hours_again_is_found_and_says_which() -> None:
    account, officer = await doctor(), await make_account(Role.OFFICER)
    await make_granted(account, EARLIER)
    await make_hours(account, 900, on=date(2026, 5, 20))
    assert await review(officer) == []
    await grant_mid(account)
    assert await HoursUse.count().where(HoursUse.level == "mid") == 6
    assert await Job.exists().where(Job.kind == "hours-review")
    listed = await review(officer)
    assert await review(officer) == listed
    assert [row["facts"] for row in listed] == [{"levels": 2}] * 4
    for row in listed:
        assert [(use["level"], use["used_on"]) for use in row["uses"]] == [
            ("junior", EARLIER),
            ("mid", LATER),
        ]
    _, (junior, mid, senior) = await levels(account)
    assert (junior.counted, junior.used_before) == (2700, 0)
    assert (mid.counted, mid.used_before) == (900, 1800)
    assert (senior.counted, senior.used_before) == (0, 2700)


async def test_hours_enough_beside_those_taken_are_no_double_claim() -> None:
    account, officer = await doctor(), await make_account(Role.OFFICER)
    await make_granted(account, EARLIER)
    await make_hours(account, 2760, on=date(2026, 5, 20))
    await grant_mid(account)
    assert await review(officer) == []
