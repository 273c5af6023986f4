"""Bringing the schema up to date, and the guards that keep history from being rewritten."""

import contextlib
import fcntl
import io
from pathlib import Path

import asyncpg
from piccolo.apps.migrations.commands.check import CheckMigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards

from registry.platform.db import engine, rows
from registry.platform.errors import Mendable
from registry.platform.sqlite import PooledSQLiteEngine

MIGRATION_LOCK = 0x7265676973747279
"""Advisory lock that says "somebody is migrating": the word `registry` as a number."""


class MigrationFailed(Mendable):
    """The schema could not be brought up to date; the message is Piccolo's."""


async def migrate() -> None:
    """Bring the schema of every package up to date, once, however many processes start together.

    Raises:
        MigrationFailed: a migration did not go through; the ones before it stand.
    """
    db = engine()
    if isinstance(db, PooledSQLiteEngine):
        Path(db.path).parent.mkdir(parents=True, exist_ok=True)
        with Path(f"{db.path}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            await _forwards()
        return
    connection = await asyncpg.connect(db.config["dsn"])  # its end frees the lock
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        await _forwards()
    finally:
        await connection.close()


async def _forwards() -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        outcome = await run_forwards("all")
    if not outcome.success:
        raise MigrationFailed(f"{outcome.message}\n{said.getvalue()}")


async def pending() -> list[str]:
    """Names of the migrations this code has and the database does not, oldest first."""
    known = await CheckMigrationManager("all").get_migration_statuses()
    return [f"{one.app_name} {one.migration_id}" for one in known if not one.has_ran]


async def forbid_change(table: str) -> None:
    """Make the database itself refuse UPDATE and DELETE on a table; for migrations.

    Lines of the table are added and never touched again, whoever holds the connection.
    """
    if isinstance(engine(), PooledSQLiteEngine):
        for act in ("UPDATE", "DELETE"):
            await rows(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    await rows(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    await rows(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


async def allow_change(table: str) -> None:
    """Take the guard of `forbid_change` away again; for migrations run backwards."""
    if isinstance(engine(), PooledSQLiteEngine):
        for act in ("update", "delete"):
            await rows(f"DROP TRIGGER {table}_no_{act}")
        return
    await rows(f"DROP TRIGGER {table}_append_only ON {table}")
