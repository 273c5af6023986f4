"""Pages of the hours ledger: whose lines they show, how they refuse, what they keep."""

from datetime import timedelta
from html import unescape

import pytest

from registry import people
from registry.platform import clock
from registry.platform.permissions import Role
from registry.tables import Account
from tests.conftest import Client, NewClient
from tests.factories import make_account, make_applicant, make_hours, sign_in
from tests.forms import assert_refused, send
from training.tables import HoursEntry

pytestmark = pytest.mark.anyio


async def number_of(account: Account) -> str:
    number: str = (await people.find(account.person, by=account)).number
    return number


async def attendance(account: Account, **changes: str) -> dict[str, str]:
    """What a clerk types about somebody, all of it acceptable but for the changes."""
    return {
        "person": await number_of(account),
        "reference": "班一-01",
        "course": "技术合同实务",
        "module": "practical-skills",
        "mode": "face-to-face",
        "minutes": "180",
        **day(clock.today()),
        **changes,
    }


def day(on: object) -> dict[str, str]:
    """A day in three boxes."""
    parts = zip(("year", "month", "day"), str(on).split("-"), strict=True)
    return {f"held_on-{part}": value for part, value in parts}


async def clerk_at_work(client: Client) -> Account:
    clerk = await make_account(Role.BASE_CLERK)
    await sign_in(client, clerk)
    return clerk


async def test_somebody_sees_their_own_hours_and_nobody_else_s(new_client: NewClient) -> None:
    mine, other = await make_applicant(), await make_applicant(name="王不见")
    await make_hours(mine, 400)
    await make_hours(other, 480)
    client = new_client()
    await sign_in(client, mine)
    text = (await client.get("/hours")).text
    assert "累计 8 学时" in text
    assert "共 400 分钟" in text
    assert await number_of(mine) in text
    assert text.count('<tr class="govuk-table__row">') == 1 + 1


async def test_somebody_without_hours_is_told_how_to_get_some(client: Client) -> None:
    account = await make_account()
    await sign_in(client, account)
    text = (await client.get("/hours")).text
    assert "还没有培训基地为您登记学时" in text
    assert await number_of(account) in text


async def test_a_clerk_sees_the_lines_of_their_own_base_only(client: Client) -> None:
    person = await make_applicant(name="陈在册")
    elsewhere = await make_hours(person)
    clerk = await clerk_at_work(client)
    assert "陈在册" not in (await client.get("/ledger")).text
    await make_hours(person, by=clerk)
    assert (await client.get("/ledger")).text.count("/reversal") == 1
    address = f"/ledger/{elsewhere.id}/reversal"
    assert (await client.get(address)).status_code == 404
    answer = await send(client, "/ledger/record", {"reason": "不是我们的"}, to=address)
    assert answer.status_code == 404


async def test_each_page_is_for_its_own_people(new_client: NewClient) -> None:
    clerk, applicant = new_client(), new_client()
    await clerk_at_work(clerk)
    await sign_in(applicant, await make_applicant())
    assert (await clerk.get("/hours")).status_code == 403
    assert (await applicant.get("/ledger")).status_code == 403
    assert (await applicant.get("/ledger/record")).status_code == 403
    assert (await new_client().get("/ledger")).headers["location"] == "/sign-in?next=/ledger"


async def test_a_recorded_attendance_appears_in_the_ledger(client: Client) -> None:
    await clerk_at_work(client)
    typed = await attendance(await make_applicant(), minutes="１８０", offered_minutes="240")
    answer = await send(client, "/ledger/record", typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ledger")
    text = (await client.get("/ledger")).text
    assert "班一-01" in text
    assert "180 分钟" in text
    assert "实务技能 · 线下面授" in text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("minutes", {"minutes": "0"}, "须大于 0"),
        ("minutes", {"minutes": "1441"}, "须不大于 1440"),
        ("minutes", {"minutes": "三小时"}, "请填写整数"),
        ("held_on", day("2026-2-30"), "请填写真实存在的日期"),
        ("held_on", day(clock.today() + timedelta(days=1)), "课程日期不能晚于今天"),
        ("offered_minutes", {"offered_minutes": "90"}, "取得的学时不能多于课程的学时"),
        ("module", {"module": "cooking"}, "请从列出的选项中选择"),
        ("mode", {"mode": ""}, "请填写此项"),
        ("person", {"person": "P-999999"}, ""),
    ],
)
async def test_what_cannot_be_recorded_is_said_beside_the_field_and_kept(
    client: Client, field: str, typed: dict[str, str], words: str
) -> None:
    await clerk_at_work(client)
    sent = await attendance(await make_applicant(), course="一门课的名称", **typed)
    answer = await send(client, "/ledger/record", sent)
    assert answer.status_code == 422
    told = unescape(answer.text)
    assert f'href="#{field}"' in told
    assert words in told.partition("<h1")[2]
    for value in (sent["course"], sent["reference"], sent["held_on-day"], sent["minutes"]):
        assert f'value="{value}"' in told
    assert await HoursEntry.count() == 0


async def test_a_reference_counts_once(client: Client) -> None:
    await clerk_at_work(client)
    typed = await attendance(await make_applicant())
    await send(client, "/ledger/record", typed)
    again = await send(client, "/ledger/record", typed)
    assert_refused(again, "reference", "本基地已用这个编号登记过学时", 409)
    assert await HoursEntry.count() == 1


async def test_a_wrong_entry_is_taken_back_once_and_both_stay_to_be_seen(
    new_client: NewClient,
) -> None:
    client, person = new_client(), await make_applicant()
    entry = await make_hours(person, 90, by=await clerk_at_work(client))
    address = f"/ledger/{entry.id}/reversal"
    assert entry.reference in (await client.get(address)).text
    assert_refused(await send(client, address, {"reason": ""}), "reason", "请填写此项")
    done = await send(client, address, {"reason": "人员填错"})
    assert (done.status_code, done.headers["location"]) == (303, "/ledger")
    text = (await client.get("/ledger")).text
    assert "−90 分钟" in text
    assert "原因：人员填错" in text
    assert "/reversal" not in text
    again = await send(client, address, {"reason": "再来一次"})
    assert again.status_code == 409
    assert "这一条已冲正过" in again.text
    assert "再来一次" in again.text
    assert await HoursEntry.count() == 2

    learner = new_client()
    await sign_in(learner, person)
    statement = (await learner.get("/hours")).text
    assert "累计 0 学时" in statement
    assert "已冲正" in statement
