"""Panels in the browser: officers, members, visitors and the applicant, each at their pages."""

import re
from html import unescape

import pytest

from credentials.panels import publicity
from credentials.panels.tables import Objection, PanelCase
from registry.platform.db import rows
from registry.platform.permissions import Role
from seeds import evaluation
from seeds.evaluation import SECRET, WORD
from tests.conftest import Client, NewClient
from tests.credentials.panels.cases import DAY, accepted, make_office, now, owner, published
from tests.factories import Clock, make_account, make_organisation, sign_in, vault
from tests.forms import send

pytestmark = pytest.mark.anyio


async def at(new_client: NewClient, account: object) -> Client:
    client = new_client()
    await sign_in(client, account)  # type: ignore[arg-type]
    return client


async def text(client: Client, address: str) -> str:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


async def test_a_panel_from_draw_to_minutes_in_the_browser(
    new_client: NewClient, time: Clock
) -> None:
    time.pass_by(days=6)
    office = await make_office(4)
    case = await accepted(office)
    first, second = await at(new_client, office.first), await at(new_client, office.second)
    assert case.reference in await text(first, "/panels")
    typed = {"act": "commit", "level": "junior", f"application-{case.id}": "yes", "secret": SECRET}
    even = await send(first, "/panels", {**typed, "size": "4"})
    assert even.status_code == 422
    assert "示例程序第三条" in unescape(even.text)
    assert (await send(first, "/panels", typed)).status_code == 303
    (row,) = await PanelCase.objects()
    panel = f"/panels/{row.panel}"
    assert (await send(second, panel, {"act": "word", "word": WORD})).status_code == 303
    wrong = await send(first, panel, {"act": "reveal", "secret": "something else"})
    assert wrong.status_code == 422
    assert (await send(first, panel, {"act": "reveal", "secret": SECRET})).status_code == 303

    seen = await text(first, panel)
    members = [account for account in office.assessors if str(account.id) in seen]
    assert len(members) == 3
    clients = [await at(new_client, member) for member in members]
    for client in clients:
        assert f"/assessing/{row.id}" in await text(client, "/assessing")
        sheet = f"/assessing/{row.id}"
        assert "陈思远" not in await text(client, sheet)
        points = {"knowledge": "80", "skill:trading": "70", "experience": "75"}
        short = await send(client, sheet, {"act": "score", **points, "performance": "101"})
        assert short.status_code == 422
        assert "评分为 0 至 100 分" in unescape(short.text)
        whole = {"act": "score", **points, "performance": "60"}
        assert (await send(client, sheet, whole)).status_code == 303
    assert "一致性" in await text(first, panel)
    there = {f"present-{member.id}": "yes" for member in members}
    too_few = await send(first, panel, {"act": "meet", f"present-{members[0].id}": "yes"})
    assert too_few.status_code == 422
    assert (await send(first, panel, {"act": "meet", **there})).status_code == 303
    for client in clients:
        voted = await send(client, f"/assessing/{row.id}", {"act": "vote", "choice": "yes"})
        assert voted.status_code == 303
        assert "您已经表决" in await text(client, f"/assessing/{row.id}")
    assert (await send(first, panel, {"act": "close"})).status_code == 303
    minutes = await text(first, f"{panel}/minutes")
    assert case.reference in minutes
    assert (await now(case)).vote_passed
    desk = f"/queue/{case.id}"
    assert (await send(second, desk, {}, to=f"{desk}/publication")).status_code == 303
    visitor = new_client()
    results = await text(visitor, "/results")
    assert case.reference in results
    assert "陈*远" in results
    assert "陈思远" not in results
    own = await at(new_client, await owner(case))
    told = await text(own, f"/applications/{case.id}/result")
    assert "公示期" in told
    assert not any(member.display_name in told for member in members)


async def test_a_visitor_objects_without_a_name_and_asks_with_the_code(
    new_client: NewClient, time: Clock
) -> None:
    time.pass_by(days=6)
    office = await make_office(3)
    row, case = await published(office)
    visitor = new_client()
    form = f"/results/{row.id}/objection"
    typed = {"grounds": "合同登记中没有申请人，证据见登记机关。"}
    nameless = await visitor.post(form, data=typed)
    assert nameless.status_code == 422
    answer = await visitor.post(form, data={**typed, "anonymous": "yes"})
    code = re.search(r"[0-9a-f]{30}", answer.text)
    assert code is not None
    shown = await visitor.post("/results/objection", data={"code": code[0]})
    assert "已收到" in unescape(shown.text)
    unknown = await visitor.post("/results/objection", data={"code": "0" * 30})
    assert unknown.status_code == 422

    objection = await Objection.objects().first()
    assert objection is not None
    third, chief = await at(new_client, office.third), await at(new_client, office.chief)
    desk = f"/objections/{objection.id}"
    assert "匿名" in await text(third, desk)
    assert (await send(third, desk, {"act": "take-up"})).status_code == 303
    assert (await now(case)).status == "held"
    decided = {"act": "decide", "ruling": "dismiss"}
    assert (await send(chief, desk, decided)).status_code == 422
    involved = await send(third, desk, {**decided, "reasons": "属实"})
    assert involved.status_code == 403
    assert (await send(chief, desk, {**decided, "reasons": "经核对属实"})).status_code == 303
    assert (await now(case)).status == "published"
    time.pass_by(days=30)
    late = await visitor.post(form, data={**typed, "anonymous": "yes"})
    assert late.status_code == 422
    assert "公示期已于" in unescape(late.text)


