"""Files of yearly figures only grow."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T16:40:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "Files of yearly figures only grow"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="credentials", description=DESCRIPTION)

    async def run():
        await forbid_change("series_file")

    async def run_backwards():
        await allow_change("series_file")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
