"""Carries applications through the whole procedure, as real acts of real accounts on real days.

Used by the demonstration and by tests: name how far, and everything before that happens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from credentials import decisions
from credentials.decisions import GroundsIn, ProposalIn
from credentials.panels import draws, meetings, objections, publicity, rulings, seats, sheets
from credentials.panels.draws import CommitmentIn, SecretIn, WordIn
from credentials.panels.meetings import AttendanceIn, VoteIn
from credentials.panels.objections import ObjectionIn
from credentials.panels.sheets import ScoreIn, SheetIn
from credentials.panels.tables import Objection, Panel, Publication
from credentials.panels.words import Choice, SeatState
from credentials.tables import Application
from credentials.words import Level, Proposal
from registry.platform import clock
from registry.platform.vault import Vault
from registry.tables import Account

SECRET = "seven dice: 4 1 6 2 2 5 3, thrown at the office"  # noqa: S105 -- of a draw
WORD = "上证指数收盘 3388.06"
GRANTED = "公示期满无异议，材料和评审程序齐全。"
NOT_PASSED = "评审组表决未达到会成员的三分之二。"
SCORED, MET, PUBLISHED = timedelta(days=3), timedelta(days=7), timedelta(days=8)
"""After the day a panel is drawn."""


@dataclass(frozen=True)
class Office:
    """Who acts: three officers and one more to decide; every assessor's account; the vault."""

    first: Account
    second: Account
    third: Account
    chief: Account
    assessors: Sequence[Account]
    vault: Vault


async def draw(cases: Sequence[Application], office: Office, on: date) -> Panel:
    """One officer commits and reveals, another adds a word."""
    with clock.morning_of(on):
        secret = await thrown()
        panel = await commit(cases, office, on)
        await draws.add_word(panel.id, WordIn(word=WORD), by=office.second)
        return await draws.reveal(panel.id, SecretIn(secret=secret), by=office.first, on=on)


async def thrown() -> str:
    """The secret of the next draw: no two have the same."""
    before = await Panel.count()
    return f"{SECRET}, {before + 1}" if before else SECRET


async def commit(cases: Sequence[Application], office: Office, on: date) -> Panel:
    """Freeze the pool for some applications."""
    asked = CommitmentIn(
        level=Level(cases[0].level),
        applications=[case.id for case in cases],
        secret=await thrown(),
    )
    return await draws.commit(asked, by=office.first, on=on)


async def sitting(panel: Panel, office: Office) -> list[Account]:
    """The accounts of those who sit, in the order drawn."""
    by_id = {account.id: account for account in office.assessors}
    return [
        by_id[seat["account"]]
        for seat in await seats.seated(panel.id)
        if seat["state"] == SeatState.SEATED
    ]


async def score(panel: Panel, office: Office, on: date, *, but: Sequence[Account] = ()) -> None:
    """Every member hands in a sheet for every application; one of them is far from the others.

    `but` are members who hand in none.
    """
    left_out = {each.id for each in but}
    with clock.morning_of(on):
        for place, member in enumerate(await sitting(panel, office)):
            for case in await seats.cases(panel.id):
                if member.id in left_out or not await seats.reviewing(case):
                    continue
                lines = await sheets.criteria(panel, case)
                given = {
                    line.code: ScoreIn(points=78 + (place * 3 + number * 5 + case.place) % 14)
                    for number, line in enumerate(lines)
                }
                if place == 2:
                    given = {
                        code: ScoreIn(points=38, note="材料只说明参与，看不出本人承担的工作。")
                        for code in given
                    }
                await sheets.hand_in(case.id, SheetIn(scores=given), by=member, on=on)


async def meet(
    panel: Panel, office: Office, on: date, *, against: Sequence[Application] = ()
) -> Panel:
    """All members attend; all say yes, but to those applications they are against."""
    refused = {case.id for case in against}
    with clock.morning_of(on):
        members = await sitting(panel, office)
        present = AttendanceIn(present=[member.id for member in members])
        await meetings.open_meeting(panel.id, present, by=office.second, on=on, vault=office.vault)
        for case in await seats.cases(panel.id):
            choice = Choice.NO if case.application in refused else Choice.YES
            for member in members:
                await meetings.vote(case.id, VoteIn(choice=choice), by=member, on=on)
        return await meetings.close_meeting(panel.id, by=office.second, on=on, vault=office.vault)


async def vote(
    cases: Sequence[Application], office: Office, on: date, *, against: Sequence[Application] = ()
) -> Panel:
    """Accepted applications through draw, scores, meeting and vote, from a day on."""
    panel = await draw(cases, office, on)
    await score(panel, office, on + SCORED)
    return await meet(panel, office, on + MET, against=against)


async def publish(case: Application, office: Office, on: date) -> Publication:
    """The result goes before the public."""
    with clock.morning_of(on):
        return await publicity.publish(case.id, by=office.second, on=on)


async def object_to(
    publication: Publication, vault: Vault, on: date, *, anonymous: bool
) -> tuple[Objection, str]:
    """Somebody objects."""
    who = {} if anonymous else {"name": "何某", "contact": "hemou@people.example"}
    asked = ObjectionIn(
        publication=publication.id,
        anonymous=anonymous,
        grounds="申请材料中的转让项目由课题组自行谈成，与申请人无关。",
        **who,
    )
    with clock.morning_of(on):
        return await objections.object_to(asked, vault=vault, on=on)


async def hold(publication: Publication, office: Office, vault: Vault, on: date) -> Objection:
    """An objection comes in and is taken up."""
    objection, _ = await object_to(publication, vault, on, anonymous=True)
    with clock.morning_of(on):
        return await rulings.take_up(objection.id, by=office.third)


async def end(publication: Publication, on: date) -> bool:
    """The period passes."""
    with clock.morning_of(on):
        return await publicity.end(publication.id, on=on)


async def grant(case: Application, office: Office, on: date) -> None:
    """An officer who has not published it decides."""
    with clock.morning_of(on):
        await decisions.grant(case.id, GroundsIn(grounds=GRANTED), by=office.chief, on=on)


async def refuse(case: Application, office: Office, on: date, *, by: Account | None = None) -> None:
    """What the panel did not pass is refused, by two officers; the chief unless another decides."""
    with clock.morning_of(on):
        asked = ProposalIn(proposal=Proposal.REFUSE, grounds=NOT_PASSED)
        await decisions.propose(case.id, asked, by=office.first)
        decider = by or office.chief
        await decisions.refuse(case.id, GroundsIn(grounds=NOT_PASSED), by=decider, on=on)
