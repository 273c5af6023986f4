"""Pages: a class from proposal to the ledger as a clerk does it, an import, a review, the rest."""

import io
import re
from datetime import date, timedelta
from html import unescape

import pytest
from openpyxl import load_workbook

from registry.platform import clock
from registry.platform.permissions import Role
from tests.conftest import NewClient
from tests.factories import make_account, sign_in
from tests.forms import send
from tests.training.stage import make_class, make_learner, the_one
from tests.training.workbooks import row, workbook
from training import ledger
from training.tables import ClassSession, Course, Finding, HoursEntry, ImportRun, Pairing, Practice

pytestmark = pytest.mark.anyio


def days(name: str, day: date) -> dict[str, str]:
    return {f"{name}-{part}": str(getattr(day, part)) for part in ("year", "month", "day")}


def yesterday() -> date:
    return clock.today() - timedelta(days=1)


COURSE = {
    "title": "技术合同登记实务",
    "level": "junior",
    "module": "practical-skills",
    "minutes": "180",
    "syllabus": "合同分类、认定登记流程与税收政策",
    "pass_mark": "60",
}


async def test_a_clerk_takes_a_class_from_proposal_to_the_ledger(new_client: NewClient) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    (person, number), (_, second) = await make_learner(), await make_learner()
    at_base, at_bureau, at_home = new_client(), new_client(), new_client()
    await sign_in(at_base, clerk)
    await sign_in(at_bureau, officer)
    await sign_in(at_home, person)
    answer = await send(at_base, "/courses/new", {**COURSE, "minutes": "三小时"})
    assert answer.status_code == 422
    assert "请填写整数。" in unescape(answer.text)
    answer = await send(at_base, "/courses/new", COURSE)
    assert answer.status_code == 303
    course = answer.headers["location"]
    opinion = {"opinion": "return", "note": "请写明师资"}
    assert (await send(at_bureau, course, opinion, f"{course}/opinion")).status_code == 303
    assert "请写明师资" in (await at_base.get(course)).text
    amended = {**COURSE, "syllabus": COURSE["syllabus"] + "；林老师讲授"}
    assert (await send(at_base, f"{course}/amendment", amended)).status_code == 303
    opinion = {"opinion": "approval", "note": "同意"}
    assert (await send(at_bureau, course, opinion, f"{course}/opinion")).status_code == 303
    planned = {
        "course": course.rpartition("/")[2],
        "code": "2026-035",
        "mode": "face-to-face",
        "begins": "9:00",
        "ends": "12:00",
        "teacher": "林老师",
        "capacity": "30",
        "place": "一号楼",
        **days("day", yesterday()),
    }
    answer = await send(at_base, "/classes/new", planned)
    assert answer.status_code == 303, answer.text
    held = answer.headers["location"]
    answer = await send(at_base, held, {"people": "P-999999"}, f"{held}/roster")
    assert answer.status_code == 422
    enrolled = {"people": f"{number}\n{second}"}
    assert (await send(at_base, held, enrolled, f"{held}/roster")).status_code == 303
    seats = re.findall(r'name="minutes-([0-9a-f-]+)"', (await at_base.get(held)).text)
    assert len(seats) == 2
    sheet = {f"minutes-{seats[0]}": "181", f"minutes-{seats[1]}": "0"}
    answer = await send(at_base, held, sheet, f"{held}/attendance")
    assert answer.status_code == 422
    assert "多于这次课的 180 分钟" in unescape(answer.text)
    sheet |= {f"minutes-{seats[0]}": "１３５", f"score-{seats[0]}": "88"}
    assert (await send(at_base, held, sheet, f"{held}/attendance")).status_code == 303
    answer = await send(at_base, held, {"reason": ""}, f"{held}/posting")
    assert answer.status_code == 303, answer.text
    assert await HoursEntry.count() == 1
    assert await ledger.total(person.person, clock.today()) == 135
    shown = unescape((await at_home.get("/hours/counting")).text)
    assert "累计 3 学时" in shown
    assert "各等级学时要求（示例）" in shown
    english = unescape((await at_home.get("/hours/counting?lang=en")).text)
    assert "Hours for each level (illustrative)" in english
    shown = unescape((await at_bureau.get(f"/people/{person.person}/hours")).text)
    assert number in shown
    assert (await at_home.get("/my-classes")).status_code == 200
    for name in ("people", "hours", "results"):
        answer = await at_base.get(f"/statistics/{name}.csv")
        assert answer.status_code == 200
        assert answer.content.startswith(b"\xef\xbb\xbf")
        book = load_workbook(io.BytesIO((await at_bureau.get(f"/statistics/{name}.xlsx")).content))
        assert book.active.max_row == 2
    assert (await at_base.get("/statistics/secrets.csv")).status_code == 404


