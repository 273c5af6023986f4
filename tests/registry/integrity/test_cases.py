"""An integrity case: heard before it is decided, decided by a panel, and only then a record."""

import asyncio
import contextlib
from datetime import date, timedelta
from uuid import uuid4

import pytest

from registry import integrity
from registry.integrity import cases, hearings, panels, records, reviews, seats
from registry.integrity.cases import (
    DefenceIn,
    Lapsed,
    OwnCase,
    ReasonsIn,
    ReportIn,
    TooLate,
)
from registry.integrity.drafts import DraftIn, NotProportional, RightOpen
from registry.integrity.hearings import MinutesIn
from registry.integrity.panels import NoQuorum, VoteIn, VotesMissing
from registry.integrity.reviews import HadPart, Outcome, OutcomeIn
from registry.integrity.seats import NotOnPanel
from registry.integrity.tables import IntegrityRecord
from registry.integrity.ties import PanelRefused
from registry.integrity.words import Measure, Severity, Source
from registry.platform.errors import FieldsInvalid, NotAllowed, NotFound
from registry.platform.fields import read
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.tables import Account
from tests.factories import DAY, make_account, make_applicant, vault
from tests.registry.integrity.cases import (
    LATER,
    UNTIL,
    a_draft,
    convened,
    decided,
    noticed,
    panel,
    reported,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
REASONS = ReasonsIn(reasons="没有证据")


async def test_an_allegation_is_no_record_and_bars_nobody() -> None:
    person = await make_applicant()
    officer = await make_account(Role.OFFICER)
    case = await noticed(person, officer)
    assert await integrity.bars(person.person, LATER) == 0
    assert await records.on_person(person.person, by=person) == []
    members = await panel()
    draft = a_draft([each.id for each in members])
    await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    assert await IntegrityRecord.count() == 0


async def test_the_person_learns_of_a_case_with_the_notice() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case = await reported(person)
    with pytest.raises(NotFound):
        await cases.find(case.id, by=person)
    await cases.accept(case.id, by=officer, on=DAY)
    with pytest.raises(NotFound):
        await cases.find(case.id, by=person)
    other = await make_applicant()
    told = await noticed(person, officer)
    assert (await cases.find(told.id, by=person)).id == told.id
    with pytest.raises(NotFound):
        await cases.find(told.id, by=other)


async def test_whoever_reports_does_not_handle() -> None:
    officer, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    case = await reported(by=officer)
    with pytest.raises(OwnCase):
        await cases.accept(case.id, by=officer, on=DAY)
    with pytest.raises(OwnCase):
        await cases.decline(case.id, REASONS, by=officer)
    assert (await cases.decline(case.id, REASONS, by=second)).status == "declined"
    with pytest.raises(StepNotPossible):
        await cases.accept(case.id, by=second, on=DAY)


async def test_only_the_office_makes_findings() -> None:
    with pytest.raises(NotAllowed):
        await reported(source=Source.FINDING)
    officer = await make_account(Role.OFFICER)
    case = await reported(by=officer, source=Source.FINDING)
    assert (await cases.accept(case.id, by=officer, on=DAY)).status == "accepted"


async def test_a_report_about_nobody_or_the_future_is_refused() -> None:
    by = await make_account()
    asked = ReportIn(person="P-9", source=Source.REPORT, alleged="虚假", ended_on=DAY)
    with pytest.raises(FieldsInvalid):
        await cases.report(asked, by=by, on=DAY)
    person = await make_applicant()
    case = await reported(person)
    early = case.reported_on - timedelta(days=100)
    with pytest.raises(FieldsInvalid):
        await cases.report(
            ReportIn(person="P-000001", source=Source.REPORT, alleged="虚假", ended_on=DAY),
            by=by,
            on=early,
        )


async def test_conduct_that_ended_long_ago_is_not_taken_on() -> None:
    officer = await make_account(Role.OFFICER)
    case = await reported()
    with pytest.raises(Lapsed) as refused:
        await cases.accept(case.id, by=officer, on=date(2028, 5, 2))
    assert refused.value.facts["cite"]
    assert (await cases.accept(case.id, by=officer, on=date(2028, 5, 1))).status == "accepted"


async def test_nothing_is_put_before_a_panel_while_the_person_may_still_speak() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case = await noticed(person, officer)
    draft = a_draft([each.id for each in await panel()])
    until = (await cases.reply_until(case)).day
    assert until == date(2026, 7, 7)
    with pytest.raises(RightOpen) as refused:
        await panels.convene(case.id, draft, by=officer, on=until, vault=vault())
    assert refused.value.facts["cite"]
    await cases.defend(case.id, DefenceIn(defence="笔误"), by=person, on=until)
    with pytest.raises(RightOpen):
        await panels.convene(case.id, draft, by=officer, on=until, vault=vault())
    put = await panels.convene(
        case.id, draft, by=officer, on=until + timedelta(days=1), vault=vault()
    )
    assert put.status == "with-panel"


async def test_a_hearing_asked_for_is_held_first() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case = await noticed(person, officer)
    await cases.defend(case.id, DefenceIn(defence="笔误"), by=person, on=DAY)
    await cases.ask_hearing(case.id, by=person, on=DAY)
    draft = a_draft([each.id for each in await panel()])
    with pytest.raises(StepNotPossible):
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    minutes = MinutesIn(attended=True, minutes="当事人到场陈述")
    await hearings.hold(case.id, minutes, by=officer, on=LATER)
    put = await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    assert put.hearing_minutes == "当事人到场陈述"


async def test_a_late_defence_is_refused_with_the_rule() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case = await noticed(person, officer)
    for act in (
        cases.defend(case.id, DefenceIn(defence="笔误"), by=person, on=date(2026, 7, 8)),
        cases.ask_hearing(case.id, by=person, on=date(2026, 7, 8)),
    ):
        with pytest.raises(TooLate) as refused:
            await act
        assert refused.value.facts["day"] == "2026-07-07"
        assert "六十三" in refused.value.facts["cite"]


@pytest.mark.parametrize("size", [1, 2, 4])
async def test_a_panel_is_odd_and_no_smaller_than_the_rule(size: int) -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case = await noticed(person, officer)
    draft = a_draft([each.id for each in await panel(size)])
    with pytest.raises(PanelRefused) as refused:
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    assert refused.value.facts["cite"]


async def test_whoever_handles_it_does_not_sit() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case = await noticed(person, officer)
    two = [each.id for each in await panel(2)]
    clerk = await make_account(Role.BASE_CLERK)
    for third in (officer.id, case.reported_by, clerk.id, person.id, two[0]):
        with pytest.raises(PanelRefused):
            await panels.convene(
                case.id, a_draft([*two, third]), by=officer, on=LATER, vault=vault()
            )


@pytest.mark.parametrize(
    ("severity", "measure", "until", "fits"),
    [
        (Severity.MINOR, Measure.CRITICISM, None, True),
        (Severity.MINOR, Measure.SUSPENSION, LATER + timedelta(days=30), False),
        (Severity.GENERAL, Measure.BAR, date(2027, 7, 14), True),
        (Severity.GENERAL, Measure.BAR, date(2027, 7, 15), False),
        (Severity.GENERAL, Measure.WITHDRAWAL, date(2027, 1, 1), False),
        (Severity.SERIOUS, Measure.WITHDRAWAL, date(2029, 7, 14), True),
        (Severity.SERIOUS, Measure.WITHDRAWAL, date(2029, 7, 15), False),
    ],
)
async def test_a_measure_fits_the_breach(
    severity: Severity, measure: Measure, until: date | None, fits: bool
) -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case = await noticed(person, officer, measure)
    members = [each.id for each in await panel()]
    draft = a_draft(members, measure, severity=severity, until=until)
    if fits:
        assert (
            await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
        ).severity == severity
        return
    with pytest.raises(NotProportional) as refused:
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    assert refused.value.facts["cite"]


@pytest.mark.parametrize(
    ("measure", "until"),
    [(Measure.BAR, None), (Measure.BAR, LATER), (Measure.REMINDER, UNTIL)],
)
async def test_a_measure_has_a_last_day_or_none(measure: Measure, until: date | None) -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    case = await noticed(person, officer)
    draft = a_draft([each.id for each in await panel()], measure, until=until)
    with pytest.raises(FieldsInvalid):
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())


