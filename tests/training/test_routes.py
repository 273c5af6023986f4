"""The same through the API: a class from proposal to the ledger, an import, a review."""

from datetime import timedelta

import pytest

from registry.platform import clock
from registry.platform.permissions import Role
from tests.conftest import NewClient
from tests.factories import make_account, sign_in
from tests.training.stage import make_class, make_learner
from tests.training.workbooks import row, workbook

pytestmark = pytest.mark.anyio
API = "/api/training"


async def test_a_class_goes_from_proposal_to_the_ledger(new_client: NewClient) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    person, number = await make_learner()
    base, bureau, home = new_client(), new_client(), new_client()
    for client, account in ((base, clerk), (bureau, officer), (home, person)):
        await sign_in(client, account)
    asked = {
        "title": "技术合同登记实务",
        "level": "junior",
        "module": "practical-skills",
        "minutes": 180,
        "syllabus": "合同分类、认定登记流程与税收政策",
    }
    answer = await base.post(f"{API}/courses", json=asked)
    assert answer.status_code == 201, answer.text
    course = answer.json()["id"]
    note = {"note": "同意"}
    assert (await base.post(f"{API}/courses/{course}/approval", json=note)).status_code == 403
    answer = await bureau.post(f"{API}/courses/{course}/approval", json=note)
    assert answer.json()["status"] == "approved"
    answer = await bureau.post(f"{API}/courses/{course}/return", json=note)
    assert answer.status_code == 409
    planned = {
        "course": course,
        "code": "2026-001",
        "mode": "face-to-face",
        "day": str(clock.today() - timedelta(days=1)),
        "begins": "9:00",
        "ends": "12:00",
        "teacher": "林老师",
        "capacity": 20,
    }
    answer = await base.post(f"{API}/classes", json=planned)
    assert answer.status_code == 201, answer.text
    held = f"{API}/classes/{answer.json()['id']}"
    assert (await base.post(f"{held}/roster", json={"people": number})).json() == {"changed": 1}
    [seat] = (await base.get(f"{held}/roster")).json()
    sheet = {"lines": [{"enrolment": seat["id"], "minutes": 180}]}
    assert (await base.put(f"{held}/attendance", json=sheet)).json() == {"changed": 1}
    assert (await base.post(f"{held}/posting", json={})).json() == {"changed": 1}
    assert (await base.post(f"{held}/posting", json={})).json() == {"changed": 0}
    counted = (await home.get(f"{API}/people/{person.person}/counting")).json()
    assert counted["total_minutes"] == 180
    levels = next(s for s in counted["schemes"] if s["document"] == "training-levels")
    assert [t["missing"] for t in levels["tallies"]] == [1620, 2520, 3420]
    assert levels["status"] == "illustrative"
    tables = (await bureau.get(f"{API}/statistics")).json()
    assert tables["people"][0]["minutes"] == 180
    assert [c["code"] for c in (await base.get(f"{API}/classes")).json()] == ["2026-001"]
    assert [c["id"] for c in (await bureau.get(f"{API}/courses")).json()] == [course]
    month = {"month": str(clock.today())}
    assert (await bureau.post(f"{API}/periods", json=month)).status_code == 422


async def test_a_sheet_is_checked_taken_in_and_undone(new_client: NewClient) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    client = new_client()
    await sign_in(client, clerk)
    sheet = {"data": ("六月.xlsx", workbook(row(held.code, number), row(held.code, "P-999999")))}
    told = (await client.post(f"{API}/imports", files=sheet)).json()
    assert (told["status"], told["rows"], told["accepted"]) == ("checked", 2, 1)
    assert [one["code"] for one in told["refused"]] == ["unknown-person"]
    run = f"{API}/imports/{told['id']}"
    answer = await client.post(f"{run}/taking-in")
    assert (answer.status_code, answer.json()["title"]) == (422, "rows-refused")
    told = (await client.post(f"{run}/taking-in", params={"only_good": True})).json()
    assert (told["status"], told["accepted"]) == ("imported", 1)
    assert (await client.post(f"{API}/imports", files=sheet)).json()["status"] == "imported"
    assert (await client.post(f"{run}/undoing")).json() == {"changed": 1}
    broken = {"data": ("六月.xlsx", b"PK\x03\x04 nothing")}
    answer = await client.post(f"{API}/imports", files=broken)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "damaged"


async def test_the_bureau_accredits_suspends_and_reviews(new_client: NewClient) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    _, number = await make_learner()
    base, bureau = new_client(), new_client()
    await sign_in(base, clerk)
    await sign_in(bureau, officer)
    today = clock.today()
    asked = {
        "base": str(clerk.organisation),
        "number": "沪备-1",
        "levels": ["junior"],
        "modules": ["advancement"],
        "first_day": str(today),
        "last_day": str(today),
    }
    accreditations = f"{API}/accreditations"
    answer = await bureau.post(accreditations, json=asked)
    assert answer.status_code == 201, answer.text
    one = f"{accreditations}/{answer.json()['id']}"
    assert (await bureau.post(accreditations, json=asked)).status_code == 409
    suspended = {"first_day": str(today), "reason": "检查"}
    assert (await bureau.post(f"{one}/suspension", json=suspended)).json()["suspended"]
    assessed = {"year": 2025, "outcome": "qualified", "note": "档案齐全"}
    assert (await bureau.post(f"{one}/assessment", json=assessed)).status_code == 200
    assert len((await base.get(accreditations)).json()) == 2
    day = str(today - timedelta(days=1))
    record = {
        "person": number,
        "reference": "R-1",
        "course": "实务",
        "module": "practical-skills",
        "mode": "face-to-face",
        "held_on": day,
        "minutes": 600,
    }
    assert (await base.post("/api/hours", json=record)).status_code == 201
    days = {"first_day": day, "last_day": day}
    assert (await bureau.post(f"{API}/reviews", json=days)).json() == {"changed": 1}
    assert (await base.get(f"{API}/findings")).status_code == 403
    [found] = (await bureau.get(f"{API}/findings")).json()
    assert (found["kind"], found["facts"]) == ("day-too-long", {"minutes": 600, "most": 480})
    decided = f"{API}/findings/{found['id']}/clearing"
    assert (await bureau.post(decided, json={"grounds": "已核对"})).status_code == 204
    again = f"{API}/findings/{found['id']}/upholding"
    assert (await bureau.post(again, json={"grounds": "已核对"})).status_code == 409
