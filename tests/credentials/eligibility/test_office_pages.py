"""Officers' pages: one person's answers, declarations, determinations, lists, changes of policy."""

import csv
import io

import pytest

from credentials import declarations, determinations
from credentials.declarations import DeclarationIn
from credentials.eligibility import spreadsheets
from credentials.tables import Confirmation, Declaration, Determination
from credentials.words import Basis
from registry.tables import Account, Person
from tests.conftest import Client
from tests.credentials.cases import officer_at, read
from tests.factories import DAY, make_applicant, make_hours, sign_in
from tests.forms import assert_refused, send

pytestmark = pytest.mark.anyio

POINTS = "residence-points"


async def number_of(account: Account) -> str:
    row = await Person.objects().get(Person.id == account.person)
    assert row is not None
    return str(row.number)


async def test_a_person_is_found_by_registry_number_however_it_is_typed(client: Client) -> None:
    await officer_at(client)
    applicant = await make_applicant(name="沈知行")
    number = await number_of(applicant)
    done = await send(client, "/people", {"number": f" {number.lower()} "})
    assert (done.status_code, done.headers["location"]) == (
        303,
        f"/people/{applicant.person}/eligibility",
    )
    shown = await read(client, done.headers["location"])
    assert "沈知行" in shown
    assert shown.count(f'href="/people/{applicant.person}/eligibility/') == 10
    assert_refused(await send(client, "/people", {"number": "P-999999"}), "number", "没有这个")


async def test_a_declared_fact_waits_until_an_officer_has_seen_what_is_behind_it(
    client: Client,
) -> None:
    await officer_at(client)
    applicant = await make_applicant()
    line = await declarations.declare(
        DeclarationIn(fact="award", value="provincial"), by=applicant, on=DAY
    )
    person = f"/people/{applicant.person}/eligibility"
    at = f"/declarations/{line.id}"
    assert at in await read(client, person)
    assert "省部级及以上" in await read(client, at)
    assert_refused(await send(client, at, {"note": "原件"}), "basis", "请填写此项")
    done = await send(client, at, {"basis": "record", "note": "已看表彰决定原件"})
    assert (done.status_code, done.headers["location"]) == (303, person)
    assert at not in await read(client, person)
    kept = await Declaration.objects().get(Declaration.basis == Basis.RECORD)
    assert kept is not None
    assert "已核实，或已被新的声明取代" in await read(client, at)


async def test_a_determination_is_made_replayed_and_confirmed_by_name(client: Client) -> None:
    officer = await officer_at(client)
    applicant = await make_applicant()
    await make_hours(applicant, 1920)
    at = f"/people/{applicant.person}/eligibility/evaluation"
    assert "作出认定" in await read(client, at)
    made = await send(client, f"{at}?grade=junior", {}, to=f"{at}?grade=junior")
    assert made.status_code == 303
    kept = made.headers["location"]
    shown = await read(client, kept)
    assert "逐字节相同" in shown
    assert "署名确认" in shown
    assert f'href="{kept}/statement"' not in shown
    assert_refused(await send(client, kept, {"note": ""}), "note", "请填写此项")
    assert (await send(client, kept, {"note": "已核对原件"})).status_code == 303
    shown = await read(client, kept)
    assert f"由 {officer.display_name} 于" in shown
    assert f'href="{kept}/statement"' in shown
    assert kept in await read(client, f"/people/{applicant.person}/eligibility")
    assert await Confirmation.count() == 1


async def test_whom_a_determination_is_about_reads_it_and_nobody_else(client: Client) -> None:
    officer = await officer_at(client)
    applicant, other = await make_applicant(), await make_applicant()
    assert applicant.person is not None
    kept, _ = await determinations.propose(applicant.person, POINTS, by=officer, on=DAY)
    at = f"/determinations/{kept.id}"
    assert "结论未定，不能确认" in await read(client, at)
    await sign_in(client, applicant)
    assert "逐字节相同" in await read(client, at)
    answer = await send(client, at, {"note": "我自己确认"}, to=at)
    assert answer.status_code == 403
    await sign_in(client, other)
    assert (await client.get(at)).status_code == 404
    assert await Determination.count() == 1


async def test_a_pasted_list_is_answered_in_its_order(client: Client) -> None:
    await officer_at(client)
    numbers = [await number_of(await make_applicant(name=name)) for name in ("甲一", "乙二")]
    pasted = f"{numbers[1]}\r\nP-999999, {numbers[0].lower()}"
    answer = await send(client, f"/checks/{POINTS}", {"numbers": pasted})
    assert answer.status_code == 200
    places = [answer.text.index(f">{words}<") for words in (numbers[1], "P-999999", numbers[0])]
    assert places == sorted(places)
    assert "登记中没有" in answer.text
    empty = await send(client, f"/checks/{POINTS}", {"numbers": " "})
    assert_refused(empty, "numbers", "请填写登记号")
    assert POINTS in await read(client, "/checks")


async def test_the_list_is_downloaded_without_live_formulas(client: Client) -> None:
    await officer_at(client)
    number = await number_of(await make_applicant(name='=HYPERLINK("x")'))
    answer = await send(
        client,
        f"/checks/{POINTS}",
        {"numbers": f"{number} =1+1"},
        to=f"/checks/{POINTS}/download",
    )
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    rows = [*csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))]
    assert rows[1][:2] == [number, '\'=HYPERLINK("x")']
    assert rows[2][0] == "'=1+1"
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_in_a_file_is_a_formula_and_numbers_stay_numbers(begins: str) -> None:
    content = spreadsheets.write(["a"], [[f"{begins}1", -3]]).decode("utf-8-sig")
    (_, row) = csv.reader(io.StringIO(content, newline=""))
    assert row == [f"'{begins}1", "-3"]


async def test_a_change_of_policy_is_tried_on_the_register(client: Client) -> None:
    await officer_at(client)
    applicant = await make_applicant(name="陆明")
    for name, value in {
        "suburb_area": "lingang",
        "suburb_years": "3",
        "award": "none",
    }.items():
        await declarations.declare(DeclarationIn(fact=name, value=value), by=applicant, on=DAY)
    assert f'href="/impact/{POINTS}"' in await read(client, "/impact")
    at = f"/impact/{POINTS}"
    typed = {"before": "2018-01-01", "after": "2023-01-01"}
    answer = await send(client, at, typed)
    assert answer.status_code == 200
    assert "登记中的 1 人" in answer.text
    assert "在远郊重点区域工作并居住" in answer.text
    file = await send(client, at, typed, to=f"{at}/download")
    assert file.headers["content-type"].startswith("text/csv")
    assert_refused(await send(client, at, {"before": "", "after": "2023-01-01"}), "before", "请")
