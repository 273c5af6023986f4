"""Files that look like ours and are not: what somebody might hand in instead of a certificate."""

import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pikepdf
from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import cms_embedder, pdf_byterange
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates import keys, plain, validation
from certificates.answers import Outcome
from certificates.authority import _seal_extensions
from certificates.keys import FileSigner
from certificates.validation import FIRST, THEN, TWIN
from tests.certificates.examples import AT, FACE, PASSWORD, authority, signed, signer

name = generic.pdf_name
ROOTS = keys.load_roots(authority())


def failed(file: bytes, at: datetime = AT, stamping: Sequence[x509.Certificate] = ()) -> set[str]:
    """The checks that a file does not pass; `stamping` are roots of time-stamp services."""
    found = validation.validate(file, ROOTS, at, stamping=stamping)
    seen = tuple(each.code for each in found)
    beside = [each for each in seen if each not in FIRST + THEN]
    assert seen == (*FIRST, *THEN, *beside)
    assert beside in [[], ["time-stamped"], [*TWIN], [*TWIN, "time-stamped"]]
    return {each.code for each in found if each.outcome is not Outcome.PASSED}


def reasons(file: bytes, at: datetime = AT) -> frozenset[str]:
    """The checks that a file fails, without those that were then not made."""
    found = validation.validate(file, ROOTS, at)
    return frozenset(each.code for each in found if each.outcome is Outcome.FAILED)


def gap(file: bytes) -> tuple[int, int]:
    """Where the signature's hexadecimal digits begin and end, without their brackets."""
    (found,) = PdfFileReader(io.BytesIO(file)).embedded_signatures
    _, first, rest, _ = (int(part) for part in found.byte_range)
    return first + 1, rest - 1


def with_message(change: Callable[[cms.ContentInfo], None], file: bytes | None = None) -> bytes:
    """The example certificate with its signature (CMS) taken apart, changed and put back."""
    file = signed() if file is None else file
    begin, end = gap(file)
    message = cms.ContentInfo.load(bytes.fromhex(file[begin:end].decode()))
    change(message)
    digits: bytes = message.dump(force=True).hex().upper().encode().ljust(end - begin, b"0")
    assert len(digits) == end - begin, "the signature has outgrown its place"
    return file[:begin] + digits + file[end:]


def told(message: cms.ContentInfo) -> Any:
    """What the one signer of a message says."""
    return message["content"]["signer_infos"][0]


def updated(change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The example certificate with a further revision appended."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed()))
    change(writer)
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()


def add_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    note: dict[Any, Any] = {name("/Type"): name("/Annot"), name("/Subtype"): name("/FreeText")}
    note[name("/Rect")] = generic.ArrayObject(map(generic.NumberObject, (100, 300, 500, 350)))
    note[name("/Contents")] = generic.TextStringObject("李四")
    described = generic.DictionaryObject(note)  # type: ignore[no-untyped-call]
    page["/Annots"].append(writer.add_object(described))
    writer.update_container(page["/Annots"])
    writer.update_container(page)


def add_field(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("Another"))


def add_title(writer: IncrementalPdfFileWriter) -> None:
    title = {name("/Title"): generic.TextStringObject("假")}
    writer.set_info(generic.DictionaryObject(title))  # type: ignore[no-untyped-call]


def signed_again(file: bytes | None = None, seal: FileSigner | None = None) -> bytes:
    """With a second signature, by our own seal or another, in a further revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(file or signed()))
    field = SigFieldSpec("Another")
    steps = cms_embedder.PdfCMSEmbedder(new_field_spec=field).write_cms("Another", writer)
    next(steps)
    room = pdf_byterange.SignatureObject(
        timestamp=AT, subfilter=SigSeedSubFilter.PADES, bytes_reserved=8192
    )
    steps.send(cms_embedder.SigObjSetup(sig_placeholder=room))
    prepared, output = steps.send(cms_embedder.SigIOSetup(md_algorithm="sha256"))
    steps.send(plain.asn1_message(prepared.document_digest, seal or signer()))
    twice: bytes = output.getvalue()
    return twice


def without_field() -> bytes:
    """The example certificate without any field for a seal."""
    return plain.draw(FACE)


def resaved(**how: Any) -> bytes:
    """Written anew by another program."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed())) as pdf:
        pdf.save(output, **how)
    return output.getvalue()


def by_others(pdf: bytes, seal: FileSigner, field: str = "Seal", **how: Any) -> bytes:
    """Signed the way pyHanko itself would, with its certified signature that allows no change."""
    enclosed = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    enclosed.register_multiple(_asn1(each) for each in seal.chain)
    key = seal.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    hand = signers.SimpleSigner(
        signing_cert=_asn1(seal.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=enclosed,
    )
    given = {
        "certify": True,
        "docmdp_permissions": MDPPerm.NO_CHANGES,
        "subfilter": SigSeedSubFilter.PADES,
        "md_algorithm": "sha256",
        **how,
    }
    metadata = signers.PdfSignatureMetadata(field_name=field, **given)
    output = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer=hand, output=output
    )
    return output.getvalue()


def seal_of_ours(
    *drop: type[x509.ExtensionType],
    add: tuple[x509.ExtensionType, ...] = (),
    until: datetime | None = None,
) -> FileSigner:
    """A seal under our own issuing certificate, with other extensions or days than ours has."""
    issuing = signer().chain[0]
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(signer().certificate.subject)
        .issuer_name(issuing.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(signer().certificate.not_valid_before_utc)
        .not_valid_after(until or signer().certificate.not_valid_after_utc)
    )
    for extension, critical in _seal_extensions(None):
        if not isinstance(extension, drop):
            builder = builder.add_extension(extension, critical)
    for extension in add:
        builder = builder.add_extension(extension, False)
    return FileSigner(builder.sign(_key("issuing"), hashes.SHA256()), (issuing,), key)


def revocation_lists(*revoked: int) -> list[bytes]:
    """The lists of our root and our issuing CA, the latter with these serial numbers."""
    lists = []
    for issuer, certificate, serials in (
        ("root", x509.load_pem_x509_certificate((authority() / "root.pem").read_bytes()), ()),
        ("issuing", signer().chain[0], revoked),
    ):
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(certificate.subject)
            .last_update(AT - timedelta(days=1))
            .next_update(AT + timedelta(days=30))
            .add_extension(x509.CRLNumber(1), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(_key(issuer).public_key()), False
            )
        )
        for serial in serials:
            entry = x509.RevokedCertificateBuilder().serial_number(serial)
            builder = builder.add_revoked_certificate(
                entry.revocation_date(AT - timedelta(days=2)).build()
            )
        listed = builder.sign(_key(issuer), hashes.SHA256())
        lists.append(listed.public_bytes(serialization.Encoding.DER))
    return lists


def nested(depth: int) -> bytes:
    """A PDF whose root is an array in an array in an array …"""
    body = b"%PDF-1.7\n1 0 obj\n" + b"[" * depth + b"]" * depth + b"\nendobj\n"
    return body + _table(b"0000000000 65535 f \n0000000009 00000 n \n", 2, len(body))


def crowded(objects: int) -> bytes:
    """A PDF that is nothing but a cross-reference table."""
    return b"%PDF-1.7\n" + _table(b"0000000009 00000 n \n" * objects, objects, 9)


def _table(entries: bytes, size: int, place: int) -> bytes:
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, place)
    return b"xref\n0 %d\n" % size + entries + end


def _key(of: str) -> ec.EllipticCurvePrivateKey:
    pem = (authority() / f"{of}.key").read_bytes()
    key = serialization.load_pem_private_key(pem, PASSWORD.encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
