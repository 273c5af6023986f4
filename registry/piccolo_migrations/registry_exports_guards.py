"""What has left stays on record: exports only grow, one for each record and platform."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-24T02:48:30:000002"
VERSION = "1.38.0"
DESCRIPTION = "Exports only grow, one for each record and platform"
TABLE = "integrity_export"
INDEX = "integrity_export_record_platform"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="registry", description=DESCRIPTION)

    async def run():
        await rows(f"CREATE UNIQUE INDEX {INDEX} ON {TABLE} (record, platform)")
        await forbid_change(TABLE)

    async def run_backwards():
        await allow_change(TABLE)
        await rows(f"DROP INDEX {INDEX}")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
