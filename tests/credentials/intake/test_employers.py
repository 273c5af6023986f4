"""The employer's confirmation, after its publication inside the unit."""

import email
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from credentials import applications, decisions, procedure, progress
from credentials.intake import claims, contents, employers
from credentials.intake.claims import EmployerIn
from credentials.intake.employers import (
    NotPublished,
    PublicationIn,
    PublicationRunning,
    ReasonIn,
)
from credentials.progress import Stage
from credentials.tables import Application
from credentials.words import Status
from registry import notices, regulations
from registry.platform import clock, outbox, steps
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.platform.steps import StepNotPossible
from registry.tables import Account
from seeds.load import REGULATIONS
from tests.conftest import Client, NewClient
from tests.credentials.intake.stage import (
    DAY,
    FIRST,
    ask,
    make_employer,
    make_filed,
    make_person,
    make_ready,
    make_round,
    now,
    published,
)
from tests.factories import Clock, make_account, sign_in

pytestmark = pytest.mark.anyio
REASON = ReasonIn(reason="合同不是本人负责的")


async def handed(employer: Account, on: date = FIRST) -> tuple[Account, Application]:
    account = await make_person()
    case = await make_ready(account, employer.organisation, on=on)
    return account, await applications.submit(case.id, by=account, on=on)


async def test_it_goes_to_the_employer_and_then_to_the_office(connected: None) -> None:
    await make_round()
    employer, officer = await make_employer(), await make_account(Role.OFFICER)
    _, case = await handed(employer)
    assert case.status == Status.CONFIRMING
    assert await progress.stage(case.reference) == Stage.EMPLOYER
    assert await decisions.queue(by=officer, on=FIRST) == []
    assert [row["application"] for row in await employers.listing(by=employer)] == [case.id]

    with pytest.raises(NotPublished):
        await employers.confirm(case.id, by=employer, on=FIRST + 30 * DAY)
    await published(case, employer, FIRST)
    for day in range(8):  # Tue 7 to Mon 13 July are the five working days
        with pytest.raises(PublicationRunning) as refused:
            await employers.confirm(case.id, by=employer, on=FIRST + day * DAY)
    assert refused.value.facts["last"] == "2026-07-13"
    assert "不少于5个工作日" in refused.value.facts["cite"]
    done = await employers.confirm(case.id, by=employer, on=date(2026, 7, 14))
    assert (done.status, done.submitted_on) == (Status.SUBMITTED, date(2026, 7, 14))
    filing = await contents.filing(case)
    assert (filing.confirmed_by, filing.confirmed_on) == (employer.id, date(2026, 7, 14))
    assert [row["id"] for row in await decisions.queue(by=officer, on=FIRST)] == [case.id]
    with pytest.raises(StepNotPossible):
        await employers.confirm(case.id, by=employer, on=date(2026, 7, 15))


async def test_a_period_into_a_year_not_announced_is_not_guessed(connected: None) -> None:
    await make_round(closes=None)
    employer = await make_employer()
    day = date(2026, 12, 28)
    _, case = await handed(employer, day)
    await published(case, employer, day)
    with pytest.raises(PublicationRunning) as refused:
        await employers.confirm(case.id, by=employer, on=day + 300 * DAY)
    assert refused.value.facts["provisional"] is True
    assert "放假安排尚未公布" in refused.value.message


async def test_an_employer_sees_its_own_people_only(connected: None) -> None:
    await make_round()
    mine, other = await make_employer(), await make_employer()
    account, case = await handed(mine)
    draft = await make_ready(await make_person(), mine.organisation)
    strangers = [other, await make_account(Role.EMPLOYER), account]
    for stranger in strangers:
        assert await employers.listing(by=stranger) == []
        for act in (
            employers.find(case.id, by=stranger),
            employers.publish(
                case.id, PublicationIn(first_day=FIRST, place="公告栏"), by=stranger, on=FIRST
            ),
            employers.confirm(case.id, by=stranger, on=FIRST + 30 * DAY),
            employers.decline(case.id, REASON, by=stranger),
        ):
            with pytest.raises(NotFound):
                await act
    with pytest.raises(NotFound):
        await employers.find(draft.id, by=mine)


async def test_not_confirmed_it_comes_back_with_the_reason_and_whole(connected: None) -> None:
    await make_round()
    employer, other = await make_employer(), await make_employer()
    account, case = await handed(employer)
    await published(case, employer, FIRST)
    back = await employers.decline(case.id, REASON, by=employer)
    assert (back.status, back.supplement_asked) == (Status.RETURNED, REASON.reason)
    assert (await steps.history(case.id))[-1]["note"] == REASON.reason
    assert await contents.reopened(await now(case)) is None
    assert (await contents.filing(case)).published_on is None
    await claims.employ(case.id, EmployerIn(employer=other.organisation), by=account)
    again = await applications.submit(case.id, by=account, on=FIRST + 60 * DAY)
    assert again.status == Status.CONFIRMING, "the round it joined stays"
    assert await employers.listing(by=employer) == []
    assert len(await employers.listing(by=other)) == 1


