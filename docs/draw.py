"""Draws a panel again: `python draw.py SECRET WORD SIZE A-0001 A-0002 …`, as its page says."""

import hashlib
import sys


def lot(secret: str, word: str, number: str) -> str:
    """The lot of one assessor: SHA-256 of secret, bar, word, colon, number."""
    return hashlib.sha256(f"{secret}|{word}:{number}".encode()).hexdigest()


def main() -> None:
    """Print the commitment, then everybody in the order drawn."""
    secret, word, size, *pool = sys.argv[1:]
    print("commitment", hashlib.sha256(secret.encode()).hexdigest())  # noqa: T201
    for place, number in enumerate(sorted(pool, key=lambda n: lot(secret, word, n)), 1):
        print(place, number, "seat" if place <= int(size) else "alternate")  # noqa: T201


main()
