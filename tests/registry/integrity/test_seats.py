"""Who sits on a panel: nobody with a part in the case or a tie, and no seat stays empty."""

import asyncio
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import people, profile
from registry.integrity import cases, panels, seats
from registry.integrity.cases import NoticeIn, OwnCase
from registry.integrity.panels import VoteIn, VotesMissing
from registry.integrity.seats import AlternateIn, NotOnPanel, RecusalIn, SeatEmpty
from registry.integrity.tables import CaseMember, IntegrityCase
from registry.integrity.ties import PanelRefused
from registry.integrity.words import Measure, Source
from registry.platform.errors import NotFound, Refusal
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.profile import EmploymentIn
from registry.tables import Account
from tests import forms
from tests.conftest import NewClient
from tests.factories import DAY, Clock, make_account, make_applicant, sign_in, vault
from tests.registry.integrity.cases import LATER, a_draft, noticed, panel, reported

pytestmark = pytest.mark.anyio
alone = pytest.mark.usefixtures("connected")
ASIDE = RecusalIn(because="与当事人曾是同事")


async def sitting(
    alternates: int = 0, size: int = 3
) -> tuple[IntegrityCase, list[Account], list[Account], Account]:
    """A case before a panel, its members, its alternates, and the officer who handles it."""
    officer, members, others = (
        await make_account(Role.OFFICER),
        await panel(size),
        await panel(alternates),
    )
    case = await noticed(await make_applicant(), officer)
    draft = a_draft([each.id for each in members], alternates=[each.id for each in others])
    case = await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    return case, members, others, officer


async def names(case: IntegrityCase) -> list[UUID]:
    return [row["account"] for row in await seats.members(case.id)]


async def refused_with(case: IntegrityCase, member: Account, officer: Account) -> str:
    draft = a_draft([each.id for each in (member, *await panel(2))])
    with pytest.raises(PanelRefused) as refused:
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    (fault,) = refused.value.errors
    assert fault.facts["name"] == member.display_name
    return f"{fault.message} {fault.facts['cite']}"


@alone
async def test_a_member_is_neither_subject_nor_reporter_under_any_account() -> None:
    person, reporter = await make_applicant(), await make_applicant(name="李明")
    officer, member = await make_account(Role.OFFICER), (await panel(1))[0]
    case = await reported(person, reporter)
    await cases.accept(case.id, by=officer, on=DAY)
    asked = NoticeIn(facts="合同登记号不存在", basis="章程第八条", measure=Measure.BAR)
    await cases.notify(case.id, asked, by=officer, on=DAY)
    for who, why in ((person, "当事人本人"), (reporter, "举报")):
        await Account.update({Account.same_as: who.person}).where(Account.id == member.id)
        assert why in await refused_with(case, member, officer)
    assert "承办" in await refused_with(case, officer, officer)


@alone
async def test_who_found_the_conduct_does_not_judge_it() -> None:
    finder, officer = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    case = await reported(await make_applicant(), finder, Source.FINDING)
    await cases.accept(case.id, by=officer, on=DAY)
    asked = NoticeIn(facts="合同登记号不存在", basis="章程第八条", measure=Measure.BAR)
    await cases.notify(case.id, asked, by=officer, on=DAY)
    assert "发现" in await refused_with(case, finder, officer)


@alone
@pytest.mark.parametrize("known", ["register", "profile"])
async def test_a_colleague_of_the_subject_stands_aside_with_the_rule(known: str) -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case, member = await noticed(person, officer), (await panel(1))[0]
    if known == "register":
        await Account.update({Account.employer: " 公 司"}).where(Account.id == member.id)
    else:
        other = await make_applicant(name="李明")  # of the same employer
        await Account.update({Account.same_as: other.person}).where(Account.id == member.id)
    assert "第四十三条" in await refused_with(case, member, officer)
    await Account.update({Account.employer: "别的公司", Account.same_as: None}).where(
        Account.id == member.id
    )
    draft = a_draft([each.id for each in (member, *await panel(2))])
    put = await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    assert put.status == "with-panel"


