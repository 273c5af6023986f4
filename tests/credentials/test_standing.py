"""Whether a level may be relied on: never one person's doing, and always what was decided."""

from datetime import date, timedelta

import pytest

from credentials import applications, decisions
from credentials.applications import ConditionsNotMet, DraftIn
from credentials.decisions import GroundsIn, ProposalIn, SamePerson
from credentials.jobs import jobs
from credentials.panels import publicity
from credentials.standing import history, measures, proposals
from credentials.standing.barring import Barred
from credentials.standing.proposals import HeldByMeasure, StandingIn
from credentials.tables import Application, Credential
from credentials.words import Act, Level, Proposal, StandingReason
from registry.integrity import panels, records, requests, reviews
from registry.integrity.cases import ReasonsIn
from registry.integrity.requests import Answer, AnswerIn, RequestIn
from registry.integrity.reviews import Outcome, OutcomeIn
from registry.integrity.words import Measure, RequestKind, Severity
from registry.platform import audit, clock, outbox, steps
from registry.platform.audit import Actor
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.platform.tables import Job
from registry.tables import Account
from seeds import evaluation
from tests.credentials.intake.stage import make_person, make_ready, make_round
from tests.credentials.panels import cases as panel_cases
from tests.factories import (
    DAY,
    Clock,
    make_account,
    make_applicant,
    make_granted,
    make_submitted,
    stand,
)
from tests.registry.integrity.cases import LATER, UNTIL, convened, decided, noticed

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
GROUNDS = GroundsIn(grounds="同意")


async def now(held: Credential) -> Credential:
    row = await Credential.objects().get(Credential.id == held.id)
    assert row is not None
    return row


async def test_a_level_is_suspended_restored_and_revoked_by_two_with_its_history() -> None:
    held = await make_granted(await make_applicant())
    until = DAY + timedelta(days=30)
    suspended = await stand(held.id, "suspend", until=until)
    assert (suspended.status, suspended.status_reason) == ("suspended", "request")
    with pytest.raises(StepNotPossible):
        await stand(held.id, "suspend", until=until)
    lifted = await stand(held.id, "lift")
    assert lifted.status == "in-force"
    assert lifted.status_reason is None
    await stand(held.id, "revoke", reason="fraud")
    for act in ("suspend", "lift", "revoke"):
        with pytest.raises(StepNotPossible):
            await stand(held.id, act, until=until if act == "suspend" else None)
    taken = [line["step"] for line in await steps.history(held.id)]
    assert taken == ["suspend", "lift", "revoke"]
    with pytest.raises(NotFound):
        await stand(held.application, "revoke")


async def test_nobody_decides_alone_about_a_level() -> None:
    held = await make_granted(await make_applicant())
    officer = await make_account(Role.OFFICER)
    asked = StandingIn(act=Act.REVOKE, reason=StandingReason.ERROR, grounds="授予有误")
    proposed = await proposals.propose(held.id, asked, by=officer, on=DAY)
    with pytest.raises(SamePerson):
        await proposals.decide(proposed.id, GROUNDS, by=officer, on=DAY)
    assert (await now(held)).status == "in-force"
    second = await make_account(Role.OFFICER)
    await proposals.decide(proposed.id, GROUNDS, by=second, on=DAY)
    with pytest.raises(StepNotPossible):
        await proposals.decide(proposed.id, GROUNDS, by=second, on=DAY)


async def test_a_measure_of_integrity_is_not_the_officers_to_order() -> None:
    held, officer = await make_granted(await make_applicant()), await make_account(Role.OFFICER)
    asked = StandingIn(act=Act.REVOKE, reason=StandingReason.INTEGRITY, grounds="失信")
    with pytest.raises(FieldsInvalid):
        await proposals.propose(held.id, asked, by=officer, on=DAY)
    for until in (None, DAY):
        asked = StandingIn(
            act=Act.SUSPEND, reason=StandingReason.REQUEST, grounds="本人申请", until=until
        )
        with pytest.raises(FieldsInvalid):
            await proposals.propose(held.id, asked, by=officer, on=DAY)


