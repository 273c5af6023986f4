"""What an operator can mend, said in a line: everything else is a bug and keeps its traceback."""

import sqlite3

import asyncpg
import pydantic

from registry.platform.console import in_words
from registry.platform.errors import Mendable, Refusal
from registry.platform.settings import PREFIX, Settings

NO_SCHEMA = "The database has no schema yet, or an older one: run `registry migrate` first."
REFUSED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    sqlite3.OperationalError,
)


def complaint(error: Exception) -> str | None:
    """Say what is to be mended, or nothing where an error is not the operator's to mend."""
    if isinstance(error, Mendable):
        return str(error)
    if isinstance(error, Refusal):
        return in_words(error)
    if isinstance(error, pydantic.ValidationError) and error.title == Settings.__name__:
        return "\n".join(
            f"{PREFIX}{'.'.join(map(str, wrong['loc'])).upper()}: {wrong['msg']}"
            for wrong in error.errors()
        )
    if isinstance(error, asyncpg.UndefinedTableError) or "no such table" in str(error):
        return NO_SCHEMA
    if isinstance(error, REFUSED):
        return f"The database says: {error}"
    if isinstance(error, FileNotFoundError):
        return f"{error.filename} is missing; `registry init` makes what an installation needs."
    if isinstance(error, OSError):
        return str(error)
    return None
