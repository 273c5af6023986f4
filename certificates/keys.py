"""The signing keys: an authority of one's own (root, issuing CA, seal), and how a seal is used.

Certificates are sealed with ECDSA P-256. Whatever can sign with such a key may stand behind
`Signer`: a key file here, a security module in `modules`, a remote service elsewhere.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates import authority
from certificates.authority import AuthorityNames, Periods
from registry.platform.errors import Conflict, NotAllowed, RuleNotMet
from registry.platform.i18n import N_
from registry.platform.installation import KeysNotReady

ECDSA = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
"""With the nonce of RFC 6979: the same paper signed again by the same key is the same file."""

MODULE = "seal.pkcs11"
"""In the key folder: where the seal's key is, if in a security module, as a URI of RFC 7512."""


class NoAuthority(KeysNotReady):
    """The folder holds no signing authority, or only part of one that can be read."""


class AlreadyEstablished(Conflict):
    """The folder already holds a signing authority, which is never overwritten."""


class WrongPassword(NotAllowed):
    """The password does not open the private key, or the key file is damaged."""


class UnsuitableKey(Conflict):
    """The key is not for ECDSA P-256, or does not belong to the certificate beside it."""


class SealNotInForce(RuleNotMet):
    """The seal certificate has expired or has not begun yet at the moment of signing."""


class Signer(Protocol):
    """Somebody who can seal a certificate."""

    @property
    def certificate(self) -> x509.Certificate:
        """The seal certificate."""

    @property
    def chain(self) -> Sequence[x509.Certificate]:
        """Its issuer's certificate and so on upwards, without the root."""

    def sign(self, data: bytes) -> bytes:
        """Sign data with ECDSA P-256 over SHA-256; the answer is DER, as X.509 and CMS want it."""


@dataclass(frozen=True)
class FileSigner:
    """A seal whose private key was read from a file into memory."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Sign data with ECDSA P-256 over SHA-256, deterministically (RFC 6979)."""
        return self.key.sign(data, ECDSA)


def establish_authority(
    folder: Path,
    password: str,
    names: AuthorityNames,
    on: date,
    *,
    periods: Periods,
    crl_url: str | None = None,
) -> None:
    """Make a signing authority: `root`, `issuing` and `seal`, each as `.pem` and `.key`.

    They are in force from the beginning of the office's day `on`. Private keys are PKCS#8,
    encrypted with the password, readable by the owner only; the root's key belongs off the
    machine once that is done. `crl_url` is where the issuing CA will publish its revocation list;
    without it the seal certificate names none.

    Raises:
        AlreadyEstablished: one of the six files is there already.
        PeriodsOutOfOrder: a certificate would outlive its issuer.
    """
    made = authority.create(names, periods, on, crl_url)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in made:
        if any((folder / f"{name}{suffix}").exists() for suffix in (".pem", ".key")):
            raise AlreadyEstablished(N_("该目录中已有签发机构的密钥，不会覆盖。"))
    for name, issued in made.items():
        write_new(folder / f"{name}.key", encrypted(issued.key, password), mode=0o600)
        pem = issued.certificate.public_bytes(serialization.Encoding.PEM)
        write_new(folder / f"{name}.pem", pem, mode=0o644)


def load_signer(folder: Path, password: str) -> Signer:
    """The seal of an authority: in a security module where the folder names one, or in a file.

    Raises:
        NoAuthority: there is none, or the security module cannot be reached.
        WrongPassword: the private key does not open.
        UnsuitableKey: the key is of another kind, or not that of the seal certificate.
    """
    if (named := folder / MODULE).exists():
        from certificates import modules

        return modules.load(folder, named.read_text().strip(), password)
    return read_seal(folder, password)


def read_seal(folder: Path, password: str) -> FileSigner:
    """Read the seal of an authority made by `establish_authority`, with its private key.

    Raises:
        NoAuthority: there is none in the folder.
        WrongPassword: the private key does not open.
        UnsuitableKey: the key is of another kind, or not that of the seal certificate.
    """
    certificate, chain = certificates_of(folder)
    try:
        pem = (folder / "seal.key").read_bytes()
    except FileNotFoundError as error:
        raise NoAuthority(N_("未找到签章密钥，请先建立签发机构。")) from error
    try:
        key = serialization.load_pem_private_key(pem, password.encode())
    except (ValueError, TypeError) as error:
        raise WrongPassword(N_("口令不能打开签章密钥，或密钥文件已损坏。")) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise UnsuitableKey(N_("签章密钥必须是 ECDSA P-256。"))
    if key.public_key() != certificate.public_key():
        raise UnsuitableKey(N_("签章密钥与签章证书不配对。"))
    return FileSigner(certificate, chain, key)


def certificates_of(folder: Path) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The seal certificate in use, and its issuer's.

    Raises:
        NoAuthority: there is none in the folder.
    """
    return load_certificate(folder / "seal.pem"), (load_certificate(folder / "issuing.pem"),)


def load_roots(folder: Path) -> tuple[x509.Certificate, ...]:
    """The root certificates that a check trusts: the authority's own.

    Raises:
        NoAuthority: there is none in the folder.
    """
    return (load_certificate(folder / "root.pem"),)


def refuse_unless_in_force(signer: Signer, at: datetime) -> None:
    """Let a signature pass only within the life of the seal certificate and of its chain.

    Raises:
        SealNotInForce: too early or too late.
    """
    for certificate in (signer.certificate, *signer.chain):
        first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if not first <= at <= last:
            raise SealNotInForce(
                N_("签章证书在 {at} 不在有效期内（{first} 至 {last}）。"),
                at=at.isoformat(),
                first=first.isoformat(),
                last=last.isoformat(),
            )


def encrypted(key: ec.EllipticCurvePrivateKey, password: str) -> bytes:
    """A private key as it is kept: PKCS#8 under a password."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    )


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that must not be there yet, through to the disk.

    Raises:
        AlreadyEstablished: it is.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise AlreadyEstablished(N_("该目录中已有签发机构的密钥，不会覆盖。")) from error
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)


def load_certificate(path: Path) -> x509.Certificate:
    """Read one certificate of the authority.

    Raises:
        NoAuthority: it is not there, or the file is damaged.
    """
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except FileNotFoundError as error:
        raise NoAuthority(N_("未找到签发机构的证书，请先建立签发机构。")) from error
    except ValueError as error:
        raise NoAuthority(N_("签发机构的证书文件已损坏。")) from error
