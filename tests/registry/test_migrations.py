"""The schema comes up, goes down and comes up again; history tables refuse to be rewritten."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from piccolo.apps.migrations.commands.backwards import run_backwards
from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import Finder

from certificates.tables import Certificate, CertificateFile
from credentials.tables import Credential, Determination
from registry.platform import audit, clock, migrations
from registry.platform.db import is_sqlite, rows
from registry.platform.tables import AuditEntry, PolicyEdition, StepTaken
from registry.tables import Consent, ConsentWithdrawal
from tests.conftest import TEMPLATE, _run_on
from tests.factories import DAY, make_applicant, make_granted
from training.tables import HoursEntry

pytestmark = pytest.mark.anyio

APPEND_ONLY = [
    StepTaken,
    AuditEntry,
    PolicyEdition,
    Consent,
    ConsentWithdrawal,
    HoursEntry,
    Determination,
    CertificateFile,
]
REFUSED = "is append-only"


async def tables() -> set[str]:
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        if is_sqlite()
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    )
    return {row["name"] for row in await rows(sql)}


async def test_all_the_way_back_and_forth_again(
    connected: None, capsys: pytest.CaptureFixture[str]
) -> None:
    declared = {table._meta.tablename for table in Finder().get_table_classes()}
    assert declared <= await tables()

    assert (await run_backwards("all", auto_agree=True)).success
    assert await tables() <= {"migration"}
    assert len(await migrations.pending()) == await _how_many()

    await migrations.migrate()
    assert declared <= await tables()
    assert await migrations.pending() == []
    await audit.record("test.act", "test:1")
    assert await audit.verify() == (1, None)


async def _how_many() -> int:
    return sum(
        len(list(Path(Finder().get_app_config(app).resolved_migrations_folder_path).glob("*_*.py")))
        - 1  # __init__.py
        for app in Finder().get_sorted_app_names()
    )


async def test_undoing_one_package_forgets_no_other(
    connected: None, capsys: pytest.CaptureFixture[str]
) -> None:
    app = "certificates"  # the top floor: nothing stands on it
    before = {row["app_name"] for row in await Migration.select(Migration.app_name)}
    count = await Migration.count().where(Migration.app_name != app)

    assert (await run_backwards(app, migration_id="all", auto_agree=True)).success
    assert await Migration.count().where(Migration.app_name != app) == count
    assert await Migration.count().where(Migration.app_name == app) == 0

    await migrations.migrate()
    assert {row["app_name"] for row in await Migration.select(Migration.app_name)} == before


def test_several_starters_at_once_run_each_migration_once(tmp_path: Path) -> None:
    url, drop = asyncio.run(_empty_database(tmp_path))
    starters = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import asyncio; from registry.platform.migrations import migrate;"
                "asyncio.run(migrate())",
            ],
            env={**os.environ, "REGISTRY_DATABASE_URL": url},
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    said = [starter.communicate()[1] for starter in starters]
    try:
        assert [starter.returncode for starter in starters] == [0, 0, 0], said
        names = asyncio.run(_migrations_of(url))
        assert len(names) == len(set(names)) == asyncio.run(_how_many())
    finally:
        asyncio.run(drop())


async def _empty_database(tmp_path: Path) -> tuple[str, Any]:
    if is_sqlite():
        return f"sqlite:///{tmp_path / 'empty.sqlite'}", contextlib.AsyncExitStack().aclose
    maintenance = os.environ["REGISTRY_DATABASE_URL"].replace(TEMPLATE, "postgres")
    await _run_on(maintenance, "CREATE DATABASE registry_empty")

    async def drop() -> None:
        await _run_on(maintenance, "DROP DATABASE registry_empty WITH (FORCE)")

    return maintenance.replace("/postgres", "/registry_empty"), drop


async def _migrations_of(url: str) -> list[str]:
    sql = "SELECT app_name || name AS name FROM migration"
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as found:
            return [row[0] for row in found.execute(sql)]
    connection = await asyncpg.connect(url)
    try:
        return [row["name"] for row in await connection.fetch(sql)]
    finally:
        await connection.close()


async def test_history_cannot_be_changed_or_taken_away(connected: None) -> None:
    held = await make_granted(await make_applicant())
    await make_certificate_file(held)
    consent = Consent(
        id=uuid4(), person=held.person, purpose="identity", wording="同意", given_at=clock.now()
    )
    await consent.save()
    await ConsentWithdrawal(id=uuid4(), consent=consent.id, withdrawn_at=clock.now()).save()

    for table in APPEND_ONLY:
        name, key = table._meta.tablename, table._meta.primary_key._meta.db_column_name
        before = await table.select()
        assert before, f"the test needs a line in {name}"
        acts = [f"UPDATE {name} SET {key} = {key}", f"DELETE FROM {name}"]
        if is_sqlite():
            acts.append(f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}")
        else:
            acts.append(f"TRUNCATE {name} CASCADE")
        for act in acts:
            with pytest.raises(Exception, match=REFUSED):
                await rows(act)
        assert await table.select() == before


async def make_certificate_file(held: Credential) -> None:
    paper = Certificate(
        id=uuid4(),
        number="N-1",
        code="C-1",
        credential=held.id,
        person=held.person,
        holder_name="陈思远",
        face="{}",
        unsigned_sha256="0" * 64,
        issued_on=DAY,
    )
    await paper.save()
    await CertificateFile(
        id=uuid4(),
        certificate=paper.id,
        sha256="0" * 64,
        content=b"%PDF",
        signed_at=clock.now(),
        seal_serial="1",
    ).save()
