"""Signed tokens (JWS, compact form) with ECDSA P-256: ES256 of RFC 7518, by the seal."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.log.leaves import canonical

if TYPE_CHECKING:  # reading a token takes none of what a signer does
    from certificates.keys import Signer

CREDENTIAL = "vc+jwt"
"""The kind of token that a credential is (W3C)."""
HALF = 32
"""Bytes of each of the two numbers of a signature."""


class TokenRefused(ValueError):
    """It is no token of ours: malformed, of another kind, or not signed by our seal."""


def sign(said: Mapping[str, Any], kind: str, signer: "Signer", key_id: str) -> str:
    """Sign what is said as a token of a kind, such as `vc+jwt`.

    The certificates enclosed lead up to the root; `key_id` names the key for who knows it.
    """
    header = _header(kind, key_id, (signer.certificate, *signer.chain))
    signed = f"{header}.{encode(canonical(said).encode())}"
    r, s = decode_dss_signature(signer.sign(signed.encode()))
    # Of the two values that ECDSA allows, the smaller: nobody can turn one into the other.
    s = min(s, ec.SECP256R1.group_order - s)
    return f"{signed}.{encode(r.to_bytes(HALF) + s.to_bytes(HALF))}"


@lru_cache(maxsize=16)
def _header(kind: str, key_id: str, enclosed: tuple[x509.Certificate, ...]) -> str:
    """The head of all tokens of a kind by one seal."""
    header = {
        "alg": "ES256",
        "kid": key_id,
        "typ": kind,
        "x5c": [base64.b64encode(each.public_bytes(Encoding.DER)).decode() for each in enclosed],
    }
    return encode(canonical(header).encode())


def read(token: str, kind: str, roots: Sequence[x509.Certificate], at: datetime) -> dict[str, Any]:
    """What a token of ours says; `at` is the moment its certificates must be in force.

    Raises:
        TokenRefused: it is not one.
    """
    try:
        found, (seal, *chain) = signed_by(token, kind)
        _refuse_strangers(seal, chain, roots, at)
    except Exception as error:  # whatever a certificate from outside makes a parser raise
        raise TokenRefused(str(error)) from error
    return found


def signed_by(token: str, kind: str) -> tuple[dict[str, Any], list[x509.Certificate]]:
    """What a token of our form says, and the certificates it names as its signer's and above.

    Those may be anybody's: `read` looks at them.

    Raises:
        TokenRefused: it is not of that form, or not signed by the first of them.
    """
    try:
        head, body, signature = token.split(".")
        header, raw = json.loads(decode(head)), decode(signature)
        if header["alg"] != "ES256" or header["typ"] != kind or len(raw) != 2 * HALF:
            raise TokenRefused("a token of another kind")
        enclosed = [
            x509.load_der_x509_certificate(base64.b64decode(each, validate=True))
            for each in header["x5c"]
        ]
        r, s = int.from_bytes(raw[:HALF]), int.from_bytes(raw[HALF:])
        key = enclosed[0].public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or s > ec.SECP256R1.group_order // 2:
            raise TokenRefused("a signature of another kind")
        signed = f"{head}.{body}".encode()
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
        said: dict[str, Any] = json.loads(decode(body))
    except Exception as error:  # whatever a certificate from outside makes a parser raise
        raise TokenRefused(str(error)) from error
    return said, enclosed


def said(token: str) -> dict[str, Any]:
    """What a token says, without checking it.

    Raises:
        TokenRefused: it is none.
    """
    try:
        found: dict[str, Any] = json.loads(decode(token.split(".")[1]))
    except (IndexError, ValueError) as error:
        raise TokenRefused("no token") from error
    return found


def _refuse_strangers(
    seal: x509.Certificate,
    chain: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> None:
    """Let a seal pass whose enclosed issuers lead to one of our roots."""
    below = seal
    for above in (*chain, next((r for r in roots if r.subject == _top(seal, chain).issuer), None)):
        if above is None:
            raise TokenRefused("not under one of our roots")
        below.verify_directly_issued_by(above)
        limits = above.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not limits.ca:
            raise TokenRefused("an issuer is no authority")
        below = above
    for each in (seal, *chain):
        if not each.not_valid_before_utc <= at <= each.not_valid_after_utc:
            raise TokenRefused("a certificate is not in force")
    usage = seal.extensions.get_extension_for_class(x509.KeyUsage).value
    if not usage.digital_signature:
        raise TokenRefused("not a key that signs")


def _top(seal: x509.Certificate, chain: Sequence[x509.Certificate]) -> x509.Certificate:
    return chain[-1] if chain else seal


def public_key(certificate: x509.Certificate) -> dict[str, str]:
    """The public key of a seal as a JSON Web Key (RFC 7517)."""
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey), "seals have no other"
    numbers = key.public_numbers()
    x, y = (encode(each.to_bytes(HALF)) for each in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def encode(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Read base64url without padding, in its one spelling.

    Raises:
        TokenRefused: it is none.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise TokenRefused("not base64url") from error
    if encode(raw) != text:
        raise TokenRefused("base64url with stray bits")
    return raw
