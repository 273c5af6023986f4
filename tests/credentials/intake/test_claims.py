"""Work functions and their evidence, the checklist, and handing in."""

import asyncio
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from credentials import applications, decisions, procedure
from credentials.applications import ConditionsNotMet, DraftIn
from credentials.decisions import GroundsIn, ProposalIn
from credentials.intake import claims, contents, materials
from credentials.intake.claims import (
    AccountIn,
    AchievementIn,
    ContractEvidenceIn,
    EmployerIn,
    FunctionsIn,
    NewAchievementIn,
    RecommendationIn,
)
from credentials.intake.readiness import TooSoon
from credentials.intake.tables import ClaimedFunction, Evidence, Submission
from credentials.intake.words import Source, State, WorkFunction
from credentials.tables import Application, Determination
from credentials.words import Level, Proposal, Status
from registry import profile
from registry.integrity.tables import CodeSignature
from registry.platform import steps
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.profile import ContractIn
from registry.tables import Account
from registry.words import ContractRole
from tests import factories
from tests.credentials.intake.stage import (
    DAY,
    FIRST,
    PAPER,
    achieve,
    make_employer,
    make_filed,
    make_person,
    make_ready,
    make_round,
    now,
)
from tests.factories import make_account, make_applicant

pytestmark = pytest.mark.anyio
TWO = FunctionsIn(functions=(WorkFunction.TRADING, WorkFunction.FINDING))


async def make_contract(account: Account) -> UUID:
    asked = ContractIn(
        registration_number="2026310000012345",
        title="一项转让",
        role=ContractRole.LEAD,
        amount_yuan=Decimal(1200000),
        signed_on=date(2026, 4, 1),
        parties="甲、乙",
    )
    return await profile.add("contracts", asked, by=account, on=FIRST)


async def test_functions_are_claimed_in_the_order_of_the_definition(connected: None) -> None:
    account = await make_person()
    case = await make_ready(account)
    await claims.claim(case.id, TWO, by=account)
    found = await contents.functions(case)
    assert [(row.function, row.account) for row in found] == [
        ("finding", ""),
        ("trading", "谈判和签约"),
    ]
    await claims.claim(case.id, FunctionsIn(functions=(WorkFunction.FINDING,)), by=account)
    assert [row.function for row in await contents.functions(case)] == ["finding"]
    assert await contents.evidence(case) == []
    assert await Evidence.count() == 1, "taken out, not deleted"
    with pytest.raises(NotFound):
        await claims.describe(case.id, "trading", AccountIn(account="说明"), by=account)


async def test_three_kinds_of_evidence(connected: None) -> None:
    account, stranger = await make_person(), await make_person()
    case = await make_ready(account)
    contract = await make_contract(account)
    theirs = await make_contract(stranger)
    said = RecommendationIn(recommender="李教授", unit="大学", text="值得推荐")
    for asked in (ContractEvidenceIn(contract=contract), said):
        await claims.add(case.id, "trading", asked, by=account, on=FIRST)
    kinds = [row.kind for row in await contents.evidence(case)]
    assert kinds == ["achievement", "contract", "recommendation"]
    assert (await contents.evidence(case))[1].contract.registration_number == "2026310000012345"
    foreign = ContractEvidenceIn(contract=theirs)
    with pytest.raises(NotFound):
        await claims.add(case.id, "trading", foreign, by=account, on=FIRST)
    empty = RecommendationIn(recommender="李教授", unit="大学")
    with pytest.raises(FieldsInvalid):
        await claims.add(case.id, "trading", empty, by=account, on=FIRST)
    letter = await claims.add(case.id, "trading", empty, by=account, on=FIRST, file=PAPER)
    assert letter.document is not None
    tomorrow = AchievementIn(text="将来的事", day=FIRST + DAY)
    with pytest.raises(FieldsInvalid):
        await claims.add(case.id, "trading", tomorrow, by=account, on=FIRST)
    with pytest.raises(NotFound):
        await claims.add(case.id, "finding", said, by=account, on=FIRST)


async def test_what_is_somebody_else_s_is_not_there(connected: None) -> None:
    await make_round()
    account = await make_person()
    case = await make_ready(account)
    piece = (await contents.evidence(case))[0]
    strangers = [await make_person(), await make_account(Role.OFFICER), await make_employer()]
    for stranger in strangers:
        for act in (
            claims.claim(case.id, TWO, by=stranger),
            claims.describe(case.id, "trading", AccountIn(account="改写"), by=stranger),
            claims.withdraw(case.id, piece.id, by=stranger),
            claims.employ(case.id, EmployerIn(self_employed=True), by=stranger),
        ):
            with pytest.raises(NotFound):
                await act
    await applications.submit(case.id, by=account, on=FIRST)
    officer = strangers[1]
    with pytest.raises(StepNotPossible):
        await claims.claim(case.id, TWO, by=officer)


async def test_employer_or_none_is_said(connected: None) -> None:
    account, employer = await make_person(), await make_employer()
    base = await make_account(Role.BASE_CLERK)
    case = await make_ready(account)
    for wrong in (
        EmployerIn(),
        EmployerIn(employer=employer.organisation, self_employed=True),
        EmployerIn(employer=base.organisation),
        EmployerIn(employer=account.id),
    ):
        with pytest.raises(FieldsInvalid) as refused:
            await claims.employ(case.id, wrong, by=account)
        assert [fault.field for fault in refused.value.errors] == ["employer"]
    filed = await claims.employ(case.id, EmployerIn(employer=employer.organisation), by=account)
    assert (filed.employer, filed.self_employed) == (employer.organisation, False)


