"""Manifests and what they list stay as they were signed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T18:33:08:678221"
VERSION = "1.38.0"
DESCRIPTION = "Manifests stay as they were signed"
TABLES = ("certificate_manifest", "manifest_line")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="certificates", description=DESCRIPTION)

    async def run():
        for table in TABLES:
            await forbid_change(table)

    async def run_backwards():
        for table in TABLES:
            await allow_change(table)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
