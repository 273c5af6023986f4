"""What holds at every door of the house, tried over HTTP."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar, get
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException

from registry.app import create_app
from registry.platform.db import rows
from registry.platform.permissions import (
    GRANTS,
    Permission,
    PermissionMiddleware,
    Role,
    check_permission,
)
from registry.platform.settings import Settings
from registry.platform.tables import Session
from tests.certificates import examples
from tests.conftest import Client, NewClient
from tests.factories import PASSWORD, Clock, make_account, sign_in

pytestmark = pytest.mark.anyio


def doors(site: Any) -> Iterator[tuple[str, str, Any]]:
    """Every method and address of the house, and who answers there."""
    for route in site.routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in sorted(handler.http_methods - {"HEAD", "OPTIONS"}):
                path = re.sub(r"\{\w+:uuid\}", str(uuid4()), route.path)
                yield method, re.sub(r"\{\w+:\w+\}", "missing", path), handler


async def knock(client: Client, method: str, path: str) -> httpx.Response:
    """Ask as a page of ours would, with nothing in hand."""
    token = client.cookies.get("csrf", domain="127.0.0.1") or ""
    if path.endswith(("/documents", "/file", "/training/imports")) and method == "POST":
        return await client.post(path, files={"other": ("a.txt", b"")})
    if path.startswith("/api/"):
        return await client.request(method, path, json={} if method != "GET" else None)
    return await client.request(method, path, headers={"x-csrftoken": token})


@pytest.fixture
def signing() -> Iterator[None]:
    """Signing keys where the house looks for them, so that issuing gets as far as looking."""
    keys = Settings.from_env().key_folder
    lent = [Path(shutil.copy(file, keys)) for file in examples.authority().iterdir()]
    (keys / "password").write_text(examples.PASSWORD)
    yield
    for file in [*lent, keys / "password"]:
        file.unlink()


@pytest.mark.usefixtures("signing")
@pytest.mark.parametrize("role", Role)
async def test_a_role_gets_through_exactly_the_doors_it_is_granted(
    new_client: NewClient, site: Any, role: Role
) -> None:
    wrong, tried = [], 0
    client, account = new_client(), await make_account(role)
    await client.get("/sign-in")
    await sign_in(client, account)
    for method, path, handler in doors(site):
        needed = handler.opt.get("permission")
        if needed is None:
            continue
        answer = await knock(client, method, path)
        tried += 1
        granted = needed in GRANTS[role]
        if (answer.status_code in {401, 403}) is granted or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code))
    assert wrong == []
    assert tried > 50


async def test_a_visitor_gets_through_public_doors_only(client: Client, site: Any) -> None:
    wrong = []
    await client.get("/sign-in")
    for method, path, handler in doors(site):
        answer = await knock(client, method, path)
        public = bool(handler.opt.get("public"))
        refused = answer.status_code == 401 or (
            answer.status_code == 302 and answer.headers["location"].startswith("/sign-in?next=")
        )
        if refused is public or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code))
    assert wrong == []


async def test_every_permission_opens_something_or_is_reserved(site: Any) -> None:
    used = {handler.opt.get("permission") for _, _, handler in doors(site)} - {None}
    granted = set().union(*GRANTS.values())
    assert used <= granted <= set(Permission)
    assert all(Permission.SESSION_OWN in granted for granted in GRANTS.values())
    assert set(GRANTS) == set(Role)


async def test_a_route_that_declares_nothing_lets_nobody_in() -> None:
    @get("/forgotten")
    async def forgotten() -> None: ...

    @get("/own", permission=Permission.SESSION_OWN)
    async def own() -> None: ...

    app = Litestar([forgotten, own], middleware=[PermissionMiddleware()])
    options = {path: handler.opt for _, path, handler in doors(app)}

    class Somebody:
        role = Role.CHIEF_OFFICER

    with pytest.raises(PermissionDeniedException):
        check_permission(Somebody, options["/forgotten"])
    with pytest.raises(NotAuthorizedException):
        check_permission(None, options["/own"])
    check_permission(Somebody, options["/own"])
    bare: Any = app
    visitor = httpx.AsyncClient(transport=httpx.ASGITransport(bare), base_url="http://127.0.0.1")
    assert {(await visitor.get(path)).status_code for path in options} == {401}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"origin": "http://127.0.0.1:8000"}, 201),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"sec-fetch-site": "none"}, 201),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9000"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"}, 403),
    ],
)
async def test_another_site_s_page_changes_nothing(
    client: Client, headers: dict[str, str], status: int
) -> None:
    asked = {"login": "shen@example.org", "password": "a long enough password", "consent": True}
    answer = await client.post("/api/accounts", json=asked, headers=headers)
    assert answer.status_code == status
    assert len(await rows("SELECT * FROM account")) == (status == 201)


async def test_a_form_without_its_token_changes_nothing(client: Client) -> None:
    account = await make_account()
    typed = {"login": account.login, "password": PASSWORD}
    assert (await client.post("/sign-in", data=typed)).status_code == 403
    await client.get("/sign-in")
    token = client.cookies.get("csrf", domain="127.0.0.1") or ""
    for wrong in ("", "0" * len(token), token[:-1]):
        refused = await client.post("/sign-in", data={**typed, "_csrf_token": wrong})
        assert refused.status_code == 403
    assert await Session.count() == 0
    let_in = await client.post("/sign-in", data={**typed, "_csrf_token": token})
    assert let_in.status_code == 303


@pytest.fixture
async def secure_client(new_client: NewClient) -> Client:
    """A client of the same house behind TLS."""
    site = create_app(Settings.from_env().model_copy(update={"public_url": "https://t.example"}))
    transport = httpx.ASGITransport(site, raise_app_exceptions=False)
    return Client(transport=transport, base_url="https://t.example")


async def test_cookies_are_kept_from_scripts_and_other_sites(
    client: Client, secure_client: Client
) -> None:
    account = await make_account()
    asked = {"login": account.login, "password": PASSWORD}
    plain = (await client.post("/api/session", json=asked)).headers["set-cookie"].lower()
    assert plain.startswith("session=")
    assert {"httponly", "samesite=lax", "path=/", "max-age=28800"} <= set(plain.split("; "))

    secure = (await secure_client.post("/api/session", json=asked)).headers["set-cookie"].lower()
    assert secure.startswith("__host-session=")
    assert {"secure", "httponly", "path=/"} <= set(secure.split("; "))
    assert "domain" not in secure
    form = (await secure_client.get("/sign-in")).headers["set-cookie"].lower()
    assert form.startswith("__host-csrf=")
    assert {"secure", "httponly", "path=/", "samesite=strict"} <= set(form.split("; "))


async def test_the_cookie_s_word_is_nowhere_in_the_database(client: Client) -> None:
    await sign_in(client, await make_account())
    token = client.cookies.get("session", domain="127.0.0.1") or ""
    assert len(token) >= 43
    assert token not in str(await rows("SELECT * FROM session"))


async def test_signing_in_again_ends_the_session_before(new_client: NewClient) -> None:
    account, client, old = await make_account(), new_client(), new_client()
    await sign_in(client, account)
    old.cookies.update(client.cookies)
    await sign_in(client, account)
    assert (await old.get("/api/session")).status_code == 401
    assert (await client.get("/api/session")).status_code == 200


async def test_a_session_ends_when_nobody_uses_it(client: Client, time: Clock) -> None:
    await sign_in(client, await make_account())
    for minutes in (29, 29, 29):
        time.pass_by(minutes=minutes)
        assert (await client.get("/api/session")).status_code == 200
    time.pass_by(minutes=31)
    assert (await client.get("/api/session")).status_code == 401


async def test_a_session_ends_after_a_day_s_work_however_busy(client: Client, time: Clock) -> None:
    await sign_in(client, await make_account())
    for _ in range(8 * 3):
        assert (await client.get("/api/session")).status_code == 200
        time.pass_by(minutes=20)
    time.pass_by(seconds=1)
    assert (await client.get("/api/session")).status_code == 401


async def test_signing_out_clears_the_browser_and_may_be_done_twice(client: Client) -> None:
    await sign_in(client, await make_account())
    out = await client.delete("/api/session")
    assert "cookies" in out.headers["clear-site-data"]
    assert "max-age=0" in out.headers["set-cookie"].lower()
    assert (await client.delete("/api/session")).status_code == 204
    assert await Session.count() == 0


ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/sign-in"),
        ("GET", "/profile"),
        ("GET", "/nowhere"),
        ("GET", "/api/nowhere"),
        ("GET", "/api/session"),
        ("DELETE", "/api/profile"),
        ("GET", "/v/NOSUCHCODE"),
        ("GET", "/health"),
        ("GET", "/schema/openapi.json"),
        ("GET", "/static/vendor/app.css"),
        ("HEAD", "/"),
    ],
)
async def test_every_answer_carries_the_headers(client: Client, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert answer.status_code < 500
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    policy = dict(
        part.partition(" ")[::2] for part in answer.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers
    if method == "HEAD":
        assert answer.content == b""


async def test_behind_tls_browsers_are_told_to_stay_there(secure_client: Client) -> None:
    told = (await secure_client.get("/")).headers["strict-transport-security"]
    assert int(told.partition("max-age=")[2].partition(";")[0]) >= 2 * 365 * 24 * 3600


async def test_personal_answers_are_not_kept_by_browsers(client: Client) -> None:
    await sign_in(client, await make_account())
    for path in ("/profile", "/hours", "/applications", "/certificates"):
        assert (await client.get(path)).headers["cache-control"] == "no-store", path


async def error(client: Client, kind: int) -> httpx.Response:
    """An answer of each kind."""
    session = "/api/session"
    if kind == 401:
        return await client.get(session)
    if kind == 404:
        return await client.get("/api/nowhere")
    if kind == 405:
        return await client.put(session, json={})
    if kind == 413:
        return await client.post(session, content=b'"' + b"x" * 1_100_000 + b'"', headers=JSON)
    if kind == 415:
        return await client.post(session, content=b"{}", headers={"content-type": "text/plain"})
    if kind == 400:
        return await client.post(session, content=b"{not json", headers=JSON)
    if kind == 422:
        return await client.post(session, json={"login": 5})
    await rows("DELETE FROM audit_head")
    asked = {"login": "shen@example.org", "password": "a long enough password", "consent": True}
    return await client.post("/api/accounts", json=asked)


JSON = {"content-type": "application/json"}
TYPES = {
    400: "/problems/bad-request",
    401: "/problems/unauthorized",
    404: "/problems/not-found",
    405: "/problems/method-not-allowed",
    413: "/problems/request-entity-too-large",
    415: "/problems/unsupported-media-type",
    422: "/problems/fields-invalid",
    500: "/problems/internal-server-error",
}


@pytest.mark.parametrize("kind", TYPES)
async def test_an_error_is_a_problem_document_in_the_reader_s_language(
    client: Client, kind: int
) -> None:
    said = {}
    for language in ("zh-CN,zh;q=0.9", "en-GB,en;q=0.9"):
        client.headers["accept-language"] = language
        answer = await error(client, kind)
        assert answer.status_code == kind, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        problem = answer.json()
        assert (problem["type"], problem["status"]) == (TYPES[kind], kind)
        assert problem["detail"] == problem["messages"][language[:2]]
        said[language] = problem["detail"]
        for leak in ("Traceback", 'File "', "Error:", "registry/", "SELECT", "line "):
            assert leak not in answer.text
    assert len(set(said.values())) == 2


async def test_a_lost_browser_gets_a_page(client: Client) -> None:
    answer = await client.get("/nowhere", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert '<html lang="zh' in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"login": False, "password": "x"},
        {"login": 5, "password": "x"},
        {"login": ["a"], "password": "x"},
        {"login": "a\x00b", "password": "x"},
        {"login": "a", "password": "x", "admin": True},
        {"login": "a", "password": "x" * 129},
        {"login": "a"},
    ],
)
async def test_json_of_other_types_or_names_is_refused(client: Client, body: Any) -> None:
    refused = await client.post("/api/session", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"]
    assert "x" * 129 not in refused.text


@pytest.mark.parametrize(
    "type_", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""]
)
async def test_a_body_of_another_type_is_not_read_as_json(client: Client, type_: str) -> None:
    account = await make_account()
    body = f'{{"login": "{account.login}", "password": "{PASSWORD}"}}'.encode()
    headers = {"content-type": type_}
    assert (await client.post("/api/session", content=body, headers=headers)).status_code == 415
    headers = {"content-type": "application/json; charset=utf-8"}
    assert (await client.post("/api/session", content=body, headers=headers)).status_code == 201


async def test_public_checks_have_a_limit_that_ends(client: Client) -> None:
    answers = [await client.get("/api/verify/NOSUCHCODE") for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {404}
    assert answers[60].status_code == 429
    assert 1 <= int(answers[60].headers["retry-after"]) <= 60
    asked = {"number": "TM-1", "name": "沈知行"}
    answers = [await client.post("/api/verify", json=asked) for _ in range(11)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "x"]
)
async def test_signing_in_leads_nowhere_else(client: Client, onward: str) -> None:
    account = await make_account()
    await client.get("/sign-in")
    token = client.cookies.get("csrf", domain="127.0.0.1")
    typed = {"login": account.login, "password": PASSWORD, "_csrf_token": token}
    let_in = await client.post("/sign-in", params={"next": onward}, data=typed)
    assert (let_in.status_code, let_in.headers["location"]) == (303, "/applications")


async def test_the_way_to_the_door_cannot_be_given_headers(client: Client) -> None:
    answer = await client.get("/profile/x%0d%0aset-cookie:%20a=b", headers={"accept": "text/html"})
    assert answer.status_code == 302
    assert "\n" not in answer.headers["location"]
    assert "a=b" not in str(answer.headers.get_list("set-cookie"))


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=6,
)
LIKELY = st.sampled_from(
    ["junior", "grant", "bachelor", "2026-03-02", "P-000001", "\x00", "９", "lead", "resident"]
)
PROMISED = {200, 201, 400, 401, 403, 404, 409, 422, 429}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 10**6), st.dictionaries(st.integers(0, 9), LIKELY | ANY_JSON), ANY_JSON)
async def test_no_json_brings_a_door_down(
    new_client: NewClient, site: Any, place: int, filled: dict[int, Any], other: Any
) -> None:
    """Whatever is sent where, by whoever may, the answer is never a bug."""
    taking = [
        (method, path, handler)
        for method, path, handler in doors(site)
        if path.startswith("/api/") and (body := handler.parsed_data_field) is not None
        if body.kwarg_definition.media_type == "application/json"
    ]
    method, path, handler = taking[place % len(taking)]
    needed = handler.opt.get("permission")
    client = new_client()
    if needed is not None:
        role = next(role for role in Role if needed in GRANTS[role])
        await sign_in(client, await make_account(role))
    names = sorted(handler.parsed_data_field.annotation.model_fields)
    known = {names[at % len(names)]: value for at, value in filled.items()}
    for sent in (known, other):
        answer = await client.request(method, path, content=json.dumps(sent), headers=JSON)
        assert answer.status_code in PROMISED, answer.text
