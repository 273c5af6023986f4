"""Seals are changed and revoked, and whoever checks can read which."""

import json
import shutil
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates import edwards, jose, keys, revocation, signing, twin
from certificates.authority import PeriodsOutOfOrder
from certificates.tables import Certificate, CertificateTwin
from registry.platform import clock
from registry.platform.errors import NotFound
from registry.platform.settings import Settings
from tests.certificates.examples import AT, ON, PASSWORD, authority, drawn
from tests.conftest import Client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(authority(), tmp_path / "keys"))


def listed(raw: bytes) -> set[int]:
    return {each.serial_number for each in x509.load_der_x509_crl(raw)}


def test_the_list_names_what_was_revoked_and_is_signed_by_the_issuer(folder: Path) -> None:
    seal = keys.load_certificate(folder / "seal.pem")
    assert listed(revocation.publish(folder, PASSWORD, AT, 7)) == set()
    revocation.revoke(folder, seal.serial_number, AT)
    revocation.revoke(folder, seal.serial_number, AT)
    made = x509.load_der_x509_crl(revocation.publish(folder, PASSWORD, AT, 7))
    assert {each.serial_number for each in made} == {seal.serial_number}
    issuing = keys.load_certificate(folder / "issuing.pem").public_key()
    assert made.is_signature_valid(issuing)  # type: ignore[arg-type]
    assert made.next_update_utc is not None
    assert (made.next_update_utc - made.last_update_utc).days == 7
    with pytest.raises(NotFound):
        revocation.revoke(folder, 42, AT)


def test_a_new_seal_signs_and_the_old_one_is_kept(folder: Path) -> None:
    before = keys.read_seal(folder, PASSWORD)
    made = revocation.rotate(folder, PASSWORD, ON, 10)
    after = keys.read_seal(folder, PASSWORD)
    assert after.certificate == made
    assert (made.subject, made.issuer) == (before.certificate.subject, before.certificate.issuer)
    assert after.key.private_numbers() != before.key.private_numbers()
    assert [seal.serial_number for seal in revocation.seals(folder)] == [
        made.serial_number,
        before.certificate.serial_number,
    ]
    assert (folder / "seal.key").stat().st_mode & 0o777 == 0o600
    assert signing.sign(drawn(), after, AT).startswith(b"%PDF")
    with pytest.raises(PeriodsOutOfOrder):
        revocation.rotate(folder, PASSWORD, ON, 100)


def test_a_change_that_was_cut_short_is_repeated(folder: Path) -> None:
    other = revocation.rotate(Path(shutil.copytree(folder, folder.parent / "b")), PASSWORD, ON, 9)
    shutil.copyfile(folder.parent / "b" / "seal.key", folder / "seal.key")  # the key alone came
    with pytest.raises(keys.UnsuitableKey):
        keys.read_seal(folder, PASSWORD)
    made = revocation.rotate(folder, PASSWORD, ON, 10)
    assert keys.read_seal(folder, PASSWORD).certificate == made != other


def test_without_the_issuing_key_there_is_no_list(folder: Path) -> None:
    with pytest.raises(keys.WrongPassword):
        revocation.publish(folder, "another", AT, 7)
    (folder / "issuing.key").unlink()
    with pytest.raises(keys.NoAuthority):
        revocation.publish(folder, PASSWORD, AT, 7)


@pytest.mark.anyio
async def test_anybody_can_read_them(client: Client, settings: Settings) -> None:
    crl = await client.get("/authority/issuing.crl")
    assert listed(crl.content) == set()
    assert x509.load_der_x509_crl(crl.content).last_update_utc <= clock.now()
    for name in ("root", "issuing"):
        found = x509.load_der_x509_certificate((await client.get(f"/authority/{name}.cer")).content)
        assert found == keys.load_certificate(settings.key_folder / f"{name}.pem")
    for name in ("seal.key", "root.pem", "..%2Fseal.key"):
        assert (await client.get(f"/authority/{name}")).status_code == 404


@pytest.mark.anyio
async def test_the_issuer_s_document_lists_every_key_that_ever_sealed(
    client: Client, certificate: Certificate, settings: Settings
) -> None:
    kept = await CertificateTwin.objects().get(CertificateTwin.certificate == certificate.id)
    assert kept is not None
    named = json.loads(jose.decode(kept.credential.split(".")[0]))["kid"]
    revocation.rotate(settings.key_folder, PASSWORD, ON, 10)
    old = keys.load_certificate(settings.key_folder / "seal.pem")
    said = (await client.get("/issuer")).json()
    assert named in [key["kid"] for key in said["keys"]]
    assert (len(said["keys"]), {key["revoked"] for key in said["keys"]}) == (2, {False})
    revocation.revoke(settings.key_folder, old.serial_number, clock.now())
    said = (await client.get("/issuer")).json()
    assert [key["revoked"] for key in said["keys"]] == [True, False]
    # A proof by a key that the issuer does not list is nobody's.
    ours = edwards.load(settings.key_folder, edwards.TWIN, PASSWORD)
    stranger = Ed25519PrivateKey.generate()
    for key, listed_there in ((ours, True), (stranger, False)):
        proof = twin.readable(twin.said(kept.credential), key, clock.now())["proof"]
        assert (proof["verificationMethod"] in said["assertionMethod"]) is listed_there
