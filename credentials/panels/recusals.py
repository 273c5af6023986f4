"""A member withdraws from an application; the next in order takes the seat where there is one."""

from datetime import date
from uuid import UUID

from pydantic import Field

from credentials.panels import assessors, seats
from credentials.panels.tables import Assessor, Panel, PanelCase, Seat, Voter
from credentials.panels.words import PanelStatus, SeatState, Tie
from registry.platform import audit, steps
from registry.platform.db import transaction
from registry.platform.errors import of_unique_index
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.tables import Account


class RecusalIn(Input):
    """Why a member has no part in an application."""

    reason: str = Field(min_length=2, max_length=1000)


class AlreadyRecused(steps.StepNotPossible):
    """The member has no part in this application already."""


async def recuse(case: UUID, asked: RecusalIn, *, by: Account, on: date) -> None:
    """Withdraw from an application, with the reason; the next in order takes the seat.

    With nobody left to call, and at the meeting, the member stays for the other applications.

    Raises:
        NotFound: no such panel for this caller.
        NotSeated: they do not sit on it.
        AlreadyRecused: they have no part in this application already.
        StepNotPossible: they have voted on it, or the meeting is over.
    """
    async with transaction():
        row, panel = await seats.case_of(case, by=by)
        meeting = panel.status == PanelStatus.MEETING
        await seats.held(panel, PanelStatus.MEETING if meeting else PanelStatus.DRAWN)
        own = await _sitting(row, by)
        if await Voter.exists().where(Voter.panel_case == row.id, Voter.assessor == own.id):
            raise steps.StepNotPossible(N_("您已经表决，不能再回避。"), status="voted")
        await exclude(panel, row, own.id, Tie.DECLARED, asked.reason, on)
        await audit.record("panel.recuse", f"panel_case:{row.id}", assessor=own.id)


async def _sitting(case: PanelCase, by: Account) -> Assessor:
    own = await assessors.of(by)
    if own is None or not await Seat.exists().where(
        Seat.panel == case.panel, Seat.assessor == own.id, Seat.state == SeatState.SEATED
    ):
        raise seats.NotSeated(N_("您不是这个评审组的成员。"))
    return own


async def exclude(
    panel: Panel, case: PanelCase, who: UUID, tie: Tie, reason: str, on: date
) -> None:
    """Keep why a member has no part in an application, and call the next where there is one.

    Call inside a transaction that holds the panel.
    """
    try:
        await seats.put_out(case.id, who, tie, reason)
    except Exception as error:
        if of_unique_index(error, "panel_recusal", "panel_case", "assessor"):
            raise AlreadyRecused(N_("已经回避。"), status=str(panel.status)) from None
        raise
    if panel.status == PanelStatus.DRAWN and (called := await seats.next_in_order(panel, on)):
        await Seat.update({Seat.state: SeatState.LEFT}).where(
            Seat.panel == panel.id, Seat.assessor == who
        )
        await seats.call(panel, called)
