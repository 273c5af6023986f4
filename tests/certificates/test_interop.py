"""Others accept what we make, unmodified: openbadgeslib the token, openvc-core the JSON."""

import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from openvc.errors import OpenvcError
from openvc.proof.di_jcs import EddsaJcsProofSuite

from certificates import jose, twin
from registry.platform import clock
from tests.certificates.examples import FACE, signer
from tests.certificates.test_twin import SETTINGS, otherwise

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
JWK = {"kty": "OKP", "crv": "Ed25519", "x": jose.encode(KEY.public_key().public_bytes_raw())}
NOW = clock.today()


def said() -> dict[str, Any]:
    """A twin in force today, whenever that is."""
    face = replace(FACE, valid_from=NOW - timedelta(days=9), valid_until=NOW + timedelta(days=9))
    return twin.compose(face, (1, 94567), SETTINGS)


def verifier(seed: int = 0) -> OB3Verifier:
    key = signer(seed).certificate.public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return OB3Verifier(pubkey_pem=pem)


def test_openbadgeslib_accepts_the_token_under_our_seal_alone() -> None:
    token = twin.seal(said(), SETTINGS, signer())
    accepted = verifier().verify(token)
    assert accepted.achievement.id == f"{SETTINGS.public_url}/levels/{FACE.level}"
    with pytest.raises(OB3VerificationError):
        verifier(1).verify(token)


def test_openvc_accepts_the_readable_twin_as_it_was_made() -> None:
    made = json.loads(json.dumps(twin.readable(said(), KEY, clock.now())))
    accepted = EddsaJcsProofSuite().verify(made, public_key_jwk=JWK)
    assert accepted.credential["credentialSubject"]["licenseNumber"] == FACE.number
    made["credentialSubject"]["licenseNumber"] = "SHTM-2026-J-000124-A"
    with pytest.raises(OpenvcError):
        EddsaJcsProofSuite().verify(made, public_key_jwk=JWK)


def test_of_many_changed_readable_twins_none_is_accepted() -> None:
    made = json.loads(json.dumps(twin.readable(said(), KEY, clock.now())))
    proof, chance, accepted = made.pop("proof"), random.Random(12), []
    for _ in range(2_000):
        changed = {**otherwise(made, chance), "proof": proof}
        try:
            EddsaJcsProofSuite().verify(changed, public_key_jwk=JWK)
        except (OpenvcError, TypeError, ValueError, AttributeError, KeyError):
            continue
        accepted.append(changed)
    assert accepted == []
