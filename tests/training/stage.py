"""What the tests of this package need: a base with a clerk, an approved course, a class, people."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from piccolo.custom_types import Combinable
from piccolo.table import Table

from registry import people
from registry.platform.permissions import Role
from registry.tables import Account
from tests.factories import DAY, hours, make_account, make_applicant, vault
from training import attendance, classes, courses, ledger
from training.attendance import Attended, SheetIn
from training.classes import PostingIn, RosterIn
from training.courses import CourseIn, OpinionIn
from training.planning import ClassIn
from training.tables import ClassSession, Course, HoursEntry
from training.words import Level, Mode, Module

TODAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 4, 0, tzinfo=UTC)
_number = count(1)
Row = TypeVar("Row", bound=Table)


def course(**given: Any) -> CourseIn:
    return CourseIn(
        **{
            "title": "技术合同登记实务",
            "level": Level.JUNIOR,
            "module": Module.PRACTICAL_SKILLS,
            "minutes": 360,
            "syllabus": "合同分类、认定登记流程与税收政策",
            "pass_mark": 60,
            **given,
        }
    )


async def make_course(clerk: Account, **given: Any) -> Course:
    """An approved course of the clerk's base."""
    proposed = await courses.propose(course(**given), by=clerk)
    officer = await make_account(Role.OFFICER)
    return await courses.approve(proposed.id, OpinionIn(note="同意"), by=officer)


def session(course: UUID, **given: Any) -> ClassIn:
    return ClassIn(
        **{
            "course": course,
            "code": f"2026-{next(_number):03d}",
            "mode": Mode.FACE_TO_FACE,
            "day": date(2026, 6, 1),
            "begins": "9:00",
            "ends": "12:00",
            "teacher": "林老师",
            "capacity": 40,
            "place": "一号楼 201 室",
            "coordinates": "31.2304, 121.4737",
            **given,
        }
    )


async def make_class(clerk: Account, **given: Any) -> ClassSession:
    """A class of an approved course of the clerk's base, of three hours by default."""
    taught = given.pop("course", None) or (await make_course(clerk)).id
    return await classes.plan(session(taught, **given), by=clerk)


async def make_learner() -> tuple[Account, str]:
    """An applicant with a registry number."""
    account = await make_applicant()
    return account, (await people.find(account.person, by=account)).number


async def enrol(row: ClassSession, clerk: Account, *numbers: str) -> None:
    await classes.enrol(row.id, RosterIn(people="\n".join(numbers)), by=clerk, vault=vault())


async def attend(row: ClassSession, clerk: Account, minutes: int | None = 180) -> None:
    """Everybody enrolled attended for so long."""
    enrolled = await classes.roster(row.id, by=clerk)
    lines = tuple(Attended(enrolment=one["id"], minutes=minutes) for one in enrolled)
    await attendance.take(row.id, SheetIn(lines=lines), by=clerk)


async def post(row: ClassSession, clerk: Account, reason: str | None = None) -> int:
    """Post what was attended; returns how many lines were written."""
    return await classes.post(row.id, PostingIn(reason=reason), by=clerk, on=TODAY, now=NOW)


async def record(clerk: Account, number: str, *, on: date = DAY, **given: Any) -> HoursEntry:
    """One line by hand, recorded on that day, for the person of that number."""
    asked = hours(number).model_copy(update=given)
    return await ledger.record(asked, by=clerk, on=on, vault=vault())


async def the_one(table: type[Row], *where: Combinable) -> Row:
    """The only row there is, or the only one that meets the conditions."""
    [found] = await table.objects().where(*where)
    return found
