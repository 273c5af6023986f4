"""What a panel has written stays; nobody scores, votes or sits twice."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T18:36:32:000009"
VERSION = "1.38.0"
DESCRIPTION = "What a panel has written stays; nobody scores, votes or sits twice"

FORWARDS = (
    "CREATE UNIQUE INDEX panel_case_application_open ON panel_case (application) WHERE open",
    "CREATE UNIQUE INDEX panel_seat_panel_assessor ON panel_seat (panel, assessor)",
    "CREATE UNIQUE INDEX panel_recusal_panel_case_assessor ON panel_recusal (panel_case, assessor)",
    "CREATE UNIQUE INDEX score_sheet_panel_case_assessor ON score_sheet (panel_case, assessor)",
    "CREATE UNIQUE INDEX panel_voter_panel_case_assessor ON panel_voter (panel_case, assessor)",
    "CREATE UNIQUE INDEX result_publication_application_running ON result_publication (application) WHERE ended_on IS NULL",
    "CREATE UNIQUE INDEX refusal_review_application_refused_on ON refusal_review (application, refused_on)",
)
BACKWARDS = tuple(f"DROP INDEX {statement.split()[3]}" for statement in FORWARDS)
APPEND_ONLY = (
    "assessor_tie",
    "panel_pool",
    "panel_recusal",
    "score_sheet",
    "panel_voter",
    "panel_minutes",
)


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
