"""Fills a fresh database with a register of any size: the real schema, rows inserted in bulk.

Nobody in it exists. The same size gives the same rows on both databases.
"""

import asyncio
import json
import random
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
from piccolo.table import Table

from certificates import numbering
from certificates.face import Face
from certificates.filing import NUMBER_PREFIX, SERIAL_DIGITS
from certificates.issuing import LETTERS
from certificates.tables import Certificate
from credentials.tables import Application, Credential, Determination
from credentials.words import Level, Standing, StandingReason, Status
from registry.platform import db, migrations
from registry.platform.settings import Settings
from registry.platform.sqlite import PooledSQLiteEngine
from registry.platform.tables import PolicyEdition
from registry.tables import Person
from seeds.load import load_policies

Row = dict[str, object]
Batch = dict[type[Table], list[Row]]

SEED = 20261123
BATCH = 10_000
REPLACED_EVERY = 50
"""Every so many credentials have a certificate that was replaced beside their current one."""
REVOKED, SUSPENDED = 0.02, 0.01
FIRST_DAY, DAYS = date(2022, 1, 1), 1700
TERM = timedelta(days=5 * 365)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = "思远明哲文静雨晨志强佳怡浩然梓涵子墨欣妍俊杰晓峰丽娟建国海燕"


async def fill(count: int) -> list[str]:
    """Make the schema and put certificates on record in the configured database.

    Returns the verification code of every one.
    """
    settings = Settings.from_env()
    await migrations.migrate()
    await db.connect(settings)
    try:
        await load_policies()
        edition = (await PolicyEdition.select(PolicyEdition.id))[0]["id"]
    finally:
        await db.disconnect()
    codes: list[str] = []
    batches = _counted(register(count, edition), codes)
    engine = db.engine()
    if isinstance(engine, PooledSQLiteEngine):
        _insert_into_sqlite(engine.path, batches)
    else:
        await _copy_into_postgresql(settings.database_url, batches)
    return codes


def _counted(batches: Iterable[Batch], codes: list[str]) -> Iterator[Batch]:
    for batch in batches:
        codes.extend(str(row["code"]) for row in batch[Certificate])
        yield batch


def register(count: int, edition: UUID) -> Iterator[Batch]:
    """Rows of a register with so many certificates, in batches, each table before what needs it."""
    chance = random.Random(SEED)
    batch: Batch = {}
    made = serial = 0
    while made < count:
        serial += 1
        rows = holder(serial, edition, chance)
        if serial % REPLACED_EVERY == 0 and made + 1 < count:
            current = rows[Certificate][0]
            rows[Certificate].append(replaced(current, number(Level.JUNIOR, 2021, serial), chance))
        made += len(rows[Certificate])
        for table, added in rows.items():
            batch.setdefault(table, []).extend(added)
        if len(batch[Certificate]) >= BATCH:
            yield batch
            batch = {}
    if batch:
        yield batch


def holder(serial: int, edition: UUID, chance: random.Random) -> Batch:
    """One person, the application that was granted, and the certificate of what they hold."""
    person, case, answer, held = (_uuid(chance) for _ in range(4))
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
    level = chance.choice(list(Level))
    granted = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    at = datetime(granted.year, granted.month, granted.day, 3, tzinfo=UTC)
    standing, reason = _standing(chance)
    return {
        Person: [{"id": person, "number": f"P-{serial:06}", "name": name, "registered_at": at}],
        Application: [
            {
                "id": case,
                "reference": f"SQ-{granted.year}-{serial:06}",
                "person": person,
                "level": level.value,
                "status": Status.GRANTED.value,
                "statement": "",
                "created_at": at,
                "saved_at": at,
            }
        ],
        Determination: [
            {
                "id": answer,
                "person": person,
                "application": case,
                "edition": edition,
                "day": granted,
                "made_at": at,
                "facts": "{}",
                "facts_digest": f"{chance.getrandbits(256):064x}",
                "verdict": "yes",
                "answer": "{}",
            }
        ],
        Credential: [
            {
                "id": held,
                "person": person,
                "level": level.value,
                "application": case,
                "determination": answer,
                "granted_on": granted,
                "valid_until": granted + TERM,
                "status": standing.value,
                "status_since": granted,
                "status_reason": reason.value if reason else None,
            }
        ],
        Certificate: [certificate(serial, held, person, name, level, granted, chance)],
    }


