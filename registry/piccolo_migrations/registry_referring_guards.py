"""Going back, indexes go before their columns: SQLite cannot drop a column that has one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows

ID = "2026-11-23T22:36:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "Going back, indexes go before their columns"
REFERRING = ("account_same_as", "integrity_case_vote_closed_by")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="registry", description=DESCRIPTION)

    async def run_backwards():
        for index in REFERRING:
            await rows(f"DROP INDEX IF EXISTS {index}")

    manager.add_raw_backwards(run_backwards)
    return manager
