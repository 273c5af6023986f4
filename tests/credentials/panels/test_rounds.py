"""A panel belongs to one round and does not meet before the day planned for it."""

from datetime import timedelta

import pytest

from credentials.intake.tables import Filing, IntakeRound
from credentials.panels import draws, meetings, readiness
from credentials.panels.meetings import AttendanceIn
from seeds import evaluation
from tests.credentials.intake import stage
from tests.credentials.panels.cases import DAY, accepted, drawn, make_office
from tests.factories import vault

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


async def test_applications_of_two_rounds_do_not_share_a_panel() -> None:
    office = await make_office(3)
    one, two = await accepted(office), await accepted(office)
    other = await stage.make_round()
    await Filing.update({Filing.round: other.id}).where(Filing.application == two.id)
    with pytest.raises(draws.NotTogether):
        await evaluation.commit([one, two], office, DAY)
    assert (await evaluation.commit([one], office, DAY)).status == "committed"


async def test_no_panel_meets_before_the_day_planned_for_its_round() -> None:
    office = await make_office(3)
    panel, _ = await drawn(office)
    await evaluation.score(panel, office, DAY)
    planned = DAY + timedelta(days=3)
    await IntakeRound.update({IntakeRound.review_on: planned}, force=True)
    there = AttendanceIn(present=[each.id for each in await evaluation.sitting(panel, office)])
    with pytest.raises(readiness.TooEarly):
        await meetings.open_meeting(panel.id, there, by=office.first, on=DAY, vault=vault())
    await meetings.open_meeting(panel.id, there, by=office.first, on=planned, vault=vault())
