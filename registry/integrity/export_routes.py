"""HTTP of exports to outside credit platforms."""

from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from registry.integrity import exports
from registry.integrity.schemas import RecordExportOut
from registry.platform import clock
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.web import Caller

Here = NamedDependency[Installation]


class ExportController(Controller):
    """Records that leave for an outside credit platform."""

    path = "/api/integrity/records"
    tags = ("integrity",)

    @post(
        "/{record:uuid}/export",
        permission=Permission.INTEGRITY_HANDLE,
        responses=problems(404, 409, 422),
    )
    async def export(self, record: FromPath[UUID], caller: Caller, here: Here) -> RecordExportOut:
        """Give a record to the platform of the settings; refused while there is none."""
        made = await exports.export(
            record, platform=here.settings.credit_platform, by=caller, on=clock.today()
        )
        return RecordExportOut.model_validate(made)
