"""What holders ask for and officers propose about levels: every state of it, demonstrated."""

from collections.abc import Iterator
from datetime import date, timedelta

from certificates import succession
from credentials.decisions import GroundsIn, ProposalIn
from credentials.standing import changes, proposals, renewals, requests
from credentials.standing.proposals import StandingIn
from credentials.standing.requests import NameIn, RenewalIn
from credentials.tables import Credential, HolderRequest
from credentials.words import Act, Proposal, StandingReason
from registry import people, profile
from registry.platform import clock
from registry.tables import Account
from seeds import stories
from seeds.cast import Cast
from seeds.papers import paper
from training import ledger
from training.ledger import HoursIn
from training.words import Mode, Module

YEARS = (2024, 2025)
"""Those of the period that the first edition's levels were granted for."""
DAYS = 9
"""Whole class days that make the hours of a year."""
MINUTES_OF_A_DAY = 480
REASON = "经核对，材料和学时齐全。"
AGAINST = "经核对，所附材料不足以证明。"


async def follow(cast: Cast, clerk: Account, officers: tuple[Account, Account]) -> None:
    """Let levels lapse, and bring every story to where what they ask for ends."""
    today = clock.today()
    for over in await Credential.objects().where(Credential.valid_until < today):
        await changes.lapse(over.id, on=today)
    for login, asks in _asking():
        account = await Account.objects().get(Account.login == login)
        assert account is not None, "everybody in the stories has an account"
        held = await Credential.objects().get(Credential.person == account.person)
        assert held is not None, "those who ask hold a level"
        what, _, end = asks.partition("-")
        if what == "renewal":
            await _learn(cast, account, clerk)
            await _renewal(cast, held, account, officers, end)
        elif what == "name":
            await _name(cast, held, account, officers, end)
        else:
            await _suspension(held, officers, end)


def _asking() -> Iterator[tuple[str, str]]:
    for place, story in enumerate(stories.told()):
        if story.asks:
            yield stories.login(place), story.asks


async def _learn(cast: Cast, account: Account, clerk: Account) -> None:
    person = await people.find(account.person, by=account)
    for year in YEARS:
        for day in range(1, DAYS + 1):
            on = date(year, 9, day)
            asked = HoursIn(
                person=person.number,
                reference=f"{person.number}-{on:%Y%m%d}",
                course="技术转移继续教育",
                module=Module.CONTINUING_PROFESSIONAL,
                mode=Mode.LIVE_ONLINE,
                held_on=on,
                minutes=MINUTES_OF_A_DAY,
            )
            with clock.morning_of(on):
                await ledger.record(asked, by=clerk, on=on, vault=cast.vault)


async def _renewal(
    cast: Cast, held: Credential, account: Account, officers: tuple[Account, Account], end: str
) -> None:
    # As late as the window allows, however long ago the first edition was.
    on = min(
        clock.today() - timedelta(days=3), (await renewals.look(held, clock.today())).window.closes
    )
    with clock.morning_of(on):
        row = await requests.ask_renewal(held.id, RenewalIn(), by=account, on=on)
        if end == "asked":
            await requests.withdraw(row.id, by=account)
            row = await requests.ask_renewal(held.id, RenewalIn(), by=account, on=on)
    await _answer(row, officers, end, on)
    if end == "granted":
        await _paper(cast, held, officers[1], on)


async def _name(
    cast: Cast, held: Credential, account: Account, officers: tuple[Account, Account], end: str
) -> None:
    on = clock.today() - timedelta(days=3)
    person = await people.row(account.person)
    with clock.morning_of(on):
        file = paper("household.pdf", "An extract of a household register")
        kept = await profile.keep(file, by=account)
        asked = NameIn(name=f"{person.name}之", evidence=kept, grounds="登记时漏写一字。")
        row = await requests.ask_name(asked, by=account, on=on)
    await _answer(row, officers, end, on)
    if end == "granted":
        await _paper(cast, held, officers[1], on)


async def _answer(
    row: HolderRequest, officers: tuple[Account, Account], end: str, on: date
) -> None:
    refusing = end == "refused"
    proposal = Proposal.REFUSE if refusing else Proposal.GRANT
    reply = ProposalIn(proposal=proposal, grounds=AGAINST if refusing else REASON)
    with clock.morning_of(on):
        if end != "asked":
            await requests.propose(row.id, reply, by=officers[0])
        if end in {"granted", "refused"}:
            await requests.decide(row.id, reply, by=officers[1], on=on)


async def _paper(cast: Cast, held: Credential, by: Account, on: date) -> None:
    await succession.follow(held.id, by=by, on=on, settings=cast.settings, signer=cast.signer)


async def _suspension(held: Credential, officers: tuple[Account, Account], end: str) -> None:
    """A holder goes abroad and asks the office to suspend the level meanwhile."""
    first, second = officers
    on = clock.today() - timedelta(days=20)
    asked = {
        "act": Act.SUSPEND,
        "reason": StandingReason.REQUEST,
        "until": on + timedelta(days=180),
        "grounds": "本人出国进修，申请暂停。",
    }
    agreed = GroundsIn(grounds="本人书面申请属实。")
    with clock.morning_of(on):
        row = await proposals.propose(held.id, StandingIn(**asked), by=first, on=on)
        if end == "dropped":
            await proposals.drop(row.id, GroundsIn(grounds="本人已撤回申请。"), by=second)
        if end == "lifted":
            await proposals.decide(row.id, agreed, by=second, on=on)
    if end != "lifted":
        return
    on += timedelta(days=10)
    back = StandingIn(act=Act.LIFT, reason=StandingReason.REQUEST, grounds="本人提前回国。")
    with clock.morning_of(on):
        row = await proposals.propose(held.id, back, by=first, on=on)
        await proposals.decide(row.id, agreed, by=second, on=on)
