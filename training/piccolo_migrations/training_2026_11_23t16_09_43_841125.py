from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import ForeignKey

ID = "2026-11-23T16:09:43:841125"
VERSION = "1.38.0"
DESCRIPTION = "Fewer indexes on the ledger"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="training", description=DESCRIPTION
    )

    manager.alter_column(
        table_class_name="HoursEntry",
        tablename="hours_entry",
        column_name="person",
        db_column_name="person",
        params={"index": False},
        old_params={"index": True},
        column_class=ForeignKey,
        old_column_class=ForeignKey,
        schema=None,
    )

    manager.alter_column(
        table_class_name="HoursEntry",
        tablename="hours_entry",
        column_name="base",
        db_column_name="base",
        params={"index": False},
        old_params={"index": True},
        column_class=ForeignKey,
        old_column_class=ForeignKey,
        schema=None,
    )

    manager.alter_column(
        table_class_name="HoursEntry",
        tablename="hours_entry",
        column_name="reverses",
        db_column_name="reverses",
        params={"index": False},
        old_params={"index": True},
        column_class=ForeignKey,
        old_column_class=ForeignKey,
        schema=None,
    )

    manager.alter_column(
        table_class_name="HoursEntry",
        tablename="hours_entry",
        column_name="recorded_by",
        db_column_name="recorded_by",
        params={"index": False},
        old_params={"index": True},
        column_class=ForeignKey,
        old_column_class=ForeignKey,
        schema=None,
    )

    return manager
