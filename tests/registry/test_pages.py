"""Pages of the ground floor: what they show, how they refuse, and what they never give away."""

import re
from html import unescape

import pytest

from registry import profile
from registry.platform.i18n import Locale, translate
from registry.platform.permissions import Role
from registry.tables import Account, Consent
from tests.conftest import Client, NewClient
from tests.factories import PASSWORD, make_account, make_applicant, resident_number, sign_in
from tests.forms import assert_refused, send

pytestmark = pytest.mark.anyio

PDF = b"%PDF-1.7\n%%EOF\n"
PUBLIC = ("/", "/sign-in", "/register", "/verify", "/api", "/nowhere")
OWN = (
    "/",
    "/profile",
    "/profile/identity",
    "/profile/education",
    "/profile/employment",
    "/profile/titles",
    "/profile/contracts",
    "/certificates",
)
DAY = {"year": "2016", "month": "6", "day": "30"}
ENTRIES = {
    "education": {
        "school": "临江大学",
        "degree": "master",
        "subject": "材料学",
        **{f"graduated_on-{part}": value for part, value in DAY.items()},
    },
    "employment": {
        "employer": "某研究院",
        "post": "技术经理",
        "technology_transfer": "yes",
        **{f"began_on-{part}": value for part, value in DAY.items()},
    },
    "titles": {
        "title": "工程师",
        "level": "intermediate",
        "granted_by": "评审委员会",
        **{f"granted_on-{part}": value for part, value in DAY.items()},
    },
    "contracts": {
        "registration_number": "2016310000012345",
        "title": "某项技术转让",
        "role": "lead",
        "amount_yuan": "1,200,000.50",
        "parties": "甲公司\n乙大学",
        **{f"signed_on-{part}": value for part, value in DAY.items()},
    },
}
LANGUAGES: tuple[Locale, ...] = ("zh", "en")
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_part = pytest.mark.parametrize("part", ENTRIES)


def said(words: str, language: Locale, **facts: object) -> str:
    """The words of a message in a language."""
    return translate(words, language).format(**facts)


async def applicant(client: Client) -> Account:
    account = await make_applicant()
    await sign_in(client, account)
    return account


@in_both_languages
async def test_every_public_page_answers_and_fetches_nothing_from_elsewhere(
    client: Client, language: Locale
) -> None:
    for path in PUBLIC:
        answer = await client.get(path, params={"lang": language}, headers={"accept": "text/html"})
        assert answer.status_code == (404 if path == "/nowhere" else 200), path
        _plain(answer.text, language)


@in_both_languages
async def test_every_page_of_one_s_own_answers(client: Client, language: Locale) -> None:
    await applicant(client)
    for path in OWN:
        answer = await client.get(path, params={"lang": language})
        assert answer.status_code == 200, path
        assert answer.headers["cache-control"] == "no-store"
        _plain(answer.text, language)


def _plain(text: str, language: Locale) -> None:
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}"' in text
    assert text.count("<h1") == 1
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)
    assert len(re.findall(r"<script>", text)) == 1


async def test_the_api_description_is_served_without_pages_from_other_hosts(client: Client) -> None:
    described = (await client.get("/schema/openapi.json")).json()
    assert not [path for path in described["paths"] if path.startswith("/schema")]
    for page in ("/schema", "/schema/swagger", "/schema/redoc", "/schema/elements"):
        assert "<script" not in (await client.get(page)).text


async def test_the_policy_allows_the_one_line_on_every_page(client: Client) -> None:
    allowed = {
        re.search(r"'sha256-[^']+'", (await client.get(path)).headers["content-security-policy"])
        for path in PUBLIC
    }
    assert None not in allowed


async def test_the_language_asked_for_is_remembered(client: Client) -> None:
    assert 'lang="zh-CN"' in (await client.get("/")).text
    switched = await client.get("/", params={"lang": "en"})
    assert "HttpOnly" in switched.headers["set-cookie"]
    assert '<html lang="en"' in (await client.get("/sign-in")).text
    assert 'href="/sign-in?lang=zh"' in (await client.get("/sign-in")).text


async def test_a_form_without_its_token_changes_nothing(client: Client) -> None:
    account = await applicant(client)
    answer = await client.post("/profile/titles", data=ENTRIES["titles"])
    assert answer.status_code == 403
    assert "页面已过期" in answer.text
    assert await profile.entries("titles", account.person) == []


