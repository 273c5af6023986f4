"""Every kind of file that is not ours is found, by the check that is there for it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
import pytest
from asn1crypto import cms, core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from certificates import keys, signing
from certificates.authority import DOCUMENT_SIGNING
from tests.certificates import forgeries
from tests.certificates.examples import AT, drawn, signed, signer
from tests.certificates.forgeries import failed, told

pytestmark = pytest.mark.usefixtures("quiet")


FORGED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "nothing": (lambda: b"", {"pdf-readable"}),
    "a line in front": (lambda: b"\n" + signed(), {"pdf-readable"}),
    "a line behind": (lambda: signed() + b"\n", {"pdf-readable"}),
    "another end behind": (lambda: signed() + b"%%EOF\n", {"whole-file"}),
    "objects behind": (lambda: signed() + b"9 0 obj\n<<>>\nendobj\n%%EOF\n", {"whole-file"}),
    "an annotation added": (lambda: forgeries.updated(forgeries.add_annotation), {"whole-file"}),
    "a field added": (lambda: forgeries.updated(forgeries.add_field), {"whole-file"}),
    "another title": (lambda: forgeries.updated(forgeries.add_title), {"whole-file"}),
    "a second signature": (forgeries.signed_again, {"one-signature"}),
    "no signature": (drawn, {"one-signature"}),
    "no field": (forgeries.without_field, {"one-signature"}),
    "saved by another program": (forgeries.resaved, {"unchanged"}),
    "linearised": (lambda: forgeries.resaved(linearize=True), {"unchanged"}),
    "encrypted": (
        lambda: forgeries.resaved(encryption=pikepdf.Encryption(owner="o", user="")),
        {"pdf-readable"},
    ),
    "an authority of the same names": (
        lambda: signing.sign(drawn(), signer(1), AT),
        {"issued-by-us"},
    ),
    "not certified": (
        lambda: forgeries.by_others(
            forgeries.without_field(),
            signer(),
            certify=False,
            docmdp_permissions=MDPPerm.FILL_FORMS,
        ),
        {"no-changes-allowed"},
    ),
    "filling forms allowed": (
        lambda: forgeries.by_others(
            forgeries.without_field(), signer(), docmdp_permissions=MDPPerm.FILL_FORMS
        ),
        {"no-changes-allowed"},
    ),
    "annotating allowed": (
        lambda: forgeries.by_others(
            forgeries.without_field(), signer(), docmdp_permissions=MDPPerm.ANNOTATE
        ),
        {"no-changes-allowed"},
    ),
    "not PAdES": (
        lambda: forgeries.by_others(
            forgeries.without_field(), signer(), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED
        ),
        {"signature-form"},
    ),
    "weak digest": (
        lambda: forgeries.by_others(forgeries.without_field(), signer(), md_algorithm="sha1"),
        {"signature-form"},
    ),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forgery_is_found_for_what_it_is(forgery: str) -> None:
    make, expected = FORGED[forgery]
    assert failed(make()) >= expected


def no_purposes() -> keys.FileSigner:
    return forgeries.seal_of_ours(x509.ExtendedKeyUsage)


def for_servers() -> keys.FileSigner:
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return forgeries.seal_of_ours(x509.ExtendedKeyUsage, add=(purposes,))


def for_anything() -> keys.FileSigner:
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE])
    return forgeries.seal_of_ours(x509.ExtendedKeyUsage, add=(purposes,))


def not_binding() -> keys.FileSigner:
    return forgeries.seal_of_ours(x509.KeyUsage)


@pytest.mark.parametrize("seal", [no_purposes, for_servers, for_anything, not_binding])
def test_a_certificate_of_ours_for_something_else_is_no_seal(
    seal: Callable[[], keys.FileSigner],
) -> None:
    assert failed(signing.sign(drawn(), seal(), AT)) == {"issued-by-us"}


def test_a_fresh_seal_of_ours_is_one() -> None:
    assert failed(signing.sign(drawn(), forgeries.seal_of_ours(), AT)) == set()


@pytest.mark.parametrize("year", [2025, 2039])
def test_a_seal_before_or_after_its_time_is_not_ours(year: int) -> None:
    assert failed(signed(), datetime(year, 1, 1, tzinfo=UTC)) == {"issued-by-us"}


def test_a_key_that_is_not_the_seal_s_cannot_lend_its_certificate() -> None:
    stranger = keys.FileSigner(signer().certificate, signer().chain, signer(1).key)
    assert failed(signing.sign(drawn(), stranger, AT)) >= {"unchanged", "issued-by-us"}


def drop_issuer(message: cms.ContentInfo) -> None:
    data = message["content"]
    seal = data["certificates"].native and signer().certificate.serial_number
    data["certificates"] = [c for c in data["certificates"] if c.chosen.serial_number == seal]


def enclose_stranger(message: cms.ContentInfo) -> None:
    stranger = signer(1).chain[0].public_bytes(Encoding.DER)
    del message["content"]["certificates"][1]
    message["content"]["certificates"].append(asn1.Certificate.load(stranger))


def announce_other_digest(message: cms.ContentInfo) -> None:
    message["content"]["digest_algorithms"] = [{"algorithm": "sha512"}]


def annotate(message: cms.ContentInfo) -> None:
    told(message)["unsigned_attrs"] = [{"type": "1.2.3.4", "values": [core.Null()]}]


def set_value(value: bytes) -> Callable[[cms.ContentInfo], None]:
    def change(message: cms.ContentInfo) -> None:
        told(message)["signature"] = value

    return change


def twin(message: cms.ContentInfo) -> None:
    """The other value that ECDSA allows for the same signature."""
    r, s = decode_dss_signature(told(message)["signature"].native)
    set_value(encode_dss_signature(r, ec.SECP256R1.group_order - s))(message)


def padded(message: cms.ContentInfo) -> None:
    """The same value with a needless zero in front (BER, not DER)."""
    r, s = decode_dss_signature(told(message)["signature"].native)
    parts = [b"\0\0" + number.to_bytes(32, "big") for number in (r, s)]
    body = b"".join(b"\x02" + bytes([len(part)]) + part for part in parts)
    set_value(b"\x30" + bytes([len(body)]) + body)(message)


MESSAGES: dict[str, tuple[Callable[[cms.ContentInfo], None], set[str]]] = {
    "value empty": (set_value(b""), {"unchanged"}),
    "value of zeros": (set_value(encode_dss_signature(0, 0)), {"unchanged"}),
    "value of ones": (set_value(encode_dss_signature(1, 1)), {"unchanged"}),
    "value no DER": (set_value(b"\x30\x80\x02\x01"), {"unchanged"}),
    "value padded": (padded, {"unchanged"}),
    "value of another file": (set_value(signer().sign(b"another")), {"unchanged"}),
    "value's twin": (twin, {"signature-form"}),
    "issuer left out": (drop_issuer, {"issued-by-us"}),
    "a stranger enclosed": (enclose_stranger, {"issued-by-us"}),
    "another digest announced": (announce_other_digest, {"signature-form"}),
    "something noted beside it": (annotate, {"signature-form"}),
}


@pytest.mark.parametrize("message", MESSAGES)
def test_a_signature_that_was_tampered_with_is_found(message: str) -> None:
    change, expected = MESSAGES[message]
    assert failed(forgeries.with_message(change)) >= expected


def test_taking_a_signature_apart_and_putting_it_back_changes_nothing() -> None:
    assert forgeries.with_message(lambda message: None) == signed()


def test_documents_may_have_further_purposes() -> None:
    purposes = x509.ExtendedKeyUsage([DOCUMENT_SIGNING])
    seal = forgeries.seal_of_ours(x509.ExtendedKeyUsage, add=(purposes,))
    assert failed(signing.sign(drawn(), seal, AT)) == set()
