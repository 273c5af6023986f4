"""A public look-up costs one indexed query, and the replica answers it where there is one."""

import sqlite3
from collections.abc import AsyncIterator

import asyncpg
import pytest

from certificates import checking
from certificates.answers import Verdict
from certificates.checking import BY_CODE, BY_NUMBER, NumberAndName
from certificates.tables import Certificate
from registry.platform import clock, db
from registry.platform.settings import Settings
from tests.certificates.examples import HOLDER as NAME

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
NOW = clock.now()


@pytest.fixture
async def statements(certificate: Certificate) -> AsyncIterator[list[str]]:
    """Every statement that look-ups send to the database."""
    seen: list[str] = []
    engine = db.engine()
    if db.is_sqlite():
        await checking.by_code(certificate.code, NOW)
        engine._reader.set_trace_callback(seen.append)  # type: ignore[union-attr]
        yield seen
        engine._reader.set_trace_callback(None)  # type: ignore[union-attr]
        return
    connections: list[asyncpg.Connection] = []

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda query: seen.append(query.query))
        connections.append(connection)

    await engine.pool.close()  # type: ignore[union-attr]
    engine.pool = await asyncpg.create_pool(engine.config["dsn"], init=listen)  # type: ignore[union-attr]
    yield seen


async def test_a_look_up_is_one_indexed_query(
    certificate: Certificate, statements: list[str]
) -> None:
    await checking.by_code(certificate.code, NOW)
    assert len([each for each in statements if "FROM certificate" in each]) == 1
    await checking.by_number(NumberAndName(number=certificate.number, name=NAME), NOW)
    assert len([each for each in statements if "FROM certificate" in each]) == 2
    await checking.by_code("no code", NOW)
    assert len([each for each in statements if "FROM certificate" in each]) == 2


@pytest.mark.parametrize("query", [BY_CODE, BY_NUMBER, checking.BY_FILE])
async def test_the_database_looks_nothing_over(query: str, certificate: Certificate) -> None:
    if db.is_sqlite():
        with sqlite3.connect(db.engine().path) as connection:  # type: ignore[union-attr]
            plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", {"1": "x"}).fetchall()
        connection.close()
        assert not [step for step in plan if step[3].startswith("SCAN")]
        return
    connection = await asyncpg.connect(db.engine().config["dsn"])  # type: ignore[union-attr]
    await connection.execute("SET enable_seqscan = off")
    plan = await connection.fetch(f"EXPLAIN {query}", "x")
    await connection.close()
    assert not [line for (line,) in plan if "Seq Scan" in line]


async def test_public_look_ups_go_to_the_replica_and_to_the_primary_when_it_fails(
    certificate: Certificate,
) -> None:
    if db.is_sqlite():
        assert db._replicas == []
        return
    primary = db.engine().config["dsn"]  # type: ignore[union-attr]
    replica = f"{primary}?application_name=replica"
    await db.disconnect()
    await db.connect(Settings(database_url=primary, replica_urls=(replica,)))
    assert (await checking.by_code(certificate.code, NOW)).verdict is Verdict.VALID
    watching = await asyncpg.connect(primary)
    asked = await watching.fetchval(
        "SELECT query FROM pg_stat_activity WHERE application_name = 'replica'"
    )
    await watching.close()
    assert asked == BY_CODE
    await db.disconnect()
    nobody = "postgresql://registry@127.0.0.1:1/nothing"
    await db.connect(Settings(database_url=primary, replica_urls=(nobody,)))
    assert (await checking.by_code(certificate.code, NOW)).verdict is Verdict.VALID
