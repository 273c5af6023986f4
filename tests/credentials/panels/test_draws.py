"""Nobody can grind a draw: pool and ties are frozen, secrets unique, and nothing is drawn twice."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from credentials.panels import abandonment, appointments, assessors, draws, lots, pools
from credentials.panels.abandonment import ReasonIn
from credentials.panels.appointments import TieIn
from credentials.panels.draws import CommitmentIn, SecretIn, WordIn
from credentials.panels.tables import Assessor, Panel
from credentials.tables import Application
from credentials.words import Level
from registry import people, profile
from registry.platform.steps import StepNotPossible
from registry.profile import EmploymentIn
from registry.tables import Account
from seeds import evaluation
from seeds.evaluation import SECRET, WORD, Office
from tests.credentials.intake.stage import make_person
from tests.credentials.panels.cases import DAY, accepted, end_term, make_office, now, owner

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
SCRIPT = Path(__file__).parents[3] / "docs" / "draw.py"
WHY = ReasonIn(reason="不满意抽取的结果")


async def worded(office: Office) -> tuple[Panel, Application]:
    case = await accepted(office)
    panel = await evaluation.commit([case], office, DAY)
    return await draws.add_word(panel.id, WordIn(word=WORD), by=office.second), case


async def entry(account: Account) -> Assessor:
    found = await assessors.of(account)
    assert found is not None
    return found


async def test_a_post_added_after_the_pool_is_frozen_throws_nobody_out() -> None:
    office = await make_office(3)
    panel, case = await worded(office)
    post = EmploymentIn(
        employer="评审单位", post="顾问", technology_transfer=True, began_on=date(2026, 6, 1)
    )
    await profile.add("employment", post, by=await owner(case), on=DAY)
    done = await draws.reveal(panel.id, SecretIn(secret=SECRET), by=office.first, on=DAY)
    assert done.status == "drawn"
    assert {each["state"] for each in (await pools.published(panel.reference))["order"]} == {
        "seated"
    }
    # Nor does taking a post out after it was handed in let a colleague in.
    assert [each["number"] for each in await pools.excluded(panel.id)] == []


async def test_the_roll_is_committed_to_and_the_script_draws_it_again() -> None:
    office = await make_office(5)
    tied = office.assessors[1]
    applicant = await make_person(name="林知行")
    await appointments.declare(TieIn(name="林知行", reason="师生"), by=tied, on=DAY)
    panel = await evaluation.draw([await accepted(office, applicant)], office, DAY)
    shown = await pools.published(panel.reference)
    assert f"{(await entry(tied)).number}:declared" in shown["roll"]
    assert shown["roll_digest"] == panel.roll_digest == lots.roll_digest(shown["roll"])
    said = subprocess.run(
        [sys.executable, str(SCRIPT), SECRET, WORD, "3", *shown["roll"]],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout.splitlines()
    assert said[:2] == [f"commitment {panel.commitment}", f"roll {panel.roll_digest}"]
    assert [line.split()[1] for line in said[2:]] == [each["number"] for each in shown["order"]]


async def test_no_secret_is_committed_to_twice() -> None:
    office = await make_office()
    case, other = await accepted(office), await accepted(office)
    asked = CommitmentIn(level=Level.JUNIOR, applications=[case.id], secret=SECRET)
    await draws.commit(asked, by=office.first, on=DAY)
    again = asked.model_copy(update={"applications": [other.id]})
    with pytest.raises(draws.SecretUsed) as refused:
        await draws.commit(again, by=office.first, on=DAY)
    assert refused.value.errors[0].field == "secret"


async def test_after_the_word_nobody_with_a_part_in_the_draw_gives_it_up() -> None:
    office = await make_office()
    panel, case = await worded(office)
    for took_part in (office.first, office.second):
        with pytest.raises(draws.SamePerson):
            await abandonment.abandon(panel.id, WHY, by=took_part)
    await abandonment.abandon(panel.id, WHY, by=office.third)
    with pytest.raises(draws.SamePerson):
        await abandonment.abandon(panel.id, WHY, by=office.third)
    done = await draws.reveal(panel.id, SecretIn(secret=SECRET), by=office.first, on=DAY)
    assert (done.status, (await now(case)).status) == ("drawn", "reviewing")


async def test_before_the_word_one_officer_may_give_a_draw_up() -> None:
    office = await make_office()
    case = await accepted(office)
    panel = await evaluation.commit([case], office, DAY)
    done = await abandonment.abandon(panel.id, WHY, by=office.first)
    assert done.status == "abandoned"
    with pytest.raises(StepNotPossible):
        await draws.add_word(panel.id, WordIn(word=WORD), by=office.second)
    assert (await evaluation.draw([case], office, DAY)).status == "drawn"


async def test_a_draw_that_seats_too_few_has_failed_with_its_seed_on_record() -> None:
    office = await make_office(3)
    panel, case = await worded(office)
    name = (await people.row(case.person)).name or ""
    await appointments.declare(TieIn(name=name, reason="师生"), by=office.assessors[0], on=DAY)
    done = await draws.reveal(panel.id, SecretIn(secret=SECRET), by=office.first, on=DAY)
    shown = await pools.published(panel.reference)
    assert (done.status, shown["secret"], shown["word"]) == ("failed", SECRET, WORD)
    assert [each["tie"] for each in shown["left"]] == ["declared"]
    with pytest.raises(StepNotPossible):
        await draws.reveal(panel.id, SecretIn(secret=SECRET), by=office.first, on=DAY)
    assert (await now(case)).status == "accepted"
    assert case.id in {each["id"] for each in await pools.waiting()}


async def test_one_officer_alone_changes_no_pool() -> None:
    office = await make_office(3)
    first = await entry(office.assessors[0])
    asked = appointments.EndIn(reason="辞聘")
    await appointments.end(first.id, asked, by=office.first, on=DAY)
    with pytest.raises(appointments.SamePerson):
        await appointments.confirm(first.id, by=office.first, on=DAY)
    assert len(await assessors.eligible("junior", DAY)) == 3
    await end_term((await entry(office.assessors[1])).id)
    assert len(await assessors.eligible("junior", DAY)) == 2
