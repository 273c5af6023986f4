"""What was taken back stays taken back: withdrawals of consent only grow."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-24T02:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Withdrawals of consent only grow"
TABLE = "consent_withdrawal"
BACKWARDS = (  # SQLite cannot drop a column that has an index
    "DROP INDEX IF EXISTS account_same_as",
    "DROP INDEX IF EXISTS integrity_case_vote_closed_by",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="registry", description=DESCRIPTION)

    async def run():
        await forbid_change(TABLE)

    async def run_backwards():
        await allow_change(TABLE)
        for statement in BACKWARDS:
            await rows(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
