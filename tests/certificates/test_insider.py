"""Whoever has the key or the database cannot make twin, page and register say different things."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page

from certificates import checking, drawing, issuing, offline, signing
from certificates.answers import Verdict
from certificates.tables import Certificate
from credentials.tables import Credential
from registry.platform import clock, i18n
from registry.platform.settings import Settings
from registry.tables import Account
from tests.certificates.examples import signer, twin_of
from tests.certificates.test_agreement import LIES
from tests.certificates.test_offline import LATER, fetched, verdict
from tests.certificates.test_verifier import judged, opened
from tests.conftest import Client
from tests.factories import DAY, stand

pytestmark = pytest.mark.anyio


async def forged(certificate: Certificate, lie: str) -> bytes:
    """A file like the one on record, with another twin, under the real seal."""
    face = issuing.face_of(certificate)
    paper = drawing.draw(face, twin_of(LIES[lie](face)))
    return await asyncio.to_thread(signing.sign, paper, signer(), clock.now())


async def answered(content: bytes, settings: Settings) -> tuple[str, set[str]]:
    answer = await checking.of_file(content, clock.now(), settings)
    return answer.verdict, {each.code for each in answer.checks if each.outcome == "failed"}


async def test_every_checker_says_that_twin_and_page_differ(
    client: Client, certificate: Certificate, settings: Settings, page: Page, tmp_path: Path
) -> None:
    known = await fetched(client)
    await opened(page, client, tmp_path)
    for lie in LIES:
        file = await forged(certificate, lie)
        assert await answered(file, settings) == (
            Verdict.INVALID,
            {"file-on-record", "twin-agrees"},
        ), lie
        assert await verdict(file, known) == (Verdict.INVALID, {"twin-agrees"}), lie
        assert await judged(page, file) == (
            "invalid",
            {"unchanged": "passed", "twin-sealed": "passed", "twin-agrees": "failed"},
        ), lie


@pytest.mark.usefixtures("connected")
async def test_the_reason_is_said_in_both_languages(
    certificate: Certificate, settings: Settings
) -> None:
    file, said = await forged(certificate, "another level"), {}
    for locale in i18n.LOCALES:
        before = i18n.locale.set(locale)
        answer = await checking.of_file(file, clock.now(), settings)
        i18n.locale.reset(before)
        (said[locale],) = [c.detail for c in answer.checks if c.code == "twin-agrees"]
    assert "不一致" in said["zh"]
    assert "does not say" in said["en"]


async def test_offline_it_is_said_what_became_of_it_and_since_when(
    client: Client,
    certificate: Certificate,
    file: bytes,
    officer: Account,
    page: Page,
    settings: Settings,
    tmp_path: Path,
) -> None:
    said = dict[str, str]()
    for act in ("suspend", "lift", "replace", "revoke"):
        if act == "replace":
            await issuing.replace(
                certificate.id, by=officer, on=DAY, settings=settings, signer=signer()
            )
        else:
            until = LATER if act == "suspend" else None
            await stand(certificate.credential, act, until=until, on=DAY)
        known = await fetched(client)
        answer = await asyncio.to_thread(offline.verify, file, known, clock.now())
        (said[act],) = [c.detail for c in answer.checks if c.code == "status-in-pack"]
        await opened(page, client, tmp_path)
        await judged(page, file)
        assert said[act] in await page.inner_text("[data-code=status-in-pack]")
        assert f"日志检查点 {known.head or '—'}）" in said[act]
    assert said["suspend"].startswith("证书自 2026年6月30日 起暂停使用（据 ")
    assert "suspension-1" in said["suspend"]
    assert "没有被撤销" in said["lift"]
    assert said["replace"].startswith("证书已于 2026年6月30日 换发（据 ")
    assert said["revoke"].startswith("证书已于 2026年6月30日 撤销（据 ")
    assert "revocation-1" in said["revoke"]


@pytest.mark.usefixtures("connected")
async def test_a_level_changed_in_the_register_alone_contradicts_the_paper(
    certificate: Certificate, file: bytes, settings: Settings
) -> None:
    assert await answered(file, settings) == (Verdict.VALID, set())
    raised = Credential.update({Credential.level: "senior"})
    await raised.where(Credential.id == certificate.credential)
    assert await answered(file, settings) == (Verdict.INVALID, {"twin-on-record"})
