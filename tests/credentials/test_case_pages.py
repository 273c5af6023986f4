"""Pages of cases: what an officer sees, and that nobody decides alone."""

import re

import pytest

from credentials import applications
from credentials.tables import Credential
from credentials.words import Proposal, Status
from registry.platform.permissions import Role
from registry.platform.tables import AuditEntry
from tests.conftest import Client, NewClient
from tests.credentials.cases import applicant_at, drafted, now, officer_at, owner, proposed, read
from tests.factories import (
    make_account,
    make_applicant,
    make_submitted,
)
from tests.forms import assert_refused, send

pytestmark = pytest.mark.anyio


async def test_an_officer_does_not_see_drafts(client: Client) -> None:
    case = await drafted(await make_applicant())
    await officer_at(client)
    assert (await client.get(f"/queue/{case.id}")).status_code == 404
    assert case.reference not in (await client.get("/queue")).text


async def test_each_side_has_its_own_pages(new_client: NewClient) -> None:
    officer, applicant = new_client(), new_client()
    await officer_at(officer)
    await applicant_at(applicant)
    assert (await officer.get("/applications")).status_code == 403
    assert (await applicant.get("/queue")).status_code == 403
    door = (await new_client().get("/applications")).headers["location"]
    assert door == "/sign-in?next=/applications"


async def test_reading_a_case_is_noted_and_shows_no_identity_number(client: Client) -> None:
    case = await make_submitted(await make_applicant())
    officer = await officer_at(client)
    text = await read(client, f"/queue/{case.id}")
    assert re.search(r"390\*+\d{3}[\dX]", text)
    assert not re.search(r"\d{17}", text)
    noted = await AuditEntry.objects().where(
        AuditEntry.action == "application.read", AuditEntry.subject == f"application:{case.id}"
    )
    assert [line.account for line in noted] == [officer.id]


async def test_the_queue_tells_what_one_may_decide(client: Client) -> None:
    officer, other = await officer_at(client), await make_account(Role.OFFICER)
    assert "没有等待办理的申请" in await read(client, "/queue")
    own = await proposed(await make_applicant(), officer)
    theirs = await proposed(await make_applicant(), other)
    fresh = await make_submitted(await make_applicant())
    text = await read(client, "/queue")
    places = [
        text.index(words) for words in ("等您复核决定（1 份）", "等待审查（1 份）", "由您拟定")
    ]
    references = [text.index(case.reference) for case in (theirs, fresh, own)]
    assert sorted([*places, *references]) == [
        places[0], references[0], places[1], references[1], places[2], references[2],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "typed", "field", "kept"),
    [
        ("return", {"grounds": ""}, "return-grounds", ""),
        ("proposal", {"grounds": "看过了"}, "proposal-proposal", "看过了"),
        ("proposal", {"proposal": "grant"}, "proposal-grounds", 'value="grant" checked'),
    ],
)
async def test_a_form_not_filled_in_is_refused_alone(
    client: Client, act: str, typed: dict[str, str], field: str, kept: str
) -> None:
    case = await make_submitted(await make_applicant())
    await officer_at(client)
    at = f"/queue/{case.id}"
    answer = await send(client, at, typed, to=f"{at}/{act}")
    assert_refused(answer, field, "请填写此项")
    assert kept in re.sub(r"\s+", " ", answer.text)
    assert len(set(re.findall(r'id="((?:return|proposal)-\w+)-error"', answer.text))) == 1
    assert (await now(case)).status == Status.SUBMITTED


async def test_a_returned_application_waits_for_the_applicant(client: Client) -> None:
    case = await make_submitted(await make_applicant())
    await officer_at(client)
    at = f"/queue/{case.id}"
    done = await send(client, at, {"grounds": "请补登记证明"}, to=f"{at}/return")
    assert (done.status_code, done.headers["location"]) == (303, at)
    text = await read(client, at)
    assert "等申请人补正" in text
    assert f"{at}/proposal" not in text


