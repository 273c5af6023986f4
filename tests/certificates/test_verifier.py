"""The offline page, in a real Chromium without a network, tells good, bad and unknown apart."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page

from certificates import jose, revocation, signing, status
from certificates.published import verifier
from certificates.tables import Certificate, CertificateTwin
from registry.platform import clock
from registry.platform.settings import Settings
from registry.tables import Account
from tests.certificates.examples import HOLDER, drawn, signer
from tests.conftest import Client
from tests.factories import DAY, stand
from tests.installations import Operator

pytestmark = pytest.mark.anyio
LATER = date(2026, 12, 31)


async def opened(page: Page, client: Client, folder: Path) -> None:
    got = await client.get("/authority/verify.html")
    assert got.headers["content-disposition"].startswith("attachment")
    kept = folder / "verify.html"
    kept.write_bytes(got.content)
    await page.goto(kept.as_uri())


async def judged(page: Page, content: bytes, name: str = "paper.pdf") -> tuple[str, dict[str, str]]:
    """The verdict on a file, and how each check went."""
    given: FilePayload = {"name": name, "mimeType": "application/pdf", "buffer": content}
    await page.set_input_files("#file", [])
    await page.set_input_files("#file", given)
    await page.wait_for_selector("#result:not([hidden])")
    verdict = await page.get_attribute("#result", "class")
    checks = await page.eval_on_selector_all(
        "#checks li", "all => Object.fromEntries(all.map(e => [e.dataset.code, e.className]))"
    )
    return verdict or "", checks


async def twin_of(certificate: Certificate) -> str:
    kept = await CertificateTwin.objects().get(CertificateTwin.certificate == certificate.id)
    assert kept is not None
    return kept.credential


async def test_good_and_tampered_files_are_told_apart_without_a_network(
    page: Page, client: Client, certificate: Certificate, file: bytes, tmp_path: Path
) -> None:
    await opened(page, client, tmp_path)
    passed = {"unchanged", "twin-sealed", "twin-agrees", "not-expired", "status-in-pack"}
    assert await judged(page, file) == ("valid", dict.fromkeys(passed, "passed"))
    assert certificate.number in await page.inner_text("#facts")
    assert "截至" in await page.inner_text("#as-of")
    for name, said in ((HOLDER, "姓名与证书一致。"), ("别人", "姓名与证书不一致。")):
        await page.fill("#name", name)
        await page.click("#compare")
        await page.wait_for_function(
            "said => document.getElementById('named').textContent === said", arg=said
        )
    await page.click("[data-language=en]")
    assert (await page.inner_text("#verdict"), await page.title()) == (
        "Valid",
        "Check a certificate offline",
    )
    twin = await twin_of(certificate)
    assert (await judged(page, twin.encode(), "credential.jwt"))[0] == "valid"

    gap = file.index(b"/Contents <") + len(b"/Contents <")
    forged = [
        file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]
        for at in (9, len(file) // 3, len(file) // 2, gap + 40, gap + 1500, len(file) - 30)
    ]
    forged += [file + b"\n", b" " + file, file[:-20], file + b"1 0 obj\nendobj\n%%EOF\n"]
    forged += [
        drawn(),
        b"%PDF-1.7\n%%EOF\n",
        b"",
        b"hello",
        await asyncio.to_thread(signing.sign, drawn(), signer(1), clock.now()),
    ]
    head, body, signature = twin.split(".")
    none = jose.encode(b'{"alg":"none","typ":"vc+jwt"}')
    tokens = [
        f"{head}.{body}.{signature[:-2]}AA",
        f"{none}.{body}.",
        f"{head}.{body[:-4]}AAAA.{signature}",
        f"{head}.{body}.{signature}.x",
        jose.sign({"credentialSubject": {"licenseNumber": "x"}}, status.KIND, signer(1), "k"),
        jose.sign({"credentialSubject": {"licenseNumber": "x"}}, "other+jwt", signer(), "k"),
    ]
    for content in [*forged, *(token.encode() for token in tokens)]:
        verdict, checks = await judged(page, content)
        assert (verdict, "failed" in checks.values()) == ("invalid", True), content[:60]


async def test_it_says_revoked_and_what_it_cannot_know(
    page: Page,
    client: Client,
    certificate: Certificate,
    file: bytes,
    officer: Account,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A paper without a twin: untouched, but nothing says whether it is still in force.
    await opened(page, client, tmp_path)
    bare = await asyncio.to_thread(signing.sign, drawn(), signer(), clock.now())
    assert await judged(page, bare) == (
        "undetermined",
        {"unchanged": "passed", "no-twin": "not-checked"},
    )
    # A page older than the certificate.
    with monkeypatch.context() as earlier:
        earlier.setattr(clock, "now", lambda: before(DAY))
        await opened(page, client, tmp_path)
    assert (await judged(page, file))[1]["status-in-pack"] == "not-checked"
    await stand(certificate.credential, "suspend", reason="fraud", until=LATER, on=DAY)
    await opened(page, client, tmp_path)
    verdict, checks = await judged(page, file)
    assert (verdict, checks["status-in-pack"]) == ("invalid", "failed")
    # A seal that is not trusted any more.
    revocation.revoke(settings.key_folder, signer().certificate.serial_number, clock.now())
    await opened(page, client, tmp_path)
    assert await judged(page, file) == ("invalid", {"unchanged": "failed"})


def before(day: date) -> datetime:
    return datetime.combine(day, time(), UTC) - timedelta(days=2)


async def test_the_command_writes_the_page(
    client: Client, certificate: Certificate, settings: Settings, tmp_path: Path
) -> None:
    from registry.platform import db

    engine = db.engine()
    url = f"sqlite:///{engine.path}" if db.is_sqlite() else engine.config["dsn"]  # type: ignore[union-attr]
    operator = Operator(tmp_path).set(
        REGISTRY_DATABASE_URL=url,
        REGISTRY_KEYS=settings.keys,
        REGISTRY_KEYS_PASSWORD="correct horse battery staple",
    )
    for name, begins in (("pack.json", b'{"made_at"'), ("verify.html", b"<!doctype html>")):
        told = await asyncio.to_thread(operator.run, "certificates", "pack", str(tmp_path / name))
        assert told.returncode == 0, told.stderr
        assert (tmp_path / name).read_bytes().startswith(begins)
    refused = await asyncio.to_thread(operator.run, "certificates", "pack", "pack.txt")
    assert refused.returncode == 2


def test_nothing_it_carries_ends_the_script() -> None:
    from certificates.offline import Pack

    known = Pack("2026-06-30T00:00:00+00:00", [], {"</script><script>": "x"}, None)
    page = verifier.compose(known, {}, ("</script>", "</script>"))
    assert page.count("</script>") == 2
