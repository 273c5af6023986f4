"""A time-stamp service of the tests' own: `openssl ts` behind a real socket."""

import asyncio
import atexit
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from certificates import revocation, timestamping
from certificates.authority import _key_usage
from certificates.timestamping import Lasting, Service
from tests.certificates.examples import PASSWORD, authority, signer

POLICY = "1.2.3.4.1"
REPLY = "application/timestamp-reply"
STAMPING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
_CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/service.pem
certs = {folder}/path.pem
signer_key = {folder}/service.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256
ess_cert_id_alg = {bound}
"""
Answer = tuple[int, str, bytes]
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass
class Authority:
    """Who issues to time-stamp services, and one such service."""

    folder: Path
    root: x509.Certificate
    key: Key
    service: x509.Certificate
    service_key: Key

    def reply(self, query: bytes) -> bytes:
        """What OpenSSL answers to a query."""
        (self.folder / "query").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "ts.cnf", "-queryfile", "query"]
        told = subprocess.run(
            [*command, "-out", "reply"], cwd=self.folder, capture_output=True, check=False
        )
        assert told.returncode == 0, told.stderr.decode()
        return (self.folder / "reply").read_bytes()

    def reply_by_pyhanko(self, query: bytes) -> bytes:
        """The same by pyHanko, which asks nothing of the service's certificate."""
        pem = self.service_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        stamper = DummyTimeStamper(
            tsa_cert=asn1.Certificate.load(self.service.public_bytes(Encoding.DER)),
            tsa_key=asn1_keys.PrivateKeyInfo.load(pem),
        )
        answer = asyncio.run(stamper.async_request_tsa_response(tsp.TimeStampReq.load(query)))
        raw: bytes = answer.dump()
        return raw

    def list(self) -> bytes:
        """Its revocation list (DER), empty."""
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(now - timedelta(days=1))
            .next_update(now + timedelta(days=30))
            .add_extension(x509.CRLNumber(1), False)
            .add_extension(_issuer_key(self.key), False)
        )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def establish(
    *,
    purpose: x509.ExtendedKeyUsage | None = STAMPING,
    critical: bool = True,
    ended: bool = False,
    kind: str = "rsa",
    bound: str = "sha256",
) -> Authority:
    """A root and a service under it."""
    now, key, own = datetime.now(UTC), _new(kind), _new(kind)
    root = (
        _certificate("Time Root", "Time Root", key, now - timedelta(days=99), 9999)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .add_extension(_key_usage("key_cert_sign", "crl_sign"), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    builder = (
        _certificate("Time Service", "Time Root", own, now - timedelta(days=9), 8 if ended else 999)
        .add_extension(_key_usage("digital_signature"), True)
        .add_extension(_issuer_key(key), False)
    )
    if purpose is not None:
        builder = builder.add_extension(purpose, critical)
    folder = Path(tempfile.mkdtemp(prefix="time-stamps-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Authority(folder, root, key, builder.sign(key, hashes.SHA256()), own)
    (folder / "serial").write_text("01")
    (folder / "service.pem").write_bytes(made.service.public_bytes(Encoding.PEM))
    (folder / "path.pem").write_bytes(root.public_bytes(Encoding.PEM))
    raw = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "service.key").write_bytes(raw)
    (folder / "ts.cnf").write_text(_CONFIG.format(folder=folder, bound=bound))
    return made


@cache
def office() -> Authority:
    """The one that most tests trust."""
    return establish()


@dataclass
class Line:
    """The service's line: what it answers with, and what it was asked."""

    answer: Callable[[bytes], Answer]
    asked: list[bytes] = field(default_factory=list)
    url: str = ""


@contextmanager
def listening(answer: Callable[[bytes], Answer] | None = None) -> Iterator[Line]:
    """Somebody who answers at an address; without any other word, the office by OpenSSL."""
    line = Line(answer or (lambda query: (200, REPLY, office().reply(query))))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            line.asked.append(query)
            status, kind, content = line.answer(query)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            return

    server = Quiet(("127.0.0.1", 0), Handler)
    line.url = f"http://127.0.0.1:{server.server_port}/tsr"
    Thread(target=server.serve_forever, daemon=True, args=(0.05,)).start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()


def service(url: str, *, policy: str = "", patience: float = 5.0) -> Service:
    """The service at an address, under the root that the tests trust."""
    return Service(url, policy, (office().root,), patience)


def lasting(url: str) -> Lasting:
    """What makes a seal of the tests' authority last."""
    folder, now = authority(), datetime.now(UTC)
    above = [*signer().chain, x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())]
    return Lasting(
        service(url),
        tuple(each.public_bytes(Encoding.DER) for each in [*above, office().root]),
        (
            revocation.publish_root(folder, PASSWORD, now, 7),
            revocation.publish(folder, PASSWORD, now, 7),
            office().list(),
        ),
    )


def equip(folder: Path) -> None:
    """Put into a key folder what a time-stamp service takes: its root, its list, our root's."""
    (folder / timestamping.KNOWN).write_bytes(office().root.public_bytes(Encoding.PEM))
    (folder / "timestamp.crl").write_bytes(office().list())
    made = revocation.publish_root(folder, PASSWORD, datetime.now(UTC), 30)
    (folder / "root.crl").write_bytes(made)


def _new(kind: str) -> Key:
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


def _certificate(
    subject: str, issuer: str, key: Key, begins: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
    )


def _issuer_key(key: Key) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
