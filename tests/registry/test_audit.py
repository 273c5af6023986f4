"""The audit trail: one chain, and whoever touches a line is found at that line."""

import asyncio
from typing import Any

import pytest

from registry.platform import audit, clock
from registry.platform.audit import GENESIS, Actor
from registry.platform.db import is_sqlite, rows, transaction
from registry.platform.migrations import allow_change
from registry.platform.permissions import Role
from registry.platform.tables import AuditEntry
from registry.tables import Consent
from tests.conftest import Client
from tests.factories import make_account, make_applicant, make_submitted, sign_in

pytestmark = pytest.mark.anyio

LINES = 6


@pytest.fixture
async def chain(connected: None) -> None:
    """Six lines more, and the guard taken off, as somebody with the database in hand could."""
    for n in range(LINES):
        await audit.record("test.act", f"thing:{n}", count=n)
    await allow_change("audit_entry")


async def whole() -> list[dict[str, Any]]:
    return await rows("SELECT * FROM audit_entry ORDER BY sequence")


async def test_an_untouched_chain_holds(chain: None) -> None:
    lines = await whole()
    assert await audit.verify() == (len(lines), None)
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[0]["previous"] == GENESIS


@pytest.mark.parametrize("place", [0, 2, LINES - 1])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "test.nothing"),
        ("subject", "thing:99"),
        ("detail", '{"count":99}'),
        ("at", "2020-01-01T00:00:00.000000+00:00"),
        ("role", "officer"),
        ("address", "10.0.0.1"),
        ("account", "7e1ed1d2-7c9a-4c3e-9d0e-0d4a4a0b7f11"),
        ("hash", "f" * 64),
        ("previous", "f" * 64),
    ],
)
async def test_a_changed_line_is_found(chain: None, column: str, value: str, place: int) -> None:
    sequence = (await whole())[-LINES + place]["sequence"]
    await rows(f"UPDATE audit_entry SET {column} = {{}} WHERE sequence = {{}}", value, sequence)
    _, broken = await audit.verify()
    assert broken is not None
    assert broken.sequence == sequence


@pytest.mark.parametrize("place", range(LINES))
async def test_a_removed_line_is_found(chain: None, place: int) -> None:
    sequence = (await whole())[-LINES + place]["sequence"]
    await rows("DELETE FROM audit_entry WHERE sequence = {}", sequence)
    seen, broken = await audit.verify()
    assert broken is not None
    assert (seen, broken.sequence) == (sequence - 1, sequence)


async def test_a_removed_line_is_found_when_the_rest_moves_up(chain: None) -> None:
    sequence = (await whole())[-3]["sequence"]
    await rows("DELETE FROM audit_entry WHERE sequence = {}", sequence)
    for later in (sequence + 1, sequence + 2):
        await rows("UPDATE audit_entry SET sequence = sequence - 1 WHERE sequence = {}", later)
    _, broken = await audit.verify()
    assert broken is not None
    assert broken.sequence == sequence


async def test_two_lines_changed_round_are_found(chain: None) -> None:
    first = (await whole())[-4]["sequence"]
    for old, new in ((first, 900), (first + 1, first), (900, first + 1)):
        await rows("UPDATE audit_entry SET sequence = {} WHERE sequence = {}", new, old)
    _, broken = await audit.verify()
    assert broken is not None
    assert broken.sequence == first


@pytest.mark.parametrize("sequence", [-5, 0, 500])
async def test_an_inserted_line_is_found(chain: None, sequence: int) -> None:
    last = (await whole())[-1]
    await AuditEntry(**{**last, "sequence": sequence}).save()
    _, broken = await audit.verify()
    assert broken is not None
    assert broken.sequence == sequence


async def test_a_line_slipped_in_at_the_end_is_found(chain: None) -> None:
    last = (await whole())[-1]
    forged = {**last, "sequence": last["sequence"] + 1, "previous": last["hash"]}
    await AuditEntry(**{**forged, "hash": audit._hash({**forged, "account": None})}).save()
    _, broken = await audit.verify()
    assert broken is not None
    assert broken.sequence == last["sequence"] + 1


async def test_lines_cut_off_the_end_are_found(chain: None) -> None:
    first = (await whole())[-2]["sequence"]
    await rows("DELETE FROM audit_entry WHERE sequence >= {}", first)
    _, broken = await audit.verify()
    assert broken is not None
    assert broken.sequence == first


