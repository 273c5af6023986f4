"""The twin inside the paper, the lists that carry its status, and how things stood on a day."""

import hashlib
import io
import json
import random
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import (
    checking,
    drawing,
    edwards,
    issuing,
    jose,
    keys,
    numbering,
    status,
    twin,
)
from certificates.agreement import identity_hash
from certificates.answers import Verdict
from certificates.jose import TokenRefused
from certificates.tables import Certificate, CertificateTwin
from registry.platform.settings import Settings
from registry.tables import Account
from tests.certificates.examples import AT, FACE, PASSWORD, authority, signer
from tests.conftest import Client
from tests.factories import DAY, make_applicant, make_granted, sign_in, stand

pytestmark = pytest.mark.anyio
ROOTS = keys.load_roots(authority())
LATER = date(2026, 12, 31)
SETTINGS = Settings(public_url="https://registry.example.org")
PUBLISHED_KEY = "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6"
PUBLISHED_DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
"""The example of the did:key method."""


def token() -> str:
    return twin.seal(twin.compose(FACE, (1, 94567), SETTINGS), SETTINGS, signer())


def test_the_twin_says_what_the_paper_says_and_no_identity_number() -> None:
    said = jose.read(token(), "vc+jwt", ROOTS, AT)
    subject = said["credentialSubject"]
    assert (subject["licenseNumber"], said["id"]) == (FACE.number, FACE.verification_url)
    assert said["validFrom"] == "2026-11-24T00:00:00+08:00"
    assert said["validUntil"] == "2029-11-23T23:59:59+08:00"
    [identity] = subject["identifier"]
    assert identity["identityHash"] == identity_hash(FACE.holder, identity["salt"])
    assert FACE.holder not in json.dumps(said, ensure_ascii=False)
    assert [each["statusListIndex"] for each in said["credentialStatus"]] == ["94567", "94567"]


def test_another_authority_or_another_time_is_refused() -> None:
    with pytest.raises(TokenRefused):
        jose.read(token(), "vc+jwt", keys.load_roots(authority(1)), AT)
    with pytest.raises(TokenRefused):
        jose.read(token(), "vc+jwt", ROOTS, AT + timedelta(days=365 * 40))
    with pytest.raises(TokenRefused):
        jose.read(token(), "jwt", ROOTS, AT)


def test_neither_no_algorithm_nor_another_is_accepted() -> None:
    _, body, signature = token().split(".")
    for header in ({"alg": "none"}, {"alg": "HS256"}, {"alg": "ES256"}):
        head = jose.encode(json.dumps({**header, "typ": "vc+jwt", "x5c": []}).encode())
        for changed in (f"{head}.{body}.{signature}", f"{head}.{body}."):
            with pytest.raises(TokenRefused):
                jose.read(changed, "vc+jwt", ROOTS, AT)


def test_of_ten_thousand_changed_tokens_none_is_accepted() -> None:
    text, chance, accepted = token(), random.Random(9), []
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.="
    for _ in range(10_000):
        at = chance.randrange(len(text))
        changed = chance.choice(
            [
                text[:at] + chance.choice(letters) + text[at + 1 :],
                text[:at] + text[at + 1 :],
                text[:at] + chance.choice(letters) + text[at:],
                changed_json(text, chance),
            ]
        )
        if changed != text:
            try:
                jose.read(changed, "vc+jwt", ROOTS, AT)
            except TokenRefused:
                continue
            accepted.append(changed)
    assert accepted == []


def changed_json(text: str, chance: random.Random) -> str:
    """A token whose header or body says something else, under the old signature."""
    parts = text.split(".")
    place = chance.randrange(2)
    parts[place] = jose.encode(
        json.dumps(otherwise(json.loads(jose.decode(parts[place])), chance)).encode()
    )
    return ".".join(parts)


def otherwise(said: Any, chance: random.Random) -> Any:
    """JSON with one thing in it changed, taken away, doubled or of another kind."""
    if isinstance(said, dict) and said:
        key = chance.choice(sorted(said))
        rest = {name: value for name, value in said.items() if name != key}
        if chance.random() < 0.2:
            return chance.choice([rest, {**rest, f"{key}_": said[key]}, {**said, "also": key}])
        return {**said, key: otherwise(said[key], chance)}
    if isinstance(said, list) and said and chance.random() < 0.7:
        place = chance.randrange(len(said))
        return [*said[:place], otherwise(said[place], chance), *said[place + 1 :]]
    others = [None, True, 0, -1, "", f"{said} ", [said], {"": said}, f"{said}"[::-1], 2**70]
    return chance.choice([other for other in others if other != said])


def unspelt(text: str) -> bytes:
    number = 0
    for character in text[1:]:
        number = number * 58 + twin._ALPHABET.index(character)
    return number.to_bytes(34)


def test_keys_are_written_as_the_method_publishes_them() -> None:
    assert twin.did_key(bytes.fromhex(PUBLISHED_KEY)) == PUBLISHED_DID


