"""Declarations and confirmations only grow."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T16:00:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "Declarations and confirmations only grow"

APPEND_ONLY = ('declaration', 'confirmation')


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="credentials", description=DESCRIPTION)

    async def run():
        for table in APPEND_ONLY:
            await forbid_change(table)

    async def run_backwards():
        for table in APPEND_ONLY:
            await allow_change(table)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
