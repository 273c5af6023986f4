"""`registry verify FILE [--json]`, as an operator types it: exit 0 valid, 1 invalid, 2 unknown."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from certificates import issuing
from certificates.tables import Certificate, CertificateFile
from registry.platform import db
from registry.platform.settings import Settings
from registry.tables import Person
from registry.words import OrganisationKind
from tests.certificates.examples import PASSWORD, signer
from tests.factories import (
    DAY,
    make_applicant,
    make_granted,
    make_organisation,
    stand,
)
from tests.installations import Operator

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


@pytest.fixture
def operator(tmp_path: Path, settings: Settings) -> Operator:
    """Somebody at a shell of this installation."""
    engine = db.engine()
    url = f"sqlite:///{engine.path}" if db.is_sqlite() else engine.config["dsn"]  # type: ignore[union-attr]
    return Operator(tmp_path).set(
        REGISTRY_DATABASE_URL=url, REGISTRY_KEYS=settings.keys, REGISTRY_KEYS_PASSWORD=PASSWORD
    )


async def certificate_of(name: str, settings: Settings) -> Certificate:
    held = await make_granted(await make_applicant(name=name))
    return await issuing.issue(held.id, by=None, on=DAY, settings=settings, signer=signer())


async def content_of(certificate: Certificate) -> bytes:
    kept = await CertificateFile.objects().get(CertificateFile.certificate == certificate.id)
    assert kept is not None
    return kept.content


async def verify(operator: Operator, content: bytes, **settings: str) -> tuple[int, dict[str, Any]]:
    file = operator.folder / "handed-in.pdf"
    file.write_bytes(content)
    told = await asyncio.to_thread(operator.run, "verify", str(file), "--json", **settings)
    return told.returncode, json.loads(told.stdout)


async def test_a_file_is_judged_by_exit_code_and_json(
    operator: Operator, settings: Settings
) -> None:
    await make_organisation(OrganisationKind.BUREAU)
    certificate = await certificate_of("陈思远", settings)
    original = await content_of(certificate)

    code, answer = await verify(operator, original)
    assert (code, answer["verdict"], answer["number"]) == (0, "valid", certificate.number)
    assert {check["outcome"] for check in answer["checks"]} == {"passed"}
    assert all(set(check) == {"code", "outcome", "detail"} for check in answer["checks"])

    for forged in (original[:-2] + b"\n\n", b"no pdf at all", b""):
        code, answer = await verify(operator, forged)
        assert (code, answer["verdict"]) == (1, "invalid")

    unreachable = f"sqlite:///{operator.folder / 'empty.sqlite'}"
    code, answer = await verify(operator, original, REGISTRY_DATABASE_URL=unreachable)
    assert (code, answer["verdict"]) == (2, "undetermined")
    no_keys = f"file:{operator.folder / 'nowhere'}"
    code, answer = await verify(operator, original, REGISTRY_KEYS=no_keys)
    assert (code, answer["verdict"]) == (2, "undetermined")

    await stand(certificate.credential, "revoke", reason="fraud")
    code, answer = await verify(operator, original)
    assert (code, answer["certificate"]["status"]) == (1, "revoked")
    file = str(operator.folder / "handed-in.pdf")
    in_words = await asyncio.to_thread(operator.run, "verify", file)
    assert in_words.returncode == 1
    assert in_words.stdout.startswith(f"invalid {certificate.number}")
    assert "status-revoked" in in_words.stdout


async def test_one_that_cannot_be_issued_holds_up_none_of_the_others(operator: Operator) -> None:
    await make_organisation(OrganisationKind.BUREAU)
    held = [await make_granted(await make_applicant(name=name)) for name in ("甲", "乙", "丙")]
    await Person.update({Person.name: "乙\u200b"}).where(Person.id == held[1].person)
    told = await asyncio.to_thread(operator.run, "certificates", "issue-pending")
    assert told.returncode == 1
    assert "2 certificates issued, 1 refused." in told.stdout
    assert str(held[1].id) in told.stderr.replace("\n", "")
    assert {each.credential for each in await Certificate.objects()} == {held[0].id, held[2].id}
    await Person.update({Person.name: "乙"}).where(Person.id == held[1].person)
    told = await asyncio.to_thread(operator.run, "certificates", "issue-pending")
    assert (told.returncode, "1 certificates issued, 0 refused." in told.stdout) == (0, True)
    assert await CertificateFile.count() == 3
