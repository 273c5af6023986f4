"""Pages of the training package: a person's hours, and a clerk's ledger."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from registry import people
from registry.platform import clock
from registry.platform.errors import NotFound
from registry.platform.fields import read
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from training import ledger, policy
from training import lines as listing
from training.ledger import HoursIn, ReversalIn

RECORD = "training/record.html"
REVERSE = "training/reverse.html"


class HoursPages(Controller):
    """The hours ledger in pages."""

    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/hours", permission=Permission.APPLICATION_WRITE)
    async def statement(self, request: Visit, caller: Caller) -> Response[Any]:
        """One's own hours: every line, and what they add up to."""
        today = clock.today()
        total, hour = await ledger.total(caller.person, today), await policy.class_hour(today)
        lines, older = await listing.of_person(caller.person, by=caller, below=_below(request))
        return page(
            request,
            "training/hours.html",
            lines=lines,
            older=older,
            newest="below" not in request.query_params,
            total_minutes=total,
            class_hours=total // hour,
            class_hour_minutes=hour,
            number=(await people.find(caller.person, by=caller)).number,
        )

    @get("/ledger", permission=Permission.HOURS_RECORD)
    async def lines(self, request: Visit, caller: Caller) -> Response[Any]:
        """The newest lines of the clerk's base."""
        return page(request, "training/ledger.html", lines=await listing.newest(by=caller))

    @get("/ledger/record", permission=Permission.HOURS_RECORD)
    async def record_form(self, request: Visit) -> Response[Any]:
        """Ask for one attendance."""
        return page(request, RECORD, form=Form(), **await self._around())

    async def _around(self) -> dict[str, Any]:
        return {"class_hour_minutes": await policy.class_hour(clock.today()), "back": "/ledger"}

    @post("/ledger/record", permission=Permission.HOURS_RECORD)
    async def record(
        self, request: Visit, caller: Caller, here: NamedDependency[Installation]
    ) -> Response[Any]:
        """Record one attendance."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(HoursIn, given)
            await ledger.record(asked, by=caller, on=clock.today(), vault=here.vault)
            return Redirect("/ledger", status_code=303)

        return await submitted(request, RECORD, act, **await self._around())

    @get("/ledger/{entry:uuid}/reversal", permission=Permission.HOURS_RECORD)
    async def reverse_form(
        self, request: Visit, entry: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Ask why an entry is taken back."""
        line = await listing.one(entry, by=caller)
        return page(request, REVERSE, form=Form(), line=line, back="/ledger")

    @post("/ledger/{entry:uuid}/reversal", permission=Permission.HOURS_RECORD)
    async def reverse(self, request: Visit, entry: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Take an entry back."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(ReversalIn, given)
            await ledger.reverse(entry, reason=asked.reason, by=caller)
            return Redirect("/ledger", status_code=303)

        line = await listing.one(entry, by=caller)
        return await submitted(request, REVERSE, act, line=line, back="/ledger")


def _below(request: Visit) -> UUID | None:
    """The line below which somebody wants to see theirs."""
    asked = request.query_params.get("below")
    try:
        return None if asked is None else UUID(asked)
    except ValueError:
        raise NotFound(N_("没有这一页。")) from None
