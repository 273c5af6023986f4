"""Renewal: for who kept learning, within the window, and a little later."""

from datetime import date, timedelta

import pytest

from credentials.decisions import NotAsProposed, ProposalIn, SamePerson
from credentials.jobs import jobs
from credentials.standing import changes, history, requests
from credentials.standing.renewals import NotRenewable
from credentials.standing.requests import AlreadyAsked, RenewalIn
from credentials.tables import HolderRequest
from credentials.words import Level, Proposal, Standing
from registry.integrity import practice
from registry.platform import outbox, steps
from registry.platform.errors import NotFound
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.platform.tables import Job
from registry.tables import Account
from tests.credentials.standing.holding import (
    GROUNDS,
    decided,
    make_learning,
    make_level,
    now,
)
from tests.factories import DAY, Clock, make_account, make_applicant, make_bar, stand

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
GRANTED = date(2025, 1, 10)
LAST = date(2028, 1, 9)
YEARS = (2025, 2026, 2027)
ASKED = RenewalIn(grounds="继续从业")
ONE = timedelta(days=1)


async def learned(*years: int) -> Account:
    account = await make_applicant()
    await make_learning(account, *(years or YEARS))
    return account


async def test_renewed_in_time_it_goes_on_where_it_would_have_ended() -> None:
    account = await learned()
    held = await make_level(account, on=GRANTED)
    asked = date(2027, 12, 31)
    row = await requests.ask_renewal(held.id, ASKED, by=account, on=asked)
    (signed,) = await practice.signatures(account.person)
    assert (signed["occasion"], signed["effective_from"]) == ("renewal", date(2026, 1, 1))
    await decided(row, date(2028, 1, 8))
    renewed = await now(held)
    assert (renewed.status, renewed.valid_until) == ("in-force", date(2031, 1, 9))
    assert renewed.granted_on == renewed.status_since == GRANTED
    assert [line["step"] for line in await steps.history(held.id)] == ["renew"]
    for day in (LAST, LAST + ONE, date(2031, 1, 9)):
        (found,) = await history.held(account.person, day, date(2028, 1, 8))
        assert found.status == Standing.IN_FORCE
    (unknown,) = await history.held(account.person, LAST + ONE, date(2028, 1, 7))
    assert unknown.status == Standing.LAPSED


async def test_renewed_late_it_begins_again_and_the_gap_stays() -> None:
    account = await learned()
    held = await make_level(account, on=GRANTED)
    assert await changes.lapse(held.id, on=LAST) is False
    assert await changes.lapse(held.id, on=LAST + ONE) is True
    assert await changes.lapse(held.id, on=LAST + ONE) is False
    assert (await now(held)).status_since == LAST + ONE
    row = await requests.ask_renewal(held.id, ASKED, by=account, on=date(2028, 4, 9))
    decision = date(2028, 4, 20)
    await decided(row, decision)
    renewed = await now(held)
    assert (renewed.status, renewed.status_since) == ("in-force", decision)
    assert renewed.valid_until == date(2031, 4, 19)
    for day, status in ((LAST, "in-force"), (LAST + ONE, "lapsed"), (decision - ONE, "lapsed")):
        (found,) = await history.held(account.person, day, decision)
        assert found.status == status
    (again,) = await history.held(account.person, decision, decision)
    assert again.status == "in-force"


@pytest.mark.parametrize(
    ("on", "against"),
    [
        (date(2027, 1, 9), ["not-open", "education"]),
        (date(2027, 1, 10), ["education"]),
        (date(2028, 4, 9), ["education"]),
        (date(2028, 4, 10), ["closed", "education"]),
    ],
)
async def test_the_window_opens_and_closes_on_its_day(on: date, against: list[str]) -> None:
    account = await make_applicant()
    held = await make_level(account, on=GRANTED)
    with pytest.raises(NotRenewable) as refused:
        await requests.ask_renewal(held.id, ASKED, by=account, on=on)
    assert refused.value.facts["reasons"] == against
    assert refused.value.facts["closes"] == "2028-04-09"
    assert await HolderRequest.count() == 0
    assert await practice.signatures(account.person) == []


async def test_every_whole_year_has_to_be_complete() -> None:
    account = await learned(2025, 2027)
    await make_learning(account, 2026, days=8)
    held = await make_level(account, on=GRANTED)
    with pytest.raises(NotRenewable) as refused:
        await requests.ask_renewal(held.id, ASKED, by=account, on=date(2028, 1, 5))
    years = refused.value.facts["years"]
    assert [(y["year"], y["complete"]) for y in years] == [
        (2025, True),
        (2026, False),
        (2027, True),
    ]
    assert [year["counted"] for year in years] == [4320, 3840, 4320]


