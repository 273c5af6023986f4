"""Pages of assessors: their panels, what they are tied to, the score sheet, the vote."""

import dataclasses
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from credentials.panels import appointments, assessors, blind, meetings, recusals, seats, sheets
from credentials.panels.appointments import TieIn
from credentials.panels.meetings import VoteIn
from credentials.panels.recusals import RecusalIn
from credentials.panels.scoring import Criterion
from credentials.panels.sheets import SheetIn
from registry.platform import clock
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.fields import read
from registry.platform.i18n import N_
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Acts, Caller, Visit, acted, page
from registry.tables import Account

P = Permission
MINE, CASE = "credentials/panels/assessing.html", "credentials/panels/sheet.html"


class AssessingPages(Controller):
    """Panels, for those who sit on them."""

    path = "/assessing"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.PANEL_SIT)
    async def mine(self, request: Visit, caller: Caller) -> Response[Any]:
        """The caller's panels and ties."""
        return page(request, MINE, form=Form(), asked="", **await _mine(caller))

    @post(permission=P.PANEL_SIT)
    async def declare(self, request: Visit, caller: Caller) -> Response[Any]:
        """Declare a tie."""

        async def act(given: dict[str, Any]) -> None:
            await appointments.declare(read(TieIn, given), by=caller, on=clock.today())

        return await acted(request, MINE, {"declare": act}, "/assessing", **await _mine(caller))

    @get("/{case:uuid}", permission=P.PANEL_SIT)
    async def show(self, request: Visit, case: FromPath[UUID], caller: Caller) -> Response[Any]:
        """One application without whose it is: evidence beside sheet or vote."""
        return page(request, CASE, form=Form(), asked="", **await _case(case, caller))

    @post("/{case:uuid}", permission=P.PANEL_SIT)
    async def act(self, request: Visit, case: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Hand in the sheet, withdraw, or vote."""

        async def score(given: dict[str, Any]) -> None:
            await sheets.hand_in(
                case, _sheet(given, context["criteria"]), by=caller, on=clock.today()
            )

        async def recuse(given: dict[str, Any]) -> None:
            await recusals.recuse(case, read(RecusalIn, given), by=caller, on=clock.today())

        async def vote(given: dict[str, Any]) -> None:
            await meetings.vote(case, read(VoteIn, given), by=caller, on=clock.today())

        context = await _case(case, caller)
        acts: Acts = {"score": score, "recuse": recuse, "vote": vote}
        return await acted(request, CASE, acts, "/assessing", **context)


def _sheet(given: dict[str, Any], lines: list[Criterion]) -> SheetIn:
    """What a form says under `<criterion>` and `note-<criterion>`; blank points are not given."""
    scores = {
        line.code: {"points": given[line.code], "note": given.get(f"note-{line.code}", "")}
        for line in lines
        if given.get(line.code, "").strip()
    }
    if not scores:
        raise FieldsInvalid([FieldError(lines[0].code, "required", N_("请填写此项。"))])
    try:
        return read(SheetIn, {"scores": scores})
    except FieldsInvalid as faults:
        raise FieldsInvalid(
            [dataclasses.replace(each, field=each.field.split(".")[1]) for each in faults.errors]
        ) from None


async def _mine(caller: Account) -> dict[str, Any]:
    own = await assessors.of(caller)
    return {
        "own": own,
        "levels": assessors.levels_of(own) if own else [],
        "until": await assessors.until(own, clock.today()) if own else None,
        "ties": await assessors.ties(own.id) if own else [],
        "panels": await sheets.duties(own) if own else [],
    }


async def _case(case: UUID, caller: Account) -> dict[str, Any]:
    row, panel = await seats.case_of(case, by=caller)
    own, seat = await seats.member(row, by=caller, on=clock.today())
    entitled, voted = (await meetings.turnout(panel))[row.id]
    try:
        compared = [
            each for each in await sheets.comparison(panel.id, by=caller) if each["case"] == row.id
        ]
    except sheets.NotYetSeen:
        compared = []
    return {
        "case": row,
        "panel": panel,
        "number": own.number,
        "chair": seat.place,
        "criteria": await sheets.criteria(panel, row),
        "scale": sheets.scale(await seats.rules_of(panel)),
        "evidence": await blind.evidence(row),
        "sheet": await sheets.own(row.id, own.id),
        "compared": compared,
        "may_vote": panel.status == "meeting" and own.id in entitled - voted,
        "voted": own.id in voted,
    }
