"""Pages of the intake: an applicant fills in, an employer confirms, an officer checks once."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from credentials.intake import contents, employers, rounds
from credentials.tables import Application
from credentials.words import Level, Status
from registry.platform import clock
from registry.platform.permissions import Role
from registry.tables import Account, Organisation
from tests.conftest import Client, NewClient
from tests.credentials.cases import read
from tests.credentials.intake.stage import (
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
from tests.forms import assert_refused, send

pytestmark = pytest.mark.anyio
PDF = ("letter.pdf", b"%PDF-1.7 a letter", "application/pdf")


@pytest.fixture(autouse=True)
def monday(time: Clock) -> Clock:
    """The first Monday under the whole procedure."""
    time.at = datetime(2026, 7, 6, 4, 0, tzinfo=UTC)
    return time


async def signed_in(client: Client, account: Account) -> Account:
    await sign_in(client, account)
    return account


async def test_from_a_draft_to_an_accepted_application(
    new_client: NewClient, monday: Clock
) -> None:
    applicant, hr, officer = (new_client() for _ in range(3))
    await signed_in(officer, await make_account(Role.OFFICER))
    opened = {
        "name": "2026年第一批",
        "level-junior": "yes",
        "opens_on-year": "2026",
        "opens_on-month": "7",
        "opens_on-day": "1",
    }
    assert (await send(officer, "/rounds", opened)).status_code == 303
    assert "受理中" in await read(officer, "/rounds")

    account = await signed_in(applicant, await make_person())
    employer = await signed_in(hr, await make_employer())
    begun = await send(applicant, "/applications", {"level": "junior"})
    at = begun.headers["location"]
    page = await read(applicant, at)
    assert "归入：2026年第一批" in page
    assert "学时台账中累计 40 学时" in page
    await send(applicant, f"{at}/statement", {"statement": "两项成果的转让"})
    ticked = {"function-trading": "yes", "function-services": "yes"}
    assert (await send(applicant, f"{at}/functions", ticked)).headers["location"] == at
    for function in ("trading", "services"):
        there = f"{at}/functions/{function}"
        await send(applicant, there, {"account": "主持谈判"})
        said = {"recommender": "李教授", "unit": "大学"}
        added = await send(applicant, f"{there}/recommendation", said, files={"document": PDF})
        assert added.headers["location"] == there
        assert "李教授" in await read(applicant, there)
    chosen = {"employer": str(employer.organisation)}
    assert (await send(applicant, f"{at}/employer", chosen)).status_code == 303
    assert "提交后先交给" in await read(applicant, f"{at}/check")
    done = await send(applicant, f"{at}/check", {}, to=f"{at}/submission")
    assert done.headers["location"] == f"{at}/confirmation"
    assert "您的单位在内部公示" in await read(applicant, f"{at}/confirmation")

    case = (await Application.objects().where(Application.person == account.person))[0]
    handed = f"/employer/{case.id}"
    assert case.reference in await read(hr, "/employer")
    shown = {"first_day-year": "2026", "first_day-month": "7", "first_day-day": "6"}
    put_up = await send(hr, handed, {**shown, "place": "公告栏"}, to=f"{handed}/publication")
    assert put_up.headers["location"] == handed
    assert "期满后可以确认" in await read(hr, handed)
    early = await send(hr, handed, {}, to=f"{handed}/confirmation")
    assert early.status_code == 422
    assert "期满后才能确认" in unescape(early.text)
    monday.at += timedelta(days=8)
    await sign_in(hr, employer)
    await send(hr, handed, {}, to=f"{handed}/confirmation")
    assert "已于 2026年7月14日 确认" in await read(hr, handed)

    checker = new_client()
    await signed_in(checker, await make_account(Role.OFFICER))
    desk = await read(checker, f"/queue/{case.id}")
    assert "主持谈判" in desk
    assert "拟定意见" not in desk
    accepted = await send(checker, f"/queue/{case.id}", {}, to=f"/queue/{case.id}/acceptance")
    assert accepted.status_code == 303
    assert (await now(case)).status == Status.ACCEPTED


async def test_what_is_missing_stands_at_its_task(client: Client) -> None:
    await make_round()
    account = await signed_in(client, await make_account())
    begun = await send(client, "/applications", {"level": "junior"})
    at = begun.headers["location"]
    answer = await send(client, f"{at}/check", {}, to=f"{at}/submission")
    assert answer.status_code == 422
    text = unescape(answer.text)
    for field in ("identity", "education", "hours", "statement", "functions", "employer"):
        assert f'<a href="#{field}">' in text
        assert f'id="{field}"' in text
    assert text.count("有问题") == 6
    assert (await Application.objects().where(Application.person == account.person))[0].status == (
        Status.DRAFT
    )


@pytest.mark.parametrize(
    ("kind", "typed", "field", "words"),
    [
        ("achievement", {"text": "做成一件事"}, "day", "请填写此项"),
        ("recommendation", {"recommender": "李教授", "unit": "大学"}, "text", "上传推荐信"),
    ],
)
async def test_evidence_not_filled_in_is_refused_beside_the_field(
    client: Client, kind: str, typed: dict[str, str], field: str, words: str
) -> None:
    account = await signed_in(client, await make_person())
    case = await make_ready(account)
    there = f"/applications/{case.id}/functions/trading/{kind}"
    assert_refused(await send(client, there, typed), field, words)
    assert len(await contents.evidence(case)) == 1


async def test_a_notice_reopens_what_it_names_and_the_officer_sees_the_change(
    new_client: NewClient,
) -> None:
    await make_round()
    applicant, desk = new_client(), new_client()
    account = await signed_in(applicant, await make_person())
    await signed_in(desk, await make_account(Role.OFFICER))
    case = await make_filed(account)
    at, queue = f"/applications/{case.id}", f"/queue/{case.id}"
    nothing = await send(desk, queue, {"ask-statement": " "}, to=f"{queue}/notice")
    assert "请在需要补正的项目旁写明" in unescape(nothing.text)
    short = await send(desk, queue, {"ask-statement": "短"}, to=f"{queue}/notice")
    assert_refused(short, "ask-statement", "至少 2 个字")
    assert "不能接受这个内容" not in short.text
    await send(desk, queue, {"ask-statement": "写明本人角色"}, to=f"{queue}/notice")
    page = await read(applicant, at)
    assert "写明本人角色" in page
    assert page.count("没有要求补正，不能修改") == 3
    assert f"{at}/employer" not in page
    shut = await send(applicant, f"{at}/employer", {"employer": "none"})
    assert shut.status_code == 409
    assert "补正通知没有要求修改这一项" in unescape(shut.text)
    await send(applicant, f"{at}/statement", {"statement": "本人主持谈判"})
    assert "这次补正的变动" in await read(applicant, f"{at}/check")
    await send(applicant, f"{at}/check", {}, to=f"{at}/submission")
    told = await read(desk, queue)
    assert "上次提交以来的变动" in told
    assert re.search(r"<del[^>]*>工作说明</del>", told)
    assert re.search(r"<ins[^>]*>本人主持谈判</ins>", told)
    assert 'name="ask-statement"' in told
    assert 'name="ask-employer"' not in told
    late = await send(desk, queue, {"ask-employer": "写全称"}, to=f"{queue}/notice")
    assert late.status_code == 422
    assert "上次通知没有要求的" in unescape(late.text)


async def test_an_employer_says_why_it_does_not_confirm(new_client: NewClient) -> None:
    await make_round()
    applicant, hr, other = (new_client() for _ in range(3))
    account = await signed_in(applicant, await make_person())
    employer = await signed_in(hr, await make_employer())
    await signed_in(other, await make_employer())
    case = await make_ready(account, employer.organisation)
    await send(
        applicant, f"/applications/{case.id}/check", {}, to=f"/applications/{case.id}/submission"
    )
    at = f"/employer/{case.id}"
    assert (await other.get(at)).status_code == 404
    assert case.reference not in await read(other, "/employer")
    await published(case, employer, FIRST)
    empty = await send(hr, at, {"reason": ""}, to=f"{at}/refusal")
    assert_refused(empty, "reason", "请填写此项")
    await send(hr, at, {"reason": "不是本单位的项目"}, to=f"{at}/refusal")
    page = await read(applicant, f"/applications/{case.id}")
    assert "用人单位没有确认，原因" in page
    assert "不是本单位的项目" in page


async def test_each_page_reads_in_both_languages(new_client: NewClient) -> None:
    await make_round()
    applicant, hr, desk = (new_client() for _ in range(3))
    account = await signed_in(applicant, await make_person(name="Ann Lee"))
    employer = await signed_in(hr, await make_employer())
    officer = await signed_in(desk, await make_account(Role.OFFICER))
    case = await make_ready(account, employer.organisation)
    at = f"/applications/{case.id}"
    for part in ("", "/functions", "/functions/trading", "/employer", "/check", "/achievement"):
        assert "<h1" in await read(applicant, f"{at}{part}?lang=en")
    for kind in ("contract", "achievement", "recommendation"):
        assert "Save this piece" in await read(applicant, f"{at}/functions/trading/{kind}?lang=en")
    assert (await applicant.get(f"{at}/functions/finding")).status_code == 404
    assert (await applicant.get(f"{at}/functions/trading/gift")).status_code == 404
    await send(applicant, f"{at}/check", {}, to=f"{at}/submission")
    assert "Publication inside the employer" in await read(applicant, f"{at}?lang=en")
    assert (await applicant.get(f"{at}/statement")).headers["location"] == at
    await published(case, employer, FIRST)
    assert "Record the publication" in await read(hr, f"/employer/{case.id}?lang=en")
    last = FIRST + timedelta(days=8)
    await employers.confirm(case.id, by=employer, on=last)
    await ask(case, officer, "statement")
    assert "asks you to mend" in await read(applicant, f"{at}?lang=en")
    assert "Work functions and evidence" in await read(desk, f"/queue/{case.id}?lang=en")


async def test_continuous_intake_is_ended_on_its_page(client: Client) -> None:
    await signed_in(client, await make_account(Role.CHIEF_OFFICER))
    row = await make_round(closes=None)
    past = {"closes_on-year": "2026", "closes_on-month": "7", "closes_on-day": "1"}
    refused = await send(client, "/rounds", past, to=f"/rounds/{row.id}/end")
    assert refused.status_code == 422
    await send(client, "/rounds", {**past, "closes_on-day": "6"}, to=f"/rounds/{row.id}/end")
    assert await rounds.open_for(Level.JUNIOR, clock.today() + timedelta(days=1)) is None
    wrong = await send(client, "/rounds", {"name": "批", **past})
    assert_refused(wrong, "name", "至少 2 个字")


async def test_an_employer_not_active_cannot_be_named(client: Client) -> None:
    account = await signed_in(client, await make_person())
    employer = await make_employer()
    await Organisation.update({Organisation.active: False}).where(
        Organisation.id == employer.organisation
    )
    case = await make_ready(account)
    there = f"/applications/{case.id}/employer"
    assert_refused(
        await send(client, there, {"employer": str(employer.organisation)}),
        "employer",
        "没有这个单位",
    )
