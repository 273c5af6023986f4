"""An authority is made once, kept private, and read back only by who knows the password."""

import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from certificates import keys
from certificates.authority import DOCUMENT_SIGNING, PeriodsOutOfOrder
from certificates.keys import (
    AlreadyEstablished,
    NoAuthority,
    SealNotInForce,
    UnsuitableKey,
    WrongPassword,
)
from tests.certificates.examples import NAMES, ON, PASSWORD, PERIODS, authority, signer


def establish(folder: Path, **other: object) -> None:
    given = {"periods": PERIODS} | other
    keys.establish_authority(folder, PASSWORD, NAMES, ON, **given)  # type: ignore[arg-type]


def test_the_chain_leads_from_the_seal_to_the_root() -> None:
    seal, issuing = signer().certificate, signer().chain[0]
    (root,) = keys.load_roots(authority())
    seal.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    limits = [c.extensions.get_extension_for_class(x509.BasicConstraints) for c in (root, issuing)]
    assert [(limit.critical, limit.value.path_length) for limit in limits] == [(True, 1), (True, 0)]


def test_the_seal_is_for_documents_only() -> None:
    extensions = signer().certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    purposes = list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    assert purposes == [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    with pytest.raises(x509.ExtensionNotFound):
        extensions.get_extension_for_class(x509.CRLDistributionPoints)


def test_a_revocation_list_is_named_when_there_is_one(tmp_path: Path) -> None:
    establish(tmp_path, crl_url="http://example.org/issuing.crl")
    seal = keys.load_signer(tmp_path, PASSWORD).certificate
    points = seal.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert "http://example.org/issuing.crl" in repr(next(iter(points)))


def test_life_begins_with_the_office_day_and_ends_before_the_same_day_years_later() -> None:
    seal = signer().certificate
    assert seal.not_valid_before_utc == datetime(2026, 1, 4, 16, tzinfo=UTC)
    assert seal.not_valid_after_utc == datetime(2038, 1, 4, 15, 59, 59, tzinfo=UTC)


def test_private_keys_are_encrypted_and_for_the_owner_only() -> None:
    for name in ("root", "issuing", "seal"):
        file = authority() / f"{name}.key"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    establish(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(AlreadyEstablished):
        establish(tmp_path)
    (tmp_path / "root.key").unlink()
    with pytest.raises(AlreadyEstablished):
        establish(tmp_path)
    left = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert left == {name: content for name, content in before.items() if name != "root.key"}


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " "])
def test_a_wrong_password_says_so(password: str) -> None:
    with pytest.raises(WrongPassword):
        keys.load_signer(authority(), password)


def test_a_damaged_key_file_says_so(tmp_path: Path) -> None:
    establish(tmp_path)
    (tmp_path / "seal.key").write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    with pytest.raises(WrongPassword):
        keys.load_signer(tmp_path, PASSWORD)


@pytest.mark.parametrize("missing", ["seal.pem", "seal.key", "issuing.pem"])
def test_half_an_authority_is_none(tmp_path: Path, missing: str) -> None:
    establish(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(NoAuthority):
        keys.load_signer(tmp_path, PASSWORD)


def test_an_empty_folder_holds_no_roots(tmp_path: Path) -> None:
    with pytest.raises(NoAuthority):
        keys.load_roots(tmp_path)


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)],
    ids=["of another certificate", "of another kind"],
)
def test_a_key_that_does_not_fit_is_refused(
    tmp_path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
) -> None:
    establish(tmp_path)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSWORD.encode()),
    )
    (tmp_path / "seal.key").write_bytes(pem)
    with pytest.raises(UnsuitableKey):
        keys.load_signer(tmp_path, PASSWORD)


@pytest.mark.parametrize(
    "periods",
    [
        replace(PERIODS, seal_years=21),
        replace(PERIODS, issuing_years=31),
        replace(PERIODS, seal_years=0),
    ],
)
def test_no_certificate_outlives_its_issuer(tmp_path: Path, periods: object) -> None:
    with pytest.raises(PeriodsOutOfOrder):
        establish(tmp_path, periods=periods)
    assert list(tmp_path.iterdir()) == []


def test_a_seal_is_used_only_while_it_is_in_force() -> None:
    keys.refuse_unless_in_force(signer(), datetime(2038, 1, 4, 15, 59, 59, tzinfo=UTC))
    for outside in (datetime(2026, 1, 4, 15, 59, 59, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)):
        with pytest.raises(SealNotInForce):
            keys.refuse_unless_in_force(signer(), outside)


@given(st.binary(max_size=200))
def test_a_signature_verifies_is_repeatable_and_is_of_the_data(data: bytes) -> None:
    signature = signer().sign(data)
    assert signer().sign(data) == signature
    public = signer().certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(signature, data + b"\0", ec.ECDSA(hashes.SHA256()))


def test_the_key_does_not_show_itself() -> None:
    assert "key=" not in repr(signer())
