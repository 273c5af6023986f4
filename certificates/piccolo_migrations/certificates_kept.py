"""What was issued stays as it was issued; only its replacement is noted, once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform.db import is_sqlite, rows

ID = "2026-11-23T15:12:30:000003"
VERSION = "1.38.0"
DESCRIPTION = "Certificates stay as issued; only their replacement is noted, once"

KEPT = (
    "id", "number", "code", "credential", "person", "holder_name", "face", "unsigned_sha256",
    "issued_on", "issued_by",
)
REPLACED = "OLD.replaced_by IS NOT NULL"
INDEX = "CREATE UNIQUE INDEX certificate_credential_current ON certificate (credential) WHERE {} IS NULL"
DROP_INDEX = "DROP INDEX certificate_credential_current"
REFUSAL = "certificate is kept as issued"


def changed(column, differ, cast=""):
    return f"OLD.{column}{cast} {differ} NEW.{column}{cast}"


def on_sqlite():
    changes = " OR ".join(changed(column, "IS NOT") for column in KEPT)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return (
        f"CREATE TRIGGER certificate_kept BEFORE UPDATE ON certificate WHEN {changes}"
        f" OR {REPLACED} {refuse}",
        f"CREATE TRIGGER certificate_no_delete BEFORE DELETE ON certificate {refuse}",
    )


def on_postgresql():
    changes = " OR ".join(changed(column, "IS DISTINCT FROM", "::text") for column in KEPT)
    return (
        "CREATE FUNCTION keep_certificate() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE TRIGGER certificate_kept BEFORE UPDATE ON certificate FOR EACH ROW"
        f" WHEN ({changes} OR {REPLACED}) EXECUTE FUNCTION keep_certificate()",
        "CREATE TRIGGER certificate_no_delete BEFORE DELETE OR TRUNCATE ON certificate"
        " FOR EACH STATEMENT EXECUTE FUNCTION keep_certificate()",
    )


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="certificates", description=DESCRIPTION)

    async def run():
        # Its day says that a certificate is replaced, before there is one that it points to.
        await rows(DROP_INDEX)
        await rows(INDEX.format("replaced_on"))
        for statement in on_sqlite() if is_sqlite() else on_postgresql():
            await rows(statement)

    async def run_backwards():
        where = "" if is_sqlite() else " ON certificate"
        for trigger in ("certificate_kept", "certificate_no_delete"):
            await rows(f"DROP TRIGGER {trigger}{where}")
        if not is_sqlite():
            await rows("DROP FUNCTION keep_certificate()")
        await rows(DROP_INDEX)
        await rows(INDEX.format("replaced_by"))

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
