"""Transactions, the embedded database's promises, and settings; on either database."""

import asyncio
import uuid
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from registry.platform.counters import next_number
from registry.platform.db import is_sqlite, rows, transaction
from registry.platform.settings import Settings
from registry.tables import Organisation

pytestmark = pytest.mark.anyio


async def add(name: str) -> None:
    await Organisation(id=uuid.uuid4(), kind="base", name=name, name_en=name).save()


async def names() -> list[str]:
    found = await Organisation.select(Organisation.name).order_by(Organisation.name)
    return [row["name"] for row in found]


async def break_off(*added: str) -> None:
    """Begin to add, and fail."""
    async with transaction():
        for name in added:
            await add(name)
        raise ZeroDivisionError


async def test_a_transaction_happens_whole(connected: None) -> None:
    async with transaction():
        await add("a")
        await rows("UPDATE organisation SET name_en = 'A' WHERE name = 'a'")
    assert await rows("SELECT name, name_en FROM organisation") == [{"name": "a", "name_en": "A"}]


async def test_a_transaction_that_fails_leaves_nothing(connected: None) -> None:
    with pytest.raises(ZeroDivisionError):
        await break_off("a")
    assert await names() == []
    async with transaction():
        await add("b")
    assert await names() == ["b"]


async def test_a_cancelled_transaction_leaves_nothing_and_loses_no_connection(
    connected: None,
) -> None:
    async def stuck() -> None:
        async with transaction():
            await add("a")
            await asyncio.sleep(60)

    for _ in range(Settings.from_env().database_connections + 2):
        task = asyncio.create_task(stuck())
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await add("b")
    assert await names() == ["b"]


async def test_a_nested_transaction_is_undone_alone(connected: None) -> None:
    async with transaction():
        await add("a")
        with pytest.raises(ZeroDivisionError):
            await break_off("b", "c")
        async with transaction():
            await add("d")
    assert await names() == ["a", "d"]


async def test_a_nested_transaction_goes_with_the_outer_one(connected: None) -> None:
    async def outer() -> None:
        async with transaction():
            async with transaction():
                await add("a")
            await break_off("b")

    with pytest.raises(ZeroDivisionError):
        await outer()
    assert await names() == []


async def test_a_refused_statement_inside_spoils_only_its_own_part(connected: None) -> None:
    """PostgreSQL refuses everything after an error, unless there is a savepoint to go back to."""
    await add("a")
    async with transaction():
        with pytest.raises(Exception, match=r"(?i)unique"):
            async with transaction():
                await add("a")
        await add("b")
    assert await names() == ["a", "b"]


async def test_others_see_nothing_before_the_end(connected: None) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with transaction():
            await add("a")
            began.set()
            await may_end.wait()

    writing = asyncio.create_task(write())
    await began.wait()
    assert await names() == []
    may_end.set()
    await writing
    assert await names() == ["a"]


async def test_writers_who_read_first_wait_for_each_other(connected: None) -> None:
    """Readers who turn writers would collide at once on SQLite, whatever the time-out says."""
    numbers: list[int] = []

    async def take() -> None:
        async with transaction():
            await names()
            number = await next_number("test")
            await asyncio.sleep(0.001)
            await add(f"{number:03d}")
            numbers.append(number)

    await asyncio.gather(*(take() for _ in range(30)))
    assert sorted(numbers) == list(range(1, 31))
    assert len(await names()) == 30


async def test_a_number_not_used_is_given_out_again(connected: None) -> None:
    async def take_and_fail() -> None:
        async with transaction():
            await break_off(str(await next_number("test")))

    assert await next_number("test") == 1
    with pytest.raises(ZeroDivisionError):
        await take_and_fail()
    assert (await next_number("test"), await next_number("other")) == (2, 1)


async def test_what_is_pointed_to_is_not_deleted(connected: None) -> None:
    from tests.factories import make_applicant

    await make_applicant()
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await rows("DELETE FROM person")


async def test_the_embedded_database_is_durable_and_patient(connected: None) -> None:
    if not is_sqlite():
        pytest.skip("about SQLite alone")
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
    found: dict[str, Any] = {}
    for pragma in wanted:
        found |= (await rows(f"PRAGMA {pragma}"))[0]
    assert found == wanted
    assert (await rows("PRAGMA busy_timeout"))[0]["timeout"] >= 5000


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_env(
        {
            "REGISTRY_DATA": "/var/registry",
            "REGISTRY_REPLICA_URLS": "postgresql://one,postgresql://two",
            "REGISTRY_PUBLIC_URL": "https://registry.example",
            "REGISTRY_SESSION_IDLE_MINUTES": "15",
            "PATH": "/usr/bin",
        }
    )
    assert settings.database_url == "sqlite:////var/registry/registry.sqlite"
    assert settings.key_folder == Path("/var/registry/keys")
    assert settings.replica_urls == ("postgresql://one", "postgresql://two")
    assert (settings.session_idle_minutes, settings.secure_cookies) == (15, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REGISTRY_DATABSE_URL", "sqlite:///typo"),
        ("REGISTRY_DATABASE_URL", "mysql://localhost/registry"),
        ("REGISTRY_KEYS", "pkcs11:token"),
        ("REGISTRY_SESSION_HOURS", "-3"),
        ("REGISTRY_SESSION_HOURS", "all day"),
        ("REGISTRY_PUBLIC_URL", "registry.example"),
        ("REGISTRY_PUBLIC_URL", "https://registry.example/path"),
        ("REGISTRY_MAIL", "pigeon:coop"),
        ("REGISTRY_UPLOAD_MEGABYTES", "500"),
        ("REGISTRY_DATABASE_CONNECTIONS", "-1"),
    ],
)
def test_what_is_no_setting_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.from_env({name: value})
    assert value not in str(refused.value), "it may be a secret"


def test_settings_do_not_change_and_do_not_show_secrets() -> None:
    settings = Settings.from_env({"REGISTRY_KEYS_PASSWORD": "hush-hush"})
    assert "hush-hush" not in repr(settings)
    with pytest.raises(ValidationError):
        settings.demo = True  # type: ignore[misc]
