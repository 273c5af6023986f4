"""Webhooks: a signed message to an address that somebody outside has named.

Signed as Standard Webhooks says: HMAC-SHA256 over `id.timestamp.body`. The address is somebody
else's choice, so it must not lead into the house: its name is looked up once, no private address
passes, and the connection goes to that very address. Nobody is followed anywhere else.
"""

import base64
import contextlib
import hmac
import http.client
import ipaddress
import secrets
import socket
import ssl
import threading
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_

SECRET_PREFIX = "whsec_"  # noqa: S105 -- how every such secret begins
SECRET_BYTES = 32
PATIENCE = 10.0
"""Seconds a receiver may take for all of its answer; the outbox tries again."""
LONGEST_ADDRESS = 500
PRIVILEGED = 1024
"""Ports below this one, but for 443, belong to other services."""
TRANSLATED = tuple(
    ipaddress.IPv6Network(each)
    for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/16", "fec0::/10")
)
"""Addresses of version 6 that a translator or a tunnel leads to one of version 4, perhaps in the
house (RFC 6052, 8215, 3056, 4380, 4291), and the site-local ones of old."""
GONE = 410
"""The receiver's word for: never again."""


class NotDelivered(Exception):
    """The receiver did not take the message; it is tried again later."""


class NoLongerWanted(Exception):
    """The receiver says that the address is no more."""


def new_secret() -> str:
    """A secret to sign with, as Standard Webhooks writes it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature` of a message, by its id and the second it is sent in."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()}"


def refuse_unreachable(url: str, inside: Sequence[str] = ()) -> None:
    """Let an address pass to which a message may be sent; `inside` are private networks allowed.

    Raises:
        FieldsInvalid: it is not https, has no such host, or leads to a private network.
    """
    try:
        _destination(url, inside)
    except NotDelivered as error:
        words = N_("请填写可以从互联网访问的 https 网址，不能是内部网络的地址。")
        raise FieldsInvalid([FieldError("url", "address", words)]) from error


def send(
    url: str, secret: str, message: str, timestamp: int, body: bytes, inside: Sequence[str] = ()
) -> None:
    """Deliver one message. Takes as long as the receiver does: call it in a thread.

    Raises:
        NotDelivered: the receiver cannot be reached, is not allowed, or answers other than 2xx.
        NoLongerWanted: it answers 410.
    """
    host, port, path, secure, address = _destination(url, inside)
    headers = {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message, timestamp, body),
    }
    connection = _Pinned(host, port, address, secure)
    end = threading.Timer(PATIENCE, connection.hang_up)
    end.start()
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(f"{host}: {error}") from error
    finally:
        end.cancel()
        connection.close()
    if status == GONE:
        raise NoLongerWanted(host)
    if not 200 <= status < 300:
        raise NotDelivered(f"{host} answers {status}")


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, under the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, secure: bool) -> None:
        super().__init__(host, port, timeout=PATIENCE)
        self.address, self.secure = address, secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def hang_up(self) -> None:
        """End what a receiver draws out, a byte at a time; whoever reads is told at once."""
        with contextlib.suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


def _destination(url: str, inside: Sequence[str]) -> tuple[str, int, str, bool, str]:
    """Host, port, path, whether by TLS, and the one address that is spoken to."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotDelivered("no address") from error
    plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in {"https", "http"} or not host or parts.username or parts.fragment:
        plain = False
    if not plain:
        raise NotDelivered("no address of a receiver")
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotDelivered(f"{host} has no address") from error
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    ours = [ipaddress.ip_network(each) for each in inside]
    usual = secure and (port == 443 or port >= PRIVILEGED)
    for address in addresses:
        # An address of version 6 that holds one of version 4 leads where that one leads.
        held = getattr(address, "ipv4_mapped", None) or address
        allowed = any(held.version == each.version and held in each for each in ours)
        if not allowed and not (usual and _is_public(held)):
            raise NotDelivered(f"{host} is not a public address with TLS")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return host, port, path, secure, str(addresses[0])


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    translated = address.version == 6 and any(address in each for each in TRANSLATED)
    return address.is_global and not address.is_multicast and not translated
