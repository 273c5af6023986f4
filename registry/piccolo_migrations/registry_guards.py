"""Unique pairs, the first audit line, and tables that only grow."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T15:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Unique pairs, the first audit line, and tables that only grow"

FORWARDS = (
    "CREATE UNIQUE INDEX used_code_account_time_step ON used_code (account, time_step)",
    "CREATE UNIQUE INDEX policy_edition_document_days ON policy_edition (document, effective_from, published)",
    "CREATE UNIQUE INDEX technology_contract_person_registration_number ON technology_contract (person, registration_number) WHERE removed_at IS NULL",
    "CREATE INDEX sign_in_attempt_at ON sign_in_attempt (at)",
    "INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000')",
)
BACKWARDS = (
    "DROP INDEX used_code_account_time_step",
    "DROP INDEX policy_edition_document_days",
    "DROP INDEX technology_contract_person_registration_number",
    "DROP INDEX sign_in_attempt_at",
    "DELETE FROM audit_head",
)
APPEND_ONLY = ('step_taken', 'audit_entry', 'policy_edition', 'consent')


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
