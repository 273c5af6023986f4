"""Mentors through the API: register, pair, practise, confirm by both, and the outcome."""

from datetime import timedelta
from typing import Any

import pytest

from registry.platform import clock
from registry.platform.permissions import Role
from registry.platform.tables import AuditEntry
from tests.conftest import Client, NewClient
from tests.factories import make_account, sign_in
from tests.training.stage import make_learner
from training import ledger

pytestmark = pytest.mark.anyio
MENTORS, PRACTICE = "/api/training/mentors", "/api/training/practice"
PAIRINGS = f"{MENTORS}/pairings"


async def paired(base: Client, senior: str, junior: str) -> dict[str, Any]:
    """A mentor registered and paired by a base."""
    today = clock.today()
    mentor = {
        "person": senior,
        "qualification": "高级技术经理人，促成转化二十项",
        "capacity": 1,
        "first_day": str(today - timedelta(days=30)),
        "last_day": str(today + timedelta(days=300)),
        "terms": True,
    }
    assert (await base.post(MENTORS, json={**mentor, "terms": False})).status_code == 422
    answer = await base.post(MENTORS, json=mentor)
    assert answer.status_code == 201, answer.text
    asked = {
        "mentor": answer.json()["id"],
        "person": junior,
        "plan": "参与两个项目的尽职调查与合同谈判",
        "planned_minutes": 720,
        "began_on": str(today - timedelta(days=20)),
    }
    answer = await base.post(PAIRINGS, json=asked)
    assert answer.status_code == 201, answer.text
    again = await base.post(PAIRINGS, json=asked)
    assert (again.status_code, again.json()["title"]) == (422, "no-capacity")
    made: dict[str, Any] = answer.json()
    return made


async def test_a_pairing_from_the_register_to_its_outcome(new_client: NewClient) -> None:
    clerk, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    (senior, old), (junior, young), (stranger, _) = [await make_learner() for _ in range(3)]
    base, outsider, first, second, third = [new_client() for _ in range(5)]
    for client, account in (
        (base, clerk), (outsider, other), (first, senior), (second, junior), (third, stranger),
    ):  # fmt: skip
        await sign_in(client, account)
    pairing = await paired(base, old, young)
    assert (pairing["status"], pairing["planned_minutes"]) == ("active", 720)
    [mentor] = (await base.get(MENTORS)).json()
    assert (mentor["number"], mentor["juniors"]) == (old, 1)
    assert (await outsider.get(PAIRINGS)).json() == []
    assert (await third.get(PRACTICE)).json() == []
    assert (await first.get(MENTORS)).status_code == 403
    yesterday = str(clock.today() - timedelta(days=1))
    done = {"held_on": yesterday, "minutes": 120, "activity": "起草需求清单"}
    report = f"{PRACTICE}/{pairing['id']}"
    assert (await third.post(report, json=done)).status_code == 404
    stretch = (await second.post(report, json=done)).json()
    assert (stretch["status"], stretch["by_mentor"], stretch["entry"]) == ("reported", False, None)
    confirmation = f"{PRACTICE}/stretches/{stretch['id']}/confirmation"
    for client in (second, third):
        assert (await client.post(confirmation, json={})).status_code == 404
    assert (await first.post(confirmation, json={})).status_code == 204
    assert (await first.post(confirmation, json={})).status_code == 409
    assert junior.person is not None
    assert await ledger.total(junior.person, clock.today()) == 120
    stretch = (await first.post(report, json={**done, "minutes": 60})).json()
    dispute = f"{PRACTICE}/stretches/{stretch['id']}/dispute"
    assert (await first.post(dispute, json={"note": "没有这一次"})).status_code == 404
    assert (await second.post(dispute, json={"note": "没有这一次"})).status_code == 204
    [shown] = (await second.get(PRACTICE)).json()
    assert shown["confirmed_minutes"] == 120
    assert {one["status"] for one in shown["practice"]} == {"confirmed", "disputed"}
    outcome = {"outcome": "独立完成一项合同登记"}
    ended = f"{PAIRINGS}/{pairing['id']}/outcome"
    assert (await outsider.post(ended, json=outcome)).status_code == 404
    assert (await base.post(ended, json=outcome, params={"completed": False})).status_code == 204
    assert (await base.post(ended, json=outcome)).status_code == 409
    [shown] = (await base.get(PAIRINGS)).json()
    assert (shown["status"], shown["outcome"]) == ("ended", "独立完成一项合同登记")
    audited = {row["action"] for row in await AuditEntry.select(AuditEntry.action)}
    assert audited >= {
        "mentor.register", "mentor.pair", "mentor.end", "practice.report", "practice.confirm",
        "practice.dispute",
    }  # fmt: skip
