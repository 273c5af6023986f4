"""The authorities' revocation lists (RFC 5280), and the next seal when one is changed."""

import json
import shutil
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from certificates import authority, keys, modules
from certificates.authority import Issued
from certificates.keys import NoAuthority, WrongPassword
from registry.platform.errors import NotFound
from registry.platform.i18n import N_

REVOKED = "revoked.json"
"""Beside the keys: serial numbers, in hex, of seals that are distrusted, and since when."""


def publish(folder: Path, password: str, at: datetime, days: int) -> bytes:
    """The list of the issuing authority as it stands at a moment, good for some days (DER).

    Raises:
        NoAuthority: the issuing key is not on this machine.
        WrongPassword: it does not open.
    """
    return _listed(_authority(folder, "issuing", password), _revoked(folder), at, days)


def publish_root(folder: Path, password: str, at: datetime, days: int) -> bytes:
    """The list of the root, which has not revoked anything, good for some days (DER).

    Raises:
        NoAuthority: the root's key is not on this machine.
        WrongPassword: it does not open.
    """
    return _listed(_authority(folder, "root", password), {}, at, days)


def _listed(issuer: Issued, revoked: dict[str, str], at: datetime, days: int) -> bytes:
    at = at.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at)
        .next_update(at + timedelta(days=days))
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False
        )
    )
    for serial, since in revoked.items():
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(int(serial, 16))
            .revocation_date(datetime.fromisoformat(since))
            .build()
        )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def revoke(folder: Path, serial: int, at: datetime) -> None:
    """Distrust a seal from a moment on; a second time changes nothing.

    Raises:
        NotFound: it is no seal of this authority.
    """
    if serial not in {seal.serial_number for seal in seals(folder)}:
        raise NotFound(N_("没有这个编号的签章证书。"))
    known = _revoked(folder)
    known.setdefault(f"{serial:x}", at.isoformat(timespec="seconds"))
    fresh = folder / f".{REVOKED}.new"
    fresh.write_text(json.dumps(known, indent=2))
    fresh.replace(folder / REVOKED)


def rotate(folder: Path, password: str, on: date, years: int) -> x509.Certificate:
    """Make a new seal under the issuing authority; the old certificate is kept beside it.

    What the old one has sealed stays valid. A run that was cut short is simply repeated.

    Raises:
        NoAuthority: the issuing key is not on this machine.
        WrongPassword: it does not open.
        PeriodsOutOfOrder: the new seal would outlive its issuer.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    made = _next(folder, password, key.public_key(), on, years)
    _put(folder, "seal.key", keys.encrypted(key, password), 0o600)
    _put(folder, "seal.pem", made.public_bytes(Encoding.PEM), 0o644)
    (folder / keys.MODULE).unlink(missing_ok=True)
    return made


def rotate_into(folder: Path, password: str, uri: str, on: date, years: int) -> x509.Certificate:
    """The same for a key that is in a security module, named by a URI of RFC 7512.

    Raises:
        NoAuthority: the issuing key is not on this machine, or the module cannot be reached.
        WrongPassword: neither opens.
        UnsuitableKey: the module's key is not for ECDSA P-256.
        PeriodsOutOfOrder: the new seal would outlive its issuer.
    """
    made = _next(folder, password, modules.public_key(uri, password), on, years)
    _put(folder, keys.MODULE, f"{uri}\n".encode(), 0o600)
    _put(folder, "seal.pem", made.public_bytes(Encoding.PEM), 0o644)
    (folder / "seal.key").unlink(missing_ok=True)
    return made


def _next(
    folder: Path, password: str, public: ec.EllipticCurvePublicKey, on: date, years: int
) -> x509.Certificate:
    """The certificate of the next seal; the present one is kept beside it."""
    old, issuing = (
        keys.load_certificate(folder / "seal.pem"),
        _authority(folder, "issuing", password),
    )
    made = authority.renew(old, public, issuing, on, years)
    shutil.copyfile(folder / "seal.pem", folder / f"seal-{old.serial_number:x}.pem")
    return made


def _put(folder: Path, name: str, content: bytes, mode: int) -> None:
    fresh = folder / f".{name}.new"
    fresh.unlink(missing_ok=True)
    keys.write_new(fresh, content, mode)
    fresh.replace(folder / name)


def seals(folder: Path) -> Sequence[x509.Certificate]:
    """The present seal, then those before it."""
    before = sorted(folder.glob("seal-*.pem"))
    return [keys.load_certificate(path) for path in (folder / "seal.pem", *before)]


def is_revoked(folder: Path, seal: x509.Certificate) -> bool:
    """Whether a seal is distrusted."""
    return f"{seal.serial_number:x}" in _revoked(folder)


def serials(folder: Path) -> set[str]:
    """The numbers of all seals that are distrusted, in hex."""
    return set(_revoked(folder))


def _revoked(folder: Path) -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads((folder / REVOKED).read_text())
    except FileNotFoundError:
        return {}
    return known


def _authority(folder: Path, name: str, password: str) -> Issued:
    """The root or the issuing authority, with its key."""
    certificate = keys.load_certificate(folder / f"{name}.pem")
    try:
        key = load_pem_private_key((folder / f"{name}.key").read_bytes(), password.encode())
    except FileNotFoundError as error:
        raise NoAuthority(N_("签发机构的私钥不在本机。")) from error
    except (ValueError, TypeError) as error:
        raise WrongPassword(N_("口令不能打开签章密钥，或密钥文件已损坏。")) from error
    assert isinstance(key, ec.EllipticCurvePrivateKey), "the authority makes no other"
    return Issued(certificate, key)
