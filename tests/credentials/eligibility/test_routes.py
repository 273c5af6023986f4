"""Policies, eligibility and determinations over the API, on either database."""

import pytest

from registry.platform.permissions import Role
from tests.conftest import Client, NewClient
from tests.factories import make_account, make_applicant, sign_in

pytestmark = pytest.mark.anyio

POINTS = "residence-points"


async def test_anybody_reads_the_policies_and_calculates(client: Client) -> None:
    listed = (await client.get("/api/policies")).json()
    assert {"evaluation", POINTS, "work-permit-points"} <= {each["document"] for each in listed}
    asked = {"facts": {"age": "44", "education": "bachelor"}}
    answer = await client.post(f"/api/policies/{POINTS}/calculation", json=asked)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["answer"]["proven"] < 120 <= found["answer"]["possible"]
    assert found["answer"]["verdict"] == "unknown"


@pytest.mark.parametrize(
    ("document", "body", "status"),
    [
        ("no-such-policy", {"facts": {}}, 422),
        (POINTS, {"facts": {"luck": "1"}}, 422),
        (POINTS, {"facts": {"age": "young"}}, 422),
        (POINTS, {"facts": {}, "grade": "captain"}, 422),
        (POINTS, {"facts": {"age": 30}}, 422),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    client: Client, document: str, body: dict[str, object], status: int
) -> None:
    answer = await client.post(f"/api/policies/{document}/calculation", json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_fact_is_declared_by_one_and_confirmed_by_another(new_client: NewClient) -> None:
    applicant, officer = new_client(), new_client()
    account = await make_applicant()
    await sign_in(applicant, account)
    await sign_in(officer, await make_account(Role.OFFICER))
    declared = await applicant.post(
        "/api/declarations", json={"fact": "insured_months", "value": "36"}
    )
    assert declared.status_code == 201, declared.text
    assert (declared.json()["value"], declared.json()["basis"]) == (36, "declared")
    confirming = f"/api/declarations/{declared.json()['id']}/confirmation"
    seen = {"basis": "document", "note": "已核对缴费记录"}
    assert (await applicant.post(confirming, json=seen)).status_code == 403
    confirmed = await officer.post(confirming, json=seen)
    assert confirmed.status_code == 201, confirmed.text
    assert (confirmed.json()["value"], confirmed.json()["basis"]) == (36, "document")
    mine = (await applicant.get(f"/api/eligibility/{POINTS}")).json()
    (fact,) = [each for each in mine["facts"] if each["name"] == "insured_months"]
    assert (fact["value"], fact["basis"]) == (36, "document")


async def test_a_determination_is_made_confirmed_and_read_by_whom_it_is_about(
    new_client: NewClient,
) -> None:
    applicant, other, officer = new_client(), new_client(), new_client()
    account = await make_applicant()
    await sign_in(applicant, account)
    await sign_in(other, await make_applicant())
    await sign_in(officer, await make_account(Role.OFFICER))
    asked = {"person": str(account.person), "document": "evaluation", "grade": "junior"}
    made = await officer.post("/api/determinations", json=asked)
    assert made.status_code == 201, made.text
    at = f"/api/determinations/{made.json()['id']}"
    assert (await applicant.get(at)).json()["answer"] == made.json()["answer"]
    assert (await other.get(at)).status_code == 404
    note = {"note": "已核对"}
    assert (await officer.post(f"{at}/confirmation", json=note)).status_code == 201
    assert (await officer.post(f"{at}/confirmation", json=note)).status_code == 409
