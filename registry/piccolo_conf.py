"""Where Piccolo looks for the database and for every package that owns tables."""

from piccolo.conf.apps import AppRegistry

from registry.platform.db import engine_for
from registry.platform.settings import Settings

DB = engine_for(Settings.from_env())

APP_REGISTRY = AppRegistry(
    apps=[
        "registry.piccolo_app",
        "training.piccolo_app",
        "credentials.piccolo_app",
        "certificates.piccolo_app",
    ]
)
