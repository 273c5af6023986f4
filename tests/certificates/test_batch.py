"""Issuing by the thousand may be killed at any moment: nothing is lost, doubled or skipped."""

import asyncio
import hashlib
import json
import os
import random
import signal
import subprocess
from pathlib import Path
from typing import Any

import anyio
import pytest

from certificates import jose, keys, manifests
from certificates.tables import Certificate, CertificateFile, CertificateManifest, ManifestLine
from registry.platform import audit, clock, db
from registry.platform.db import rows
from registry.platform.settings import Settings
from registry.words import OrganisationKind
from tests.certificates.examples import PASSWORD, signer
from tests.factories import make_applicant, make_granted, make_organisation
from tests.installations import Operator

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
ISSUE = ("certificates", "issue-pending", "--processes", "2")


@pytest.fixture
def operator(tmp_path: Path, settings: Settings) -> Operator:
    """Somebody at a shell of this installation."""
    engine = db.engine()
    url = f"sqlite:///{engine.path}" if db.is_sqlite() else engine.config["dsn"]  # type: ignore[union-attr]
    return Operator(tmp_path).set(
        REGISTRY_DATABASE_URL=url, REGISTRY_KEYS=settings.keys, REGISTRY_KEYS_PASSWORD=PASSWORD
    )


async def granted(count: int) -> None:
    await make_organisation(OrganisationKind.BUREAU)
    for place in range(count):
        await make_granted(await make_applicant(name=f"陈{chr(0x4E00 + place)}"))


def listed(folder: Path, settings: Settings) -> list[dict[str, Any]]:
    """What the manifests of a folder say, each checked against the root."""
    roots = keys.load_roots(settings.key_folder)
    return [
        jose.read(path.read_text(), manifests.KIND, roots, clock.now())
        for path in sorted(folder.iterdir())
    ]


async def killed_on_the_way(operator: Operator, chance: random.Random, whole_group: bool) -> None:
    """Begin to issue, and kill -9 it somewhere on the way: all of it, or the parent alone."""
    before = await CertificateFile.count()
    with operator.start(*ISSUE) as process:
        while process.poll() is None and await Certificate.count() < before + 2:
            await anyio.sleep(0.005)
        await anyio.sleep(chance.random() * 0.25)
        if process.poll() is None:
            kill = os.killpg if whole_group else os.kill
            kill(process.pid, signal.SIGKILL)


async def test_killing_it_at_any_moment_loses_doubles_and_skips_nothing(
    operator: Operator, settings: Settings
) -> None:
    count, chance = 40, random.Random(20261123)
    await granted(count)
    for again in range(4):
        await killed_on_the_way(operator, chance, whole_group=again % 2 == 0)
    # One that was killed after everything was signed, and before or while it was listed.
    told = await asyncio.to_thread(operator.run, *ISSUE)
    assert told.returncode == 0, told.stderr

    issued = await Certificate.objects().order_by(Certificate.number)
    files = {each.certificate: each for each in await CertificateFile.objects()}
    assert [int(each.number.split("-")[3]) for each in issued] == list(range(1, count + 1))
    assert len({each.credential for each in issued}) == count
    assert set(files) == {each.id for each in issued}
    for file in files.values():
        assert hashlib.sha256(file.content).hexdigest() == file.sha256
    asked = await rows("SELECT count(*) AS lines FROM job WHERE subject LIKE 'issue:%'")
    assert asked[0]["lines"] == count
    assert (await audit.verify())[1] is None

    said = listed(operator.folder / "data" / "manifests", settings)
    entries = [tuple(line) for manifest in said for line in manifest["certificates"]]
    assert sorted(entries) == sorted((each.number, files[each.id].sha256) for each in issued)
    kept = await CertificateManifest.objects().order_by(CertificateManifest.sequence)
    assert [each["sequence"] for each in said] == list(range(1, len(kept) + 1))
    assert [each["previous"] for each in said] == [None, *(each.sha256 for each in kept[:-1])]


async def test_a_worker_that_is_killed_is_reported_and_made_up_for(operator: Operator) -> None:
    await granted(24)
    with operator.start(*ISSUE) as process:
        while not (workers := await asyncio.to_thread(workers_of, process.pid)):
            assert process.poll() is None
        while await Certificate.count() < 2:
            await anyio.sleep(0.005)
        os.kill(workers[-1], signal.SIGKILL)
        said, _ = await asyncio.to_thread(process.communicate)
        assert (process.returncode, "A worker was killed" in said) == (1, True)
    told = await asyncio.to_thread(operator.run, *ISSUE)
    assert told.returncode == 0, told.stderr
    assert await CertificateFile.count() == await ManifestLine.count() == 24


def workers_of(parent: int) -> list[int]:
    """Processes of the pool, oldest first."""
    found = subprocess.run(
        ["pgrep", "--parent", str(parent), "--full", "spawn_main"], capture_output=True, text=True
    )
    return [int(line) for line in found.stdout.split()]


async def test_a_manifest_lists_what_none_before_it_did(settings: Settings) -> None:
    from certificates import issuing
    from credentials.tables import Credential

    await granted(2)
    first, second = [each.id for each in await Credential.objects()]
    office: dict[str, Any] = {"by": None, "on": clock.today(), "settings": settings}
    one = await issuing.issue(first, signer=signer(), **office)
    made = await manifests.make(clock.now(), settings, signer())
    assert await manifests.make(clock.now(), settings, signer()) is None
    two = await issuing.issue(second, signer=signer(), **office)
    both = await asyncio.gather(
        *(manifests.make(clock.now(), settings, signer()) for _ in range(3))
    )
    again = [each for each in both if each is not None]
    assert made is not None
    assert [each.sequence for each in (made, *again)] == [1, 2]
    folder = settings.key_folder.parent / "manifests"
    assert len(await manifests.write_out(folder)) == 2
    assert await manifests.write_out(folder) == []
    said = listed(folder, settings)
    assert [[line[0] for line in each["certificates"]] for each in said] == [
        [one.number],
        [two.number],
    ]
    token = (folder / "000001.jwt").read_text()
    head, body, signature = token.split(".")
    forged = json.loads(jose.decode(body))
    forged["certificates"].append(["SHTM-2026-J-000009-X", "0" * 64])
    other = f"{head}.{jose.encode(json.dumps(forged).encode())}.{signature}"
    with pytest.raises(jose.TokenRefused):
        jose.read(other, manifests.KIND, keys.load_roots(settings.key_folder), clock.now())
