"""What a stranger learns of a statement, and how the person and officers come by theirs."""

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest

from certificates import checking, composition, keys, recognition, signing, statements
from certificates.answers import Answer, Outcome, Verdict
from certificates.checking import NumberAndName
from certificates.tables import Statement
from registry.platform import db, i18n
from registry.platform.i18n import Locale, translate
from registry.platform.installation import Installation
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.platform.tables import AuditEntry
from registry.tables import Account
from registry.words import OrganisationKind
from tests.certificates.examples import AT, CRL_URL, NAMES, ON, PASSWORD, PERIODS
from tests.certificates.stated import make_confirmed, make_proposed
from tests.certificates.test_checking import NOW_SIGNED, SEEN, outcomes
from tests.certificates.test_signing import needs
from tests.conftest import Client, NewClient
from tests.factories import (
    DAY,
    make_account,
    make_applicant,
    make_hours,
    make_organisation,
    make_submitted,
    sign_in,
)

pytestmark = pytest.mark.anyio

NAME = "陈思远"
LATER = date(2026, 9, 1)
in_both_languages = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture
def here(settings: Settings) -> Installation:
    return Installation.of(settings)


@pytest.fixture
async def holder(settings: Settings, new_client: NewClient) -> Account:
    """Somebody with hours, in a running installation that has a bureau and a signing authority."""
    await make_organisation(OrganisationKind.BUREAU)
    account = await make_applicant(name=NAME)
    await make_hours(account, 480)
    return account


@pytest.fixture
async def statement(holder: Account, here: Installation) -> Statement:
    return await stated_again(holder, here, DAY)


async def stated_again(holder: Account, here: Installation, on: date) -> Statement:
    person = UUID(str(holder.person))
    return await statements.state_hours(person, by=holder, on=on, here=here)


@pytest.fixture
async def file(statement: Statement, holder: Account) -> bytes:
    return await statements.file(statement.id, by=holder)


@pytest.fixture
def english() -> Iterator[None]:
    token = i18n.locale.set("en")
    yield
    i18n.locale.reset(token)


def keys_of(answer: Answer) -> set[str]:
    told = msgspec.json.decode(msgspec.json.encode(answer))
    assert isinstance(told, dict)
    return {*told}


async def test_a_code_is_answered_however_it_was_typed(statement: Statement) -> None:
    answer = await recognition.by_code(statement.code, NOW_SIGNED)
    assert (answer.verdict, answer.number) == (Verdict.VALID, statement.number)
    assert outcomes(answer) == {"genuine": "passed", "status-newest": "passed"}
    assert answer.statement is not None
    assert (answer.statement.kind, answer.statement.name_masked) == ("hours", "陈*远")
    assert answer.statement.issued_on == str(DAY)
    for typed in (statement.code.lower(), statement.code.replace("-", ""), f" {statement.code} "):
        assert await recognition.by_code(typed, NOW_SIGNED) == answer


async def test_whatever_is_not_on_record_has_one_answer_of_the_same_shape(
    statement: Statement,
) -> None:
    code = statement.code
    miss = await recognition.by_code(code[:-1] + ("0" if code[-1] != "0" else "1"), NOW_SIGNED)
    assert (miss.verdict, miss.number, miss.statement) == (Verdict.INVALID, None, None)
    assert outcomes(miss) == {"genuine": "failed"}
    for typed in ("", "0000-0000-0000-0", "x" * 5000, statement.number):
        assert await recognition.by_code(typed, NOW_SIGNED) == miss
    assert keys_of(miss) == keys_of(await recognition.by_code(code, NOW_SIGNED))
    assert (await checking.by_code(code, NOW_SIGNED)).verdict is Verdict.INVALID


async def test_number_and_name_are_answered_too(statement: Statement) -> None:
    right = NumberAndName(number=statement.number.lower(), name=NAME)
    assert await checking.by_number(right, NOW_SIGNED) == await recognition.by_code(
        statement.code, NOW_SIGNED
    )
    wrong = NumberAndName(number=statement.number, name="陈思")
    unknown = NumberAndName(number="SHTM-2026-J-000001-C", name=NAME)
    assert await checking.by_number(wrong, NOW_SIGNED) == await checking.by_number(
        unknown, NOW_SIGNED
    )


