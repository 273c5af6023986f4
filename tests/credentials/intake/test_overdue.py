"""A supplement has a last day: after it none is taken, and the application is closed."""

from datetime import date

import pytest

from credentials import applications, decisions
from credentials.applications import StatementIn
from credentials.decisions import GroundsIn
from credentials.intake import employers, overdue
from credentials.intake.employers import ReasonIn
from credentials.intake.overdue import SUPPLEMENT_ENDS, SupplementTooLate
from credentials.jobs import jobs
from credentials.tables import Application
from credentials.words import Status
from registry import notices
from registry.platform import clock, outbox, steps
from registry.platform.permissions import Role
from registry.platform.tables import Job
from registry.tables import Account
from tests.credentials.intake import stage
from tests.credentials.intake.stage import FIRST, ask, make_filed, make_person, make_round, now
from tests.factories import Clock, make_account, make_applicant, make_submitted

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
LAST = date(2026, 7, 27)
"""Fifteen working days after the first."""


async def returned(time: Clock) -> tuple[Application, Account]:
    time.at = clock.morning(FIRST)
    await make_round(closes=None)
    person = await make_person()
    case = await make_filed(person)
    await ask(case, await make_account(Role.OFFICER), "statement")
    await applications.save(case.id, StatementIn(statement="补正后的说明"), by=person)
    return await now(case), person


async def test_a_supplement_on_the_last_day_is_taken_and_closes_nothing(time: Clock) -> None:
    case, person = await returned(time)
    last = await overdue.last_day(case)
    assert last is not None
    assert (last.day, last.provisional) == (LAST, False)
    await applications.submit(case.id, by=person, on=LAST)
    time.at = clock.morning(LAST + stage.DAY)
    await outbox.empty(jobs())
    assert (await now(case)).status == Status.SUBMITTED


async def test_a_day_later_it_is_refused_with_the_rule_and_changes_nothing(time: Clock) -> None:
    case, person = await returned(time)
    with pytest.raises(SupplementTooLate) as refused:
        await applications.submit(case.id, by=person, on=LAST + stage.DAY)
    assert refused.value.facts["day"] == "2026-07-27"
    assert "第三十一条" in refused.value.facts["cite"]
    assert (await now(case)).status == Status.RETURNED


async def test_the_worker_closes_it_the_next_morning_with_a_notice(time: Clock) -> None:
    case, _ = await returned(time)
    time.at = clock.morning(LAST)
    await outbox.empty(jobs())
    assert (await now(case)).status == Status.RETURNED
    time.at = clock.morning(LAST + stage.DAY)
    await outbox.empty(jobs())
    assert (await now(case)).status == Status.WITHDRAWN
    newest = (await steps.history(case.id))[-1]
    assert (newest["step"], newest["taken_by"]) == ("deem-withdrawn", None)
    assert "第三十一条" in newest["note"]
    told = f"{case.person} overdue {case.reference}"
    assert await Job.exists().where(Job.kind == notices.NOTICE, Job.subject == told)
    assert not await overdue.close(case.id, on=LAST + 2 * stage.DAY)


async def test_what_an_employer_gives_back_has_a_last_day_too(time: Clock) -> None:
    time.at = clock.morning(FIRST)
    await make_round(closes=None)
    person, employer = await make_person(), await stage.make_employer()
    case = await stage.make_ready(person, employer.organisation)
    await applications.submit(case.id, by=person, on=FIRST)
    await employers.decline(case.id, ReasonIn(reason="职责不符"), by=employer)
    time.at = clock.morning(LAST + stage.DAY)
    await outbox.empty(jobs())
    assert (await now(case)).status == Status.WITHDRAWN


async def test_a_last_day_in_a_year_not_announced_closes_nothing(time: Clock) -> None:
    late = date(2026, 12, 21)
    time.at = clock.morning(late)
    await make_round(closes=None)
    person = await make_person()
    case = await make_filed(person, on=late)
    await ask(case, await make_account(Role.OFFICER), "statement")
    last = await overdue.last_day(await now(case))
    assert last is not None
    assert last.provisional
    time.at = clock.morning(date(2027, 3, 1))
    await outbox.empty(jobs())
    assert (await now(case)).status == Status.RETURNED
    assert await Job.exists().where(Job.kind == SUPPLEMENT_ENDS)
    await applications.save(case.id, StatementIn(statement="补正后的说明"), by=person)
    await applications.submit(case.id, by=person, on=date(2027, 3, 1))


async def test_the_trial_procedure_closes_nothing(time: Clock) -> None:
    person = await make_applicant()
    case = await make_submitted(person)
    asked = GroundsIn(grounds="请补充合同")
    officer = await make_account(Role.OFFICER)
    case = await decisions.return_for_supplement(case.id, asked, by=officer)
    assert await overdue.last_day(case) is None
    assert not await Job.exists().where(Job.kind == SUPPLEMENT_ENDS)
    again = await applications.submit(case.id, by=person, on=date(2026, 12, 1))
    assert again.status == Status.SUBMITTED
