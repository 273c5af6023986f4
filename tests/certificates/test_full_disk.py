"""A disk that is full half-way: nothing is half issued, reads go on, all is made up for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from certificates import checking, issuing
from certificates.answers import Verdict
from certificates.tables import Certificate, CertificateFile, CertificateTwin
from credentials.tables import Credential
from registry.platform import audit, clock, db
from registry.platform.complaints import complaint
from registry.platform.db import rows
from registry.platform.settings import Settings
from registry.platform.tables import Job
from tests.certificates.examples import signer
from tests.factories import DAY, make_applicant, make_granted

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
WRITTEN = (
    "counter",
    "certificate",
    "certificate_twin",
    "job",
    "audit_entry",
    "audit_head",
    "certificate_file",
)
"""What issuing writes to, in its order."""


@asynccontextmanager
async def full(table: str) -> AsyncIterator[None]:
    """A disk on which there is no more room as soon as a table is written to."""
    act = "UPDATE" if table in {"audit_head", "counter"} else "INSERT"
    if db.is_sqlite():
        await rows(
            f"CREATE TRIGGER disk_full BEFORE {act} ON {table}"
            " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        yield
        await rows("DROP TRIGGER disk_full")
        return
    await rows(
        "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'could not extend file: No space left on device'"
        " USING ERRCODE = 'disk_full'; END $$"
    )
    await rows(
        f"CREATE TRIGGER disk_full BEFORE {act} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION disk_full()"
    )
    yield
    await rows(f"DROP TRIGGER disk_full ON {table}")
    await rows("DROP FUNCTION disk_full")


@pytest.mark.parametrize("table", WRITTEN)
async def test_wherever_the_disk_fills_up_nothing_is_half_issued(
    table: str, held: Credential, settings: Settings
) -> None:
    office: dict[str, Any] = {"by": None, "on": DAY, "settings": settings, "signer": signer()}
    waiting = await Job.count()
    async with full(table):
        with pytest.raises(Exception, match=r"disk is full|No space left"):
            await issuing.issue(held.id, **office)
        assert await CertificateFile.count() == 0
        on_record = await Certificate.count()
        # Either it is on record whole, and only its signature is missing, or it is not there.
        assert on_record == (1 if table == "certificate_file" else 0)
        assert await CertificateTwin.count() == on_record
        assert await Job.count() == waiting + on_record
        assert await issuing.pending(on=DAY) == [held.id]
    made = await issuing.issue(held.id, **office)
    assert made.number.split("-")[3] == "000001"
    assert (await checking.by_code(made.code, clock.now())).verdict is Verdict.VALID
    assert await Certificate.count() == await CertificateFile.count() == 1
    assert (await audit.verify())[1] is None


async def test_on_a_really_full_file_reads_go_on(held: Credential, settings: Settings) -> None:
    if not db.is_sqlite():
        assert await rows("SELECT 1 AS one") == [{"one": 1}]
        return
    office: dict[str, Any] = {"by": None, "on": DAY, "settings": settings, "signer": signer()}
    made = await issuing.issue(held.id, **office)
    second = await make_granted(await make_applicant(name="乙二"))
    pool = db.engine()._all  # type: ignore[union-attr]

    async def room(pages: int) -> None:
        for connection in pool:
            await connection.execute(f"PRAGMA max_page_count = {pages}")

    for spare in range(0, 60, 4):
        await room(spare + (await rows("PRAGMA page_count"))[0]["page_count"])
        if (trouble := await trouble_of(second, office)) is None:
            break
        assert "full" in (complaint(trouble) or "")
        assert (await checking.by_code(made.code, clock.now())).verdict is Verdict.VALID
        assert await CertificateFile.count() == 1
        assert await issuing.pending(on=DAY) == [second.id]
    assert spare > 0, "the disk was never full"
    assert await Certificate.count() == await CertificateFile.count() == 2
    assert (await audit.verify())[1] is None


async def trouble_of(held: Credential, office: dict[str, Any]) -> Exception | None:
    try:
        await issuing.issue(held.id, **office)
    except Exception as error:
        return error
    return None
