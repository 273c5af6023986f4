"""The same forgeries by the register's whole path, by an offline pack, and by the offline page."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page

from certificates import checking
from certificates.answers import Verdict
from certificates.tables import Certificate
from registry.platform import clock
from registry.platform.settings import Settings
from tests.certificates.corpus import BY_CHANCE, CORPUS, EXPECTED, REASONS
from tests.certificates.test_insider import answered
from tests.certificates.test_offline import fetched, verdict
from tests.certificates.test_verifier import judged, opened
from tests.conftest import Client

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]
ONE_OF_EACH = [kinds[0] for kinds in REASONS.values()]
"""The strict checks themselves are put to every kind elsewhere; here each way to fail once."""


async def forged(kind: str, file: bytes) -> bytes:
    return await asyncio.to_thread(CORPUS[kind], file)


@pytest.mark.usefixtures("connected")
async def test_the_register_knows_none_of_them(file: bytes, settings: Settings) -> None:
    for kind in CORPUS:
        assert await checking.on_record(await forged(kind, file), clock.now()) is None, kind
    assert await checking.on_record(file, clock.now()) is not None


@pytest.mark.usefixtures("connected")
async def test_the_register_s_whole_path_gives_each_its_reason(
    file: bytes, settings: Settings
) -> None:
    for kind in ONE_OF_EACH:
        said, found = await answered(await forged(kind, file), settings)
        found -= BY_CHANCE.get(kind, set())
        assert (said, found) == (Verdict.INVALID, EXPECTED[kind] | {"file-on-record"}), kind


async def test_an_offline_pack_gives_each_its_reason(
    client: Client, certificate: Certificate, file: bytes
) -> None:
    known = await fetched(client)
    for kind in ONE_OF_EACH:
        said, found = await verdict(await forged(kind, file), known)
        assert (said, found - BY_CHANCE.get(kind, set())) == (Verdict.INVALID, EXPECTED[kind]), kind


async def test_the_offline_page_refuses_every_one_of_them(
    page: Page, client: Client, certificate: Certificate, file: bytes, tmp_path: Path
) -> None:
    await opened(page, client, tmp_path)
    wrong = {}
    for kind in CORPUS:
        found = await judged(page, await forged(kind, file))
        if found != ("invalid", {"unchanged": "failed"}):
            wrong[kind] = found
    assert wrong == {}
    assert (await judged(page, file))[0] == "valid"
