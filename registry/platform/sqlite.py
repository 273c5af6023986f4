"""Piccolo's SQLite engine with connections that are kept, durable and patient.

Piccolo 1.38 opens a connection and a thread for each query and begins transactions DEFERRED, so
that two readers who both turn writer collide whatever the time-out says. Here connections are
pooled, write-ahead logged, synced at every commit, and wait for each other.
"""

import asyncio
import sqlite3
from typing import Any

import aiosqlite
import anyio
from piccolo.engine.sqlite import SQLiteEngine, dict_factory

LOCK_WAIT_SECONDS = 30
PRAGMAS = (
    f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}",  # before WAL: switching needs the lock
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = 1",
    "PRAGMA recursive_triggers = 1",  # or INSERT OR REPLACE would slip past `forbid_change`
)


MAPPED_BYTES = 1 << 30
"""How much of the file the public look-up reads where the system has it, without a call to it.

Addresses, not memory: pages are the system's own, shared by all processes. Rows picked at random
are found in half the time or less; what lies beyond is read as ever.
"""


class PooledSQLiteEngine(SQLiteEngine):
    """The embedded database of one machine.

    Without `start_connection_pool` (migrations, small commands) each query opens its own
    connection, as in Piccolo itself.
    """

    def __init__(self, path: str, connections: int) -> None:
        super().__init__(path=path, timeout=LOCK_WAIT_SECONDS)
        self.connections = connections
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] | None = None
        self._all: list[aiosqlite.Connection] = []
        self._reader: sqlite3.Connection | None = None

    async def _open(self) -> aiosqlite.Connection:
        pending = aiosqlite.connect(**self.connection_kwargs)
        # aiosqlite 0.22 threads are not daemons: one forgotten connection would keep the process.
        pending._thread.daemon = True
        connection = await pending
        connection.row_factory = dict_factory  # type: ignore[assignment]
        for pragma in PRAGMAS:
            await connection.execute(pragma)
        return connection

    async def start_connection_pool(self, **_: Any) -> None:
        """Open the connections of this process."""
        self._all = [await self._open() for _ in range(self.connections)]
        self._idle = asyncio.LifoQueue()
        for connection in self._all:
            self._idle.put_nowait(connection)

    async def close_connection_pool(self) -> None:
        """Close them all, leased ones too: each has a thread that must end."""
        self._idle, closing, self._all = None, self._all, []
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        with anyio.CancelScope(shield=True):
            for connection in closing:
                await connection.close()

    async def acquire(self) -> aiosqlite.Connection:
        """Lease a connection; give it back with `release`."""
        return await (self._idle.get() if self._idle is not None else self._open())

    async def release(self, connection: aiosqlite.Connection) -> None:
        """Take a connection back, rolled back if somebody left it in a transaction."""
        if connection.in_transaction:
            await connection.rollback()
        if self._idle is not None and connection in self._all:
            self._idle.put_nowait(connection)
        else:
            await connection.close()

    def read_row(self, sql: str, arguments: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Fetch one row on a read-only connection, in the caller's own thread.

        Only for look-ups by an index on public pages: they take microseconds, so the event loop
        loses less by waiting than by handing the query to a thread.
        """
        if self._reader is None:
            self._reader = sqlite3.connect(
                f"file:{self.path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
            )
            self._reader.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        named = {str(place): value for place, value in enumerate(arguments, 1)}
        row: tuple[Any, ...] | None = self._reader.execute(sql, named).fetchone()
        return row

    async def _run_in_new_connection(
        self,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",
        table: Any = None,
    ) -> Any:
        connection = await self.acquire()
        try:
            return await connection.execute_fetchall(query, args or [])
        finally:
            await self.release(connection)

    async def _run_in_existing_connection(
        self,
        connection: aiosqlite.Connection,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",
        table: Any = None,
    ) -> Any:
        return await connection.execute_fetchall(query, args or [])
