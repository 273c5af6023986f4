"""What the tests of these pages begin with: who is signed in, and how far a case has come."""

from html import unescape

from credentials import applications, decisions
from credentials.applications import DraftIn, StatementIn
from credentials.decisions import ProposalIn
from credentials.tables import Application
from credentials.words import Level, Proposal
from registry.platform.permissions import Role
from registry.tables import Account
from tests.conftest import Client
from tests.factories import (
    DAY,
    make_account,
    make_applicant,
    make_submitted,
    sign_in,
)


async def applicant_at(client: Client, **given: str) -> Account:
    account = await make_applicant(**given)  # type: ignore[arg-type]
    await sign_in(client, account)
    return account


async def officer_at(client: Client) -> Account:
    officer = await make_account(Role.OFFICER)
    await sign_in(client, officer)
    return officer


async def drafted(account: Account, statement: str = "") -> Application:
    case = await applications.draft(DraftIn(level=Level.JUNIOR), by=account, on=DAY)
    if statement:
        await applications.save(case.id, StatementIn(statement=statement), by=account)
    return case


async def proposed(
    account: Account, by: Account, proposal: Proposal = Proposal.GRANT
) -> Application:
    case = await make_submitted(account)
    asked = ProposalIn(proposal=proposal, grounds="经核对")
    return await decisions.propose(case.id, asked, by=by)


async def now(case: Application) -> Application:
    row: Application | None = await Application.objects().get(Application.id == case.id)
    assert row is not None
    return row


async def read(client: Client, address: str) -> str:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


async def owner(case: Application) -> Account:
    row: Account | None = await Account.objects().get(Account.person == case.person)
    assert row is not None
    return row
