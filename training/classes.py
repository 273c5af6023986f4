"""Class sessions: planned, attended, examined, and posted to the ledger."""

import hashlib
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from registry import people
from registry.platform import audit, clock, steps
from registry.platform.db import transaction
from registry.platform.errors import (
    Conflict,
    FieldError,
    FieldsInvalid,
    NotFound,
    of_unique_index,
)
from registry.platform.fields import Input, Plain
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS, Role
from registry.platform.vault import Vault
from registry.tables import Account
from training import courses, leave, postings
from training.courses import CourseNotApproved
from training.planning import ClassIn
from training.postings import Lesson, Line
from training.tables import ClassSession, Course, Enrolment
from training.words import CANCEL, POST, ClassStatus, CourseStatus, Level, Mode, Module


class PostingIn(Input):
    """What a clerk says when posting a class."""

    reason: str | None = Field(
        default=None, max_length=500, description="Why it is late, where its month is closed."
    )


class RosterIn(Input):
    """People to enrol, one number a line."""

    people: Plain = Field(min_length=1, max_length=20_000)


class CodeTaken(Conflict):
    """The base has another class under this code."""


class ClassFull(Conflict):
    """No seat is left."""


class HoursPosted(Conflict):
    """Hours are in the ledger; what they rest on stays."""


class ClassOver(Conflict):
    """The class is posted or cancelled; nothing of it can be changed."""


def visible(to: Account) -> Any:
    """Second gate: officers see all classes, a clerk their own base's."""
    if to.role in OFFICERS:
        return ClassSession.id.is_not_null()
    if to.role == Role.BASE_CLERK:
        return ClassSession.base == to.organisation
    return ClassSession.id.is_null()


async def find(session: UUID, *, by: Account) -> ClassSession:
    """Return one class the caller may see.

    Raises:
        NotFound: there is none, or it is another base's.
    """
    row = await ClassSession.objects().where(visible(by), ClassSession.id == session).first()
    if row is None:
        raise NotFound(N_("没有这个班次。"))
    return row


async def plan(asked: ClassIn, *, by: Account) -> ClassSession:
    """Plan a meeting of a class.

    Raises:
        CourseNotApproved: the bureau has not approved the course.
        FieldsInvalid: the base has no leave for that day.
        CodeTaken: the code is in use.
    """
    course = await courses.find(asked.course, by=by)
    if course.status == CourseStatus.RETIRED:
        raise CourseNotApproved(N_("这门课程已停开，不能再开班。"))
    if course.status != CourseStatus.APPROVED:
        raise CourseNotApproved(N_("这门课程还没有获准，不能开班。"))
    day = clock.office_day(asked.starts_at)
    allowed = await leave.of_base(by.organisation)
    why = allowed.why_not(day, Module(course.module), Level(course.level))
    if why is not None:
        raise FieldsInvalid([FieldError("day", why.code, why.message, why.facts)])
    row = ClassSession(
        id=uuid4(),
        base=by.organisation,
        status=ClassStatus.PLANNED,
        **asked.stored(),
        planned_by=by.id,
        planned_at=clock.now(),
    )
    try:
        async with transaction():
            await row.save()
            await audit.record("class.plan", f"class_session:{row.id}", day=day)
    except Exception as error:
        if of_unique_index(error, "class_session", "code"):
            message = N_("本基地已有这个班次编号。")
            raise CodeTaken(message, errors=[FieldError("code", "taken", message)]) from None
        raise
    return row


async def cancel(session: UUID, *, note: str, by: Account) -> None:
    """Call a planned class off, with the reason. None of its hours can be posted then.

    Raises:
        HoursPosted: hours of it are in the ledger, or were.
        StepNotPossible: it is cancelled already.
    """
    async with transaction():
        row = await find(session, by=by)
        await postings.wait_for_turn(row.base, [])
        if row.status == ClassStatus.POSTED:
            raise HoursPosted(N_("这个班次的学时已登入台账，不能取消。"))
        await steps.take(CANCEL, row, by=by.id, note=note)
        await audit.record("class.cancel", f"class_session:{row.id}")


