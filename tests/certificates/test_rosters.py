"""Lists of certificates checked at once, and who may ask how often."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import rosters
from certificates.tables import Certificate
from registry.platform.errors import FieldsInvalid, TooManyRequests
from registry.platform.limits import SharedLimit, network_of
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.platform.tables import AuditEntry, Tally
from tests.certificates.examples import HOLDER, NUMBER
from tests.conftest import Client
from tests.factories import Clock, make_account, sign_in
from tests.forms import send

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "text",
    [
        f"{NUMBER},张三",
        f"{NUMBER}\t张三\n",
        f"\ufeff证书编号,姓名\r\n{NUMBER},张三\r\n",
        f"\n\n  {NUMBER} ， 张三  \n\n",
        f'"{NUMBER}";"张三";备注',
    ],
)
def test_rows_are_read_as_people_paste_them(text: str) -> None:
    assert rosters.read(text) == [{"number": NUMBER, "name": "张三"}]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("编号,姓名\n", "required"),
        (f"{NUMBER}\n", "row-malformed"),
        (f"{NUMBER},\n", "row-malformed"),
        (f"{NUMBER},张三\n" * 501, "too-many"),
        (f"1,{'张' * 500}", "row-malformed"),
        ('"' + "a" * 200_000, "row-malformed"),
    ],
)
def test_what_is_no_list_is_refused(text: str, code: str) -> None:
    with pytest.raises(FieldsInvalid) as refused:
        rosters.read(text)
    assert [error.code for error in refused.value.errors] == [code]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        found = rosters.read(text)
    except FieldsInvalid:
        return
    assert all(row["number"] and row["name"] for row in found)


async def test_an_employer_gets_an_answer_for_every_row(
    client: Client, certificate: Certificate
) -> None:
    asked = {
        "rows": [
            {"number": certificate.number, "name": HOLDER},
            {"number": certificate.number, "name": "王五"},
            {"number": "nonsense", "name": "王五"},
        ]
    }
    assert (await client.post("/api/verify/list", json=asked)).status_code == 401
    employer = await make_account(Role.EMPLOYER)
    await sign_in(client, employer)
    answer = (await client.post("/api/verify/list", json=asked)).json()
    assert [row["row"] for row in answer["rows"]] == [1, 2, 3]
    first, wrong, none = (row["answer"] for row in answer["rows"])
    assert first["number"] == certificate.number
    assert {**wrong, "checked_at": ""} == {**none, "checked_at": ""}
    assert HOLDER not in str(answer)
    [line] = await AuditEntry.select().where(AuditEntry.action == "verify.list")
    assert '"rows":3' in line["detail"]
    assert certificate.number not in line["detail"]


async def test_others_check_no_lists(client: Client, certificate: Certificate) -> None:
    await sign_in(client, await make_account())
    asked = {"rows": [{"number": certificate.number, "name": HOLDER}]}
    assert (await client.post("/api/verify/list", json=asked)).status_code == 403


async def test_the_page_answers_and_gives_a_sheet(client: Client, certificate: Certificate) -> None:
    await sign_in(client, await make_account(Role.EMPLOYER))
    typed = {"rows": f"{certificate.number}\t{HOLDER}\n=1+1\t王五"}
    answer = await send(client, "/lists", typed)
    assert answer.status_code == 200
    assert certificate.number in answer.text
    sheet = await send(client, "/lists", {**typed, "as": "csv"})
    assert sheet.headers["content-type"].startswith("text/csv")
    lines = sheet.text.splitlines()
    assert len(lines) == 3
    assert lines[2].startswith('"2","\'=1+1","invalid",')
    refused = await send(client, "/lists", {"rows": certificate.number})
    assert refused.status_code == 422
    assert certificate.number in refused.text


async def test_a_day_has_its_share_for_an_employer(
    client: Client, certificate: Certificate, time: Clock, settings: Settings
) -> None:
    await sign_in(client, await make_account(Role.EMPLOYER))
    rows = [{"number": certificate.number, "name": HOLDER}] * 3
    here = client._transport.app.state.here  # type: ignore[attr-defined]
    object.__setattr__(here, "by_list", SharedLimit("by-list", day=5))
    assert (await client.post("/api/verify/list", json={"rows": rows})).status_code == 200
    refused = await client.post("/api/verify/list", json={"rows": rows})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 60
    time.pass_by(days=1)
    assert (await client.get("/verify")).status_code == 200


@pytest.mark.usefixtures("connected")
async def test_processes_share_a_limit_and_not_one_call_slips_through(time: Clock) -> None:
    doors = [SharedLimit("by-name", minute=10, day=10) for _ in range(4)]

    async def knock(door: SharedLimit) -> bool:
        try:
            await door.count("192.0.2.7")
        except TooManyRequests:
            return False
        return True

    passed = await asyncio.gather(*(knock(door) for door in doors * 10))
    assert sum(passed) == 10
    assert await knock(SharedLimit("by-file", minute=1))
    await doors[0].count("192.0.2.8")
    time.pass_by(minutes=1)
    assert not await knock(SharedLimit("by-name", minute=10, day=10))  # the day's share
    time.pass_by(days=1)
    assert await knock(doors[0])
    assert await Tally.count() == 2  # what is over is forgotten


@pytest.mark.parametrize(
    ("who", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "unknown"),
    ],
)
def test_one_customer_s_network_is_one_asker(who: str, network: str) -> None:
    assert network_of(who) == network