async def test_the_original_file_is_valid(file: bytes, settings: Settings) -> None:
    answer = await checking.by_file(file, NOW_SIGNED, settings)
    assert answer.verdict is Verdict.VALID
    assert answer.statement is not None
    assert outcomes(answer) == {
        "file-on-record": "passed",
        "genuine": "passed",
        "status-newest": "passed",
        **dict.fromkeys((*SEEN, "seal-not-revoked"), "passed"),
    }


@pytest.mark.parametrize("place", [9, 5000, 40_000, -300, -2])
async def test_one_byte_changed_is_no_original(
    place: int, file: bytes, statement: Statement, settings: Settings
) -> None:
    forged = bytearray(file)
    forged[place] ^= 1
    answer = await checking.by_file(bytes(forged), NOW_SIGNED, settings)
    assert answer.verdict is Verdict.INVALID
    assert answer.statement is None
    assert outcomes(answer)["file-on-record"] == "failed"
    assert "failed" in {outcomes(answer)[code] for code in SEEN}
    assert answer.number in {statement.number, None}


async def test_one_that_was_superseded_says_by_which(
    statement: Statement, file: bytes, holder: Account, here: Installation, settings: Settings
) -> None:
    await make_hours(holder, 60, on=date(2026, 5, 5))
    newer = await stated_again(holder, here, LATER)
    for answer in (
        await recognition.by_code(statement.code, NOW_SIGNED),
        await checking.by_file(file, NOW_SIGNED, settings),
    ):
        assert answer.verdict is Verdict.INVALID
        assert outcomes(answer)["genuine"] == "passed"
        assert outcomes(answer)["status-superseded"] == "failed"
        assert answer.statement is not None
        assert answer.statement.superseded_by == newer.number
        assert answer.statement.superseded_on == str(LATER)
        said = {check.code: check.detail for check in answer.checks}["status-superseded"]
        assert newer.number in said
        assert "2026年9月1日" in said
    assert (await recognition.by_code(newer.code, NOW_SIGNED)).verdict is Verdict.VALID


@pytest.mark.usefixtures("english")
async def test_every_sentence_is_said_in_the_language_of_the_request(
    statement: Statement, holder: Account, here: Installation
) -> None:
    await make_hours(holder, 60, on=date(2026, 5, 5))
    newer = await stated_again(holder, here, LATER)
    for code in (statement.code, newer.code, "nothing"):
        answer = await recognition.by_code(code, NOW_SIGNED)
        assert all(check.detail.isascii() for check in answer.checks), answer.checks


@pytest.mark.parametrize("query", [recognition.BY_CODE, recognition.BY_NUMBER, recognition.BY_FILE])
async def test_the_database_looks_nothing_over(query: str, statement: Statement) -> None:
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


def verdict(text: str) -> str:
    found = re.search(r'<h1 class="reg-verdict__word">(.*?)</h1>', unescape(text), re.S)
    assert found is not None
    return found[1].strip()


@in_both_languages
async def test_a_scanned_code_is_answered_plainly_and_tells_nothing_personal(
    client: Client, statement: Statement, language: Locale
) -> None:
    for path in (f"/s/{statement.code}", f"/S/{statement.code.lower()}"):
        answer = await client.get(path, headers={"accept-language": language})
        assert answer.status_code == 200
        assert verdict(answer.text) == translate("有效", language)
        assert "set-cookie" not in answer.headers
        assert statement.number in answer.text
        assert "陈*远" in answer.text
        assert NAME not in answer.text
        assert translate("培训学时证明", language) in unescape(answer.text)
    missing = await client.get("/s/AAAA-AAAA-AAAA-1", headers={"accept-language": language})
    assert missing.status_code == 404
    assert verdict(missing.text) == translate("未查到", language)


async def test_the_api_answers_hit_and_miss_alike(client: Client, statement: Statement) -> None:
    hit = await client.get(f"/api/statements/{statement.code}")
    miss = await client.get("/api/statements/AAAA-AAAA-AAAA-1")
    assert (hit.status_code, miss.status_code) == (200, 404)
    assert hit.json().keys() == miss.json().keys()
    assert hit.json()["statement"]["kind"] == "hours"
    assert NAME not in hit.text
    assert hit.headers["cache-control"] == "no-store"


