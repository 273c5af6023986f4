"""HTTP of courses, classes and imports."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, JSONBody

from registry.platform import clock
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.web import Caller
from training import attendance, backlog, classes, courses, imports
from training.attendance import SheetIn, WithdrawalIn
from training.classes import PostingIn, RosterIn
from training.commands import told_of
from training.courses import CourseIn, OpinionIn
from training.import_pages import LARGEST_UPLOAD, here_of, posted, received
from training.imports import Here
from training.planning import ClassIn
from training.schemas import ChangedOut, ClassOut, CourseOut, ImportOut, SeatOut
from training.words import ImportStatus

House = NamedDependency[Installation]


class CourseController(Controller):
    """The catalogue of courses."""

    path = "/api/training/courses"
    tags = ("training",)

    @get(permission=Permission.COURSE_READ, responses=problems(401, 403))
    async def listed(self, caller: Caller) -> list[CourseOut]:
        """The courses you may see."""
        return [CourseOut.model_validate(row) for row in await courses.listed(by=caller)]

    @post(permission=Permission.COURSE_PROPOSE, responses=problems(400, 403, 422))
    async def propose(self, data: JSONBody[CourseIn], caller: Caller) -> CourseOut:
        """Propose a course for your base."""
        return CourseOut.model_validate(await courses.propose(data, by=caller))

    @post(
        "/{course:uuid}/approval",
        permission=Permission.COURSE_DECIDE,
        responses=problems(400, 404, 409),
        status_code=200,
    )
    async def approve(
        self, course: FromPath[UUID], data: JSONBody[OpinionIn], caller: Caller
    ) -> CourseOut:
        """Approve a proposal."""
        return CourseOut.model_validate(await courses.approve(course, data, by=caller))

    @post(
        "/{course:uuid}/return",
        permission=Permission.COURSE_DECIDE,
        responses=problems(400, 404, 409),
        status_code=200,
    )
    async def send_back(
        self, course: FromPath[UUID], data: JSONBody[OpinionIn], caller: Caller
    ) -> CourseOut:
        """Give a proposal back to be amended."""
        return CourseOut.model_validate(await courses.send_back(course, data, by=caller))

    @post(
        "/{course:uuid}/retirement",
        permission=Permission.COURSE_PROPOSE,
        responses=problems(400, 404, 409),
        status_code=200,
    )
    async def retire(
        self, course: FromPath[UUID], data: JSONBody[OpinionIn], caller: Caller
    ) -> CourseOut:
        """Let no more classes of your base's course be held; those planned stay."""
        return CourseOut.model_validate(await courses.retire(course, data, by=caller))


