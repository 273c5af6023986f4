"""A witness: somebody else who follows the log, and signs only what continues what they saw.

Answers `add-checkpoint` as C2SP tlog-witness describes it, and follows a log by its tiles. What was
seen last is kept in a file that is on disk before the signature leaves.
"""

import json
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.log import notes, tiles, tree
from certificates.log.checkpoint import Checkpoint
from certificates.log.notes import NoteRefused, Verifier
from certificates.log.tree import ProofWrong

Fetch = Callable[[str], Awaitable[bytes]]
"""Reads `checkpoint` or `tile/…` of a log."""


class SizeUnexpected(Exception):
    """The log's proof begins elsewhere than where this witness stands; it names that size."""


@dataclass(frozen=True)
class Witness:
    """Follows one log. One process at a time."""

    name: str
    key: Ed25519PrivateKey
    log: Verifier
    seen: Path
    """Where the last checkpoint seen is kept."""

    def last(self) -> Checkpoint | None:
        """What was signed last."""
        try:
            kept = json.loads(self.seen.read_text())
        except FileNotFoundError:
            return None
        return Checkpoint(kept["origin"], kept["size"], bytes.fromhex(kept["root"]))

    def add(self, old: int, path: Sequence[bytes], note: str, at: int) -> str:
        """Sign a checkpoint that continues what was seen, and return the signature's line.

        `old` is the size the proof begins at, `at` the moment in seconds since 1970.

        Raises:
            NoteRefused: it is no checkpoint of this log, or not signed by it.
            SizeUnexpected: `old` is not the size seen last.
            ProofWrong: it contradicts what was seen.
        """
        text, _ = notes.open_note(note, [self.log])
        found, last = Checkpoint.parse(text), self.last()
        if found.origin != self.log.name:
            raise NoteRefused("another log's checkpoint")
        known = last.size if last else 0
        if old != known:
            raise SizeUnexpected(known)
        if last is None or not known:
            if path:
                raise ProofWrong("nothing was seen that a proof could begin at")
        else:
            tree.check_consistency(known, found.size, last.root, found.root, path)
        self._keep(found)
        return notes.cosignature(text, self.name, self.key, at)

    async def follow(self, fetch: Fetch, at: int) -> str:
        """Look at a log, and return its checkpoint with this witness's signature below it.

        Raises:
            NoteRefused: its checkpoint is not signed by it.
            ProofWrong: it contradicts what was seen.
        """
        note = (await fetch("checkpoint")).decode()
        text, _ = notes.open_note(note, [self.log])
        found, last = Checkpoint.parse(text), self.last()
        known, path = (last.size if last else 0), list[bytes]()
        if known:
            spans = tree.consistency(known, found.size)
            wanted = {part for span in spans for part in tree.pieces(span)}
            path = tree.proof(spans, tiles.subtrees(wanted, await _read(fetch, wanted, found.size)))
        return note + self.add(known, path, note, at)

    def _keep(self, found: Checkpoint) -> None:
        kept = {"origin": found.origin, "size": found.size, "root": found.root.hex()}
        fresh = self.seen.with_name(f".{self.seen.name}.new")
        with fresh.open("w") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.seen)


async def _read(fetch: Fetch, wanted: set[tree.Piece], size: int) -> dict[tiles.Tile, bytes]:
    """The tiles of some subtrees, as wide as a log of that size has them."""
    found = {}
    for level, index in {tiles.tile_of(piece) for piece in wanted}:
        count = size >> tiles.HEIGHT * level
        width = min(tiles.WIDTH, count - index * tiles.WIDTH)
        found[level, index] = await fetch(f"tile/{tiles.path(level, index, width)}")
    return found