async def test_a_clerk_imports_a_sheet_and_undoes_it(new_client: NewClient) -> None:
    clerk, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    client, outsider = new_client(), new_client()
    await sign_in(client, clerk)
    await sign_in(outsider, other)
    answer = await client.get("/imports/template.xlsx")
    assert load_workbook(io.BytesIO(answer.content))["说明"]["A11"].value == held.code
    answer = await send(client, "/imports", {"pasted": ""})
    assert answer.status_code == 422
    sheet = workbook(row(held.code, number), row(held.code, "P-999999", name="=1+1"))
    files = {"file": ("六月.xlsx", sheet)}
    answer = await send(client, "/imports", {"pasted": ""}, files=files)
    assert answer.status_code == 303, answer.text
    run = answer.headers["location"]
    shown = unescape((await client.get(run)).text)
    assert "1 行可以导入，1 行有问题" in shown
    assert "第 3 行" in shown
    assert (await outsider.get(run)).status_code == 404
    answer = await client.get(f"{run}/errors.xlsx")
    cells = [[c.value for c in r] for r in load_workbook(io.BytesIO(answer.content))["学时"]]
    assert cells[0][-1] == "错误与改法"
    assert "登记中没有这个人" in cells[2][-1]
    answer = await send(client, run, {"which": "all"}, f"{run}/taking-in")
    assert answer.status_code == 422
    assert await HoursEntry.count() == 0
    assert (await send(client, run, {"which": "good"}, f"{run}/taking-in")).status_code == 303
    assert "已登记 1 笔学时" in unescape((await client.get(run)).text)
    assert (await send(client, "/imports", {"pasted": ""}, files=files)).headers["location"] == run
    assert (await send(client, run, {}, f"{run}/undoing")).status_code == 303
    assert await HoursEntry.count() == 2
    assert (await the_one(ImportRun)).status == "undone"
    pasted = (
        f"班次编号\t登记号或证件号码\t上课日期\t实到分钟\n{held.code}\t{number}\t2026-06-01\t90"
    )
    answer = await send(client, "/imports", {"pasted": pasted})
    assert answer.status_code == 303
    assert "1 行可以导入，0 行有问题" in unescape(
        (await client.get(answer.headers["location"])).text
    )


async def test_the_bureau_accredits_reviews_and_closes(new_client: NewClient) -> None:
    officer, clerk = await make_account(Role.OFFICER), await make_account(Role.BASE_CLERK)
    _, number = await make_learner()
    client, at_base = new_client(), new_client()
    await sign_in(client, officer)
    await sign_in(at_base, clerk)
    given = {
        "base": str(clerk.organisation),
        "number": "沪备-2026-1",
        "level-junior": "yes",
        "module-advancement": "yes",
        **days("first_day", clock.today()),
        **days("last_day", clock.today()),
    }
    answer = await send(client, "/bases/new", {**given, "level-junior": ""})
    assert answer.status_code == 422
    answer = await send(client, "/bases/new", given)
    assert answer.status_code == 303, answer.text
    base = answer.headers["location"]
    suspended = {"reason": "教学记录不全", **days("first_day", clock.today())}
    assert (await send(client, base, suspended, f"{base}/suspension")).status_code == 303
    assert "暂停中" in (await at_base.get(base)).text
    assert (await send(client, base, {}, f"{base}/lifting")).status_code == 303
    assessed = {"year": "2025", "outcome": "qualified", "note": "档案齐全"}
    assert (await send(client, base, assessed, f"{base}/assessment")).status_code == 303
    record = {
        "person": number,
        "reference": "R-1",
        "course": "实务",
        "module": "practical-skills",
        "mode": "face-to-face",
        "minutes": "600",
        **days("held_on", yesterday()),
    }
    assert (await send(at_base, "/ledger/record", record)).status_code == 303
    asked = {**days("first_day", yesterday()), **days("last_day", clock.today())}
    answer = await send(client, "/findings", asked, "/findings/review")
    assert answer.status_code == 303
    asked["seed"] = "开奖号 0713"
    assert (await send(client, "/findings", asked, "/findings/review")).status_code == 303
    shown = unescape((await client.get("/findings")).text)
    assert "一天学时过多" in shown
    assert "开奖号 0713" in shown
    one = await the_one(Finding, Finding.kind == "day-too-long")
    decided = {"decision": "uphold", "grounds": "签到表只有半天"}
    assert (await send(client, f"/findings/{one.id}", decided)).status_code == 303
    assert "签到表只有半天" in unescape((await client.get(f"/findings/{one.id}")).text)
    answer = await send(client, "/findings", {"year": "2020", "month": "1"}, "/findings/closing")
    assert answer.status_code == 303
    now = {"year": str(clock.today().year), "month": str(clock.today().month)}
    assert (await send(client, "/findings", now, "/findings/closing")).status_code == 422