def _standing(chance: random.Random) -> tuple[Standing, StandingReason | None]:
    drawn = chance.random()
    if drawn < REVOKED:
        return Standing.REVOKED, StandingReason.FRAUD
    if drawn < REVOKED + SUSPENDED:
        return Standing.SUSPENDED, StandingReason.INTEGRITY
    return Standing.IN_FORCE, None


def certificate(
    serial: int,
    held: UUID,
    person: UUID,
    name: str,
    level: Level,
    granted: date,
    chance: random.Random,
) -> Row:
    """One certificate with everything that is drawn on it, but no signed file: nobody reads it."""
    code = numbering.code(chance.getrandbits(numbering.CODE_BITS))
    face = Face(
        number=number(level, granted.year, serial),
        code=code,
        verification_url=f"https://registry.example/v/{code}",
        holder=name,
        level=level,
        level_zh="初级",
        level_en="Junior",
        title_zh="技术经理人",
        title_en="Technology Manager",
        granted_on=granted,
        valid_from=granted,
        valid_until=granted + TERM,
        issuer_zh="示例市人才局",
        issuer_en="Example Talent Bureau",
        basis="评价条件 (2024-10-01)",
        illustrative=False,
        demonstration=True,
    )
    return {
        "id": _uuid(chance),
        "number": face.number,
        "code": code,
        "credential": held,
        "person": person,
        "holder_name": name,
        "face": json.dumps(asdict(face), default=str, ensure_ascii=False),
        "unsigned_sha256": f"{chance.getrandbits(256):064x}",
        "issued_on": granted,
        "replaced_by": None,
        "replaced_on": None,
    }


def number(level: Level, year: int, serial: int) -> str:
    """A certificate number as issuing writes it."""
    return numbering.number(
        prefix=NUMBER_PREFIX,
        year=year,
        letter=LETTERS[level],
        serial=serial,
        digits=SERIAL_DIGITS,
    )


def replaced(current: Row, number: str, chance: random.Random) -> Row:
    """The certificate that a current one replaced; it still answers to its own code."""
    return {
        **current,
        "id": _uuid(chance),
        "number": number,
        "code": numbering.code(chance.getrandbits(numbering.CODE_BITS)),
        "replaced_by": current["id"],
        "replaced_on": current["issued_on"],
    }


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _insert_into_sqlite(path: str, batches: Iterable[Batch]) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA foreign_keys = 1")
        for batch in batches:
            for table, rows in batch.items():
                columns = list(rows[0])
                connection.executemany(
                    f"INSERT INTO {table._meta.tablename} ({', '.join(columns)})"
                    f" VALUES ({', '.join('?' * len(columns))})",
                    (tuple(row.values()) for row in rows),
                )
            connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


async def _copy_into_postgresql(url: str, batches: Iterable[Batch]) -> None:
    connection = await asyncpg.connect(url)
    try:
        for batch in batches:
            for table, rows in batch.items():
                await connection.copy_records_to_table(
                    table._meta.tablename,
                    records=[tuple(row.values()) for row in rows],
                    columns=list(rows[0]),
                )
        # What autovacuum would get round to, done before anything is measured.
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def main() -> None:
    """`python -m tests.benchmarks.filling COUNT FILE`: fill, and write the codes into a file."""
    count, file = int(sys.argv[1]), Path(sys.argv[2])
    began = time.monotonic()
    codes = asyncio.run(fill(count))
    file.write_text("\n".join(codes))
    print(f"{time.monotonic() - began:.1f}")


if __name__ == "__main__":
    main()
