"""One integrity case in the browser's way: every role's page, from the report to the extract."""

import re
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from registry import people
from registry.integrity.tables import CodeSignature, IntegrityCase, IntegrityRecord
from registry.platform.permissions import Role
from tests import forms
from tests.conftest import Client, NewClient
from tests.factories import Clock, make_account, make_applicant, sign_in

pytestmark = pytest.mark.anyio


async def at(new_client: NewClient, account: Any) -> Client:
    client = new_client()
    await sign_in(client, account)
    return client


async def send(client: Client, page: str, to: str, expect: int = 303, **fields: str) -> str:
    answer = await forms.send(client, page, fields, to)
    assert answer.status_code == expect, unescape(answer.text)
    return unescape(answer.text)


async def status_of(case: UUID) -> str:
    row = await IntegrityCase.objects().get(IntegrityCase.id == case)
    assert row is not None
    return str(row.status)


async def test_a_case_from_report_to_extract(new_client: NewClient, time: Clock) -> None:
    person = await make_applicant()
    number = (await people.find(person.person, by=person)).number
    holder = await at(new_client, person)
    reporter = await at(new_client, await make_applicant(name="李明"))
    officer = await at(new_client, await make_account(Role.OFFICER))
    panel = [await make_account(Role.ASSESSOR) for _ in range(3)]
    told = await send(
        reporter,
        "/integrity/cases",
        "/integrity/cases",
        200,
        person=number,
        source="report",
        alleged="合同登记号不存在",
        **{"ended_on-year": "2026", "ended_on-month": "5", "ended_on-day": "1"},
    )
    assert "CX-2026-000001" in told
    row = await IntegrityCase.objects().first()
    assert row is not None
    page, id_ = f"/integrity/cases/{row.id}", row.id
    assert (await holder.get(page)).status_code == 404
    assert (await reporter.get(page)).status_code == 404
    handling = f"{page}/handling"
    await send(officer, page, handling, act="accept")
    await send(officer, page, handling, 422, act="nonsense")
    await send(officer, page, handling, act="notify", facts="核对不符", basis="章程", measure="bar")
    assert "您的权利" in (await holder.get(page)).text
    shown = await send(officer, page, handling, 422, act="convene", finding="属实")
    assert "属实" in shown
    await send(holder, page, f"{page}/answer", act="defend", defence="笔误")
    time.pass_by(days=14)
    for client, account in ((holder, person),):
        await sign_in(client, account)
    officer = await at(new_client, await make_account(Role.OFFICER))
    draft = {
        "finding": "提交了不存在的合同登记号",
        "reasons": "核对不符",
        "basis": "章程",
        "severity": "serious",
        "measure": "bar",
        "publish": "yes",
        "until-year": "2026",
        "until-month": "12",
        "until-day": "31",
    }
    even = {f"member-{one.id}": "yes" for one in panel[:2]}
    refused = await send(officer, page, handling, 422, act="convene", **draft, **even)
    assert "审议组须为单数" in refused
    odd = {f"member-{one.id}": "yes" for one in panel}
    await send(officer, page, handling, 303, act="convene", **draft, **odd)
    assert "提交了不存在" not in (await holder.get(page)).text
    for one in panel:
        member = await at(new_client, one)
        await send(member, page, f"{page}/vote", act="vote", agrees="yes")
    await send(officer, page, handling, act="count")
    await send(officer, page, handling, act="serve")
    assert await status_of(id_) == "served"
    assert "提交了不存在" in (await holder.get(page)).text
    visitor = new_client()
    public = await visitor.get("/integrity/extract", params={"number": number, "lang": "en"})
    assert "提交了不存在" in public.text
    assert "Bar from applying" in public.text
    mine = await holder.get("/integrity")
    assert "提交了不存在" in mine.text
    record = await IntegrityRecord.objects().first()
    assert record is not None
    assert record.bars_until == date(2026, 12, 31)
    to = f"/integrity/records/{record.id}"
    await send(holder, "/integrity", to, kind="objection", grounds="不是本人")
    assert "有异议" in (await holder.get("/integrity")).text
    waiting = await officer.get("/integrity/requests")
    assert "不是本人" in waiting.text
    [proposal] = re.findall(r'action="(/integrity/requests/[0-9a-f-]+)/proposal"', waiting.text)
    said = {"answer": "grant", "reasons": "证据不足"}
    await send(officer, "/integrity/requests", f"{proposal}/decided", 404, **said)
    assert "/proposal" in (await officer.get("/integrity/requests")).text


async def test_gates_hold(new_client: NewClient) -> None:
    person = await make_applicant()
    holder = await at(new_client, person)
    assert (await holder.get("/integrity/requests")).status_code == 403
    nobody = new_client()
    for page in ("/integrity", "/integrity/cases", "/practice-code"):
        assert (await nobody.get(page)).status_code == 302, page
    other = await make_applicant()
    answer = await holder.get(f"/api/integrity/people/{other.person}/records")
    assert answer.status_code == 404
    answer = await holder.get(f"/api/integrity/people/{person.person}/records")
    assert (answer.status_code, answer.json()) == (200, [])


async def test_the_practice_code_is_read_and_signed(new_client: NewClient) -> None:
    holder = await at(new_client, await make_applicant())
    assert "签署执业准则" in (await holder.get("/practice-code")).text
    await send(holder, "/practice-code", "/practice-code")
    assert await CodeSignature.count() == 1
    assert "您已签署现行执业准则" in (await holder.get("/practice-code")).text
    assert "Practice code" in (await holder.get("/practice-code", params={"lang": "en"})).text
    assert "技术经理人执业准则" in (await holder.get("/integrity")).text