async def test_after_a_notice_it_need_not_confirm_again(connected: None) -> None:
    await make_round()
    employer, officer = await make_employer(), await make_account(Role.OFFICER)
    account, case = await handed(employer)
    await published(case, employer, FIRST)
    await employers.confirm(case.id, by=employer, on=date(2026, 7, 14))
    await ask(case, officer, "statement", "employer")
    assert (
        await applications.submit(case.id, by=account, on=date(2026, 7, 15))
    ).status == "submitted"
    await ask(case, officer, "employer")
    elsewhere = await make_employer()
    asked = EmployerIn(employer=elsewhere.organisation)
    await claims.employ(case.id, asked, by=account)
    handed_on = await applications.submit(case.id, by=account, on=date(2026, 7, 16))
    assert handed_on.status == Status.CONFIRMING
    await employers.decline(case.id, REASON, by=elsewhere)
    assert await contents.reopened(await now(case)) == frozenset({"employer"})


async def test_who_has_no_employer_goes_straight_to_the_office(connected: None) -> None:
    await make_round()
    case = await make_filed()
    assert case.status == Status.SUBMITTED
    assert [line["step"] for line in await steps.history(case.id)] == ["submit"]


@pytest.mark.parametrize("first", [FIRST - DAY, FIRST + DAY])
async def test_the_first_day_lies_between_handing_over_and_today(
    connected: None, first: date
) -> None:
    await make_round()
    employer = await make_employer()
    _, case = await handed(employer)
    asked = PublicationIn(first_day=first, place="公告栏")
    with pytest.raises(FieldsInvalid):
        await employers.publish(case.id, asked, by=employer, on=FIRST)


@given(first=st.dates(date(2026, 7, 1), date(2026, 12, 31)), later=st.integers(0, 40))
def test_no_publication_ends_before_five_working_days(first: date, later: int) -> None:
    text = (REGULATIONS / "evaluation-procedure" / "2026-07-01.toml").read_text(encoding="utf-8")
    last = employers.period(regulations.read(text), first)
    assert last.provisional is (last.day.year == 2027)
    if not last.provisional:
        between = [first + timedelta(days=n) for n in range(1, (last.day - first).days + 1)]
        assert sum(is_workday(day) for day in between) == 5
        on = first + timedelta(days=later)
        assert last.passed(on) is (on > between[-1])


async def test_the_edition_asked_is_the_application_s_own(connected: None) -> None:
    await make_round()
    case = await make_filed()
    assert procedure.has_panel(await procedure.of(case), "junior")


async def test_the_employer_is_told_in_both_languages_and_no_other_is(
    connected: None, tmp_path: Path
) -> None:
    await make_round()
    employer = await make_employer()
    colleague = await make_account(Role.EMPLOYER, organisation=employer.organisation)
    await make_employer()
    _, case = await handed(employer)
    settings = Settings.from_env().model_copy(update={"mail": f"folder:{tmp_path}"})
    await outbox.empty({notices.NOTICE: notices.deliverer(settings)})
    letters = [
        email.message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)
        for file in tmp_path.glob("*.eml")
    ]
    asked = [each for each in letters if "/employer" in each.get_content()]
    assert {each["To"] for each in asked} == {employer.login, colleague.login}
    text = asked[0].get_content()
    assert text.count(case.reference) == 2
    assert "有一份员工的申请请贵单位公示和确认" in text
    assert "Please sign in" in text


async def test_the_employer_begins_by_a_day_and_all_see_it(
    client: Client, new_client: NewClient, time: Clock
) -> None:
    time.at = clock.morning(FIRST)
    await make_round()
    employer = await make_employer()
    later = (await handed(employer, FIRST + DAY))[1]
    account, case = await handed(employer)
    last = date(2026, 7, 13)  # five working days after the first
    rows = await employers.listing(by=employer)
    assert [(row["application"], row["until"]) for row in rows] == [
        (case.id, last),
        (later.id, last + DAY),
    ]
    await sign_in(client, account)
    seen = (await client.get(f"/api/applications/{case.id}")).json()
    assert (seen["mover"], seen["until"]) == ("employer", "2026-07-13")
    assert "单位最晚开始公示： 2026年7月13日" in (await client.get(f"/applications/{case.id}")).text
    unit = new_client()
    time.at = clock.morning(last + DAY)
    await sign_in(unit, employer)
    text = (await unit.get("/employer")).text
    assert "最晚 2026年7月13日 开始公示" in text
    assert text.count("已超期") == 1
    assert "已超期" in (await unit.get(f"/employer/{case.id}")).text
    await published(case, employer, last + DAY)
    assert "公示至 2026年7月21日" in (await unit.get("/employer")).text