@alone
async def test_everybody_who_may_not_sit_is_named_at_once() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case, members = await noticed(person, officer), await panel(4)
    await Account.update({Account.same_as: person.person}).where(Account.id == members[0].id)
    await Account.update({Account.employer: "公司"}).where(Account.id == members[3].id)
    draft = a_draft([each.id for each in members[:3]], alternates=[members[3].id])
    with pytest.raises(PanelRefused) as refused:
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    assert [fault.facts["name"] for fault in refused.value.errors] == [
        members[0].display_name,
        members[3].display_name,
    ]
    twice = a_draft([each.id for each in members[:3]], alternates=[members[1].id])
    with pytest.raises(PanelRefused):
        await panels.convene(case.id, twice, by=officer, on=LATER, vault=vault())
    assert await CaseMember.count() == 0


@alone
async def test_an_alternate_takes_the_place_of_who_stands_aside() -> None:
    case, members, (first, second), officer = await sitting(alternates=2)
    with pytest.raises(NotFound):
        await cases.find(case.id, by=first)
    await seats.recuse(case.id, ASIDE, by=members[0])
    assert await names(case) == [members[1].id, members[2].id, first.id]
    with pytest.raises(NotFound):
        await panels.vote(case.id, VoteIn(agrees=True), by=members[0])
    with pytest.raises(NotFound):
        await seats.recuse(case.id, ASIDE, by=second)
    with pytest.raises(NotOnPanel):
        await seats.recuse(case.id, ASIDE, by=officer)
    for member in (members[1], members[2]):
        await panels.vote(case.id, VoteIn(agrees=True), by=member)
    with pytest.raises(StepNotPossible):
        await seats.recuse(case.id, ASIDE, by=members[1])  # having voted
    with pytest.raises(VotesMissing):
        await panels.count(case.id, by=officer, on=LATER, vault=vault())
    await panels.vote(case.id, VoteIn(agrees=True), by=first)
    assert (await panels.count(case.id, by=officer, on=LATER, vault=vault())).status == "decided"


@alone
async def test_nothing_is_counted_while_a_seat_is_empty() -> None:
    case, members, _, officer = await sitting()
    await seats.recuse(case.id, ASIDE, by=members[0])
    for member in members[1:]:
        await panels.vote(case.id, VoteIn(agrees=True), by=member)
    with pytest.raises(SeatEmpty):
        await panels.close(case.id, by=members[1])
    with pytest.raises(SeatEmpty):
        await panels.count(case.id, by=officer, on=LATER, vault=vault())
    reporter = await Account.objects().get(Account.id == case.reported_by)
    assert reporter is not None
    (new,) = await panel(1)
    for wrong in (members[0], members[1], officer):
        with pytest.raises(PanelRefused):
            await seats.add(case.id, AlternateIn(member=wrong.id), by=officer)
    await seats.add(case.id, AlternateIn(member=new.id), by=officer)
    await panels.vote(case.id, VoteIn(agrees=True), by=new)
    assert (await panels.count(case.id, by=officer, on=LATER, vault=vault())).status == "decided"


@alone
async def test_an_alternate_tied_by_now_is_passed_over() -> None:
    case, members, (tied, free), _ = await sitting(alternates=2)
    await Account.update({Account.employer: "公司"}).where(Account.id == tied.id)
    await seats.recuse(case.id, ASIDE, by=members[2])
    assert await names(case) == [members[0].id, members[1].id, free.id]


@alone
async def test_after_the_vote_is_closed_nobody_leaves_or_comes() -> None:
    case, members, _, officer = await sitting(size=5)
    for member in members[:4]:
        await panels.vote(case.id, VoteIn(agrees=True), by=member)
    await panels.close(case.id, by=members[0])
    with pytest.raises(StepNotPossible):
        await seats.recuse(case.id, ASIDE, by=members[4])
    (new,) = await panel(1)
    with pytest.raises(StepNotPossible):
        await seats.add(case.id, AlternateIn(member=new.id), by=officer)


@alone
async def test_who_stood_aside_does_not_count_the_votes() -> None:
    officer, one = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    case = await noticed(await make_applicant(), officer)
    draft = a_draft([one.id, *(each.id for each in await panel(2))])
    await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    await seats.recuse(case.id, ASIDE, by=one)
    with pytest.raises(OwnCase):
        await panels.count(case.id, by=one, on=LATER, vault=vault())


@alone
async def test_of_members_who_leave_at_once_each_seat_is_taken_once() -> None:
    case, members, others, _ = await sitting(alternates=2)
    await asyncio.gather(*(seats.recuse(case.id, ASIDE, by=each) for each in members[:2]))
    assert set(await names(case)) == {members[2].id, *(each.id for each in others)}


