"""A twin stays as it was attached; its place in the status list is its alone."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T16:50:58:978305"
VERSION = "1.38.0"
DESCRIPTION = "A twin stays as it was attached"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="certificates", description=DESCRIPTION)

    async def run():
        await rows(
            "CREATE UNIQUE INDEX certificate_twin_place"
            " ON certificate_twin (status_list, status_index)"
        )
        await forbid_change("certificate_twin")

    async def run_backwards():
        await allow_change("certificate_twin")
        await rows("DROP INDEX certificate_twin_place")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
