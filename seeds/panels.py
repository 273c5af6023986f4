"""Assessors of the demonstration, and applications in every state of the whole procedure."""

from datetime import date, timedelta
from itertools import product

from credentials.panels import abandonment, appointments, draws, meetings, reviews, rulings, seats
from credentials.panels.abandonment import ReasonIn
from credentials.panels.appointments import AssessorIn, TieIn
from credentials.panels.draws import SecretIn, WordIn
from credentials.panels.meetings import AttendanceIn, VoteIn
from credentials.panels.objections import ReasonsIn
from credentials.panels.reviews import OutcomeIn, ReviewIn
from credentials.panels.rulings import RulingIn
from credentials.panels.words import Choice, Outcome, Ruling
from credentials.tables import Application
from credentials.words import Level
from registry import people
from registry.platform import clock
from registry.platform.permissions import Role
from registry.platform.vault import Vault
from registry.tables import Account
from seeds import evaluation
from seeds.evaluation import Office

UNITS = (
    "申城科技评估中心（演示）",
    "临江大学科研院（演示）",
    "浦岸知识产权事务所（演示）",
    "东海产业技术研究院（演示）",
)
SPECIALTIES = ("生物医药成果转化", "装备与材料成果转化", "技术合同与知识产权", "科技金融与作价")
DAY = timedelta(days=1)
FEW = 2
"""How many are left on the roll of a draw that fails; the last assessor's term has ended."""
REVIEWED = ("reviewed", "review-proposed", "review-stands", "review-reopened")
"""How the stories end of those who asked to have a refusal looked at again."""
Cases = dict[str, list[Application]]
"""Applications that were accepted, by how their story ends."""


async def office(vault: Vault) -> Office:
    """The officers and assessors of the demonstration."""
    officers = await _accounts(Role.OFFICER)
    (chief,) = await _accounts(Role.CHIEF_OFFICER)
    first, second, third = officers
    return Office(first, second, third, chief, await _accounts(Role.ASSESSOR), vault)


async def _accounts(role: Role) -> list[Account]:
    found: list[Account] = (
        await Account.objects().where(Account.role == role).order_by(Account.login)
    )
    return found


async def enlist(of: Office, on: date) -> None:
    """Put the assessors on the register; the last one's term has been ended."""
    for place, account in enumerate(of.assessors):
        asked = AssessorIn(
            login=account.login,
            employer=UNITS[place % len(UNITS)],
            specialties=SPECIALTIES[place % len(SPECIALTIES)],
            levels=tuple(Level),
            first_day=on,
            last_day=on.replace(year=on.year + 2),
        )
        with clock.morning_of(on):
            row = await appointments.register(asked, by=of.first, on=on)
            await appointments.confirm(row.id, by=of.second, on=on)
    tie = TieIn(name="浦岸智能装备股份有限公司（演示）", reason="配偶在该公司任职")
    await appointments.declare(tie, by=of.assessors[0], on=on)
    ended = appointments.EndIn(reason="工作调动，本人提出")
    await appointments.end(row.id, ended, by=of.first, on=on + 30 * DAY)
    await appointments.confirm(row.id, by=of.second, on=on + 30 * DAY)


async def evaluate(cases: Cases, of: Office, vault: Vault, today: date) -> None:
    """Bring every application to where its story ends."""
    await _decided(cases, of, vault, today)
    await _before_the_public(cases, of, vault, today)
    await _at_work(cases, of, today)


async def _decided(cases: Cases, of: Office, vault: Vault, today: date) -> None:
    """What was drawn long enough ago that its publication is over."""
    began = today - 34 * DAY
    granted, refused = cases.get("evaluated", []), cases.get("rejected", [])
    reviewed = [case for end in REVIEWED for case in cases.get(end, [])]
    if granted:
        against = [*refused, *reviewed]
        await evaluation.vote([*granted, *against], of, began, against=against)
        for case in granted:
            row = await evaluation.publish(await _now(case), of, began + 8 * DAY)
            objection, _ = await evaluation.object_to(row, vault, began + 9 * DAY, anonymous=False)
            with clock.morning_of(began + 10 * DAY):
                await rulings.take_up(objection.id, by=of.third)
            asked = RulingIn(ruling=Ruling.DISMISS, reasons="经核对合同登记和往来邮件，属实。")
            with clock.morning_of(began + 11 * DAY):
                await rulings.decide(objection.id, asked, by=of.chief, on=began + 11 * DAY)
            await evaluation.end(row, began + 20 * DAY)
            await evaluation.grant(await _now(case), of, began + 21 * DAY)
        for case in refused:
            await evaluation.refuse(await _now(case), of, began + 21 * DAY)
        for end in REVIEWED:
            for case in cases.get(end, []):
                await _review(case, end, of, today - 2 * DAY)
    for level in Level:
        ripe = [case for case in cases.get("ended", []) if case.level == level]
        if ripe:
            await evaluation.vote(ripe, of, today - 18 * DAY)
        for case in ripe:
            row = await evaluation.publish(await _now(case), of, today - 10 * DAY)
            await evaluation.end(row, today - DAY)


