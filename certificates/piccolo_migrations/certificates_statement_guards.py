"""Statements and their files only grow; a subject has one first statement of a kind."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T16:13:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "Statements only grow; one first statement of a kind about a subject"

FORWARDS = (
    "CREATE UNIQUE INDEX statement_subject_first ON statement (kind, subject) WHERE supersedes IS NULL",
    "CREATE INDEX statement_subject ON statement (kind, subject)",
)
BACKWARDS = (
    "DROP INDEX statement_subject",
    "DROP INDEX statement_subject_first",
)
APPEND_ONLY = ("statement", "statement_file")


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
