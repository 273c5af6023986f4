"""What makes a seal last (PAdES B-LT): a time-stamp, and what goes along to be checked by.

A service is one that the settings name and whose roots are in the key folder. Where it cannot be
reached, or what it answers does not hold, nothing is sealed; whoever asked may ask again.
"""

import http.client
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from socket import SHUT_RDWR, socket
from typing import ClassVar
from urllib.parse import urlsplit

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates import crl, keys, timestamp
from certificates.keys import NoAuthority, Signer
from certificates.timestamp import IMPRINT, Stamp, TokenInvalid
from registry.platform.errors import Conflict
from registry.platform.i18n import N_
from registry.platform.settings import Settings

KNOWN = "timestamp.pem"
"""In the key folder: roots of time-stamp services, and what issues under them. None is taken out
while papers are about that it stamped."""
LISTS = "timestamp*.crl"
"""Beside it: revocation lists of those who issue to the service (DER), renewed by the operator."""
PATIENCE = 10.0
"""Seconds an answer may take, all in all."""
LONGEST_ANSWER = 65_536
"""Bytes; an answer with a long path has some seven thousand."""
DRIFT = timedelta(minutes=5)
"""How far the service's clock and ours may be apart."""
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_GRANTED = "granted"


class NoTimestamp(Conflict):
    """No time-stamp that holds: the paper stays on record, not sealed, until it is tried again."""


@dataclass(frozen=True)
class Service:
    """A time-stamp service, and by whom it is to be vouched for."""

    url: str
    policy: str
    known: tuple[x509.Certificate, ...]
    patience: float = PATIENCE

    def stamp(self, value: bytes, at: datetime) -> bytes:
        """A token over a signature value, in the form that we keep; `at` is what our clock says.

        Raises:
            NoTimestamp: the service cannot be reached, declines, or its token does not hold.
        """
        nonce = secrets.randbits(64)
        asked = {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": IMPRINT},
                "hashed_message": sha256(value).digest(),
            },
            "nonce": nonce,
            "cert_req": True,
        } | ({"req_policy": self.policy} if self.policy else {})
        token = _token(self._answer(tsp.TimeStampReq(asked).dump()))
        try:
            stamp = timestamp.read(token, value, self.known)
            self._refuse_what_was_not_asked(stamp, nonce, at)
        except TokenInvalid as error:
            words = N_(
                "时间戳服务给出的时间戳不可信（{why}）。文件已登记，尚未签章；服务修复后重试即可。"
            )
            raise NoTimestamp(words, why=str(error)) from error
        return stamp.token

    def _refuse_what_was_not_asked(self, stamp: Stamp, nonce: int, at: datetime) -> None:
        if stamp.nonce != nonce:
            raise TokenInvalid("answers another question")
        if self.policy and stamp.policy != self.policy:
            raise TokenInvalid("under another policy")
        if abs(stamp.at - at) > DRIFT:
            raise TokenInvalid(f"its clock says {stamp.at.isoformat()}")

    def _answer(self, question: bytes) -> bytes:
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection = kind(parts.hostname or "", parts.port, timeout=self.patience)
            return _exchanged(connection, path, question, self.patience)
        except (OSError, ValueError, http.client.HTTPException) as error:
            words = N_(
                "时间戳服务没有按时给出回答（{why}）。文件已登记，尚未签章；稍后重试即可，不会丢失。"
            )
            why = f"{parts.hostname}: {error or type(error).__name__}"
            raise NoTimestamp(words, why=why) from error


def _exchanged(
    connection: http.client.HTTPConnection, path: str, question: bytes, patience: float
) -> bytes:
    """Ask, and read the answer, within so much time however slowly it drips in."""
    connection.connect()
    enough = threading.Timer(patience, _hang_up, (connection.sock,))
    enough.daemon = True
    enough.start()
    try:
        connection.request("POST", path, question, {"content-type": _QUERY, "accept": _REPLY})
        with connection.getresponse() as response:
            kind = (response.getheader("content-type") or "").partition(";")[0].strip().lower()
            if response.status != http.client.OK or kind != _REPLY:
                raise http.client.HTTPException(f"{response.status} {kind}")
            answer = response.read(LONGEST_ANSWER + 1)
    finally:
        enough.cancel()
        connection.close()
    if len(answer) > LONGEST_ANSWER:
        raise http.client.HTTPException(f"> {LONGEST_ANSWER} B")
    return answer


def _hang_up(line: socket) -> None:
    with suppress(OSError):  # it has been closed meanwhile
        line.shutdown(SHUT_RDWR)


class _Response(core.Sequence):  # type: ignore[misc]
    """An answer (RFC 3161, 2.4.2); asn1crypto 1.5 has one that cannot be without a token."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def _token(answer: bytes) -> bytes:
    """The token of an answer that grants one."""
    try:
        said = _Response.load(answer, strict=True)
        status: str = said["status"]["status"].native
        token: bytes = said["time_stamp_token"].dump()
    except (ValueError, TypeError, KeyError) as error:
        status, token = f"{type(error).__name__}: {error}"[:100], b""
    if status != _GRANTED:
        words = N_("时间戳服务没有给出时间戳（{why}）。文件已登记，尚未签章；服务修复后重试即可。")
        raise NoTimestamp(words, why=status)
    return token


@dataclass(frozen=True)
class Lasting:
    """What makes one seal last."""

    service: Service
    certificates: tuple[bytes, ...]
    """Above the seal and above the service (DER)."""
    lists: tuple[bytes, ...]
    """Revocation lists of all who issue those, in force at the moment of sealing (DER)."""


def lasting(settings: Settings, signer: Signer, at: datetime) -> Lasting | None:
    """What makes a seal set at a moment last; None where no service is configured.

    Raises:
        NoAuthority: roots of the service are missing, or a revocation list is missing or old.
        KeysNotReady: the issuing authority's list is old, and its key does not open.
    """
    if not settings.timestamp_url:
        return None
    folder = settings.key_folder
    if not (vouching := known(folder)):
        words = N_("密钥目录中没有时间戳服务的根证书（timestamp.pem），尚不能签章。")
        raise NoAuthority(words)
    above = [*signer.chain, *keys.load_roots(folder), *vouching]
    given = [crl.of_root(folder), crl.current(settings, at)]
    given += [path.read_bytes() for path in sorted(folder.glob(LISTS))]
    crl.refuse_unless_in_force(given, at)
    return Lasting(
        service=Service(settings.timestamp_url, settings.timestamp_policy, vouching),
        certificates=tuple(each.public_bytes(Encoding.DER) for each in above),
        lists=tuple(given),
    )


def known(folder: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of time-stamp services that an installation trusts; none: it has no file.

    Raises:
        NoAuthority: the file is damaged.
    """
    try:
        return tuple(x509.load_pem_x509_certificates((folder / KNOWN).read_bytes()))
    except FileNotFoundError:
        return ()
    except ValueError as error:
        raise NoAuthority(N_("签发机构的证书文件已损坏。")) from error
