"""How applications of the demonstration come in: rounds, functions, employers, the formal check."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from credentials import applications, procedure
from credentials.applications import StatementIn
from credentials.intake import claims, contents, employers, formal_check, rounds
from credentials.intake.claims import (
    AccountIn,
    AchievementIn,
    ContractEvidenceIn,
    EmployerIn,
    FunctionsIn,
    NewAchievementIn,
    RecommendationIn,
)
from credentials.intake.employers import PublicationIn, ReasonIn
from credentials.intake.formal_check import ItemIn, NoticeIn
from credentials.intake.rounds import RoundIn
from credentials.intake.tables import Filing
from credentials.intake.words import WorkFunction
from credentials.tables import Application
from credentials.words import Level, Status
from registry import profile
from registry.platform import clock, workdays
from registry.platform.permissions import Role
from registry.tables import Account, Organisation
from seeds.papers import paper
from seeds.stories import Story

F = WorkFunction
CLAIMED = {
    Level.JUNIOR: (F.FINDING, F.TRADING),
    Level.MID: (F.FINDING, F.EVALUATING, F.TRADING),
    Level.SENIOR: (F.FINDING, F.MATURING, F.EVALUATING, F.TRADING),
}
ACCOUNT = {
    F.FINDING: "定期走访课题组，整理可转化成果清单，提出三项有产业需求的成果。",
    F.MATURING: "协调中试场地和资金，推动一项成果完成中试。",
    F.EVALUATING: "组织技术成熟度和市场价值评估，出具评估报告。",
    F.TRADING: "主持价格谈判，起草合同并办理认定登记，跟踪履约。",
}
ACHIEVED = {
    F.FINDING: "从实验室走访中发现一项涂层技术，对接两家企业。",
    F.MATURING: "一项成果完成公斤级中试，良率达到合同要求。",
    F.EVALUATING: "完成一份技术成熟度评估报告，被委托方采用。",
    F.TRADING: "促成一项专利许可，首期款已到账。",
}
BETTER = "促成一项专利许可，本人负责谈判和合同起草，附对方出具的证明。"
NEW_ACHIEVEMENT = "上次决定后，牵头促成一项五百万元的专利转让，合同已认定登记。"
NOT_OURS = "所写的第二个项目不是在本单位期间完成的，请核对后修改。"
BEFORE_ACCEPTANCE = frozenset({"withdrawn", "confirming", "returned", "submitted"})
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Matter:
    """One application on its way, whose it is, and the officer who checks it."""

    case: Application
    account: Account
    officer: Account
    story: Story


async def open_rounds(officer: Account, today: date) -> None:
    """A round that is over, one that is open, and continuous intake for the junior level."""
    upper = (Level.MID, Level.SENIOR)
    planned = (
        RoundIn(
            name=f"{today.year}年第一批（演示）",
            levels=upper,
            opens_on=today - 240 * DAY,
            closes_on=today - 180 * DAY,
            review_on=today - 160 * DAY,
        ),
        RoundIn(
            name=f"{today.year}年第二批（演示）",
            levels=upper,
            opens_on=today - 60 * DAY,
            closes_on=today + 30 * DAY,
        ),
        RoundIn(name="初级常年受理（演示）", levels=(Level.JUNIOR,), opens_on=today - 120 * DAY),
    )
    for asked in planned:
        with clock.morning_of(asked.opens_on - DAY):
            await rounds.open_one(asked, by=officer)


async def fill_in(case: Application, story: Story, account: Account, on: date) -> None:
    """Functions with account and evidence, and the employer, as far as a story has come."""
    functions = CLAIMED[story.level]
    await claims.claim(case.id, FunctionsIn(functions=functions), by=account)
    if story.ends == "draft":
        functions = functions[:1]
    for place, function in enumerate(functions):
        said = AccountIn(account=ACCOUNT[function])
        await claims.describe(case.id, function, said, by=account)
        done = AchievementIn(text=ACHIEVED[function], day=on - (90 + place) * DAY)
        file = paper("achievement.pdf", f"Achievement: {function}")
        await claims.add(case.id, function, done, by=account, on=on, file=file)
    if story.ends == "draft":
        return
    for contract in await profile.entries("contracts", account.person):
        given = ContractEvidenceIn(contract=contract.id)
        await claims.add(case.id, F.TRADING, given, by=account, on=on)
    peer = RecommendationIn(
        recommender="周明远", unit="申城理工大学（演示）", text="与其合作两年，专业可靠，愿意推荐。"
    )
    await claims.add(case.id, F.FINDING, peer, by=account, on=on)
    await claims.employ(case.id, await _employer(story, account, on), by=account)


async def _employer(story: Story, account: Account, on: date) -> EmployerIn:
    """Where they work; nobody where the period could not end on a day that is known."""
    post = (await profile.entries("employment", account.person))[0]
    place = await Organisation.objects().get(Organisation.name == post.employer)
    ends = workdays.after(on, 10)
    if place is None or story.self_employed or ends.provisional:
        return EmployerIn(self_employed=True)
    return EmployerIn(employer=place.id)


async def carry(matter: Matter, on: date) -> Application | None:
    """Hand an application in on a day, and take it as far as its story goes.

    Returns it where it was accepted, for what comes after: a panel.
    """
    case, account, story = matter.case, matter.account, matter.story
    with clock.morning_of(on):
        if story.again:
            new = NewAchievementIn(achievement=NEW_ACHIEVEMENT)
            await claims.declare(case.id, new, by=account)
        case = await applications.submit(case.id, by=account, on=on)
    if story.ends == "withdrawn":
        with clock.morning_of(on + DAY):
            await applications.withdraw(case.id, by=account)
        return None
    if case.status == Status.CONFIRMING:
        checked = await _through_the_employer(case.id, story, on)
        if checked is None:
            return None
        on = checked
    if story.supplemented:
        on = await _supplement(matter, on + 2 * DAY)
    if story.ends in BEFORE_ACCEPTANCE:
        return None
    with clock.morning_of(on + 2 * DAY):
        return await formal_check.accept(case.id, by=matter.officer)


async def _through_the_employer(application: UUID, story: Story, on: date) -> date | None:
    """Publish and confirm; the day it reached the office, or None where the story ends before."""
    filing = await Filing.objects().get(Filing.application == application)
    assert filing is not None, "it was handed in"
    by = await Account.objects().get(
        (Account.role == Role.EMPLOYER) & (Account.organisation == filing.employer)
    )
    assert by is not None, "employers have accounts"
    if story.employer == "waiting":
        return None
    with clock.morning_of(on):
        asked = PublicationIn(first_day=on, place="一楼公告栏和内部网站")
        await employers.publish(application, asked, by=by, on=on)
    if story.employer == "declined":
        with clock.morning_of(on + 3 * DAY):
            await employers.decline(application, ReasonIn(reason=NOT_OURS), by=by)
        return None
    if story.ends == "confirming":
        return None
    case = await Application.objects().get(Application.id == application)
    assert case is not None, "it was handed in"
    rules = await procedure.of(case)
    after = employers.period(rules, on).day + DAY
    with clock.morning_of(after):
        await employers.confirm(application, by=by, on=after)
    return after


async def _supplement(matter: Matter, on: date) -> date:
    """Ask for two things in one notice; mend them, unless the story ends there."""
    case, account = matter.case, matter.account
    weak = next(row for row in await contents.evidence(case) if row.function == F.TRADING)
    items = (
        ItemIn(field="statement", words="请写明本人在各项目中的角色和起止时间。"),
        ItemIn(field=f"evidence:{weak.id}", words="请换成能看出本人角色的证明。"),
    )
    with clock.morning_of(on):
        await formal_check.ask(case.id, NoticeIn(items=items), by=matter.officer)
    if matter.story.ends == "returned":
        return on
    on += DAY
    with clock.morning_of(on):
        said = f"{case.statement}以上项目均由本人主办，起止时间见各职能说明。"
        await applications.save(case.id, StatementIn(statement=said), by=account)
        await claims.withdraw(case.id, weak.id, by=account)
        done = AchievementIn(text=BETTER, day=on - 90 * DAY)
        file = paper("licence.pdf", "Licence: role of the applicant")
        await claims.add(case.id, F.TRADING, done, by=account, on=on, file=file)
        await applications.submit(case.id, by=account, on=on)
    return on
