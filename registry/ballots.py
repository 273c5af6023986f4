"""Secret votes: ballots that nobody can open before the count, nor tie to a voter after it.

Each vote has a box with a key pair of its own (X25519). A ballot is sealed to the public key as it
is cast, so that neither the database, its write-ahead log, nor a copy of it says how somebody
voted. The private key lies sealed by the vault; the count opens all ballots at once, answers how
often each choice was made, and destroys ballots and key.
"""

import os
from collections import Counter
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.platform.db import transaction
from registry.platform.vault import Vault
from registry.tables import BallotBox, SealedBallot

KEY_BYTES, NONCE_BYTES = 32, 12
CHOICE_BYTES = 16
"""Every choice is filled up to this, so that the length of a ballot says nothing."""


async def open_box(vote: UUID, *, vault: Vault) -> None:
    """Begin a secret vote. `vote` is the row that is voted on: one box for each."""
    key = X25519PrivateKey.generate()
    await BallotBox(
        id=vote,
        public_key=key.public_key().public_bytes_raw().hex(),
        key_sealed=vault.seal(key.private_bytes_raw().hex(), _place(vote)),
    ).save()


async def cast(vote: UUID, choice: str) -> None:
    """Put a sealed ballot into the box of a vote.

    Call in the transaction that puts on record who has voted, and hold what is voted on meanwhile:
    that nobody votes twice, or after the count, is the caller's to see to.
    """
    box = await _box(vote)
    await SealedBallot(id=uuid4(), box=vote, sealed=_seal(box.public_key, vote, choice)).save()


async def count(vote: UUID, *, vault: Vault) -> Counter[str]:
    """Open the ballots of a vote, once: how often each choice was made. Box and key are no more.

    Raises:
        FieldUnreadable: the vault is not the one the box was made with.
    """
    async with transaction():
        box = await _box(vote)
        key = X25519PrivateKey.from_private_bytes(
            bytes.fromhex(vault.unseal(box.key_sealed, _place(vote)))
        )
        ballots = await SealedBallot.select(SealedBallot.sealed).where(SealedBallot.box == vote)
        said = Counter(sorted(_unseal(key, vote, each["sealed"]) for each in ballots))
        await discard(vote)
    return said


async def discard(vote: UUID) -> None:
    """Destroy the ballots and the key of a vote that is not counted, if it was begun."""
    async with transaction():
        await SealedBallot.delete().where(SealedBallot.box == vote)
        await BallotBox.delete().where(BallotBox.id == vote)


async def _box(vote: UUID) -> BallotBox:
    box: BallotBox | None = await BallotBox.objects().get(BallotBox.id == vote)
    assert box is not None, "whoever votes or counts has seen that the vote is on"
    return box


def _seal(public_key: str, vote: UUID, choice: str) -> str:
    plain = choice.encode().ljust(CHOICE_BYTES, b"\0")
    assert len(plain) == CHOICE_BYTES, "choices are short words"
    once = X25519PrivateKey.generate()
    shared = once.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(public_key)))
    head = once.public_key().public_bytes_raw()
    nonce = os.urandom(NONCE_BYTES)
    cipher = AESGCM(_derive(shared, head, vote))
    return (head + nonce + cipher.encrypt(nonce, plain, vote.bytes)).hex()


def _unseal(key: X25519PrivateKey, vote: UUID, sealed: str) -> str:
    raw = bytes.fromhex(sealed)
    head, rest = raw[:KEY_BYTES], raw[KEY_BYTES:]
    shared = key.exchange(X25519PublicKey.from_public_bytes(head))
    cipher = AESGCM(_derive(shared, head, vote))
    return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], vote.bytes).rstrip(b"\0").decode()


def _derive(shared: bytes, head: bytes, vote: UUID) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"ballot" + vote.bytes + head).derive(shared)


def _place(vote: UUID) -> str:
    return f"ballot_box:{vote}:key"
