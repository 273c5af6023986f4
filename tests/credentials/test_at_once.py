"""Every act of an evaluation, clicked several times at once, happens exactly once."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from credentials import applications, decisions
from credentials.decisions import GroundsIn, ProposalIn
from credentials.intake import employers, formal_check
from credentials.intake.employers import PublicationIn
from credentials.intake.formal_check import ItemIn, NoticeIn
from credentials.intake.tables import SupplementNotice
from credentials.panels import (
    abandonment,
    draws,
    meetings,
    publicity,
    recusals,
    reviews,
    rulings,
    sheets,
)
from credentials.panels.abandonment import ReasonIn
from credentials.panels.draws import CommitmentIn, SecretIn, WordIn
from credentials.panels.meetings import AttendanceIn, VoteIn
from credentials.panels.objections import ReasonsIn
from credentials.panels.recusals import RecusalIn
from credentials.panels.reviews import OutcomeIn, ReviewIn
from credentials.panels.rulings import RulingIn
from credentials.panels.sheets import ScoreIn, SheetIn
from credentials.panels.tables import Minutes, Panel, Publication, Recusal
from credentials.panels.words import Choice, Outcome, Ruling
from credentials.standing import proposals
from credentials.standing.proposals import StandingIn
from credentials.tables import Credential
from credentials.words import Level, Proposal
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.tables import Account
from seeds import evaluation
from seeds.evaluation import SECRET
from tests.clicks import once, taken
from tests.credentials.intake import stage
from tests.credentials.panels.cases import (
    DAY,
    accepted,
    case_of,
    drawn,
    make_office,
    now,
    owner,
    published,
)
from tests.factories import make_account, make_applicant, make_granted, vault

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
OK = GroundsIn(grounds="经核对属实")
REASONS = ReasonsIn(reasons="经核对没有根据")
VOTED = ["submit", "accept", "convene", "vote"]
PUBLISHED = [*VOTED, "publish"]
SHEET = SheetIn(
    scores={
        part: ScoreIn(points=80)
        for part in ("knowledge", "skill:trading", "experience", "performance")
    }
)


async def officers(number: int = 4) -> list[Account]:
    return [await make_account(Role.OFFICER) for _ in range(number)]


async def test_the_intake_of_an_application_happens_once() -> None:
    await stage.make_round(closes=None)
    person, employer, office = (
        await stage.make_person(),
        await stage.make_employer(),
        await officers(),
    )
    case = await stage.make_ready(person, employer.organisation)
    first, no = stage.FIRST, employers.ReasonIn(reason="项目不是本人承担")
    up = PublicationIn(first_day=first, place="公告栏")
    await once(lambda by: applications.submit(case.id, by=by, on=first), person)
    await once(lambda by: employers.decline(case.id, no, by=by), employer)
    await once(lambda by: applications.submit(case.id, by=by, on=first), person)
    await employers.publish(case.id, up, by=employer, on=first)
    later = first + timedelta(days=14)
    await once(lambda by: employers.confirm(case.id, by=by, on=later), employer)
    notice = NoticeIn(items=(ItemIn(field="statement", words="请写明起止时间"),))
    await once(lambda by: formal_check.ask(case.id, notice, by=by), *office)
    assert await SupplementNotice.count() == 1
    await once(lambda by: applications.submit(case.id, by=by, on=later), person)
    await once(lambda by: formal_check.accept(case.id, by=by), *office)
    await once(lambda by: applications.withdraw(case.id, by=by), person)
    handed = ["hand-to-employer", "not-confirm", "hand-to-employer", "confirm"]
    after = ["return", "submit", "accept", "withdraw"]
    assert await taken(case.id) == sorted(handed + after)


async def test_draw_meeting_publication_and_grant_happen_once() -> None:
    office = await make_office(3)
    case = await accepted(office)
    staff, others = [office.first, office.second, office.third], await officers()
    asked = CommitmentIn(level=Level.JUNIOR, applications=[case.id], secret=SECRET)
    panel = await once(lambda by: draws.commit(asked, by=by, on=DAY), *staff)
    (committed,) = (each for each in staff if each.id == panel.committed_by)
    await once(lambda by: draws.add_word(panel.id, WordIn(word=f"字{by.id}"), by=by), *others)
    kept = await Panel.objects().get(Panel.id == panel.id)
    assert kept is not None
    assert kept.word == f"字{kept.worded_by}"
    secret = SecretIn(secret=SECRET)
    await once(lambda by: draws.reveal(panel.id, secret, by=by, on=DAY), committed)
    before, sitting = await case_of(panel, case), await evaluation.sitting(panel, office)
    for member in sitting:
        await once(lambda by: sheets.hand_in(before.id, SHEET, by=by, on=DAY), member)
    there = AttendanceIn(present=[member.id for member in sitting])
    await once(
        lambda by: meetings.open_meeting(panel.id, there, by=by, on=DAY, vault=vault()), *staff
    )
    yes = VoteIn(choice=Choice.YES)
    for member in sitting:
        await once(lambda by: meetings.vote(before.id, yes, by=by, on=DAY), member)
    await once(lambda by: meetings.close_meeting(panel.id, by=by, on=DAY, vault=vault()), *staff)
    assert await Minutes.count() == 1
    shown = await once(lambda by: publicity.publish(case.id, by=by, on=DAY), *staff)
    assert await Publication.count() == 1
    over = publicity.until(shown).day + timedelta(days=1)
    ended = await asyncio.gather(
        *(publicity.end(shown.id, on=over) for _ in range(4)), return_exceptions=True
    )
    assert ended.count(True) == 1
    await once(lambda by: decisions.grant(case.id, OK, by=by, on=over), *others)
    assert await Credential.count() == 1
    assert await taken(case.id) == sorted([*VOTED, "publish", "end-publication", "grant"])
    assert await taken(panel.id) == ["close-meeting", "open-meeting", "reveal"]


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_a_refusal_and_its_review_happen_once(outcome: Outcome) -> None:
    office = await make_office(3)
    case = await accepted(office)
    await evaluation.vote([case], office, DAY, against=[case])
    person, staff = await owner(case), await officers()
    refuse = ProposalIn(proposal=Proposal.REFUSE, grounds="未达到三分之二")
    await once(lambda by: decisions.propose(case.id, refuse, by=by), office.first, office.second)
    await once(lambda by: decisions.send_back(case.id, OK, by=by), *staff)
    await once(lambda by: decisions.propose(case.id, refuse, by=by), office.first, office.second)
    await once(lambda by: decisions.refuse(case.id, OK, by=by, on=DAY), *staff)
    asked = ReviewIn(grounds="评审时没有看到补充的合同登记证明。")
    review = await once(lambda by: reviews.ask(case.id, asked, by=by, on=DAY), person)
    said = OutcomeIn(outcome=outcome, reasons="补充的证明已核对")
    await once(lambda by: reviews.propose(review.id, said, by=by), *await officers())
    await once(lambda by: reviews.decide(review.id, said, by=by, on=DAY), *await officers())
    steps = ["propose", "send-back-to-vote", "propose", "refuse"]
    steps += ["reopen"] if outcome is Outcome.REOPEN else []
    assert await taken(case.id) == sorted(VOTED + steps)
    assert len(await taken(review.id)) == 2


async def objected(row: Publication, number: int = 1) -> list[Any]:
    return [
        (await evaluation.object_to(row, vault(), DAY, anonymous=True))[0] for _ in range(number)
    ]


@pytest.mark.parametrize("ruling", list(Ruling))
async def test_an_objection_is_taken_up_and_decided_once(ruling: Ruling) -> None:
    row, case = await published(await make_office(3))
    (objection,) = await objected(row)
    said = RulingIn(ruling=ruling, reasons="经核对")
    await once(lambda by: rulings.take_up(objection.id, by=by), *await officers())
    await once(lambda by: rulings.decide(objection.id, said, by=by, on=DAY), *await officers())
    became = {Ruling.DISMISS: "resume", Ruling.RECHECK: "recheck", Ruling.REFUSE: "propose"}
    assert await taken(case.id) == sorted([*PUBLISHED, "hold", became[ruling]])
    assert len(await taken(objection.id)) == 2


async def test_an_objection_is_declined_once_and_ends_what_is_over() -> None:
    row, case = await published(await make_office(3))
    (objection,) = await objected(row)
    over = publicity.until(row).day + timedelta(days=1)
    await once(lambda by: rulings.decline(objection.id, REASONS, by=by, on=over), *await officers())
    assert await taken(case.id) == sorted([*PUBLISHED, "end-publication"])


async def test_two_objections_at_once_hold_once_and_resume_once() -> None:
    row, case = await published(await make_office(3))
    pair, over = await objected(row, 2), publicity.until(row).day + timedelta(days=1)
    first, second = await officers(2)
    await asyncio.gather(*(rulings.take_up(each.id, by=first) for each in pair))
    said = RulingIn(ruling=Ruling.DISMISS, reasons="经核对")
    await asyncio.gather(
        *(
            rulings.decide(each.id, said, by=by, on=over)
            for each, by in zip(pair, (first, second), strict=True)
        )
    )
    assert await taken(case.id) == sorted([*PUBLISHED, "hold", "resume", "end-publication"])
    assert (await now(case)).status == "proposed"


@pytest.mark.parametrize("ruling", [Ruling.RECHECK, Ruling.REFUSE])
async def test_of_two_objections_upheld_at_once_one_changes_the_result(ruling: Ruling) -> None:
    row, case = await published(await make_office(3))
    pair, both = await objected(row, 2), await officers(2)
    for each in pair:
        await rulings.take_up(each.id, by=both[0])
    said = RulingIn(ruling=ruling, reasons="经核对")
    came = await asyncio.gather(
        *(
            rulings.decide(each.id, said, by=by, on=DAY)
            for each, by in zip(pair, both, strict=True)
        ),
        return_exceptions=True,
    )
    assert any(not isinstance(each, BaseException) for each in came)
    done = {Ruling.RECHECK: "recheck", Ruling.REFUSE: "propose"}[ruling]
    assert await taken(case.id) == sorted([*PUBLISHED, "hold", done])


async def test_a_vote_and_the_end_of_the_meeting_do_not_cross() -> None:
    office = await make_office(3)
    panel, (application,) = await drawn(office)
    case, members = await case_of(panel, application), await evaluation.sitting(panel, office)
    for member in members:
        await sheets.hand_in(case.id, SHEET, by=member, on=DAY)
    there = AttendanceIn(present=[member.id for member in members])
    await meetings.open_meeting(panel.id, there, by=office.first, on=DAY, vault=vault())
    yes, no = VoteIn(choice=Choice.YES), VoteIn(choice=Choice.NO)
    await meetings.vote(case.id, yes, by=members[0], on=DAY)
    await meetings.vote(case.id, yes, by=members[1], on=DAY)
    last, closed = await asyncio.gather(
        meetings.vote(case.id, no, by=members[2], on=DAY),
        meetings.close_meeting(panel.id, by=office.first, on=DAY, vault=vault()),
        return_exceptions=True,
    )
    assert last is None
    if isinstance(closed, BaseException):
        assert isinstance(closed, meetings.VotesMissing)
        await meetings.close_meeting(panel.id, by=office.first, on=DAY, vault=vault())
    done = await case_of(panel, application)
    assert (done.yes, done.no, done.entitled) == (2, 1, 3)


async def test_a_member_withdraws_and_a_panel_is_given_up_once() -> None:
    office = await make_office(5)
    panel, (application,) = await drawn(office)
    case, members = await case_of(panel, application), await evaluation.sitting(panel, office)
    away = RecusalIn(reason="认出申请人")
    came = await asyncio.gather(
        *(recusals.recuse(case.id, away, by=members[0], on=DAY) for _ in range(4)),
        return_exceptions=True,
    )
    assert came.count(None) == 1
    assert await Recusal.count() == 1
    assert len(await evaluation.sitting(panel, office)) == 3
    given = ReasonIn(reason="成员因病")
    asking, *others = await officers()
    await abandonment.abandon(panel.id, given, by=asking)
    await once(lambda by: abandonment.abandon(panel.id, given, by=by), *others)
    assert await taken(application.id) == ["accept", "convene", "dissolve", "submit"]


@pytest.mark.parametrize("act", ["suspend", "revoke"])
async def test_a_decision_about_a_level_is_made_or_dropped_once(act: str) -> None:
    held = await make_granted(await make_applicant(), date(2026, 6, 30))
    until = DAY + timedelta(days=30) if act == "suspend" else None
    asked = {"act": act, "reason": "request", "until": until, "grounds": "经核实"}
    wanted = StandingIn.model_validate(asked)
    first, *others = await officers(5)
    dropped = await proposals.propose(held.id, wanted, by=first, on=DAY)
    await once(lambda by: proposals.drop(dropped.id, OK, by=by), *others)
    row = await proposals.propose(held.id, wanted, by=first, on=DAY)
    again = await proposals.propose(held.id, wanted, by=first, on=DAY)
    await once(lambda by: proposals.decide(row.id, OK, by=by, on=DAY), *others)
    assert await taken(held.id) == [act]
    assert (await taken(dropped.id), await taken(row.id)) == (["drop"], ["decide"])
    with pytest.raises(StepNotPossible):
        await proposals.decide(again.id, OK, by=others[0], on=DAY)


async def test_of_two_suspensions_decided_at_once_one_stands() -> None:
    held = await make_granted(await make_applicant(), date(2026, 6, 30))
    asked = {"act": "suspend", "reason": "request", "until": DAY + timedelta(days=30)}
    wanted = StandingIn.model_validate(asked | {"grounds": "经核实"})
    first, second, third = await officers(3)
    pair = [await proposals.propose(held.id, wanted, by=first, on=DAY) for _ in range(2)]
    came = await asyncio.gather(
        *(
            proposals.decide(each.id, OK, by=by, on=DAY)
            for each, by in zip(pair, (second, third), strict=True)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Credential) for each in came) == 1
    assert await taken(held.id) == ["suspend"]
