"""Opening accounts, and the doors they open: passwords, one-time codes, locks."""

import asyncio
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher

from registry import accounts
from registry.platform import clock, passwords
from registry.platform.db import rows
from registry.platform.errors import TooManyRequests
from registry.platform.passwords import LONGEST_QUEUE, Passwords
from registry.platform.permissions import SECOND_FACTOR, Role
from registry.platform.tables import AuditEntry, SignInAttempt
from registry.tables import Account, Consent, Person
from tests.conftest import Client, NewClient
from tests.factories import PASSWORD, SECRETS, Clock, make_account, sign_in

pytestmark = pytest.mark.anyio

ASKED: dict[str, Any] = {
    "login": "shen@example.org",
    "password": "a long enough password",
    "consent": True,
}


async def test_an_account_is_a_person_with_a_number_and_a_consent(client: Client) -> None:
    first = await client.post("/api/accounts", json=ASKED)
    second = await client.post("/api/accounts", json={**ASKED, "login": "lu@example.org"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["role"] == "applicant"
    people = await Person.select(Person.number).order_by(Person.number)
    assert [row["number"] for row in people] == ["P-000001", "P-000002"]
    consent = await Consent.objects().get(Consent.person == first.json()["person"])
    assert consent is not None
    assert consent.wording == accounts.IDENTITY_CONSENT


async def test_the_password_is_kept_only_as_an_argon2id_hash(client: Client) -> None:
    await client.post("/api/accounts", json=ASKED)
    kept = (await rows("SELECT * FROM account"))[0]
    assert kept["password_hash"].startswith("$argon2id$")
    assert ASKED["password"] not in str(kept)


@pytest.mark.parametrize("login", ["shen@example.org", "SHEN@Example.org", "  shen@example.org "])
async def test_a_login_is_taken_once_and_the_number_is_given_back(
    client: Client, login: str
) -> None:
    await client.post("/api/accounts", json=ASKED)
    again = await client.post("/api/accounts", json={**ASKED, "login": login})

    assert (again.status_code, again.json()["type"]) == (409, "/problems/login-taken")
    assert again.json()["errors"][0]["field"] == "login"
    assert await Person.count() == 1
    await client.post("/api/accounts", json={**ASKED, "login": "lu@example.org"})
    newest = await Person.select(Person.number).order_by(Person.number, ascending=False).first()
    assert newest == {"number": "P-000002"}


async def test_of_two_registrations_of_one_login_at_once_one_wins(client: Client) -> None:
    answers = await asyncio.gather(*(client.post("/api/accounts", json=ASKED) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await Account.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password": "ninechars"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"password": "         x"}, "password"),
        ({"login": "no address"}, "login"),
        ({"login": "a@b\x00.org"}, "login"),
        ({"consent": 1}, "consent"),
        ({"role": "officer"}, "role"),
    ],
)
async def test_what_is_weak_or_wrong_opens_nothing(
    client: Client, changed: dict[str, Any], field: str
) -> None:
    refused = await client.post("/api/accounts", json={**ASKED, **changed})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert await Account.count() == 0


async def test_without_consent_nothing_is_kept(client: Client) -> None:
    refused = await client.post("/api/accounts", json={**ASKED, "consent": False})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (403, "consent")
    assert (await Account.count(), await Person.count()) == (0, 0)


async def test_the_longest_address_there_can_be_is_taken(client: Client) -> None:
    login = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.org"
    assert (await client.post("/api/accounts", json={**ASKED, "login": login})).status_code == 201


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR))
async def test_staff_have_no_account_without_a_second_factor(connected: None, role: Role) -> None:
    with pytest.raises(ValueError, match="second factor"):
        await accounts.new_account("staff@example.org", "hash", role, "Staff")
    assert await Account.count() == 0


async def attempt(client: Client, login: str, password: str = "wrong", **more: str) -> int:
    asked = {"login": login, "password": password, **more}
    return (await client.post("/api/session", json=asked)).status_code


async def test_five_failures_lock_the_door_until_the_window_has_passed(
    client: Client, time: Clock
) -> None:
    account = await make_account()
    assert [await attempt(client, account.login) for _ in range(5)] == [403] * 5

    locked = await client.post("/api/session", json={"login": account.login, "password": PASSWORD})
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "900")
    assert locked.json()["type"] == "/problems/too-many-requests"
    assert await attempt(client, f"  {account.login.upper()}", PASSWORD) == 429

    time.pass_by(minutes=14, seconds=59)
    assert await attempt(client, account.login, PASSWORD) == 429
    time.pass_by(seconds=2)
    assert await attempt(client, account.login, PASSWORD) == 201


async def test_a_locked_door_locks_nobody_else_out(client: Client) -> None:
    locked, other = await make_account(), await make_account()
    for _ in range(6):
        await attempt(client, locked.login)
    assert await attempt(client, other.login, PASSWORD) == 201


async def test_an_unknown_login_locks_like_a_known_one(client: Client) -> None:
    assert [await attempt(client, "nobody@example.org") for _ in range(6)] == [403] * 5 + [429]


async def test_many_logins_from_one_address_lock_the_address(client: Client) -> None:
    account = await make_account()
    now = clock.now()
    for n in range(50):
        await SignInAttempt(login=f"{n}", address="127.0.0.1", at=now, failed=True).save()
    assert await attempt(client, account.login, PASSWORD) == 429


