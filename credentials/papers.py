"""What paper there is for a level, as far as a case has to show it.

The package above makes the paper; whoever assembles the house hands down how to find it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Paper:
    """One certificate of a level."""

    number: str
    status: str
    """As checks say it: `in-force`, `suspended`, `revoked`, `expired` or `replaced`."""
    signed: bool
    """Whether its file is there yet."""


@dataclass(frozen=True)
class Papers:
    """Where certificates are found."""

    of: Callable[[UUID], Awaitable[list[Paper]]]
    """Those of a credential, newest first."""
