"""Term, ties, seat and case are looked at each time a member acts or reads; others are called."""

from datetime import date

import pytest

from credentials import applications
from credentials.panels import appointments, meetings, recusals, seats, sheets
from credentials.panels.appointments import TieIn
from credentials.panels.meetings import AttendanceIn, VoteIn
from credentials.panels.recusals import RecusalIn
from credentials.panels.tables import AssessorTerm, Panel
from credentials.panels.words import Choice
from registry import people
from registry.platform.errors import NotFound
from registry.tables import Account
from seeds import evaluation
from seeds.evaluation import Office
from tests.credentials.panels.cases import (
    DAY,
    case_of,
    drawn,
    end_term,
    make_office,
    now,
    owner,
)
from tests.credentials.panels.test_draws import entry
from tests.credentials.panels.test_refusals import a_sheet
from tests.factories import vault

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
YES = VoteIn(choice=Choice.YES)
AFTER = date(2028, 7, 1)
"""The day after the last of every term of the tests."""


async def states(panel: Panel) -> list[str]:
    return [each["state"] for each in await seats.seated(panel.id)]


async def meet(panel: Panel, office: Office) -> list[Account]:
    members = await evaluation.sitting(panel, office)
    await evaluation.score(panel, office, DAY)
    there = AttendanceIn(present=[member.id for member in members])
    await meetings.open_meeting(panel.id, there, by=office.first, on=DAY, vault=vault())
    return members


async def test_a_tie_declared_after_the_draw_gives_the_seat_to_the_next() -> None:
    office = await make_office(4)
    panel, (application,) = await drawn(office)
    member = (await evaluation.sitting(panel, office))[0]
    name = (await people.row(application.person)).name or ""
    await appointments.declare(TieIn(name=name, reason="师生"), by=member, on=DAY)
    assert await states(panel) == ["left", "seated", "seated", "seated"]
    case = await case_of(panel, application)
    with pytest.raises(NotFound):
        await seats.case_of(case.id, by=member)
    (kept,) = await seats.recusals([case])
    assert (kept["tie"], kept["reason"]) == ("declared", "师生")


async def test_the_end_of_a_term_gives_the_seat_to_the_next() -> None:
    office = await make_office(4)
    panel, _ = await drawn(office)
    member = (await evaluation.sitting(panel, office))[1]
    await end_term((await entry(member)).id)
    assert await states(panel) == ["seated", "left", "seated", "seated"]


async def test_a_term_that_has_run_out_ends_reading_scoring_and_voting() -> None:
    office = await make_office(3)
    panel, (application,) = await drawn(office)
    case = await case_of(panel, application)
    one, *_ = await evaluation.sitting(panel, office)
    with pytest.raises(seats.NotSeated):
        await seats.member(case, by=one, on=AFTER)
    with pytest.raises(seats.NotSeated):
        await sheets.hand_in(case.id, a_sheet(80), by=one, on=AFTER)
    await meet(panel, office)
    with pytest.raises(seats.NotSeated):
        await meetings.vote(case.id, YES, by=one, on=AFTER)


async def test_who_has_no_term_when_the_meeting_opens_has_no_seat_in_it() -> None:
    office = await make_office(4)
    panel, _ = await drawn(office)
    members = await evaluation.sitting(panel, office)
    gone = await entry(members[0])
    await AssessorTerm.update({AssessorTerm.last_day: DAY - date.resolution}).where(
        AssessorTerm.assessor == gone.id
    )
    await evaluation.score(panel, office, DAY, but=members[:1])
    there = AttendanceIn(present=[member.id for member in members[1:]])
    await meetings.open_meeting(panel.id, there, by=office.first, on=DAY, vault=vault())
    assert await states(panel) == ["left", "seated", "seated", "seated"]


async def test_a_tie_met_at_the_meeting_bars_from_that_application_and_the_count_goes_on() -> None:
    office = await make_office(3)
    panel, (application, other) = await drawn(office, 2)
    case, second = await case_of(panel, application), await case_of(panel, other)
    one, two, three = await meet(panel, office)
    await meetings.vote(case.id, YES, by=one, on=DAY)
    await recusals.recuse(second.id, RecusalIn(reason="认出申请人"), by=one, on=DAY)
    # Still in the seat for the one, but the other is closed, to read as well.
    with pytest.raises(seats.Conflicted):
        await seats.member(second, by=one, on=DAY)
    seen = await sheets.comparison(panel.id, by=one)
    assert [each["case"] for each in seen] == [case.id]
    name = (await people.row(application.person)).name or ""
    await appointments.declare(TieIn(name=name, reason="师生"), by=two, on=DAY)
    with pytest.raises(seats.Conflicted):
        await meetings.vote(case.id, YES, by=two, on=DAY)
    await meetings.vote(case.id, YES, by=three, on=DAY)
    await meetings.close_meeting(panel.id, by=office.first, on=DAY, vault=vault())
    # All applicants of the tests share a name: of three one is left for one, two for the other.
    assert (await now(application)).status == "voted"
    assert (await now(other)).status == "accepted"


async def test_nobody_scores_votes_on_or_reads_an_application_that_was_withdrawn() -> None:
    office = await make_office(3)
    panel, (application, other) = await drawn(office, 2)
    case = await case_of(panel, application)
    member, *_ = await evaluation.sitting(panel, office)
    assert await sheets.in_hand(panel) == (0, 6)
    await applications.withdraw(application.id, by=await owner(application))
    assert await sheets.in_hand(panel) == (0, 3)
    with pytest.raises(seats.NoLongerBefore):
        await sheets.hand_in(case.id, a_sheet(80), by=member, on=DAY)
    members = await meet(panel, office)
    with pytest.raises(seats.NoLongerBefore):
        await meetings.vote(case.id, YES, by=member, on=DAY)
    with pytest.raises(seats.NoLongerBefore):
        await seats.member(case, by=member, on=DAY)
    second = await case_of(panel, other)
    for each in members:
        await meetings.vote(second.id, YES, by=each, on=DAY)
    await meetings.close_meeting(panel.id, by=office.first, on=DAY, vault=vault())
    # What the panel is done with is closed to it as well.
    with pytest.raises(seats.NoLongerBefore):
        await seats.member(await case_of(panel, other), by=member, on=DAY)
