"""Every draw has a secret of its own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows

ID = "2026-11-23T22:13:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "Every draw has a secret of its own"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="credentials", description=DESCRIPTION)

    async def run():
        await rows("CREATE UNIQUE INDEX panel_commitment ON panel (commitment)")

    async def run_backwards():
        await rows("DROP INDEX panel_commitment")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
