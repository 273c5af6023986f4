from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.base import OnDelete
from piccolo.columns.base import OnUpdate
from piccolo.columns.column_types import ForeignKey
from piccolo.columns.column_types import UUID
from piccolo.columns.column_types import Varchar
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table


class Account(Table, tablename="account", schema=None):
    id = UUID(
        default=UUID4(),
        null=False,
        primary_key=True,
        unique=False,
        index=False,
        index_method=IndexMethod.btree,
        choices=None,
        db_column_name=None,
        secret=False,
    )


ID = "2026-11-23T22:12:41:073127"
VERSION = "1.38.0"
DESCRIPTION = ""


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="credentials", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="AssessorTerm",
        tablename="assessor_term",
        column_name="confirmed_by",
        db_column_name="confirmed_by",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            "references": Account,
            "on_delete": OnDelete.restrict,
            "on_update": OnUpdate.restrict,
            "target_column": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": True,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="AssessorTerm",
        tablename="assessor_term",
        column_name="end_asked_by",
        db_column_name="end_asked_by",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            "references": Account,
            "on_delete": OnDelete.restrict,
            "on_update": OnUpdate.restrict,
            "target_column": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": True,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="Panel",
        tablename="panel",
        column_name="abandonment_asked_by",
        db_column_name="abandonment_asked_by",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            "references": Account,
            "on_delete": OnDelete.restrict,
            "on_update": OnUpdate.restrict,
            "target_column": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": True,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="Panel",
        tablename="panel",
        column_name="roll_digest",
        db_column_name="roll_digest",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 64,
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.alter_column(
        table_class_name="Panel",
        tablename="panel",
        column_name="status",
        db_column_name="status",
        params={
            "choices": Enum(
                "PanelStatus",
                {
                    "COMMITTED": "committed",
                    "DRAWN": "drawn",
                    "MEETING": "meeting",
                    "CLOSED": "closed",
                    "ABANDONED": "abandoned",
                    "FAILED": "failed",
                },
            )
        },
        old_params={
            "choices": Enum(
                "PanelStatus",
                {
                    "COMMITTED": "committed",
                    "DRAWN": "drawn",
                    "MEETING": "meeting",
                    "CLOSED": "closed",
                    "ABANDONED": "abandoned",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.alter_column(
        table_class_name="PoolMember",
        tablename="panel_pool",
        column_name="excluded",
        db_column_name="excluded",
        params={
            "choices": Enum(
                "Tie",
                {
                    "SELF": "self",
                    "EMPLOYER": "employer",
                    "CONTRACT": "contract",
                    "MENTOR": "mentor",
                    "TEACHER": "teacher",
                    "RECOMMENDER": "recommender",
                    "DECLARED": "declared",
                    "TERM": "term",
                },
            )
        },
        old_params={
            "choices": Enum(
                "Tie",
                {
                    "SELF": "self",
                    "EMPLOYER": "employer",
                    "CONTRACT": "contract",
                    "MENTOR": "mentor",
                    "TEACHER": "teacher",
                    "DECLARED": "declared",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.alter_column(
        table_class_name="Recusal",
        tablename="panel_recusal",
        column_name="tie",
        db_column_name="tie",
        params={
            "choices": Enum(
                "Tie",
                {
                    "SELF": "self",
                    "EMPLOYER": "employer",
                    "CONTRACT": "contract",
                    "MENTOR": "mentor",
                    "TEACHER": "teacher",
                    "RECOMMENDER": "recommender",
                    "DECLARED": "declared",
                    "TERM": "term",
                },
            )
        },
        old_params={
            "choices": Enum(
                "Tie",
                {
                    "SELF": "self",
                    "EMPLOYER": "employer",
                    "CONTRACT": "contract",
                    "MENTOR": "mentor",
                    "TEACHER": "teacher",
                    "DECLARED": "declared",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager
