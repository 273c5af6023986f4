"""The employer in a publication: named while the applicant agrees, and no longer."""

import pytest

from registry import people
from registry.tables import Employment
from seeds import evaluation
from tests.conftest import NewClient
from tests.credentials.panels.cases import DAY, accepted, make_office, now, owner
from tests.credentials.panels.test_pages import at, text
from tests.factories import Clock
from tests.forms import send

pytestmark = pytest.mark.anyio


async def test_an_employer_is_named_while_the_applicant_agrees(
    new_client: NewClient, time: Clock
) -> None:
    time.pass_by(days=6)
    office = await make_office(3)
    case = await accepted(office)
    person = await owner(case)
    holder, visitor = await at(new_client, person), new_client()
    here = f"/applications/{case.id}/result"
    gone = await send(holder, here, {"act": "take-back"})
    assert gone.status_code == 409
    assert (await send(holder, here, {"act": "agree"})).status_code == 303
    assert (await send(holder, here, {"act": "take-back"})).status_code == 303
    assert "您已同意" not in await text(holder, here)
    assert (await send(holder, here, {"act": "agree"})).status_code == 303

    await evaluation.vote([case], office, DAY)
    row = await evaluation.publish(await now(case), office, DAY)
    post = await Employment.objects().get(Employment.person == person.person)
    assert post is not None
    assert row.unit == post.employer
    assert post.employer in await text(visitor, "/results")
    name = (await people.row(person.person)).name
    assert name is not None
    assert name not in await text(visitor, "/results")

    assert "撤回同意" in await text(holder, here)
    assert (await send(holder, here, {"act": "take-back"})).status_code == 303
    assert post.employer not in await text(visitor, "/results")
    assert case.reference in await text(visitor, "/results")
