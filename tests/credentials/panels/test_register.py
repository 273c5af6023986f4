"""What the register of assessors tells the rest of the house about an account."""

import importlib

import pytest

from registry import people
from registry.integrity import panels
from registry.integrity.ties import PanelRefused
from registry.platform.db import rows
from registry.platform.permissions import Role
from registry.tables import Account
from tests.credentials.panels.cases import make_assessor
from tests.factories import make_account, make_applicant, vault
from tests.registry.integrity.cases import LATER, a_draft, noticed, panel

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


async def as_stored(account: Account) -> Account:
    row = await Account.objects().get(Account.id == account.id)
    assert row is not None
    return row


async def test_an_assessor_does_not_sit_on_their_own_case() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    number = (await people.find(person.person, by=person)).number
    assessor = await make_assessor(number=number, employer="评审单位")
    known = await as_stored(assessor)
    assert (known.same_as, known.employer) == (person.person, "评审单位")
    case = await noticed(person, officer)
    draft = a_draft([each.id for each in (assessor, *await panel(2))])
    with pytest.raises(PanelRefused, match="当事人本人"):
        await panels.convene(case.id, draft, by=officer, on=LATER, vault=vault())


async def test_those_registered_before_are_told_apart_too() -> None:
    person = await make_applicant()
    number = (await people.find(person.person, by=person)).number
    first, second = await make_assessor(number=number), await make_assessor(employer="另一单位")
    known = {Account.same_as: None, Account.employer: None}
    await Account.update(known).where(Account.id.is_in([first.id, second.id]))
    migration = importlib.import_module("credentials.piccolo_migrations.credentials_assessors")
    for statement in migration.FORWARDS:
        await rows(statement)
    assert (await as_stored(first)).same_as == person.person
    later = await as_stored(second)
    assert (later.same_as, later.employer) == (None, "另一单位")
