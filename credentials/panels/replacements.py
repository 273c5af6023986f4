"""Looking again at who sits: terms end and ties are declared between the draw and the count."""

from datetime import date
from uuid import UUID

from credentials.panels import seats
from credentials.panels.tables import Panel, Seat, Voter
from credentials.panels.words import PanelStatus, SeatState


async def look_again(panel: Panel, on: date) -> None:
    """Let no member keep a seat, or a vote to come, whose term is over or who is tied by now.

    Before the meeting they leave, and the next in order are called while there are any; with nobody
    left to call, and at the meeting, they have no part in those applications. A vote that was cast
    stands. Call inside a transaction that holds the panel.
    """
    sitting = await (
        Seat.objects()
        .where(Seat.panel == panel.id, Seat.state == SeatState.SEATED)
        .order_by(Seat.place)
    )
    for seat in sitting:
        if panel.status == PanelStatus.DRAWN:
            if await seats.leaves(panel, seat, on):
                await _call(panel, on)
            continue
        for case, (tie, reason) in (await seats.hindrances(panel, seat.assessor, on)).items():
            if not await Voter.exists().where(
                Voter.panel_case == case, Voter.assessor == seat.assessor
            ):
                await seats.put_out(case, seat.assessor, tie, reason)


async def _call(panel: Panel, on: date) -> None:
    called = await seats.next_in_order(panel, on)
    if called is not None:
        await seats.call(panel, called)


async def wherever(assessor: UUID, on: date) -> None:
    """Look again at every panel that somebody sits on and that is not over."""
    sits = await Seat.select(Seat.panel).where(
        Seat.assessor == assessor,
        Seat.state == SeatState.SEATED,
        Seat.panel.status.is_in([PanelStatus.DRAWN, PanelStatus.MEETING]),
    )
    if not sits:
        return
    found = await Panel.objects().where(Panel.id.is_in([each["panel"] for each in sits]))
    for panel in found:
        await seats.held(panel, PanelStatus(panel.status))
        await look_again(panel, on)
