"""HTTP of merits. A handler reads, calls one use case, and answers."""

from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody

from registry.integrity import merits
from registry.integrity.merits import MeritIn
from registry.integrity.schemas import MeritOut
from registry.platform import clock
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.web import Caller

P = Permission


class MeritController(Controller):
    """Awards and contributions on record, and who may read of them."""

    path = "/api/integrity/merits"
    tags = ("integrity",)

    @get(permission=P.INTEGRITY_OWN, responses=problems(401, 403))
    async def own(self, caller: Caller) -> list[MeritOut]:
        """Your merits, each with since when it is published."""
        return [MeritOut.model_validate(row) for row in await merits.of_person(caller.person)]

    @post(permission=P.INTEGRITY_HANDLE, responses=problems(400, 422))
    async def praise(self, data: JSONBody[MeritIn], caller: Caller) -> dict[str, str]:
        """Put a positive record on file."""
        merit = await merits.praise(data, by=caller, on=clock.today())
        return {"id": str(merit.id)}

    @post("/{merit:uuid}/consent", permission=P.INTEGRITY_OWN, responses=problems(404))
    async def publish(self, merit: FromPath[UUID], caller: Caller) -> None:
        """Agree to have one of your merits published."""
        await merits.publish(merit, by=caller)

    @delete("/{merit:uuid}/consent", permission=P.INTEGRITY_OWN, responses=problems(404, 409))
    async def hide(self, merit: FromPath[UUID], caller: Caller) -> None:
        """Take that back."""
        await merits.hide(merit, by=caller)
