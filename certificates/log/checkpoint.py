"""A checkpoint: how long the log was, and its root then (C2SP tlog-checkpoint)."""

import re
from dataclasses import dataclass
from typing import Self

from certificates.log.notes import NoteRefused, decode, encode
from certificates.log.tree import HASH_BYTES

_SIZE = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log at one moment, unsigned."""

    origin: str
    """The log's address without its scheme."""
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note.

        Raises:
            NoteRefused: it is no checkpoint, or carries further lines, which we never write.
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise NoteRefused("no checkpoint")
        root = decode(lines[2])
        if len(root) != HASH_BYTES:
            raise NoteRefused("no root")
        return cls(lines[0], int(lines[1]), root)
