"""Who voted is known, how is not: nothing that is kept links a ballot to a member."""

from uuid import UUID

import pytest

from credentials.panels import meetings, seats
from credentials.panels.meetings import AttendanceIn, VoteIn
from credentials.panels.tables import Ballot, Voter
from credentials.panels.words import Choice
from registry.platform.db import is_sqlite, rows
from registry.platform.errors import Refusal
from seeds import evaluation
from tests.credentials.panels.cases import DAY, case_of, drawn, make_office

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


async def test_a_ballot_has_neither_voter_nor_time() -> None:
    assert {column._meta.name for column in Ballot._meta.columns} == {"id", "panel_case", "choice"}
    assert {column._meta.name for column in Voter._meta.columns} == {
        "id",
        "panel_case",
        "assessor",
    }


async def test_neither_order_nor_transaction_of_a_ballot_tells_whose_it_is() -> None:
    place = "rowid" if is_sqlite() else "ctid"
    orders: set[tuple[str, ...]] = set()
    office = await make_office(3)
    panel, applications = await drawn(office, 12)
    members = await evaluation.sitting(panel, office)
    present = AttendanceIn(present=[member.id for member in members])
    await meetings.open_meeting(panel.id, present, by=office.first, on=DAY)
    # In every application the same member says no, first of all.
    for application in applications:
        case = await case_of(panel, application)
        for member, choice in zip(members, (Choice.NO, Choice.YES, Choice.YES), strict=True):
            before = {row["id"] for row in await _ballots(case.id)}
            await meetings.vote(case.id, VoteIn(choice=choice), by=member, on=DAY)
            assert not before & {row["id"] for row in await _ballots(case.id)}
        found = await rows(
            f"SELECT choice FROM panel_ballot WHERE panel_case = {{}} ORDER BY {place}",
            case.id if not is_sqlite() else str(case.id),
        )
        orders.add(tuple(row["choice"] for row in found))
        if not is_sqlite():
            written = await rows(
                "SELECT DISTINCT xmin::text FROM panel_ballot WHERE panel_case = {}", case.id
            )
            assert len(written) == 1
    # Twelve times the same: one in 3 ** 11.
    assert len(orders) > 1
    entries = await rows("SELECT detail FROM audit_entry WHERE action = 'panel.vote'")
    assert len(entries) == 36
    assert {row["detail"] for row in entries} == {"{}"}


async def test_nobody_learns_a_number_before_the_meeting_is_closed() -> None:
    office = await make_office(3)
    panel, (application,) = await drawn(office)
    case = await case_of(panel, application)
    members = await evaluation.sitting(panel, office)
    present = AttendanceIn(present=[member.id for member in members])
    await meetings.open_meeting(panel.id, present, by=office.first, on=DAY)
    await meetings.vote(case.id, VoteIn(choice=Choice.NO), by=members[0], on=DAY)
    (shown,) = await seats.applicants(panel.id)
    assert (shown["yes"], shown["no"], shown["passed"]) == (None, None, None)
    entitled, voted = (await meetings.turnout(panel))[case.id]
    assert (len(entitled), len(voted)) == (3, 1)
    assert await meetings.minutes(panel.id, by=members[0]) is None


async def test_of_two_clicks_at_once_one_is_a_vote() -> None:
    import asyncio

    office = await make_office(3)
    panel, (application,) = await drawn(office)
    case = await case_of(panel, application)
    members = await evaluation.sitting(panel, office)
    present = AttendanceIn(present=[member.id for member in members])
    await meetings.open_meeting(panel.id, present, by=office.first, on=DAY)
    tries = [
        meetings.vote(case.id, VoteIn(choice=Choice.YES), by=member, on=DAY)
        for member in members
        for _ in range(3)
    ]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(answer, Refusal) for answer in answers) == 6
    assert answers.count(None) == 3
    assert len(await _ballots(case.id)) == 3


async def _ballots(case: UUID) -> list[dict[str, object]]:
    found: list[dict[str, object]] = await Ballot.select().where(Ballot.panel_case == case)
    return found
