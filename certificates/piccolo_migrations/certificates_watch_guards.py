"""An employer follows a certificate once at a time, and each change is told once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T18:47:54:584387"
VERSION = "1.38.0"
DESCRIPTION = "One open watch of each employer and certificate; one notice of each change"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="certificates", description=DESCRIPTION)

    async def run():
        await rows(
            "CREATE UNIQUE INDEX watch_certificate_open ON watch (employer, certificate)"
            " WHERE status IN ('asked', 'given')"
        )
        await rows("CREATE UNIQUE INDEX watch_notice_once ON watch_notice (watch, act)")
        await forbid_change("watch_notice")

    async def run_backwards():
        await allow_change("watch_notice")
        await rows("DROP INDEX watch_notice_once")
        await rows("DROP INDEX watch_certificate_open")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
