"""From a proposed course to posted hours, and everything that is refused on the way."""

from datetime import UTC, date, datetime, timedelta

import pytest

from registry.platform.db import rows
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible, history
from tests.factories import DAY, make_account, resident_number, vault
from tests.training.stage import (
    TODAY,
    attend,
    course,
    enrol,
    make_class,
    make_course,
    make_learner,
    post,
    session,
    the_one,
)
from training import attendance, classes, courses, ledger
from training.attendance import AlreadySignedIn, Attended, NotOnline, SheetIn
from training.classes import ClassFull, CodeTaken, RosterIn
from training.courses import CourseNotApproved, OpinionIn
from training.tables import HoursEntry
from training.words import CourseStatus, Level, Mode

pytestmark = pytest.mark.anyio


async def test_a_course_is_proposed_returned_amended_and_approved(connected: None) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    row = await courses.propose(course(), by=clerk)
    with pytest.raises(CourseNotApproved):
        await classes.plan(session(row.id), by=clerk)
    await courses.send_back(row.id, OpinionIn(note="请写明师资"), by=officer)
    with pytest.raises(StepNotPossible):
        await courses.approve(row.id, OpinionIn(note="同意"), by=officer)
    await courses.propose_again(row.id, course(title="技术合同登记实务（修订）"), by=clerk)
    approved = await courses.approve(row.id, OpinionIn(note="同意"), by=officer)
    assert approved.status == CourseStatus.APPROVED
    assert approved.title == "技术合同登记实务（修订）"
    taken = [(one["step"], one["note"]) for one in await history(row.id)]
    assert taken == [("return", "请写明师资"), ("propose-again", None), ("approve", "同意")]


async def test_a_clerk_meets_only_courses_and_classes_of_their_own_base(connected: None) -> None:
    mine, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    row = await make_class(mine)
    with pytest.raises(NotFound):
        await classes.find(row.id, by=other)
    with pytest.raises(NotFound):
        await courses.find(row.course, by=other)
    with pytest.raises(NotFound):
        await classes.plan(session(row.course), by=other)
    assert await classes.listed(by=other) == []
    assert [one["id"] for one in await classes.listed(by=mine)] == [row.id]


