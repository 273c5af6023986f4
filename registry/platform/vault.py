"""Encryption of single fields, and look-up of what is encrypted.

AES-256-GCM with the place of the field as associated data, so that a ciphertext moved to another
row or column no longer opens. Every ciphertext names its key, so that keys can be added and old
ones go on reading. Equal values are found through a keyed hash (blind index) under a key of its
own.
"""

import base64
import hmac
import json
import os
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE = "fields.json"
KEY_BYTES = 32
NONCE_BYTES = 12
INDEX_BYTES = 16
"""Of the blind index: 128 bits, so that chance collisions do not happen in any city."""


class FieldUnreadable(Exception):
    """A stored ciphertext does not open: wrong key ring, or it was moved or changed."""


@dataclass(frozen=True)
class Vault:
    """A ring of field keys, the newest for writing, and one key for blind indexes."""

    keys: dict[str, bytes]
    newest: str
    index_key: bytes

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read the key ring of an installation.

        Raises:
            FileNotFoundError: there is none; `establish` makes one.
        """
        ring = json.loads((folder / FILE).read_text())
        keys = {name: base64.b64decode(key) for name, key in ring["keys"].items()}
        return cls(keys, ring["newest"], base64.b64decode(ring["index"]))

    def seal(self, value: str, place: str) -> str:
        """Encrypt a value for one place, `table:row:column`."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.newest]).encrypt(nonce, value.encode(), place.encode())
        return f"{self.newest}.{base64.b64encode(nonce + sealed).decode()}"

    def unseal(self, sealed: str, place: str) -> str:
        """Decrypt a value written for the same place.

        Raises:
            FieldUnreadable: another place, another key ring, or a changed ciphertext.
        """
        name, _, text = sealed.partition(".")
        raw = base64.b64decode(text)
        try:
            cipher = AESGCM(self.keys[name])
            return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
        except (KeyError, InvalidTag) as error:
            raise FieldUnreadable(place) from error

    def index(self, value: str) -> str:
        """The blind index of a normalised value: equal values give equal indexes, in hex."""
        return hmac.new(self.index_key, value.encode(), sha256).digest()[:INDEX_BYTES].hex()

    def derive(self, purpose: str) -> str:
        """A secret for another purpose (form tokens), the same in every process of the house."""
        return hmac.new(self.index_key, f"derive:{purpose}".encode(), sha256).hexdigest()


def establish(folder: Path, name: str) -> None:
    """Make a key ring with one key of that name, readable by its owner only.

    Raises:
        FileExistsError: there is one; a key ring is added to, never replaced.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = {"newest": name, "keys": {name: _random_key()}, "index": _random_key()}
    handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(fresh, file)


def _random_key() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


@cache
def vault_of(folder: Path) -> Vault:
    """The key ring of a folder, read once per process."""
    return Vault.open(folder)
