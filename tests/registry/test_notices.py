"""Notices: what has happened to which reference, to the person alone, by every way there is."""

import email
import socketserver
import threading
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from registry import notices
from registry.notices import About
from registry.platform import mail, outbox
from registry.platform.db import transaction
from registry.platform.settings import Settings
from registry.platform.tables import Job
from tests.factories import make_account

pytestmark = pytest.mark.anyio


def settings(**given: Any) -> Settings:
    return Settings.from_env().model_copy(update=given)


@pytest.mark.parametrize("about", list(About))
async def test_a_notice_names_the_reference_in_both_languages(
    connected: None, tmp_path: Path, about: About
) -> None:
    account, other = await make_account(), await make_account()
    async with transaction():
        await notices.tell(account.person, about, "SQ-2026-000001")
    work = {notices.NOTICE: notices.deliverer(settings(mail=f"folder:{tmp_path / 'out'}"))}
    assert await outbox.empty(work) == 1
    (file,) = (tmp_path / "out").glob("*.eml")
    message = email.message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)
    assert message["To"] == account.login != other.login
    text = message.get_content()
    chinese, path = notices.WORDS[about]
    assert chinese in text
    assert "Please sign in" in text or "Your application" in text
    assert path in text
    assert text.count("SQ-2026-000001") == 2


async def test_a_notice_is_not_sent_for_an_act_that_did_not_happen(connected: None) -> None:
    account = await make_account()

    async def undone() -> None:
        async with transaction():
            await notices.tell(account.person, About.GRANTED, "SQ-2026-000001")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await undone()
    assert not await Job.exists().where(Job.kind == notices.NOTICE)


async def test_the_console_says_the_reference_and_no_more(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "console", Console())
    await mail.send(mail.letter("a@example.org", "SQ-1", "内容"), settings(mail="console"))
    said = capsys.readouterr().out
    assert "SQ-1" in said
    assert "内容" not in said
    assert "a@example.org" not in said


def test_a_letter_has_no_room_for_a_second_header() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        mail.letter("a@example.org\r\nBcc: b@example.org", "SQ-1", "x")


class Postman(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as takes in one letter."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        taking = False
        for line in self.rfile:
            if taking:
                self.server.taken.append(line)  # type: ignore[attr-defined]
                if line == b".\r\n":
                    taking = False
                    self.wfile.write(b"250 taken\r\n")
                continue
            word = line[:4].upper()
            taking = word == b"DATA"
            answer = {b"DATA": b"354 go", b"QUIT": b"221 bye"}.get(word, b"250 ok")
            self.wfile.write(answer + b"\r\n")
            if word == b"QUIT":
                return


async def test_smtp_hands_the_letter_over() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Postman) as server:
        server.taken = []  # type: ignore[attr-defined]
        threading.Thread(target=server.handle_request, daemon=True).start()
        port = server.server_address[1]
        letter = mail.letter("a@example.org", "SQ-2026-000001", "已收到")
        await mail.send(letter, settings(mail=f"smtp://127.0.0.1:{port}"))
        text = b"".join(server.taken)  # type: ignore[attr-defined]
    assert b"Subject: SQ-2026-000001" in text
    assert b"To: a@example.org" in text


async def test_a_server_that_is_not_there_leaves_the_notice_on_record(connected: None) -> None:
    account = await make_account()
    await notices.tell(account.person, About.GRANTED, "SQ-2026-000001")
    with socketserver.TCPServer(("127.0.0.1", 0), Postman) as closed:
        port = closed.server_address[1]
    work = {notices.NOTICE: notices.deliverer(settings(mail=f"smtp://127.0.0.1:{port}"))}
    assert await outbox.empty(work) == 0
    assert await Job.exists().where(Job.kind == notices.NOTICE)
