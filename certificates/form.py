"""A file of our own form, judged by itself: as strictly as the long way, in a thousandth of it.

The register knows its own files to the byte. One that has the form exactly, and whose signature is
the very message that we put together around a value by one of our seals, needs no reader of PDFs.
Any other file goes the long way, which says what is wrong with it.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certificates import field, message, timestamp
from certificates.message import Message
from certificates.timestamp import TokenInvalid

_TRAILER = re.compile(rb"trailer\n<<.*?>>\nstartxref\n(\d+)\n%%EOF\n\Z", re.S)
_ENTRY_BYTES = 20
_TABLE = re.compile(rb"xref\n0 (\d+)\n0000000000 65535 f \n")
_ENTRY = re.compile(rb"(\d{10}) 00000 n \n")
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


def holds(file: bytes, seals: Seals, at: datetime) -> bool:
    """Whether a file is one of ours, untouched, under a seal that is in force at a moment."""
    return held(file, seals, at) is not None


def held(file: bytes, seals: Seals, at: datetime) -> Held | None:
    """What a file of ours shows; None for any other. Its seal is in force at a moment.

    Where a time-stamp says when the signature was there, and is still good, that moment counts.
    """
    place = field.find(file)
    if place is None or not _laid_out(file, place):
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
            return Held(stamp.at if stamp else None)
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


def _laid_out(file: bytes, place: field.Field) -> bool:
    """Whether it is one revision whose table names every object where it is, the seal's among them.

    The catalog refers to the seal as what allows no change; nothing stands before or after.
    """
    ended = _TRAILER.search(file, place.gap[1])
    if ended is None or not file.startswith(b"%PDF-1.7\n") or file.count(b"startxref") != 1:
        return False
    table = _TABLE.match(file, int(ended[1]))
    if table is None:
        return False
    count = int(table[1]) - 1
    entries = _ENTRY.findall(file, table.end(), ended.start())
    if len(entries) != count or table.end() + count * _ENTRY_BYTES != ended.start():
        return False
    value = 0
    for number, entry in enumerate(entries, start=1):
        head = b"%d 0 obj\n" % number
        if not file.startswith(head, int(entry)):
            return False
        if int(entry) + len(head) == place.begin:
            value = number
    no_changes = b"/Perms <<\n/DocMDP %d 0 R\n>>" % value
    return file.count(no_changes) == file.count(b"/FT /Sig ") == 1


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
