"""The history of levels only grows, in order; of a kind of request one is open at a time."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T18:52:00:000008"
VERSION = "1.38.0"
DESCRIPTION = "The history of levels only grows, and begins with what stands"

CREATE = (
    "CREATE UNIQUE INDEX standing_line_place ON standing_line (credential, place)",
    "CREATE UNIQUE INDEX holder_request_open ON holder_request (person, kind)"
    " WHERE status IN ('asked', 'proposed')",
)
DROP = (
    "DROP INDEX holder_request_open",
    "DROP INDEX standing_line_place",
    # SQLite drops no column that has an index; the migration before drops this one.
    "DROP INDEX credential_superseded_by",
)
LINE = (
    "INSERT INTO standing_line (id, credential, person, place, status, reason, first_day, last_day,"
    " known_on, recorded_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
)


def day(value):
    """SQLite gives the text it stores."""
    return date.fromisoformat(value) if isinstance(value, str) else value


async def begin(held):
    """The lines of a credential granted before there was a history."""
    granted, until, since = (day(held[name]) for name in ("granted_on", "valid_until", "status_since"))
    lines = [
        ("in-force", None, granted, until, granted),
        ("lapsed", None, until + timedelta(days=1), None, granted),
    ]
    if held["status"] == "suspended":
        last = day(held["suspended_until"]) or until
        lines.append(("suspended", held["status_reason"], since, last, since))
    elif held["status"] == "revoked":
        lines.append(("revoked", held["status_reason"], since, None, since))
    now = datetime.now().astimezone()
    for place, line in enumerate(lines, 1):
        await rows(LINE, uuid4(), held["id"], held["person"], place, *line, now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="credentials", description=DESCRIPTION)

    async def run():
        for statement in CREATE:
            await rows(statement)
        for held in await rows(
            "SELECT id, person, granted_on, valid_until, status, status_since, status_reason,"
            " suspended_until FROM credential"
        ):
            await begin(held)
        await forbid_change("standing_line")

    async def run_backwards():
        await allow_change("standing_line")
        for statement in DROP:
            await rows(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