async def test_everything_missing_is_said_at_once(connected: None) -> None:
    await make_round()
    account = await make_account()
    case = await applications.draft(DraftIn(level=Level.JUNIOR), by=account, on=FIRST)
    with pytest.raises(FieldsInvalid) as refused:
        await applications.submit(case.id, by=account, on=FIRST)
    fields = [fault.field for fault in refused.value.errors]
    assert fields == ["identity", "education", "hours", "statement", "functions", "employer"]
    assert await Submission.count() == 0


async def test_the_checklist_says_what_the_register_holds(connected: None) -> None:
    account = await make_person()
    case = await make_ready(account)
    rules = await procedure.asked(case, FIRST)
    lines = {line.material.source: line for line in await materials.checklist(case, rules, FIRST)}
    assert {name: line.state for name, line in lines.items()} == {
        "identity": State.HELD,
        "education": State.SUPPLIED,
        "hours": State.HELD,
        "integrity": State.HELD,
        "employment": State.MISSING,
        "statement": State.SUPPLIED,
        "functions": State.SUPPLIED,
        "employer": State.SUPPLIED,
    }
    assert lines["hours"].facts == {"hours": 40}
    assert not any(line.lacking for line in lines.values()), "proof of the post is optional"
    assert all(line.material.cite for line in lines.values())
    assert {Source(material.source) for material in rules.materials.values()} == {*Source}


async def test_evidence_is_needed_for_every_function(connected: None) -> None:
    await make_round()
    account = await make_person()
    case = await make_ready(account)
    await claims.claim(case.id, TWO, by=account)
    for act in (
        claims.describe(case.id, "finding", AccountIn(account="走访实验室"), by=account),
        achieve(case, account, "挖掘一项成果", function="finding"),
    ):
        with pytest.raises(FieldsInvalid) as refused:
            await applications.submit(case.id, by=account, on=FIRST)
        assert [fault.field for fault in refused.value.errors] == ["functions"]
        await act
    await applications.submit(case.id, by=account, on=FIRST)


async def test_conditions_stop_it_as_before(connected: None) -> None:
    await make_round()
    account = await make_applicant()
    await factories.make_hours(account, 45)
    education = (await profile.entries("education", account.person))[0]
    document = await profile.keep(PAPER, by=account)
    await type(education).update({"evidence": document}).where(type(education).id == education.id)
    case = await make_ready(account)
    with pytest.raises(ConditionsNotMet):
        await applications.submit(case.id, by=account, on=FIRST)
    assert ((await now(case)).status, await Submission.count()) == (Status.DRAFT, 0)


async def test_of_200_submissions_at_once_one_is_taken(connected: None) -> None:
    await make_round()
    account = await make_person()
    case = await make_ready(account)
    found = await asyncio.gather(
        *(applications.submit(case.id, by=account, on=FIRST) for _ in range(200)),
        return_exceptions=True,
    )
    refused = [each for each in found if isinstance(each, StepNotPossible)]
    taken = [each for each in found if isinstance(each, Application)]
    assert (len(taken), len(refused)) == (1, 199)
    assert [line["step"] for line in await steps.history(case.id)] == ["submit"]
    counts = [await table.count() for table in (Submission, Determination, CodeSignature)]
    assert counts == [1, 1, 1]


async def test_after_a_refusal_one_waits_or_declares_what_is_new(connected: None) -> None:
    await make_round(closes=None)
    account = await make_person()
    officers = [await make_account(Role.OFFICER) for _ in range(2)]
    old = await applications.draft(DraftIn(level=Level.JUNIOR), by=account, on=factories.DAY)
    said = applications.StatementIn(statement="说明")
    await applications.save(old.id, said, by=account)
    await applications.submit(old.id, by=account, on=factories.DAY)
    grounds = GroundsIn(grounds="未能证明")
    asked = ProposalIn(proposal=Proposal.REFUSE, grounds="未能证明")
    await decisions.propose(old.id, asked, by=officers[0])
    await decisions.refuse(old.id, grounds, by=officers[1], on=FIRST - DAY)

    case = await make_ready(account)
    with pytest.raises(TooSoon) as refused:
        await applications.submit(case.id, by=account, on=FIRST)
    assert refused.value.facts["first"] == "2027-07-05"
    assert "重大新业绩" in refused.value.facts["cite"]
    with pytest.raises(TooSoon):
        await applications.submit(case.id, by=account, on=date(2027, 7, 4))
    new = NewAchievementIn(achievement="新促成一项五百万元的转让")
    await claims.declare(case.id, new, by=account)
    await applications.submit(case.id, by=account, on=FIRST)
    assert (await contents.filing(case)).achievement == new.achievement


async def test_the_wait_ends_with_its_day(connected: None) -> None:
    await make_round(closes=None)
    account = await make_person()
    old = await make_filed(account)
    await Application.update(
        {Application.status: Status.REFUSED, Application.decided_on: FIRST}
    ).where(Application.id == old.id)
    case = await make_ready(account)
    await applications.submit(case.id, by=account, on=date(2027, 7, 6))
    assert await ClaimedFunction.count() == 2
