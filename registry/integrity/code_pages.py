"""Pages of the practice code."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Redirect

from registry.integrity import practice
from registry.integrity.words import Occasion
from registry.platform import clock
from registry.platform.permissions import Permission
from registry.platform.web import Caller, Visit, page

P = Permission


class CodePages(Controller):
    """The practice code, for everybody to read and for people to sign."""

    path = "/practice-code"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.INTEGRITY_SEE)
    async def show(self, request: Visit, caller: Caller) -> Response[Any]:
        """The edition in force, and whether the caller signed it."""
        _, body = await practice.code(clock.today())
        signs = caller.person is not None
        signed = signs and await practice.signed(caller.person, clock.today())
        return page(
            request, "registry/integrity/code.html", edition=body, signs=signs, signed=signed
        )

    @post(permission=P.INTEGRITY_OWN)
    async def sign(self, caller: Caller) -> Response[Any]:
        """Sign it, upon an application."""
        await practice.sign(Occasion.APPLICATION, by=caller, on=clock.today())
        return Redirect("/practice-code", status_code=303)
