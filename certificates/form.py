"""A file of our own form, judged by itself: as strictly as the long way, in a thousandth of it.

The register knows its own files to the byte. One that has the form exactly, and whose signature is
the very message that we put together around a value by one of our seals, needs no reader of PDFs.
Any other file goes the long way, which says what is wrong with it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certificates import agreement, field, jose, message, timestamp, transcript
from certificates.message import Message
from certificates.objects import Objects
from certificates.timestamp import TokenInvalid
from certificates.transcript import Transcript

_LONGEST = 72
"""Bytes that two numbers below the order of P-256 take in DER, at most."""
_BEFORE_TOKEN = 25
"""Bytes of what holds a time-stamp token of 256 bytes or more, before it begins."""
_SIGNING = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True)
class Seals:
    """Whose signature counts: seals of ours that nobody distrusts, and the path above them."""

    certificates: tuple[x509.Certificate, ...]
    chain: tuple[x509.Certificate, ...]
    stamping: tuple[x509.Certificate, ...] = ()
    """Roots of time-stamp services whose word counts, and what issues under them."""


@dataclass(frozen=True)
class Held:
    """A file that is ours."""

    stamped_at: datetime | None
    """When its signature was there already, if a time-stamp says so."""
    twin: bool = False
    """Whether a twin is inside, which is then by our seal too, and says what is drawn."""


def holds(file: bytes, seals: Seals, at: datetime) -> bool:
    """Whether a file is one of ours, untouched, under a seal that is in force at a moment."""
    return held(file, seals, at) is not None


def held(file: bytes, seals: Seals, at: datetime) -> Held | None:
    """What a file of ours shows; None for any other. Its seal is in force at a moment.

    Where a time-stamp says when the signature was there, and is still good, that moment counts.
    """
    place = field.find(file)
    objects = _laid_out(file, place) if place is not None else None
    if place is None or objects is None:
        return None
    content, digest = bytes.fromhex(place.content.decode("ascii")), field.digest(file, place)
    for seal in seals.certificates:
        found = _parts(content, digest, message.of(seal, seals.chain))
        if found is None or not _signed(found[0], digest, seal, seals.chain):
            continue
        value, token = found
        try:
            stamp = None
            if token is not None:
                stamp = timestamp.as_kept(token, value, seals.stamping)
        except TokenInvalid:
            return None
        moment = stamp.at if stamp and at <= stamp.until else at
        if seal.not_valid_before_utc <= moment <= seal.not_valid_after_utc:
            agrees = _agrees(objects, seals, moment)
            if agrees is not False:
                return Held(stamp.at if stamp else None, agrees is True)
    return None


def _signed(
    value: bytes, digest: bytes, seal: x509.Certificate, chain: tuple[x509.Certificate, ...]
) -> bool:
    """Whether a value is by that seal."""
    key = seal.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey), "our authority has no other keys"
    try:
        key.verify(value, message.of(seal, chain).to_sign(digest), _SIGNING)
    except InvalidSignature:
        return False
    return True


def _parts(content: bytes, digest: bytes, around: Message) -> tuple[bytes, bytes | None] | None:
    """Value and time-stamp token (or none) of what is our message around them, and then zeros.

    All of a message that comes before the value is of one length, whatever follows.
    """
    end = 4 + int.from_bytes(content[2:4])
    start = len(around.around(digest, bytes(_LONGEST))) - _LONGEST
    value = _two_numbers(content[start : start + content[start - 1]])
    if value is None or message.low(value) != value:
        return None
    beside = content[start + len(value) : end]
    token = beside[_BEFORE_TOKEN:] if beside else None
    unsigned = b"" if token is None else message.time_stamp(token)
    whole = around.around(digest, value, unsigned).ljust(len(content), b"\0")
    return (value, token) if content == whole else None


def _two_numbers(value: bytes) -> bytes | None:
    """A value that is two whole numbers and nothing else."""
    try:
        return value if len(message.low(value)) <= _LONGEST else None
    except ValueError:
        return None


def _laid_out(file: bytes, place: field.Field) -> Objects | None:
    """The objects of a file of our form, in which the catalog refers to the seal as what forbids.

    None for any other.
    """
    objects = Objects.of(file, place.gap[1])
    if objects is None:
        return None
    value = next((number for number, at in objects.places.items() if at == place.begin), 0)
    no_changes = b"/Perms <<\n/DocMDP %d 0 R\n>>" % value
    declared = file.count(no_changes) == file.count(b"/FT /Sig ") == 1
    return objects if declared else None


def _agrees(objects: Objects, seals: Seals, at: datetime) -> bool | None:
    """Whether the twin inside is by one of those seals, and says what the page says.

    None where there is none.
    """
    try:
        token = transcript.enclosed(objects)
        if token is None:
            return None
        said, (seal, *_) = jose.signed_by(token, jose.CREDENTIAL)
        known = seal in seals.certificates
        in_force = seal.not_valid_before_utc <= at <= seal.not_valid_after_utc
        return known and in_force and agreement.with_page(said, Transcript.of(objects))
    except (ValueError, KeyError, TypeError):
        return False


@lru_cache(maxsize=4)
def seals_of(
    certificates: tuple[x509.Certificate, ...],
    issuing: x509.Certificate,
    roots: tuple[x509.Certificate, ...],
    stamping: tuple[x509.Certificate, ...] = (),
) -> Seals | None:
    """Seals whose path leads to one of these roots; none where the path does not hold."""
    for root in roots:
        try:
            issuing.verify_directly_issued_by(root)
            kept = []
            for each in certificates:
                each.verify_directly_issued_by(issuing)
                kept.append(each)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return Seals(tuple(kept), (issuing,), stamping)
    return None
