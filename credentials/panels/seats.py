"""Who sits on a panel: finding panels, members and recusals, and calling the next in order."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from credentials.panels import acquaintance, assessors
from credentials.panels.tables import Assessor, Panel, PanelCase, Recusal, Seat
from credentials.panels.words import PanelStatus, SeatState, Tie
from credentials.tables import Application
from credentials.words import Status
from registry import notices, regulations
from registry.notices import About
from registry.platform import clock, steps
from registry.platform.errors import NotAllowed, NotFound
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.regulations import Body
from registry.tables import Account


class Conflicted(NotAllowed):
    """The member has a conflict of interest about this application."""


class NotSeated(NotAllowed):
    """Only members who sit on the panel may do this."""


class NoLongerBefore(steps.StepNotPossible):
    """The application is not before the panel any more."""


async def find(panel: UUID, *, by: Account) -> Panel:
    """One panel the caller may see: officers all, an assessor where they sit.

    Raises:
        NotFound: there is none, or not for this caller.
    """
    row = await Panel.objects().get(Panel.id == panel)
    if row is not None and by.role not in OFFICERS:
        own = await assessors.of(by)
        if own is None or not await Seat.exists().where(
            Seat.panel == row.id, Seat.assessor == own.id, Seat.state == SeatState.SEATED
        ):
            row = None
    if row is None:
        raise NotFound(N_("没有这个评审组。"))
    return row


async def rules_of(panel: Panel) -> Body:
    """The procedure a panel follows, to its end."""
    return regulations.read((await regulations.by_id(panel.rules)).text)


async def held(panel: Panel, status: PanelStatus) -> None:
    """Keep a panel in a status until the transaction ends, so that acts on it cannot cross.

    Raises:
        StepNotPossible: it is in another.
    """
    found = await (
        Panel.update({Panel.status: status})
        .where(Panel.id == panel.id, Panel.status == status)
        .returning(Panel.id)
    )
    if not found:
        raise steps.StepNotPossible(
            N_("评审组现在的状态不允许这一步；请刷新后再看。"), status=str(panel.status)
        )


async def cases(panel: UUID) -> list[PanelCase]:
    """The applications before a panel, in the order members know them by."""
    found: list[PanelCase] = await (
        PanelCase.objects().where(PanelCase.panel == panel).order_by(PanelCase.place)
    )
    return found


async def case_of(case: UUID, *, by: Account) -> tuple[PanelCase, Panel]:
    """One application before a panel the caller may see.

    Raises:
        NotFound: there is none, or not for this caller.
    """
    row = await PanelCase.objects().get(PanelCase.id == case)
    if row is None:
        raise NotFound(N_("没有这个评审组。"))
    return row, await find(row.panel, by=by)


async def member(case: PanelCase, *, by: Account, on: date) -> tuple[Assessor, Seat]:
    """The caller as a member who has a part in an application, to act on it or to read it.

    Term and ties are looked at each time: those of today count, not those of the draw.

    Raises:
        NotSeated: they do not sit on the panel, or their term is over.
        Conflicted: they have no part in this application, or a tie to the applicant.
        NoLongerBefore: the application was withdrawn, or the panel is done with it.
    """
    own = await assessors.of(by)
    if own is None:
        raise NotSeated(N_("您不是这个评审组的成员。"))
    seat = await Seat.objects().get(
        (Seat.panel == case.panel) & (Seat.assessor == own.id) & (Seat.state == SeatState.SEATED)
    )
    if seat is None:
        raise NotSeated(N_("您不是这个评审组的成员。"))
    if await Recusal.exists().where(Recusal.panel_case == case.id, Recusal.assessor == own.id):
        cite = await _barred(case, by)
        raise Conflicted(N_("您已回避这份申请，不能评分或表决（{cite}）。"), cite=cite)
    if await assessors.until(own, on) is None:
        raise NotSeated(N_("您的聘期已经结束，不能再参加评审。"))
    if not case.open or not await reviewing(case):
        raise NoLongerBefore(N_("这份申请已撤回或已评审完毕。"), status="not-before-the-panel")
    if await acquaintance.tie(own, case.application):
        cite = await _barred(case, by)
        raise Conflicted(N_("您与申请人有利益关联，不能评分或表决（{cite}）。"), cite=cite)
    return own, seat


async def _barred(case: PanelCase, by: Account) -> str:
    """The rule of the panel's edition on who may vote."""
    return (await rules_of(await find(case.panel, by=by))).figures["quorum_parts"].cite