async def test_a_measure_without_reasons_or_basis_is_refused_with_the_rule() -> None:
    for name, rule in (("reasons", "第四十四条"), ("basis", "第三十二条")):
        given = a_draft([uuid4()], Measure.BAR).model_dump()
        for blank in ({name: ""}, {name: None}, {}):
            typed = {key: value for key, value in given.items() if key != name} | blank
            with pytest.raises(FieldsInvalid) as refused:
                read(DraftIn, typed)
            (fault,) = refused.value.errors
            assert (fault.field, fault.code) == (name, "required")
            assert rule in fault.facts["cite"]


async def test_a_decision_without_reasons_or_basis_does_not_parse() -> None:
    for name in ("reasons", "basis", "finding"):
        with pytest.raises(ValueError, match=name):
            a_draft([], Measure.BAR, **{name: " "})


@pytest.mark.parametrize(
    ("size", "yes", "no", "status"),
    [
        (3, 2, 1, "decided"),
        (3, 2, 0, "decided"),
        (3, 1, 1, "dismissed"),
        (3, 1, 2, "dismissed"),
        (3, 1, 0, None),
        (5, 4, 0, "decided"),
        (5, 3, 1, "decided"),
        (5, 3, 0, None),
        (7, 4, 1, "decided"),
        (7, 3, 2, "dismissed"),
        (9, 4, 2, "decided"),
        (9, 5, 0, None),
    ],
)
async def test_two_thirds_vote_and_two_thirds_of_those_agree(
    size: int, yes: int, no: int, status: str | None
) -> None:
    officer, members = await make_account(Role.OFFICER), await panel(size)
    case = await noticed(await make_applicant(), officer)
    draft = a_draft([each.id for each in members])
    await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())
    for place, member in enumerate(members[: yes + no]):
        await panels.vote(case.id, VoteIn(agrees=place < yes), by=member)
    with contextlib.suppress(NoQuorum, StepNotPossible):
        await panels.close(case.id, by=members[0])
    if status is None:
        with pytest.raises(NoQuorum):
            await panels.count(case.id, by=officer, on=LATER, vault=vault())
        assert await IntegrityRecord.count() == 0
        return
    assert (await panels.count(case.id, by=officer, on=LATER, vault=vault())).status == status
    assert await IntegrityRecord.count() == (status == "decided")