class ClassController(Controller):
    """Class sessions."""

    path = "/api/training/classes"
    tags = ("training",)

    @get(permission=Permission.COURSE_READ, responses=problems(401, 403))
    async def listed(self, caller: Caller) -> list[ClassOut]:
        """The classes you may see, latest first."""
        return [ClassOut.model_validate(row) for row in await classes.listed(by=caller)]

    @post(permission=Permission.CLASS_HOLD, responses=problems(400, 404, 409, 422))
    async def plan(self, data: JSONBody[ClassIn], caller: Caller) -> ClassOut:
        """Plan a class of an approved course."""
        return ClassOut.model_validate(await classes.plan(data, by=caller))

    @get("/{session:uuid}/roster", permission=Permission.COURSE_READ, responses=problems(404))
    async def roster(self, session: FromPath[UUID], caller: Caller) -> list[SeatOut]:
        """Who is enrolled, with attendance and results."""
        return [SeatOut.model_validate(row) for row in await classes.roster(session, by=caller)]

    @post(
        "/{session:uuid}/roster",
        permission=Permission.CLASS_HOLD,
        responses=problems(400, 404, 409, 422),
        status_code=200,
    )
    async def enrol(
        self, session: FromPath[UUID], data: JSONBody[RosterIn], caller: Caller, here: House
    ) -> ChangedOut:
        """Enrol people, one number a line."""
        return ChangedOut(changed=await classes.enrol(session, data, by=caller, vault=here.vault))

    @put(
        "/{session:uuid}/attendance",
        permission=Permission.CLASS_HOLD,
        responses=problems(400, 404, 409, 422),
    )
    async def attend(
        self, session: FromPath[UUID], data: JSONBody[SheetIn], caller: Caller
    ) -> ChangedOut:
        """Take attendance and results."""
        return ChangedOut(changed=await attendance.take(session, data, by=caller))

    @post(
        "/{session:uuid}/withdrawal",
        permission=Permission.CLASS_HOLD,
        responses=problems(400, 404, 409),
        status_code=204,
    )
    async def withdraw(
        self, session: FromPath[UUID], data: JSONBody[WithdrawalIn], caller: Caller
    ) -> None:
        """Take somebody out of the class whose hours are not posted."""
        await attendance.withdraw(session, data, by=caller)

    @post(
        "/{session:uuid}/cancellation",
        permission=Permission.CLASS_HOLD,
        responses=problems(400, 404, 409),
        status_code=204,
    )
    async def cancel(
        self, session: FromPath[UUID], data: JSONBody[OpinionIn], caller: Caller
    ) -> None:
        """Call a class off whose hours are not posted."""
        await classes.cancel(session, note=data.note, by=caller)

    @post(
        "/{session:uuid}/posting",
        permission=Permission.HOURS_RECORD,
        responses=problems(400, 404, 409, 422),
        status_code=200,
    )
    async def post_hours(
        self, session: FromPath[UUID], data: JSONBody[PostingIn], caller: Caller
    ) -> ChangedOut:
        """Post the attendance to the ledger; safe to repeat."""
        on, now = clock.today(), clock.now()
        return ChangedOut(changed=await classes.post(session, data, by=caller, on=on, now=now))


class ImportController(Controller):
    """Sheets of hours."""

    path = "/api/training/imports"
    tags = ("training",)

    @post(
        permission=Permission.HOURS_RECORD,
        responses=problems(400, 413, 422),
        request_max_body_size=LARGEST_UPLOAD,
    )
    async def upload(
        self,
        data: Annotated[UploadFile, Body(media_type=RequestEncodingType.MULTI_PART)],
        caller: Caller,
        here: House,
    ) -> ImportOut:
        """Check every row of a sheet; nothing is posted yet. The same file is the same import."""
        content = await data.read()
        asked = here_of(caller, here)
        return await _told((await received(data.filename, content, asked, here.settings)).id, asked)

    @get("/{run:uuid}", permission=Permission.HOURS_RECORD, responses=problems(404))
    async def show(self, run: FromPath[UUID], caller: Caller, here: House) -> ImportOut:
        """What became of a sheet; a large one is `waiting` or `taking-in` for a while."""
        return await _told(run, here_of(caller, here))

    @post(
        "/{run:uuid}/taking-in",
        permission=Permission.HOURS_RECORD,
        responses=problems(404, 409, 422),
        status_code=200,
    )
    async def take_in(
        self, run: FromPath[UUID], caller: Caller, here: House, only_good: FromQuery[bool] = False
    ) -> ImportOut:
        """Post all rows or none; with `only_good`, those that can be."""
        asked = here_of(caller, here)
        await posted(run, asked, only_good=only_good)
        return await _told(run, asked)

    @post(
        "/{run:uuid}/undoing",
        permission=Permission.HOURS_RECORD,
        responses=problems(404, 409, 422),
        status_code=200,
    )
    async def undo(self, run: FromPath[UUID], caller: Caller, here: House) -> ChangedOut:
        """Take every line of an import back."""
        return ChangedOut(changed=await imports.undo(run, here_of(caller, here)))


async def _told(run: UUID, here: Here) -> ImportOut:
    row, good, refused = await backlog.result(run, here)
    status = ImportStatus(row["status"])
    accepted = row["accepted"] if status is ImportStatus.IMPORTED else good
    said = told_of(row["total"], accepted, refused)
    return ImportOut(id=row["id"], status=status, done=row["done"], **said)
