"""The transparency log only grows; what happened before there was one waits to be logged."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.platform import clock
from registry.platform.db import is_sqlite, rows
from registry.platform.migrations import allow_change, forbid_change

ID = "2026-11-23T16:31:20:927426"
VERSION = "1.38.0"
DESCRIPTION = "The transparency log only grows"

CHANGES = {
    "log_leaf": " OR ".join(
        [f"NEW.{column} <> OLD.{column}" for column in ("leaf_index", "kind", "subject", "entry")]
        + ["NEW.logged_at <> OLD.logged_at", "NEW.salt IS NOT NULL", "NEW.content IS NOT NULL"]
    ),
    "log_tile": "NEW.name <> OLD.name OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes",
    "log_head": "NEW.id <> OLD.id OR NEW.size < OLD.size",
}
BEFORE_THE_LOG = (
    ("policy", "SELECT id FROM policy_edition"),
    ("issue", "SELECT id FROM certificate"),
    ("replace", "SELECT id FROM certificate WHERE replaced_by IS NOT NULL"),
    ("statement", "SELECT id FROM statement"),
    (
        "standing",
        "SELECT t.id FROM step_taken t JOIN credential h ON h.id = t.subject",
    ),
)


def guards():
    for table, changed in CHANGES.items():
        if is_sqlite():
            refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            yield f"CREATE TRIGGER {table}_grows BEFORE UPDATE ON {table} WHEN {changed} {refuse}"
            yield f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {refuse}"
        else:
            yield (
                f"CREATE TRIGGER {table}_grows BEFORE UPDATE ON {table} FOR EACH ROW"
                f" WHEN ({changed}) EXECUTE FUNCTION refuse_change()"
            )
            yield (
                f"CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="certificates", description=DESCRIPTION)

    async def run():
        await rows("INSERT INTO log_head (id, size) VALUES (1, 0)")
        await forbid_change("log_checkpoint")
        for statement in guards():
            await rows(statement)
        for kind, acts in BEFORE_THE_LOG:
            for act in await rows(acts):
                subject = f"{kind}:{act['id']}"
                await rows(
                    "INSERT INTO job (name, kind, subject, due_at, attempts)"
                    " VALUES ({}, {}, {}, {}, 0) ON CONFLICT (name) DO NOTHING",
                    f"log-entry {subject}", "log-entry", subject, clock.now(),
                )

    async def run_backwards():
        where = "" if is_sqlite() else " ON {}"
        for table in CHANGES:
            for act in ("grows", "stays"):
                await rows(f"DROP TRIGGER {table}_{act}" + where.format(table))
        await allow_change("log_checkpoint")
        await rows("DELETE FROM log_head")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
