"""One current certificate per credential; signed files only grow."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T15:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "One current certificate per credential; signed files only grow"

FORWARDS = (
    "CREATE UNIQUE INDEX certificate_credential_current ON certificate (credential) WHERE replaced_by IS NULL",
)
BACKWARDS = (
    "DROP INDEX certificate_credential_current",
)
APPEND_ONLY = ('certificate_file',)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="certificates", description=DESCRIPTION)

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
