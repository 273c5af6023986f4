"""Who may have a part in a decided case: nobody in their own matter, no two in one person."""

from datetime import timedelta

import pytest

from registry.integrity import cases, panels, requests, reviews
from registry.integrity.cases import DefenceIn, NoticeIn, OwnCase, ReasonsIn
from registry.integrity.drafts import NotNoticed, RightOpen
from registry.integrity.panels import VoteIn
from registry.integrity.requests import Answer, AnswerIn, RequestIn, SamePerson
from registry.integrity.reviews import HadPart, Outcome, OutcomeIn
from registry.integrity.ties import PanelRefused
from registry.integrity.words import Measure, RequestKind, Source
from registry.platform.permissions import Role
from registry.tables import Account, SealedBallot
from tests.factories import DAY, make_account, make_applicant, vault
from tests.registry.integrity.cases import (
    LATER,
    a_draft,
    convened,
    decided,
    noticed,
    panel,
    reported,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


async def test_nobody_sits_on_their_own_case_under_another_account() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case, (same, *others) = await noticed(person, officer), await panel(3)
    same.same_as = person.person
    await same.save([Account.same_as])
    draft = a_draft([each.id for each in (same, *others)])
    with pytest.raises(PanelRefused):
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    officer.same_as = person.person
    with pytest.raises(OwnCase):
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())


async def test_whom_a_case_turns_out_to_be_about_does_not_vote_on_it() -> None:
    person = await make_applicant()
    case, (member, *_), _ = await convened(person)
    member.same_as = person.person
    with pytest.raises(OwnCase):
        await panels.vote(case.id, VoteIn(agrees=False), by=member)


async def test_a_decision_orders_nothing_heavier_than_was_noticed_nor_on_another_basis() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case, members = await noticed(person, officer, Measure.REMINDER), await panel()
    ids = [each.id for each in members]
    for draft in (
        a_draft(ids, Measure.WITHDRAWAL),
        a_draft(ids, Measure.CRITICISM),
        a_draft(ids, Measure.REMINDER, basis="章程第九条"),
    ):
        with pytest.raises(NotNoticed):
            await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    again = NoticeIn(facts="另查明伪造合同", basis="章程第八条", measure=Measure.WITHDRAWAL)
    case = await cases.notify(case.id, again, by=officer, on=LATER)
    assert (case.status, case.noticed_on) == ("noticed", LATER)
    draft = a_draft(ids, Measure.WITHDRAWAL)
    with pytest.raises(RightOpen):
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    much_later = LATER + timedelta(days=14)
    put = await panels.convene(case.id, draft, by=officer, on=much_later, vault=vault())
    assert put.measure == Measure.WITHDRAWAL


async def test_what_was_said_before_a_second_notice_is_kept() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case = await noticed(person, officer)
    await cases.defend(case.id, DefenceIn(defence="笔误"), by=person, on=DAY)
    again = NoticeIn(facts="另查明伪造合同", basis="章程第八条", measure=Measure.WITHDRAWAL)
    await cases.notify(case.id, again, by=officer, on=DAY)
    case = await cases.defend(case.id, DefenceIn(defence="并非本人所为"), by=person, on=DAY)
    assert "笔误" in case.defence
    assert "并非本人所为" in case.defence


async def test_how_a_member_voted_is_nowhere_to_be_read() -> None:
    case, members, officer = await convened(await make_applicant())
    for place, member in enumerate(members):
        await panels.vote(case.id, VoteIn(agrees=place > 0), by=member)
    ballots = await SealedBallot.select().where(SealedBallot.box == case.id)
    assert len(ballots) == 3
    assert not any("yes" in str(each) or "no" in str(each["sealed"]) for each in ballots)
    case = await panels.count(case.id, by=officer, on=LATER, vault=vault())
    assert case.status == "decided"
    assert not await SealedBallot.exists().where(SealedBallot.box == case.id)


async def test_who_reported_or_sits_does_not_count() -> None:
    person, reporter = await make_applicant(), await make_account(Role.OFFICER)
    handler, sitting = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    case = await reported(person, reporter)
    await cases.accept(case.id, by=handler, on=DAY)
    asked = NoticeIn(facts="合同登记号不存在", basis="章程第八条", measure=Measure.BAR)
    await cases.notify(case.id, asked, by=handler, on=DAY)
    members = [sitting, *await panel(2)]
    draft = a_draft([each.id for each in members])
    await panels.convene(case.id, draft, by=handler, on=LATER, vault=vault())
    for member in members:
        await panels.vote(case.id, VoteIn(agrees=True), by=member)
    for caller in (reporter, sitting):
        with pytest.raises(OwnCase):
            await panels.count(case.id, by=caller, on=LATER, vault=vault())


async def test_a_second_officer_who_disagrees_gives_a_review_back() -> None:
    person = await make_applicant()
    case, _ = await decided(person)
    await panels.serve(case.id, by=await make_account(Role.OFFICER), on=LATER)
    await reviews.ask(case.id, ReasonsIn(reasons="过重"), by=person, on=LATER)
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    uphold = OutcomeIn(outcome=Outcome.UPHOLD, reasons="无新事实")
    annul = OutcomeIn(outcome=Outcome.ANNUL, reasons="依据不足")
    await reviews.propose(case.id, uphold, by=first)
    with pytest.raises(HadPart):
        await reviews.send_back(case.id, ReasonsIn(reasons="不同意"), by=first)
    back = await reviews.send_back(case.id, ReasonsIn(reasons="不同意"), by=second)
    assert back.status == "review"
    assert back.review_proposal is None
    await reviews.propose(case.id, annul, by=second)
    assert (await reviews.decide(case.id, annul, by=first, on=LATER)).status == "annulled"


async def test_who_made_the_finding_does_not_review_it() -> None:
    person, finder = await make_applicant(), await make_account(Role.OFFICER)
    case = await reported(person, finder, Source.FINDING)
    other, members = await make_account(Role.OFFICER), await panel()
    await cases.accept(case.id, by=other, on=DAY)
    asked = NoticeIn(facts="合同登记号不存在", basis="章程第八条", measure=Measure.BAR)
    await cases.notify(case.id, asked, by=other, on=DAY)
    draft = a_draft([each.id for each in members])
    await panels.convene(case.id, draft, by=other, on=LATER, vault=vault())
    for member in members:
        await panels.vote(case.id, VoteIn(agrees=True), by=member)
    await panels.count(case.id, by=other, on=LATER, vault=vault())
    await panels.serve(case.id, by=other, on=LATER)
    await reviews.ask(case.id, ReasonsIn(reasons="过重"), by=person, on=LATER)
    with pytest.raises(HadPart):
        await reviews.propose(case.id, OutcomeIn(outcome=Outcome.UPHOLD, reasons="属实"), by=finder)


async def test_a_second_officer_who_disagrees_gives_an_answer_back() -> None:
    person = await make_applicant()
    _, record = await decided(person)
    asked = RequestIn(kind=RequestKind.OBJECTION, grounds="不是本人")
    request = await requests.ask(record.id, asked, by=person, on=LATER)
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    refuse = AnswerIn(answer=Answer.REFUSE, reasons="属实")
    await requests.propose(request.id, refuse, by=first)
    with pytest.raises(SamePerson):
        await requests.send_back(request.id, ReasonsIn(reasons="不同意"), by=first)
    await requests.send_back(request.id, ReasonsIn(reasons="不同意"), by=second)
    grant = AnswerIn(answer=Answer.GRANT, reasons="确非本人")
    await requests.propose(request.id, grant, by=second)
    done = await requests.decide(request.id, grant, by=first, on=LATER)
    assert done.status == "granted"
