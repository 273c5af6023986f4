"""What stands in the log about one act: a salted hash in public, the act itself with the office.

Without the salt nobody can tell what an entry says, or try guesses against it. Once salt and
content are forgotten, the hash goes on holding its place in every proof.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

SALT_BYTES = 16


@dataclass(frozen=True)
class Leaf:
    """An entry together with what it stands for."""

    salt: bytes
    content: str
    """Canonical JSON."""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Salt what is to be logged."""
        return cls(secrets.token_bytes(SALT_BYTES), canonical(said))

    @property
    def entry(self) -> bytes:
        """What is published, 32 bytes: SHA-256 over the salt and the content."""
        return hashlib.sha256(self.salt + self.content.encode()).digest()


def canonical(said: Mapping[str, Any]) -> str:
    """JSON with one spelling (RFC 8785 for text, whole numbers and names in ASCII)."""
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as they are published, each after its length in two bytes."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def unbundle(raw: bytes) -> list[bytes]:
    """Read a bundle.

    Raises:
        ValueError: it ends in the middle of an entry.
    """
    found, at = [], 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2])
        if end > len(raw) or at + 2 > len(raw):
            raise ValueError("a bundle of entries is cut short")
        found.append(raw[at + 2 : end])
        at = end
    return found
