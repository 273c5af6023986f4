"""What is there once is there once; closed months, draws and uses of hours only grow."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T15:30:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "What is there once is there once; closed months, draws and uses of hours only grow"

UNIQUE = {
    "accredited_scope_accreditation_level_module": (
        "accredited_scope (accreditation, level, module)"
    ),
    "annual_assessment_accreditation_year": "annual_assessment (accreditation, year)",
    "class_session_base_code": "class_session (base, code)",
    "enrolment_class_session_person": "enrolment (class_session, person)",
    "import_run_base_sha256": "import_run (base, sha256)",
    "hours_use_entry_level": "hours_use (entry, level)",
}
APPEND_ONLY = ("hours_use", "period_close", "audit_draw")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run():
        for name, columns in UNIQUE.items():
            await rows(f"CREATE UNIQUE INDEX {name} ON {columns}")
        await rows("CREATE INDEX hours_entry_held_on ON hours_entry (held_on)")
        for table in APPEND_ONLY:
            await forbid_change(table)

    async def run_backwards():
        for table in APPEND_ONLY:
            await allow_change(table)
        await rows("DROP INDEX hours_entry_held_on")
        # SQLite drops no column that has an index; the migration before drops these two.
        for column in ("class_session", "import_run"):
            await rows(f"DROP INDEX hours_entry_{column}")
        for name in UNIQUE:
            await rows(f"DROP INDEX {name}")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
