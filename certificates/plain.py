"""The plain way to a sealed paper: ReportLab alone draws it, pyHanko seals it in a revision after.

Slower by far than how the house does it, and by other people's code from end to end. Nothing is
issued this way; it is there to compare with, for what both make of the same data must be found
equally good.
"""

import asyncio
import io
from datetime import datetime

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import cms_embedder, pdf_byterange, pdf_cms
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates import archival, layout, message, ornament, reading, typesetting
from certificates.face import Face
from certificates.keys import Signer
from certificates.sheet import Sheet
from certificates.structure import Structure
from certificates.template import Attached, canvas_for, description
from certificates.wording import wording

DIGEST = "sha256"


class Seal(pdf_cms.Signer):
    """Our signer in the form in which pyHanko asks for signatures."""

    def __init__(self, signer: Signer) -> None:
        enclosed = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        enclosed.register_multiple(_asn1(certificate) for certificate in signer.chain)
        super().__init__(signing_cert=_asn1(signer.certificate), cert_registry=enclosed)
        self.key = signer

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Sign, with whatever stands behind our signer."""
        return message.low(self.key.sign(data))


def draw(face: Face, attached: Attached | None = None) -> bytes:
    """Draw a certificate from beginning to end with ReportLab, without a field for the seal."""
    words, buffer = wording(), io.BytesIO()
    with typesetting.ONE_AT_A_TIME:
        canvas = canvas_for(buffer)
        archival.describe(canvas._doc, description(face))
        if attached is not None:
            archival.attach(canvas._doc, *attached, face.granted_on)
        tree = Structure()
        parts = reading.parts(tree, face, words)
        sheet = Sheet(canvas, ornament.ink_of(face.level), tree)
        with sheet.page():
            layout.lay_common(sheet, face, words, parts)
            layout.lay_own(sheet, face, words, parts)
        tree.close(canvas)
        canvas.save()
    return buffer.getvalue()


def cms_of(digest: bytes, signer: Signer) -> bytes:
    """The message that pyHanko puts around a signature over content of that SHA-256."""
    made: bytes = asyncio.run(
        Seal(signer).async_sign(digest, digest_algorithm=DIGEST, use_pades=True)
    ).dump()
    return made


def sign(pdf: bytes, signer: Signer, at: datetime) -> bytes:
    """Seal a PDF without any field of a signature."""
    steps = cms_embedder.PdfCMSEmbedder(new_field_spec=SigFieldSpec("Seal")).write_cms(
        "Seal", IncrementalPdfFileWriter(io.BytesIO(pdf))
    )
    next(steps)
    placeholder = pdf_byterange.SignatureObject(
        timestamp=at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=8192
    )
    no_changes = cms_embedder.SigMDPSetup(
        md_algorithm=DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES
    )
    steps.send(cms_embedder.SigObjSetup(sig_placeholder=placeholder, mdp_setup=no_changes))
    prepared, output = steps.send(cms_embedder.SigIOSetup(md_algorithm=DIGEST))
    steps.send(asn1_message(prepared.document_digest, signer))
    sealed: bytes = output.getvalue()
    return sealed


def asn1_message(digest: bytes, signer: Signer) -> object:
    """The same as an object of asn1crypto."""
    return asyncio.run(Seal(signer).async_sign(digest, digest_algorithm=DIGEST, use_pades=True))


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