def test_the_readable_twin_carries_a_proof_anybody_can_check() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    plain = twin.compose(FACE, (1, 7), SETTINGS)
    made = json.loads(json.dumps(twin.readable(plain, key, AT)))
    proof = made.pop("proof")
    value = proof.pop("proofValue")
    number = 0
    for character in value[1:]:
        number = number * 58 + twin._ALPHABET.index(character)
    parts = [
        hashlib.sha256(
            json.dumps(part, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        ).digest()
        for part in (proof, made)
    ]
    public = unspelt(proof["verificationMethod"].removeprefix("did:key:").partition("#")[0])[2:]
    Ed25519PublicKey.from_public_bytes(public).verify(number.to_bytes(64), b"".join(parts))


@settings(deadline=None)
@given(st.sets(st.integers(0, status.BITS - 1), max_size=30))
def test_a_list_says_of_every_place_what_was_set(places: set[int]) -> None:
    text = status.encoded(sorted(places))
    asked = places | {place ^ 1 for place in places} | {0, status.BITS - 1}
    assert {place for place in asked if status.is_set(text, place)} == places


def test_the_empty_list_is_the_one_of_the_standard() -> None:
    assert not status.is_set(
        "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA", 94567
    )


async def of(certificate: Certificate) -> CertificateTwin:
    kept = await CertificateTwin.objects().get(CertificateTwin.certificate == certificate.id)
    assert kept is not None
    return kept


async def published(client: Client, purpose: str) -> str:
    answer = await client.get(f"/status/{purpose}-1")
    assert answer.headers["content-type"].startswith("application/vc+jwt")
    said = jose.read(answer.text, "vc+jwt", ROOTS, datetime.now(UTC))
    assert said["credentialSubject"]["statusPurpose"] == purpose
    text: str = said["credentialSubject"]["encodedList"]
    return text


async def test_the_twin_goes_along_inside_the_paper(
    client: Client, certificate: Certificate, file: bytes
) -> None:
    kept = await of(certificate)
    with pikepdf.open(io.BytesIO(file)) as paper:
        assert paper.attachments["credential.jwt"].get_file().read_bytes() == (
            kept.credential.encode()
        )
        [associated] = paper.Root.AF
        assert associated.AFRelationship == pikepdf.Name.Data
        assert associated.EF.F.Subtype == pikepdf.Name("/application/vc+jwt")
    holder = await Account.objects().get(Account.person == certificate.person)
    assert holder is not None
    await sign_in(client, holder)
    alone = await client.get(f"/api/certificates/{certificate.number}/credential")
    assert alone.text == kept.credential
    readable = await client.get(f"/api/certificates/{certificate.number}/credential.json")
    assert readable.json()["proof"]["cryptosuite"] == "eddsa-jcs-2022"


async def test_lists_follow_what_is_decided(
    client: Client, certificate: Certificate, officer: Account
) -> None:
    place = (await of(certificate)).status_index
    assert not status.is_set(await published(client, "suspension"), place)
    await stand(certificate.credential, "suspend", until=LATER, on=DAY)
    assert status.is_set(await published(client, "suspension"), place)
    await stand(certificate.credential, "lift", on=DAY)
    assert not status.is_set(await published(client, "suspension"), place)
    await stand(certificate.credential, "revoke", on=DAY)
    assert status.is_set(await published(client, "revocation"), place)
    for missing in ("revocation-2", "revocation-01", "refresh-1", "revocation"):
        assert (await client.get(f"/status/{missing}")).status_code == 404


async def test_what_was_issued_before_there_were_twins_is_still_signed_and_valid(
    client: Client, certificate: Certificate, settings: Settings
) -> None:
    face = issuing.face_of(certificate)
    held = await make_granted(await make_applicant(name="陈思远"))
    number = numbering.number(prefix="SHTM", year=2026, letter="J", serial=777, digits=6)
    old = replace(face, number=number, code=numbering.code(42), holder="陈思远")
    paper = Certificate(
        id=uuid4(), number=number, code=old.code, credential=held.id, person=held.person,
        holder_name=old.holder, face=json.dumps(asdict(old), default=str, ensure_ascii=False),
        unsigned_sha256=hashlib.sha256(drawing.draw(old)).hexdigest(), issued_on=DAY,
    )  # fmt: skip
    await paper.save()
    await issuing.sign(paper, signer(), on=DAY, settings=settings)
    answer = await checking.by_code(old.code, datetime(2026, 7, 1, tzinfo=UTC))
    assert answer.verdict == Verdict.VALID


def test_the_key_of_readable_twins_is_made_once(tmp_path: Any) -> None:
    first = edwards.load(tmp_path, edwards.TWIN, PASSWORD)
    edwards.load.cache_clear()
    again = edwards.load(tmp_path, edwards.TWIN, PASSWORD)
    assert first.private_bytes_raw() == again.private_bytes_raw()
    edwards.load.cache_clear()
    with pytest.raises(keys.WrongPassword):
        edwards.load(tmp_path, edwards.TWIN, "another")