async def test_a_case_that_is_not_decided_changes_nothing(time: Clock) -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    held = await make_granted(person)
    await noticed(person, officer)
    await convened(person, Measure.WITHDRAWAL)
    await outbox.empty(jobs())
    assert (await now(held)).status == "in-force"
    await applications.draft(DraftIn(level=Level.MID), by=person, on=DAY)


@pytest.mark.parametrize(
    ("measure", "status"),
    [
        (Measure.REMINDER, "in-force"),
        (Measure.CRITICISM, "in-force"),
        (Measure.BAR, "in-force"),
        (Measure.SUSPENSION, "suspended"),
        (Measure.WITHDRAWAL, "revoked"),
    ],
)
async def test_levels_follow_the_decision_and_those_of_others_do_not(
    measure: Measure, status: str, time: Clock
) -> None:
    person, other = await make_applicant(), await make_applicant()
    held, theirs = await make_granted(person), await make_granted(other)
    time.pass_by(days=14)
    await decided(person, measure)
    await outbox.empty(jobs())
    await outbox.empty(jobs())
    found = await now(held)
    assert found.status == status
    if status != "in-force":
        assert (found.status_since, found.status_reason) == (LATER, "integrity")
    assert (await now(theirs)).status == "in-force"


async def test_a_suspension_ends_after_its_last_day_and_not_on_it(time: Clock) -> None:
    person = await make_applicant()
    held = await make_granted(person)
    time.pass_by(days=14)
    _, record = await decided(person, Measure.SUSPENSION, until=date(2026, 7, 31))
    await outbox.empty(jobs())
    assert (await now(held)).suspended_until == date(2026, 7, 31)
    due = await Job.objects().get(Job.kind == "integrity-measure-ends")
    assert due is not None
    await measures.follow(record.id, on=date(2026, 7, 31))
    assert (await now(held)).status == "suspended"
    time.pass_by(days=18)
    await outbox.empty(jobs())
    assert (await now(held)).status == "in-force"
    assert [line["step"] for line in await steps.history(held.id)] == ["suspend", "lift"]


async def test_a_suspension_by_two_officers_ends_by_itself_too(time: Clock) -> None:
    held = await make_granted(await make_applicant())
    await stand(held.id, "suspend", until=DAY + timedelta(days=10))
    time.pass_by(days=10)
    await outbox.empty(jobs())
    assert (await now(held)).status == "suspended"
    time.pass_by(days=1)
    await outbox.empty(jobs())
    assert (await now(held)).status == "in-force"


async def test_of_two_suspensions_the_longer_counts(time: Clock) -> None:
    person = await make_applicant()
    held = await make_granted(person)
    time.pass_by(days=14)
    _, short = await decided(person, Measure.SUSPENSION, until=date(2026, 7, 31))
    await decided(person, Measure.SUSPENSION, until=UNTIL)
    await outbox.empty(jobs())
    await measures.follow(short.id, on=date(2026, 8, 1))
    assert (await now(held)).status == "suspended"
    await measures.follow(short.id, on=UNTIL + timedelta(days=1))
    assert (await now(held)).status == "in-force"


async def test_an_annulled_withdrawal_gives_the_level_back(time: Clock) -> None:
    person = await make_applicant()
    held = await make_granted(person)
    time.pass_by(days=14)
    case, _ = await decided(person, Measure.WITHDRAWAL)
    await outbox.empty(jobs())
    assert (await now(held)).status == "revoked"
    officers = [await make_account(Role.OFFICER) for _ in range(3)]
    await panels.serve(case.id, by=officers[0], on=LATER)
    await reviews.ask(case.id, ReasonsIn(reasons="登记号录入有误"), by=person, on=LATER)
    annul = OutcomeIn(outcome=Outcome.ANNUL, reasons="登记号录入有误")
    await reviews.propose(case.id, annul, by=officers[1])
    await reviews.decide(case.id, annul, by=officers[2], on=LATER)
    await outbox.empty(jobs())
    assert (await now(held)).status == "in-force"
    assert [line["step"] for line in await steps.history(held.id)] == ["revoke", "restore"]


