"""Nobody has to remember to issue a certificate: it follows upon the decision."""

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from certificates.jobs import jobs
from certificates.tables import Certificate, CertificateFile
from credentials.words import NOW_IN_FORCE
from registry.platform import clock, outbox, vault
from registry.platform.installation import Installation
from registry.platform.outbox import Jobs
from registry.platform.settings import Settings
from registry.platform.tables import Job
from registry.words import OrganisationKind
from tests.certificates.examples import PASSWORD, authority
from tests.factories import DAY, make_applicant, make_granted, make_organisation, stand

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


@pytest.fixture
async def work(tmp_path: Path) -> Jobs:
    """The issuing of an installation with a bureau and a signing authority; nothing waits yet."""
    await make_organisation(OrganisationKind.BUREAU)
    keys = shutil.copytree(authority(), tmp_path / "keys")
    vault.establish(keys, "test")
    here = {"keys": f"file:{keys}", "keys_password": PASSWORD}
    await Job.delete(force=True)
    return {NOW_IN_FORCE: jobs(Installation.of(Settings.model_validate(here)))[NOW_IN_FORCE]}


async def test_a_granted_level_gets_its_certificate(work: Jobs) -> None:
    credential = await make_granted(await make_applicant())
    assert await outbox.empty(work) == 1
    issued = await Certificate.objects().get(Certificate.credential == credential.id)
    assert issued is not None
    assert await CertificateFile.exists().where(CertificateFile.certificate == issued.id)


async def test_a_second_time_changes_nothing(work: Jobs) -> None:
    credential = await make_granted(await make_applicant())
    await outbox.empty(work)
    await outbox.put("credential-in-force", str(credential.id))
    assert await outbox.empty(work) == 1
    assert await Certificate.count() == await CertificateFile.count() == 1


async def test_a_level_suspended_before_its_paper_gets_it_when_the_suspension_ends(
    work: Jobs,
) -> None:
    credential = await make_granted(await make_applicant())
    await stand(credential.id, "suspend", until=DAY + timedelta(days=30))
    assert await outbox.empty(work) == 1
    assert await Certificate.count() == 0
    await stand(credential.id, "lift")
    assert await outbox.empty(work) == 1
    assert await Certificate.count() == 1


async def test_a_key_that_is_away_for_a_while_delays_and_loses_nothing(
    work: Jobs, tmp_path: Path
) -> None:
    await make_granted(await make_applicant())
    key = tmp_path / "keys" / "seal.key"
    key.rename(tmp_path / "away")
    assert await outbox.empty(work) == 0
    waiting = await Job.objects().get(Job.kind == "credential-in-force")
    assert waiting is not None
    assert "NoAuthority" in (waiting.trouble or "")
    (tmp_path / "away").rename(key)
    assert await outbox.empty(work, clock.now() + timedelta(hours=1)) == 1
    assert await CertificateFile.count() == 1


async def test_a_job_about_nothing_stays_visible(work: Jobs) -> None:
    await outbox.put("credential-in-force", str(uuid4()))
    assert await outbox.empty(work) == 0
    assert "NotFound" in ((await Job.objects().first()) or Job()).trouble
