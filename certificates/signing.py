"""Seals a drawn paper: one PAdES signature that allows no change and covers every byte.

Certified with DocMDP "no changes", ECDSA P-256 over SHA-256, the seal certificate bound in by
signing-certificate-v2 and its issuer's certificate enclosed. That is B-B: no network, no clock, the
moment is given, and with a key file the result is deterministic (RFC 6979), so a paper that is
sealed again after a crash is the same file. With what makes it last, it is B-LT: certificates and
revocation lists are put in before, under the seal as all the rest, and a time-stamp beside it.
"""

from datetime import UTC, datetime
from functools import partial

from certificates import field, keys, message, store
from certificates.keys import Signer
from certificates.timestamping import Lasting


def sign(pdf: bytes, signer: Signer, at: datetime, lasting: Lasting | None = None) -> bytes:
    """Seal a drawing that nobody has sealed yet, and say that it was done at `at`.

    With `lasting` the seal gets a time-stamp, which takes as long as the service does.

    Raises:
        SealNotInForce: the seal certificate is not valid at that moment.
        NotToBeSealed: the file has no empty field.
        SignatureTooLarge: the certificates do not fit into the room for the signature.
        NoTimestamp: the service gave none that holds.
    """
    keys.refuse_unless_in_force(signer, at)
    around, stamp = message.of(signer.certificate, tuple(signer.chain)), None
    if lasting is not None:
        pdf = store.put(pdf, lasting.certificates, lasting.lists)
        stamp = partial(lasting.service.stamp, at=at)
    return field.filled(
        pdf, at.astimezone(UTC), lambda digest: message.sign(digest, around, signer.sign, stamp)
    )
