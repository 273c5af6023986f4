"""The same lines are reviewed once; reviews only grow."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T18:40:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "The same lines are reviewed once; reviews only grow"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run():
        await rows(
            "CREATE UNIQUE INDEX overlap_review_days_state"
            " ON overlap_review (first_day, last_day, state)"
        )
        await forbid_change("overlap_review")

    async def run_backwards():
        await allow_change("overlap_review")
        await rows("DROP INDEX overlap_review_days_state")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