async def test_whoever_prepared_a_decision_cannot_make_it(client: Client) -> None:
    officer = await officer_at(client)
    case = await proposed(await make_applicant(), officer)
    at = f"/queue/{case.id}"
    text = await read(client, at)
    assert "拟定的人不能决定" in text
    assert 'name="decision"' not in text
    for decision in ("grant", "refuse", "send-back"):
        typed = {"grounds": "自己写的理由", "decision": decision}
        answer = await send(client, at, typed, to=f"{at}/decision")
        assert answer.status_code == 403
        assert "须由另一位经办人决定" in answer.text
        assert "自己写的理由" in answer.text
    assert (await now(case)).status == Status.PROPOSED
    assert await Credential.count() == 0


async def test_a_decision_says_which_and_why(client: Client) -> None:
    case = await proposed(await make_applicant(), await make_account(Role.OFFICER))
    await officer_at(client)
    at = f"/queue/{case.id}"
    assert "另一位人员拟定的意见" in await read(client, at)
    without = await send(client, at, {"decision": "grant"}, to=f"{at}/decision")
    assert_refused(without, "decision-grounds", "请填写此项")
    neither = await send(client, at, {"grounds": "同意"}, to=f"{at}/decision")
    assert_refused(neither, "decision-grounds", "请选择授予、不予授予或退回重拟")
    assert "同意</textarea>" in neither.text
    assert (await now(case)).status == Status.PROPOSED


@pytest.mark.parametrize(
    ("proposal", "decision", "status", "words"),
    [
        (Proposal.GRANT, "grant", Status.GRANTED, "决定授予"),
        (Proposal.REFUSE, "refuse", Status.REFUSED, "决定不予授予"),
        (Proposal.REFUSE, "send-back", Status.SUBMITTED, "退回重拟"),
    ],
)
async def test_another_officer_decides(
    client: Client, proposal: Proposal, decision: str, status: Status, words: str
) -> None:
    case = await proposed(await make_applicant(), await make_account(Role.OFFICER), proposal)
    await officer_at(client)
    at = f"/queue/{case.id}"
    offered = re.findall(r'name="decision" value="([\w-]+)"', await read(client, at))
    assert offered == [proposal, "send-back"]
    typed = {"grounds": "独立核对过", "decision": decision}
    done = await send(client, at, typed, to=f"{at}/decision")
    assert (done.status_code, done.headers["location"]) == (303, at)
    assert (await now(case)).status == status
    text = await read(client, at)
    assert f"<strong>{words}</strong>" in text
    assert "独立核对过" in text
    credential = await Credential.objects().get(Credential.application == case.id)
    assert (credential is not None) == (decision == "grant")
    assert ('action="/certificates/issue"' in text) == (decision == "grant")
    if credential is not None:
        assert f'name="credential" value="{credential.id}"' in text


async def test_nobody_decides_against_the_proposal(client: Client) -> None:
    case = await proposed(await make_applicant(), await make_account(Role.OFFICER))
    await officer_at(client)
    at = f"/queue/{case.id}"
    typed = {"grounds": "我看不行", "decision": "refuse"}
    answer = await send(client, at, typed, to=f"{at}/decision")
    assert answer.status_code == 422
    assert "决定须与拟定的意见一致" in answer.text
    assert "我看不行</textarea>" in answer.text
    assert (await now(case)).status == Status.PROPOSED


async def test_a_case_decided_meanwhile_changes_nothing_and_keeps_the_words(
    client: Client,
) -> None:
    case = await make_submitted(await make_applicant())
    await officer_at(client)
    await applications.withdraw(case.id, by=await owner(case))
    at = f"/queue/{case.id}"
    answer = await send(client, at, {"grounds": "请补登记证明"}, to=f"{at}/return")
    assert answer.status_code == 409
    assert "请补登记证明" in answer.text
    assert (await now(case)).status == Status.WITHDRAWN
