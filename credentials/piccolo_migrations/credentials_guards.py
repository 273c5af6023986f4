"""One open application per person and level; determinations only grow."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T15:00:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "One open application per person and level; determinations only grow"

FORWARDS = (
    "CREATE UNIQUE INDEX application_person_level_open ON application (person, level) WHERE status IN ('draft', 'submitted', 'returned', 'proposed')",
)
BACKWARDS = (
    "DROP INDEX application_person_level_open",
)
APPEND_ONLY = ('determination',)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="credentials", description=DESCRIPTION)

    async def run():
        for statement in FORWARDS:
            await rows(statement)
        for table in APPEND_ONLY:
            await forbid_change(table)

    async def run_backwards():
        for table in APPEND_ONLY:
            await allow_change(table)
        for statement in BACKWARDS:
            await rows(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
