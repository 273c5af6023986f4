"""How often one address may ask.

Look-ups by code, which nobody can guess, have a coarse shield in each process that costs nothing.
Those by number, which can be guessed, and lists are counted in the database, where every process
sees them.
"""

import ipaddress
import time
from collections import OrderedDict
from datetime import UTC, datetime

from registry.platform import clock
from registry.platform.db import rows
from registry.platform.errors import TooManyRequests
from registry.platform.tables import Tally

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


class SharedLimit:
    """At most so much from each address in a window, counted in the database for all processes.

    Windows begin at fixed times: a minute at :00, a day at midnight UTC. A network of IPv6
    addresses that one customer gets (/64) counts as one address.
    """

    def __init__(self, kind: str, **most: int) -> None:
        """`most` is for each of `minute` and `day`."""
        self.kind, self.most = kind, most

    async def count(self, who: str, amount: int = 1) -> None:
        """Count what is asked for, and refuse what exceeds a window's share.

        What was refused is counted too: whoever keeps asking keeps waiting.

        Raises:
            TooManyRequests: the share of a window is used up.
        """
        now = clock.now()
        for window, most in self.most.items():
            seconds = WINDOWS[window]
            number = int(now.timestamp()) // seconds
            ends = datetime.fromtimestamp((number + 1) * seconds, UTC)
            if await _add(f"{self.kind} {network_of(who)} {window} {number}", amount, ends) > most:
                raise TooManyRequests(max(1, round((ends - now).total_seconds())))


WINDOWS = {"minute": 60, "day": 86_400}


async def _add(name: str, amount: int, ends: datetime) -> int:
    counted = await rows(
        "INSERT INTO tally (name, used, ends_at) VALUES ({}, {}, {})"
        " ON CONFLICT (name) DO UPDATE SET used = tally.used + excluded.used RETURNING used",
        name,
        amount,
        ends,
    )
    used: int = counted[0]["used"]
    if used == amount:  # somebody's first in this window: a good moment to clear old ones away
        await Tally.delete().where(Tally.ends_at < clock.now())
    return used


def network_of(who: str) -> str:
    """What counts as one asker: an address, or the network behind it; other names as they are."""
    try:
        address = ipaddress.ip_address(who)
    except ValueError:
        return who
    if address.version == 4:
        return who
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