async def test_guesses_made_at_once_are_no_way_round_the_count(client: Client) -> None:
    account = await make_account()
    guesses = await asyncio.gather(*(attempt(client, account.login) for _ in range(12)))
    assert guesses.count(403) <= 5
    assert guesses.count(403) + guesses.count(429) == 12


async def test_good_sign_ins_are_never_counted_as_failures(client: Client) -> None:
    account = await make_account()
    assert [await attempt(client, account.login, PASSWORD) for _ in range(8)] == [201] * 8


async def test_a_closed_account_is_shut_and_so_are_its_sessions(client: Client) -> None:
    account = await make_account()
    await sign_in(client, account)
    await Account.update({Account.active: False}).where(Account.id == account.id)
    assert (await client.get("/api/session")).status_code == 401
    assert await attempt(client, account.login, PASSWORD) == 403


async def test_a_code_opens_once(client: Client, time: Clock) -> None:
    officer = await make_account(Role.OFFICER)
    code = pyotp.TOTP(SECRETS[officer.id]).at(time.at)
    assert await attempt(client, officer.login, PASSWORD, code=code) == 201
    assert await attempt(client, officer.login, PASSWORD, code=code) == 403
    assert await attempt(client, officer.login, PASSWORD, code=f"{code[:3]} {code[3:]}") == 403
    time.pass_by(seconds=30)
    assert await attempt(client, officer.login, PASSWORD, code=code) == 403


async def test_of_many_sign_ins_with_one_code_at_once_one_gets_in(
    client: Client, time: Clock
) -> None:
    officer = await make_account(Role.OFFICER)
    code = pyotp.TOTP(SECRETS[officer.id]).at(time.at)
    answers = await asyncio.gather(
        *(attempt(client, officer.login, PASSWORD, code=code) for _ in range(5))
    )
    assert sorted(answers) == [201, 403, 403, 403, 403]


@pytest.mark.parametrize(("seconds", "answer"), [(-60, 403), (-30, 201), (30, 201), (60, 403)])
async def test_a_code_may_be_one_step_early_or_late(
    client: Client, time: Clock, seconds: int, answer: int
) -> None:
    officer = await make_account(Role.OFFICER)
    code = pyotp.TOTP(SECRETS[officer.id]).at(time.at + timedelta(seconds=seconds))
    assert await attempt(client, officer.login, PASSWORD, code=code) == answer


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


async def test_a_code_is_six_plain_digits(client: Client, time: Clock) -> None:
    officer = await make_account(Role.OFFICER)
    code = pyotp.TOTP(SECRETS[officer.id]).at(time.at)
    for typed in (code.translate(FULL_WIDTH), f"{code}\u200b", code[:5], ""):
        assert await attempt(client, officer.login, PASSWORD, code=typed) == 403


async def test_a_right_code_does_not_mend_a_wrong_password(client: Client, time: Clock) -> None:
    officer = await make_account(Role.OFFICER)
    code = pyotp.TOTP(SECRETS[officer.id]).at(time.at)
    assert await attempt(client, officer.login, "wrong", code=code) == 403
    assert await attempt(client, officer.login, PASSWORD, code=code) == 201


async def test_the_second_factor_s_secret_is_kept_encrypted(connected: None) -> None:
    officer = await make_account(Role.OFFICER)
    kept = (await rows("SELECT * FROM account"))[0]
    assert SECRETS[officer.id] not in str(kept)
    assert kept["totp_sealed"].startswith("test.")


async def test_every_attempt_leaves_a_line(new_client: NewClient) -> None:
    account, client = await make_account(), new_client()
    await attempt(client, account.login)
    await attempt(client, "nobody@example.org")
    await sign_in(client, account)
    await client.delete("/api/session")
    lines = await AuditEntry.select(AuditEntry.action, AuditEntry.subject).order_by(
        AuditEntry.sequence
    )
    own = f"account:{account.id}"
    assert [(line["action"], line["subject"]) for line in lines][-4:] == [
        ("session.refuse", own),
        ("session.refuse", "account:unknown"),
        ("session.begin", own),
        ("session.end", own),
    ]


async def test_a_hash_of_weaker_days_is_renewed_at_the_next_sign_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await make_account()
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", stronger)
    await sign_in(client, account)
    row = await Account.objects().get(Account.id == account.id)
    assert row is not None
    assert row.password_hash != account.password_hash
    assert not stronger.check_needs_rehash(row.password_hash)


def test_the_real_parameters_are_those_of_the_design() -> None:
    """The tests run with cheap ones; the installation must not."""
    import ast
    from pathlib import Path

    tree = ast.parse(Path(passwords.__file__).read_text())
    made = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PasswordHasher"
    )
    given = {k.arg: eval(ast.unparse(k.value)) for k in made.keywords}
    assert given == {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 1}


@pytest.mark.parametrize("slots", [1, 3])
async def test_only_so_many_passwords_wait_for_a_slot(slots: int) -> None:
    computing = Passwords(slots)
    most = slots + LONGEST_QUEUE
    hashing = [computing.hash("a password") for _ in range(most)]
    checking = [computing.matches(None, "a password") for _ in range(5)]
    answers = await asyncio.gather(*hashing, *checking, return_exceptions=True)
    assert all(isinstance(answer, str) for answer in answers[:most])
    assert all(isinstance(answer, TooManyRequests) for answer in answers[most:])
    assert await computing.matches(None, "a password") is False
