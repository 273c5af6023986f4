"""Calling off: a class that is not held, a person who leaves, a course that is taught no more."""

from datetime import UTC, date, datetime
from html import unescape

import pytest

from registry.platform.errors import NotFound
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible, history
from registry.platform.tables import AuditEntry
from registry.tables import Account
from tests.conftest import NewClient
from tests.factories import make_account, sign_in, vault
from tests.forms import assert_refused, send
from tests.training.stage import (
    NOW,
    TODAY,
    attend,
    enrol,
    make_class,
    make_course,
    make_learner,
    session,
)
from tests.training.workbooks import row, workbook
from training import attendance, classes, courses, imports, ledger
from training.attendance import WithdrawalIn
from training.classes import ClassFull, ClassOver, HoursPosted, PostingIn
from training.courses import CourseNotApproved, OpinionIn
from training.imports import Here
from training.tables import ClassSession, HoursEntry
from training.words import CourseStatus, Mode

pytestmark = pytest.mark.anyio
connected = pytest.mark.usefixtures("connected")
API = "/api/training"


async def seats(held: ClassSession, clerk: Account) -> list[WithdrawalIn]:
    return [WithdrawalIn(enrolment=one["id"]) for one in await classes.roster(held.id, by=clerk)]


async def post(held: ClassSession, clerk: Account) -> int:
    added: int = await classes.post(held.id, PostingIn(), by=clerk, on=TODAY, now=NOW)
    return added


async def audited(action: str) -> int:
    return len(await AuditEntry.objects().where(AuditEntry.action == action))


@connected
async def test_a_class_that_is_called_off_takes_no_more_and_keeps_the_reason() -> None:
    clerk, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    await enrol(held, clerk, number)
    [seat] = await seats(held, clerk)
    with pytest.raises(NotFound):
        await classes.cancel(held.id, note="教师生病", by=other)
    await classes.cancel(held.id, note="教师生病", by=clerk)
    assert [(s["step"], s["note"]) for s in await history(held.id)] == [("cancel", "教师生病")]
    assert await audited("class.cancel") == 1
    with pytest.raises(StepNotPossible):
        await classes.cancel(held.id, note="教师生病", by=clerk)
    with pytest.raises(ClassOver):
        await enrol(held, clerk, number)
    with pytest.raises(ClassOver):
        await attend(held, clerk)
    with pytest.raises(ClassOver):
        await post(held, clerk)
    with pytest.raises(ClassOver):
        await attendance.withdraw(held.id, seat, by=clerk)
    here = Here(by=clerk, on=TODAY, now=NOW, vault=vault())
    _, _, checked = await imports.upload("六月.xlsx", workbook(row(held.code, number)), here)
    assert [wrong.error.code for wrong in checked.refused] == ["class-cancelled"]


@connected
async def test_a_class_whose_hours_are_posted_is_not_called_off() -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    await enrol(held, clerk, number)
    await attend(held, clerk)
    assert await post(held, clerk) == 1
    with pytest.raises(HoursPosted):
        await classes.cancel(held.id, note="教师生病", by=clerk)


@connected
async def test_nobody_signs_in_to_a_class_that_was_called_off() -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk, mode=Mode.LIVE_ONLINE, coordinates=None)
    person, number = await make_learner()
    await enrol(held, clerk, number)
    await classes.cancel(held.id, note="平台故障", by=clerk)
    during = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
    with pytest.raises(NotFound):
        await attendance.sign_in(held.id, by=person, address="192.0.2.7", now=during)


@connected
async def test_who_leaves_makes_room_and_may_come_back() -> None:
    clerk, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    held = await make_class(clerk, capacity=1)
    (first, one), (_, two) = await make_learner(), await make_learner()
    await enrol(held, clerk, one)
    [seat] = await seats(held, clerk)
    with pytest.raises(ClassFull):
        await enrol(held, clerk, two)
    with pytest.raises(NotFound):
        await attendance.withdraw(held.id, seat, by=other)
    await attendance.withdraw(held.id, seat, by=clerk)
    assert await audited("class.withdraw") == 1
    assert await attendance.mine(by=first) == []
    with pytest.raises(NotFound):
        await attendance.withdraw(held.id, seat, by=clerk)
    await enrol(held, clerk, two)
    with pytest.raises(ClassFull):
        await enrol(held, clerk, one)
    await attendance.withdraw(held.id, (await seats(held, clerk))[0], by=clerk)
    await enrol(held, clerk, one)
    assert await seats(held, clerk) == [seat], "the same line as before"


