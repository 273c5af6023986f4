"""A proof that travels with a certificate: its entry is in the log (C2SP tlog-proof).

The extra line carries salt and content of the entry, so that whoever holds the proof can see for
what it stands, without asking anybody.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from certificates.log.checkpoint import Checkpoint
from certificates.log.leaves import SALT_BYTES, Leaf
from certificates.log.notes import NoteRefused, Verifier, decode, encode, open_note
from certificates.log.tree import check_inclusion, leaf_hash

FORM = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Proven:
    """What a proof that holds says."""

    said: dict[str, Any]
    index: int
    checkpoint: Checkpoint
    signed_by: list[str]


def write(leaf: Leaf, index: int, path: Sequence[bytes], note: str) -> str:
    """Write a proof out; `note` is the signed checkpoint it leads to."""
    hashes = "".join(f"{encode(hashed)}\n" for hashed in path)
    extra = encode(leaf.salt + leaf.content.encode())
    return f"{FORM}\nextra {extra}\nindex {index}\n{hashes}\n{note}"


def verify(text: str, trusted: Sequence[Verifier]) -> Proven:
    """Check a proof without any network.

    Raises:
        NoteRefused: it is malformed, or its checkpoint not signed by a trusted key.
        ProofWrong: the entry is not in the log of that checkpoint.
    """
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or len(lines) < 3 or lines[0] != FORM:
        raise NoteRefused("no proof")
    extra, index = lines[1].removeprefix("extra "), lines[2].removeprefix("index ")
    if lines[1] == extra or lines[2] == index or str(_whole(index)) != index:
        raise NoteRefused("no proof")
    raw = decode(extra)
    try:
        leaf = Leaf(raw[:SALT_BYTES], raw[SALT_BYTES:].decode())
        said = json.loads(leaf.content)
    except ValueError as error:
        raise NoteRefused("the entry is not readable") from error
    body, signed_by = open_note(note, trusted)
    checkpoint = Checkpoint.parse(body)
    path = [decode(line) for line in lines[3:]]
    check_inclusion(int(index), checkpoint.size, leaf_hash(leaf.entry), path, checkpoint.root)
    return Proven(said, int(index), checkpoint, signed_by)


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 19:
        raise NoteRefused("no number")
    return int(text)
