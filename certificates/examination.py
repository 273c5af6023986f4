"""The questions that are put to a file by `certificates.validation`, one method each.

Each answers whether something holds; over a crafted file it may also raise whatever it likes.
"""

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property
from io import BytesIO
from itertools import pairwise

from asn1crypto import cms, core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates import agreement, jose, timestamp, transcript
from certificates.authority import DOCUMENT_SIGNING
from certificates.objects import Objects
from certificates.timestamp import Stamp, TokenInvalid
from certificates.transcript import Transcript

SUBFILTER = "/ETSI.CAdES.detached"
DIGEST = "sha256"
ATTRIBUTES = {"content_type", "message_digest", "signing_certificate_v2"}
TIME_STAMP = "signature_time_stamp_token"
SEAL_USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"},
    match_all_key_usages=True,
    extd_key_usage={DOCUMENT_SIGNING.dotted_string},
    explicit_extd_key_usage_required=True,
)
_END = re.compile(rb"%%EOF\r?\n?\Z")
_REVISIONS = 1
"""The field of the seal is drawn along with the rest; nothing is ever added."""


def _of(listed: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey), "our authority has no other keys"
    return listed.issuer == issuer.subject and listed.is_signature_valid(key)


def _in_force(listed: x509.CertificateRevocationList, at: datetime) -> bool:
    until = listed.next_update_utc
    return until is not None and listed.last_update_utc <= at < until


