"""Passwords: Argon2id, off the event loop, and only so many at once."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import anyio
from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registry.platform.errors import TooManyRequests

Value = TypeVar("Value")
LONGEST_QUEUE = 20
"""Passwords that may wait for a slot in one process before new ones are sent away."""
RETRY_SECONDS = 5

# OWASP's and RFC 9106's low-memory profile with one lane: 64 MiB, three passes.
hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


@functools.cache
def _decoy() -> str:
    """Verified when the login is unknown, so that both answers take equally long."""
    return hasher.hash("nobody has this password")


class Passwords:
    """Computes and checks password hashes for one process, `slots` at a time."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._inside = 0
        self._limiter: anyio.CapacityLimiter | None = None

    async def hash(self, password: str) -> str:
        """Compute the hash to store.

        Raises:
            TooManyRequests: too many wait already; memory is worth more than this password.
        """
        return await self._compute(hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether a password opens a stored hash; as slow for no hash at all.

        Raises:
            TooManyRequests: too many wait already.
        """
        return await self._compute(_matches, stored, password)

    async def _compute(self, work: Callable[..., Value], *arguments: Any) -> Value:
        if self._inside >= self._slots + LONGEST_QUEUE:
            raise TooManyRequests(RETRY_SECONDS)
        if self._limiter is None:  # bound to the loop it is first used in
            self._limiter = anyio.CapacityLimiter(self._slots)
        self._inside += 1
        try:
            return await to_thread.run_sync(work, *arguments, limiter=self._limiter)
        finally:
            self._inside -= 1

    @staticmethod
    def outdated(stored: str) -> bool:
        """Whether a hash was made with weaker parameters than today's."""
        return hasher.check_needs_rehash(stored)


def _matches(stored: str | None, password: str) -> bool:
    try:
        hasher.verify(stored or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
