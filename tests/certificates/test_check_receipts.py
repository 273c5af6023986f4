"""Whoever checks a certificate takes a receipt along, which can itself be looked up."""

import subprocess
from typing import Any

import pytest

from certificates.tables import Certificate, CheckReceipt
from credentials.tables import Credential
from registry.platform import clock
from registry.platform.tables import AuditEntry
from registry.tables import Account
from tests.certificates.examples import HOLDER
from tests.conftest import Client
from tests.factories import DAY, stand

pytestmark = pytest.mark.anyio


async def test_a_receipt_is_numbered_sealed_and_can_be_looked_up(
    client: Client, certificate: Certificate
) -> None:
    asked = {"number": certificate.number, "name": HOLDER}
    for place, given in enumerate((asked, {"code": certificate.code}), 1):
        made = (await client.post("/api/receipts", json=given)).json()
        assert made["number"].startswith(f"SHTM-{clock.today().year}-C-{place:06d}-")
        file = (await client.get(f"/api/receipts/{made['code']}/file")).content
        text = " ".join(
            subprocess.run(["pdftotext", "-", "-"], input=file, capture_output=True, check=True)
            .stdout.decode()
            .split()
        )
        for shown in (made["number"], certificate.number, "证书查验回执", "Checked at", "有效"):
            assert shown in text, shown
        assert HOLDER not in text
        typed = await client.post("/verify/code", data={"code": made["code"]})
        assert (typed.status_code, typed.headers["location"]) == (303, f"/s/{made['code']}")
        by_code = (await client.get(f"/api/statements/{made['code']}")).json()
        assert (by_code["verdict"], by_code["number"]) == ("valid", made["number"])
        assert by_code["statement"]["kind"] == "check"
        by_file = await client.post("/api/verify/file", files={"file": ("r.pdf", file)})
        assert (by_file.json()["verdict"], by_file.json()["number"]) == ("valid", made["number"])
        by_name = {"number": made["number"], "name": HOLDER}
        assert (await client.post("/api/verify", json=by_name)).json()["verdict"] == "valid"
        other = {**by_name, "name": "别人"}
        assert (await client.post("/api/verify", json=other)).json()["verdict"] == "invalid"
        forged = {"file": ("r.pdf", file + b"\n")}
        assert (await client.post("/api/verify/file", files=forged)).json()["verdict"] == "invalid"
    acts = await AuditEntry.select(AuditEntry.action)
    assert [act["action"] for act in acts].count("check.receipt") == 2


async def test_what_is_not_there_has_no_receipt(client: Client, certificate: Certificate) -> None:
    for given in (
        {"number": certificate.number, "name": "别人"},
        {"number": "SHTM-2026-J-000002-7", "name": HOLDER},
        {"code": "0000-0000-0000-0"},
    ):
        refused = await client.post("/api/receipts", json=given)
        assert refused.status_code == 404
    assert (await client.get("/api/receipts/0000-0000-0000-0/file")).status_code == 404
    assert (await client.get(f"/s/{certificate.code}/file")).status_code == 404
    assert await CheckReceipt.count() == 0


async def test_a_receipt_of_a_revoked_one_says_so(
    client: Client, certificate: Certificate, held: Credential, officer: Account
) -> None:
    await stand(held.id, "revoke", reason="fraud", on=DAY)
    made = (await client.post("/api/receipts", json={"code": certificate.code})).json()
    file = (await client.get(f"/api/receipts/{made['code']}/file")).content
    told = subprocess.run(["pdftotext", "-", "-"], input=file, capture_output=True, check=True)
    assert "无效：已撤销" in told.stdout.decode()


async def test_the_page_of_a_check_offers_one(client: Client, certificate: Certificate) -> None:
    found = await client.get(f"/v/{certificate.code}")
    assert 'action="/receipts"' in found.text
    asked: dict[str, Any] = {"number": certificate.number, "name": HOLDER}
    assert 'action="/receipts"' in (await client.post("/verify", data=asked)).text
    for miss in ({**asked, "name": "别人"}, {**asked, "number": "SHTM-2026-J-000002-7"}):
        assert 'action="/receipts"' not in (await client.post("/verify", data=miss)).text
    made = await client.post("/receipts", data={"code": certificate.code})
    assert made.status_code == 303
    page = await client.get(f"{made.headers['location']}?lang=zh")
    assert "证书查验回执" in page.text
    assert "回执是真的" in page.text
    file = await client.get(f"{made.headers['location']}/file")
    assert file.content.startswith(b"%PDF-")
    assert "set-cookie" not in made.headers


async def test_receipts_are_counted_like_other_guesses(
    client: Client, certificate: Certificate
) -> None:
    answers = [
        (await client.post("/api/receipts", json={"code": certificate.code})).status_code
        for _ in range(12)
    ]
    assert answers == [201] * 10 + [429] * 2
    numbers = sorted(row["number"] for row in await CheckReceipt.select(CheckReceipt.number))
    assert [int(number.split("-")[3]) for number in numbers] == list(range(1, 11))


@pytest.mark.parametrize(
    "given", [{}, {"number": "x" * 100, "name": "甲"}, {"number": "x", "name": "甲" * 101}]
)
async def test_what_names_no_certificate_is_said_before_anything_is_looked_up(
    client: Client, given: dict[str, str]
) -> None:
    assert (await client.post("/api/receipts", json=given)).status_code == 422
    assert await CheckReceipt.count() == 0