class Examination:
    """One file under examination; what several checks need is worked out once, when first asked."""

    def __init__(
        self,
        file: bytes,
        roots: Sequence[x509.Certificate],
        at: datetime,
        crls: Sequence[bytes],
        listed_at: datetime,
        stamping: Sequence[x509.Certificate] = (),
    ) -> None:
        self.file, self.at, self.crls, self.listed_at = file, at, crls, listed_at
        self.stamping, self._trusted = stamping, roots
        self.roots = [asn1.Certificate.load(root.public_bytes(Encoding.DER)) for root in roots]

    @cached_property
    def reader(self) -> PdfFileReader:
        """The file as pyHanko reads it, strictly."""
        return PdfFileReader(BytesIO(self.file), strict=True)

    @cached_property
    def signature(self) -> EmbeddedPdfSignature:
        """The one signature; several or none raise."""
        only: EmbeddedPdfSignature
        (only,) = self.reader.embedded_signatures
        return only

    @cached_property
    def token(self) -> bytes | None:
        """The one time-stamp token beside the signature value, if there is anything beside it."""
        beside = self.signature.signer_info["unsigned_attrs"]
        if not isinstance(beside, cms.CMSAttributes):
            return None
        (attribute,) = beside
        (token,) = attribute["values"]
        if attribute["type"].native != TIME_STAMP:
            raise ValueError("something else is noted beside the signature")
        raw: bytes = token.dump()
        return raw

    @cached_property
    def stamp(self) -> Stamp | None:
        """What that token says, if it holds."""
        value = self.signature.signer_info["signature"].native
        try:
            return timestamp.as_kept(self.token, value, self.stamping) if self.token else None
        except (TokenInvalid, ValueError):
            return None

    @cached_property
    def moment(self) -> datetime:
        """When the seal is to have been in force: when it was set, as long as that is proven."""
        stamp = self.stamp
        return stamp.at if stamp and self.at <= stamp.until else self.at

    @cached_property
    def status(self) -> PdfSignatureStatus:
        """What pyHanko says of that signature under our roots alone, without network."""
        trusted = ValidationContext(
            trust_roots=self.roots,
            moment=self.moment,
            allow_fetching=False,
            revocation_mode="soft-fail",  # `seal_not_revoked` looks at the lists
        )
        vouching = [
            asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in self.stamping
        ]
        stamping = ValidationContext(
            trust_roots=[each for each in vouching if each.self_signed != "no"],
            other_certs=vouching,
            moment=self.stamp.at if self.stamp else self.at,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        looking = async_validate_pdf_signature(
            self.signature,
            signer_validation_context=trusted,
            ts_validation_context=stamping,
            key_usage_settings=SEAL_USAGE,
        )
        # In a thread, because the caller's own may be running an event loop already.
        with ThreadPoolExecutor(1) as apart:
            return apart.submit(asyncio.run, looking).result()

    def pdf_readable(self) -> bool:
        """Whether it is a PDF that opens, with nothing before or after."""
        whole = self.file.startswith(b"%PDF-") and _END.search(self.file, len(self.file) - 8)
        return bool(whole) and not self.reader.encrypted and bool(self.reader.root)

    def one_signature(self) -> bool:
        """Whether it bears exactly one signature, and that is a signature."""
        return self.signature.sig_object_type == "/Sig" and any(self.signature.pkcs7_content)

    def whole_file(self) -> bool:
        """Whether the signature covers every byte but itself, in the last of its revisions."""
        start, length, rest, rest_length = (int(part) for part in self.signature.byte_range)
        gap = self.file[length:rest]
        return (
            self.signature.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
            and (start, rest + rest_length) == (0, len(self.file))
            and re.fullmatch(rb"<[0-9A-F]*>", gap) is not None
            and bytes.fromhex(gap[1:-1].decode()) == self.signature.pkcs7_content
            and self.reader.xrefs.total_revisions == _REVISIONS
            and self.signature.signed_revision == self.reader.xrefs.total_revisions - 1
        )

    def no_changes_allowed(self) -> bool:
        """Whether it certifies the file and allows no change to it."""
        declared = self.reader.root["/Perms"].raw_get("/DocMDP")
        is_this = declared.reference == self.signature.sig_field.raw_get("/V").reference
        return is_this and self.signature.docmdp_level is MDPPerm.NO_CHANGES

    def signature_form(self) -> bool:
        """Whether it is PAdES as we make it, bound to its certificate, with only zeros behind."""
        signature, made = self.signature, self._as_we_make_it()
        kinds = {attribute["type"] for attribute in signature.signer_info["signed_attrs"].native}
        _, s = decode_dss_signature(signature.signer_info["signature"].native)
        return (
            signature.sig_object["/SubFilter"] == SUBFILTER
            and signature.pkcs7_content == made.ljust(len(signature.pkcs7_content), b"\0")
            and kinds == ATTRIBUTES
            and s <= ec.SECP256R1.group_order // 2
        )

    def _as_we_make_it(self) -> bytes:
        """The message (CMS) that we would put around these certificates, attributes and value.

        A time-stamp token is taken as it is; `time_stamped` looks at that.

        Most of what surrounds them is protected by nothing, so it is compared instead.
        """
        signature, told = self.signature, self.signature.signer_info
        issuer = {
            "issuer": signature.signer_cert.issuer,
            "serial_number": signature.signer_cert.serial_number,
        }
        digest = cms.DigestAlgorithm({"algorithm": DIGEST, "parameters": core.Null()})
        teller = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    "issuer_and_serial_number", cms.IssuerAndSerialNumber(issuer)
                ),
                "digest_algorithm": digest,
                "signed_attrs": told["signed_attrs"],
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": told["signature"],
            }
            | ({"unsigned_attrs": told["unsigned_attrs"]} if self.token else {})
        )
        data = {
            "version": "v1",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "data"},
            "certificates": [signature.signer_cert, *signature.other_embedded_certs],
            "signer_infos": [teller],
        }
        message = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})
        made: bytes = message.dump()
        return made

    def unchanged(self) -> bool:
        """Whether the digest and the signature value agree with the content."""
        return self.status.intact and self.status.valid

    def has_a_time_stamp(self) -> bool:
        """Whether a time-stamp is beside the signature."""
        return self.token is not None

    def time_stamped(self) -> bool | None:
        """Whether the time-stamp holds, for us and for pyHanko; None without any known root."""
        if not self.stamping:
            return None
        seen = self.status.timestamp_validity
        held = seen is not None and seen.valid and seen.intact and seen.trusted
        return bool(held) and self.stamp is not None

    def issued_by_us(self) -> bool:
        """Whether everything pyHanko looks at holds, the path to one of our roots included.

        The signature encloses that path and nothing else.
        """
        status, path = self.status, self.status.validation_path
        # Not its bottom line, to which a time-stamp belongs: `time_stamped` answers for that.
        good = status.intact and status.valid and status.trusted and status.docmdp_ok
        if not good or not status.seed_value_ok or path is None:
            return False
        needed = {each.dump() for each in path.iter_certs(include_root=False)}
        enclosed = [self.signature.signer_cert, *self.signature.other_embedded_certs]
        return sorted(needed) == sorted(each.dump() for each in enclosed)

    def seal_not_revoked(self) -> bool | None:
        """Whether the lists given name no certificate of the path; None without one in force.

        That of the seal's own issuer must be among them, signed by it, and neither old nor to come.
        """
        path = self.status.validation_path
        if path is None:
            return None
        root, *below = [
            x509.load_der_x509_certificate(each.dump()) for each in path.iter_certs(True)
        ]
        answers = []
        for issuer, certificate in pairwise([root, *below]):
            found = [each for each in map(x509.load_der_x509_crl, self.crls) if _of(each, issuer)]
            now = [each for each in found if _in_force(each, self.listed_at)]
            serial = certificate.serial_number
            listed = any(
                each.get_revoked_certificate_by_serial_number(serial) is not None for each in found
            )
            answers.append(False if listed else True if now else None)
        return False if False in answers else answers[-1]

    def has_a_twin(self) -> bool:
        """Whether a token is enclosed that repeats for programs what the page says."""
        return "/Names" in self.reader.root

    def twin_sealed(self) -> bool:
        """Whether the token enclosed is by a seal under our roots.

        One that was revoked is held against the file by `seal_not_revoked`.
        """
        token = transcript.enclosed(Objects.read(self.file)) or ""
        return bool(jose.read(token, jose.CREDENTIAL, self._trusted, self.moment))

    def twin_agrees(self) -> bool:
        """Whether that token says what is set on the page."""
        seen = Transcript.of(Objects.read(self.file))
        return agreement.with_page(jose.said(seen.twin or ""), seen)

    def names_a_revocation_list(self) -> bool:
        """Whether the seal certificate says where its revocation list is."""
        return self.signature.signer_cert.crl_distribution_points_value is not None
