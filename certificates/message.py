"""The signature of a seal as a CMS message (RFC 5652, CAdES per ETSI EN 319 122-1), in DER.

All of it but the digest, the signature value and perhaps a time-stamp is the same for every paper
under one seal, so it is put together once; what remains is to join the parts.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding

_SEQUENCE, _SET, _OCTETS, _INTEGER, _OID, _NULL = 0x30, 0x31, 0x04, 0x02, 0x06, b"\x05\x00"
_FIRST, _SECOND = 0xA0, 0xA1
"""Context tags [0] and [1], constructed."""
_DATA = "1.2.840.113549.1.7.1"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_ECDSA_SHA256 = "1.2.840.10045.4.3.2"


class Message:
    """What surrounds the signatures of one seal."""

    def __init__(self, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
        raw = certificate.public_bytes(Encoding.DER)
        serial = _integer(certificate.serial_number)
        issuer = certificate.issuer.public_bytes()
        digesting = tagged(_SEQUENCE, _oid(_SHA256), _NULL)
        named = tagged(_SEQUENCE, tagged(_SEQUENCE, tagged(0xA4, issuer)), serial)
        # ESSCertIDv2 leaves its digest algorithm out where that is SHA-256 (RFC 5035).
        bound = tagged(_SEQUENCE, tagged(_OCTETS, hashlib.sha256(raw).digest()), named)
        self._attributes = (
            _attribute(_CONTENT_TYPE, _oid(_DATA)),
            _attribute(_MESSAGE_DIGEST, tagged(_OCTETS, bytes(32)))[:-32],
            _attribute(_SIGNING_CERTIFICATE_V2, tagged(_SEQUENCE, tagged(_SEQUENCE, bound))),
        )
        self._teller = _integer(1) + tagged(_SEQUENCE, issuer, serial) + digesting
        self._method = tagged(_SEQUENCE, _oid(_ECDSA_SHA256))
        self._data = (
            _integer(1)
            + tagged(_SET, digesting)
            + tagged(_SEQUENCE, _oid(_DATA))
            + tagged(
                _FIRST,
                *sorted(
                    (raw, *(each.public_bytes(Encoding.DER) for each in chain)),
                ),
            )
        )

    def parts(self) -> dict[str, str]:
        """What is put together around digest, value and what is unsigned, in hex: for others.

        The attributes are `content`, then `digest` and the digest itself, then `bound`.
        """
        kind, told, bound = self._attributes
        parts = {
            "content": kind,
            "digest": told,
            "bound": bound,
            "teller": self._teller,
            "method": self._method,
            "data": self._data,
        }
        return {name: raw.hex() for name, raw in parts.items()}

    def to_sign(self, digest: bytes) -> bytes:
        """What is signed for content of that SHA-256: the attributes, as the set they are."""
        return tagged(_SET, self._signed(digest))

    def around(self, digest: bytes, signature: bytes, unsigned: bytes = b"") -> bytes:
        """The message about a signature (DER) over `to_sign`.

        `unsigned` are attributes that nothing protects, one after the other in the order of DER,
        such as `time_stamp`.
        """
        teller = tagged(
            _SEQUENCE,
            self._teller,
            tagged(_FIRST, self._signed(digest)),
            self._method,
            tagged(_OCTETS, signature),
            tagged(_SECOND, unsigned) if unsigned else b"",
        )
        data = tagged(_SEQUENCE, self._data, tagged(_SET, teller))
        return tagged(_SEQUENCE, _oid(_SIGNED_DATA), tagged(_FIRST, data))

    def _signed(self, digest: bytes) -> bytes:
        kind, told, bound = self._attributes
        return kind + told + digest + bound


def sign(
    digest: bytes,
    message: Message,
    key: Callable[[bytes], bytes],
    stamp: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """The signature of a key upon content of that SHA-256, as a message.

    `stamp` is given the signature value, and answers with a time-stamp token over it (RFC 3161).
    """
    value = low(key(message.to_sign(digest)))
    return message.around(digest, value, time_stamp(stamp(value)) if stamp else b"")


def time_stamp(token: bytes) -> bytes:
    """The attribute that holds a time-stamp token over the signature value (RFC 3161, A)."""
    return _attribute(_SIGNATURE_TIME_STAMP, token)


def low(signature: bytes) -> bytes:
    """Of the two values that ECDSA allows the smaller: nobody can turn one into the other."""
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, ec.SECP256R1.group_order - s))


@lru_cache(maxsize=16)
def of(certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> Message:
    """The message of a seal, put together when first asked for."""
    return Message(certificate, chain)


def _attribute(kind: str, value: bytes) -> bytes:
    return tagged(_SEQUENCE, _oid(kind), tagged(_SET, value))


def tagged(tag: int, *parts: bytes) -> bytes:
    """One element of DER with these parts inside."""
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(size))) + size + content


def _integer(number: int) -> bytes:
    return tagged(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1))


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    content = bytearray([first * 40 + second])
    for part in rest:
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.append(0x80 | part & 0x7F)
        content += bytes(reversed(groups))
    return tagged(_OID, bytes(content))