async def test_an_upheld_objection_goes_to_another_panel_rather_than_back_to_the_vote(
    new_client: NewClient, time: Clock
) -> None:
    time.pass_by(days=6)
    office = await make_office(3)
    row, case = await published(office)
    held = await evaluation.hold(row, office, vault(), DAY)
    chief, first = await at(new_client, office.chief), await at(new_client, office.first)
    typed = {"act": "decide", "ruling": "refuse", "reasons": "合同登记中没有申请人。"}
    assert (await send(chief, f"/objections/{held.id}", typed)).status_code == 303
    desk = f"/queue/{case.id}"
    shown = await text(first, desk)
    assert "依据一件成立的异议" in shown
    assert "退回重新评审" in shown
    assert "退回重拟" not in shown
    back = {"decision": "send-back", "grounds": "须由评审组核实。"}
    assert (await send(first, desk, back, to=f"{desk}/decision")).status_code == 303
    assert "等待组成评审组" in await text(first, desk)
    assert case.reference in await text(first, "/panels")
    own = await text(await at(new_client, await owner(case)), f"/applications/{case.id}")
    assert "退回重新评审" in own
    assert "须由评审组核实" not in own


async def test_whoever_objects_is_known_by_neither_account_nor_address(
    new_client: NewClient, time: Clock
) -> None:
    time.pass_by(days=6)
    office = await make_office(3)
    row, _ = await published(office)
    rival = await make_account(Role.EMPLOYER, organisation=(await make_organisation()).id)
    signed_in = await at(new_client, rival)
    kept = await rows("SELECT * FROM session")
    lines = await rows("SELECT * FROM audit_entry")
    time.pass_by(minutes=20)
    form = f"/results/{row.id}/objection"
    typed = {"grounds": "合同登记中没有申请人，证据见登记机关。"}
    await signed_in.get("/results")
    await signed_in.get(form)
    answer = await signed_in.post(form, data={**typed, "anonymous": "yes"})
    code = re.search(r"[0-9a-f]{30}", answer.text)
    assert code is not None
    body = {"publication": str(row.id), "anonymous": True, **typed}
    assert (await signed_in.post("/api/objections", json=body)).status_code == 201
    await signed_in.post("/api/objections", json={**body, "anonymous": False, "name": "何某",
                                                  "contact": "hemou@people.example"})  # fmt: skip
    await signed_in.post("/results/objection", data={"code": code[0]})
    await signed_in.post("/api/objections/status", json={"code": code[0]})
    assert await Objection.count() == 3
    # The session has not moved, the trail names nobody, and no address is counted anywhere.
    assert await rows("SELECT * FROM session") == kept
    added = (await rows("SELECT * FROM audit_entry ORDER BY sequence"))[len(lines) :]
    assert [line["action"] for line in added] == ["objection.receive"] * 3
    assert {(line["account"], line["role"], line["address"]) for line in added} == {
        (None, "public", "-")
    }
    assert await rows("SELECT * FROM tally WHERE name LIKE '%127.0.0.1%'") == []
    refused = [(await signed_in.post("/api/objections", json=body)).status_code for _ in range(10)]
    assert refused[-1] == 429


async def test_everybody_can_read_a_draw_and_only_members_their_panel(
    new_client: NewClient, time: Clock
) -> None:
    time.pass_by(days=6)
    office = await make_office(3)
    case = await accepted(office)
    panel = await evaluation.draw([case], office, DAY)
    visitor = new_client()
    page = await text(visitor, f"/draws/{panel.reference}")
    assert SECRET in page
    assert panel.commitment in page
    assert (await visitor.get(f"/api/draws/{panel.reference}")).json()["secret"] == SECRET
    assert (await visitor.get("/draws/PS-2026-999999")).status_code == 404
    outsider = await at(new_client, await _assessor())
    assert (await outsider.get(f"/api/panels/{panel.id}")).status_code == 404
    member = await at(new_client, office.assessors[0])
    shown = (await member.get(f"/api/panels/{panel.id}")).json()
    assert shown["members"] == []
    assert shown["cases"][0]["reference"] is None
    assert await publicity.listed() == []


async def _assessor() -> object:
    from tests.factories import make_account

    return await make_account(Role.ASSESSOR)
