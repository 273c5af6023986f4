"""Pages of exports to outside credit platforms, for officers."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from registry import regulations
from registry.integrity import exports
from registry.platform import clock, i18n
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import say
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from registry.regulations import Kind

Here = NamedDependency[Installation]
P = Permission
EXPORTS = "registry/integrity/exports.html"


class ExportPages(Controller):
    """What may leave, what has left, and the catalogue it is checked against."""

    path = "/integrity/exports"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.INTEGRITY_HANDLE)
    async def show(self, request: Visit, here: Here) -> Response[Any]:
        """The whole of it."""
        return page(request, EXPORTS, form=Form(), **await _shown(here))

    @post("/{record:uuid}", permission=P.INTEGRITY_HANDLE)
    async def export(
        self, request: Visit, record: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[Any]:
        """Give one record to the platform."""

        async def act(_: dict[str, Any]) -> Response[Any]:
            platform = here.settings.credit_platform
            await exports.export(record, platform=platform, by=caller, on=clock.today())
            return Redirect("/integrity/exports", status_code=303)

        return await submitted(request, EXPORTS, act, **await _shown(here))

    @get("/{export:uuid}/content", permission=P.INTEGRITY_HANDLE)
    async def content(self, export: FromPath[UUID]) -> Response[str]:
        """What left, as a file to hand over."""
        row = await exports.find(export)
        return Response(
            row.content,
            media_type="application/json; charset=utf-8",
            headers={
                "content-disposition": f'attachment; filename="{export}.json"',
                "cache-control": "no-store",
            },
        )


async def _shown(here: Installation) -> dict[str, Any]:
    platform, today = here.settings.credit_platform, clock.today()
    listed = await exports.candidates(platform=platform, on=today)
    return {
        "platform": platform,
        "catalogue": await regulations.in_force(Kind.CREDIT_CATALOGUE, today),
        "listed": [
            {**row, "why": say(row["why"].message, row["why"].facts, i18n.locale.get())}
            if row["why"]
            else row
            for row in listed
        ],
        "made": await exports.made(on=today),
    }
