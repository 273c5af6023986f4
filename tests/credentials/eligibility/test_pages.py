"""Pages of policies: what anybody reads and calculates, what a person sees and declares."""

from html import unescape

import pytest

from credentials import declarations, policy
from credentials.declarations import DeclarationIn
from credentials.tables import Declaration, Determination
from credentials.words import Basis
from registry.platform.tables import AuditEntry
from tests.conftest import Client
from tests.credentials.cases import applicant_at, officer_at, read
from tests.factories import DAY, make_applicant, make_hours
from tests.forms import assert_refused, send

pytestmark = pytest.mark.anyio

POINTS = "residence-points"
CALCULATOR = f"/policies/{POINTS}/calculator"
ENOUGH = {
    "age": "40",
    "education": "master",
    "permit_valid": "yes",
    "insured_now": "yes",
    "regular_months_last_12": "12",
    "serious_crime": "no",
}


async def test_anybody_reads_the_policies_in_force_with_source_and_standing(
    client: Client,
) -> None:
    listed = await read(client, "/policies")
    assert "上海市居住证积分" in listed
    assert f'href="/policies/{POINTS}/calculator"' in listed
    shown = await read(client, f"/policies/{POINTS}")
    assert "上海市人民政府" in shown
    assert "积分指标体系 基础指标：年龄" in shown
    assert "未核实" in shown
    assert "居住证签注周期" in shown
    english = await read(client, f"/policies/{POINTS}?lang=en")
    assert "Shanghai residence-permit points" in english


async def test_every_document_in_force_can_be_read_and_calculated(client: Client) -> None:
    names = [edition.document.id for edition in await policy.current(DAY)]
    assert len(names) == 10
    for name in names:
        for language in ("zh", "en"):
            page = await read(client, f"/policies/{name}?lang={language}")
            assert page.count('class="reg-tree__item"') > 5, name
            await read(client, f"/policies/{name}/calculator?lang={language}")


async def test_an_earlier_edition_is_shown_and_says_that_it_is_not_in_force(
    client: Client,
) -> None:
    shown = await read(client, f"/policies/{POINTS}?edition=2013-07-01")
    assert "这不是现行版本" in shown
    assert f'href="{CALCULATOR}"' not in shown
    assert (await client.get(f"/policies/{POINTS}?edition=1999-01-01")).status_code == 404
    assert (await client.get("/policies/no-such")).status_code == 404
    assert (await client.get("/policies/no-such/calculator")).status_code == 404


async def test_a_calculation_answers_below_the_form_and_stores_nothing(client: Client) -> None:
    audited = await AuditEntry.count()
    answer = await send(client, CALCULATOR, ENOUGH)
    assert answer.status_code == 200
    text = unescape(answer.text)
    form, _, result = text.partition('id="answer"')
    assert 'value="40"' in form
    assert '<option value="master" selected>' in form
    assert "reg-total--yes" in result
    assert "130 至" in result
    assert await Determination.count() == await Declaration.count() == 0
    assert await AuditEntry.count() == audited


async def test_what_cannot_be_calculated_with_is_said_beside_the_field_and_kept(
    client: Client,
) -> None:
    answer = await send(client, CALCULATOR, {**ENOUGH, "age": "vierzig"})
    assert_refused(answer, "age", "须为整数")
    assert 'value="vierzig"' in answer.text


async def test_amounts_are_typed_in_the_unit_that_is_shown(client: Client) -> None:
    answer = await send(client, CALCULATOR, {**ENOUGH, "invest_tax_fen": "100,000.00"})
    assert answer.status_code == 200
    assert "10 分" in unescape(answer.text)
    assert_refused(
        await send(client, CALCULATOR, {**ENOUGH, "invest_tax_fen": "0.001"}),
        "invest_tax_fen",
        "须为整数",
    )


async def test_a_route_asks_only_for_its_own_facts(client: Client) -> None:
    whole = await read(client, "/policies/talent-introduction/calculator")
    one = await read(client, "/policies/talent-introduction/calculator?grade=class_1")
    assert 0 < one.count("govuk-form-group") < whole.count("govuk-form-group") / 2
    bad = await client.get("/policies/talent-introduction/calculator?grade=class_99")
    assert bad.status_code == 422


