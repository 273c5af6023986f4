"""The main job through the API to its end: the certificate is issued, fetched and checked."""

from typing import Any

import pytest

from registry.words import OrganisationKind
from tests.conftest import Client, NewClient
from tests.credentials.test_journey_api import IDENTITY, granted_level
from tests.factories import make_account, make_organisation, sign_in

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("settings", "time")]


async def checked(client: Client, content: bytes) -> dict[str, Any]:
    files = {"file": ("certificate.pdf", content, "application/pdf")}
    answer = await client.post("/api/verify/file", files=files)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_from_registration_to_an_employer_s_check(new_client: NewClient) -> None:
    await make_organisation(OrganisationKind.BUREAU)
    applicant, officer, credential = await granted_level(new_client)

    issuing = f"/api/credentials/{credential}/certificate"
    assert (await applicant.post(issuing)).status_code == 403
    issued = await officer.post(issuing)
    assert issued.status_code == 201, issued.text
    certificate = issued.json()
    assert certificate["holder_name"] == IDENTITY["name"]
    assert (await officer.post(issuing)).json() == certificate

    (listed,) = (await applicant.get("/api/certificates")).json()
    assert listed["number"] == certificate["number"]
    at = f"/api/certificates/{certificate['number']}/file"
    fetched = await applicant.get(at)
    assert fetched.status_code == 200
    assert fetched.headers["content-type"] == "application/pdf"
    assert fetched.headers["cache-control"] == "no-store"
    pdf = fetched.content
    assert pdf.startswith(b"%PDF-")
    assert (await officer.get(at)).content == pdf

    other = new_client()
    await sign_in(other, await make_account())
    assert (await other.get(at)).status_code == 404
    assert (await other.get("/api/certificates")).json() == []

    employer = new_client()
    assert (await employer.get(at)).status_code == 401
    by_code = await employer.get(f"/api/verify/{certificate['code'].lower()}")
    assert by_code.status_code == 200
    assert by_code.json()["verdict"] == "valid"
    assert by_code.json()["certificate"]["name_masked"] == "沈*行"
    assert IDENTITY["name"] not in by_code.text
    asked = {"number": certificate["number"], "name": IDENTITY["name"]}
    by_number = (await employer.post("/api/verify", json=asked)).json()
    assert by_number["certificate"] == by_code.json()["certificate"]
    wrong_name = (await employer.post("/api/verify", json={**asked, "name": "别人"})).json()
    unknown = (await employer.get("/api/verify/0000-0000-0000-0")).json()
    assert [{**each, "checked_at": ""} for each in (wrong_name,)] == [{**unknown, "checked_at": ""}]

    original = await checked(employer, pdf)
    assert (original["verdict"], original["number"]) == ("valid", certificate["number"])
    assert {check["outcome"] for check in original["checks"]} == {"passed"}
    for place in (0, 20_000, len(pdf) // 2, len(pdf) - 3):
        forged = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        if b"%PDF-" in forged[:1024]:
            assert (await checked(employer, forged))["verdict"] == "invalid"
    no_pdf = await employer.post("/api/verify/file", files={"file": ("a.png", b"\x89PNG")})
    assert no_pdf.status_code == 422
    (error,) = no_pdf.json()["errors"]
    assert (error["field"], error["code"]) == ("file", "not-a-pdf")
    assert set(error["messages"]) == {"zh", "en"}


async def test_a_check_in_english_is_english_throughout(new_client: NewClient) -> None:
    client = new_client()
    files = {"file": ("a.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    english = {"accept-language": "en"}
    answer = await client.post("/api/verify/file", files=files, headers=english)
    assert all(check["detail"].isascii() for check in answer.json()["checks"]), answer.text