@alone
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(["recuse", "add", "vote"]), st.integers(0, 6))))
async def test_a_panel_never_decides_with_another_number_than_it_was_convened_with(
    acts: list[tuple[str, int]],
) -> None:
    case, members, others, officer = await sitting(alternates=1)
    everybody = [*members, *others, *await panel(3)]
    for act, place in acts:
        who: Any = everybody[place]
        try:
            if act == "recuse":
                await seats.recuse(case.id, ASIDE, by=who)
            elif act == "add":
                await seats.add(case.id, AlternateIn(member=who.id), by=officer)
            else:
                await panels.vote(case.id, VoteIn(agrees=True), by=who)
        except Refusal:
            pass
        rows = await seats.named(case.id)
        assert len(await seats.members(case.id)) + seats.empty(rows) == 3
        assert seats.empty(rows) == 0 or not any(row["waits"] for row in rows)
    now = await seats.members(case.id)
    if len(now) == 3 and all(row["voted_at"] for row in now):
        done = await panels.count(case.id, by=officer, on=LATER, vault=vault())
        assert done.status == "decided"
    else:
        with pytest.raises(Refusal):
            await panels.count(case.id, by=officer, on=LATER, vault=vault())


async def test_standing_aside_in_the_browser(new_client: NewClient, time: Clock) -> None:
    time.pass_by(days=14)
    case, members, _, officer = await sitting()
    member, desk = new_client(), new_client()
    await sign_in(member, members[0])
    await sign_in(desk, officer)
    page = f"/integrity/cases/{case.id}"
    blank = await forms.send(member, page, {"act": "recuse"}, f"{page}/recusal")
    assert blank.status_code == 422
    typed = {"act": "recuse", "because": "与当事人曾是同事"}
    gone = await forms.send(member, page, typed, f"{page}/recusal")
    assert (gone.status_code, gone.headers["location"]) == (303, "/integrity/cases")
    assert (await member.get(page)).status_code == 404
    shown = unescape((await desk.get(page)).text)
    assert "已回避" in shown
    assert "席位空缺" in shown
    assert 'value="count"' not in shown
    (new,) = await panel(1)
    named = {"act": "name-alternate", "member": str(new.id)}
    assert (await forms.send(desk, page, named, f"{page}/handling")).status_code == 303
    shown = unescape((await desk.get(page)).text)
    assert "候补，已替补" in shown
    assert 'value="count"' in shown
    told = (await desk.get(f"/api/integrity/cases/{case.id}")).json()["members"]
    assert [row["recused"] for row in told] == [True, False, False, False]


async def test_a_panel_with_alternates_is_convened_in_the_browser(
    new_client: NewClient, time: Clock
) -> None:
    time.pass_by(days=14)
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case, members = await noticed(person, officer), await panel(4)
    desk = new_client()
    await sign_in(desk, officer)
    page = f"/integrity/cases/{case.id}"
    typed = {
        "act": "convene",
        "finding": "提交了不存在的合同登记号",
        "reasons": "核对不符",
        "basis": "章程第八条",
        "severity": "minor",
        "measure": "reminder",
        **{f"member-{one.id}": "yes" for one in members[:3]},
        f"alternate-{members[3].id}": "yes",
    }
    await Account.update({Account.employer: "公司"}).where(Account.id == members[1].id)
    refused = await forms.send(desk, page, typed, f"{page}/handling")
    assert refused.status_code == 422
    assert "在同一单位" in unescape(refused.text)
    assert f'href="#convene-member-{members[1].id}"' in refused.text
    assert f'id="convene-member-{members[1].id}"' in refused.text
    await Account.update({Account.employer: None}).where(Account.id == members[1].id)
    assert (await forms.send(desk, page, typed, f"{page}/handling")).status_code == 303
    assert [row["waits"] for row in await seats.named(case.id)] == [False] * 3 + [True]


@alone
async def test_a_post_that_is_over_still_ties() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case, (member,) = await noticed(person, officer), await panel(1)
    post = EmploymentIn(
        employer="老单位",
        post="经理",
        technology_transfer=True,
        began_on=date(2015, 1, 1),
        ended_on=date(2019, 1, 1),
    )
    await profile.add("employment", post, by=person, on=DAY)
    await Account.update({Account.employer: "老单位"}).where(Account.id == member.id)
    assert "同一单位" in await refused_with(case, member, officer)
    assert (await people.named(person.person))["name"] == "陈思远"
