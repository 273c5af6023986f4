"""The catalogue of courses: proposed by a base, approved by the bureau."""

from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from registry.platform import audit, clock, steps
from registry.platform.db import transaction
from registry.platform.errors import FieldsInvalid, NotFound, RuleNotMet
from registry.platform.fields import Input, Whole
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS, Role
from registry.tables import Account
from training import leave
from training.tables import Course
from training.words import (
    APPROVE,
    PROPOSE_AGAIN,
    RETIRE,
    RETURN,
    CourseStatus,
    Level,
    Module,
)

LONGEST_COURSE = 100_000
"""Minutes; far above any course, to catch a slip of the keyboard."""


class CourseIn(Input):
    """What a base proposes to teach."""

    title: str = Field(min_length=2, max_length=200)
    level: Level
    module: Module
    minutes: Whole = Field(gt=0, le=LONGEST_COURSE, description="Of the whole course.")
    syllabus: str = Field(min_length=10, max_length=5000)
    pass_mark: Whole | None = Field(
        default=None, ge=1, le=100, description="Of 100; without it there is no examination."
    )


class OpinionIn(Input):
    """What the bureau says when it approves or returns something."""

    note: str = Field(min_length=2, max_length=1000)


class CourseNotApproved(RuleNotMet):
    """Classes may only be held for an approved course."""


def visible(to: Account) -> Any:
    """Second gate: officers see all courses, a clerk their own base's."""
    if to.role in OFFICERS:
        return Course.id.is_not_null()
    if to.role == Role.BASE_CLERK:
        return Course.base == to.organisation
    return Course.id.is_null()


async def find(course: UUID, *, by: Account) -> Course:
    """Return one course the caller may see.

    Raises:
        NotFound: there is none, or it is another base's.
    """
    row = await Course.objects().where(visible(by), Course.id == course).first()
    if row is None:
        raise NotFound(N_("没有这门课程。"))
    return row


async def _refuse_outside_scope(base: UUID, asked: CourseIn) -> None:
    why = (await leave.of_base(base)).why_not(clock.today(), asked.module, asked.level)
    if why is not None:
        raise FieldsInvalid([why])


async def propose(asked: CourseIn, *, by: Account) -> Course:
    """Propose a course on behalf of the caller's base.

    Raises:
        FieldsInvalid: the base has no leave for that level and module today.
    """
    await _refuse_outside_scope(by.organisation, asked)
    row = Course(
        id=uuid4(),
        base=by.organisation,
        status=CourseStatus.PROPOSED,
        **asked.model_dump(),
        proposed_by=by.id,
        proposed_at=clock.now(),
    )
    async with transaction():
        await row.save()
        await audit.record("course.propose", f"course:{row.id}", level=asked.level)
    return row


async def propose_again(course: UUID, asked: CourseIn, *, by: Account) -> Course:
    """Propose a returned course anew, amended.

    Raises:
        FieldsInvalid: the base has no leave for that level and module today.
        StepNotPossible: it was not returned.
    """
    await _refuse_outside_scope(by.organisation, asked)
    async with transaction():
        row = await find(course, by=by)
        await steps.take(PROPOSE_AGAIN, row, by=by.id, **asked.model_dump())
        await audit.record("course.propose", f"course:{row.id}", level=asked.level)
    return row


async def approve(course: UUID, asked: OpinionIn, *, by: Account) -> Course:
    """Let classes of a course be held."""
    return await _decide(APPROVE, course, asked.note, by)


async def send_back(course: UUID, asked: OpinionIn, *, by: Account) -> Course:
    """Give a proposal back to its base, with what is to be amended."""
    return await _decide(RETURN, course, asked.note, by)


async def retire(course: UUID, asked: OpinionIn, *, by: Account) -> Course:
    """Let no further classes of a course be held; those planned stay, and stay what they were.

    Nothing of an approved course ever changes: one that is to be taught otherwise is another.
    """
    return await _decide(RETIRE, course, asked.note, by)


async def _decide(step: steps.Step, course: UUID, note: str, by: Account) -> Course:
    async with transaction():
        row = await find(course, by=by)
        await steps.take(step, row, by=by.id, note=note)
        await audit.record(f"course.{step.name}", f"course:{row.id}")
    return row


async def listed(
    *, by: Account, status: CourseStatus | None = None, limit: int = 500
) -> list[dict[str, Any]]:
    """The courses the caller may see, newest proposal first, with the names of their bases."""
    query = Course.select(
        *Course.all_columns(),
        Course.base.name.as_alias("base_name"),
        Course.base.name_en.as_alias("base_name_en"),
    ).where(visible(by))
    if status is not None:
        query = query.where(Course.status == status)
    found: list[dict[str, Any]] = await query.order_by(Course.proposed_at, ascending=False).limit(
        limit
    )
    return found
