"""A link shows what its holder chose, for the days the holder chose, and counts."""

from datetime import timedelta
from typing import Any

import pytest

from certificates.tables import Certificate, ShareLink
from credentials.tables import Credential
from registry.platform import clock
from registry.tables import Account
from tests.certificates.examples import HOLDER
from tests.conftest import Client, NewClient
from tests.factories import DAY, make_applicant, sign_in, stand

pytestmark = pytest.mark.anyio


@pytest.fixture
async def holder(client: Client, certificate: Certificate) -> Client:
    account = await Account.objects().get(Account.person == certificate.person)
    assert account is not None
    await sign_in(client, account)
    return client


async def link(holder: Client, certificate: Certificate, **other: Any) -> Any:
    asked = {"number": certificate.number, "fields": ["level", "name"], "days": 30, **other}
    return await holder.post("/api/shares", json=asked)


async def test_a_link_shows_what_was_chosen_and_nothing_else(
    holder: Client, new_client: NewClient, certificate: Certificate
) -> None:
    made = (await link(holder, certificate, note="某某公司")).json()
    assert made["until"] == str(clock.today() + timedelta(days=30))
    code, visitor = made["url"].rpartition("/")[2], new_client()
    seen = await visitor.get(f"/api/shared/{code}")
    assert seen.json()["shown"] == {"level": "junior", "name": HOLDER}
    assert (seen.json()["verdict"], seen.headers["cache-control"]) == ("valid", "no-store")
    assert seen.json()["status_since"] is None  # the day of the grant, which was not chosen
    for locale, word in (("zh", "持证人选择向您显示"), ("en", "The holder")):
        page = (await visitor.get(f"/shared/{code}?lang={locale}")).text
        assert word in page
        assert HOLDER in page
        for hidden in (certificate.number, certificate.code, "某某公司"):
            assert hidden not in page + seen.text
    assert (await holder.get("/api/shares")).json()[0]["opened"] == 3


async def test_a_link_that_ran_out_or_was_closed_is_as_one_that_never_was(
    holder: Client, new_client: NewClient, certificate: Certificate, monkeypatch: Any
) -> None:
    first, second = [(await link(holder, certificate)).json() for _ in range(2)]
    visitor = new_client()
    never = await visitor.get("/api/shared/never-was")
    assert never.status_code == 404
    await holder.post(f"/api/shares/{first['id']}/revoke")
    assert (await holder.post(f"/api/shares/{first['id']}/revoke")).status_code == 204
    closed = await visitor.get(f"/api/shared/{first['url'].rpartition('/')[2]}")
    code, now = second["url"].rpartition("/")[2], clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=30))
    assert (await visitor.get(f"/api/shared/{code}")).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=31))
    over = await visitor.get(f"/api/shared/{code}")
    assert closed.json() == over.json() == never.json()
    counted = {row["id"]: row["opened"] for row in await ShareLink.select()}
    assert sorted(counted.values()) == [0, 1]


async def test_a_link_says_when_the_certificate_is_not_in_force(
    holder: Client, certificate: Certificate, held: Credential, officer: Account
) -> None:
    made = (await link(holder, certificate, fields=["number"])).json()
    await stand(held.id, "revoke", reason="fraud", on=DAY)
    seen = (await holder.get(f"/api/shared/{made['url'].rpartition('/')[2]}")).json()
    assert (seen["verdict"], seen["status"]) == ("invalid", "revoked")
    assert (seen["shown"], seen["status_since"]) == ({"number": certificate.number}, str(DAY))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": 29}, "days"),
        ({"days": 181}, "days"),
        ({"days": "x"}, "days"),
        ({"fields": []}, "fields"),
        ({"fields": ["identity"]}, "fields"),
    ],
)
async def test_what_cannot_be_shared_is_refused(
    holder: Client, certificate: Certificate, wrong: dict[str, Any], field: str
) -> None:
    refused = await link(holder, certificate, **wrong)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].startswith(field)
    assert await ShareLink.count() == 0


async def test_only_the_holder_shares_and_closes(
    holder: Client, new_client: NewClient, certificate: Certificate
) -> None:
    made = (await link(holder, certificate)).json()
    stranger = new_client()
    await sign_in(stranger, await make_applicant())
    assert (await link(stranger, certificate)).status_code == 404
    assert (await stranger.post(f"/api/shares/{made['id']}/revoke")).status_code == 404
    assert (await stranger.get("/api/shares")).json() == []


async def test_the_same_in_pages(holder: Client, certificate: Certificate) -> None:
    async def post(path: str, **typed: str) -> Any:
        await holder.get("/sharing")
        token = holder.cookies.get("csrf", domain="127.0.0.1") or ""
        return await holder.post(path, data={**typed, "_csrf_token": token})

    none = await post("/sharing/links", number=certificate.number, days="30")
    assert (none.status_code, 'href="#fields"' in none.text) == (422, True)
    short = {"number": certificate.number, "days": "3", "show-name": "yes"}
    assert "30 至 180 天" in (await post("/sharing/links", **short)).text
    made = await post("/sharing/links", **{**short, "days": "90"}, note="给某公司")
    assert made.status_code == 303
    shown = (await holder.get("/sharing?lang=en")).text
    kept = await ShareLink.objects().first()
    assert kept is not None
    assert f"/shared/{kept.code}" in shown
    assert (await post(f"/sharing/links/{kept.id}/revoke")).status_code == 303
    assert f"/shared/{kept.code}" not in (await holder.get("/sharing")).text
