"""Equal acts at once, of one person or of several: exactly one of them may happen."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from registry.platform import steps
from registry.platform.errors import Conflict
from registry.tables import Account


async def once(act: Callable[[Account], Awaitable[Any]], *people: Account, times: int = 4) -> Any:
    """Let everybody do the same at once, one person several times; return what came of the one.

    All others are told that somebody was first.
    """
    clicks = people if len(people) > 1 else people * times
    came = await asyncio.gather(*(act(by) for by in clicks), return_exceptions=True)
    done = [each for each in came if not isinstance(each, BaseException)]
    others = [each for each in came if isinstance(each, BaseException)]
    assert len(done) == 1, came
    assert all(isinstance(each, Conflict) for each in others), others
    return done[0]


async def taken(subject: Any) -> list[str]:
    """The steps something has taken, each as often as it was, by name."""
    return sorted(line["step"] for line in await steps.history(subject))
