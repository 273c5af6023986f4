"""Pages of certificates: the public check in every answer, and what holders and officers get."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

import certificates
import registry
from certificates import issuing
from certificates.answers import Answer, Check, Outcome, Shown, Status, Verdict, check
from certificates.tables import Certificate, CertificateFile
from credentials.tables import Credential
from registry.app import create_app
from registry.platform import clock, i18n, templates
from registry.platform.i18n import Locale, translate
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.platform.tables import AuditEntry
from registry.tables import Account
from registry.words import OrganisationKind
from tests.certificates.examples import signer
from tests.conftest import Client, NewClient
from tests.factories import (
    DAY,
    make_account,
    make_applicant,
    make_granted,
    make_organisation,
    sign_in,
    stand,
)

pytestmark = pytest.mark.anyio

NAME = "陈思远"
LANGUAGES: tuple[Locale, ...] = ("zh", "en")
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
async def new_client(database: None, settings: Settings) -> AsyncIterator[NewClient]:
    """Clients of an installation that has a signing authority."""
    app = create_app(settings)

    def make() -> Client:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return Client(transport=transport, base_url="http://127.0.0.1:8000")

    async with app.lifespan():
        yield make


@pytest.fixture
async def holder(new_client: NewClient) -> Account:
    """Somebody with a level and a bureau that can issue for it."""
    await make_organisation(OrganisationKind.BUREAU)
    account = await make_applicant(name=NAME)
    await make_granted(account)
    return account


@pytest.fixture
async def certificate(holder: Account, settings: Settings) -> Certificate:
    held = await Credential.objects().get(Credential.person == holder.person)
    assert held is not None
    by = await make_account(Role.OFFICER)
    return await issuing.issue(held.id, by=by, on=DAY, settings=settings, signer=signer())


async def paper(certificate: Certificate) -> bytes:
    file = await CertificateFile.objects().get(CertificateFile.certificate == certificate.id)
    assert file is not None
    content: bytes = file.content
    return content


def verdict(text: str) -> str:
    """The one word a result page says first."""
    found = re.search(r'<h1 class="reg-verdict__word">(.*?)</h1>', unescape(text), re.S)
    assert found is not None
    return found[1].strip()


@in_both_languages
async def test_a_scanned_code_is_answered_plainly_and_without_cookies(
    client: Client, certificate: Certificate, language: Locale
) -> None:
    for path in (f"/v/{certificate.code}", f"/V/{certificate.code.lower()}"):
        answer = await client.get(path, headers={"accept-language": language})
        assert answer.status_code == 200
        assert verdict(answer.text) == translate("有效", language)
        assert "set-cookie" not in answer.headers
        assert certificate.number in answer.text
        assert "陈*远" in answer.text
        assert NAME not in answer.text


async def test_a_code_that_is_typed_leads_where_the_scanned_one_does(
    client: Client, certificate: Certificate
) -> None:
    typed = {"code": f" {certificate.code.replace('-', ' ').lower()} "}
    answer = await client.post("/verify/code", data=typed, follow_redirects=True)
    assert answer.url.path.startswith("/v/")
    assert verdict(answer.text) == "有效"
    unknown = await client.post("/verify/code", data={"code": "../x?y"}, follow_redirects=True)
    assert (unknown.status_code, unknown.url.raw_path) == (404, b"/v/..%2Fx%3Fy")
    nothing = await client.post("/verify/code", data={"code": " "})
    assert nothing.status_code == 422
    assert 'id="code-error"' in nothing.text


async def test_number_and_name_must_both_be_right(client: Client, certificate: Certificate) -> None:
    asked = {"number": certificate.number.lower().replace("-", " "), "name": f" {NAME} "}
    assert verdict((await client.post("/verify", data=asked)).text) == "有效"
    wrong = await client.post("/verify", data=asked | {"name": "陈思"})
    unknown = await client.post("/verify", data={"number": "SHTM-2026-J-999999-X", "name": NAME})
    assert wrong.status_code == unknown.status_code == 404
    assert verdict(wrong.text) == verdict(unknown.text) == "未查到"
    assert certificate.number not in wrong.text


async def test_an_unknown_code_is_not_found_in_words(client: Client, holder: Account) -> None:
    answer = await client.get("/v/AAAA-AAAA-AAAA-1")
    assert answer.status_code == 404
    assert verdict(answer.text) == "未查到"


async def test_the_original_is_valid_and_one_changed_byte_is_not(
    client: Client, certificate: Certificate
) -> None:
    original = await paper(certificate)
    altered = bytearray(original)
    altered[len(altered) // 2] ^= 1
    for content, word in ((original, "有效"), (bytes(altered), "无效：不是原件")):
        answer = await client.post("/verify/file", files={"file": ("certificate.pdf", content)})
        assert verdict(answer.text) == word
        assert certificate.number in answer.text


@in_both_languages
@pytest.mark.parametrize(
    ("step", "words"), [("suspend", "已暂停"), ("revoke", "已撤销")], ids=["suspended", "revoked"]
)
async def test_a_level_that_is_not_in_force_is_said_to_be_genuine_and_not_valid(
    client: Client, certificate: Certificate, step: str, words: str, language: Locale
) -> None:
    today = clock.today()
    until = today + timedelta(days=30) if step == "suspend" else None
    await stand(certificate.credential, step, reason="fraud", until=until, on=today)
    answer = await client.get(f"/v/{certificate.code}", params={"lang": language})
    assert verdict(answer.text) == translate("无效：", language) + translate(words, language)
    assert translate("以不实材料取得", language) in unescape(answer.text)
    assert "经核实" not in answer.text


@in_both_languages
@pytest.mark.parametrize(
    ("path", "sent", "field", "words"),
    [
        ("/verify", {"data": {"number": "  "}}, "number", "请填写此项。"),
        ("/verify", {"data": {"number": "SHTM"}}, "name", "请填写此项。"),
        ("/verify/file", {"data": {}}, "file", "请选择要查验的 PDF 文件。"),
        (
            "/verify/file",
            {"files": {"file": ("a.txt", b"hello")}},
            "file",
            "这不是 PDF 文件。请上传证书的 PDF 原件，不要上传照片或截图。",
        ),
    ],
)
async def test_what_cannot_be_checked_is_said_beside_the_field(
    client: Client,
    language: Locale,
    path: str,
    sent: dict[str, Any],
    field: str,
    words: str,
) -> None:
    answer = await client.post(path, params={"lang": language}, **sent)
    text = unescape(answer.text)
    assert answer.status_code == 422
    assert re.search(r"<title>(错误：|Error: )", text)
    said = re.escape(translate(words, language))
    assert re.search(rf'<a href="#{field}">[^<]*{said}</a>', text)
    assert re.search(rf'id="{field}-error".*?{said}', text, re.S)
    if sent.get("data", {}).get("number") == "SHTM":
        assert 'value="SHTM"' in text
    assert 'href="/verify?lang=' in text


async def test_the_address_of_an_uploaded_file_leads_back_to_the_question(client: Client) -> None:
    assert (await client.get("/verify/file")).headers["location"] == "/verify"


async def test_who_asks_too_often_is_told_to_wait(client: Client, settings: Settings) -> None:
    asked = {"number": "SHTM-2026-J-000001-1", "name": NAME}
    for _ in range(settings.checks_by_name_per_minute):
        assert (await client.post("/verify", data=asked)).status_code == 404
    answer = await client.post("/verify", data=asked)
    assert answer.status_code == 429
    assert 'value="SHTM-2026-J-000001-1"' in answer.text
    for _ in range(settings.checks_by_code_per_minute):
        await client.get("/v/AAAA-AAAA-AAAA-1")
    refused = await client.get("/v/AAAA-AAAA-AAAA-1")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert "操作太频繁" in refused.text


async def test_a_holder_finds_their_certificate_and_nobody_else_does(
    client: Client, new_client: NewClient, holder: Account, certificate: Certificate
) -> None:
    await sign_in(client, holder)
    assert f"/v/{certificate.code}" in (await client.get("/certificates")).text
    file = await client.get(f"/certificates/{certificate.number}/file")
    assert file.content == await paper(certificate)
    assert file.headers["content-disposition"].endswith(f'{certificate.number}.pdf"')
    other = new_client()
    await sign_in(other, await make_account())
    assert (await other.get(f"/certificates/{certificate.number}/file")).status_code == 404
    assert certificate.number not in (await other.get("/certificates")).text


async def test_a_certificate_not_yet_sealed_offers_no_file(
    client: Client, holder: Account, settings: Settings
) -> None:
    held = await Credential.objects().get(Credential.person == holder.person)
    assert held is not None
    await issuing._put_on_record(held.id, by=None, on=DAY, settings=settings, signer=signer())
    await sign_in(client, holder)
    text = (await client.get("/certificates")).text
    assert "正在签章" in text
    assert "/file" not in text


async def _paper(client: Client, held: Credential) -> tuple[str, str]:
    """How a case shows the one certificate of its level, which it no longer offers to issue."""
    text = (await client.get(f"/queue/{held.application}")).text
    assert 'action="/certificates/issue"' not in text
    shown = text.partition('id="paper"')[2].partition("</ul>")[0]
    (number,) = re.findall(r'href="/certificates/([\w-]+)/file"', shown)
    (status,) = re.findall(r'<strong class="govuk-tag[^"]*">\s*([^<]*?)\s*</strong>', shown)
    return status, number


async def test_an_officer_issues_from_the_case_and_reads_on_record(
    client: Client, holder: Account
) -> None:
    held = await Credential.objects().get(Credential.person == holder.person)
    assert held is not None
    await sign_in(client, await make_account(Role.OFFICER))
    offered = (await client.get(f"/queue/{held.application}")).text
    assert 'action="/certificates/issue"' in offered
    asked = {"credential": str(held.id)}
    assert (await client.post("/certificates/issue", data=asked)).status_code == 403
    token = re.search(r'_csrf_token" value="(\w+)"', (await client.get("/")).text)
    assert token is not None
    asked["_csrf_token"] = token[1]
    for _ in range(2):
        answer = await client.post("/certificates/issue", data=asked)
    (certificate,) = await Certificate.objects()
    assert answer.headers["location"] == f"/queue/{held.application}#paper"
    assert await _paper(client, held) == ("有效", certificate.number)
    await stand(held.id, "suspend", until=DAY.replace(year=DAY.year + 1))
    assert await _paper(client, held) == ("已暂停", certificate.number)
    assert (await client.get(f"/certificates/{certificate.number}/file")).status_code == 200
    assert await AuditEntry.exists().where(AuditEntry.action == "certificate.read")
    asked["credential"] = "none"
    assert (await client.post("/certificates/issue", data=asked)).status_code == 404


FOLDERS = [Path(str(of.__file__)).parent / "templates" for of in (registry, certificates)]
ENVIRONMENT = templates.environment(FOLDERS)


def answer(status: Status | None, *checks: Check, verdict: Verdict = Verdict.INVALID) -> Answer:
    shown = (
        None
        if status is None
        else Shown(
            name_masked="陈*远",
            level="junior",
            granted_on="2023-01-02",
            valid_until="2026-01-01",
            status=status,
            status_since="2026-01-02",
            reason=None,
            replaced_by="SHTM-2026-J-000124-A" if status is Status.REPLACED else None,
        )
    )
    number = "SHTM-2023-J-000123-C" if shown else None
    return Answer(verdict, number, list(checks), "2026-11-23T04:05:06+00:00", shown)


@in_both_languages
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (answer(Status.EXPIRED), ("无效：", "已过期")),
        (answer(Status.REPLACED), ("无效：", "已换发")),
        (answer(Status.IN_FORCE, verdict=Verdict.VALID), ("有效",)),
        (
            answer(
                Status.IN_FORCE,
                Check("unchanged", Outcome.NOT_CHECKED, ""),
                verdict=Verdict.UNDETERMINED,
            ),
            ("暂不能确定",),
        ),
        (answer(Status.IN_FORCE, Check("unchanged", Outcome.FAILED, "")), ("无效",)),
        (answer(None, Check("file-on-record", Outcome.FAILED, "")), ("无效：不是原件",)),
        (answer(None), ("未查到",)),
    ],
    ids=["expired", "replaced", "valid", "undetermined", "unsealed", "altered", "unknown"],
)
def test_every_answer_has_its_word_and_says_what_to_do(
    given: Answer, words: tuple[str, ...], language: Locale
) -> None:
    token = i18n.locale.set(language)
    try:
        text = ENVIRONMENT.get_template("certificates/result.html").render(
            locale=language,
            path="/v/x",
            account=None,
            anonymous=True,
            csrf_token="",
            demo=False,
            nav=[],
            answer=given,
            by="code",
            asked=None,
        )
        assert check("genuine", Outcome.PASSED).detail == translate("登记中有这张证书。", language)
    finally:
        i18n.locale.reset(token)
    assert verdict(text) == "".join(translate(word, language) for word in words)
    assert translate("这说明什么，您该怎么做", language) in unescape(text)
    if given.certificate and given.certificate.replaced_by:
        assert given.certificate.replaced_by in text