CHANGES = [
    "UPDATE audit_entry SET action = 'nothing'",
    "DELETE FROM audit_entry",
    "DELETE FROM step_taken",
    "UPDATE step_taken SET note = 'nothing'",
    "DELETE FROM determination",
    "UPDATE determination SET verdict = 'yes'",
    "DELETE FROM hours_entry",
    "UPDATE hours_entry SET minutes = 1",
    "DELETE FROM consent",
    "UPDATE consent SET wording = 'nothing'",
    "DELETE FROM policy_edition",
    "UPDATE policy_edition SET body = '{{}}'",
]


async def test_the_database_itself_refuses_to_change_what_is_append_only(connected: None) -> None:
    await make_submitted(account := await make_applicant())
    now = clock.now()
    await Consent(person=account.person, purpose="test", wording="words", given_at=now).save()
    tables = {change.split()[2 if change.startswith("DELETE") else 1] for change in CHANGES}
    before = {table: await rows(f"SELECT * FROM {table}") for table in sorted(tables)}
    assert all(before.values())
    extra = [
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry"
        if is_sqlite()
        else "TRUNCATE audit_entry"
    ]
    for change in CHANGES + extra:
        with pytest.raises(Exception, match="append-only"):
            await rows(change)
    assert {table: await rows(f"SELECT * FROM {table}") for table in sorted(tables)} == before


async def test_many_who_write_at_once_make_one_chain(connected: None) -> None:
    before = len(await whole())

    async def act(n: int) -> None:
        async with transaction():
            await audit.record("test.act", f"thing:{n}")
            await audit.record("test.more", f"thing:{n}")

    await asyncio.gather(*(act(n) for n in range(20)))
    assert await audit.verify() == (before + 40, None)


async def test_a_chain_that_grows_while_it_is_checked_holds(connected: None) -> None:
    async def write() -> None:
        for n in range(30):
            await audit.record("test.act", f"thing:{n}")

    writing = asyncio.create_task(write())
    found = []
    while not writing.done():
        found.append((await audit.verify())[1])
    await writing
    assert len(found) > 1
    assert found == [None] * len(found)


async def test_what_does_not_happen_leaves_no_line(connected: None) -> None:
    async def fail() -> None:
        async with transaction():
            await audit.record("test.act", "thing:1")
            raise ZeroDivisionError

    before = await whole()
    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await whole() == before
    await audit.record("test.act", "thing:2")
    assert await audit.verify() == (len(before) + 1, None)


async def test_an_act_whose_line_fails_does_not_happen(client: Client) -> None:
    await rows("DELETE FROM audit_head")
    asked = {"login": "shen@example.org", "password": "a long enough password", "consent": True}
    assert (await client.post("/api/accounts", json=asked)).status_code == 500
    assert await rows("SELECT * FROM account") == []
    assert await rows("SELECT * FROM person") == []


async def test_a_line_says_who_did_it_and_from_where(client: Client) -> None:
    account = await make_account()
    await sign_in(client, account)
    drafted = await client.post("/api/applications", json={"level": "junior"})
    line = await AuditEntry.objects().get(AuditEntry.action == "application.draft")
    assert line is not None
    assert (line.account, line.role, line.address) == (account.id, "applicant", "127.0.0.1")
    assert line.subject == f"application:{drafted.json()['id']}"


async def test_an_officer_who_reads_leaves_a_line_through_every_door(client: Client) -> None:
    applicant = await make_applicant()
    case = await make_submitted(applicant)
    officer = await make_account(Role.OFFICER)
    await sign_in(client, officer)
    for address, action in {
        f"/api/people/{applicant.person}": "person.read",
        f"/api/applications/{case.id}": "application.read",
        f"/queue/{case.id}": "application.read",
        "/api/hours": "hours.read",
    }.items():
        before = await AuditEntry.count().where(AuditEntry.action == action)
        assert (await client.get(address)).status_code == 200
        newest = (await whole())[-1]
        assert (newest["action"], str(newest["account"])) == (action, str(officer.id)), address
        assert await AuditEntry.count().where(AuditEntry.action == action) == before + 1


async def test_one_s_own_records_may_be_read_without_a_line(client: Client) -> None:
    account = await make_applicant()
    case = await make_submitted(account)
    await sign_in(client, account)
    before = await AuditEntry.count()
    for address in ("/api/profile", "/api/hours", f"/api/applications/{case.id}"):
        assert (await client.get(address)).status_code == 200
    assert await AuditEntry.count() == before


def test_outside_a_request_the_system_acts() -> None:
    assert Actor(None, "system", "-") == audit.SYSTEM
