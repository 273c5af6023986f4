"""Pages of applications: what an applicant sees, how they refuse, what they keep and tell."""

from html import unescape

import pytest

from credentials import applications, decisions, policy
from credentials.applications import LONGEST_STATEMENT
from credentials.decisions import GroundsIn, ProposalIn
from credentials.tables import Application, Determination
from credentials.words import Proposal, Status
from registry.platform import clock, steps
from registry.platform.permissions import Role
from tests.conftest import Client, NewClient
from tests.credentials.cases import applicant_at, drafted, now, read
from tests.factories import (
    DAY,
    make_account,
    make_applicant,
    make_granted,
    make_hours,
    make_submitted,
    sign_in,
)
from tests.forms import assert_refused, send

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("time")]


async def test_somebody_else_s_application_is_not_there(client: Client) -> None:
    theirs = await drafted(await make_applicant(name="王不见"), "别人的说明")
    await applicant_at(client)
    at = f"/applications/{theirs.id}"
    assert (await client.get(at)).status_code == 404
    assert (await client.get(f"{at}/confirmation")).status_code == 404
    for act in ("statement", "submission", "withdrawal"):
        answer = await send(client, "/applications", {"statement": "改写"}, to=f"{at}/{act}")
        assert answer.status_code == 404, act
        assert "别人的说明" not in answer.text
    assert (await now(theirs)).statement == "别人的说明"


@pytest.mark.parametrize(
    ("level", "words"), [("", "请填写此项"), ("master", "请从列出的选项中选择")]
)
async def test_a_level_must_be_chosen(client: Client, level: str, words: str) -> None:
    await applicant_at(client)
    assert_refused(await send(client, "/applications", {"level": level}), "level", words)
    assert await Application.count() == 0


async def test_a_second_application_of_a_level_is_refused(client: Client) -> None:
    case = await drafted(await applicant_at(client))
    page = await read(client, "/applications")
    assert case.reference in page
    assert 'value="junior"' not in page
    again = await send(client, "/applications", {"level": "junior"})
    assert again.status_code == 409
    assert "您已有一份这一等级的申请在办" in again.text
    assert await Application.count() == 1


async def test_a_draft_is_saved_left_and_taken_up_again(new_client: NewClient) -> None:
    client = new_client()
    account = await applicant_at(client)
    begun = await send(client, "/applications", {"level": "junior"})
    at = begun.headers["location"]
    saved = await send(client, at, {"statement": "两项成果的转让"}, to=f"{at}/statement")
    assert (saved.status_code, saved.headers["location"]) == (303, at)
    elsewhere = new_client()
    await sign_in(elsewhere, account)
    assert at in (await elsewhere.get("/applications")).text
    assert "两项成果的转让</textarea>" in await read(elsewhere, at)


async def test_a_statement_too_long_is_refused_and_kept(client: Client) -> None:
    case = await drafted(await applicant_at(client), "原来的")
    at, typed = f"/applications/{case.id}", "长" * (LONGEST_STATEMENT + 1)
    answer = await send(client, at, {"statement": typed}, to=f"{at}/statement")
    assert_refused(answer, "statement", f"最多 {LONGEST_STATEMENT} 个字")
    assert typed in answer.text
    assert (await now(case)).statement == "原来的"


async def test_what_is_missing_for_a_submission_is_said_beside_it(client: Client) -> None:
    account = await make_account()
    await sign_in(client, account)
    case = await drafted(account)
    at = f"/applications/{case.id}"
    answer = await send(client, at, {"statement": ""}, to=f"{at}/submission")
    assert_refused(answer, "statement", "请填写工作情况说明")
    assert '<a href="#identity">' in answer.text
    assert (await now(case)).status == Status.DRAFT


