"""The database: which engine, the one way to open a transaction, and the quick public look-up."""

import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import anyio
import asyncpg
from piccolo.apps.migrations.tables import Migration
from piccolo.engine import engine_finder
from piccolo.engine.postgres import PostgresEngine, Savepoint
from piccolo.engine.sqlite import Savepoint as SQLiteSavepoint

from registry.platform.settings import Settings
from registry.platform.sqlite import PooledSQLiteEngine

Engine = PooledSQLiteEngine | PostgresEngine
REPLICA_SECONDS = 2.0
"""How long a read replica may take before the primary is asked instead."""
_replicas: list[asyncpg.Pool] = []

UNREACHABLE = (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a query raises when the database is away, full, starting up or shutting down."""


def engine_for(settings: Settings) -> Engine:
    """Build the engine the settings name.

    Raises:
        ValueError: the URL is neither sqlite:/// nor postgresql://.
    """
    parts = urlsplit(settings.database_url)
    if parts.scheme == "sqlite":
        path = parts.path.removeprefix("/")
        return PooledSQLiteEngine(path, settings.database_connections)
    if parts.scheme == "postgresql":
        return PostgresEngine(config={"dsn": settings.database_url}, extensions=())
    raise ValueError(f"unsupported database URL scheme: {parts.scheme!r}")


@cache
def engine() -> Engine:
    """The engine of this process."""
    found = engine_finder()
    assert isinstance(found, Engine), "piccolo_conf names no engine"
    return found


def is_sqlite() -> bool:
    """Whether the embedded database is in use; for the few statements that differ."""
    return isinstance(engine(), PooledSQLiteEngine)


async def connect(settings: Settings) -> None:
    """Open the connections of this process, those to read replicas too."""
    at = engine()
    if isinstance(at, PooledSQLiteEngine):
        Path(at.path).parent.mkdir(parents=True, exist_ok=True)
    most = settings.database_connections
    await at.start_connection_pool(min_size=1, max_size=most, reset=_keep)
    for url in settings.replica_urls:
        _replicas.append(await asyncpg.create_pool(url, min_size=0, reset=_keep))


async def _keep(connection: Any) -> None:
    """Give a connection back as it is.

    The driver (asyncpg 0.32) has rolled back what was open. By default it would then ask the server
    to forget settings, cursors and locks of the session, of which the house makes none: a second
    round trip for every query.
    """


async def disconnect() -> None:
    """Close what `connect` opened."""
    while _replicas:
        await _replicas.pop().close()
    await engine().close_connection_pool()


@contextlib.asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Open a write transaction: all of it happens, or none.

    A nested one is a savepoint. Neither a failing commit nor a cancelled task loses a connection.
    On SQLite the write lock is taken at once; otherwise two readers who both turn writer collide.
    """
    db: Any = engine()
    if (outer := db.current_transaction.get()) is not None:
        async with _savepoint(outer):
            yield
        return
    async with _leased(db) as connection:
        held = _Transaction(db, connection)
        await connection.execute("BEGIN IMMEDIATE" if is_sqlite() else "BEGIN")
        token = db.current_transaction.set(held)
        try:
            yield
            await connection.execute("COMMIT")
        except BaseException:
            with anyio.CancelScope(shield=True):
                if not is_sqlite() or connection.in_transaction:
                    await connection.execute("ROLLBACK")
            raise
        finally:
            db.current_transaction.reset(token)


@contextlib.asynccontextmanager
async def joined() -> AsyncIterator[None]:
    """The caller's transaction, or one of its own; for what nobody goes on after when it fails.

    Unlike a nested `transaction` it makes no savepoint: two round trips less.
    """
    if engine().current_transaction.get() is not None:
        yield
        return
    async with transaction():
        yield


class _Transaction:
    """What Piccolo looks for in `current_transaction`: a connection, and savepoints."""

    def __init__(self, db: Engine, connection: Any) -> None:
        self.engine, self.connection, self.savepoints = db, connection, 0

    async def savepoint(self, name: str | None = None) -> Any:
        self.savepoints += 1
        name = name or f"savepoint_{self.savepoints}"
        await self.connection.execute(f"SAVEPOINT {name}")
        kind: Any = SQLiteSavepoint if is_sqlite() else Savepoint
        return kind(name=name, transaction=self)


@contextlib.asynccontextmanager
async def _savepoint(outer: Any) -> AsyncIterator[None]:
    point = await outer.savepoint()
    try:
        yield
    except BaseException:
        with anyio.CancelScope(shield=True):
            await point.rollback_to()
            await point.release()
        raise
    await point.release()


@contextlib.asynccontextmanager
async def _leased(db: Engine) -> AsyncIterator[Any]:
    if isinstance(db, PooledSQLiteEngine):
        connection: Any = await db.acquire()
        giving_back = db.release
    elif db.pool is not None:
        connection = await db.pool.acquire()
        giving_back = db.pool.release
    else:
        connection = await db.get_new_connection()
        giving_back = type(connection).close
    try:
        yield connection
    finally:
        with anyio.CancelScope(shield=True):
            await giving_back(connection)


async def rows(sql: str, *arguments: Any) -> list[dict[str, Any]]:
    """Run one statement with `{}` for each argument, in the current transaction if there is one."""
    found: list[dict[str, Any]] = await Migration.raw(sql, *arguments)
    return found


async def many_rows(sql: str, *arguments: Any) -> Sequence[Any]:
    """Run one query that answers with thousands of rows, as `rows`; each is read by name.

    On PostgreSQL they are the driver's own records: to make dictionaries of them costs more than
    the query.
    """
    db = engine()
    if isinstance(db, PooledSQLiteEngine) or db.pool is None:
        return await rows(sql, *arguments)
    held = db.current_transaction.get()
    for place in range(1, len(arguments) + 1):
        sql = sql.replace("{}", f"${place}", 1)
    found: Sequence[Any] = await (held.connection if held else db.pool).fetch(sql, *arguments)
    return found


async def add_many(table: str, columns: Sequence[str], records: Sequence[Sequence[Any]]) -> None:
    """Add many rows as fast as the engine can: COPY, or one prepared statement.

    Call inside a transaction. Nothing is checked but by the database itself.
    """
    held = engine().current_transaction.get()
    assert held is not None, "rows are added all or none, so in a transaction"
    if is_sqlite():
        marks = ", ".join("?" * len(columns))
        named = ", ".join(columns)
        await held.connection.executemany(
            f"INSERT INTO {table} ({named}) VALUES ({marks})",  # noqa: S608 -- own names
            records,
        )
        return
    await held.connection.copy_records_to_table(table, columns=columns, records=records)


def among(column: str, values: Iterable[UUID | str]) -> tuple[str, Any]:
    """A condition for `rows` that a column is one of many values, and its argument.

    However many there are, it is one argument, so that no engine's limit is met.
    """
    if is_sqlite():
        listed = json.dumps([str(value) for value in values])
        return f"{column} IN (SELECT value FROM json_each({{}}))", listed  # noqa: S608 -- own names
    return f"{column} = ANY({{}})", list(values)


def as_uuid(value: Any) -> UUID:
    """An identifier from `rows`, of the same type on both engines."""
    return value if isinstance(value, UUID) else UUID(str(value))


async def read_row(sql: str, *arguments: Any, from_replica: bool = True) -> tuple[Any, ...] | None:
    """Fetch one row for a public look-up as quickly as the engine can; `$1`, `$2` … are arguments.

    No ORM object, no query builder: on a page that everybody may ask for they would cost more than
    the query. Uses a read replica where there is one; the primary is asked when replicas fail, are
    slow, or do not have the row, which may be newer than they are.
    """
    db = engine()
    if isinstance(db, PooledSQLiteEngine):
        return db.read_row(sql, arguments)
    for pool in _replicas if from_replica else ():
        with contextlib.suppress(
            OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError
        ):
            row = await pool.fetchrow(sql, *arguments, timeout=REPLICA_SECONDS)
            if row is not None:
                return tuple(row)
    assert db.pool is not None, "the application opens the pool before it answers"
    return _as_tuple(await db.pool.fetchrow(sql, *arguments))


def _as_tuple(record: Any) -> tuple[Any, ...] | None:
    return None if record is None else tuple(record)
