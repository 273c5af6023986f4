"""What a witness has signed stays."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T19:43:03:351658"
VERSION = "1.38.0"
DESCRIPTION = "What a witness has signed stays"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="certificates", description=DESCRIPTION)

    async def run():
        await forbid_change("log_cosignature")

    async def run_backwards():
        await allow_change("log_cosignature")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
