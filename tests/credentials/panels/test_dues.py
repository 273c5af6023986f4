"""The office's lists show how many days are left, and what is due first stands first."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from credentials import decisions
from credentials.decisions import GroundsIn, ProposalIn
from credentials.panels import dues, objections, reviews
from credentials.panels.objections import ObjectionIn
from credentials.panels.reviews import ReviewIn
from credentials.panels.tables import Objection
from credentials.words import Proposal
from registry.platform import clock
from registry.platform.permissions import Role
from registry.platform.tables import AuditEntry
from registry.tables import Account
from seeds import evaluation
from tests.conftest import Client, NewClient
from tests.credentials.panels.cases import DAY, accepted, drawn, make_office, published
from tests.factories import Clock, make_account, make_applicant, make_submitted, sign_in, vault

pytestmark = pytest.mark.anyio
GROUNDS = "业绩材料与本人所述不符，请核查。"


async def objected(publication: Any, on: date) -> Objection:
    asked = ObjectionIn(publication=publication.id, anonymous=True, grounds=GROUNDS)
    return (await objections.object_to(asked, vault=vault(), on=on))[0]


@pytest.mark.usefixtures("connected")
async def test_objections_are_due_by_the_procedure_and_settled_ones_stand_last(
    time: Clock,
) -> None:
    office = await make_office()
    row, _ = await published(office)
    first = await objected(row, row.published_on)
    later = await objected(row, row.published_on + timedelta(days=1))
    settled = await objected(row, row.published_on)
    await Objection.update({Objection.status: "declined"}).where(Objection.id == settled.id)
    lines = await dues.listed_objections(row.published_on)
    assert [line["id"] for line in lines] == [first.id, later.id, settled.id]
    assert lines[0]["until"] == date(2026, 7, 27)  # fifteen working days
    assert lines[0]["left"] == 21
    assert lines[2]["until"] is None


@pytest.mark.usefixtures("connected")
async def test_a_last_day_in_a_year_not_announced_is_provisional(time: Clock) -> None:
    office = await make_office()
    row, _ = await published(office, date(2026, 12, 14))
    await objected(row, date(2026, 12, 15))
    (line,) = await dues.listed_objections(date(2026, 12, 15))
    assert line["provisional"]
    assert line["until"].year == 2027


async def refused(day: date) -> Account:
    person, (first, second) = (
        await make_applicant(),
        [await make_account(Role.OFFICER) for _ in range(2)],
    )
    case = await make_submitted(person)
    asked = ProposalIn(proposal=Proposal.REFUSE, grounds="条件不足")
    await decisions.propose(case.id, asked, by=first)
    await decisions.refuse(case.id, GroundsIn(grounds="条件不足"), by=second, on=day)
    wanted = ReviewIn(grounds="工作年限计算有误，请复核。")
    await reviews.ask(case.id, wanted, by=person, on=day)
    return person


@pytest.mark.usefixtures("connected")
async def test_reviews_of_refusals_are_due_by_the_procedure(time: Clock) -> None:
    await refused(date(2026, 7, 3))
    await refused(date(2026, 7, 1))
    lines = await dues.listed_reviews(date(2026, 7, 3))
    assert [line["until"] for line in lines] == [date(2026, 7, 29), date(2026, 7, 31)]
    assert [line["left"] for line in lines] == [26, 28]


@pytest.mark.usefixtures("connected")
async def test_a_panel_is_due_when_the_first_of_its_cases_is(time: Clock) -> None:
    time.at = clock.morning(DAY)
    office = await make_office()
    panel, _ = await drawn(office, 2)
    (line,) = await dues.listed_panels(DAY)
    assert line["panel"].id == panel.id
    assert line["until"] == date(2026, 8, 3)
    time.at = clock.morning(DAY + timedelta(days=2))
    waits = await evaluation.commit([await accepted(office)], office, DAY)
    lines = await dues.listed_panels(DAY)
    assert [each["panel"].id for each in lines] == [panel.id, waits.id]


async def test_the_pages_say_the_days_left(client: Client, time: Clock) -> None:
    office = await make_office()
    row, _ = await published(office)
    await objected(row, row.published_on)
    await drawn(office)
    await refused(date(2026, 7, 10))
    time.at = clock.morning(row.published_on)
    await sign_in(client, office.first)
    text = unescape((await client.get("/objections")).text)
    assert "最晚 2026年7月27日 办结" in text
    assert "还有 21 天" in text
    assert "最晚 2026年8月7日 办结" in text
    assert "最晚" in unescape((await client.get("/panels")).text)


async def test_programs_read_lists_and_grounds_and_looking_is_kept(
    client: Client, new_client: NewClient, time: Clock
) -> None:
    office = await make_office()
    row, case = await published(office)
    asked = ObjectionIn(publication=row.id, name="何某", contact="何某的电话", grounds=GROUNDS)
    made, _ = await objections.object_to(asked, vault=vault(), on=row.published_on)
    anonymous = await objected(row, row.published_on)
    panel, _ = await drawn(office)
    await refused(date(2026, 7, 3))
    await sign_in(client, office.first)
    seen = (await client.get(f"/api/objections/{made.id}")).json()
    assert (seen["grounds"], seen["objector"]) == (GROUNDS, ["何某", "何某的电话"])
    assert seen["application"] == str(case.id)
    hidden = (await client.get(f"/api/objections/{anonymous.id}")).json()
    assert hidden["objector"] is None
    kept = await AuditEntry.select(AuditEntry.subject).where(AuditEntry.action == "objection.read")
    assert {line["subject"] for line in kept} == {
        f"result_objection:{each.id}" for each in (made, anonymous)
    }
    assert (await client.get(f"/api/objections/{panel.id}")).status_code == 404
    (line, *_) = (await client.get("/api/objections")).json()
    assert line["until"] == "2026-07-27"
    (review,) = (await client.get("/api/reviews")).json()
    assert (review["until"], review["status"]) == ("2026-07-31", "asked")
    found = {each["id"]: each for each in (await client.get("/api/panels")).json()}
    assert found[str(panel.id)]["status"] == "drawn"
    other = new_client()
    await sign_in(other, office.assessors[0])
    for address in (f"objections/{made.id}", "reviews", "panels"):
        assert (await other.get(f"/api/{address}")).status_code == 403
