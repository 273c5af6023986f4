"""Drawing lines by lot for an audit, so that anybody can draw again and get the same.

Each line's lot is the SHA-256 of the published seed and the line's id; those with the smallest
lots are drawn. Who does not choose the seed cannot choose the lines, and adding one line moves no
other's lot.
"""

import hashlib
from collections.abc import Collection
from uuid import UUID


def lot(seed: str, entry: UUID | str) -> str:
    """The lot of one line, or of whatever else has a number, in hexadecimal."""
    return hashlib.sha256(f"{seed}:{entry}".encode()).hexdigest()


def draw(entries: Collection[UUID], seed: str, per_mille: int) -> list[UUID]:
    """The lines drawn: their share of all, rounded up, by the order of their lots."""
    wanted = -(-len(entries) * per_mille // 1000)
    return sorted(entries, key=lambda entry: lot(seed, entry))[:wanted]
