"""One open application per person and level, in every status before a decision."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows

ID = "2026-11-23T18:20:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "One open application per person and level, in every status before a decision"

DROP = "DROP INDEX application_person_level_open"
FORWARDS = (
    DROP,
    "CREATE UNIQUE INDEX application_person_level_open ON application (person, level) WHERE status NOT IN ('granted', 'refused', 'withdrawn')",
)
BACKWARDS = (
    # SQLite drops no column that has an index; the migration before drops this one.
    "DROP INDEX application_procedure",
    DROP,
    "CREATE UNIQUE INDEX application_person_level_open ON application (person, level) WHERE status IN ('draft', 'submitted', 'returned', 'proposed')",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="credentials", description=DESCRIPTION)

    async def run():
        for statement in FORWARDS:
            await rows(statement)

    async def run_backwards():
        for statement in BACKWARDS:
            await rows(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
