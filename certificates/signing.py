"""Seals a drawn paper: one PAdES B-B signature that allows no change and covers every byte.

Certified with DocMDP "no changes", ECDSA P-256 over SHA-256, the seal certificate bound in by
signing-certificate-v2 and its issuer's certificate enclosed. No network, no clock: the moment is
given. With a key file the result is deterministic (RFC 6979), so a paper that is sealed again
after a crash is the same file.
"""

from datetime import UTC, datetime

from certificates import field, keys, message
from certificates.keys import Signer


def sign(pdf: bytes, signer: Signer, at: datetime) -> bytes:
    """Seal a drawing that nobody has sealed yet, and say that it was done at `at`.

    Raises:
        SealNotInForce: the seal certificate is not valid at that moment.
        NotToBeSealed: the file has no empty field.
        SignatureTooLarge: the certificates do not fit into the room for the signature.
    """
    keys.refuse_unless_in_force(signer, at)
    around = message.of(signer.certificate, tuple(signer.chain))
    return field.filled(
        pdf, at.astimezone(UTC), lambda digest: message.sign(digest, around, signer.sign)
    )
