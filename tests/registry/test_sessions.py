import pytest

from registry.platform.permissions import Role
from tests.conftest import Client, NewClient
from tests.factories import PASSWORD, make_account, sign_in

pytestmark = pytest.mark.anyio


async def test_signing_in_never_keeps_a_planted_session_id(client: Client) -> None:
    account = await make_account()
    client.cookies.set("session", "planted", domain="127.0.0.1")

    await sign_in(client, account)

    assert client.cookies.get("session", domain="127.0.0.1") != "planted"
    assert (await client.get("/api/session")).json()["login"] == account.login
    planted = {"cookie": "session=planted"}
    client.cookies.clear()
    assert (await client.get("/api/session", headers=planted)).status_code == 401


async def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(
    new_client: NewClient,
) -> None:
    account, first, thief = await make_account(), new_client(), new_client()
    await sign_in(first, account)
    thief.cookies.update(first.cookies)

    assert (await first.delete("/api/session")).status_code == 204

    assert (await thief.get("/api/session")).status_code == 401


async def test_a_wrong_password_and_an_unknown_login_look_the_same(client: Client) -> None:
    account = await make_account()
    answers = [
        await client.post("/api/session", json={"login": login, "password": "wrong"})
        for login in (account.login, "nobody@example.org")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].content == answers[1].content


async def test_staff_do_not_get_in_without_a_one_time_code(client: Client) -> None:
    officer = await make_account(Role.OFFICER)
    asked = {"login": officer.login, "password": PASSWORD}
    assert (await client.post("/api/session", json=asked)).status_code == 403
    assert (await client.post("/api/session", json={**asked, "code": "000000"})).status_code == 403
    await sign_in(client, officer)