async def _review(case: Application, end: str, of: Office, on: date) -> None:
    await evaluation.refuse(await _now(case), of, on, by=of.second)
    owner = await Account.objects().get(Account.person == case.person)
    assert owner is not None, "applicants have accounts"
    asked = ReviewIn(grounds="评审时没有看到两份合同的登记证明，现已补全。")
    with clock.morning_of(on + DAY):
        row = await reviews.ask(case.id, asked, by=owner, on=on + DAY)
        outcome = Outcome.REOPEN if end == "review-reopened" else Outcome.STAND
        said = OutcomeIn(outcome=outcome, reasons="经核对登记证明和评审记录。")
        if end != "reviewed":
            await reviews.propose(row.id, said, by=of.third)
        if end in {"review-stands", "review-reopened"}:
            await reviews.decide(row.id, said, by=of.chief, on=on + DAY)


async def _before_the_public(cases: Cases, of: Office, vault: Vault, today: date) -> None:
    shown = ("published", "objected", "held", "rechecked")
    passed = [case for end in ("voted", *shown) for case in cases.get(end, [])]
    failed = cases.get("not-passed", [])
    if not passed:
        return
    await evaluation.vote([*passed, *failed], of, today - 9 * DAY, against=failed)
    for end in shown:
        for case in cases.get(end, []):
            row = await evaluation.publish(await _now(case), of, today - DAY)
            if end == "objected":
                await evaluation.object_to(row, vault, today, anonymous=True)
            if end == "published":
                other, _ = await evaluation.object_to(row, vault, today, anonymous=True)
                aside = ReasonsIn(reasons="所反映的是另一单位的合同，与这份申请无关。")
                await rulings.decline(other.id, aside, by=of.chief, on=today)
            if end in {"held", "rechecked"}:
                held = await evaluation.hold(row, of, vault, today)
            if end == "rechecked":
                asked = RulingIn(ruling=Ruling.RECHECK, reasons="一份合同的当事人与登记不符。")
                await rulings.decide(held.id, asked, by=of.chief, on=today)


async def _at_work(cases: Cases, of: Office, today: date) -> None:
    committed = cases.get("committed", [])
    if committed:
        with clock.morning_of(today - DAY):
            panel = await evaluation.commit(committed, of, today - DAY)
            await draws.add_word(panel.id, WordIn(word=evaluation.WORD), by=of.second)
    for case in cases.get("failed", []):
        await _fails(case, of, today - 6 * DAY)
    for end, level in product(("drawn", "scored", "meeting", "abandoned"), Level):
        found = [case for case in cases.get(end, []) if case.level == level]
        if not found:
            continue
        panel = await evaluation.draw(found, of, today - 6 * DAY)
        if end == "abandoned":
            because = ReasonIn(reason="两名成员同期出差，无法按期评审。")
            for officer in (of.third, of.chief):
                await abandonment.abandon(panel.id, because, by=officer)
        elif end != "drawn":
            await evaluation.score(panel, of, today - 3 * DAY)
        if end == "meeting":
            with clock.morning_of(today):
                members = await evaluation.sitting(panel, of)
                there = AttendanceIn(present=[member.id for member in members])
                await meetings.open_meeting(panel.id, there, by=of.second, on=today, vault=of.vault)
                first = (await seats.cases(panel.id))[0]
                await meetings.vote(first.id, VoteIn(choice=Choice.YES), by=members[0], on=today)


async def _fails(case: Application, of: Office, on: date) -> None:
    """A draw after which too many declare a tie: those left are fewer than a panel needs."""
    person = await people.row(case.person)
    tie = TieIn(name=person.name or "", reason="为申请人授过课")
    with clock.morning_of(on):
        secret = await evaluation.thrown()
        panel = await evaluation.commit([case], of, on)
        await draws.add_word(panel.id, WordIn(word=evaluation.WORD), by=of.second)
        for account in of.assessors[: -FEW - 1]:
            await appointments.declare(tie, by=account, on=on)
        await draws.reveal(panel.id, SecretIn(secret=secret), by=of.first, on=on)


async def _now(case: Application) -> Application:
    row = await Application.objects().get(Application.id == case.id)
    assert row is not None, "it is on record"
    return row
