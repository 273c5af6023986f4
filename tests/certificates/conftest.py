"""An installation with a key ring and a signing authority of its own."""

import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright

from certificates import issuing
from certificates.tables import Certificate, CertificateFile
from credentials.tables import Credential
from registry.platform import vault
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.tables import Account
from registry.words import OrganisationKind
from tests.browser.conftest import NAMES
from tests.certificates.examples import HOLDER, PASSWORD, authority, signer
from tests.conftest import Client, NewClient
from tests.factories import DAY, make_account, make_applicant, make_granted, make_organisation


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Its settings, which the environment names too, for what reads them there."""
    keys = shutil.copytree(authority(), tmp_path / "keys")
    vault.establish(keys, "test")
    monkeypatch.setenv("REGISTRY_KEYS", f"file:{keys}")
    monkeypatch.setenv("REGISTRY_KEYS_PASSWORD", PASSWORD)
    return Settings.from_env()


@pytest.fixture
def quiet() -> Iterator[None]:
    """PyHanko tells its log about every forgery, at length."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
async def new_client(database: None, settings: Settings) -> AsyncIterator[NewClient]:
    """Makes clients of that installation, each with its own cookies."""
    from registry.app import create_app

    app = create_app(settings)
    clients: list[Client] = []

    def make() -> Client:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        clients.append(Client(transport=transport, base_url="http://127.0.0.1:8000"))
        return clients[-1]

    async with app.lifespan():
        yield make
        for client in clients:
            await client.aclose()


@pytest.fixture
async def officer() -> Account:
    await make_organisation(OrganisationKind.BUREAU)
    return await make_account(Role.OFFICER)


@pytest.fixture
async def held(officer: Account) -> Credential:
    return await make_granted(await make_applicant(name=HOLDER))


@pytest.fixture
async def certificate(held: Credential, officer: Account, settings: Settings) -> Certificate:
    return await issuing.issue(held.id, by=officer, on=DAY, settings=settings, signer=signer())


@pytest.fixture
async def file(certificate: Certificate) -> bytes:
    kept = await CertificateFile.objects().get(CertificateFile.certificate == certificate.id)
    assert kept is not None
    return kept.content


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    """A page of a browser that is offline; it fails at the end if anything was asked for."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("no Chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        context = await browser.new_context(offline=True, locale="zh-CN")
        made = await context.new_page()
        asked: list[str] = []
        wrong: list[str] = []
        made.on("request", lambda request: asked.append(request.url))
        made.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        made.on("pageerror", lambda error: wrong.append(str(error)))
        yield made
        await browser.close()
        assert {url.partition(":")[0] for url in asked} <= {"file", "blob", "data"}
        assert wrong == []
