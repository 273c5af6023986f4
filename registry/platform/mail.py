"""How notices leave the house: to the console, into a folder, or by SMTP, as the settings say."""

import smtplib
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from anyio import to_thread

from registry.platform.console import console
from registry.platform.settings import Settings

SENDER = "registry@localhost"
"""From whom, where the SMTP account does not say."""
PATIENCE = 20
"""Seconds an SMTP server may take; the outbox tries again."""


def letter(to: str, subject: str, text: str) -> EmailMessage:
    """A plain letter. Raises ValueError where an address or subject would break its header."""
    message = EmailMessage()
    message["To"], message["Subject"], message["From"] = to, subject, SENDER
    message["Message-ID"] = make_msgid(domain="registry")
    message.set_content(text)
    return message


async def send(message: EmailMessage, settings: Settings) -> None:
    """Send a letter by the installation's way.

    Raises:
        OSError: the folder cannot be written, or the server not reached.
        smtplib.SMTPException: the server refuses it.
    """
    way, _, where = settings.mail.partition(":")
    if way == "folder":
        await to_thread.run_sync(_keep, message, Path(where))
    elif way == "smtp":
        await to_thread.run_sync(_hand_over, message, settings.mail)
    else:
        console.print(f"mail: {message['Subject']}", markup=False, highlight=False)


def _keep(message: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = message["Message-ID"].strip("<>").replace("@", "-")
    (folder / f"{name}.eml").write_bytes(bytes(message))


def _hand_over(message: EmailMessage, address: str) -> None:
    parts = urlsplit(address)
    with smtplib.SMTP(parts.hostname or "", parts.port or 0, timeout=PATIENCE) as server:
        if parts.username:
            server.starttls()
            server.login(unquote(parts.username), unquote(parts.password or ""))
            if "@" in unquote(parts.username):
                message.replace_header("From", unquote(parts.username))
        server.send_message(message)
