"""Seals a drawn certificate: one PAdES B-B signature that allows no change and covers every byte.

Certified with DocMDP "no changes", ECDSA P-256 over SHA-256, the seal certificate bound in by
signing-certificate-v2 and its issuer's certificate enclosed, invisible field. No network, no
clock: the moment is given. With a key file the result is deterministic (RFC 6979), so a
certificate that is sealed again after a crash is the same file.
"""

import asyncio
import hashlib
import io
from datetime import datetime

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import cms_embedder, pdf_byterange, pdf_cms
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates import keys
from certificates.keys import Signer

FIELD = "Seal"
DIGEST = "sha256"
_ROOM = 1024
"""Bytes of a signature beside its certificates: attributes, names, the value itself."""


class _Seal(pdf_cms.Signer):
    """Our signer in the form in which pyHanko asks for signatures."""

    def __init__(self, signer: Signer) -> None:
        enclosed = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        enclosed.register_multiple(_asn1(certificate) for certificate in signer.chain)
        super().__init__(signing_cert=_asn1(signer.certificate), cert_registry=enclosed)
        self.key = signer

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        # Of the two values that ECDSA allows, the smaller: nobody can turn one into the other.
        r, s = decode_dss_signature(self.key.sign(data))
        return encode_dss_signature(r, min(s, ec.SECP256R1.group_order - s))


class _Revision(IncrementalPdfFileWriter):
    """A revision that leaves what the file says about itself as it was drawn.

    pyHanko 0.38.0 would put the clock of the machine there.
    """

    def _update_meta(self) -> None:
        pass


def sign(pdf: bytes, signer: Signer, at: datetime) -> bytes:
    """Seal a PDF that nobody has signed yet, and say that it was done at `at`.

    Takes some milliseconds and runs an event loop of its own, so it is called from a thread
    wherever one is running already.

    Raises:
        SealNotInForce: the seal certificate is not valid at that moment.
    """
    keys.refuse_unless_in_force(signer, at)
    writer = _Revision(io.BytesIO(pdf))
    # pyHanko 0.38.0 draws the second half of the file identifier at random.
    writer._document_id[1] = generic.ByteStringObject(hashlib.sha256(pdf).digest()[:16])
    if any(fields.enumerate_sig_fields(writer)):
        raise ValueError("this file has a signature field already")
    seal = _Seal(signer)
    enclosed = (signer.certificate, *signer.chain)
    size = sum(len(certificate.public_bytes(Encoding.DER)) for certificate in enclosed)
    steps = cms_embedder.PdfCMSEmbedder(new_field_spec=SigFieldSpec(FIELD)).write_cms(FIELD, writer)
    next(steps)
    placeholder = pdf_byterange.SignatureObject(
        timestamp=at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * (size + _ROOM)
    )
    no_changes = cms_embedder.SigMDPSetup(
        md_algorithm=DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES
    )
    steps.send(cms_embedder.SigObjSetup(sig_placeholder=placeholder, mdp_setup=no_changes))
    prepared, output = steps.send(cms_embedder.SigIOSetup(md_algorithm=DIGEST))
    steps.send(
        asyncio.run(
            seal.async_sign(prepared.document_digest, digest_algorithm=DIGEST, use_pades=True)
        )
    )
    sealed: bytes = output.getvalue()
    return sealed


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
