"""Who voted is known, how is not: nothing that is kept links a ballot to a member."""

from uuid import UUID

import pytest

from credentials.panels import abandonment, meetings, seats
from credentials.panels.abandonment import ReasonIn
from credentials.panels.meetings import AttendanceIn, VoteIn
from credentials.panels.tables import Voter
from credentials.panels.words import Choice
from registry.platform.db import rows
from registry.platform.errors import Refusal
from registry.tables import SealedBallot
from seeds import evaluation
from tests.credentials.panels.cases import DAY, case_of, drawn, make_office
from tests.factories import vault

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


async def test_what_is_kept_says_who_has_voted_and_nothing_else() -> None:
    assert {column._meta.name for column in Voter._meta.columns} == {
        "id",
        "panel_case",
        "assessor",
    }
    assert {column._meta.name for column in SealedBallot._meta.columns} == {"id", "box", "sealed"}


async def test_no_copy_of_the_database_says_how_somebody_voted() -> None:
    office = await make_office(3)
    panel, (application,) = await drawn(office)
    members = await evaluation.sitting(panel, office)
    await evaluation.score(panel, office, DAY)
    present = AttendanceIn(present=[member.id for member in members])
    await meetings.open_meeting(panel.id, present, by=office.first, on=DAY, vault=vault())
    case = await case_of(panel, application)
    seen: list[set[str]] = []
    for member, choice in zip(members, (Choice.NO, Choice.YES, Choice.YES), strict=True):
        await meetings.vote(case.id, VoteIn(choice=choice), by=member, on=DAY)
        found = await _ballots(case.id)
        # A ballot more each time, all of one length, and none of them open.
        assert len(found) == len(await rows("SELECT id FROM panel_voter"))
        assert {len(str(each["sealed"])) for each in found} == {len(str(found[0]["sealed"]))}
        seen.append({str(each["sealed"]) for each in found})
    assert len(seen[-1]) == 3
    (entry,) = await rows("SELECT DISTINCT detail FROM audit_entry WHERE action = 'panel.vote'")
    assert entry["detail"] == "{}"
    await meetings.close_meeting(panel.id, by=office.first, on=DAY, vault=vault())
    done = await case_of(panel, application)
    assert (done.yes, done.no, done.passed) == (2, 1, True)
    # After the count nothing is left to open.
    assert await rows("SELECT * FROM sealed_ballot") == await rows("SELECT * FROM ballot_box") == []


async def test_a_panel_given_up_leaves_no_ballot_behind() -> None:
    office = await make_office(3)
    panel, (application,) = await drawn(office)
    members = await evaluation.sitting(panel, office)
    await evaluation.score(panel, office, DAY)
    present = AttendanceIn(present=[member.id for member in members])
    await meetings.open_meeting(panel.id, present, by=office.first, on=DAY, vault=vault())
    case = await case_of(panel, application)
    await meetings.vote(case.id, VoteIn(choice=Choice.NO), by=members[0], on=DAY)
    why = ReasonIn(reason="两名成员因病不能到会")
    await abandonment.abandon(panel.id, why, by=office.third)
    await abandonment.abandon(panel.id, why, by=office.chief)
    assert await rows("SELECT * FROM sealed_ballot") == await rows("SELECT * FROM ballot_box") == []


async def test_nobody_learns_a_number_before_the_meeting_is_closed() -> None:
    office = await make_office(3)
    panel, (application,) = await drawn(office)
    case = await case_of(panel, application)
    members = await evaluation.sitting(panel, office)
    await evaluation.score(panel, office, DAY)
    present = AttendanceIn(present=[member.id for member in members])
    await meetings.open_meeting(panel.id, present, by=office.first, on=DAY, vault=vault())
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
    await evaluation.score(panel, office, DAY)
    present = AttendanceIn(present=[member.id for member in members])
    await meetings.open_meeting(panel.id, present, by=office.first, on=DAY, vault=vault())
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
    found: list[dict[str, object]] = await SealedBallot.select().where(SealedBallot.box == case)
    return found