async def test_conditions_not_met_are_shown_clause_by_clause(client: Client) -> None:
    account = await applicant_at(client)
    await make_hours(account, 900)
    case = await drafted(account)
    at = f"/applications/{case.id}"
    answer = await send(client, at, {"statement": "工作说明"}, to=f"{at}/submission")
    assert answer.status_code == 422
    text = unescape(answer.text)
    assert "不满足条件" in text
    assert "要求：不少于 40 学时 · 现有：20 学时" in text
    assert "工作说明</textarea>" in text
    assert ((await now(case)).status, await Determination.count()) == (Status.DRAFT, 0)


async def test_missing_evidence_is_possible_and_not_refused(client: Client) -> None:
    account = await make_account()
    await sign_in(client, account)
    case = await drafted(account)
    text = await read(client, f"/applications/{case.id}")
    assert "缺证据" in text
    assert "reg-checks__item--not-checked" in text


async def test_the_edition_its_source_and_its_standing_are_said(client: Client) -> None:
    case = await drafted(await applicant_at(client))
    chinese = await read(client, f"/applications/{case.id}")
    edition = await policy.in_force("evaluation", clock.today())
    assert f"版本 {edition.document.edition}" in chinese
    assert "技术经理人水平评价条件（示例）" in chinese
    assert "不是主管部门公布的规定" in chinese
    english = await read(client, f"/applications/{case.id}?lang=en")
    assert "Conditions for the evaluation of technology managers (illustrative)" in english
    assert "40 class hours" in english


async def test_a_submission_is_confirmed_once_and_can_be_returned_to(client: Client) -> None:
    account = await applicant_at(client)
    await make_hours(account, 1800)
    case = await drafted(account)
    at = f"/applications/{case.id}"
    assert (await client.get(f"{at}/confirmation")).headers["location"] == at
    done = await send(client, at, {"statement": "工作说明"}, to=f"{at}/submission")
    assert (done.status_code, done.headers["location"]) == (303, f"{at}/confirmation")
    for _ in range(2):
        assert case.reference in await read(client, f"{at}/confirmation")
    again = await send(client, at, {"statement": "改过的说明"}, to=f"{at}/submission")
    assert again.status_code == 409
    assert "改过的说明" in again.text
    assert (await now(case)).statement == "工作说明"
    assert [step["step"] for step in await steps.history(case.id)] == ["submit"]


async def test_an_applicant_reads_what_is_asked_but_not_what_officers_write_each_other(
    client: Client,
) -> None:
    account, officer = await applicant_at(client), await make_account(Role.OFFICER)
    case = await make_submitted(account)
    at = f"/applications/{case.id}"
    await decisions.return_for_supplement(case.id, GroundsIn(grounds="请补登记证明"), by=officer)
    assert "请补登记证明" in await read(client, "/applications")
    assert "请补登记证明" in await read(client, at)
    await applications.submit(case.id, by=account, on=DAY)
    asked = ProposalIn(proposal=Proposal.REFUSE, grounds="内部的考虑")
    await decisions.propose(case.id, asked, by=officer)
    text = await read(client, at)
    assert "复核中" in text
    assert "内部的考虑" not in text
    assert "建议不予授予" not in text
    second = await make_account(Role.OFFICER)
    await decisions.refuse(case.id, GroundsIn(grounds="未能证明本人参与"), by=second, on=DAY)
    assert "未能证明本人参与" in await read(client, at)


async def test_an_application_can_be_withdrawn_until_it_is_decided(client: Client) -> None:
    account = await applicant_at(client)
    case = await make_submitted(account)
    at = f"/applications/{case.id}"
    done = await send(client, at, {}, to=f"{at}/withdrawal")
    assert (done.status_code, (await now(case)).status) == (303, Status.WITHDRAWN)
    assert f"{at}/withdrawal" not in await read(client, at)
    again = await send(client, at, {}, to=f"{at}/withdrawal")
    assert again.status_code == 409


async def test_whoever_is_granted_is_led_to_the_certificate(client: Client) -> None:
    account = await applicant_at(client)
    credential = await make_granted(account)
    text = await read(client, f"/applications/{credential.application}")
    assert "授予初级" in text
    assert 'href="/certificates"' in text