@connected
async def test_who_has_hours_in_the_ledger_leaves_only_when_they_are_taken_back() -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    await enrol(held, clerk, number)
    await attend(held, clerk)
    await post(held, clerk)
    [seat] = await seats(held, clerk)
    with pytest.raises(HoursPosted):
        await attendance.withdraw(held.id, seat, by=clerk)
    line = await HoursEntry.objects().first()
    assert line is not None
    await ledger.reverse(line.id, reason="未到课", by=clerk)
    await attendance.withdraw(held.id, seat, by=clerk)
    assert await post(held, clerk) == 0


@connected
async def test_a_retired_course_has_no_new_classes_and_the_old_ones_stay_what_they_were() -> None:
    clerk, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    taught = await make_course(clerk, title="技术合同登记实务（第一版）")
    held = await make_class(clerk, course=taught.id)
    _, number = await make_learner()
    with pytest.raises(NotFound):
        await courses.retire(taught.id, OpinionIn(note="内容过时"), by=other)
    await courses.retire(taught.id, OpinionIn(note="内容过时"), by=clerk)
    assert await audited("course.retire") == 1
    with pytest.raises(CourseNotApproved):
        await classes.plan(session(taught.id), by=clerk)
    await enrol(held, clerk, number)
    await attend(held, clerk)
    assert await post(held, clerk) == 1
    line = await HoursEntry.objects().first()
    assert line is not None
    assert (line.course, line.level) == ("技术合同登记实务（第一版）", "junior")
    with pytest.raises(StepNotPossible):
        await courses.approve(taught.id, OpinionIn(note="同意"), by=clerk)
    assert await courses.listed(by=clerk, status=CourseStatus.APPROVED) == []


async def test_a_clerk_calls_off_in_the_browser(new_client: NewClient) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    held = await make_class(clerk, day=date(2026, 6, 1))
    person, number = await make_learner()
    await enrol(held, clerk, number)
    client, at_home, at_bureau = new_client(), new_client(), new_client()
    for one, account in ((client, clerk), (at_home, person), (at_bureau, officer)):
        await sign_in(one, account)
    address = f"/classes/{held.id}"
    [seat] = await seats(held, clerk)
    leaving = {"enrolment": str(seat.enrolment)}
    answer = await send(client, address, {"enrolment": ""}, f"{address}/withdrawal")
    assert answer.status_code == 422
    answer = await send(client, address, leaving, f"{address}/withdrawal")
    assert answer.status_code == 303, answer.text
    assert number not in (await client.get(address)).text
    await enrol(held, clerk, number)
    answer = await send(client, address, {"note": ""}, f"{address}/cancellation")
    assert_refused(answer, "note", "请填写此项。")
    answer = await send(client, address, {"note": "教师生病"}, f"{address}/cancellation")
    assert answer.status_code == 303
    shown = unescape((await client.get(address)).text)
    assert "教师生病" in shown
    assert "取消的原因" not in shown
    assert "已取消" in (await at_home.get("/my-classes")).text
    course = f"/courses/{held.course}"
    shown = (await at_bureau.get(course)).text
    assert f'action="{course}/opinion"' in shown
    answer = await send(client, course, {"note": "内容过时"}, f"{course}/retirement")
    assert answer.status_code == 303
    shown = unescape((await client.get(course)).text)
    assert "已停开" in shown
    assert "内容过时" in shown
    assert "安排班次" not in shown


async def test_the_bureau_retires_a_course_too(new_client: NewClient) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    taught = await make_course(clerk)
    client = new_client()
    await sign_in(client, officer)
    course = f"/courses/{taught.id}"
    asked = {"opinion": "retirement", "note": "不再符合大纲"}
    assert (await send(client, course, asked, f"{course}/opinion")).status_code == 303
    assert (await courses.find(taught.id, by=clerk)).status == CourseStatus.RETIRED


async def test_the_same_over_the_api(new_client: NewClient) -> None:
    clerk, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    await enrol(held, clerk, number)
    [seat] = await seats(held, clerk)
    client, outsider = new_client(), new_client()
    await sign_in(client, clerk)
    await sign_in(outsider, other)
    at, leaving = f"{API}/classes/{held.id}", {"enrolment": str(seat.enrolment)}
    note = {"note": "教师生病"}
    assert (await outsider.post(f"{at}/withdrawal", json=leaving)).status_code == 404
    assert (await client.post(f"{at}/withdrawal", json=leaving)).status_code == 204
    assert (await outsider.post(f"{at}/cancellation", json=note)).status_code == 404
    assert (await client.post(f"{at}/cancellation", json=note)).status_code == 204
    assert (await client.post(f"{at}/cancellation", json=note)).status_code == 409
    retirement = f"{API}/courses/{held.course}/retirement"
    assert (await outsider.post(retirement, json=note)).status_code == 404
    assert (await client.post(retirement, json=note)).json()["status"] == "retired"
