"""What every command needs: somewhere to speak, the database, and refusals said in a line."""

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from rich.console import Console

from registry.platform import db
from registry.platform.errors import Refusal
from registry.platform.settings import Settings

Value = TypeVar("Value")
console = Console()
complaints = Console(stderr=True)


def run(work: Coroutine[Any, Any, Value]) -> Value:
    """Do a command's work; a refusal is said in a line, not in a traceback."""
    try:
        return asyncio.run(work)
    except Refusal as refusal:
        complain(refusal)
        sys.exit(1)


def complain(refusal: Refusal, about: str = "") -> None:
    """Say a refusal to whoever typed the command."""
    first, *more = in_words(refusal).splitlines()
    complaints.print(f"{about}{first}", style="red", markup=False, highlight=False)
    for line in more:
        complaints.print(line, markup=False, highlight=False)


def in_words(refusal: Refusal) -> str:
    """A refusal as a command says it: what is the case, then a line for each field."""
    said = [refusal.message.format(**refusal.facts)]
    said += [f"  {each.field}: {each.message.format(**each.facts)}" for each in refusal.errors]
    return "\n".join(said)


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[None]:
    """The configured database, for the time of a command."""
    await db.connect(settings)
    try:
        yield
    finally:
        await db.disconnect()
