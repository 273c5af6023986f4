"""The twin inside a file on record, held against what the register has of that certificate."""

import hashlib

from certificates import agreement, transcript, twin
from certificates.answers import Check, Outcome, check
from certificates.issuing import face_of
from certificates.objects import Objects
from certificates.tables import Certificate, CertificateFile
from credentials.tables import Credential


async def checked(content: bytes) -> list[Check]:
    """Whether the twin inside says what is on record; nothing for a paper that encloses none.

    Only for a file that is on record, byte for byte.
    """
    objects = Objects.of(content)
    token = transcript.enclosed(objects) if objects is not None else None
    digest = hashlib.sha256(content).hexdigest()
    file = await CertificateFile.objects().get(CertificateFile.sha256 == digest)
    if token is None or file is None:
        return []
    certificate = await Certificate.objects().get(Certificate.id == file.certificate)
    assert certificate is not None, "foreign keys hold certificates in place"
    held = await Credential.objects().get(Credential.id == certificate.credential)
    assert held is not None, "foreign keys hold credentials in place"
    face = face_of(certificate)
    printed = (face.number, face.code, face.holder, face.level)
    kept = (certificate.number, certificate.code, certificate.holder_name, held.level)
    try:
        agrees = printed == kept and agreement.with_record(twin.said(token), face)
    except (KeyError, TypeError, ValueError):
        agrees = False
    return [check("twin-on-record", Outcome.PASSED if agrees else Outcome.FAILED)]