async def test_a_person_sees_every_policy_with_points_and_what_is_missing(client: Client) -> None:
    await applicant_at(client)
    shown = await read(client, "/eligibility")
    assert shown.count('href="/eligibility/') == 10
    assert "尚不能确定" in shown
    assert "/ 120" in shown


@pytest.mark.usefixtures("time")
async def test_what_is_missing_leads_to_where_it_is_declared_and_then_counts(
    client: Client,
) -> None:
    account = await applicant_at(client)
    await make_hours(account, 480)
    at = f"/eligibility/{POINTS}"
    before = await read(client, at)
    ask = f"{at}/facts/insured_months"
    assert f'href="{ask}"' in before
    typed = {"since-year": "2016", "since-month": "6", "since-day": "30", "value": ""}
    done = await send(client, ask, typed)
    assert (done.status_code, done.headers["location"]) == (303, at)
    after = await read(client, at)
    assert "现有：120 个月" in after
    assert "本人声明，尚未核实" in after
    assert 'value="2016"' in await read(client, ask)


async def test_a_declaration_is_refused_beside_its_field(client: Client) -> None:
    await applicant_at(client)
    ask = f"/eligibility/{POINTS}/facts/spouse_years"
    assert_refused(await send(client, ask, {"value": "many"}), "value", "须为整数")
    assert_refused(await send(client, ask, {"value": ""}), "value", "请填写此项")
    both = {"value": "3", "since-year": "2020", "since-month": "1", "since-day": "1"}
    assert (await send(client, ask, both)).status_code == 422
    pdf = {"evidence": ("a.txt", b"hello", "text/plain")}
    assert_refused(await send(client, ask, {"value": "3"}, files=pdf), "evidence", "只接受 PDF")
    assert await Declaration.count() == 0
    assert (await client.get(f"/eligibility/{POINTS}/facts/age")).status_code == 404


async def test_evidence_goes_along_with_a_declaration(client: Client) -> None:
    account = await applicant_at(client)
    pdf = {"evidence": ("证书.pdf", b"%PDF-1.7 paper", "application/pdf")}
    ask = f"/eligibility/{POINTS}/facts/award"
    assert (await send(client, ask, {"value": "provincial"}, files=pdf)).status_code == 303
    line = await Declaration.objects().get(Declaration.person == account.person)
    assert line is not None
    assert line.evidence is not None
    listed = await read(client, "/declarations")
    assert f'href="/api/documents/{line.evidence}"' in listed
    assert "省部级及以上" in listed


async def test_a_declaration_is_taken_back_and_stays_on_file(client: Client) -> None:
    account = await applicant_at(client)
    await declarations.declare(DeclarationIn(fact="award", value="provincial"), by=account, on=DAY)
    done = await send(client, "/declarations", {"fact": "award"}, to="/declarations/withdrawal")
    assert done.headers["location"] == "/declarations"
    assert "还没有声明" in await read(client, "/declarations")
    assert await Declaration.count() == 2


async def test_time_is_told_with_days_and_what_moves(client: Client) -> None:
    account = await applicant_at(client)
    for name, value in {**ENOUGH, "insured_months": "0"}.items():
        if name not in ("age", "education"):
            await declarations.declare(DeclarationIn(fact=name, value=value), by=account, on=DAY)
    shown = await read(client, f"/eligibility/{POINTS}")
    assert "今后十年按月推算" in shown
    assert '<time datetime="20' in shown


async def test_nobody_declares_or_reads_for_somebody_else(client: Client) -> None:
    other = await make_applicant()
    line = await declarations.declare(
        DeclarationIn(fact="award", value="provincial"), by=other, on=DAY
    )
    await applicant_at(client)
    assert "省部级" not in await read(client, "/declarations")
    assert (await client.get(f"/declarations/{line.id}")).status_code == 403
    assert (await client.get(f"/people/{other.person}/eligibility")).status_code == 403
    assert line.basis == Basis.DECLARED


async def test_officers_have_no_declarations_of_their_own(client: Client) -> None:
    await officer_at(client)
    assert (await client.get("/eligibility")).status_code == 403
    assert (await client.get("/declarations")).status_code == 403
