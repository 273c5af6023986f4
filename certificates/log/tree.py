"""The Merkle tree of RFC 6962, section 2.1: roots, inclusion and consistency proofs.

A tree is looked at through its complete subtrees, each named (level, index): the leaves are level
0, and (l, i) covers the 2^l leaves from i * 2^l on. Whoever asks fetches the hashes of the
subtrees that `pieces` names, in whatever way, and folds them.
"""

import hashlib
from collections.abc import Mapping, Sequence

Piece = tuple[int, int]
Span = tuple[int, int]
"""Leaves from the first up to, and without, the second."""
Hashes = Mapping[Piece, bytes]
EMPTY = hashlib.sha256(b"").digest()
HASH_BYTES = 32


class ProofWrong(ValueError):
    """A proof does not lead where it should, or is not of the length its tree asks for."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def pieces(span: Span) -> list[Piece]:
    """The complete subtrees under a node of the tree, the largest (leftmost) first."""
    first, end = span
    found = []
    while first < end:
        level = (end - first).bit_length() - 1
        found.append((level, first >> level))
        first += 1 << level
    return found


def root(span: Span, hashes: Hashes) -> bytes:
    """The hash of a node of the tree, from those of its complete subtrees."""
    parts = pieces(span)
    if not parts:
        return EMPTY
    result = hashes[parts[-1]]
    for part in reversed(parts[:-1]):
        result = node_hash(hashes[part], result)
    return result


def inclusion(index: int, size: int) -> list[Span]:
    """The nodes whose hashes prove that a leaf is in a tree of that size, from the leaf upwards."""
    if not 0 <= index < size:
        raise ProofWrong(f"there is no leaf {index} in a tree of {size}")
    first, end, path = 0, size, list[Span]()
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((first, middle))
            first = middle
    return path[::-1]


def consistency(old: int, new: int) -> list[Span]:
    """The nodes whose hashes prove that a tree of `new` leaves begins with one of `old`."""
    if not 0 < old <= new:
        raise ProofWrong(f"a tree of {new} cannot follow one of {old}")
    first, end, whole, path = 0, new, True, list[Span]()
    while old < end:
        middle = first + _split(end - first)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((first, middle))
            first, whole = middle, False
    return ([] if whole else [(first, end)]) + path[::-1]


def proof(spans: Sequence[Span], hashes: Hashes) -> list[bytes]:
    """The hashes of a proof."""
    return [root(span, hashes) for span in spans]


def check_inclusion(
    index: int, size: int, leaf: bytes, path: Sequence[bytes], expected: bytes
) -> None:
    """Follow an inclusion proof from a leaf's hash to the root.

    Raises:
        ProofWrong: it does not lead there.
    """
    spans = inclusion(index, size)
    _refuse_other_length(spans, path)
    result = leaf
    for (first, _), hashed in zip(spans, path, strict=True):
        result = node_hash(hashed, result) if first <= index else node_hash(result, hashed)
        # A node lies left of the leaf exactly when its first leaf does.
    if result != expected:
        raise ProofWrong("the proof leads to another root")


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Follow a consistency proof to both roots.

    Raises:
        ProofWrong: one of them is another.
    """
    spans = consistency(old, new)
    _refuse_other_length(spans, path)
    if old == new:
        if old_root != new_root:
            raise ProofWrong("trees of one size have two roots")
        return
    # The node that both trees share: the old root itself, where the proof does not begin with it.
    shared = spans[0][1] != old
    before = after = old_root if shared else path[0]
    rest = list(zip(spans, path, strict=True))[0 if shared else 1 :]
    for (first, _), hashed in rest:
        if first < old:
            before, after = node_hash(hashed, before), node_hash(hashed, after)
        else:
            after = node_hash(after, hashed)
    if before != old_root:
        raise ProofWrong("the proof leads to another old root")
    if after != new_root:
        raise ProofWrong("the proof leads to another new root")


def _refuse_other_length(spans: Sequence[Span], path: Sequence[bytes]) -> None:
    if len(spans) != len(path) or any(len(hashed) != HASH_BYTES for hashed in path):
        raise ProofWrong("the proof is not of the length its tree asks for")


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