async def test_a_form_sent_by_another_site_is_refused(client: Client) -> None:
    answer = await client.post(
        "/sign-in", data={"login": "a"}, headers={"origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403


async def test_somebody_who_is_not_signed_in_is_asked_to_and_led_on(client: Client) -> None:
    answer = await client.get("/profile/titles")
    assert answer.headers["location"] == "/sign-in?next=/profile/titles"
    account = await make_account()
    typed = {"login": account.login, "password": PASSWORD}
    token = re.search(r'_csrf_token" value="(\w+)"', (await client.get("/sign-in")).text)
    assert token is not None
    signed_in = await client.post(
        answer.headers["location"], data={"_csrf_token": token[1], **typed}
    )
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/profile/titles")


@pytest.mark.parametrize("onward", ["https://elsewhere.example", "//elsewhere.example", "/\\e"])
async def test_signing_in_leads_to_no_other_site(client: Client, onward: str) -> None:
    account = await make_account()
    token = re.search(r'_csrf_token" value="(\w+)"', (await client.get("/sign-in")).text)
    assert token is not None
    typed = {"_csrf_token": token[1], "login": account.login, "password": PASSWORD}
    answer = await client.post("/sign-in", params={"next": onward}, data=typed)
    assert answer.headers["location"] == "/applications"


@in_both_languages
async def test_a_wrong_password_is_said_on_top_and_never_sent_back(
    client: Client, language: Locale
) -> None:
    await client.get("/", params={"lang": language})
    answer = await send(
        client, "/sign-in", {"login": "who@example.org", "password": "quite wrong words"}
    )
    assert answer.status_code == 403
    summary, _, form = unescape(answer.text).partition("<h1")
    assert said("登录名、密码或动态码不对。", language) in summary
    assert 'value="who@example.org"' in form
    assert "quite wrong words" not in unescape(answer.text)


@in_both_languages
async def test_registering_says_what_is_wrong_and_keeps_what_was_typed(
    client: Client, language: Locale
) -> None:
    await client.get("/", params={"lang": language})
    typed = {"login": "nobody", "password": "short"}
    answer = await send(client, "/register", typed)
    assert_refused(answer, "login", said("请填写完整的电子邮箱，例如 name@example.com。", language))
    assert_refused(
        answer, "password", said("请填写此项，至少 {min_length} 个字。", language, min_length=10)
    )
    assert 'value="nobody"' in unescape(answer.text)
    assert "short" not in unescape(answer.text)


async def test_nothing_is_kept_without_consent(client: Client) -> None:
    typed = {"login": "n@example.org", "password": "a long enough one"}
    answer = await send(client, "/register", typed)
    assert_refused(answer, "consent", "请勾选同意，才能继续。", status=403)
    assert not await Account.exists().where(Account.login == "n@example.org")


async def test_registering_signs_in_and_keeps_the_words_agreed_to(client: Client) -> None:
    await client.get("/", params={"lang": "en"})
    typed = {"login": "new@example.org", "password": "a long enough one", "consent": "yes"}
    shown = unescape((await client.get("/register")).text)
    answer = await send(client, "/register", typed)
    assert answer.status_code == 303
    account = await Account.objects().get(Account.login == "new@example.org")
    assert account is not None
    given = await Consent.objects().get(Consent.person == account.person)
    assert given is not None
    assert given.wording in shown
    profile_page = (await client.get("/profile")).text
    assert profile_page.count(translate("未完成", "en")) == 3


@in_both_languages
async def test_an_identity_is_checked_recorded_once_and_shown_masked(
    client: Client, language: Locale
) -> None:
    await sign_in(client, await make_account())
    await client.get("/", params={"lang": language})
    number = resident_number(801)
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    boxes = {"born_on-year": "", "born_on-month": "", "born_on-day": ""}
    typed = {"kind": "resident", "name": "沈知行", "number": wrong, **boxes, "born_on-month": "13"}
    answer = await send(client, "/profile/identity", typed)
    assert_refused(
        answer, "born_on", said("请填写真实存在的日期，例如 2026 年 3 月 27 日。", language)
    )
    assert 'value="沈知行"' in unescape(answer.text)
    assert 'value="13"' in unescape(answer.text)
    answer = await send(client, "/profile/identity", typed | boxes)
    assert answer.status_code == 422
    assert re.search(r'href="#number"', answer.text)
    assert f'value="{wrong}"' in unescape(answer.text)
    answer = await send(client, "/profile/identity", typed | boxes | {"number": number})
    assert answer.status_code == 303
    shown = (await client.get("/profile/identity")).text
    assert number not in shown
    assert f"390***********{number[-4:]}" in shown
    assert 'name="number"' not in shown


@every_part
async def test_an_entry_is_added_with_its_evidence_and_taken_out(
    client: Client, new_client: NewClient, part: str
) -> None:
    account = await make_account()
    await sign_in(client, account)
    file = {"evidence": ("证明.pdf", PDF, "application/pdf")}
    answer = await send(client, f"/profile/{part}", ENTRIES[part], files=file)
    assert answer.status_code == 303
    (entry,) = await profile.entries(part, account.person)
    shown = (await client.get(f"/profile/{part}")).text
    assert f"/api/documents/{entry.evidence}" in shown
    assert (await client.get(f"/api/documents/{entry.evidence}")).content == PDF
    other = new_client()
    await applicant(other)
    assert (await other.get(f"/api/documents/{entry.evidence}")).status_code == 404
    at = f"/profile/{part}/{entry.id}/withdrawal"
    assert (await other.post(at, data=await _token(other))).status_code == 404
    assert (await client.post(at, data=await _token(client))).status_code == 303
    assert await profile.entries(part, account.person) == []


async def _token(client: Client) -> dict[str, str]:
    found = re.search(r'_csrf_token" value="(\w+)"', (await client.get("/profile/titles")).text)
    assert found is not None
    return {"_csrf_token": found[1]}


@every_part
@in_both_languages
async def test_an_empty_entry_names_every_field_at_once(
    client: Client, part: str, language: Locale
) -> None:
    account = await make_account()
    await sign_in(client, account)
    await client.get("/", params={"lang": language})
    answer = await send(client, f"/profile/{part}", {})
    assert answer.status_code == 422
    for field in {name.partition("-")[0] for name in ENTRIES[part]}:
        assert_refused(answer, field, said("请填写此项。", language))
    assert await profile.entries(part, account.person) == []


@every_part
async def test_a_bad_file_is_said_together_with_bad_fields_and_the_rest_is_kept(
    client: Client, part: str
) -> None:
    account = await make_account()
    await sign_in(client, account)
    day = next(name for name in ENTRIES[part] if name.endswith("-year"))
    file = {"evidence": ("notes.txt", b"hello", "text/plain")}
    answer = await send(client, f"/profile/{part}", ENTRIES[part] | {day: "2999"}, files=file)
    assert_refused(answer, "evidence", "只接受 PDF、PNG 或 JPEG 文件。")
    for name, value in ENTRIES[part].items():
        if name != day and name not in {"degree", "level", "role", "technology_transfer"}:
            assert value in unescape(answer.text), name
    assert await profile.entries(part, account.person) == []
    answer = await send(client, f"/profile/{part}", ENTRIES[part] | {day: "2999"})
    assert_refused(answer, day.removesuffix("-year"), "日期不能晚于今天。")


async def test_a_contract_entered_twice_is_refused_beside_its_number(client: Client) -> None:
    await sign_in(client, await make_account())
    assert (await send(client, "/profile/contracts", ENTRIES["contracts"])).status_code == 303
    answer = await send(client, "/profile/contracts", ENTRIES["contracts"])
    assert_refused(answer, "registration_number", "这份合同（登记编号相同）已填写过。", status=409)


async def test_a_refusal_that_belongs_to_no_field_stands_in_the_summary(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile, "MOST_ENTRIES", 1)
    await sign_in(client, await make_account())
    assert (await send(client, "/profile/titles", ENTRIES["titles"])).status_code == 303
    answer = await send(client, "/profile/titles", ENTRIES["titles"])
    assert answer.status_code == 422
    assert "这一类最多 1 条。" in unescape(answer.text).partition("<h1")[0]


async def test_a_part_that_does_not_exist_is_not_found(client: Client) -> None:
    await applicant(client)
    assert (await client.get("/profile/hobbies")).status_code == 404


@pytest.mark.parametrize(
    ("role", "path"),
    [(Role.APPLICANT, "/queue"), (Role.BASE_CLERK, "/profile"), (Role.OFFICER, "/ledger")],
)
@in_both_languages
async def test_what_is_another_role_s_is_refused_in_words(
    client: Client, role: Role, path: str, language: Locale
) -> None:
    await sign_in(client, await make_account(role))
    answer = await client.get(path, params={"lang": language})
    assert answer.status_code == 403
    assert said("不能进行这项操作", language) in answer.text


async def test_after_too_many_wrong_passwords_the_door_says_so(client: Client) -> None:
    account = await make_account()
    for _ in range(5):
        await send(client, "/sign-in", {"login": account.login, "password": "wrong words here"})
    answer = await send(client, "/sign-in", {"login": account.login, "password": PASSWORD})
    assert answer.status_code == 429
    assert "秒后再试" in unescape(answer.text).partition("<h1")[0]


async def test_signing_out_ends_the_session(client: Client) -> None:
    await applicant(client)
    assert (await client.post("/sign-out", data=await _token(client))).status_code == 303
    assert (await client.get("/profile")).headers["location"].startswith("/sign-in")


async def test_a_long_menu_folds_and_keeps_in_sight_where_one_is(client: Client) -> None:
    await sign_in(client, await make_account(Role.OFFICER))
    for at, folded in (("/queue", True), ("/policies", False)):
        menu = (await client.get(at)).text.partition("<header>")[2].partition("</header>")[0]
        shown, _, unfolds = menu.partition("<details>")
        assert f'href="{at}"' in shown
        assert 'href="/queue"' in shown
        assert ('href="/policies"' in unfolds) is folded
        assert 'href="/verify"' in unfolds
        assert "<summary" in unfolds
    await sign_in(client, await make_account())
    assert "<details>" not in (await client.get("/policies")).text.partition("</header>")[0]
