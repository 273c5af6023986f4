from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-23T22:43:42:589827"
VERSION = "1.38.0"
DESCRIPTION = ""


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="credentials", description=DESCRIPTION
    )

    manager.drop_table(class_name="Ballot", tablename="panel_ballot", schema=None)

    return manager