async def test_two_people_confirm_practice(new_client: NewClient) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    (senior, old), (junior, young) = await make_learner(), await make_learner()
    at_base, first, second = new_client(), new_client(), new_client()
    for client, account in ((at_base, clerk), (first, senior), (second, junior)):
        await sign_in(client, account)
    mentor = {
        "person": old,
        "qualification": "高级技术经理人，促成转化二十项",
        "capacity": "2",
        **days("first_day", yesterday()),
        **days("last_day", clock.today()),
    }
    assert (await send(at_base, "/mentors/new", mentor)).status_code == 422
    assert (await send(at_base, "/mentors/new", {**mentor, "terms": "yes"})).status_code == 303
    text = (await at_base.get("/mentors/pairings/new")).text
    [identifier] = re.findall(r'<option value="([0-9a-f-]{36})"', text)
    plan = {
        "mentor": identifier,
        "person": young,
        "plan": "参与两个项目的尽职调查与合同谈判",
        "planned_minutes": "720",
        **days("began_on", yesterday()),
    }
    assert (await send(at_base, "/mentors/pairings/new", plan)).status_code == 303
    pairing = await the_one(Pairing)
    done = {"minutes": "120", "activity": "起草需求清单", **days("held_on", yesterday())}
    assert (await send(second, "/practice", done, f"/practice/{pairing.id}")).status_code == 303
    stretch = await the_one(Practice)
    assert "确认这笔实践" not in (await second.get("/practice")).text
    assert "确认这笔实践" in (await first.get("/practice")).text
    confirmed = f"/practice/stretches/{stretch.id}"
    assert (await send(first, "/practice", {"answer": "confirm"}, confirmed)).status_code == 303
    assert await ledger.total(junior.person, clock.today()) == 120
    outcome = {"how": "completed", "outcome": "独立完成一项合同登记"}
    ended = f"/mentors/pairings/{pairing.id}/outcome"
    assert (await send(at_base, "/mentors", outcome, ended)).status_code == 303


ROLES = {
    Role.BASE_CLERK: (
        "/courses", "/courses/new", "/classes", "/classes/new", "/imports", "/ledger",
        "/ledger/record", "/mentors", "/mentors/new", "/mentors/pairings/new", "/statistics",
        "/bases",
    ),
    Role.OFFICER: ("/courses", "/classes", "/bases", "/bases/new", "/findings", "/statistics",
                   "/mentors"),
    Role.APPLICANT: ("/hours", "/hours/counting", "/my-classes", "/practice"),
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
async def test_every_page_is_shown_in_english_without_chinese_words(
    new_client: NewClient, role: Role
) -> None:
    client = new_client()
    await sign_in(client, await make_account(role))
    for path in ROLES[role]:
        answer = await client.get(f"{path}?lang=en")
        assert answer.status_code == 200, (path, answer.text)
        body = re.sub(r'lang="zh-CN".*?</', "", answer.text, flags=re.S)
        left = set(
            re.findall(
                r"[\u4e00-\u9fff]+", re.sub(r"机构\d+|基备-\d+|技术经理人登记系统|中文", "", body)
            )
        )
        assert left <= {"学时", "示例", "语言"}, (path, left)


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.EMPLOYER, Role.BASE_CLERK])
async def test_what_is_the_bureaus_is_the_bureaus(new_client: NewClient, role: Role) -> None:
    client = new_client()
    await sign_in(client, await make_account(role))
    for path in ("/findings", "/bases/new"):
        assert (await client.get(path)).status_code == 403
    assert await Course.count() == await ClassSession.count() == 0
