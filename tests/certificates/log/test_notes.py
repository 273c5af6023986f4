"""Notes, checkpoints and proofs that travel: published values, and 10,000 changes to them."""

import base64
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.log import notes, proofs, tiles, tree
from certificates.log.checkpoint import Checkpoint
from certificates.log.leaves import Leaf
from certificates.log.notes import WITNESS, NoteRefused, Verifier, cosignature, open_note, sign
from certificates.log.tree import ProofWrong

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = "registry.example.org/log"
TEXT = str(Checkpoint(NAME, 7, bytes(range(32))))
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n"
)
"""The example of the C2SP signed-note specification, a value to test against."""


def test_the_published_note_opens() -> None:
    text, signed = open_note(PUBLISHED_NOTE, [Verifier.parse(PUBLISHED_KEY)])
    assert text.count("\n") == 2
    assert signed == ["PeterNeumann"]


def test_a_note_is_read_by_who_trusts_its_key_alone() -> None:
    note = sign(TEXT, NAME, KEY)
    mine, other = Verifier.of(NAME, KEY), Verifier.of(NAME, OTHER)
    assert open_note(note, [other, mine]) == (TEXT, [NAME])
    with pytest.raises(NoteRefused, match="nobody"):
        open_note(note, [other])
    assert Verifier.parse(str(mine)) == mine


def test_witnesses_sign_below_the_log() -> None:
    seen = sign(TEXT, NAME, KEY) + cosignature(TEXT, "witness.example.org", OTHER, 1_800_000_000)
    witness = Verifier.of("witness.example.org", OTHER, WITNESS)
    assert open_note(seen, [Verifier.of(NAME, KEY), witness])[1] == [NAME, "witness.example.org"]
    line = seen.rstrip("\n").rpartition(" ")[2]
    raw = base64.b64decode(line)
    assert int.from_bytes(raw[4:12]) == 1_800_000_000
    later = base64.b64encode(raw[:11] + bytes([raw[11] ^ 1]) + raw[12:]).decode()
    with pytest.raises(NoteRefused, match="is wrong"):
        open_note(seen.replace(line, later), [witness])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "registry.example.org/log\n7\n",
        f"{TEXT}extension\n",
        TEXT.replace("\n7\n", "\n07\n"),
        TEXT.replace("\n7\n", "\n-7\n"),
        "\n7\nAAAA\n",
        "a\n7\nAAAA\n",
    ],
)
def test_what_is_no_checkpoint_of_ours_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        Checkpoint.parse(text)


def a_proof(size: int = 40, index: int = 11) -> tuple[str, Leaf]:
    leaves = [Leaf(bytes([n]) * 16, f'{{"number":"N-{n}"}}') for n in range(size)]
    kept = tiles.extend(0, {}, [tree.leaf_hash(leaf.entry) for leaf in leaves])
    spans = [(0, size), *tree.inclusion(index, size)]
    hashes = tiles.subtrees([p for span in spans for p in tree.pieces(span)], kept)
    root, *path = tree.proof(spans, hashes)
    note = sign(str(Checkpoint(NAME, size, root)), NAME, KEY)
    return proofs.write(leaves[index], index, path, note), leaves[index]


def test_a_proof_says_what_was_logged() -> None:
    text, _ = a_proof()
    proven = proofs.verify(text, [Verifier.of(NAME, KEY)])
    assert (proven.said, proven.index, proven.checkpoint.size) == ({"number": "N-11"}, 11, 40)


def test_of_ten_thousand_changed_proofs_none_is_accepted() -> None:
    text, _ = a_proof()
    trusted, chance, accepted = [Verifier.of(NAME, KEY)], random.Random(6), []
    raw = text.encode()
    for _ in range(10_000):
        at = chance.randrange(len(raw))
        changed = chance.choice(
            [
                raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :],
                raw[:at] + raw[at + 1 :],
                raw[:at] + bytes([chance.choice(b"Aa0+/=\n ")]) + raw[at:],
                raw[:at],
            ]
        )
        if changed == raw:
            continue
        try:
            proofs.verify(changed.decode(), trusted)
        except (NoteRefused, ProofWrong, UnicodeDecodeError):
            continue
        accepted.append(changed)
    assert accepted == []


@settings(deadline=None)
@given(st.binary())
def test_base64_has_one_spelling(raw: bytes) -> None:
    text = notes.encode(raw)
    assert notes.decode(text) == raw
    if text.endswith("="):
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        at = len(text.rstrip("=")) - 1
        stray = text[:at] + letters[letters.index(text[at]) | 1] + text[at + 1 :]
        if stray != text:
            with pytest.raises(NoteRefused):
                notes.decode(stray)
