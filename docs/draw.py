"""Draws a panel again: `python draw.py SECRET WORD SIZE A-0001 A-0002:self …`, as its page says.

The roll stands there as it was frozen; who has a colon behind the number was kept out.
"""

import hashlib
import sys


def lot(secret: str, word: str, number: str) -> str:
    """The lot of one assessor: SHA-256 of secret, bar, word, colon, number."""
    return hashlib.sha256(f"{secret}|{word}:{number}".encode()).hexdigest()


def main() -> None:
    """Print both digests committed to, then everybody in the order drawn."""
    secret, word, size, *roll = sys.argv[1:]
    pool = [entry for entry in roll if ":" not in entry]
    print("commitment", hashlib.sha256(secret.encode()).hexdigest())  # noqa: T201
    print("roll", hashlib.sha256(" ".join(sorted(roll)).encode()).hexdigest())  # noqa: T201
    for place, number in enumerate(sorted(pool, key=lambda n: lot(secret, word, n)), 1):
        print(place, number, "seat" if place <= int(size) else "alternate")  # noqa: T201


main()
