"""Every act of an integrity case, clicked several times at once, happens exactly once."""

from datetime import date, timedelta

import pytest

from registry.integrity import cases, hearings, panels, requests, reviews
from registry.integrity.cases import DefenceIn, NoticeIn, ReasonsIn
from registry.integrity.hearings import MinutesIn
from registry.integrity.panels import VoteIn
from registry.integrity.requests import Answer, AnswerIn, RequestIn
from registry.integrity.reviews import Outcome, OutcomeIn
from registry.integrity.tables import CaseMember, IntegrityRecord, RecordRequest
from registry.integrity.words import Measure, RequestKind
from registry.platform.permissions import Role
from registry.platform.tables import AuditEntry, Job
from registry.tables import Account
from tests.clicks import once, taken
from tests.factories import DAY, make_account, make_applicant, vault
from tests.registry.integrity.cases import LATER, a_draft, decided, panel, reported

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
REASONS = ReasonsIn(reasons="经核对没有根据")
HEARD = ["accept", "notify", "defend", "ask-hearing", "hold-hearing", "convene"]


async def officers(number: int = 4) -> list[Account]:
    return [await make_account(Role.OFFICER) for _ in range(number)]


async def test_a_report_is_declined_once_and_not_accepted_meanwhile() -> None:
    case = await reported()
    await once(lambda by: cases.decline(case.id, REASONS, by=by), *await officers())
    assert await taken(case.id) == ["decline"]


@pytest.mark.parametrize("agrees", [True, False])
async def test_every_act_up_to_the_service_happens_once(agrees: bool) -> None:
    person, handlers, members = await make_applicant(), await officers(), await panel()
    case = await reported(person)
    notice = NoticeIn(facts="合同登记号不存在", basis="章程第八条", measure=Measure.BAR)
    minutes, defence = MinutesIn(attended=True, minutes="到场陈述"), DefenceIn(defence="笔误")
    draft = a_draft([each.id for each in members])
    await once(lambda by: cases.accept(case.id, by=by, on=DAY), *handlers)
    await once(lambda by: cases.notify(case.id, notice, by=by, on=DAY), *handlers)
    await once(lambda by: cases.defend(case.id, defence, by=by, on=DAY), person)
    await once(lambda by: cases.ask_hearing(case.id, by=by, on=DAY), person)
    await once(lambda by: hearings.hold(case.id, minutes, by=by, on=LATER), *handlers)
    await once(lambda by: panels.convene(case.id, draft, by=by, on=LATER, vault=vault()), *handlers)
    assert await CaseMember.count() == len(members)
    vote = VoteIn(agrees=agrees)
    for member in members:
        await once(lambda by: panels.vote(case.id, vote, by=by), member)
    await once(lambda by: panels.count(case.id, by=by, on=LATER, vault=vault()), *handlers)
    assert await IntegrityRecord.count() == agrees
    votes = await AuditEntry.count().where(AuditEntry.action == "integrity.vote")
    assert votes == len(members)
    if not agrees:
        assert await taken(case.id) == sorted([*HEARD, "dismiss"])
        return
    await once(lambda by: panels.serve(case.id, by=by, on=LATER), *handlers)
    assert await taken(case.id) == sorted([*HEARD, "decide", "serve"])


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_a_review_is_asked_proposed_and_decided_once(outcome: Outcome) -> None:
    person = await make_applicant()
    case, record = await decided(person)
    await panels.serve(case.id, by=await make_account(Role.OFFICER), on=LATER)
    said = OutcomeIn(outcome=outcome, reasons="重新核对")
    await once(lambda by: reviews.ask(case.id, REASONS, by=by, on=LATER), person)
    await once(lambda by: reviews.propose(case.id, said, by=by), *await officers())
    await once(lambda by: reviews.decide(case.id, said, by=by, on=LATER), *await officers())
    before = ["accept", "notify", "convene", "decide", "serve", "ask-review", "propose-review"]
    assert await taken(case.id) == sorted([*before, str(outcome)])
    kept = await IntegrityRecord.objects().get(IntegrityRecord.id == record.id)
    assert kept is not None
    assert bool(kept.annulled) is (outcome is Outcome.ANNUL)


@pytest.mark.parametrize("answer", list(Answer))
async def test_a_request_about_a_record_is_asked_and_answered_once(answer: Answer) -> None:
    person = await make_applicant()
    _, record = await decided(person)
    asked = RequestIn(kind=RequestKind.OBJECTION, grounds="登记号录入有误")
    said = AnswerIn(answer=answer, reasons="已核对")
    on = LATER + timedelta(days=1)
    request = await once(lambda by: requests.ask(record.id, asked, by=by, on=on), person)
    assert await RecordRequest.count() == 1
    await once(lambda by: requests.propose(request.id, said, by=by), *await officers())
    await once(lambda by: requests.decide(request.id, said, by=by, on=on), *await officers())
    assert await taken(request.id) == sorted(["propose-answer", f"{answer}-request"])
    kept = await IntegrityRecord.objects().get(IntegrityRecord.id == record.id)
    assert kept is not None
    assert kept.lifted_on == (on if answer is Answer.GRANT else None)


async def test_accepting_and_declining_at_once_leaves_one_of_them() -> None:
    case = await reported()
    first, second = await officers(2)

    async def either(by: Account) -> object:
        if by is first:
            return await cases.accept(case.id, by=by, on=DAY)
        return await cases.decline(case.id, REASONS, by=by)

    done = await once(either, first, second)
    assert await taken(case.id) == [{"accepted": "accept", "declined": "decline"}[done.status]]


async def test_jobs_of_one_decision_are_asked_for_once() -> None:
    _, record = await decided(await make_applicant(), until=date(2026, 12, 31))
    jobs = await Job.select(Job.kind).where(Job.subject == str(record.id))
    assert sorted(job["kind"] for job in jobs) == ["integrity-measure", "integrity-measure-ends"]
