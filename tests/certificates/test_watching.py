"""An employer is told of what happens to a certificate for as long as its holder agrees."""

import base64
import email
import email.policy
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from certificates import issuing
from certificates.jobs import jobs
from certificates.tables import Certificate, Watch, WatchNotice, Webhook
from credentials.jobs import jobs as credentials_jobs
from credentials.tables import Credential
from registry.platform import clock, outbox, webhooks
from registry.platform.errors import FieldsInvalid
from registry.platform.installation import Installation
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.platform.tables import AuditEntry, Job
from registry.tables import Account
from tests.certificates.examples import HOLDER, signer
from tests.conftest import Client, NewClient
from tests.factories import DAY, make_account, make_applicant, sign_in, stand

pytestmark = pytest.mark.anyio
LATER = date(2026, 12, 31)


class Receiver:
    """A real server that an employer's programs listen at."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.answer = 204
        outer = self

        self.drips = False

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                while outer.drips:  # a byte at a time, for ever
                    self.wfile.write(b"H")
                    threading.Event().wait(0.05)
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.seen.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(outer.answer)
                if outer.answer == 302:
                    self.send_header("location", f"{outer.url}/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """An installation that may speak to programs on its own machine, and mails into a folder."""
    monkeypatch.setenv("REGISTRY_WEBHOOK_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("REGISTRY_MAIL", f"folder:{tmp_path / 'mail'}")
    return Settings.from_env()


@pytest.fixture
async def holder(client: Client, certificate: Certificate) -> Client:
    account = await Account.objects().get(Account.person == certificate.person)
    assert account is not None
    await sign_in(client, account)
    return client


@pytest.fixture
async def employer(new_client: NewClient) -> Client:
    client = new_client()
    await sign_in(client, await make_account(Role.EMPLOYER))
    return client


def wanted(certificate: Certificate, **other: str) -> dict[str, str]:
    return {"number": certificate.number, "name": HOLDER, "purpose": "聘用期间核实资格", **other}


async def deliver(settings: Settings, **later: int) -> int:
    """What a worker does."""
    at = clock.now() + timedelta(**later) if later else None
    return await outbox.empty(jobs(Installation.of(settings)), at)


def letters(tmp_path: Path) -> list[Any]:
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((tmp_path / "mail").glob("*.eml"))
    ]


async def test_a_change_is_told_by_mail_and_webhook_once_the_holder_agrees(
    holder: Client,
    employer: Client,
    certificate: Certificate,
    held: Credential,
    officer: Account,
    settings: Settings,
    receiver: Receiver,
    tmp_path: Path,
) -> None:
    heard = await employer.put("/api/webhook", json={"url": receiver.url})
    secret = heard.json()["secret"]
    watch = (await employer.post("/api/watches", json=wanted(certificate))).json()
    assert watch["status"] == "asked"
    await deliver(settings)
    assert "聘用期间核实资格" in letters(tmp_path)[-1].get_content()

    # Nothing is told before there is consent.
    await stand(held.id, "suspend", until=LATER, on=DAY)
    await deliver(settings)
    assert (await WatchNotice.count(), receiver.seen) == (0, [])
    assert (await employer.get("/api/watches")).json()[0]["answer"] is None

    [asked] = (await holder.get("/api/consents")).json()
    given = await holder.post(f"/api/consents/{asked['id']}/give")
    assert given.json()["status"] == "given"
    assert (await employer.get("/api/watches")).json()[0]["answer"]["verdict"] == "invalid"
    await stand(held.id, "lift", on=DAY)
    mailed = len(letters(tmp_path))
    await deliver(settings)
    assert len(letters(tmp_path)) == mailed + 1
    [(headers, body)] = receiver.seen
    told = json.loads(body)
    assert told["type"] == "certificate.status"
    assert (told["data"]["number"], told["data"]["status"]) == (certificate.number, "in-force")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - clock.now().timestamp()) < 300

    # A second time changes nothing; a replaced certificate is told too.
    [step] = [row["act"] for row in await WatchNotice.select(WatchNotice.act)]
    await jobs(Installation.of(settings))["standing-changed"](step.removeprefix("step:"))
    await deliver(settings)
    assert len(receiver.seen) == 1
    new = await issuing.replace(
        certificate.id, by=officer, on=DAY, settings=settings, signer=signer()
    )
    await deliver(settings)
    told = json.loads(receiver.seen[-1][1])["data"]
    assert (told["status"], told["replaced_by"]) == ("replaced", new.number)

    # Withdrawn: what waits is not sent any more.
    assert (await holder.post(f"/api/consents/{asked['id']}/withdraw")).status_code == 200
    notice = await WatchNotice.objects().first()
    assert notice is not None
    await outbox.put("watch-by-webhook", str(notice.id))
    await outbox.put("watch-by-mail", str(notice.id))
    seen, mailed = len(receiver.seen), len(letters(tmp_path))
    await deliver(settings)
    assert (len(receiver.seen), len(letters(tmp_path))) == (seen, mailed)
    acts = {row["action"] for row in await AuditEntry.select(AuditEntry.action)}
    assert {"watch.ask", "watch.give", "watch.withdraw", "webhook.set"} <= acts


async def test_the_end_of_validity_is_told_on_the_day_after_by_mail_and_webhook(
    holder: Client,
    employer: Client,
    certificate: Certificate,
    held: Credential,
    settings: Settings,
    receiver: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await employer.put("/api/webhook", json={"url": receiver.url})
    watch = (await employer.post("/api/watches", json=wanted(certificate))).json()["id"]
    await holder.post(f"/api/consents/{watch}/give")
    work = {**credentials_jobs(), **jobs(Installation.of(settings))}

    async def on(day: date) -> list[Any]:
        """What a worker sends on the morning of a day, twice over."""
        seen = len(receiver.seen)
        at = clock.morning(day) + timedelta(minutes=5)
        with monkeypatch.context() as then:
            then.setattr(clock, "now", lambda: at)
            for _ in range(2):
                await outbox.empty(work, at)
        return [json.loads(body)["data"] for _, body in receiver.seen[seen:]]

    assert await on(held.valid_until) == []
    mailed = len(letters(tmp_path))
    [told] = await on(held.valid_until + date.resolution)
    assert told == {
        "number": certificate.number,
        "status": "expired",
        "since": str(held.valid_until + date.resolution),
        "reason": None,
        "replaced_by": None,
    }
    [letter] = [
        each.get_content() for each in letters(tmp_path)[mailed:] if "关注" in str(each["subject"])
    ]
    assert "已过期" in letter
    assert "expired" in letter.lower()
    assert await on(held.valid_until + timedelta(days=2)) == []


async def test_what_is_not_delivered_is_tried_again_and_gone_means_gone(
    holder: Client,
    employer: Client,
    certificate: Certificate,
    held: Credential,
    officer: Account,
    settings: Settings,
    receiver: Receiver,
) -> None:
    await employer.put("/api/webhook", json={"url": receiver.url})
    watch = (await employer.post("/api/watches", json=wanted(certificate))).json()["id"]
    await holder.post(f"/api/consents/{watch}/give")
    for receiver.answer in (500, 302):  # nobody is followed elsewhere
        await Job.delete().where(Job.kind == "watch-by-webhook")
        if receiver.answer == 500:
            await stand(held.id, "suspend", until=LATER, on=DAY)
        else:
            await stand(held.id, "lift", on=DAY)
        before = len(receiver.seen)
        await deliver(settings)
        assert len(receiver.seen) == before + 1
        [waiting] = await Job.objects().where(Job.kind == "watch-by-webhook")
        assert str(receiver.answer) in waiting.trouble
    receiver.answer = 200
    await deliver(settings, hours=1)
    assert not await Job.exists().where(Job.kind == "watch-by-webhook")
    ids = [headers["webhook-id"] for headers, _ in receiver.seen]
    assert ids[-1] == ids[-2] != ids[0]
    receiver.answer = 410
    await stand(held.id, "suspend", until=LATER, on=DAY)
    await deliver(settings)
    assert await Webhook.count() == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[2002:7f00:1::1]:8106/",
        "https://[2001:0:7f00:1::1]/",
        "https://[::7f00:1]/",
        "https://[::ffff:0:7f00:1]/",
        "https://[fec0::1]/",
        "https://93.184.215.14:22/",
        "https://93.184.215.14/a b",
        "https://93.184.215.14/中文",
        "https://10.1.2.3/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://localhost/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "http://93.184.215.14/",
        "https://user:pass@93.184.215.14/",
        "ftp://93.184.215.14/",
        "file:///etc/passwd",
        "https://",
        "https://[::1",
        "https://nowhere.invalid/",
        "",
    ],
)
def test_no_address_leads_into_the_house(url: str) -> None:
    with pytest.raises(FieldsInvalid):
        webhooks.refuse_unreachable(url)
    with pytest.raises(webhooks.NotDelivered):
        webhooks.send(url, webhooks.new_secret(), "msg_1", 1, b"{}")


def test_a_receiver_that_draws_its_answer_out_is_left(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "PATIENCE", 0.3)
    receiver.drips = True
    with pytest.raises(webhooks.NotDelivered):
        webhooks.send(receiver.url, webhooks.new_secret(), "msg_1", 1, b"{}", ["127.0.0.0/8"])
    receiver.drips = False


async def test_who_may_follow_and_answer(
    holder: Client, employer: Client, new_client: NewClient, certificate: Certificate
) -> None:
    for wrong in ({"name": "别人"}, {"number": "SHTM-2026-J-000999-A"}, {"number": "x"}):
        refused = await employer.post("/api/watches", json=wanted(certificate, **wrong))
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == "not-on-record"
    watch = (await employer.post("/api/watches", json=wanted(certificate))).json()["id"]
    again = await employer.post("/api/watches", json=wanted(certificate))
    assert (again.status_code, await Watch.count()) == (409, 1)
    stranger, rival = new_client(), new_client()
    await sign_in(stranger, await make_applicant())
    await sign_in(rival, await make_account(Role.EMPLOYER))
    assert (await stranger.post(f"/api/consents/{watch}/give")).status_code == 404
    assert (await rival.post(f"/api/watches/{watch}/end")).status_code == 404
    assert (await employer.post(f"/api/consents/{watch}/give")).status_code == 403
    assert (await rival.get("/api/watches")).json() == []
    assert (await holder.post(f"/api/consents/{watch}/end")).status_code == 404
    assert (await holder.post(f"/api/consents/{watch}/refuse")).json()["status"] == "refused"
    assert (await holder.post(f"/api/consents/{watch}/give")).status_code == 409
    # After a refusal there is a new question, and an employer may end it.
    second = (await employer.post("/api/watches", json=wanted(certificate))).json()["id"]
    assert (await employer.post(f"/api/watches/{second}/end")).json()["status"] == "ended"


async def test_the_same_in_pages(
    holder: Client, employer: Client, certificate: Certificate, receiver: Receiver
) -> None:
    async def post(client: Client, path: str, **typed: str) -> Any:
        await client.get("/verify")
        token = client.cookies.get("csrf", domain="127.0.0.1") or ""
        return await client.post(path, data={**typed, "_csrf_token": token})

    await employer.get("/watches")
    await holder.get("/sharing")
    wrong = await post(employer, "/watches", **wanted(certificate, name="别人"))
    assert (wrong.status_code, "登记中没有符合所填内容的证书" in wrong.text) == (422, True)
    assert (await post(employer, "/watches", **wanted(certificate))).status_code == 303
    shown = await post(employer, "/watches/webhook", url=receiver.url)
    assert "whsec_" in shown.text
    page = await employer.get("/watches")
    assert (receiver.url in page.text, "whsec_" in page.text) == (True, False)
    watch = await Watch.objects().first()
    assert watch is not None
    assert "聘用期间核实资格" in (await holder.get("/sharing")).text
    assert (await post(holder, f"/sharing/consents/{watch.id}/give")).status_code == 303
    assert "有效" in (await employer.get("/watches?lang=zh")).text
    assert (await post(employer, f"/watches/{watch.id}/end")).status_code == 303
    assert (await post(employer, "/watches/webhook/end")).status_code == 303
    assert await Webhook.count() == 0