async def test_only_members_vote_once_and_before_the_count() -> None:
    case, members, officer = await convened(await make_applicant())
    with pytest.raises(NotOnPanel):
        await panels.vote(case.id, VoteIn(agrees=True), by=officer)
    with pytest.raises(NotFound):
        await panels.vote(case.id, VoteIn(agrees=True), by=(await panel(1))[0])
    for member in members[:2]:
        await panels.vote(case.id, VoteIn(agrees=True), by=member)
    with pytest.raises(StepNotPossible):
        await panels.vote(case.id, VoteIn(agrees=False), by=members[0])
    with pytest.raises(VotesMissing):
        await panels.count(case.id, by=officer, on=LATER, vault=vault())
    with pytest.raises(NotOnPanel):
        await panels.close(case.id, by=members[1])
    await panels.close(case.id, by=members[0])
    with pytest.raises(StepNotPossible):
        await panels.vote(case.id, VoteIn(agrees=False), by=members[2])
    await panels.count(case.id, by=officer, on=LATER, vault=vault())
    with pytest.raises(StepNotPossible):
        await panels.count(case.id, by=officer, on=LATER, vault=vault())
    sits = await seats.members(case.id)
    assert [row["voted_at"] is not None for row in sits].count(True) == 2


async def test_of_counts_at_once_one_makes_the_record() -> None:
    case, members, officer = await convened(await make_applicant())
    for member in members:
        await panels.vote(case.id, VoteIn(agrees=True), by=member)
    done = await asyncio.gather(
        *(panels.count(case.id, by=officer, on=LATER, vault=vault()) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(not isinstance(each, BaseException) for each in done) == 1
    assert await IntegrityRecord.count() == 1


async def test_four_clocks_run_each_by_itself() -> None:
    person = await make_applicant()
    _, record = await decided(person)
    assert (record.decided_on, record.until) == (LATER, UNTIL)
    assert record.published_until == date(2029, 7, 14)
    assert record.queried_until == date(2031, 5, 1)
    assert record.kept_until == date(2036, 7, 14)
    assert await integrity.bars(person.person, LATER) == 1
    assert await integrity.bars(person.person, LATER - timedelta(days=1)) == 0
    assert await integrity.bars(person.person, UNTIL) == 1
    assert await integrity.bars(person.person, UNTIL + timedelta(days=1)) == 0


@pytest.mark.parametrize("measure", [Measure.REMINDER, Measure.CRITICISM, Measure.SUSPENSION])
async def test_a_lighter_measure_is_a_record_that_bars_nobody(measure: Measure) -> None:
    person = await make_applicant()
    await decided(person, measure)
    assert await integrity.bars(person.person, LATER) == 0
    assert len(await records.on_person(person.person, by=person)) == 1


async def test_a_review_is_asked_in_time_and_made_by_two_who_had_no_part() -> None:
    person = await make_applicant()
    case, record = await decided(person)
    handler = await make_account(Role.OFFICER)
    await panels.serve(case.id, by=handler, on=LATER)
    with pytest.raises(TooLate):
        await reviews.ask(case.id, REASONS, by=person, on=date(2026, 8, 5))
    with pytest.raises(NotFound):
        await reviews.ask(case.id, REASONS, by=await make_applicant(), on=date(2026, 8, 4))
    await reviews.ask(case.id, REASONS, by=person, on=date(2026, 8, 4))
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    annul = OutcomeIn(outcome=Outcome.ANNUL, reasons="登记号录入有误")
    (member, *_) = await seats.members(case.id)
    sat = await Account.objects().get(Account.id == member["account"])
    assert sat is not None
    accepted = await Account.objects().get(Account.id == case.handled_by)
    assert accepted is not None
    for part in (sat, accepted):
        with pytest.raises(HadPart):
            await reviews.propose(case.id, annul, by=part)
    await reviews.propose(case.id, annul, by=first)
    with pytest.raises(HadPart):
        await reviews.decide(case.id, annul, by=first, on=date(2026, 8, 20))
    uphold = OutcomeIn(outcome=Outcome.UPHOLD, reasons="维持")
    with pytest.raises(reviews.NotAsProposed):
        await reviews.decide(case.id, uphold, by=second, on=date(2026, 8, 20))
    done = await reviews.decide(case.id, annul, by=second, on=date(2026, 8, 20))
    assert done.status == "annulled"
    assert await integrity.bars(person.person, date(2026, 8, 20)) == 0
    kept = await records.find(record.id, by=person)
    assert (kept.annulled, kept.lifted_on) == (True, date(2026, 8, 20))
