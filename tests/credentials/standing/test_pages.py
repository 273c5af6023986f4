"""Pages and routes of standing: the holder's own, and the officers' desk."""

from datetime import date

import pytest

from credentials.tables import HolderRequest, StandingDecision
from registry import people
from registry.platform import clock
from registry.platform.tables import AuditEntry
from registry.tables import Account
from tests.conftest import Client, NewClient
from tests.credentials.cases import applicant_at, officer_at, read
from tests.credentials.standing.holding import make_learning, make_level, now
from tests.factories import Clock, make_applicant, sign_in
from tests.forms import assert_refused, send

pytestmark = pytest.mark.anyio
PDF = ("户口簿.pdf", b"%PDF-1.7 test", "application/pdf")


@pytest.fixture
def late(time: Clock) -> Clock:
    """The third of January 2028, in the last days of a level granted three years before."""
    time.pass_by(days=(date(2028, 1, 3) - date(2026, 6, 30)).days)
    return time


async def renewable(client: Client) -> Account:
    account = await make_applicant()
    await make_learning(account, 2025, 2026, 2027)
    await make_level(account, on=date(2025, 1, 10))
    await sign_in(client, account)
    return account


async def test_a_holder_sees_levels_and_what_was_held_on_a_day(client: Client) -> None:
    account = await applicant_at(client)
    assert "您还没有等级" in await read(client, "/standing")
    today = clock.today()
    await make_level(account, on=today)
    text = await read(client, "/standing")
    assert "初级技术经理人" in text
    assert "有效" in text
    asked = {"on-year": "2027", "on-month": "1", "on-day": "5"}
    known = {"known_by-year": str(today.year), "known_by-month": str(today.month)}
    answer = await client.get("/standing", params={**asked, **known, "known_by-day": today.day})
    assert "2027年1月5日 持有" in answer.text
    before = await client.get("/standing", params={**asked, **known, "known_by-day": "40"})
    assert "错误" in before.text
    api = await client.get(f"/api/people/{account.person}/standing", params={"on": "2027-01-05"})
    assert [(one["level"], one["status"]) for one in api.json()] == [("junior", "in-force")]
    nothing = {"on": "2027-01-05", "known_by": "2020-01-01"}
    api = await client.get(f"/api/people/{account.person}/standing", params=nothing)
    assert api.json() == []


async def test_nobody_sees_the_levels_of_others_but_officers_who_are_noted(
    new_client: NewClient,
) -> None:
    holder = await make_applicant()
    await make_level(holder)
    other, officer = new_client(), new_client()
    await applicant_at(other)
    await officer_at(officer)
    theirs = f"/api/people/{holder.person}"
    for address in (f"{theirs}/standing", f"{theirs}/credentials"):
        assert (await other.get(address)).status_code == 404
        assert (await officer.get(address)).status_code == 200
    assert (await other.get(f"/levels/{holder.person}")).status_code == 403
    assert (await officer.get("/standing")).status_code == 403
    assert await AuditEntry.exists().where(
        AuditEntry.action == "standing.read", AuditEntry.subject == f"person:{holder.person}"
    )


async def test_two_officers_suspend_a_level_on_its_page(new_client: NewClient) -> None:
    holder = await make_applicant()
    held = await make_level(holder)
    first, second = new_client(), new_client()
    await officer_at(first)
    await officer_at(second)
    page = f"/levels/{holder.person}"
    to = f"{page}/credentials/{held.id}"
    typed = {"act": "suspend", "reason": "request", "grounds": "本人出国一年"}
    refused = await send(first, page, typed, to)
    assert refused.status_code == 422
    assert "须晚于今天" in refused.text
    until = {"until-year": str(clock.today().year + 1), "until-month": "1", "until-day": "31"}
    assert (await send(first, page, {**typed, **until}, to)).headers["location"] == page
    decision = await StandingDecision.objects().first()
    assert decision is not None
    assert "由您拟定" in await read(first, page)
    assert "由您拟定" in await read(first, "/levels")
    grounds = {"grounds": "情况属实"}
    to = f"{page}/proposals/{decision.id}"
    assert (await send(first, page, {"decision": "decide", **grounds}, to)).status_code == 403
    for nothing in ({}, {"decision": ""}, {"decision": "dropp"}):
        answer = await send(second, page, {**nothing, **grounds}, to)
        assert_refused(answer, f"{decision.id}-grounds", "请选择一项")
    assert (await now(held)).status == "in-force"
    assert_refused(
        await send(second, page, {"decision": "decide", "grounds": ""}, to),
        f"{decision.id}-grounds",
        "请填写",
    )
    assert (await send(second, page, {"decision": "decide", **grounds}, to)).status_code == 303
    assert (await now(held)).status == "suspended"
    assert "暂停" in await read(second, page)


