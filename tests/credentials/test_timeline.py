"""Where an application is, whose move it is, and until when: for its applicant."""

import re
from datetime import date

import pytest

from credentials import decisions
from credentials.decisions import GroundsIn
from registry.platform.permissions import Role
from tests.conftest import Client
from tests.credentials.cases import applicant_at, drafted, proposed, read
from tests.factories import Clock, make_account, make_submitted

pytestmark = pytest.mark.anyio


async def test_it_is_the_offices_move_until_its_last_day_then_the_applicants(
    client: Client, time: Clock
) -> None:
    account = await applicant_at(client)
    case = await make_submitted(account)
    seen = (await client.get(f"/api/applications/{case.id}")).json()
    assert (seen["mover"], seen["until"], seen["provisional"]) == ("office", "2026-07-28", False)
    text = await read(client, f"/applications/{case.id}")
    assert re.search(r"现在由谁办理</strong>：登记机构", text)
    assert "最晚办结： 2026年7月28日" in text
    officer = await make_account(Role.OFFICER)
    await decisions.return_for_supplement(case.id, GroundsIn(grounds="请补充"), by=officer)
    seen = (await client.get(f"/api/applications/{case.id}")).json()
    assert (seen["mover"], seen["until"]) == ("applicant", "2026-07-21")
    assert "请最晚于此日补正： 2026年7月21日" in await read(client, f"/applications/{case.id}")


async def test_what_is_decided_waits_for_nobody(client: Client, time: Clock) -> None:
    account = await applicant_at(client)
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    case = await proposed(account, first)
    await decisions.grant(case.id, GroundsIn(grounds="同意"), by=second, on=date(2026, 7, 1))
    seen = (await client.get(f"/api/applications/{case.id}")).json()
    assert (seen["mover"], seen["until"]) == ("nobody", None)
    assert "现在由谁办理" not in await read(client, f"/applications/{case.id}")


async def test_a_draft_is_the_applicants_and_the_confirmation_offers_the_receipt(
    client: Client, time: Clock
) -> None:
    account = await applicant_at(client)
    draft = await drafted(account)
    seen = (await client.get(f"/api/applications/{draft.id}")).json()
    assert (seen["mover"], seen["until"]) == ("applicant", None)
    other = await make_submitted_again(client)
    assert f"/applications/{other}/receipt" in await read(
        client, f"/applications/{other}/confirmation"
    )


async def make_submitted_again(client: Client) -> str:
    account = await applicant_at(client)
    return str((await make_submitted(account)).id)
