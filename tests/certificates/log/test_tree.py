"""The tree, its tiles and proofs: against published values and against a naive recursion."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.log import tiles, tree
from certificates.log.leaves import bundle, unbundle
from certificates.log.tiles import NotATile
from certificates.log.tree import ProofWrong

INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FIRST_OF_EIGHT = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
"""The values that the tests of Certificate Transparency publish."""


def naive(leaves: list[bytes]) -> bytes:
    """MTH, word for word as RFC 6962 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    both = naive(leaves[:k]) + naive(leaves[k:])
    return hashlib.sha256(b"\x01" + both).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962."""
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if index < k:
        return [*naive_path(index, leaves[:k]), naive(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), naive(leaves[:k])]


def naive_consistency(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962."""
    if old == len(leaves):
        return [] if whole else [naive(leaves)]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if old <= k:
        return [*naive_consistency(old, leaves[:k], whole), naive(leaves[k:])]
    return [*naive_consistency(old - k, leaves[k:], False), naive(leaves[:k])]


def some_leaves(count: int) -> list[bytes]:
    return [tree.leaf_hash(number.to_bytes(4)) for number in range(count)]


def grown(leaves: list[bytes], *, steps: int = 1) -> dict[tiles.Tile, bytes]:
    """The tiles of a tree that grew in several steps."""
    kept: dict[tiles.Tile, bytes] = {}
    size = 0
    share = max(1, -(-len(leaves) // steps))
    while size < len(leaves):
        added = leaves[size : size + share]
        begun = {tile: kept[tile] for tile in tiles.edge(size)}
        kept |= tiles.extend(size, begun, added)
        size += len(added)
    return kept


def proof(spans: list[tree.Span], kept: dict[tiles.Tile, bytes]) -> list[bytes]:
    wanted = [piece for span in spans for piece in tree.pieces(span)]
    return tree.proof(spans, tiles.subtrees(wanted, kept))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    kept = grown([tree.leaf_hash(bytes.fromhex(entry)) for entry in INPUTS[:size]])
    [root] = proof([(0, size)], kept)
    assert root.hex() == ROOTS[size]


def test_a_published_inclusion_proof() -> None:
    leaves = [tree.leaf_hash(bytes.fromhex(entry)) for entry in INPUTS]
    made = proof(tree.inclusion(0, 8), grown(leaves))
    assert [hashed.hex() for hashed in made] == FIRST_OF_EIGHT
    tree.check_inclusion(0, 8, leaves[0], made, bytes.fromhex(ROOTS[8]))


@settings(deadline=None)
@given(st.integers(1, 600), st.integers(1, 7), st.data())
def test_every_root_and_proof_is_that_of_the_definition(
    size: int, steps: int, data: st.DataObject
) -> None:
    leaves = some_leaves(size)
    kept = grown(leaves, steps=steps)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    [root] = proof([(0, size)], kept)
    assert root == naive(leaves)
    path = proof(tree.inclusion(index, size), kept)
    assert path == naive_path(index, leaves)
    tree.check_inclusion(index, size, leaves[index], path, root)
    between = proof(tree.consistency(old, size), kept)
    assert between == naive_consistency(old, leaves)
    tree.check_consistency(old, size, naive(leaves[:old]), root, between)


@settings(deadline=None)
@given(st.integers(2, 80), st.data())
def test_a_changed_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    leaves = some_leaves(size)
    kept, root = grown(leaves), naive(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    path = proof(tree.inclusion(index, size), kept)
    between = proof(tree.consistency(old, size), kept)
    at = data.draw(st.integers(0, len(path) - 1))
    wrong = [*path[:at], bytes(32), *path[at + 1 :]]
    for changed in (wrong, path[1:], [*path, path[0]]):
        with pytest.raises(ProofWrong):
            tree.check_inclusion(index, size, leaves[index], changed, root)
    other = (index + data.draw(st.integers(1, size - 1))) % size
    with pytest.raises(ProofWrong):
        tree.check_inclusion(other, size, leaves[index], path, root)
    for roots in ((bytes(32), root), (naive(leaves[:old]), bytes(32))):
        with pytest.raises(ProofWrong):
            tree.check_consistency(old, size, *roots, between)
    for changed in (between[1:], [*between, root]):
        with pytest.raises(ProofWrong):
            tree.check_consistency(old, size, naive(leaves[:old]), root, changed)


def test_a_tree_of_more_than_one_level_of_tiles_reads_few_of_them() -> None:
    leaves = some_leaves(70_000)
    kept = grown(leaves, steps=3)
    spans = tree.inclusion(65_000, 70_000)
    wanted = {piece for span in spans for piece in tree.pieces(span)}
    assert len({tiles.tile_of(piece) for piece in wanted}) <= 8
    [root] = proof([(0, 70_000)], kept)
    tree.check_inclusion(65_000, 70_000, leaves[65_000], proof(spans, kept), root)
    assert {level for level, _ in kept} == {0, 1, 2}


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "0/000"),
        (0, 1234067, 256, "0/x001/x234/067"),
        (0, 1234067, 5, "0/x001/x234/067.p/5"),
        (2, 999, 255, "2/999.p/255"),
        (None, 1000, 256, "entries/x001/000"),
    ],
)
def test_tiles_are_where_the_standard_puts_them(
    level: int | None, index: int, width: int, path: str
) -> None:
    assert tiles.path("entries" if level is None else level, index, width) == path
    assert tiles.parse(path) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/0",
        "0/0000",
        "00/000",
        "0/x000/001",
        "64/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/05",
        "0/000/",
        "entries/-01",
        "0/x001/x234",
        "1/٠٠٠",
    ],
)
def test_another_spelling_is_no_tile(path: str) -> None:
    with pytest.raises(NotATile):
        tiles.parse(path)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40)))
def test_bundles_are_read_as_written(entries: list[bytes]) -> None:
    assert unbundle(bundle(entries)) == entries
    if entries:
        with pytest.raises(ValueError, match="cut short"):
            unbundle(bundle([*entries, b"x"])[:-1])