async def test_repair_needs_its_day_an_undertaking_and_two_officers(time: Clock) -> None:
    person = await make_applicant()
    held = await make_granted(person)
    time.pass_by(days=14)
    _, record = await decided(person, Measure.SUSPENSION, severity=Severity.GENERAL)
    await outbox.empty(jobs())
    asked = RequestIn(kind=RequestKind.REPAIR, grounds="已改正", undertaking=True)
    with pytest.raises(requests.NotYetRepairable) as refused:
        await requests.ask(record.id, asked, by=person, on=date(2026, 10, 13))
    assert refused.value.facts["day"] == "2026-10-14"
    bare = RequestIn(kind=RequestKind.REPAIR, grounds="已改正")
    with pytest.raises(requests.NotYetRepairable):
        await requests.ask(record.id, bare, by=person, on=date(2026, 10, 14))
    request = await requests.ask(record.id, asked, by=person, on=date(2026, 10, 14))
    with pytest.raises(requests.AlreadyAsked):
        await requests.ask(record.id, asked, by=person, on=date(2026, 10, 14))
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    yes = AnswerIn(answer=Answer.GRANT, reasons="条件具备")
    await requests.propose(request.id, yes, by=first)
    with pytest.raises(requests.SamePerson):
        await requests.decide(request.id, yes, by=first, on=date(2026, 10, 15))
    no = AnswerIn(answer=Answer.REFUSE, reasons="条件不具备")
    with pytest.raises(requests.NotAsProposed):
        await requests.decide(request.id, no, by=second, on=date(2026, 10, 15))
    await requests.decide(request.id, yes, by=second, on=date(2026, 10, 15))
    time.pass_by(days=93)
    await outbox.empty(jobs())
    assert (await now(held)).status == "in-force"
    number = await number_of(person.person)
    assert (await records.extract(number, on=date(2026, 10, 15)))["records"] == []


async def number_of(person: object) -> str:
    from registry.tables import Person

    row = await Person.objects().get(Person.id == person)
    assert row is not None
    return str(row.number)


async def test_an_objection_marks_the_record_at_once_and_changes_nothing_else() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    _, record = await decided(person)
    number = await number_of(person.person)
    asked = RequestIn(kind=RequestKind.OBJECTION, grounds="不是本人")
    with pytest.raises(NotFound):
        await requests.ask(record.id, asked, by=await make_applicant(), on=LATER)
    await requests.ask(record.id, asked, by=person, on=LATER)
    (shown,) = (await records.extract(number, on=LATER))["records"]
    assert shown["disputed"]
    (waits,) = await requests.waiting()
    assert waits["until"] == date(2026, 7, 21)
    token = audit.acting.set(Actor(officer.id, officer.role, "-"))
    (seen,) = await records.on_person(person.person, by=officer)
    audit.acting.reset(token)
    assert seen["disputed"]
    (look,) = await records.looked(person.person, by=person)
    assert look["role"] == "officer"


async def test_the_public_sees_what_is_ordered_published_while_it_lasts() -> None:
    person, quiet = await make_applicant(), await make_applicant()
    _, record = await decided(person)
    await decided(quiet, publish=False)
    number = await number_of(person.person)
    assert len((await records.extract(number.lower(), on=LATER))["records"]) == 1
    assert len((await records.extract(number, on=record.published_until))["records"]) == 1
    after = record.published_until + timedelta(days=1)
    assert (await records.extract(number, on=after))["records"] == []
    before = LATER - timedelta(days=1)
    assert (await records.extract(number, on=before))["records"] == []
    other = await number_of(quiet.person)
    assert (await records.extract(other, on=LATER))["records"] == []
    assert (await records.extract("P-999999", on=LATER))["records"] == []


async def test_a_bar_stops_a_submission_until_its_last_day() -> None:
    await make_round(closes=None)
    person = await make_person()
    await decided(person)
    case = await make_ready(person, on=LATER)
    with pytest.raises(ConditionsNotMet):
        await applications.submit(case.id, by=person, on=UNTIL)
    sent = await applications.submit(case.id, by=person, on=UNTIL + timedelta(days=1))
    assert sent.status == "submitted"


async def _proposed(person: Account) -> tuple[Application, Account]:
    case = await make_submitted(person)
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    asked = ProposalIn(proposal=Proposal.GRANT, grounds="条件均满足")
    return await decisions.propose(case.id, asked, by=first), second


