"""Piccolo's view of this package: its tables and its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="credentials",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=table_finder(
        ["credentials.tables", "credentials.intake.tables", "credentials.panels.tables"],
        exclude_imported=True,
    ),
    migration_dependencies=["registry.piccolo_app", "training.piccolo_app"],
)