async def reviewing(case: PanelCase) -> bool:
    """Whether an application is still before its panel, not withdrawn meanwhile."""
    found: bool = await Application.exists().where(
        Application.id == case.application, Application.status == Status.REVIEWING
    )
    return found


async def seated(panel: UUID) -> list[dict[str, Any]]:
    """The order drawn: number, name, place, state and presence of each."""
    found: list[dict[str, Any]] = await (
        Seat.select(
            Seat.id,
            Seat.assessor,
            Seat.place,
            Seat.state,
            Seat.present,
            Seat.assessor.number.as_alias("number"),
            Seat.assessor.account.as_alias("account"),
            Seat.assessor.account.display_name.as_alias("name"),
        )
        .where(Seat.panel == panel)
        .order_by(Seat.place)
    )
    return found


async def recusals(cases: Iterable[PanelCase]) -> list[dict[str, Any]]:
    """Who has no part in which of some applications, and why."""
    found: list[dict[str, Any]] = await (
        Recusal.select(
            Recusal.panel_case,
            Recusal.assessor,
            Recusal.tie,
            Recusal.reason,
            Recusal.made_at,
            Recusal.assessor.number.as_alias("number"),
        )
        .where(Recusal.panel_case.is_in([each.id for each in cases]))
        .order_by(Recusal.made_at)
    )
    return found


async def next_in_order(panel: Panel, on: date) -> Seat | None:
    """The first alternate without a tie whose term runs; those before them leave, with why."""
    waiting = (
        await Seat.objects()
        .where(Seat.panel == panel.id, Seat.state == SeatState.ALTERNATE)
        .order_by(Seat.place)
    )
    for seat in waiting:
        if not await leaves(panel, seat, on):
            return seat
    return None


async def leaves(panel: Panel, seat: Seat, on: date) -> bool:
    """Take somebody out of the order, with why, where they are tied by now or without a term."""
    why = await hindrances(panel, seat.assessor, on)
    for case, (tie, reason) in why.items():
        await put_out(case, seat.assessor, tie, reason)
    if why:
        seat.state = SeatState.LEFT
        await seat.save([Seat.state])
    return bool(why)


async def hindrances(panel: Panel, who: UUID, on: date) -> dict[UUID, tuple[Tie, str]]:
    """Why somebody may have no part in which applications of a panel, by its cases.

    Left out is what they have no part in already. A term that is over bars from all of them.
    """
    assessor = await assessors.find(who)
    over = await assessors.until(assessor, on) is None
    found: dict[UUID, tuple[Tie, str]] = {}
    for case in await applicants(panel.id):
        if await Recusal.exists().where(Recusal.panel_case == case["id"], Recusal.assessor == who):
            continue
        tie = (Tie.TERM, "") if over else await acquaintance.tie(assessor, case["application"])
        if tie:
            found[case["id"]] = tie
    return found


async def put_out(case: UUID, who: UUID, tie: Tie, reason: str) -> None:
    """Keep why somebody has no part in an application."""
    await Recusal(
        id=uuid4(), panel_case=case, assessor=who, tie=tie, reason=reason, made_at=clock.now()
    ).save()


async def call(panel: Panel, seat: Seat) -> None:
    """Give somebody a seat and tell them."""
    seat.state = SeatState.SEATED
    await seat.save([Seat.state])
    assessor = await assessors.find(seat.assessor)
    await notices.tell(assessor.account, About.SEATED, panel.reference)


async def applicants(panel: UUID) -> list[dict[str, Any]]:
    """The applications before a panel with the people behind them, for the office."""
    found: list[dict[str, Any]] = await (
        PanelCase.select(
            PanelCase.id,
            PanelCase.place,
            PanelCase.open,
            PanelCase.yes,
            PanelCase.no,
            PanelCase.abstained,
            PanelCase.entitled,
            PanelCase.passed,
            PanelCase.application,
            PanelCase.application.reference.as_alias("reference"),
            PanelCase.application.person.as_alias("person"),
            PanelCase.application.person.name.as_alias("name"),
            PanelCase.application.status.as_alias("status"),
        )
        .where(PanelCase.panel == panel)
        .order_by(PanelCase.place)
    )
    return found


async def release(case: PanelCase) -> Application:
    """An application is no longer before its panel; return it."""
    case.open = False
    await case.save([PanelCase.open])
    row = await Application.objects().get(Application.id == case.application)
    assert row is not None, "foreign keys hold applications in place"
    return row