async def test_pages_tell_the_original_an_altered_and_a_superseded_one_apart(
    client: Client, statement: Statement, file: bytes, holder: Account, here: Installation
) -> None:
    altered = bytearray(file)
    altered[len(altered) // 2] ^= 1
    for content, word in ((file, "有效"), (bytes(altered), "无效：不是原件")):
        answer = await client.post("/verify/file", files={"file": ("s.pdf", content)})
        assert verdict(answer.text) == word
        assert statement.number in answer.text
    asked = {"number": statement.number, "name": NAME}
    assert verdict((await client.post("/verify", data=asked)).text) == "有效"
    await make_hours(holder, 60, on=date(2026, 5, 5))
    newer = await stated_again(holder, here, LATER)
    told = await client.get(f"/s/{statement.code}")
    assert verdict(told.text) == "已有更新的证明"
    assert newer.number in told.text


async def test_who_asks_too_often_is_told_to_wait(
    client: Client, statement: Statement, settings: Settings
) -> None:
    for _ in range(settings.checks_by_code_per_minute):
        assert (await client.get("/api/statements/nothing")).status_code == 404
    assert (await client.get(f"/s/{statement.code}")).status_code == 429


def number_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    found = re.search(r'filename="(SHTM-\d{4}-[EHR]-\d{6}-\w)\.pdf"', str(answer.headers))
    assert found is not None
    return found[1]


async def test_a_person_downloads_theirs_and_nobody_else_s(
    client: Client, new_client: NewClient, holder: Account
) -> None:
    officer = await make_account(Role.OFFICER)
    kept = await make_confirmed(holder, "evaluation", officer, "senior")
    waiting = await make_proposed(holder, "evaluation", officer, "senior")
    case = await make_submitted(holder)
    addresses = [
        f"/determinations/{kept.id}/statement",
        "/hours/statement",
        f"/applications/{case.id}/receipt",
    ]
    await sign_in(client, holder)
    office, stranger, clerk = new_client(), new_client(), new_client()
    await sign_in(office, officer)
    await sign_in(stranger, await make_account())
    await sign_in(clerk, await make_account(Role.BASE_CLERK))
    for address in addresses:
        number = number_of(await client.get(address))
        assert number_of(await client.get(f"/api{address}")) == number
        if address == "/hours/statement":
            assert (await office.get(address)).status_code == 404
            address = f"{address}?person={holder.person}"
        assert number_of(await office.get(address)) == number
        assert number_of(await office.get(f"/api{address}")) == number
        if address != "/hours/statement":
            assert (await stranger.get(address)).status_code == 404
        assert (await clerk.get(address)).status_code in {403, 404}
        assert (await clerk.get(f"/api{address}")).status_code in {403, 404}
        assert (await new_client().get(f"/api{address}")).status_code == 401
    assert (await client.get(f"/api/determinations/{waiting.id}/statement")).status_code == 409
    assert await AuditEntry.count().where(AuditEntry.action == "statement.read") == 6


@needs("pdfsig", "certutil")
async def test_a_viewer_that_trusts_our_root_trusts_the_file(
    statement: Statement, tmp_path: Path
) -> None:
    folder = tmp_path / "published"
    keys.establish_authority(folder, PASSWORD, NAMES, ON, periods=PERIODS, crl_url=CRL_URL)
    drawn = composition.compose(statements.face_of(statement))
    seal = keys.read_seal(folder, PASSWORD)
    (tmp_path / "s.pdf").write_bytes(_signed_apart(drawn, seal))
    (tmp_path / "nss").mkdir()
    store = ["-d", f"sql:{tmp_path / 'nss'}"]
    for command in (
        ["certutil", "-N", *store, "--empty-password"],
        ["certutil", "-A", *store, "-n", "root", "-t", "CT,CT,CT", "-i", str(folder / "root.pem")],
    ):
        subprocess.run(command, check=True, capture_output=True)
    told = subprocess.run(
        ["pdfsig", "-no-ocsp", "-nssdir", store[1], str(tmp_path / "s.pdf")],
        check=True,
        capture_output=True,
    ).stdout.decode()
    assert "Total document signed" in told
    assert "Signature is Valid" in told
    assert "Certificate is Trusted" in told


def _signed_apart(drawn: bytes, seal: keys.FileSigner) -> bytes:
    """Signing runs an event loop of its own."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(signing.sign, drawn, seal, AT).result()


async def test_a_check_of_a_file_before_its_seal_was_set_is_no_pass(
    file: bytes, settings: Settings
) -> None:
    early = datetime(2025, 1, 1, tzinfo=UTC)
    answer = await checking.by_file(file, early, settings)
    assert outcomes(answer)["issued-by-us"] == Outcome.FAILED
