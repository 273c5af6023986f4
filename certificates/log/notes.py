"""Signed notes (C2SP signed-note) with Ed25519, and the cosignatures of witnesses (cosignature/v1).

Text, an empty line, and one line per signature. A line of a key that the reader does not know is
passed over; a known key whose signature is wrong spoils the note.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG = 0x01
"""Signature type of a plain Ed25519 signature."""
WITNESS = 0x04
"""Signature type of a timestamped Ed25519 cosignature."""
_ID_BYTES = 4
_TIME_BYTES = 8
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_MOST_LINES = 100


class NoteRefused(ValueError):
    """It is no signed note, or no key that is trusted has signed it."""


def decode(text: str) -> bytes:
    """Read base64 that has one spelling only.

    Raises:
        NoteRefused: it is none, or spells the bytes in another way than the encoder.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise NoteRefused("not base64") from error
    if encode(raw) != text:
        raise NoteRefused("base64 with stray bits")
    return raw


def encode(raw: bytes) -> str:
    """Base64 with padding, as notes have it."""
    return base64.b64encode(raw).decode()


@dataclass(frozen=True)
class Verifier:
    """A key somebody trusts: `name+id+key` as text."""

    name: str
    kind: int
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.key
        return hashlib.sha256(named).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode(bytes([self.kind]) + self.key)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key.

        Raises:
            NoteRefused: it is malformed, of another kind, or its id is not that of the key.
        """
        name, _, rest = text.partition("+")
        identifier, _, key = rest.partition("+")
        raw = decode(key)
        if not name or len(raw) != 33 or raw[0] not in {LOG, WITNESS}:
            raise NoteRefused("no Ed25519 key")
        found = cls(name, raw[0], raw[1:])
        if found.id.hex() != identifier:
            raise NoteRefused("the id is not that of the key")
        return found

    @classmethod
    def of(cls, name: str, key: Ed25519PrivateKey, kind: int = LOG) -> Self:
        """The verifier of one's own key."""
        return cls(name, kind, key.public_key().public_bytes_raw())

    def check(self, text: str, signature: bytes) -> None:
        """Check what follows the key's id in a signature line.

        Raises:
            NoteRefused: it is not this key's signature of the text.
        """
        signed = text.encode()
        if self.kind == WITNESS:
            at, signature = signature[:_TIME_BYTES], signature[_TIME_BYTES:]
            signed = _cosigned(text, int.from_bytes(at))
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, signed)
        except InvalidSignature as error:
            raise NoteRefused(f"the signature of {self.name} is wrong") from error


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Sign a text, which ends with a line end, and return the note."""
    line = Verifier.of(name, key).id + key.sign(text.encode())
    return f"{text}\n— {name} {encode(line)}\n"


def cosignature(text: str, name: str, key: Ed25519PrivateKey, at: int) -> str:
    """A witness's signature line for a checkpoint seen at a moment (seconds since 1970)."""
    signed = at.to_bytes(_TIME_BYTES) + key.sign(_cosigned(text, at))
    return f"— {name} {encode(Verifier.of(name, key, WITNESS).id + signed)}\n"


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def open_note(note: str, trusted: Sequence[Verifier]) -> tuple[str, list[str]]:
    """The text of a note, and which of the trusted keys have signed it.

    Raises:
        NoteRefused: none has, one's signature is wrong, or it is no note.
    """
    text, separator, lines = note.rpartition("\n\n")
    text += "\n"
    if not separator or not lines.endswith("\n") or lines.count("\n") > _MOST_LINES:
        raise NoteRefused("no signatures")
    if any(character < " " and character != "\n" for character in note):
        raise NoteRefused("control characters")
    known = {(one.name, one.id): one for one in trusted}
    signed: list[str] = []
    for line in lines[:-1].split("\n"):
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise NoteRefused("a signature line is malformed")
        name, raw = parts[1], decode(parts[2])
        if len(raw) <= _ID_BYTES:
            raise NoteRefused("a signature line is too short")
        verifier = known.pop((name, raw[:_ID_BYTES]), None)
        if verifier is not None:
            verifier.check(text, raw[_ID_BYTES:])
            signed.append(name)
    if not signed:
        raise NoteRefused("nobody who is trusted has signed")
    return text, signed
