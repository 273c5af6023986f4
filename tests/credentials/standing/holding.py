"""People who hold levels, with learning enough, to test standing with."""

from datetime import date
from uuid import UUID, uuid4

from credentials import applications, determinations
from credentials.applications import DraftIn
from credentials.decisions import GroundsIn, ProposalIn, last_day
from credentials.determinations import EVALUATION
from credentials.standing import changes, requests
from credentials.tables import Credential, HolderRequest
from credentials.words import Level, Proposal, Standing
from registry import people
from registry.platform.db import transaction
from registry.platform.permissions import Role
from registry.tables import Account
from tests.factories import DAY, hours, make_account, vault
from training import ledger
from training.words import Module

GROUNDS = GroundsIn(grounds="经核实")
VALID_MONTHS = 36


async def make_level(account: Account, level: Level = Level.JUNIOR, on: date = DAY) -> Credential:
    """A level as `decisions.grant` gives it, without the conditions before."""
    case = await applications.draft(DraftIn(level=level), by=account, on=on)
    officer = await make_account(Role.OFFICER)
    async with transaction():
        kept, _ = await determinations.determine(
            account.person, EVALUATION, on, grade=level, application=case.id
        )
        await applications.withdraw(case.id, by=account)
        held = Credential(
            id=uuid4(),
            person=account.person,
            level=level,
            application=case.id,
            determination=kept.id,
            granted_on=on,
            valid_until=last_day(on, VALID_MONTHS),
            status=Standing.IN_FORCE,
            status_since=on,
        )
        await held.save()
        await changes.begin(held, by=officer.id, on=on)
    return held


async def make_learning(account: Account, *years: int, days: int = 9) -> None:
    """Whole days of class, eight hours of 60 minutes each, in every year; nine are enough."""
    clerk = await make_account(Role.BASE_CLERK)
    person = await people.find(account.person, by=account)
    for year in years:
        for day in range(1, days + 1):
            asked = hours(person.number, minutes=480, held_on=date(year, 5, day))
            late = {"module": Module.CONTINUING_PROFESSIONAL, "reason": "补登"}
            asked = asked.model_copy(update=late)
            await ledger.record(asked, by=clerk, on=date(year, 5, day), vault=vault())


async def decided(row: HolderRequest, on: date, proposal: Proposal = Proposal.GRANT) -> None:
    """What two officers decide about a request."""
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    reply = ProposalIn(proposal=proposal, grounds="经核实")
    await requests.propose(row.id, reply, by=first)
    await requests.decide(row.id, reply, by=second, on=on)


async def now(held: Credential | UUID) -> Credential:
    """A credential as it stands on record."""
    return await changes.find(held if isinstance(held, UUID) else held.id)
