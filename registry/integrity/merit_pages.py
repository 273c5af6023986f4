"""Pages of merits: the office records them, the person says whether the public reads of them."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from registry.integrity import merits
from registry.integrity.merits import MeritIn
from registry.pages import LARGEST_FORM, uploaded
from registry.platform import clock
from registry.platform.errors import NotFound
from registry.platform.fields import read
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted

Here = NamedDependency[Installation]
P = Permission
MERITS = "registry/integrity/merits.html"
SHOWN = 50
"""Merits on one page."""


class MeritPages(Controller):
    """Awards and contributions."""

    path = "/integrity/merits"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.INTEGRITY_HANDLE)
    async def latest(self, request: Visit) -> Response[Any]:
        """What was recorded last, and a form to record another."""
        return page(request, MERITS, form=Form(), merits=await merits.latest(SHOWN))

    @post(permission=P.INTEGRITY_HANDLE, request_max_body_size=LARGEST_FORM)
    async def praise(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """Record a merit, with its evidence."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            sent = given.pop("evidence", None)
            asked = read(MeritIn, given)
            file = await uploaded(sent, "evidence", here)
            await merits.praise(asked, by=caller, on=clock.today(), file=file)
            return Redirect("/integrity/merits", status_code=303)

        return await submitted(request, MERITS, act, merits=await merits.latest(SHOWN))

    @post("/{merit:uuid}/{act:str}", permission=P.INTEGRITY_OWN)
    async def consent(
        self, merit: FromPath[UUID], act: FromPath[str], caller: Caller
    ) -> Response[Any]:
        """Have one of one's own merits published, or no longer."""
        if act not in {"publish", "hide"}:
            raise NotFound(N_("没有这一页。"))
        answer = merits.publish if act == "publish" else merits.hide
        await answer(merit, by=caller)
        return Redirect("/integrity#merits", status_code=303)
