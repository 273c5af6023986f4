"""HTTP of the register of assessors."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from credentials.panels import (
    appointments,
    assessors,
)
from credentials.panels.appointments import AssessorIn, EndIn, TermIn, TieIn
from credentials.panels.schemas import (
    AssessorOut,
)
from registry.platform import clock
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.web import Caller

Here = NamedDependency[Installation]
P = Permission
HOLD, SEE, SIT, ANSWER = P.PANEL_HOLD, P.PANEL_SEE, P.PANEL_SIT, P.OBJECTION_ANSWER


class AssessorController(Controller):
    """The register of assessors."""

    path = "/api/assessors"
    tags = ("panels",)

    @get(permission=HOLD, responses=problems(401, 403))
    async def register_of(self) -> list[AssessorOut]:
        """Everybody on the register."""
        return [AssessorOut.of(row) for row in await assessors.register_of(clock.today())]

    @post(permission=HOLD, responses=problems(400, 409, 422))
    async def register(self, data: JSONBody[AssessorIn], caller: Caller) -> dict[str, str]:
        """Put somebody on the register."""
        row = await appointments.register(data, by=caller, on=clock.today())
        return {"id": str(row.id), "number": row.number}

    @post("/{assessor:uuid}/terms", permission=HOLD, responses=problems(400, 404, 422))
    async def appoint(
        self, assessor: FromPath[UUID], data: JSONBody[TermIn], caller: Caller
    ) -> None:
        """Give another term."""
        await appointments.appoint(assessor, data, by=caller, on=clock.today())

    @post("/{assessor:uuid}/end", permission=HOLD, responses=problems(400, 404))
    async def end(self, assessor: FromPath[UUID], data: JSONBody[EndIn], caller: Caller) -> None:
        """Ask that their terms end; another officer confirms it."""
        await appointments.end(assessor, data, by=caller, on=clock.today())

    @post("/{assessor:uuid}/confirmation", permission=HOLD, responses=problems(403, 404, 409))
    async def confirm(self, assessor: FromPath[UUID], caller: Caller) -> None:
        """Confirm what another officer changed about an assessor."""
        await appointments.confirm(assessor, by=caller, on=clock.today())

    @post("/ties", permission=SIT, responses=problems(400, 404))
    async def declare(self, data: JSONBody[TieIn], caller: Caller) -> None:
        """Declare whom or what you are tied to."""
        await appointments.declare(data, by=caller, on=clock.today())
