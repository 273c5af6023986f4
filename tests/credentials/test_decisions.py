"""Decisions: never one officer's alone, never twice, and dated."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials import applications, decisions
from credentials.decisions import GroundsIn, NotAsProposed, ProposalIn, SamePerson
from credentials.tables import Application, Credential
from credentials.words import GRANT, Proposal, Standing, Status
from registry.platform import steps
from registry.platform.db import rows
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.platform.tables import AuditEntry
from registry.tables import Account
from tests.conftest import NewClient
from tests.factories import (
    DAY,
    make_account,
    make_applicant,
    make_granted,
    make_submitted,
    sign_in,
)

pytestmark = pytest.mark.anyio
GROUNDS = GroundsIn(grounds="条件均满足")


async def officer() -> Account:
    return await make_account(Role.OFFICER)


async def make_proposed(by: Account, proposal: Proposal = Proposal.GRANT) -> Application:
    case = await make_submitted(await make_applicant())
    asked = ProposalIn(proposal=proposal, grounds="条件均满足")
    return await decisions.propose(case.id, asked, by=by)


async def test_whoever_prepared_it_does_not_decide_it(connected: None) -> None:
    first, second = await officer(), await officer()
    case = await make_proposed(first)
    for act in (
        decisions.grant(case.id, GROUNDS, by=first, on=DAY),
        decisions.refuse(case.id, GROUNDS, by=first, on=DAY),
        decisions.send_back(case.id, GROUNDS, by=first),
    ):
        with pytest.raises(SamePerson):
            await act
    assert await Credential.count() == 0

    granted = await decisions.grant(case.id, GROUNDS, by=second, on=DAY)
    decided = await applications.find(case.id, by=first)
    assert (decided.prepared_by, decided.decided_by) == (first.id, second.id)
    assert (decided.status, decided.decided_on) == (Status.GRANTED, DAY)
    assert granted.application == case.id


async def test_a_chief_officer_is_no_exception(connected: None) -> None:
    chief = await make_account(Role.CHIEF_OFFICER)
    case = await make_proposed(chief)
    with pytest.raises(SamePerson):
        await decisions.grant(case.id, GROUNDS, by=chief, on=DAY)


async def test_a_decision_is_the_one_that_was_proposed(connected: None) -> None:
    first, second = await officer(), await officer()
    refusing, granting = await make_proposed(first, Proposal.REFUSE), await make_proposed(first)
    with pytest.raises(NotAsProposed):
        await decisions.grant(refusing.id, GROUNDS, by=second, on=DAY)
    with pytest.raises(NotAsProposed):
        await decisions.refuse(granting.id, GROUNDS, by=second, on=DAY)
    assert await Credential.count() == 0

    await decisions.send_back(refusing.id, GROUNDS, by=second)
    await decisions.propose(
        refusing.id, ProposalIn(proposal=Proposal.GRANT, grounds="复核后满足"), by=second
    )
    await decisions.grant(refusing.id, GROUNDS, by=first, on=DAY)
    await decisions.send_back(granting.id, GROUNDS, by=second)


async def test_a_case_taken_over_meanwhile_is_not_decided_by_its_new_author(
    connected: None,
) -> None:
    """What the second officer looked at is old: since then they have prepared it themselves."""
    first, second, third = await officer(), await officer(), await officer()
    case = await make_proposed(first)
    old = await applications.find(case.id, by=second)
    await decisions.send_back(case.id, GROUNDS, by=third)
    await decisions.propose(
        case.id, ProposalIn(proposal=Proposal.GRANT, grounds="条件均满足"), by=second
    )
    with pytest.raises(StepNotPossible):
        await decisions._second(GRANT, old, GROUNDS, second, decided_by=second.id)
    await decisions._second(GRANT, old, GROUNDS, third, decided_by=third.id)


@pytest.mark.parametrize("decision", ["grant", "refuse"])
async def test_of_many_clicks_at_once_one_decides(connected: None, decision: str) -> None:
    case = await make_proposed(await officer(), Proposal(decision))
    others = [await officer() for _ in range(5)]
    decide: Any = getattr(decisions, decision)
    found = await asyncio.gather(
        *(decide(case.id, GROUNDS, by=other, on=DAY) for other in others), return_exceptions=True
    )
    refused = [each for each in found if isinstance(each, StepNotPossible)]
    assert len(refused) == 4
    taken = [line["step"] for line in await steps.history(case.id)]
    assert taken == ["submit", "propose", decision]
    assert await Credential.count() == (1 if decision == "grant" else 0)
    lines = await AuditEntry.count().where(AuditEntry.action == f"application.{decision}")
    assert lines == 1


async def test_withdrawing_and_proposing_at_once_leaves_one_of_them(connected: None) -> None:
    account, second = await make_applicant(), await officer()
    case = await make_submitted(account)
    proposal = ProposalIn(proposal=Proposal.REFUSE, grounds="条件不满足")
    found = await asyncio.gather(
        applications.withdraw(case.id, by=account),
        decisions.propose(case.id, proposal, by=second),
        return_exceptions=True,
    )
    assert sum(isinstance(each, StepNotPossible) for each in found) == 1
    left = await applications.find(case.id, by=account)
    assert left.status in {Status.WITHDRAWN, Status.PROPOSED}


async def test_nobody_withdraws_from_a_decision_that_is_prepared(connected: None) -> None:
    account = await make_applicant()
    case = await make_submitted(account)
    proposal = ProposalIn(proposal=Proposal.REFUSE, grounds="条件不满足")
    await decisions.propose(case.id, proposal, by=await officer())
    with pytest.raises(StepNotPossible):
        await applications.withdraw(case.id, by=account)
    await decisions.refuse(case.id, GROUNDS, by=await officer(), on=DAY)


async def test_a_second_decision_names_the_step_and_where_it_starts(connected: None) -> None:
    held = await make_granted(await make_applicant())
    with pytest.raises(StepNotPossible) as refused:
        await decisions.grant(held.application, GROUNDS, by=await officer(), on=DAY)
    facts = refused.value.facts
    assert (facts["step"], facts["status"], facts["starts"]) == ("grant", "granted", ["proposed"])


async def test_a_decided_case_stays_decided(connected: None) -> None:
    account, other = await make_applicant(), await officer()
    held = await make_granted(account)
    before = await rows("SELECT * FROM application")
    proposal = ProposalIn(proposal=Proposal.REFUSE, grounds="反悔")
    for act in (
        decisions.grant(held.application, GROUNDS, by=other, on=DAY),
        decisions.refuse(held.application, GROUNDS, by=other, on=DAY),
        decisions.send_back(held.application, GROUNDS, by=other),
        decisions.return_for_supplement(held.application, GROUNDS, by=other),
        decisions.propose(held.application, proposal, by=other),
        applications.withdraw(held.application, by=account),
        applications.submit(held.application, by=account, on=DAY),
    ):
        with pytest.raises(StepNotPossible):
            await act
    assert await rows("SELECT * FROM application") == before


async def test_the_queue_shows_what_waits_and_who_may_decide(connected: None) -> None:
    first, second = await officer(), await officer()
    submitted = await make_submitted(await make_applicant(), on=DAY - timedelta(days=1))
    proposed = await make_proposed(first)
    await applications.draft(applications.DraftIn(level="mid"), by=await make_applicant(), on=DAY)
    seen = {
        by.id: [(row["id"], row["may_decide"]) for row in await decisions.queue(by=by, on=DAY)]
        for by in (first, second)
    }
    assert seen[first.id] == [(submitted.id, False), (proposed.id, False)]
    assert seen[second.id] == [(submitted.id, False), (proposed.id, True)]


async def test_grounds_reach_the_applicant_without_the_officer_s_name(
    new_client: NewClient,
) -> None:
    account, first, second = await make_applicant(), await officer(), await officer()
    case = await make_submitted(account)
    refusal = ProposalIn(proposal=Proposal.REFUSE, grounds="拟定：未能证明")
    await decisions.propose(case.id, refusal, by=first)
    decision = GroundsIn(grounds="合同与登记不符")
    await decisions.refuse(case.id, decision, by=second, on=DAY)
    client = new_client()
    await sign_in(client, account)
    seen = await client.get(f"/api/applications/{case.id}")
    assert (seen.json()["status"], seen.json()["grounds"]) == ("refused", "合同与登记不符")
    assert [line["role"] for line in seen.json()["history"]] == ["applicant", "officer", "officer"]
    for by in (first, second):
        assert str(by.id) not in seen.text
        assert by.display_name not in seen.text


@pytest.mark.parametrize("body", [{}, {"grounds": ""}, {"grounds": " "}, {"grounds": "x" * 2001}])
@pytest.mark.parametrize("act", ["return", "proposal", "grant", "refusal", "send-back"])
async def test_every_act_says_why(new_client: NewClient, act: str, body: dict[str, str]) -> None:
    client, case = new_client(), await make_submitted(await make_applicant())
    await sign_in(client, await officer())
    refused = await client.post(f"/api/applications/{case.id}/{act}", json=body)
    assert refused.status_code == 422
    assert "grounds" in [error["field"] for error in refused.json()["errors"]]
    assert (await applications.find(case.id, by=await officer())).status == "submitted"


async def test_a_level_is_valid_to_the_day_the_policy_says(connected: None) -> None:
    held = await make_granted(await make_applicant())
    assert (held.granted_on, held.valid_until) == (DAY, date(2029, 6, 29))
    assert (held.status, held.level) == (Standing.IN_FORCE, "junior")


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 3, 31), 1, date(2026, 4, 29)),
        (date(2024, 2, 29), 36, date(2027, 2, 27)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2026, 12, 15), 1, date(2027, 1, 14)),
    ],
)
def test_a_period_of_months_ends_the_day_before(first: date, months: int, last: date) -> None:
    assert decisions.last_day(first, months) == last


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 120))
def test_a_longer_period_never_ends_earlier(first: date, months: int) -> None:
    last = decisions.last_day(first, months)
    assert last < decisions.last_day(first, months + 1)
    assert last >= first + timedelta(days=28 * months - 1)
    assert last <= first + timedelta(days=31 * months)
