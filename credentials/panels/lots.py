"""Drawing a panel by lot, so that nobody can steer it and everybody can draw again.

An officer commits to a secret by its SHA-256 and thereby freezes the roll, which is published by
its SHA-256 as well; another officer adds a word in the open; then the secret is revealed. Neither
alone can choose who is drawn: the first cannot change the secret, the second does not know it. The
seed is secret and word with a vertical bar between; a number's lot is the SHA-256 of seed, colon,
number; the smallest lots sit, in their order, and the others are called in theirs. `docs/draw.py`
says the same in a few lines.
"""

import hashlib
from collections.abc import Collection

from training.lots import lot


def commitment(secret: str) -> str:
    """What is published before the secret is."""
    return hashlib.sha256(secret.encode()).hexdigest()


def roll_digest(entries: Collection[str]) -> str:
    """What is published of a frozen roll: who may be drawn, and who not.

    An entry is a number, or a number, colon and tie of somebody kept out; the digest is the SHA-256
    of all of them in order, each after the first behind a space.
    """
    return hashlib.sha256(" ".join(sorted(entries)).encode()).hexdigest()


def seed(secret: str, word: str) -> str:
    """What the lots are drawn with."""
    return f"{secret}|{word}"


def order(numbers: Collection[str], of: str) -> list[str]:
    """The pool in the order of its lots under a seed."""
    return sorted(numbers, key=lambda number: lot(of, number))
