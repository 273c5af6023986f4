"""The twin: an Open Badges 3.0 credential (W3C VC 2.0) that says what the paper says.

It never holds an identity number. The holder is named by a salted hash of the name on the paper,
which whoever has the paper can compute, and whoever has the credential can try names against.
"""

import hashlib
import secrets
from datetime import date, datetime, time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates import jose, status
from certificates.agreement import identity_hash
from certificates.face import Face
from certificates.keys import Signer
from certificates.log.leaves import canonical
from registry.platform import clock
from registry.platform.settings import Settings

BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
FILE = "credential.jwt"
"""What the twin is called inside the paper."""
CLAIMS = ("iss", "jti", "nbf", "exp")
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUBLIC = b"\xed\x01"
"""Multicodec prefix of an Ed25519 public key."""


def compose(face: Face, place: tuple[int, int], settings: Settings) -> dict[str, Any]:
    """What the twin of a face says; `place` is where its status is published."""
    salt = secrets.token_hex(16)
    here = settings.public_url
    valid: dict[str, str] = {"validFrom": _moment(face.valid_from, time())}
    if face.valid_until is not None:
        valid["validUntil"] = _moment(face.valid_until, time(23, 59, 59))
    return {
        "@context": [status.CONTEXT, BADGES],
        "id": face.verification_url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{face.title_zh} {face.title_en}",
        "issuer": {
            "id": status.issuer(settings),
            "type": ["Profile"],
            "name": f"{face.issuer_zh} {face.issuer_en}",
            "url": here,
        },
        **valid,
        "awardedDate": _moment(face.granted_on, time()),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": identity_hash(face.holder, salt),
                    "identityType": "name",
                    "salt": salt,
                }
            ],
            "licenseNumber": face.number,
            "achievement": {
                "id": f"{here}/levels/{face.level}",
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": f"{face.level_zh} {face.level_en}",
                "description": f"{face.title_zh} {face.title_en}",
                "criteria": {"narrative": face.basis},
            },
        },
        "credentialStatus": status.entries(*place, settings),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def seal(said: dict[str, Any], settings: Settings, signer: Signer) -> str:
    """The twin as a token (vc+jwt, ES256) under the seal.

    Beside it the claims that Open Badges 3.0 asks of a token, which repeat what it says.
    """
    claims = {"iss": said["issuer"]["id"], "jti": said["id"], "nbf": _seconds(said["validFrom"])}
    if "validUntil" in said:
        claims["exp"] = _seconds(said["validUntil"])
    return jose.sign(
        {**said, **claims}, status.KIND, signer, status.key_id(settings, signer.certificate)
    )


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def said(token: str) -> dict[str, Any]:
    """What a twin on record says, without checking it, and without the claims of its token."""
    return {name: value for name, value in jose.said(token).items() if name not in CLAIMS}


def readable(said: dict[str, Any], key: Ed25519PrivateKey, at: datetime) -> dict[str, Any]:
    """The twin as JSON with a proof inside it (Data Integrity, eddsa-jcs-2022)."""
    options = {
        "@context": said["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method(key.public_key())["id"],
        "proofPurpose": "assertionMethod",
    }
    return {**said, "proof": {**options, "proofValue": multibase(key.sign(_hashed(options, said)))}}


def method(key: Ed25519PublicKey) -> dict[str, str]:
    """A public key as what an issuer's document lists (W3C Controlled Identifiers, Multikey)."""
    controller = did_key(key.public_bytes_raw())
    public = controller.removeprefix("did:key:")
    return {
        "id": f"{controller}#{public}",
        "type": "Multikey",
        "controller": controller,
        "publicKeyMultibase": public,
    }


def _hashed(options: dict[str, Any], document: dict[str, Any]) -> bytes:
    return b"".join(
        hashlib.sha256(canonical(part).encode()).digest() for part in (options, document)
    )


def did_key(public: bytes) -> str:
    """An Ed25519 public key as an identifier that is the key itself."""
    return f"did:key:{multibase(_ED25519_PUBLIC + public)}"


def multibase(raw: bytes) -> str:
    """Bytes in base58btc, with the letter that says so."""
    number, digits = int.from_bytes(raw), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return "z" + "1" * (len(raw) - len(raw.lstrip(b"\0"))) + digits


def _moment(day: date, at: time) -> str:
    """The beginning or end of an office day."""
    return datetime.combine(day, at, clock.OFFICE).isoformat()
