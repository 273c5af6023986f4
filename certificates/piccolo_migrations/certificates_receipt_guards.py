"""Receipts of checks stay as they were signed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T19:27:42:782865"
VERSION = "1.38.0"
DESCRIPTION = "Receipts of checks stay as they were signed"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="certificates", description=DESCRIPTION)

    async def run():
        await forbid_change("check_receipt")

    async def run_backwards():
        await allow_change("check_receipt")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
