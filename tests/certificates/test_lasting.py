"""With a time-stamp service papers are issued whole or wait for it; how they are checked then."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from anyio import to_thread

from certificates import checking, crl, issuing, offline, revocation, statements
from certificates.answers import Verdict
from certificates.jobs import jobs
from certificates.tables import Certificate, CertificateFile, Statement, StatementFile
from certificates.timestamping import KNOWN, NoTimestamp
from credentials.tables import Credential
from credentials.words import NOW_IN_FORCE
from registry.platform import audit, clock, db, i18n, outbox
from registry.platform.installation import Installation, KeysNotReady
from registry.platform.settings import Settings
from registry.platform.tables import Job
from registry.tables import Account
from registry.words import OrganisationKind
from tests.certificates import stamping
from tests.certificates.examples import PASSWORD, signer, unsealed
from tests.certificates.stamping import REPLY, Line
from tests.certificates.test_signing import needs
from tests.certificates.test_timestamping import bare
from tests.conftest import Client
from tests.factories import DAY, make_applicant, make_granted, make_organisation, sign_in
from tests.installations import Operator

pytestmark = [pytest.mark.anyio, needs("openssl")]
connected = pytest.mark.usefixtures("connected")
"""What speaks to the whole application has its connections from there."""


@pytest.fixture
def line() -> Iterator[Line]:
    with stamping.listening() as made:
        yield made


@pytest.fixture
def settings(settings: Settings, line: Line) -> Settings:
    """Of an installation that has a service, and everything for it."""
    stamping.equip(settings.key_folder)
    return settings.model_copy(update={"timestamp_url": line.url})


def down(line: Line) -> None:
    line.answer = lambda _: (503, REPLY, b"")


def up(line: Line) -> None:
    line.answer = lambda query: (200, REPLY, stamping.office().reply(query))


async def issued(held: Credential, settings: Settings) -> Certificate:
    return await issuing.issue(held.id, by=None, on=DAY, settings=settings, signer=signer())


async def file_of(certificate: Certificate) -> bytes:
    kept = await CertificateFile.objects().get(CertificateFile.certificate == certificate.id)
    assert kept is not None
    return kept.content


@connected
async def test_a_check_shows_when_it_was_sealed(held: Credential, settings: Settings) -> None:
    certificate = await issued(held, settings)
    file = await file_of(certificate)
    drawn = await to_thread.run_sync(await issuing.redrawing(certificate))
    assert unsealed(file) == drawn
    answer = await checking.by_file(file, clock.now(), settings)
    assert answer.verdict is Verdict.VALID
    (stamped,) = [each for each in answer.checks if each.code == "time-stamped"]
    assert stamped.outcome == "passed"
    assert i18n.day(clock.now()) in stamped.detail
    token = i18n.locale.set("en")
    (said,) = (await checking.by_file(file, clock.now(), settings)).checks[-1:]
    i18n.locale.reset(token)
    assert said.detail.startswith("A time-stamp service proves")


@connected
async def test_a_file_without_its_token_is_not_the_one_that_was_issued(
    held: Credential, settings: Settings
) -> None:
    file = await file_of(await issued(held, settings))
    answer = await checking.by_file(bare(file), clock.now(), settings)
    assert answer.verdict is Verdict.INVALID
    failed = [each.code for each in answer.checks if each.outcome != "passed"]
    assert failed == ["file-on-record"]
    assert answer.certificate is None


@connected
async def test_while_the_service_is_down_nothing_is_half_issued(
    held: Credential, settings: Settings, line: Line
) -> None:
    down(line)
    for _ in range(2):
        with pytest.raises(NoTimestamp) as refused:
            await issued(held, settings)
    words = i18n.translate(refused.value.message, "en")
    assert "not sealed" in words
    (left,) = await Certificate.objects()
    assert await CertificateFile.count() == 0
    assert await issuing.pending(on=DAY) == [held.id]
    up(line)
    made = await issued(held, settings)
    assert (made.id, made.number) == (left.id, left.number)
    answer = await checking.by_file(await file_of(made), clock.now(), settings)
    assert answer.verdict is Verdict.VALID
    assert (await audit.verify())[1] is None


@connected
async def test_the_worker_tries_again_by_itself(settings: Settings, line: Line) -> None:
    await make_organisation(OrganisationKind.BUREAU)
    work = {NOW_IN_FORCE: jobs(Installation.of(settings))[NOW_IN_FORCE]}
    await Job.delete(force=True)
    await make_granted(await make_applicant())
    down(line)
    assert await outbox.empty(work) == 0
    waiting = await Job.objects().get(Job.kind == NOW_IN_FORCE)
    assert waiting is not None
    assert "NoTimestamp" in (waiting.trouble or "")
    assert await CertificateFile.count() == 0
    up(line)
    assert await outbox.empty(work, clock.now() + timedelta(hours=1)) == 1
    assert await CertificateFile.count() == await Certificate.count() == 1


def old_root_list(folder: Path) -> None:
    made = revocation.publish_root(folder, PASSWORD, clock.now() - timedelta(days=40), 30)
    (folder / crl.ROOT_FILE).write_bytes(made)


def no_root_list(folder: Path) -> None:
    (folder / crl.ROOT_FILE).unlink()


def old_list_of_ours(folder: Path) -> None:
    made = revocation.publish(folder, PASSWORD, clock.now() - timedelta(days=40), 30)
    (folder / crl.FILE).write_bytes(made)
    (folder / "issuing.key").rename(folder / "issuing.away")


def damaged_list(folder: Path) -> None:
    (folder / "timestamp-2.crl").write_bytes(b"no list")


def no_root_of_the_service(folder: Path) -> None:
    (folder / KNOWN).unlink()


def damaged_root_of_the_service(folder: Path) -> None:
    (folder / KNOWN).write_bytes(b"no certificate")


@pytest.mark.parametrize(
    "trouble",
    [
        old_root_list,
        no_root_list,
        old_list_of_ours,
        damaged_list,
        no_root_of_the_service,
        damaged_root_of_the_service,
    ],
)
@connected
async def test_what_is_missing_or_old_stops_the_seal_and_nothing_else(
    trouble: object, held: Credential, settings: Settings, line: Line
) -> None:
    trouble(settings.key_folder)  # type: ignore[operator]
    with pytest.raises(KeysNotReady):
        await issued(held, settings)
    assert line.asked == []
    assert await Certificate.count() == 1
    assert await CertificateFile.count() == 0
    (settings.key_folder / "timestamp-2.crl").unlink(missing_ok=True)
    away = settings.key_folder / "issuing.away"
    if away.exists():
        away.rename(settings.key_folder / "issuing.key")
    stamping.equip(settings.key_folder)
    await issued(held, settings)
    assert await CertificateFile.count() == 1


@connected
async def test_a_statement_waits_too(settings: Settings, officer: Account, line: Line) -> None:
    here, holder = Installation.of(settings), await make_applicant(name="陈思远")
    assert holder.person is not None
    about = holder.person
    down(line)
    with pytest.raises(NoTimestamp):
        await statements.state_hours(about, by=holder, on=DAY, here=here)
    assert (await Statement.count(), await StatementFile.count()) == (1, 0)
    up(line)
    stated = await statements.state_hours(about, by=holder, on=DAY, here=here)
    assert (await Statement.count(), await StatementFile.count()) == (1, 1)
    file = await statements.file(stated.id, by=holder)
    answer = await checking.by_file(file, clock.now(), settings)
    assert answer.verdict is Verdict.VALID
    assert answer.checks[-1].code == "time-stamped"


@connected
async def test_a_pack_brings_the_roots_of_the_service(held: Credential, settings: Settings) -> None:
    file = await file_of(await issued(held, settings))
    roots = [(settings.key_folder / "root.pem").read_text()]
    known = await offline.pack(clock.now(), settings, signer(), roots)
    answer = await to_thread.run_sync(offline.verify, file, known, clock.now())
    assert answer.verdict is Verdict.VALID
    assert "time-stamped" in {each.code for each in answer.checks}


async def test_an_officer_is_told_and_may_ask_again(
    client: Client, held: Credential, officer: Account, line: Line
) -> None:
    await sign_in(client, officer)
    down(line)
    address = f"/api/credentials/{held.id}/certificate"
    told = await client.post(address)
    assert told.status_code == 409
    assert told.json()["type"].endswith("/no-timestamp")
    up(line)
    assert (await client.post(address)).status_code == 201
    assert await CertificateFile.count() == 1


@connected
async def test_the_command_says_so_and_may_be_repeated(
    held: Credential, settings: Settings, line: Line, tmp_path: Path
) -> None:
    engine = db.engine()
    url = f"sqlite:///{engine.path}" if db.is_sqlite() else engine.config["dsn"]  # type: ignore[union-attr]
    operator = Operator(tmp_path).set(
        REGISTRY_DATABASE_URL=url,
        REGISTRY_KEYS=settings.keys,
        REGISTRY_KEYS_PASSWORD=PASSWORD,
        REGISTRY_TIMESTAMP_URL=line.url,
    )
    down(line)
    issue = ("certificates", "issue-pending", "--processes", "1")
    told = await asyncio.to_thread(operator.run, *issue)
    assert told.returncode == 1
    assert "503" in told.stderr
    assert await CertificateFile.count() == 0
    up(line)
    told = await asyncio.to_thread(operator.run, *issue)
    assert told.returncode == 0, told.stderr
    assert await CertificateFile.count() == await Certificate.count() == 1
    told = await asyncio.to_thread(operator.run, "certificates", "keys", "--root-list", "9")
    assert told.returncode == 0, told.stderr
    crl.refuse_unless_in_force([crl.of_root(settings.key_folder)], clock.now() + timedelta(days=8))