async def test_a_bar_a_suspension_and_a_revocation_stand_against_it() -> None:
    on = date(2028, 1, 5)
    barred = await learned()
    held = await make_level(barred, on=GRANTED)
    await make_bar(barred.person, on, on)
    with pytest.raises(NotRenewable) as refused:
        await requests.ask_renewal(held.id, ASKED, by=barred, on=on)
    assert refused.value.facts["reasons"] == ["integrity"]
    row = await requests.ask_renewal(held.id, ASKED, by=barred, on=on + ONE)
    await stand(held.id, "suspend", until=on + timedelta(days=9), on=on + ONE)
    with pytest.raises(NotRenewable) as refused:
        await decided(row, on + timedelta(days=2))
    assert refused.value.facts["reasons"] == ["standing"]
    assert (await requests.find(row.id, by=barred)).status == "proposed"
    with pytest.raises(NotFound):
        await requests.ask_renewal(held.id, ASKED, by=await make_applicant(), on=on)


async def test_two_officers_decide_as_proposed_once() -> None:
    account = await learned()
    held = await make_level(account, on=GRANTED)
    on = date(2028, 1, 5)
    row = await requests.ask_renewal(held.id, ASKED, by=account, on=on)
    with pytest.raises(AlreadyAsked):
        await requests.ask_renewal(held.id, ASKED, by=account, on=on)
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    yes = ProposalIn(proposal=Proposal.GRANT, grounds="学时齐全")
    no = ProposalIn(proposal=Proposal.REFUSE, grounds="学时不齐")
    with pytest.raises(StepNotPossible):
        await requests.decide(row.id, yes, by=second, on=on)
    await requests.propose(row.id, no, by=first)
    with pytest.raises(SamePerson):
        await requests.decide(row.id, no, by=first, on=on)
    with pytest.raises(SamePerson):
        await requests.send_back(row.id, GROUNDS, by=first)
    with pytest.raises(NotAsProposed):
        await requests.decide(row.id, yes, by=second, on=on)
    await requests.send_back(row.id, GROUNDS, by=second)
    await requests.propose(row.id, yes, by=second)
    (waits,) = await requests.waiting(by=first, on=on)
    assert (waits["may_decide"], waits["until"].provisional) == (True, True)
    await requests.decide(row.id, yes, by=first, on=on)
    with pytest.raises(StepNotPossible):
        await requests.decide(row.id, yes, by=first, on=on)
    assert (await now(held)).valid_until == date(2031, 1, 9)
    taken = [line["step"] for line in await steps.history(row.id)]
    assert taken == ["propose-reply", "return-reply", "propose-reply", "grant-asked"]


async def test_refused_or_withdrawn_nothing_changes_and_it_can_be_asked_again() -> None:
    account = await learned()
    held = await make_level(account, on=GRANTED)
    on = date(2028, 1, 5)
    row = await requests.ask_renewal(held.id, ASKED, by=account, on=on)
    await decided(row, on, Proposal.REFUSE)
    row = await requests.ask_renewal(held.id, ASKED, by=account, on=on)
    with pytest.raises(NotFound):
        await requests.withdraw(row.id, by=await make_applicant())
    await requests.withdraw(row.id, by=account)
    with pytest.raises(StepNotPossible):
        await requests.withdraw(row.id, by=account)
    assert (await now(held)).valid_until == LAST
    await requests.ask_renewal(held.id, ASKED, by=account, on=on)


async def test_a_level_lapses_by_itself_on_the_day_after_its_last(time: Clock) -> None:
    held = await make_level(await make_applicant(), on=DAY)
    due = await Job.objects().get(Job.kind == changes.VALIDITY_ENDS)
    assert due is not None
    time.pass_by(days=(held.valid_until - DAY).days)
    await outbox.empty(jobs())
    assert (await now(held)).status == "in-force"
    time.pass_by(days=1)
    await outbox.empty(jobs())
    lapsed = await now(held)
    assert (lapsed.status, lapsed.status_since) == ("lapsed", held.valid_until + ONE)


async def test_a_higher_level_supersedes_and_its_end_gives_the_lower_one_back() -> None:
    account = await make_applicant()
    junior = await make_level(account, on=DAY)
    mid = await make_level(account, Level.MID, DAY + timedelta(days=10))
    senior = await make_level(account, Level.SENIOR, DAY + timedelta(days=20))
    assert (await now(junior)).superseded_by == mid.id
    assert (await now(mid)).superseded_by == senior.id
    assert [(await now(each)).status for each in (junior, mid, senior)] == [
        "superseded",
        "superseded",
        "in-force",
    ]
    on = DAY + timedelta(days=30)
    await stand(senior.id, "revoke", reason="fraud", on=on)
    assert [(await now(each)).status for each in (junior, mid, senior)] == [
        "superseded",
        "in-force",
        "revoked",
    ]
    found = await history.held(account.person, DAY + timedelta(days=25), on)
    assert [(each.level, each.status) for each in found] == [
        ("senior", "in-force"),
        ("mid", "superseded"),
        ("junior", "superseded"),
    ]
