"""Every draw has a secret of its own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows

ID = "2026-11-23T22:13:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "Every draw has a secret of its own"
REFERRING = (
    "assessor_term_confirmed_by",
    "assessor_term_end_asked_by",
    "panel_abandonment_asked_by",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="credentials", description=DESCRIPTION)

    async def run():
        await rows("CREATE UNIQUE INDEX panel_commitment ON panel (commitment)")

    async def run_backwards():
        await rows("DROP INDEX panel_commitment")
        # SQLite cannot drop a column that has an index.
        for index in REFERRING:
            await rows(f"DROP INDEX IF EXISTS {index}")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
