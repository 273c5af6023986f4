"""A seal whose key is in a security module (PKCS#11), where it signs and which it never leaves.

The key folder names it by a URI of RFC 7512, such as
`pkcs11:token=registry;object=seal?module-path=/usr/lib/softhsm/libsofthsm2.so`. Its PIN is in the
file that `pin-source` names, or it is the password of the keys.
"""

import contextlib
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificates import keys
from certificates.keys import NoAuthority, UnsuitableKey, WrongPassword
from registry.platform.i18n import N_

_CHALLENGE = b"Does this key belong to the certificate beside it?"
_POINT_BYTES = 65
"""Of a point of P-256, uncompressed."""
Value = TypeVar("Value")


_lock = threading.Lock()
_sessions: dict[tuple[str, str], tuple[str, Any]] = {}
"""By library and token: the PIN and the session. A process signs in to a token once, says PKCS#11;
whoever else opens one there is signed in too, and all are signed out with the last."""


@dataclass(frozen=True)
class ModuleSigner:
    """A seal in a security module."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    uri: str
    pin: str = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Sign data with ECDSA P-256 over SHA-256, in the module.

        Raises:
            NoAuthority: the module cannot be reached or has no such key.
            WrongPassword: the PIN is refused.
        """
        # Not CKM_ECDSA_SHA256: SoftHSM 2.6.1 has none.
        digest, mechanism = hashlib.sha256(data).digest(), _pkcs11().Mechanism.ECDSA

        def sign(key: Any) -> bytes:
            signature: bytes = key.sign(digest, mechanism=mechanism)
            return signature

        raw = _asked(self.uri, self.pin, "PRIVATE_KEY", sign)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


def load(folder: Path, uri: str, password: str) -> ModuleSigner:
    """The seal that a key folder keeps in a security module.

    Raises:
        NoAuthority: the module cannot be reached, or has no such key.
        WrongPassword: its PIN is refused.
        UnsuitableKey: the key does not belong to the seal certificate.
    """
    certificate, chain = keys.certificates_of(folder)
    signer = ModuleSigner(certificate, chain, uri, _pin(uri, password))
    public = certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey), "seals have no other"
    try:
        public.verify(signer.sign(_CHALLENGE), _CHALLENGE, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise UnsuitableKey(N_("签章密钥与签章证书不配对。")) from error
    return signer


def public_key(uri: str, password: str) -> ec.EllipticCurvePublicKey:
    """The public half of a key in a module, to be certified.

    Raises:
        NoAuthority: the module cannot be reached, or has no such key.
        WrongPassword: its PIN is refused.
        UnsuitableKey: it is not a key for ECDSA P-256.
    """
    attribute = _pkcs11().Attribute.EC_POINT
    point: bytes = _asked(uri, _pin(uri, password), "PUBLIC_KEY", lambda key: key[attribute])
    # The point is wrapped in an OCTET STRING, whose content is its end.
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point[-_POINT_BYTES:])
    except ValueError as error:
        raise UnsuitableKey(N_("签章密钥必须是 ECDSA P-256。")) from error


def _pkcs11() -> Any:
    try:
        import pkcs11
    except ImportError as error:
        raise NoAuthority(N_("使用签章设备需要安装 hsm 组件。")) from error
    return pkcs11


def _asked(uri: str, pin: str, kind: str, question: Callable[[Any], Value]) -> Value:
    """What a key in a module answers; a module's troubles in the words of an operator."""
    where, how = _named(uri)
    place, trouble = (how["module-path"], where["token"]), _pkcs11().exceptions
    wrong = (trouble.PinIncorrect, trouble.PinInvalid, trouble.PinLenRange, trouble.PinLocked)
    with _lock:
        try:
            held = _sessions.get(place)
            if held is None or held[0] != pin:
                _forget(place)
                token = _pkcs11().lib(place[0]).get_token(token_label=place[1])
                held = _sessions[place] = (pin, token.open(user_pin=pin))
            wanted = _pkcs11().ObjectClass[kind]
            return question(held[1].get_key(object_class=wanted, label=where["object"]))
        except wrong as error:
            raise WrongPassword(N_("签章设备不接受这个口令，或口令已被锁定。")) from error
        except (trouble.PKCS11Error, OSError) as error:
            _forget(place)  # it may have been taken out and come back
            why = f"{type(error).__name__} {error}".strip()
            words = N_("签章设备不可用，或其中没有这个密钥：{why}")
            raise NoAuthority(words, why=why) from error


def _forget(place: tuple[str, str]) -> None:
    if (held := _sessions.pop(place, None)) is not None:
        with contextlib.suppress(_pkcs11().exceptions.PKCS11Error):
            held[1].close()


def _named(uri: str) -> tuple[dict[str, str], dict[str, str]]:
    """The attributes of a URI that name a token and a key, and those that say how to reach it."""
    parts = urlsplit(uri)
    where = dict(each.partition("=")[::2] for each in parts.path.split(";"))
    how = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if (
        parts.scheme != "pkcs11"
        or not {"token", "object"} <= set(where)
        or "module-path" not in how
    ):
        words = N_("签章设备的地址应为 pkcs11:token=…;object=…?module-path=…")
        raise NoAuthority(words)
    return {name: unquote(value) for name, value in where.items()}, how


def _pin(uri: str, password: str) -> str:
    source = _named(uri)[1].get("pin-source")
    if source is None:
        return password
    try:
        return Path(source.removeprefix("file:")).read_text().strip()
    except OSError as error:
        raise NoAuthority(
            N_("签章设备不可用，或其中没有这个密钥：{why}"), why=str(error)
        ) from error
