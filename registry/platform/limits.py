"""How often one address may ask: a coarse shield for public look-ups, per process.

Sign-ins are counted in the database instead, where every process sees them.
"""

import time
from collections import OrderedDict

from registry.platform.errors import TooManyRequests

REMEMBERED = 10_000
"""Addresses kept at once; the one that asked longest ago is forgotten first."""


class Limit:
    """At most `per_minute` calls from each address in a minute that begins with the first."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def count(self, address: str) -> None:
        """Count one call.

        Raises:
            TooManyRequests: the minute's share is used up.
        """
        now = time.monotonic()
        began, calls = self._seen.get(address, (now, 0))
        if now - began >= 60:
            began, calls = now, 0
        if calls >= self.per_minute:
            raise TooManyRequests(max(1, round(began + 60 - now)))
        self._seen[address] = (began, calls + 1)
        self._seen.move_to_end(address)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
