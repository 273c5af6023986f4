"""The parts of a profile: added, withdrawn, kept on file; and the evidence behind them."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry import profile
from registry.platform import clock
from registry.platform.errors import FieldsInvalid
from registry.platform.permissions import Role
from registry.platform.tables import AuditEntry
from registry.profile import MOST_ENTRIES, EducationIn
from registry.tables import Account, Document, TechnologyContract
from registry.words import Degree
from tests.conftest import Client, NewClient
from tests.factories import DAY, make_account, sign_in

pytestmark = pytest.mark.anyio

GOOD: dict[str, dict[str, Any]] = {
    "education": {
        "school": "某大学",
        "degree": "master",
        "subject": "化学",
        "graduated_on": "2012-06-30",
    },
    "employment": {
        "employer": "某公司",
        "post": "技术经理",
        "technology_transfer": True,
        "began_on": "2020-02-29",
        "ended_on": "2024-02-29",
    },
    "titles": {
        "title": "工程师",
        "level": "intermediate",
        "granted_by": "评审委员会",
        "granted_on": "2019-12-31",
    },
    "contracts": {
        "registration_number": "2024310115000123",
        "title": "催化剂成果转让",
        "role": "lead",
        "amount_yuan": "1250000.50",
        "signed_on": "2024-05-06",
        "parties": "甲公司、乙大学",
    },
}
EMPTY: dict[str, list[Any]] = {kind: [] for kind in GOOD}
PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


async def signed_in(new_client: NewClient, role: Role = Role.APPLICANT) -> tuple[Client, Account]:
    client, account = new_client(), await make_account(role)
    await sign_in(client, account)
    return client, account


async def parts(client: Client) -> dict[str, list[dict[str, Any]]]:
    whole = (await client.get("/api/profile")).json()
    return {kind: whole[kind] for kind in GOOD}


@pytest.mark.parametrize("kind", GOOD)
async def test_an_entry_is_added_shown_and_withdrawn(new_client: NewClient, kind: str) -> None:
    client, account = await signed_in(new_client)
    added = await client.post(f"/api/profile/{kind}", json=GOOD[kind])
    assert added.status_code == 201, added.text

    shown = (await parts(client))[kind]
    assert [entry["id"] for entry in shown] == [added.json()["id"]]
    wanted = {name: value for name, value in GOOD[kind].items() if name != "amount_yuan"}
    assert wanted.items() <= shown[0].items()

    at = f"/api/profile/{kind}/{added.json()['id']}"
    assert (await client.delete(at)).status_code == 204
    assert await parts(client) == EMPTY
    assert (await client.delete(at)).status_code == 404
    table: Any = profile.KINDS[kind][0]
    assert await table.count() == 1, "it stays on file"
    lines = await AuditEntry.select(AuditEntry.action).where(
        AuditEntry.subject == f"person:{account.person}"
    )
    assert [line["action"] for line in lines] == [f"profile.add-{kind}", f"profile.withdraw-{kind}"]


async def test_an_amount_is_kept_to_the_fen(new_client: NewClient) -> None:
    client, _ = await signed_in(new_client)
    await client.post("/api/profile/contracts", json=GOOD["contracts"])
    assert (await parts(client))["contracts"][0]["amount_fen"] == 125_000_050


TOMORROW = str(clock.today() + timedelta(days=2))


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        ("education", {"graduated_on": TOMORROW}, "graduated_on"),
        ("education", {"graduated_on": "2023-02-29"}, "graduated_on"),
        ("education", {"graduated_on": 1341014400}, "graduated_on"),
        ("education", {"graduated_on": False}, "graduated_on"),
        ("education", {"graduated_on": "last summer"}, "graduated_on"),
        ("education", {"degree": "professor"}, "degree"),
        ("education", {"school": "  "}, "school"),
        ("education", {"school": "大" * 201}, "school"),
        ("education", {"school": "大\x00学"}, "school"),
        ("education", {"evidence": "none"}, "evidence"),
        ("employment", {"began_on": TOMORROW, "ended_on": None}, "began_on"),
        ("employment", {"ended_on": "2020-02-28"}, "ended_on"),
        ("employment", {"technology_transfer": 1}, "technology_transfer"),
        ("titles", {"granted_on": "2019-13-01"}, "granted_on"),
        ("titles", {"level": "grand"}, "level"),
        ("contracts", {"signed_on": TOMORROW}, "signed_on"),
        ("contracts", {"amount_yuan": 0}, "amount_yuan"),
        ("contracts", {"amount_yuan": -5}, "amount_yuan"),
        ("contracts", {"amount_yuan": "1.005"}, "amount_yuan"),
        ("contracts", {"amount_yuan": True}, "amount_yuan"),
        ("contracts", {"amount_yuan": "NaN"}, "amount_yuan"),
        ("contracts", {"amount_yuan": "1e20"}, "amount_yuan"),
        ("contracts", {"registration_number": "no/slash"}, "registration_number"),
        ("contracts", {"registered": True}, "registered"),
    ],
)
async def test_what_cannot_be_right_is_refused_and_adds_nothing(
    new_client: NewClient, kind: str, changed: dict[str, Any], field: str
) -> None:
    client, _ = await signed_in(new_client)
    refused = await client.post(f"/api/profile/{kind}", json={**GOOD[kind], **changed})
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert await parts(client) == EMPTY


@pytest.mark.parametrize(
    "again", ["2024310115000123", "２０２４３１０１１５０００１２３", " 2024310115000123 "]
)
async def test_a_contract_is_entered_once_by_a_person(new_client: NewClient, again: str) -> None:
    client, _ = await signed_in(new_client)
    await client.post("/api/profile/contracts", json=GOOD["contracts"])
    double = {**GOOD["contracts"], "registration_number": again}
    refused = await client.post("/api/profile/contracts", json=double)
    assert (refused.status_code, refused.json()["title"]) == (409, "contract-taken")
    assert refused.json()["errors"][0]["field"] == "registration_number"
    assert len((await parts(client))["contracts"]) == 1


async def test_a_contract_may_have_several_managers_and_be_entered_anew(
    new_client: NewClient,
) -> None:
    (one, _), (other, _) = await signed_in(new_client), await signed_in(new_client)
    added = await one.post("/api/profile/contracts", json=GOOD["contracts"])
    assert (await other.post("/api/profile/contracts", json=GOOD["contracts"])).status_code == 201
    await one.delete(f"/api/profile/contracts/{added.json()['id']}")
    assert (await one.post("/api/profile/contracts", json=GOOD["contracts"])).status_code == 201


async def test_one_contract_sent_twice_at_once_is_kept_once(new_client: NewClient) -> None:
    client, _ = await signed_in(new_client)
    answers = await asyncio.gather(
        *(client.post("/api/profile/contracts", json=GOOD["contracts"]) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await TechnologyContract.count() == 1


@pytest.mark.parametrize("kind", GOOD)
async def test_somebody_else_s_entry_is_not_there(new_client: NewClient, kind: str) -> None:
    (owner, _), (other, _) = await signed_in(new_client), await signed_in(new_client)
    added = await owner.post(f"/api/profile/{kind}", json=GOOD[kind])
    at = f"/api/profile/{kind}/{added.json()['id']}"
    taken, missing = await other.delete(at), await other.delete(f"/api/profile/{kind}/{uuid4()}")
    assert (taken.status_code, taken.content) == (404, missing.content)
    assert len((await parts(owner))[kind]) == 1
    assert await parts(other) == EMPTY


async def test_a_part_that_is_not_there_is_not_found(new_client: NewClient) -> None:
    client, _ = await signed_in(new_client)
    assert (await client.delete(f"/api/profile/hobbies/{uuid4()}")).status_code == 404


async def test_a_part_can_be_full(connected: None) -> None:
    account = await make_account()
    entry = EducationIn(
        school="大学", degree=Degree.MASTER, subject="化学", graduated_on=date(2012, 6, 30)
    )
    for _ in range(MOST_ENTRIES):
        await profile.add("education", entry, by=account, on=DAY)
    with pytest.raises(FieldsInvalid) as refused:
        await profile.add("education", entry, by=account, on=DAY)
    assert refused.value.errors[0].code == "full"


async def upload(client: Client, content: bytes, name: str = "证明.pdf") -> Any:
    return await client.post("/api/documents", files={"data": (name, content)})


async def test_evidence_is_kept_by_its_content_and_given_back_as_it_came(
    new_client: NewClient,
) -> None:
    client, _ = await signed_in(new_client)
    sent = await upload(client, PDF)
    assert sent.status_code == 201, sent.text
    file = await client.get(f"/api/documents/{sent.json()['id']}")
    assert (file.status_code, file.content) == (200, PDF)
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["content-security-policy"].startswith("sandbox")
    assert (file.headers["cache-control"], file.headers["x-content-type-options"]) == (
        "no-store",
        "nosniff",
    )
    entry = {**GOOD["education"], "evidence": sent.json()["id"]}
    assert (await client.post("/api/profile/education", json=entry)).status_code == 201
    assert (await parts(client))["education"][0]["evidence"] == sent.json()["id"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "etcpasswd.pdf"),
        ("C:\\evil\\证明 (1).exe", "证明 1.pdf"),
        ("a" * 300 + ".pdf", "a" * 120 + ".pdf"),
        ("<script>.html", "script.pdf"),
        ('x"\r\nset-cookie: a=b.pdf', None),
        (".pdf", "file.pdf"),
    ],
)
async def test_a_file_keeps_a_harmless_name(
    new_client: NewClient, name: str, kept: str | None
) -> None:
    client, _ = await signed_in(new_client)
    sent = await upload(client, PDF, name)
    assert sent.status_code == 201
    row = await Document.objects().get(Document.id == UUID(sent.json()["id"]))
    assert row is not None
    assert kept is None or row.name == kept
    assert not set(row.name) & set("/\\<>\"'\r\n;:")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (b"PK\x03\x04" + b"\0" * 40, "a.pdf", "file-type"),
        (b"<html>%PDF-1.7", "a.pdf", "file-type"),
        (b"GIF89a", "a.png", "file-type"),
        (b"MZ\x90\x00", "a.jpg", "file-type"),
        (PNG + b"\0" * (5 * 1024 * 1024), "a.png", "too-large"),
    ],
)
async def test_other_files_are_not_taken_whatever_they_are_called(
    new_client: NewClient, content: bytes, name: str, code: str
) -> None:
    client, _ = await signed_in(new_client)
    refused = await upload(client, content, name)
    assert refused.status_code == 422, refused.text
    assert [error["code"] for error in refused.json()["errors"]] == [code]
    assert await Document.count() == 0


async def test_a_file_of_exactly_the_most_is_taken(new_client: NewClient) -> None:
    client, _ = await signed_in(new_client)
    most = 5 * 1024 * 1024
    assert (await upload(client, PNG + b"\0" * (most - len(PNG)), "a.png")).status_code == 201


async def test_a_body_far_too_large_is_not_read(new_client: NewClient) -> None:
    client, _ = await signed_in(new_client)
    refused = await client.post(
        "/api/documents",
        content=b"x",
        headers={"content-length": "99000000", "content-type": "multipart/form-data; boundary=x"},
    )
    assert (refused.status_code, refused.json()["type"]) == (
        413,
        "/problems/request-entity-too-large",
    )


async def test_a_file_is_its_owner_s_and_an_officer_who_looks_is_noted(
    new_client: NewClient,
) -> None:
    (owner, _), (other, _) = await signed_in(new_client), await signed_in(new_client)
    clerk, _ = await signed_in(new_client, Role.BASE_CLERK)
    officer, account = await signed_in(new_client, Role.OFFICER)
    identifier = (await upload(owner, PDF)).json()["id"]
    at = f"/api/documents/{identifier}"

    assert (await other.get(at)).status_code == 404
    assert (await clerk.get(at)).status_code == 403
    assert (await owner.get(at)).status_code == 200
    assert not await AuditEntry.exists().where(AuditEntry.action == "document.read")
    assert (await officer.get(at)).status_code == 200
    line = await AuditEntry.objects().get(AuditEntry.action == "document.read")
    assert line is not None
    assert (line.account, line.subject) == (account.id, f"document:{identifier}")

    entry = {**GOOD["education"], "evidence": identifier}
    stolen = await other.post("/api/profile/education", json=entry)
    assert stolen.status_code == 404
    assert await parts(other) == EMPTY