async def test_a_proposal_may_be_dropped_and_another_made(new_client: NewClient) -> None:
    holder = await make_applicant()
    held = await make_level(holder)
    first, second = new_client(), new_client()
    await officer_at(first)
    await officer_at(second)
    asked = {"act": "revoke", "reason": "fraud", "grounds": "材料不实"}
    made = await first.post(f"/api/credentials/{held.id}/standing-proposals", json=asked)
    assert made.status_code == 201, made.text
    to = f"/api/standing-proposals/{made.json()['id']}"
    grounds = {"grounds": "证据不足"}
    assert (await first.post(f"{to}/dropping", json=grounds)).status_code == 403
    assert (await second.post(f"{to}/dropping", json=grounds)).json()["status"] == "dropped"
    assert (await second.post(f"{to}/decision", json=grounds)).status_code == 409
    assert (await now(held)).status == "in-force"
    made = await second.post(f"/api/credentials/{held.id}/standing-proposals", json=asked)
    (listed,) = (await first.get("/api/standing-proposals")).json()
    assert (listed["act"], listed["may_decide"]) == ("revoke", True)
    to = f"/api/standing-proposals/{made.json()['id']}"
    assert (await first.post(f"{to}/decision", json=grounds)).json()["status"] == "revoked"


async def test_a_renewal_goes_from_the_holder_to_two_officers(
    new_client: NewClient, late: Clock
) -> None:
    holder, first, second = new_client(), new_client(), new_client()
    account = await renewable(holder)
    await officer_at(first)
    await officer_at(second)
    text = await read(holder, "/standing")
    assert "签署准则并申请续期" in text
    assert text.count("已完成") == 3
    (held,) = (await holder.get(f"/api/people/{account.person}/credentials")).json()
    sent = await send(holder, "/standing", {}, f"/standing/renewal/{held['id']}")
    assert sent.headers["location"] == "/standing"
    again = await holder.post(f"/api/credentials/{held['id']}/renewal", json={})
    assert again.status_code == 409
    row = await HolderRequest.objects().first()
    assert row is not None
    assert row.reference in await read(first, "/levels")
    page = f"/levels/{account.person}"
    to = f"{page}/requests/{row.id}"
    propose = {"act": "propose", "proposal": "grant", "grounds": "学时齐全"}
    assert (await send(first, page, propose, to)).status_code == 303
    decide = {"act": "decide", "decision": "grant", "grounds": "同意续期"}
    assert (await send(first, page, decide, to)).status_code == 403
    assert (
        await first.post(
            f"/api/holder-requests/{row.id}/decision", json={"proposal": "grant", "grounds": "同意"}
        )
    ).status_code == 403
    mine = (await holder.get(f"/api/holder-requests/{row.id}")).json()
    assert (mine["status"], mine["reasons"]) == ("proposed", None)
    assert (await send(second, page, decide, to)).status_code == 303
    mine = (await holder.get(f"/api/holder-requests/{row.id}")).json()
    assert (mine["status"], mine["reasons"]) == ("granted", "同意续期")
    assert "2031年1月9日" in await read(holder, "/standing")


async def test_a_name_is_corrected_with_a_document(new_client: NewClient) -> None:
    holder, officer = new_client(), new_client()
    account = await applicant_at(holder)
    await make_level(account)
    await officer_at(officer)
    typed = {"name": "陈思源", "grounds": "登记时写错"}
    missing = await send(holder, "/standing", typed, "/standing/name")
    assert_refused(missing, "evidence", "请选择证明文件")
    sent = await send(holder, "/standing", typed, "/standing/name", files={"evidence": PDF})
    assert sent.status_code == 303, sent.text
    text = await read(officer, f"/levels/{account.person}")
    assert "陈思源" in text
    assert "/api/documents/" in text
    row = await HolderRequest.objects().first()
    assert row is not None
    to = f"/standing/requests/{row.id}/withdrawal"
    assert (await send(holder, "/standing", {}, to)).status_code == 303
    assert "已撤回" in await read(holder, "/standing")


async def test_a_person_is_found_by_number(client: Client) -> None:
    await officer_at(client)
    holder = await make_applicant()
    person = await people.row(holder.person)
    found = await send(client, "/levels", {"number": person.number.lower()}, "/levels")
    assert found.headers["location"] == f"/levels/{holder.person}"
    assert "没有等级" in await read(client, f"/levels/{holder.person}")
    nobody = await send(client, "/levels", {"number": "P-999999"}, "/levels")
    assert_refused(nobody, "number", "没有这个")
