"""The page that shows how the log stands: counts alone."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from certificates.log import journal, keeping
from certificates.log.routes import PUBLIC
from registry.platform.installation import Installation
from registry.platform.web import Visit, page

Here = NamedDependency[Installation]


class LogPages(Controller):
    """The monitor page of the transparency log."""

    path = "/log"
    opt = {**PUBLIC, "page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get()
    async def monitor(self, request: Visit, here: Here) -> Response[Any]:
        """How many entries of each kind there are, and the newest signed head."""
        return page(
            request,
            "certificates/log.html",
            counts=await journal.counts(),
            head=await journal.newest(),
            verifier=str(await keeping.verifier(here)),
        )
