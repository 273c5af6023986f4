"""Whose move it is and until when; how far, for anybody with the reference."""

import re
from datetime import date

import pytest

from credentials import applications, deadlines, decisions, progress
from credentials.deadlines import Mover
from credentials.decisions import GroundsIn, ProposalIn
from credentials.tables import Application
from credentials.words import Proposal, Status
from registry.platform import steps
from registry.platform.errors import NotFound
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from tests.conftest import Client, NewClient
from tests.credentials.cases import drafted, now
from tests.factories import DAY, Clock, make_account, make_applicant, make_submitted, sign_in

pytestmark = pytest.mark.anyio
GROUNDS = GroundsIn(grounds="请补充合同")


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize(
    ("status", "since", "last"),
    [
        (Status.SUBMITTED, date(2026, 6, 30), date(2026, 7, 28)),
        (Status.PROPOSED, date(2026, 9, 18), date(2026, 10, 22)),
        (Status.RETURNED, date(2026, 6, 30), date(2026, 7, 21)),
    ],
)
async def test_each_stage_has_the_working_days_of_the_policy(
    status: Status, since: date, last: date
) -> None:
    due = await deadlines.due(status, since)
    assert due is not None
    assert (due.day, due.provisional) == (last, False)


@pytest.mark.usefixtures("connected")
async def test_stages_that_wait_for_nobody_have_no_deadline() -> None:
    for status in set(Status) - set(deadlines.PERIOD):
        assert await deadlines.due(status, DAY) is None
    assert await deadlines.due(Status.SUBMITTED, None) is None
    late = await deadlines.due(Status.SUBMITTED, date(2026, 12, 20))
    assert late is not None
    assert late.provisional


def test_it_is_always_clear_whose_move_it_is() -> None:
    moves = {status: deadlines.mover(status) for status in Status}
    assert {s for s, m in moves.items() if m is Mover.NOBODY} == {"granted", "refused", "withdrawn"}
    assert {s for s, m in moves.items() if m is Mover.APPLICANT} == {"draft", "returned"}


@pytest.mark.usefixtures("connected")
async def test_the_queue_is_ordered_by_days_left(time: Clock) -> None:
    officer = await make_account(Role.OFFICER)
    late = await make_submitted(await make_applicant(), date(2026, 6, 30))
    early = await make_submitted(await make_applicant(), date(2026, 6, 1))
    rows = await decisions.queue(by=officer, on=date(2026, 7, 1))
    assert [row["id"] for row in rows] == [early.id, late.id]
    assert rows[0]["until"] == date(2026, 6, 30)
    assert [row["left"] for row in rows] == [-1, (rows[1]["until"] - date(2026, 7, 1)).days]


@pytest.mark.usefixtures("connected")
async def test_a_returned_application_runs_from_the_day_it_was_asked(time: Clock) -> None:
    case = await make_submitted(await make_applicant())
    time.pass_by(days=3)
    officer = await make_account(Role.OFFICER)
    case = await decisions.return_for_supplement(case.id, GROUNDS, by=officer)
    assert deadlines.began(case.status, case.submitted_on, await steps.history(case.id)) == date(
        2026, 7, 3
    )


@pytest.mark.usefixtures("connected")
async def test_the_stage_says_nothing_about_the_outcome() -> None:
    seen = []
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    for proposal in Proposal:
        case = await make_submitted(await make_applicant())
        assert await progress.stage(case.reference.lower()) == "review"
        asked = ProposalIn(proposal=proposal, grounds="经核对")
        await decisions.propose(case.id, asked, by=first)
        assert await progress.stage(case.reference) == "decision"
        act = decisions.grant if proposal is Proposal.GRANT else decisions.refuse
        await act(case.id, GROUNDS, by=second, on=DAY)
        seen.append(await progress.stage(case.reference))
    assert seen == ["decided", "decided"]


@pytest.mark.usefixtures("connected")
async def test_the_stages_of_the_applicants_own_moves() -> None:
    person = await make_applicant()
    draft = await drafted(person)
    for reference in (draft.reference, "SQ-2026-999999", "", "'"):
        with pytest.raises(NotFound):
            await progress.stage(reference)
    other = await make_applicant()
    case = await make_submitted(other)
    await decisions.return_for_supplement(case.id, GROUNDS, by=await make_account(Role.OFFICER))
    assert await progress.stage(case.reference) == "supplement"
    await applications.withdraw(case.id, by=other)
    assert await progress.stage(case.reference) == "withdrawn"


async def test_progress_is_for_anybody_and_nothing_else_is(
    client: Client, new_client: NewClient, time: Clock
) -> None:
    person = await make_applicant()
    case = await make_submitted(person)
    page = await client.get("/progress", params={"reference": case.reference})
    assert "审查中" in page.text
    assert "陈思远" not in page.text
    english = await client.get("/progress", params={"reference": "SQ-1", "lang": "en"})
    assert english.status_code == 404
    assert "There is no such application number." in english.text
    assert (await client.get("/progress")).status_code == 200
    answer = await client.get(f"/api/progress/{case.reference}")
    assert answer.json() == {"stage": "review"}
    assert (await client.get("/api/progress/SQ-1")).status_code == 404
    holder = new_client()
    await sign_in(holder, person)
    own = await holder.get(f"/applications/{case.id}")
    assert "最晚办结： 2026年7月28日" in own.text
    officer = new_client()
    await sign_in(officer, await make_account(Role.OFFICER))
    assert "最晚 2026年7月28日 办结" in (await officer.get("/queue")).text
    assert (await now(case)).status == "submitted"


async def test_a_reference_ends_in_what_nobody_can_guess(client: Client, time: Clock) -> None:
    case = await make_submitted(await make_applicant())
    number, tail = case.reference[:14], case.reference[14:]
    assert re.fullmatch(r"-[2-9A-HJKMNP-TV-Z]{5}", tail)
    assert progress.reference(2026, 1) != progress.reference(2026, 1)
    for shown in (case.reference, case.reference.lower(), f" {case.reference} "):
        assert (await client.get(f"/api/progress/{shown}")).json() == {"stage": "review"}
    assert (await client.get(f"/api/progress/{number}")).status_code == 404
    assert (await client.get(f"/api/progress/{number}-22222")).status_code == 404


async def test_references_that_count_up_are_answered_a_few_times_a_day(
    client: Client, time: Clock
) -> None:
    case = await make_submitted(await make_applicant())
    old = "SQ-2025-000007"
    await Application.update({Application.reference: old}).where(Application.id == case.id)
    known = await client.get("/progress", params={"reference": old})
    assert "审查中" in known.text
    asked = [f"/api/progress/SQ-2025-{number:06d}" for number in range(8)]
    codes = [(await client.get(each)).status_code for each in asked]
    allowed = Settings.from_env().checks_by_number_per_day - 1
    assert codes == [404] * allowed + [429] * (8 - allowed)
    assert (await client.get("/progress", params={"reference": old})).status_code == 429
    whole = await make_submitted(await make_applicant())
    assert (await client.get(f"/api/progress/{whole.reference}")).status_code == 200
    time.pass_by(days=1)
    assert (await client.get(f"/api/progress/{old}")).status_code == 200
