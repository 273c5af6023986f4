"""The main job through the API: apply, record hours, decide; on either database."""

import pytest

from registry.platform.permissions import Role
from tests.conftest import Client, NewClient
from tests.factories import make_account, resident_number, sign_in

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("time")]

IDENTITY = {"kind": "resident", "number": resident_number(7), "name": "沈知行"}
EDUCATION = {
    "school": "某大学",
    "degree": "bachelor",
    "subject": "化学",
    "graduated_on": "2012-06-30",
}
EMPLOYMENT = {
    "employer": "某公司",
    "post": "技术经理",
    "technology_transfer": True,
    "began_on": "2020-01-01",
}
CONTRACT = {
    "registration_number": "2024310000012345",
    "title": "某项技术转让",
    "role": "lead",
    "amount_yuan": "1200000.50",
    "signed_on": "2024-05-06",
    "parties": "甲公司、乙大学",
}
TITLE = {
    "title": "工程师",
    "level": "intermediate",
    "granted_by": "评审委员会",
    "granted_on": "2019-12-31",
}


async def registered(client: Client, login: str = "shen@example.org") -> str:
    """Register, sign in, and fill in identity and profile; return the registry number."""
    password = "a long enough password"
    asked = {"login": login, "password": password, "consent": True}
    assert (await client.post("/api/accounts", json=asked)).status_code == 201
    answer = await client.post("/api/session", json={"login": login, "password": password})
    assert answer.status_code == 201
    identity = await client.put("/api/profile/identity", json=IDENTITY)
    assert identity.status_code == 200, identity.text
    assert identity.json()["identity_masked"] == f"390***********{IDENTITY['number'][-4:]}"
    for part, entry in {
        "education": EDUCATION,
        "employment": EMPLOYMENT,
        "contracts": CONTRACT,
        "titles": TITLE,
    }.items():
        added = await client.post(f"/api/profile/{part}", json=entry)
        assert added.status_code == 201, added.text
    number: str = identity.json()["number"]
    return number


async def test_from_registration_to_a_granted_level(new_client: NewClient) -> None:
    await granted_level(new_client)


async def granted_level(new_client: NewClient) -> tuple[Client, Client, str]:
    """Walk to the grant; return the applicant, the officer who decided, and the credential."""
    applicant, clerk, first, second = (new_client() for _ in range(4))
    await sign_in(clerk, await make_account(Role.BASE_CLERK))
    await sign_in(first, await make_account(Role.OFFICER))
    await sign_in(second, await make_account(Role.OFFICER))
    number = await registered(applicant)

    case = (await applicant.post("/api/applications", json={"level": "junior"})).json()
    at = f"/api/applications/{case['id']}"
    saved = await applicant.put(f"{at}/statement", json={"statement": "两项成果的转让"})
    assert saved.json()["statement"] == "两项成果的转让"
    taken_up = (await applicant.get(at)).json()
    assert (taken_up["status"], taken_up["statement"]) == ("draft", "两项成果的转让")

    too_early = await applicant.post(f"{at}/submission")
    assert too_early.status_code == 422
    assert too_early.json()["type"] == "/problems/conditions-not-met"
    unmet = {f["fact"] for f in too_early.json()["facts"]["findings"] if f["outcome"] == "not-met"}
    assert "class_minutes" in unmet

    wrong = await record_hours(clerk, number, "A-1", 480, "2026-03-02")
    reversal = await clerk.post(f"/api/hours/{wrong['id']}/reversal", json={"reason": "人员填错"})
    assert reversal.json()["total_minutes"] == 0
    line = reversal.json()
    for day in range(3, 7):
        line = await record_hours(clerk, number, f"A-{day}", 480, f"2026-03-{day:02d}")
    assert line["total_minutes"] == 1920
    statement = (await applicant.get("/api/hours")).json()
    assert (statement["total_minutes"], statement["class_hours"]) == (1920, 42)

    submitted = await applicant.post(f"{at}/submission")
    assert submitted.status_code == 201, submitted.text
    assert submitted.json()["answer"]["verdict"] == "yes"
    assert submitted.json()["answer"]["edition"].startswith("evaluation-")
    assert all(finding["cite"] for finding in submitted.json()["answer"]["findings"])

    queue = (await first.get("/api/applications/queue")).json()
    assert [line["reference"] for line in queue] == [case["reference"]]
    returned = await first.post(f"{at}/return", json={"grounds": "请补充合同登记证明"})
    assert returned.json()["status"] == "returned"
    assert (await applicant.get(at)).json()["supplement_asked"] == "请补充合同登记证明"
    await applicant.put(f"{at}/statement", json={"statement": "两项成果的转让，证明已补"})
    assert (await applicant.post(f"{at}/submission")).status_code == 201

    grounds = {"grounds": "条件均满足"}
    proposed = await first.post(f"{at}/proposal", json={**grounds, "proposal": "grant"})
    assert proposed.json()["status"] == "proposed"
    seen = (await applicant.get(at)).json()
    assert (seen["proposal"], seen["grounds"], seen["history"][-1]["note"]) == (None, None, None)
    assert (await second.get(at)).json()["grounds"] == grounds["grounds"]
    alone = await first.post(f"{at}/grant", json=grounds)
    assert (alone.status_code, alone.json()["title"]) == (403, "same-person")
    granted = await second.post(f"{at}/grant", json=grounds)
    assert granted.status_code == 201
    assert granted.json()["level"] == "junior"

    history = [step["step"] for step in (await applicant.get(at)).json()["history"]]
    assert history == ["submit", "return", "submit", "propose", "grant"]
    again = await second.post(f"{at}/grant", json=grounds)
    assert (again.status_code, again.json()["title"]) == (409, "step-not-possible")
    return applicant, second, granted.json()["id"]


async def record_hours(
    clerk: Client, number: str, reference: str, minutes: int, held_on: str
) -> dict[str, str]:
    answer = await clerk.post(
        "/api/hours",
        json={
            "person": number,
            "reference": reference,
            "course": "技术合同实务",
            "module": "practical-skills",
            "mode": "face-to-face",
            "held_on": held_on,
            "minutes": minutes,
        },
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found
