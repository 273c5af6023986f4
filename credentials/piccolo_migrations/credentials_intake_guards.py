"""What was handed in and asked for only grows; a function is claimed once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T18:35:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "What was handed in and asked for only grows; a function is claimed once"

APPEND_ONLY = ("application_submission", "supplement_notice", "supplement_item")
FORWARDS = "CREATE UNIQUE INDEX claimed_function_application_function ON claimed_function (application, function)"
BACKWARDS = "DROP INDEX claimed_function_application_function"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="credentials", description=DESCRIPTION)

    async def run():
        for table in APPEND_ONLY:
            await forbid_change(table)
        await rows(FORWARDS)

    async def run_backwards():
        for table in APPEND_ONLY:
            await allow_change(table)
        await rows(BACKWARDS)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
