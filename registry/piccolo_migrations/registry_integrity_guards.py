"""Regulations, signatures and merits only grow; one open request of a kind about a record."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T16:37:30:000010"
VERSION = "1.38.0"
DESCRIPTION = "Regulations, signatures and merits only grow"

FORWARDS = (
    'CREATE INDEX IF NOT EXISTS integrity_record_case ON integrity_record ("case")',
    "CREATE UNIQUE INDEX regulation_kind_effective_from ON regulation (kind, effective_from)",
    'CREATE UNIQUE INDEX integrity_case_member_case_account ON integrity_case_member ("case", account)',
    'CREATE UNIQUE INDEX integrity_record_case_once ON integrity_record ("case") WHERE "case" IS NOT NULL',
    "CREATE UNIQUE INDEX integrity_request_record_kind_open ON integrity_request (record, kind) WHERE status IN ('asked', 'proposed')",
)
BACKWARDS = (
    "DROP INDEX IF EXISTS integrity_record_case",  # SQLite cannot drop a column that has one
    "DROP INDEX regulation_kind_effective_from",
    "DROP INDEX integrity_case_member_case_account",
    "DROP INDEX integrity_record_case_once",
    "DROP INDEX integrity_request_record_kind_open",
)
APPEND_ONLY = ('regulation', 'practice_code_signature', 'integrity_merit')


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="registry", description=DESCRIPTION)

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
