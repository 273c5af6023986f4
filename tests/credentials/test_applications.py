"""Applications, from draft to decision, against a plain model; and what each is decided on."""

import asyncio
import hashlib
import json
from datetime import date, timedelta
from typing import Any

import pytest

from credentials import applications, decisions, determinations, facts, policy
from credentials.applications import AlreadyOpen, ConditionsNotMet, DraftIn, StatementIn
from credentials.decisions import GroundsIn
from credentials.rules import explain
from credentials.rules.editions import NoEditionInForce
from credentials.tables import Application, Determination
from credentials.words import Level, Status
from registry.integrity import practice
from registry.platform import steps
from registry.platform.db import rows
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.tables import Account
from registry.words import Degree
from tests.conftest import NewClient
from tests.factories import (
    DAY,
    make_account,
    make_applicant,
    make_bar,
    make_hours,
    make_submitted,
    sign_in,
)

pytestmark = pytest.mark.anyio
GROUNDS = GroundsIn(grounds="条件均满足")
STATEMENT = StatementIn(statement="工作说明")


async def make_draft(account: Account, level: Level = Level.JUNIOR) -> Application:
    case = await applications.draft(DraftIn(level=level), by=account, on=DAY)
    return await applications.save(case.id, STATEMENT, by=account)


async def everything() -> dict[str, Any]:
    tables = ("application", "determination", "step_taken", "credential", "audit_entry", "counter")
    return {table: await rows(f"SELECT * FROM {table}") for table in tables}


async def test_a_draft_is_kept_left_and_taken_up_again(connected: None) -> None:
    account = await make_applicant()
    case = await make_draft(account)
    assert (case.status, case.reference[:15]) == (Status.DRAFT, "SQ-2026-000001-")
    for words in ("第一稿", "", "第二稿\n分两段"):
        await applications.save(case.id, StatementIn(statement=words), by=account)
        assert (await applications.find(case.id, by=account)).statement == words
    assert [row.id for row in await applications.mine(by=account)] == [case.id]


async def test_a_draft_is_the_applicant_s_alone(connected: None) -> None:
    case = await make_draft(await make_applicant())
    for role in Role:
        stranger = await make_account(role)
        for act in (
            applications.find(case.id, by=stranger),
            applications.save(case.id, STATEMENT, by=stranger),
            applications.submit(case.id, by=stranger, on=DAY),
            applications.withdraw(case.id, by=stranger),
            decisions.return_for_supplement(case.id, GROUNDS, by=stranger),
        ):
            with pytest.raises(NotFound):
                await act
    assert (await everything())["step_taken"] == []


async def test_one_application_of_a_level_is_open_at_a_time(connected: None) -> None:
    account = await make_applicant()
    first = await make_draft(account)
    with pytest.raises(AlreadyOpen) as refused:
        await applications.draft(DraftIn(level=Level.JUNIOR), by=account, on=DAY)
    assert refused.value.facts == {"application": str(first.id)}
    assert [fault.field for fault in refused.value.errors] == ["level"]
    await make_draft(account, Level.MID)
    await applications.withdraw(first.id, by=account)
    again = await make_draft(account)
    assert again.reference.startswith("SQ-2026-000003-"), "a refused draft takes no number"