async def enrol(session: UUID, asked: RosterIn, *, by: Account, vault: Vault) -> int:
    """Enrol people by registry or identity number, one a line; return how many are new.

    Raises:
        FieldsInvalid: nobody has one of the numbers; it says which lines.
        ClassFull: there are more of them than seats; nobody is enrolled.
    """
    texts = [text.strip() for text in asked.people.splitlines() if text.strip()]
    known = await people.find_learners(texts, vault=vault)
    unknown = [str(place) for place, text in enumerate(texts, 1) if text not in known]
    if unknown:
        message = N_("登记中没有第 {lines} 行的人。请核对号码；本人须先登记身份。")
        facts = {"lines": ", ".join(unknown)}
        raise FieldsInvalid([FieldError("people", "unknown-person", message, facts)])
    async with transaction():
        row = await _open(session, by)
        await postings.wait_for_turn(row.base, [])
        seated = await Enrolment.select(Enrolment.person, Enrolment.withdrawn_at).where(
            Enrolment.class_session == row.id
        )
        here = {one["person"] for one in seated if one["withdrawn_at"] is None}
        gone = {one["person"] for one in seated} - here
        new = {known[text].id for text in texts} - here
        if len(here) + len(new) > row.capacity:
            raise ClassFull(N_("名额只有 {capacity} 个，坐不下这些人。"), capacity=row.capacity)
        if back := new & gone:
            await Enrolment.update({Enrolment.withdrawn_at: None}).where(
                Enrolment.class_session == row.id, Enrolment.person.is_in(sorted(back))
            )
        if new - gone:
            await Enrolment.insert(
                *(
                    Enrolment(
                        id=uuid4(),
                        class_session=row.id,
                        person=person,
                        enrolled_by=by.id,
                        enrolled_at=clock.now(),
                    )
                    for person in sorted(new - gone)
                )
            )
        await audit.record("class.enrol", f"class_session:{row.id}", people=len(new))
    return len(new)


async def _open(session: UUID, by: Account) -> ClassSession:
    row = await find(session, by=by)
    if row.status == ClassStatus.CANCELLED:
        raise ClassOver(N_("这个班次已取消，不能再改。"))
    return row


async def lesson(session: ClassSession) -> Lesson:
    """What a class session gives, as the ledger needs it."""
    course = await Course.objects().get(Course.id == session.course)
    assert course is not None, "foreign keys hold courses in place"
    return lesson_of(session, course)


def lesson_of(session: ClassSession, course: Course) -> Lesson:
    """Put a class session and its course together."""
    offered = int((session.ends_at - session.starts_at).total_seconds()) // 60
    return Lesson(
        id=session.id,
        code=session.code,
        course=course.title,
        level=Level(course.level),
        module=Module(course.module),
        mode=Mode(session.mode),
        held_on=clock.office_day(session.starts_at),
        offered=offered,
        ends_at=session.ends_at,
    )


async def post(session: UUID, asked: PostingIn, *, by: Account, on: date, now: datetime) -> int:
    """Post the attendance of a class to the ledger; return how many lines were added.

    May be repeated: who has a standing line gets no second one, who was forgotten gets theirs.

    Raises:
        FieldsInvalid: a line cannot be posted; none is.
    """
    async with transaction():
        row = await _open(session, by)
        attended = [one for one in await roster(session, by=by) if one["minutes"]]
        what = await lesson(row)
        proof = _fingerprint(row, attended)
        lines = [
            Line(one["person"], one["number"], what, one["minutes"], asked.reason, proof)
            for one in attended
        ]
        await postings.wait_for_turn(row.base, [line.person for line in lines])
        judged = await postings.judge(row.base, lines, on=on, now=now)
        wrong = {p: w for p, w in judged.refused.items() if w.code != "duplicate"}
        if wrong:
            raise FieldsInvalid(list({error.code: error for error in wrong.values()}.values()))
        await postings.write(row.base, lines, judged.references, by=by)
        await steps.take(POST, row, by=by.id, note=asked.reason)
        added = len(judged.references)
        await audit.record("class.post", f"class_session:{row.id}", lines=added, evidence=proof)
    return added


def _fingerprint(session: ClassSession, attended: list[dict[str, Any]]) -> str:
    """SHA-256 of the attendance sheet, as canonical JSON."""
    sheet = {
        "class": str(session.id),
        "attended": sorted([one["number"], one["minutes"]] for one in attended),
    }
    return hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()


async def roster(session: UUID, *, by: Account) -> list[dict[str, Any]]:
    """Who is enrolled in a class, with attendance and results, by registry number."""
    found: list[dict[str, Any]] = await (
        Enrolment.select(
            *Enrolment.all_columns(),
            Enrolment.person.number.as_alias("number"),
            Enrolment.person.name.as_alias("name"),
        )
        .where(
            Enrolment.class_session == (await find(session, by=by)).id,
            Enrolment.withdrawn_at.is_null(),
        )
        .order_by(Enrolment.person.number)
    )
    return found


async def listed(*, by: Account, limit: int = 200) -> list[dict[str, Any]]:
    """The classes the caller may see, latest first, with course and base."""
    found: list[dict[str, Any]] = await (
        ClassSession.select(
            *ClassSession.all_columns(),
            ClassSession.course.title.as_alias("course_title"),
            ClassSession.course.level.as_alias("level"),
            ClassSession.course.module.as_alias("module"),
            ClassSession.base.name.as_alias("base_name"),
            ClassSession.base.name_en.as_alias("base_name_en"),
        )
        .where(visible(by))
        .order_by(ClassSession.starts_at, ascending=False)
        .limit(limit)
    )
    return found
