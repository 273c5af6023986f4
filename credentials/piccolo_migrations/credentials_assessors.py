"""What the register of assessors knows of an account, kept with the account: who it is, and where."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows

ID = "2026-11-24T03:05:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Accounts of assessors say who they are and where they work"

FORWARDS = (
    "UPDATE account SET same_as ="
    " (SELECT person FROM assessor WHERE assessor.account = account.id)"
    " WHERE same_as IS NULL"
    " AND id IN (SELECT account FROM assessor WHERE person IS NOT NULL)",
    "UPDATE account SET employer ="
    " (SELECT employer FROM assessor WHERE assessor.account = account.id)"
    " WHERE employer IS NULL AND id IN (SELECT account FROM assessor)",
)
BACKWARDS = (  # SQLite drops no column that has an index; the migration of draws drops these
    "DROP INDEX IF EXISTS assessor_term_confirmed_by",
    "DROP INDEX IF EXISTS assessor_term_end_asked_by",
    "DROP INDEX IF EXISTS panel_abandonment_asked_by",
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