async def test_of_many_drafts_at_once_one_is_begun(connected: None) -> None:
    account = await make_applicant()
    asked = DraftIn(level=Level.JUNIOR)
    found = await asyncio.gather(
        *(applications.draft(asked, by=account, on=DAY) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in found) == ["AlreadyOpen"] * 4 + ["Application"]
    assert await Application.count() == 1


@pytest.mark.parametrize("body", [{"level": "grand"}, {"level": 1}, {"level": None}, {}, []])
async def test_an_unknown_level_is_refused_beside_the_field(
    new_client: NewClient, body: Any
) -> None:
    client, account = new_client(), await make_account()
    await sign_in(client, account)
    refused = await client.post("/api/applications", json=body)
    assert refused.status_code in ({422} if isinstance(body, dict) else {400, 422})
    if isinstance(body, dict):
        assert [error["field"] for error in refused.json()["errors"]] == ["level"]
    asked = await client.get("/api/applications/eligibility", params={"level": "grand"})
    assert asked.status_code in {400, 422}
    assert await Application.count() == 0


async def test_what_is_missing_is_said_at_once_and_nothing_changes(connected: None) -> None:
    account = await make_account()
    case = await applications.draft(DraftIn(level=Level.JUNIOR), by=account, on=DAY)
    before = await everything()
    with pytest.raises(FieldsInvalid) as refused:
        await applications.submit(case.id, by=account, on=DAY)
    assert [fault.field for fault in refused.value.errors] == ["identity", "statement"]
    assert await everything() == before


async def test_a_condition_not_met_stops_it_with_every_finding_and_nothing_changes(
    connected: None,
) -> None:
    account = await make_applicant()
    await make_hours(account, 1799)
    case = await make_draft(account)
    before = await everything()
    with pytest.raises(ConditionsNotMet) as refused:
        await applications.submit(case.id, by=account, on=DAY)
    found = {each["clause"]: each["outcome"] for each in refused.value.facts["findings"]}
    assert found["identity"] == "met"
    assert "not-met" in found.values()
    assert await everything() == before

    await make_hours(account, 1, on=date(2026, 5, 5))
    await applications.submit(case.id, by=account, on=DAY)


@pytest.mark.parametrize(
    ("since", "until", "barred"),
    [
        (DAY, None, True),
        (DAY - timedelta(days=30), DAY, True),
        (DAY - timedelta(days=30), DAY - timedelta(days=1), False),
        (DAY + timedelta(days=1), None, False),
    ],
)
async def test_an_integrity_bar_stops_it_on_its_days(
    connected: None, since: date, until: date | None, barred: bool
) -> None:
    account = await make_applicant()
    await make_hours(account, 1800)
    await make_bar(account.person, since, until)
    case = await make_draft(account)
    if not barred:
        await applications.submit(case.id, by=account, on=DAY)
        return
    with pytest.raises(ConditionsNotMet) as refused:
        await applications.submit(case.id, by=account, on=DAY)
    unmet = {f["fact"] for f in refused.value.facts["findings"] if f["outcome"] == "not-met"}
    assert "integrity_bars" in unmet


async def test_somebody_else_s_bar_hours_and_degree_do_not_count(connected: None) -> None:
    account, other = await make_applicant(), await make_applicant(degree=Degree.DOCTOR)
    await make_bar(other.person, DAY)
    await make_hours(other, 1800)
    found = await determinations.evaluate(account.person, Level.JUNIOR, DAY)
    values = {finding.fact: finding.value for finding in found.findings if finding.fact}
    assert (values["class_minutes"], values["integrity_bars"]) == (0, 0)
    assert values["education"] == "bachelor"


async def test_the_edition_in_force_on_the_day_decides(connected: None) -> None:
    account = await make_applicant()
    on = {
        day: (await determinations.evaluate(account.person, Level.JUNIOR, day)).edition
        for day in (date(2024, 10, 1), date(2025, 12, 31), date(2026, 1, 1), DAY)
    }
    assert on[date(2024, 10, 1)] == on[date(2025, 12, 31)]
    assert on[date(2026, 1, 1)] == on[DAY]
    assert on[DAY] != on[date(2025, 12, 31)]
    with pytest.raises(NoEditionInForce):
        await determinations.evaluate(account.person, Level.JUNIOR, date(2024, 9, 30))


async def test_what_it_was_decided_on_is_kept_and_gives_the_same_answer_again(
    connected: None,
) -> None:
    account = await make_applicant()
    case = await make_submitted(account)
    kept = await determinations.newest(case.id)
    assert kept is not None
    edition = await policy.edition(kept.edition)
    answer = determinations.answer_of(kept)

    assert (kept.day, kept.person, kept.verdict) == (DAY, account.person, "yes")
    assert kept.facts_digest == hashlib.sha256(kept.facts.encode()).hexdigest()
    assert kept.edition == (await policy.in_force("evaluation", DAY)).id
    assert {each.clause for each in answer.findings} == {
        each.id for each in edition.document.touched("junior")
    }
    given = {
        fact["name"]: fact["value"]
        for fact in json.loads(kept.facts)
        if fact["name"] in edition.document.facts
    }
    assert explain.answer(edition.document, given, Level.JUNIOR) == answer

    await make_hours(account, 480, on=date(2026, 6, 1))
    await make_bar(account.person, DAY)
    assert (await determinations.newest(case.id)).facts == kept.facts  # type: ignore[union-attr]
    text = facts.canonical(await facts.gather(account.person, DAY))
    assert facts.digest(text) != kept.facts_digest


async def test_a_second_submission_is_refused_and_changes_nothing(connected: None) -> None:
    account = await make_applicant()
    case = await make_submitted(account)
    before = await everything()
    for act in (
        applications.submit(case.id, by=account, on=DAY),
        applications.save(case.id, StatementIn(statement="改写"), by=account),
    ):
        with pytest.raises(StepNotPossible):
            await act
    assert await everything() == before


async def test_of_many_submissions_at_once_one_counts(connected: None) -> None:
    account = await make_applicant()
    await make_hours(account, 1800)
    case = await make_draft(account)
    found = await asyncio.gather(
        *(applications.submit(case.id, by=account, on=DAY) for _ in range(5)),
        return_exceptions=True,
    )
    kinds = sorted(type(each).__name__ for each in found)
    assert kinds == ["Application"] + ["StepNotPossible"] * 4
    assert await Determination.count() == 1
    assert [line["step"] for line in await steps.history(case.id)] == ["submit"]


async def test_returned_supplemented_and_submitted_again(connected: None) -> None:
    account, officer = await make_applicant(), await make_account(Role.OFFICER)
    case = await make_submitted(account)
    asked = GroundsIn(grounds="请补充合同登记证明")
    await decisions.return_for_supplement(case.id, asked, by=officer)
    back = await applications.find(case.id, by=account)
    assert (back.status, back.supplement_asked) == (Status.RETURNED, asked.grounds)

    await applications.save(case.id, StatementIn(statement="已补"), by=account)
    later = DAY + timedelta(days=4)
    again = await applications.submit(case.id, by=account, on=later)
    assert (again.status, again.submitted_on) == (Status.SUBMITTED, later)
    days = [row["day"] for row in await Determination.select(Determination.day)]
    assert sorted(str(day) for day in days) == [str(DAY), str(later)]


async def test_handing_in_signs_the_practice_code_in_force_once(connected: None) -> None:
    account = await make_applicant()
    case = await make_submitted(account)
    (line,) = await practice.signatures(account.person)
    assert line["effective_from"] == date(2026, 1, 1)
    officer = await make_account(Role.OFFICER)
    await decisions.return_for_supplement(case.id, GroundsIn(grounds="请补充"), by=officer)
    await applications.submit(case.id, by=account, on=DAY)
    assert len(await practice.signatures(account.person)) == 1
