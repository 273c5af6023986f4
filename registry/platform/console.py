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
    complaints.print(f"[red]{about}{refusal.message.format(**refusal.facts)}[/red]")
    for error in refusal.errors:
        complaints.print(f"  {error.field}: {error.message.format(**error.facts)}")


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[None]:
    """The configured database, for the time of a command."""
    await db.connect(settings)
    try:
        yield
    finally:
        await db.disconnect()
