"""The formal check: one notice, what it reopens, what has changed since."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from credentials import applications, decisions
from credentials.applications import StatementIn
from credentials.decisions import GroundsIn, NoticeAsked
from credentials.intake import claims, contents, formal_check, submissions
from credentials.intake.claims import AccountIn, EmployerIn, FunctionsIn, NewAchievementIn
from credentials.intake.contents import NotReopened
from credentials.intake.formal_check import AskedTooLate, ItemIn, NoFormalCheck, NoticeIn
from credentials.intake.words import WorkFunction
from credentials.tables import Application
from credentials.words import Status
from registry import profile
from registry.platform.errors import FieldsInvalid
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.profile import EducationIn, TitleIn
from registry.tables import Account
from registry.words import Degree, TitleLevel
from tests import factories
from tests.credentials.intake.stage import (
    FIRST,
    PAPER,
    achieve,
    ask,
    make_filed,
    make_person,
    make_round,
    now,
)
from tests.factories import make_account, make_applicant

pytestmark = pytest.mark.anyio


async def filed() -> tuple[Account, Account, Application]:
    await make_round()
    account, officer = await make_person(), await make_account(Role.OFFICER)
    return account, officer, await make_filed(account)


async def refused(act: Any) -> bool:
    try:
        await act
    except NotReopened:
        return True
    return False


async def test_a_complete_application_is_accepted_once(connected: None) -> None:
    _, officer, case = await filed()
    assert (await formal_check.accept(case.id, by=officer)).status == Status.ACCEPTED
    with pytest.raises(StepNotPossible):
        await formal_check.accept(case.id, by=officer)
    with pytest.raises(StepNotPossible):
        await ask(case, officer, "statement")


async def test_the_procedure_before_has_no_formal_check(connected: None) -> None:
    case = await factories.make_submitted(await make_applicant())
    officer = await make_account(Role.OFFICER)
    with pytest.raises(NoFormalCheck):
        await formal_check.accept(case.id, by=officer)
    with pytest.raises(NoFormalCheck):
        await ask(case, officer, "statement")
    await decisions.return_for_supplement(case.id, GroundsIn(grounds="请补正"), by=officer)
    assert await contents.reopened(await now(case)) is None


async def test_free_words_do_not_return_an_application(connected: None) -> None:
    _, officer, case = await filed()
    with pytest.raises(NoticeAsked):
        await decisions.return_for_supplement(case.id, GroundsIn(grounds="请补正"), by=officer)


async def test_only_what_was_asked_reopens(connected: None) -> None:
    account, officer, case = await filed()
    piece = (await contents.evidence(case))[0].id
    acts: dict[str, Callable[[], Awaitable[Any]]] = {
        "statement": lambda: applications.save(
            case.id, StatementIn(statement="改过的"), by=account
        ),
        "functions": lambda: claims.claim(
            case.id,
            FunctionsIn(functions=(WorkFunction.TRADING, WorkFunction.FINDING)),
            by=account,
        ),
        "employer": lambda: claims.employ(case.id, EmployerIn(self_employed=True), by=account),
        "function:trading": lambda: claims.describe(
            case.id, "trading", AccountIn(account="另一种说法"), by=account
        ),
        "achievement": lambda: claims.declare(
            case.id, NewAchievementIn(achievement="新"), by=account
        ),
        "add": lambda: achieve(case, account, "另一项"),
        f"evidence:{piece}": lambda: claims.withdraw(case.id, piece, by=account),
    }
    await ask(case, officer, "statement", "profile:titles")
    closed = {name for name, act in acts.items() if await refused(act())}
    assert closed == acts.keys() - {"statement"}
    assert "statement" in (await contents.reopened(await now(case)) or ())


@pytest.mark.parametrize(
    ("asked", "opened"),
    [
        ("function:trading", {"function:trading", "add", "evidence"}),
        ("evidence", {"add", "evidence"}),
        ("functions", {"functions", "function:trading", "add", "evidence"}),
    ],
)
async def test_a_function_and_its_evidence_reopen_as_far_as_asked(
    connected: None, asked: str, opened: set[str]
) -> None:
    account, officer, case = await filed()
    piece = (await contents.evidence(case))[0].id
    await ask(case, officer, f"evidence:{piece}" if asked == "evidence" else asked)
    trading = AccountIn(account="另一种说法")
    both = FunctionsIn(functions=(WorkFunction.TRADING, WorkFunction.FINDING))
    acts = {
        "function:trading": claims.describe(case.id, "trading", trading, by=account),
        "add": achieve(case, account, "另一项"),
        "evidence": claims.withdraw(case.id, piece, by=account),
        "functions": claims.claim(case.id, both, by=account),
    }
    assert {name for name, act in acts.items() if not await refused(act)} == opened


async def test_what_was_added_in_answer_may_be_taken_out_again(connected: None) -> None:
    account, officer, case = await filed()
    old = (await contents.evidence(case))[0].id
    await ask(case, officer, f"evidence:{old}")
    new = await achieve(case, account, "写错的")
    await claims.withdraw(case.id, new, by=account)
    assert [row.id for row in await contents.evidence(case)] == [old]


async def test_a_second_notice_asks_for_nothing_new(connected: None) -> None:
    account, officer, case = await filed()
    piece = (await contents.evidence(case))[0].id
    await ask(case, officer, f"evidence:{piece}")
    await claims.withdraw(case.id, piece, by=account)
    answer = await achieve(case, account, "补上的")
    await applications.submit(case.id, by=account, on=FIRST)
    for late in ("statement", "functions", "function:trading", "employer", "profile:titles"):
        with pytest.raises(AskedTooLate) as told:
            await ask(case, officer, late, f"evidence:{answer}")
        assert told.value.facts["fields"] == [late]
        assert "第三十二条" in told.value.facts["cite"]
    assert (await now(case)).status == Status.SUBMITTED
    await ask(case, officer, f"evidence:{answer}")
    assert (await now(case)).status == Status.RETURNED


async def test_a_notice_names_fields_of_this_application_once(connected: None) -> None:
    _, officer, case = await filed()
    for wrong in (["salary"], [f"evidence:{uuid4()}"], ["function:finding"], ["statement"] * 2):
        with pytest.raises(FieldsInvalid):
            await ask(case, officer, *wrong)
    items = (ItemIn(field="statement", words="写明角色"), ItemIn(field="employer", words="写全称"))
    await formal_check.ask(case.id, NoticeIn(items=items), by=officer)
    told = (await now(case)).supplement_asked
    assert told == "工作情况说明：写明角色\n用人单位：写全称"


async def test_an_officer_reads_what_has_changed_since(connected: None) -> None:
    account, officer, case = await filed()
    piece = (await contents.evidence(case))[0].id
    assert await submissions.since_notice(case) == []
    await ask(case, officer, f"evidence:{piece}", "statement", "profile:titles", "employer")
    await applications.save(case.id, StatementIn(statement="写明了角色"), by=account)
    await claims.withdraw(case.id, piece, by=account)
    new = await achieve(case, account, "补上的")
    title = TitleIn(
        title="工程师", level=TitleLevel.INTERMEDIATE, granted_by="委员会", granted_on=FIRST
    )
    await profile.add("titles", title, by=account, on=FIRST, file=PAPER)
    await applications.submit(case.id, by=account, on=FIRST)
    found = {
        each.field.partition("#")[0]: (each.before, each.after, each.changed)
        for each in await submissions.since_notice(case)
    }
    assert found == {
        "statement": ("工作说明", "写明了角色", True),
        f"evidence:{piece}": ("2026-05-06 · 促成一项转让", None, True),
        f"evidence:{new}": (None, "2026-05-06 · 补上的", True),
        "profile:titles": (None, "工程师 · 委员会 · +", True),
        "employer": ("—", "—", False),
    }


async def test_a_profile_part_not_asked_for_stays_as_handed_in(connected: None) -> None:
    account, officer, case = await filed()
    await ask(case, officer, "statement")
    education = (await profile.entries("education", account.person))[0]
    await profile.withdraw("education", education.id, by=account)
    newest = await contents.last(case)
    assert newest is not None
    before = submissions.read(newest).profile["education"]
    await profile.add(
        "titles",
        TitleIn(title="工程师", level=TitleLevel.INTERMEDIATE, granted_by="会", granted_on=FIRST),
        by=account,
        on=FIRST,
    )
    if len(await profile.entries("education", account.person)) == 1:
        await profile.add(
            "education",
            EducationIn(
                school="另一所", degree=Degree.BACHELOR, subject="化学", graduated_on=FIRST
            ),
            by=account,
            on=FIRST,
            file=PAPER,
        )
    await applications.submit(case.id, by=account, on=FIRST)
    after = await contents.last(case)
    assert after is not None
    assert submissions.read(after).profile["education"] == before
    assert submissions.read(after).profile["titles"] == {}
    assert [each.field for each in await submissions.since_notice(case)] == ["statement"]