async def test_a_class_is_enrolled_attended_examined_and_posted_once(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    row = await make_class(clerk)
    (first, one), (second, two), (_, three) = [await make_learner() for _ in range(3)]
    await enrol(row, clerk, one, two, three)
    sheet = {each["number"]: each["id"] for each in await classes.roster(row.id, by=clerk)}
    lines = (
        Attended(enrolment=sheet[one], minutes=180, score=85),
        Attended(enrolment=sheet[two], minutes=135, score=59),
        Attended(enrolment=sheet[three], minutes=0),
    )
    await attendance.take(row.id, SheetIn(lines=lines), by=clerk)
    assert await post(row, clerk) == 2
    assert await post(row, clerk) == 0
    entries = await HoursEntry.objects().where(HoursEntry.class_session == row.id)
    assert {(e.person, e.minutes, e.offered_minutes, e.level) for e in entries} == {
        (first.person, 180, 180, "junior"),
        (second.person, 135, 180, "junior"),
    }
    assert len({e.evidence for e in entries}) == 1
    assert {e.recorded_by for e in entries} == {clerk.id}
    assert await ledger.total(first.person, TODAY) == 180


async def test_who_was_forgotten_is_posted_later_and_a_reversed_line_anew(
    connected: None,
) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    row = await make_class(clerk)
    (person, one), (_, two) = await make_learner(), await make_learner()
    await enrol(row, clerk, one)
    await attend(row, clerk, 180)
    assert await post(row, clerk) == 1
    await enrol(row, clerk, two)
    await attend(row, clerk, 150)
    assert await post(row, clerk) == 1
    assert await ledger.total(person.person, TODAY) == 180, "the ledger is not rewritten"
    entry = await the_one(HoursEntry, HoursEntry.person == person.person)
    await ledger.reverse(entry.id, reason="签到表抄错", by=clerk)
    assert await post(row, clerk) == 1
    assert await ledger.total(person.person, TODAY) == 150
    references = {
        e.reference for e in await HoursEntry.objects().where(HoursEntry.person == person.person)
    }
    assert {f"{row.code}/{one}", f"{row.code}/{one}#2"} <= references


async def test_nothing_is_posted_before_the_class_is_over(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    row = await make_class(clerk, day=TODAY, begins="9:00", ends="12:30")
    _, number = await make_learner()
    await enrol(row, clerk, number)
    await attend(row, clerk, 60)
    with pytest.raises(FieldsInvalid) as refusal:
        await post(row, clerk)
    assert [error.code for error in refusal.value.errors] == ["not-held-yet"]
    assert await HoursEntry.count() == 0


async def test_attendance_keeps_to_the_class_and_scores_to_the_examination(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    row = await make_class(clerk, course=(await make_course(clerk, pass_mark=None)).id)
    _, number = await make_learner()
    await enrol(row, clerk, number)
    [seat] = await classes.roster(row.id, by=clerk)
    lines = (Attended(enrolment=seat["id"], minutes=181, score=70),)
    with pytest.raises(FieldsInvalid) as refusal:
        await attendance.take(row.id, SheetIn(lines=lines), by=clerk)
    assert {error.code for error in refusal.value.errors} == {
        "more-than-offered",
        "no-examination",
    }


async def test_enrolment_knows_its_people_and_its_seats(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    row = await make_class(clerk, capacity=1)
    (_, one), (_, two) = await make_learner(), await make_learner()
    with pytest.raises(FieldsInvalid) as refusal:
        await enrol(row, clerk, one, "P-999999", resident_number(999))
    assert refusal.value.errors[0].facts == {"lines": "2, 3"}
    with pytest.raises(ClassFull):
        await enrol(row, clerk, one, two)
    assert await classes.roster(row.id, by=clerk) == []
    again = RosterIn(people=f"  {one.replace('P-', 'p-')}\n\n")
    assert await classes.enrol(row.id, again, by=clerk, vault=vault()) == 1
    assert await classes.enrol(row.id, again, by=clerk, vault=vault()) == 0


async def test_a_code_is_used_once_in_a_base_and_what_is_cancelled_stays_so(
    connected: None,
) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    row = await make_class(clerk)
    with pytest.raises(CodeTaken):
        await make_class(clerk, course=row.course, code=row.code)
    await classes.cancel(row.id, note="人数不足", by=clerk)
    with pytest.raises(classes.ClassOver):
        await post(row, clerk)
    other = await make_account(Role.BASE_CLERK)
    assert (await make_class(other, code=row.code)).code == row.code


async def test_people_sign_in_to_an_online_class_while_it_lasts(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    row = await make_class(clerk, mode=Mode.LIVE_ONLINE, address="https://class.example/1")
    person, number = await make_learner()
    during = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
    with pytest.raises(NotFound):
        await attendance.sign_in(row.id, by=person, address="192.0.2.7", now=during)
    await enrol(row, clerk, number)
    with pytest.raises(NotOnline):
        await attendance.sign_in(
            row.id, by=person, address="192.0.2.7", now=during - timedelta(hours=2)
        )
    await attendance.sign_in(row.id, by=person, address="192.0.2.7", now=during)
    with pytest.raises(AlreadySignedIn):
        await attendance.sign_in(row.id, by=person, address="192.0.2.8", now=during)
    [seat] = await classes.roster(row.id, by=clerk)
    assert seat["signed_in_from"] == "192.0.2.7"
    [mine] = await attendance.mine(by=person)
    assert mine["course"] == "技术合同登记实务"


async def test_a_class_outside_the_scope_is_not_planned(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    taught = await make_course(clerk, level=Level.SENIOR)
    with pytest.raises(FieldsInvalid) as refusal:
        await classes.plan(session(taught.id, day=date(2040, 1, 1)), by=clerk)
    assert [(e.field, e.code) for e in refusal.value.errors] == [("day", "not-accredited")]


async def test_the_database_itself_keeps_posted_lines(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    row = await make_class(clerk)
    _, number = await make_learner()
    await enrol(row, clerk, number)
    await attend(row, clerk)
    await post(row, clerk)
    for act in ("UPDATE hours_entry SET minutes = 1", "DELETE FROM hours_entry"):
        with pytest.raises(Exception, match="append-only"):
            await rows(act)
    assert DAY == TODAY
