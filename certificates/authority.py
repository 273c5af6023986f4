"""The three certificates of a signing authority: root, issuing CA and seal (X.509, ECDSA P-256)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from registry.platform import clock
from registry.platform.errors import RuleNotMet
from registry.platform.i18n import N_

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""Extended key usage for signing documents (RFC 9336)."""

_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class PeriodsOutOfOrder(RuleNotMet):
    """A certificate of the authority would outlive the one it rests on."""


@dataclass(frozen=True)
class AuthorityNames:
    """What the three certificates of an authority are called."""

    organisation: str
    root: str
    issuing: str
    seal: str
    country: str
    """Two letters (ISO 3166)."""


@dataclass(frozen=True)
class Periods:
    """How many years the three certificates are in force, and which rule or decision says so."""

    root_years: int
    issuing_years: int
    seal_years: int
    """More than the longest certificate sealed with it, so that each can be checked to its end."""
    source: str


@dataclass(frozen=True)
class Issued:
    """A certificate and its private key, in memory."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def create(
    names: AuthorityNames, periods: Periods, on: date, crl_url: str | None
) -> dict[str, Issued]:
    """Make `root`, `issuing` and `seal` with fresh keys, in force from the office's day `on`.

    Raises:
        PeriodsOutOfOrder: a certificate would outlive its issuer.
    """
    if not periods.root_years >= periods.issuing_years >= periods.seal_years > 0:
        raise PeriodsOutOfOrder(N_("下级证书的有效期不能超过上级证书。"))
    root = _issue(names, names.root, on, periods.root_years, None, _ca_extensions(path_length=1))
    issuing = _issue(
        names, names.issuing, on, periods.issuing_years, root, _ca_extensions(path_length=0)
    )
    seal = _issue(names, names.seal, on, periods.seal_years, issuing, _seal_extensions(crl_url))
    return {"root": root, "issuing": issuing, "seal": seal}


def _issue(
    names: AuthorityNames,
    common_name: str,
    on: date,
    years: int,
    issuer: Issued | None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]],
) -> Issued:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, names.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, names.organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    key = ec.generate_private_key(ec.SECP256R1())
    return Issued(_certified(subject, key.public_key(), on, years, issuer, key, extensions), key)


def renew(
    old: x509.Certificate, public: ec.EllipticCurvePublicKey, issuer: Issued, on: date, years: int
) -> x509.Certificate:
    """The certificate of a new seal of the same name for another key, under the same issuer.

    Raises:
        PeriodsOutOfOrder: it would outlive its issuer.
    """
    points = [each for each in old.extensions if each.oid == x509.CRLDistributionPoints.oid]
    extensions = _seal_extensions(None) + [(each.value, each.critical) for each in points]
    made = _certified(old.subject, public, on, years, issuer, issuer.key, extensions)
    if made.not_valid_after_utc > issuer.certificate.not_valid_after_utc:
        raise PeriodsOutOfOrder(N_("下级证书的有效期不能超过上级证书。"))
    return made


def _certified(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    on: date,
    years: int,
    issuer: Issued | None,
    own: ec.EllipticCurvePrivateKey,
    extensions: Sequence[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    """A certificate under its issuer; one without an issuer is signed by its `own` key."""
    signing = issuer.key if issuer else own
    begins = datetime(on.year, on.month, on.day, tzinfo=clock.OFFICE)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(_years_later(begins, years) - timedelta(seconds=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), False
        )
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signing, hashes.SHA256())


def _ca_extensions(path_length: int) -> list[tuple[x509.ExtensionType, bool]]:
    usage = _key_usage("key_cert_sign", "crl_sign")
    return [(x509.BasicConstraints(ca=True, path_length=path_length), True), (usage, True)]


def _seal_extensions(crl_url: str | None) -> list[tuple[x509.ExtensionType, bool]]:
    # Viewers built on NSS trust a document signer only when e-mail protection stands beside it.
    purposes = x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_key_usage("digital_signature", "content_commitment"), True),
        (purposes, False),
    ]
    if crl_url:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        extensions.append((x509.CRLDistributionPoints([point]), False))
    return extensions


def _key_usage(*wanted: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in wanted for usage in _USAGES})


def _years_later(moment: datetime, years: int) -> datetime:
    """The same day years later; 29 February becomes 1 March."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)
