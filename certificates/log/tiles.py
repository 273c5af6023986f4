"""The tree cut into tiles of 256 hashes, as C2SP tlog-tiles lays it out for publishing.

Tile (l, n) holds the hashes of the subtrees (8 l, 256 n) onwards. The last tile of each level
grows until it is full, and never changes after that.
"""

import re
from collections.abc import Iterable, Mapping

from certificates.log.tree import HASH_BYTES, Hashes, Piece, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
Tile = tuple[int, int]
"""(level, index)"""
_PATH = re.compile(r"(entries|0|[1-9][0-9]?)((?:/x[0-9]{3})*)/([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_HIGHEST = 63


class NotATile(ValueError):
    """A path that names no tile."""


def path(level: int | str, index: int, width: int = WIDTH) -> str:
    """Where a tile is published: `0/x001/x234/067.p/5`; `level` is `entries` for the entries."""
    groups, rest = [f"{index % 1000:03d}"], index // 1000
    while rest:
        groups.append(f"x{rest % 1000:03d}")
        rest //= 1000
    partial = "" if width == WIDTH else f".p/{width}"
    return f"{level}/{'/'.join(reversed(groups))}{partial}"


def parse(text: str) -> tuple[int | None, int, int]:
    """The level (None: entries), index and width that a path names.

    Raises:
        NotATile: it names none, or is not spelt as `path` would.
    """
    parts = _PATH.fullmatch(text)
    if parts is None:
        raise NotATile(text)
    kind, above, last, partial = parts.groups()
    index = int(above.replace("/x", "") + last)
    level = None if kind == "entries" else int(kind)
    width = int(partial) if partial else WIDTH
    if (level or 0) > _HIGHEST or path(kind, index, width) != text:
        raise NotATile(text)
    return level, index, width


def tile_of(piece: Piece) -> Tile:
    """The tile that the hash of a subtree is read or computed from."""
    level, index = piece
    return level // HEIGHT, (index << level % HEIGHT) >> HEIGHT


def subtrees(wanted: Iterable[Piece], tiles: Mapping[Tile, bytes]) -> Hashes:
    """The hashes of subtrees, from the tiles that `tile_of` names.

    Raises:
        KeyError: a tile is not there, or too narrow yet.
    """
    return {piece: _subtree(piece, tiles) for piece in wanted}


def _subtree(piece: Piece, tiles: Mapping[Tile, bytes]) -> bytes:
    level, index = piece
    above = level % HEIGHT
    first, count = (index << above) % WIDTH, 1 << above
    hashes = tiles[tile_of(piece)][first * HASH_BYTES : (first + count) * HASH_BYTES]
    if len(hashes) != count * HASH_BYTES:
        raise KeyError(tile_of(piece))
    return _top([hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)])


def _top(row: list[bytes]) -> bytes:
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def edge(size: int) -> list[Tile]:
    """The tiles of a tree that are begun and not full: those that grow next."""
    levels = range(size.bit_length() // HEIGHT + 1)
    counts = [(level, size >> HEIGHT * level) for level in levels]
    return [(level, count >> HEIGHT) for level, count in counts if count % WIDTH]


def extend(size: int, begun: Mapping[Tile, bytes], leaves: Iterable[bytes]) -> dict[Tile, bytes]:
    """The tiles that change when leaf hashes are added to a tree of that size.

    `begun` holds the tiles of `edge(size)`.
    """
    changed: dict[Tile, bytes] = {}
    for leaf in leaves:
        level, count, hashed = 0, size, leaf
        while True:
            tile = level, count >> HEIGHT
            before = changed.get(tile) or (begun[tile] if count % WIDTH else b"")
            changed[tile] = before + hashed
            if (count + 1) % WIDTH:
                break
            full = changed[tile]
            row = [full[at : at + HASH_BYTES] for at in range(0, len(full), HASH_BYTES)]
            level, count, hashed = level + 1, count >> HEIGHT, _top(row)
        size += 1
    return changed