async def test_whoever_is_barred_since_they_applied_is_granted_nothing() -> None:
    person = await make_applicant()
    case, second = await _proposed(person)
    _, record = await decided(person, Measure.WITHDRAWAL)
    with pytest.raises(Barred, match="诚信限制") as refused:
        await decisions.grant(case.id, GROUNDS, by=second, on=LATER)
    assert "第四十二条" in refused.value.facts["cite"]
    assert not await Credential.exists().where(Credential.person == person.person)
    after = record.until + timedelta(days=1)
    assert (await decisions.grant(case.id, GROUNDS, by=second, on=after)).status == "in-force"


async def test_who_is_barred_before_their_result_is_published_may_be_refused(time: Clock) -> None:
    office = await panel_cases.make_office(3)
    case = await panel_cases.accepted(office)
    await evaluation.vote([case], office, panel_cases.DAY)
    await decided(await panel_cases.owner(case), Measure.BAR)
    time.at = clock.morning(LATER)
    with pytest.raises(Barred):
        await publicity.publish(case.id, by=office.first, on=LATER)
    asked = ProposalIn(proposal=Proposal.REFUSE, grounds="诚信限制")
    proposed = await decisions.propose(case.id, asked, by=office.first)
    assert proposed.status == "proposed"


async def test_a_level_granted_while_a_measure_suspends_is_suspended_at_once() -> None:
    person = await make_applicant()
    case, second = await _proposed(person)
    await decided(person, Measure.SUSPENSION)
    day = LATER + timedelta(days=1)
    held = await now(await decisions.grant(case.id, GROUNDS, by=second, on=day))
    assert (held.status, held.status_reason, held.suspended_until) == (
        "suspended", "integrity", UNTIL,
    )  # fmt: skip
    assert held.status_since == day


async def test_what_a_measure_suspends_two_officers_do_not_restore() -> None:
    person = await make_applicant()
    held = await make_granted(person)
    _, record = await decided(person, Measure.SUSPENSION)
    await measures.follow(record.id, on=LATER)
    with pytest.raises(HeldByMeasure):
        await stand(held.id, "lift", on=LATER)
    assert (await now(held)).status == "suspended"


@pytest.mark.parametrize("days", [10, 400])
async def test_of_two_suspensions_the_longer_holds_and_the_other_comes_after(days: int) -> None:
    person = await make_applicant()
    held = await make_granted(person)
    until = LATER + timedelta(days=days)
    await stand(held.id, "suspend", until=until)
    _, record = await decided(person, Measure.SUSPENSION)
    await measures.follow(record.id, on=LATER)
    row = await now(held)
    assert row.suspended_until == max(until, UNTIL)
    assert row.status_reason == ("integrity" if until < UNTIL else "request")
    with pytest.raises(HeldByMeasure):
        await stand(held.id, "lift", on=LATER)
    for day in (min(until, UNTIL), max(until, UNTIL)):
        await measures.end_suspension(held.id, on=day + timedelta(days=1))
        await measures.follow(record.id, on=day + timedelta(days=1))
        wanted = "suspended" if day < max(until, UNTIL) else "in-force"
        assert (await now(held)).status == wanted
    assert await _on(held, UNTIL) == "suspended"


async def _on(held: Credential, day: date) -> str:
    (found,) = await history.held(held.person, day, day)
    return found.status


async def test_a_measure_lifted_early_leaves_the_suspension_that_two_officers_decided() -> None:
    person = await make_applicant()
    held = await make_granted(person)
    until = LATER + timedelta(days=10)
    await stand(held.id, "suspend", until=until)
    _, record = await decided(person, Measure.SUSPENSION)
    await measures.follow(record.id, on=LATER)
    assert (await now(held)).status_reason == "integrity"
    record.lifted_on = LATER + timedelta(days=1)
    await record.save()
    await measures.follow(record.id, on=LATER + timedelta(days=1))
    row = await now(held)
    assert (row.status, row.status_reason, row.suspended_until) == ("suspended", "request", until)
    await measures.end_suspension(held.id, on=until + timedelta(days=1))
    assert (await now(held)).status == "in-force"
