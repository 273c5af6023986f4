"""Everything integrity answers to, for the roof of the house to list."""

from typing import Any

from registry.integrity.code_pages import CodePages
from registry.integrity.export_pages import ExportPages
from registry.integrity.export_routes import ExportController
from registry.integrity.merit_pages import MeritPages
from registry.integrity.merit_routes import MeritController
from registry.integrity.pages import IntegrityPages, RecordPages
from registry.integrity.routes import IntegrityController, RecordController

ROUTES: list[Any] = [IntegrityController, RecordController, MeritController, ExportController]
PAGES: list[Any] = [IntegrityPages, RecordPages, MeritPages, ExportPages, CodePages]
