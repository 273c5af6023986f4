"""One entry per base and reference; the ledger only grows."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T15:00:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "One entry per base and reference; the ledger only grows"

FORWARDS = (
    "CREATE UNIQUE INDEX hours_entry_base_reference ON hours_entry (base, reference)",
    "CREATE INDEX hours_entry_person_held_on ON hours_entry (person, held_on)",
)
BACKWARDS = (
    "DROP INDEX hours_entry_base_reference",
    "DROP INDEX hours_entry_person_held_on",
)
APPEND_ONLY = ('hours_entry',)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

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
