"""A file is judged by a pack alone, as of when the pack was made."""

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from certificates import offline
from certificates.answers import Verdict
from certificates.offline import PackUnreadable
from certificates.tables import Certificate
from registry.platform import clock
from registry.tables import Account
from tests.certificates.examples import drawn, signer
from tests.conftest import Client
from tests.factories import DAY, stand
from tests.installations import Operator

pytestmark = pytest.mark.anyio
LATER = date(2026, 12, 31)


async def fetched(client: Client) -> offline.Pack:
    return offline.read((await client.get("/authority/pack.json")).content)


async def verdict(content: bytes, known: offline.Pack, **later: int) -> tuple[str, set[str]]:
    at = clock.now() + timedelta(**later)
    answer = await asyncio.to_thread(offline.verify, content, known, at)
    return answer.verdict, {check.code for check in answer.checks if check.outcome == "failed"}


async def test_a_pack_tells_the_genuine_from_the_forged_and_the_revoked(
    client: Client, certificate: Certificate, file: bytes, officer: Account
) -> None:
    before = await fetched(client)
    assert await verdict(file, before) == (Verdict.VALID, set())
    assert (await verdict(file[:-2] + b"\n\n", before))[0] == Verdict.INVALID
    assert (await verdict(drawn(), before))[0] == Verdict.INVALID
    assert await verdict(file, before, days=365 * 5) == (Verdict.INVALID, {"not-expired"})
    await stand(certificate.credential, "suspend", until=LATER, on=DAY)
    after = await fetched(client)
    assert await verdict(file, after) == (Verdict.INVALID, {"status-in-pack"})
    assert await verdict(file, before) == (Verdict.VALID, set())


async def test_a_pack_that_was_tampered_with_vouches_for_nobody(
    client: Client, certificate: Certificate, file: bytes
) -> None:
    known = await fetched(client)
    purposes = list(known.lists)
    swapped = dict(zip(purposes, reversed(known.lists.values()), strict=True))
    for lists in ({}, swapped, {address: text[:-9] for address, text in known.lists.items()}):
        changed = offline.Pack(known.made_at, known.roots, lists, None)
        assert await verdict(file, changed) == (Verdict.INVALID, {"status-in-pack"})
    strangers = offline.roots_of((signer(1).chain[0],))
    changed = offline.Pack(known.made_at, strangers, known.lists, None)
    assert (await verdict(file, changed))[0] == Verdict.INVALID


async def test_the_command_needs_no_register(
    client: Client, certificate: Certificate, file: bytes, tmp_path: Path
) -> None:
    pack, paper = tmp_path / "pack.json", tmp_path / "paper.pdf"
    pack.write_bytes((await client.get("/authority/pack.json")).content)
    paper.write_bytes(file)
    operator = Operator(tmp_path).set(REGISTRY_DATABASE_URL=f"sqlite:///{tmp_path}/none.sqlite")
    told = await asyncio.to_thread(
        operator.run, "verify", str(paper), "--offline", str(pack), "--json"
    )
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["number"] == certificate.number


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"made_at":"x","roots":[],"lists":{}}', b"[1]"])
def test_what_is_no_pack_is_refused(raw: bytes) -> None:
    with pytest.raises(PackUnreadable):
        offline.read(raw)
