"""One application from acceptance to its decision, and what each turn changes."""

from collections import Counter
from datetime import date, timedelta

import pytest

from credentials import decisions
from credentials.decisions import GroundsIn
from credentials.panels import publicity, rulings, seats
from credentials.panels.rulings import RulingIn
from credentials.panels.words import Ruling
from credentials.words import Status
from registry.platform import clock, outbox, steps
from registry.platform.errors import Refusal
from registry.platform.steps import StepNotPossible
from seeds import evaluation
from tests.credentials.panels.cases import DAY, accepted, make_office, now, published
from tests.factories import vault

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
OK = GroundsIn(grounds="同意")


async def test_an_application_is_granted_after_a_quiet_period() -> None:
    office = await make_office()
    case = await accepted(office)
    other = await accepted(office)
    panel = await evaluation.vote([case, other], office, DAY, against=[other])
    assert panel.status == "closed"
    assert [(await now(each)).vote_passed for each in (case, other)] == [True, False]
    row = await evaluation.publish(await now(case), office, date(2026, 7, 14))
    assert publicity.until(row).day == date(2026, 7, 21)
    assert not await evaluation.end(row, date(2026, 7, 21))
    assert await evaluation.end(row, date(2026, 7, 22))
    assert not await evaluation.end(row, date(2026, 7, 22))
    done = await now(case)
    assert (done.status, done.proposal, done.prepared_by) == ("proposed", "grant", office.second.id)
    with pytest.raises(decisions.SamePerson):
        await decisions.grant(case.id, OK, by=office.second, on=DAY)
    await evaluation.grant(done, office, date(2026, 7, 23))
    assert (await now(case)).status == Status.GRANTED
    with pytest.raises(publicity.NotPassed):
        await evaluation.publish(await now(other), office, DAY)
    await evaluation.refuse(await now(other), office, date(2026, 7, 23))
    assert (await now(other)).status == Status.REFUSED


async def test_the_worker_ends_it_on_the_morning_after_and_waits_for_unknown_years() -> None:
    from credentials.jobs import jobs
    from credentials.panels.words import PUBLICATION_ENDS

    office = await make_office()
    row, case = await published(office, DAY)
    own = {PUBLICATION_ENDS: jobs()[PUBLICATION_ENDS]}
    last = publicity.until(row).day
    with clock.morning_of(last):
        assert await outbox.empty(own) == 0
    with clock.morning_of(last + timedelta(days=1)):
        assert await outbox.empty(own) == 1
        assert await outbox.empty(own) == 0
    assert (await now(case)).status == Status.PROPOSED

    row, case = await published(office, date(2026, 12, 29))
    assert publicity.until(row).provisional
    with clock.morning_of(date(2027, 3, 1)):
        await outbox.empty(own)
        assert await outbox.empty(own) == 0
    assert (await now(case)).status == Status.PUBLISHED


@pytest.mark.parametrize(
    ("decided", "status"), [(timedelta(days=2), "published"), (timedelta(days=40), "proposed")]
)
async def test_a_dismissed_objection_lets_the_period_run_out(
    decided: timedelta, status: str
) -> None:
    office = await make_office()
    row, case = await published(office)
    _, other = await published(office)
    held = await evaluation.hold(row, office, vault(), DAY + timedelta(days=1))
    assert (await now(case)).status == Status.HELD
    assert (await now(other)).status == Status.PUBLISHED
    assert not await evaluation.end(row, date(2026, 9, 1))
    asked = RulingIn(ruling=Ruling.DISMISS, reasons="经核对合同登记，申请人确为项目负责人。")
    with pytest.raises(rulings.HadPart):
        await rulings.decide(held.id, asked, by=office.first, on=DAY)
    await rulings.decide(held.id, asked, by=office.chief, on=DAY + decided)
    assert (await now(case)).status == status
    with pytest.raises(StepNotPossible):
        await rulings.decide(held.id, asked, by=office.chief, on=DAY + decided)


@pytest.mark.parametrize(
    ("ruling", "status"), [(Ruling.RECHECK, "accepted"), (Ruling.REFUSE, "proposed")]
)
async def test_an_upheld_objection_leads_elsewhere(ruling: Ruling, status: str) -> None:
    office = await make_office()
    row, case = await published(office)
    held = await evaluation.hold(row, office, vault(), DAY)
    asked = RulingIn(ruling=ruling, reasons="合同登记中没有申请人。")
    # The officer who accepted the application had a part; the one who did not decides.
    await rulings.decide(held.id, asked, by=office.chief, on=DAY)
    done = await now(case)
    assert done.status == status
    assert await publicity.running(case.id) is None
    if ruling is Ruling.RECHECK:
        assert done.vote_passed is None
        again = await evaluation.vote([done], office, date(2026, 7, 20))
        assert again.status == "closed"
        assert (await now(case)).vote_passed
    else:
        with pytest.raises(Refusal):
            await decisions.grant(case.id, OK, by=office.first, on=DAY)
        await decisions.refuse(case.id, OK, by=office.first, on=DAY)
        assert (await now(case)).status == Status.REFUSED


async def test_a_vote_objected_to_with_success_does_not_come_back() -> None:
    office = await make_office()
    row, case = await published(office)
    held = await evaluation.hold(row, office, vault(), DAY)
    asked = RulingIn(ruling=Ruling.REFUSE, reasons="合同登记中没有申请人。")
    await rulings.decide(held.id, asked, by=office.chief, on=DAY)
    with pytest.raises(decisions.SamePerson):
        await decisions.send_back(case.id, OK, by=office.chief)
    back = await decisions.send_back(case.id, OK, by=office.first)
    assert back.status == Status.ACCEPTED
    assert back.proposal is None
    assert back.vote_passed is None
    (before,) = await publicity.panels_of(case.id)
    (earlier,) = await seats.cases(before.id)
    assert (earlier.passed, earlier.open) == (True, False)
    with pytest.raises(StepNotPossible):
        await evaluation.publish(await now(case), office, DAY)
    again = await evaluation.vote([back], office, date(2026, 7, 20), against=[back])
    assert [each.id for each in await publicity.panels_of(case.id)] == [again.id, before.id]
    assert (await now(case)).vote_passed is False
    await evaluation.refuse(await now(case), office, date(2026, 7, 28))
    taken = Counter(line["step"] for line in await steps.history(case.id))
    assert [taken[name] for name in ("vote", "send-back-to-panel", "propose")] == [2, 1, 2]


async def test_what_nobody_objected_to_goes_back_to_the_vote() -> None:
    office = await make_office()
    row, case = await published(office)
    await evaluation.end(row, date(2026, 8, 3))
    back = await decisions.send_back(case.id, OK, by=office.chief)
    assert (back.status, back.vote_passed) == (Status.VOTED, True)
