"""The intake over HTTP, by programs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from registry.platform.permissions import Role
from tests.conftest import Client, NewClient
from tests.credentials.intake.stage import make_employer, make_person
from tests.factories import Clock, make_account, sign_in

pytestmark = pytest.mark.anyio


async def done(answer: Any, status: int = 201) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def filled_in(client: Client, employer: str) -> str:
    """An application with everything; return its address."""
    case = await done(await client.post("/api/applications", json={"level": "junior"}))
    at = f"/api/applications/{case['id']}"
    said = {"statement": "两项成果的转让"}
    await done(await client.put(f"{at}/statement", json=said), 200)
    functions = {"functions": ["trading"]}
    await done(await client.put(f"{at}/functions", json=functions), 200)
    did = {"account": "主持谈判"}
    await done(await client.put(f"{at}/functions/trading", json=did), 200)
    one = {"text": "促成一项转让", "day": "2026-05-06"}
    await done(await client.post(f"{at}/functions/trading/achievements", json=one))
    two = {"recommender": "李教授", "unit": "大学", "text": "推荐"}
    extra = await done(await client.post(f"{at}/functions/trading/recommendations", json=two))
    await done(await client.delete(f"{at}/evidence/{extra['id']}"), 204)
    await done(await client.put(f"{at}/employer", json={"employer": employer}), 200)
    return at


async def test_the_whole_intake_by_api(new_client: NewClient, time: Clock) -> None:
    time.at = datetime(2026, 7, 6, 4, 0, tzinfo=UTC)
    applicant, hr, desk = (new_client() for _ in range(3))
    await sign_in(applicant, await make_person())
    employer, officer = await make_employer(), await make_account(Role.OFFICER)
    await sign_in(hr, employer)
    await sign_in(desk, officer)
    asked = {"name": "第一批", "levels": ["junior"], "opens_on": "2026-07-01"}
    opened = await done(await desk.post("/api/rounds", json=asked))
    assert (await applicant.get("/api/rounds")).json() == [opened]
    named = (await applicant.get("/api/employers")).json()
    assert [each["id"] for each in named] == [str(employer.organisation)]

    at = await filled_in(applicant, named[0]["id"])
    filing = (await applicant.get(f"{at}/filing")).json()
    assert [each["function"] for each in filing["functions"]] == ["trading"]
    assert {each["state"] for each in filing["materials"] if each["required"]} == {
        "supplied",
        "held",
    }
    assert len((await applicant.get(f"{at}/evidence")).json()) == 1
    handed = await done(await applicant.post(f"{at}/submission"))
    assert handed["status"] == "confirming"

    (row,) = (await hr.get("/api/employers/applications")).json()
    there = f"/api/employers/applications/{row['application']}"
    shown = {"first_day": "2026-07-06", "place": "公告栏"}
    put_up = await done(await hr.post(f"{there}/publication", json=shown))
    assert (put_up["last_day"], put_up["provisional"]) == ("2026-07-13", False)
    early = await hr.post(f"{there}/confirmation")
    assert early.json()["type"] == "/problems/publication-running"
    time.at += timedelta(days=8)
    for client, account in ((hr, employer), (desk, officer)):
        await sign_in(client, account)
    assert (await done(await hr.post(f"{there}/confirmation")))["status"] == "submitted"
    assert (await hr.get(there)).json()["content"]["functions"] == {"trading": "主持谈判"}

    notice = {"items": [{"field": "statement", "words": "写明角色"}]}
    assert (await done(await desk.post(f"{at}/notice", json=notice)))["status"] == "returned"
    applicant = new_client()
    await sign_in(applicant, await _owner(at))
    assert (await applicant.get(f"{at}/filing")).json()["reopened"] == ["statement"]
    shut = await applicant.put(f"{at}/employer", json={"self_employed": True})
    assert shut.json()["type"] == "/problems/not-reopened"
    await done(await applicant.put(f"{at}/statement", json={"statement": "本人主持"}), 200)
    assert (await done(await applicant.post(f"{at}/submission")))["status"] == "submitted"
    (change,) = (await desk.get(f"{at}/filing")).json()["changes"]
    assert (change["before"], change["after"]) == ("两项成果的转让", "本人主持")
    late = {"items": [{"field": "employer", "words": "写全称"}]}
    assert (await desk.post(f"{at}/notice", json=late)).status_code == 422
    assert (await done(await desk.post(f"{at}/acceptance")))["status"] == "accepted"


async def _owner(at: str) -> Any:
    from credentials.tables import Application
    from registry.tables import Account

    case = await Application.objects().get(Application.id == at.rpartition("/")[2])
    assert case is not None
    return await Account.objects().get(Account.person == case.person)
