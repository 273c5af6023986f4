"""A time-stamp token (RFC 3161): the word of a time-stamp service that bytes were there at a time.

It stands beside a signature, which does not cover it; so a token counts only in the one form that
we keep it in, over the very value of that signature, under a root that the office trusts for it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from certificates import message

IMPRINT = "sha256"
_DIGESTS = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_LONGEST_PATH = 6
_SEQUENCE, _SET, _FIRST = 0x30, 0x31, 0xA0
_SIGNED_DATA = core.ObjectIdentifier("1.2.840.113549.1.7.2").dump()
_AROUND = ("version", "digest_algorithms", "encap_content_info")
_SAID = (
    "version",
    "sid",
    "digest_algorithm",
    "signed_attrs",
    "signature_algorithm",
    "signature",
)


class TokenInvalid(Exception):
    """The token does not hold; says why, in a word for the log."""


@dataclass(frozen=True)
class Stamp:
    """What a token that holds says."""

    at: datetime
    """When the stamped bytes were there (UTC)."""
    until: datetime
    """When the first certificate of its path ends: after that it proves nothing by itself."""
    policy: str
    nonce: int | None
    token: bytes
    """As we keep it: its path enclosed without the root, and nothing that nobody signed."""


def read(token: bytes, stamped: bytes, known: Sequence[x509.Certificate]) -> Stamp:
    """Read a token over these bytes that leads to a root among the certificates `known`.

    Raises:
        TokenInvalid: it does not hold.
    """
    try:
        return _read(token, stamped, known)
    except TokenInvalid:
        raise
    except Exception as error:  # asn1crypto 1.5 raises half a dozen kinds over crafted bytes
        raise TokenInvalid(f"no such token: {error}") from error


def as_kept(token: bytes, stamped: bytes, known: Sequence[x509.Certificate]) -> Stamp:
    """Read a token that is to be in the one form that we keep tokens in.

    Raises:
        TokenInvalid: it does not hold, or has another form.
    """
    stamp = read(token, stamped, known)
    if stamp.token != token:
        raise TokenInvalid("not in the form we keep")
    return stamp


def _read(token: bytes, stamped: bytes, known: Sequence[x509.Certificate]) -> Stamp:
    data = cms.ContentInfo.load(token, strict=True)["content"]
    # As it is written, before anything is read: asn1crypto 1.5 writes anew what it has read.
    around = [data[each].dump() for each in _AROUND]
    (teller,) = data["signer_infos"]
    said_by = {each: teller[each].dump() for each in _SAID}
    content = data["encap_content_info"]
    if content["content_type"].native != "tst_info":
        raise TokenInvalid("no time in it")
    written = bytes(content["content"])
    said = tsp.TSTInfo.load(written, strict=True)
    imprint = said["message_imprint"]
    if (
        imprint["hash_algorithm"]["algorithm"].native != IMPRINT
        or imprint["hashed_message"].native != hashlib.sha256(stamped).digest()
    ):
        raise TokenInvalid("over other bytes")
    enclosed = [x509.load_der_x509_certificate(each.dump()) for each in data["certificates"]]
    service = _named(teller["sid"], enclosed)
    at: datetime = said["gen_time"].native
    path = list(_path(service, [*enclosed, *known], known, at))
    _refuse_unless_signed(teller, said_by["signed_attrs"], written, service)
    return Stamp(
        at=at,
        until=min(each.not_valid_after_utc for each in path),
        policy=said["policy"].dotted,
        nonce=said["nonce"].native,
        token=_kept(around, said_by.values(), path[:-1]),
    )


def _named(sid: Any, enclosed: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate of whoever signed; a service encloses it when asked."""
    named = sid.chosen
    for each in enclosed:
        if sid.name == "issuer_and_serial_number" and (
            each.serial_number == named["serial_number"].native
            and each.issuer.public_bytes() == named["issuer"].dump()
        ):
            return each
    raise TokenInvalid("its certificate is not enclosed")


def _refuse_unless_signed(
    teller: Any, attributed: bytes, content: bytes, service: x509.Certificate
) -> None:
    """Let pass what is signed by that certificate, which is for time-stamps and nothing else."""
    name = teller["digest_algorithm"]["algorithm"].native
    if name not in _DIGESTS:
        raise TokenInvalid("digest too weak")
    attributes = {each["type"].native: each["values"] for each in teller["signed_attrs"]}
    if (
        len(attributes) != len(teller["signed_attrs"])
        or attributes["content_type"].native != ["tst_info"]
        or attributes["message_digest"].native != [hashlib.new(name, content).digest()]
    ):
        raise TokenInvalid("its attributes are of something else")
    _refuse_unless_bound(attributes, service)
    signed = b"\x31" + attributed[1:]  # the set itself, not its place (RFC 5652, 5.4)
    value, key, digest = teller["signature"].native, service.public_key(), _DIGESTS[name]
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, signed, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(value, signed, padding.PKCS1v15(), digest)
    else:
        raise TokenInvalid("its key is of another kind")
    purpose = service.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not purpose.critical or list(purpose.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise TokenInvalid("its certificate is not for time-stamps")


def _refuse_unless_bound(attributes: dict[str, Any], service: x509.Certificate) -> None:
    """Let pass what names that certificate under the signature (RFC 3161, 2.4.1; RFC 5816)."""
    raw = service.public_bytes(Encoding.DER)
    if "signing_certificate_v2" in attributes:
        bound = attributes["signing_certificate_v2"][0]["certs"][0]
        name = bound["hash_algorithm"]["algorithm"].native
    else:
        bound, name = attributes["signing_certificate"][0]["certs"][0], "sha1"
    if bound["cert_hash"].native != hashlib.new(name, raw, usedforsecurity=name != "sha1").digest():
        raise TokenInvalid("bound to another certificate")


def _path(
    certificate: x509.Certificate | None,
    between: Sequence[x509.Certificate],
    known: Sequence[x509.Certificate],
    at: datetime,
) -> Iterator[x509.Certificate]:
    """A certificate and those above it up to a root that is known, all in force at a moment."""
    for _ in range(_LONGEST_PATH):
        if certificate is None:
            break
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise TokenInvalid("a certificate was not in force")
        yield certificate
        if certificate.issuer == certificate.subject:
            if certificate in known:
                return
            break
        below = certificate
        certificate = next((each for each in between if _issued(each, below)), None)
    raise TokenInvalid("under no root that is known")


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject != certificate.issuer:
        return False
    try:
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    return basic.value.ca


def _kept(
    around: Iterable[bytes], said: Iterable[bytes], path: Sequence[x509.Certificate]
) -> bytes:
    """The token with its path and nothing else enclosed, and no attribute that nobody signed."""
    enclosed = sorted(each.public_bytes(Encoding.DER) for each in path)
    inside = message.tagged(
        _SEQUENCE,
        *around,
        message.tagged(_FIRST, *enclosed),
        message.tagged(_SET, message.tagged(_SEQUENCE, *said)),
    )
    return message.tagged(_SEQUENCE, _SIGNED_DATA, message.tagged(_FIRST, inside))
