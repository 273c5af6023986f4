"""Attendance and results: who was in a class for how long, and how they did in the examination."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.errors import (
    Conflict,
    FieldError,
    FieldsInvalid,
    NotAllowed,
    NotFound,
)
from registry.platform.fields import Input, Whole
from registry.platform.i18n import N_
from registry.tables import Account
from training import classes, postings
from training.classes import ClassOver, HoursPosted
from training.tables import ClassSession, Course, Enrolment
from training.words import ClassStatus, Mode


class Attended(Input):
    """One person's line on the attendance sheet."""

    enrolment: UUID
    minutes: Whole | None = Field(default=None, ge=0, description="0: absent; empty: not known.")
    score: Whole | None = Field(default=None, ge=0, le=100)


class SheetIn(Input):
    """The attendance sheet of a class, in whole or in part."""

    lines: tuple[Attended, ...] = Field(max_length=10_000)


class WithdrawalIn(Input):
    """Who leaves a class."""

    enrolment: UUID


class NotOnline(NotAllowed):
    """People sign in themselves only where the class is online and under way."""


class AlreadySignedIn(Conflict):
    """This person has signed in to this class."""


async def take(session: UUID, asked: SheetIn, *, by: Account) -> int:
    """Put attendance and results of a class on record; return how many lines changed.

    Minutes in the ledger are not touched by it: there only reversals correct.

    Raises:
        FieldsInvalid: somebody attended longer than the class, or has a score without examination.
        ClassOver: the class was cancelled.
    """
    async with transaction():
        row = await _held(session, by)
        course = await Course.objects().get(Course.id == row.course)
        assert course is not None, "foreign keys hold courses in place"
        offered = classes.lesson_of(row, course).offered
        if wrong := [*_faults(asked, offered, course.pass_mark is not None)]:
            raise FieldsInvalid(wrong)
        changed = 0
        for line in asked.lines:
            changed += len(
                await Enrolment.update(
                    {Enrolment.minutes: line.minutes, Enrolment.score: line.score}
                )
                .where(Enrolment.id == line.enrolment, Enrolment.class_session == row.id)
                .returning(Enrolment.id)
            )
        await audit.record("class.attendance", f"class_session:{row.id}", lines=changed)
    return changed


def _faults(asked: SheetIn, offered: int, examined: bool) -> list[FieldError]:
    wrong = []
    for line in asked.lines:
        if line.minutes is not None and line.minutes > offered:
            message = N_("取得 {minutes} 分钟，多于这次课的 {offered} 分钟。")
            facts = {"minutes": line.minutes, "offered": offered}
            wrong.append(
                FieldError(f"minutes-{line.enrolment}", "more-than-offered", message, facts)
            )
        if line.score is not None and not examined:
            message = N_("这门课程不考试，不能填成绩。")
            wrong.append(FieldError(f"score-{line.enrolment}", "no-examination", message))
    return wrong


async def withdraw(session: UUID, asked: WithdrawalIn, *, by: Account) -> None:
    """Take a person out of a class, whose seat is then free; enrolled again they are back.

    Raises:
        NotFound: they are not enrolled.
        HoursPosted: their hours of this class are in the ledger.
        ClassOver: the class was cancelled.
    """
    async with transaction():
        row = await _held(session, by)
        await postings.wait_for_turn(row.base, [])
        seats = await classes.roster(row.id, by=by)
        seat = next((one for one in seats if one["id"] == asked.enrolment), None)
        if seat is None:
            raise NotFound(N_("此人不在这个班次。"))
        if await postings.standing_in(row.id, seat["person"]):
            raise HoursPosted(N_("此人在这个班次的学时已登入台账；如有误，请先冲正。"))
        await Enrolment.update({Enrolment.withdrawn_at: clock.now()}).where(
            Enrolment.id == seat["id"]
        )
        await audit.record("class.withdraw", f"enrolment:{seat['id']}")


async def _held(session: UUID, by: Account) -> ClassSession:
    row = await classes.find(session, by=by)
    if row.status == ClassStatus.CANCELLED:
        raise ClassOver(N_("这个班次已取消，不能再改。"))
    return row


async def sign_in(session: UUID, *, by: Account, address: str, now: datetime) -> None:
    """Sign the caller in to an online class that is under way, from a network address.

    Raises:
        NotFound: they are not enrolled, or the class was cancelled.
        NotOnline: the class is not online, or not under way.
        AlreadySignedIn: they did before; the first address stays.
    """
    async with transaction():
        row = await ClassSession.objects().get(ClassSession.id == session)
        mine = Enrolment.class_session == session, Enrolment.person == by.person
        if (
            row is None
            or row.status == ClassStatus.CANCELLED
            or not await Enrolment.exists().where(*mine, Enrolment.withdrawn_at.is_null())
        ):
            raise NotFound(N_("没有这个班次。"))
        if row.mode != Mode.LIVE_ONLINE or not row.starts_at <= now <= row.ends_at:
            raise NotOnline(N_("只有正在进行的线上课程可以自己签到。"))
        signed = (
            await Enrolment.update({Enrolment.signed_in_from: address, Enrolment.signed_in_at: now})
            .where(*mine, Enrolment.signed_in_at.is_null())
            .returning(Enrolment.id)
        )
        if not signed:
            raise AlreadySignedIn(N_("您已经签到。"))
        await audit.record("class.sign-in", f"class_session:{session}")


async def mine(*, by: Account, limit: int = 200) -> list[dict[str, Any]]:
    """The caller's own classes, latest first."""
    found: list[dict[str, Any]] = await (
        Enrolment.select(
            Enrolment.class_session,
            Enrolment.minutes,
            Enrolment.score,
            Enrolment.signed_in_at,
            Enrolment.class_session.course.title.as_alias("course"),
            Enrolment.class_session.course.pass_mark.as_alias("pass_mark"),
            Enrolment.class_session.base.name.as_alias("base_name"),
            Enrolment.class_session.base.name_en.as_alias("base_name_en"),
            Enrolment.class_session.mode.as_alias("mode"),
            Enrolment.class_session.place.as_alias("place"),
            Enrolment.class_session.address.as_alias("address"),
            Enrolment.class_session.status.as_alias("status"),
            Enrolment.class_session.starts_at.as_alias("starts_at"),
            Enrolment.class_session.ends_at.as_alias("ends_at"),
        )
        .where(Enrolment.person == by.person, Enrolment.withdrawn_at.is_null())
        .order_by(Enrolment.class_session.starts_at, ascending=False)
        .limit(limit)
    )
    return found
