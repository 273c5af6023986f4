"""Pages of courses and classes: proposing, deciding, planning, enrolling, attending, posting."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from registry.platform import clock
from registry.platform.fields import chosen, read
from registry.platform.installation import Installation
from registry.platform.permissions import OFFICERS, Permission
from registry.platform.steps import history
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from training import attendance, classes, courses, policy
from training.attendance import SheetIn, WithdrawalIn
from training.classes import PostingIn, RosterIn
from training.courses import CourseIn, OpinionIn
from training.planning import ClassIn
from training.words import CourseStatus

Here = NamedDependency[Installation]
COURSE, COURSE_FORM = "training/course.html", "training/course_form.html"
CLASS, CLASS_FORM = "training/class.html", "training/class_form.html"
OPINIONS = {
    "approval": courses.approve,
    "return": courses.send_back,
    "retirement": courses.retire,
}


class CoursePages(Controller):
    """The catalogue of courses."""

    path = "/courses"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.COURSE_READ)
    async def listed(self, request: Visit, caller: Caller) -> Response[Any]:
        """The courses the caller may see."""
        found = await courses.listed(by=caller)
        return page(
            request, "training/courses.html", courses=found, officer=caller.role in OFFICERS
        )

    @get("/new", permission=Permission.COURSE_PROPOSE)
    async def form(self, request: Visit) -> Response[Any]:
        """Ask for a course."""
        return page(request, COURSE_FORM, form=Form(), **await self._around("/courses"))

    async def _around(self, back: str) -> dict[str, Any]:
        return {"class_hour_minutes": await policy.class_hour(clock.today()), "back": back}

    @post("/new", permission=Permission.COURSE_PROPOSE)
    async def propose(self, request: Visit, caller: Caller) -> Response[Any]:
        """Propose a course."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            row = await courses.propose(read(CourseIn, given), by=caller)
            return Redirect(f"/courses/{row.id}", status_code=303)

        return await submitted(request, COURSE_FORM, act, **await self._around("/courses"))

    @get("/{course:uuid}", permission=Permission.COURSE_READ)
    async def show(self, request: Visit, course: FromPath[UUID], caller: Caller) -> Response[Any]:
        """One course, and what can be done with it."""
        return page(request, COURSE, form=Form(), **await self._shown(course, caller))

    async def _shown(self, course: UUID, caller: Any) -> dict[str, Any]:
        row = await courses.find(course, by=caller)
        return {
            "course": row,
            "history": await history(row.id),
            "deciding": caller.role in OFFICERS and row.status == CourseStatus.PROPOSED,
            "amending": caller.role not in OFFICERS and row.status == CourseStatus.RETURNED,
            "planning": caller.role not in OFFICERS and row.status == CourseStatus.APPROVED,
            "retiring": row.status == CourseStatus.APPROVED,
            "retirement": "opinion" if caller.role in OFFICERS else "retirement",
            "class_hour_minutes": await policy.class_hour(clock.today()),
            "back": "/courses",
        }

    @post("/{course:uuid}/opinion", permission=Permission.COURSE_DECIDE)
    async def decide(self, request: Visit, course: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Approve a proposal or give it back; or let no more classes be held."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            opinion = chosen(given, "opinion", OPINIONS, beside="note")
            await OPINIONS[opinion](course, read(OpinionIn, given), by=caller)
            return Redirect("/courses", status_code=303)

        return await submitted(request, COURSE, act, **await self._shown(course, caller))

    @post("/{course:uuid}/retirement", permission=Permission.COURSE_PROPOSE)
    async def retire(self, request: Visit, course: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Let no more classes of one's own course be held."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            given.pop("opinion", "")
            await courses.retire(course, read(OpinionIn, given), by=caller)
            return Redirect(f"/courses/{course}", status_code=303)

        return await submitted(request, COURSE, act, **await self._shown(course, caller))

    @get("/{course:uuid}/amendment", permission=Permission.COURSE_PROPOSE)
    async def amend_form(
        self, request: Visit, course: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Ask for what is to be amended in a returned proposal."""
        row = await courses.find(course, by=caller)
        values = {name: getattr(row, name) for name in CourseIn.model_fields}
        form = Form({name: str(value) for name, value in values.items() if value is not None})
        return page(request, COURSE_FORM, form=form, **await self._around(f"/courses/{course}"))

    @post("/{course:uuid}/amendment", permission=Permission.COURSE_PROPOSE)
    async def amend(self, request: Visit, course: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Propose a returned course anew."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await courses.propose_again(course, read(CourseIn, given), by=caller)
            return Redirect(f"/courses/{course}", status_code=303)

        around = await self._around(f"/courses/{course}")
        return await submitted(request, COURSE_FORM, act, **around)


class ClassPages(Controller):
    """Class sessions of a base."""

    path = "/classes"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.COURSE_READ)
    async def listed(self, request: Visit, caller: Caller) -> Response[Any]:
        """The classes the caller may see, latest first."""
        return page(request, "training/classes.html", classes=await classes.listed(by=caller))

    @get("/new", permission=Permission.CLASS_HOLD)
    async def form(self, request: Visit, caller: Caller) -> Response[Any]:
        """Ask for a class."""
        form = Form({"course": request.query_params.get("course", "")})
        return page(request, CLASS_FORM, form=form, **await self._approved(caller))

    async def _approved(self, caller: Any) -> dict[str, Any]:
        found = await courses.listed(by=caller, status=CourseStatus.APPROVED)
        return {"courses": {str(row["id"]): row["title"] for row in found}, "back": "/classes"}

    @post("/new", permission=Permission.CLASS_HOLD)
    async def plan(self, request: Visit, caller: Caller) -> Response[Any]:
        """Plan a class."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            row = await classes.plan(read(ClassIn, given), by=caller)
            return Redirect(f"/classes/{row.id}", status_code=303)

        return await submitted(request, CLASS_FORM, act, **await self._approved(caller))

    @get("/{session:uuid}", permission=Permission.COURSE_READ)
    async def show(self, request: Visit, session: FromPath[UUID], caller: Caller) -> Response[Any]:
        """One class: who is enrolled, who attended, and posting."""
        return page(request, CLASS, form=Form(), **await self._shown(session, caller))

    async def _shown(self, session: UUID, caller: Any) -> dict[str, Any]:
        row = await classes.find(session, by=caller)
        course = await courses.find(row.course, by=caller)
        seats = await classes.roster(session, by=caller)
        return {
            "session": row,
            "course": course,
            "history": await history(row.id),
            "roster": seats,
            "people": {str(one["id"]): f"{one['name']} {one['number']}" for one in seats},
            "offered": classes.lesson_of(row, course).offered,
            "over": row.ends_at <= clock.now(),
            "own": caller.role not in OFFICERS,
            "back": "/classes",
        }

    @post("/{session:uuid}/roster", permission=Permission.CLASS_HOLD)
    async def enrol(
        self, request: Visit, session: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[Any]:
        """Enrol people, one number a line."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await classes.enrol(session, read(RosterIn, given), by=caller, vault=here.vault)
            return Redirect(f"/classes/{session}", status_code=303)

        return await submitted(request, CLASS, act, **await self._shown(session, caller))

    @post("/{session:uuid}/attendance", permission=Permission.CLASS_HOLD)
    async def attend(
        self, request: Visit, session: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Take attendance and results."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await attendance.take(session, _sheet(given), by=caller)
            return Redirect(f"/classes/{session}", status_code=303)

        return await submitted(request, CLASS, act, **await self._shown(session, caller))

    @post("/{session:uuid}/withdrawal", permission=Permission.CLASS_HOLD)
    async def withdraw(
        self, request: Visit, session: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Take somebody out of the class."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await attendance.withdraw(session, read(WithdrawalIn, given), by=caller)
            return Redirect(f"/classes/{session}", status_code=303)

        return await submitted(request, CLASS, act, **await self._shown(session, caller))

    @post("/{session:uuid}/cancellation", permission=Permission.CLASS_HOLD)
    async def cancel(
        self, request: Visit, session: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Call the class off."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await classes.cancel(session, note=read(OpinionIn, given).note, by=caller)
            return Redirect(f"/classes/{session}", status_code=303)

        return await submitted(request, CLASS, act, **await self._shown(session, caller))

    @post("/{session:uuid}/posting", permission=Permission.HOURS_RECORD)
    async def post_hours(
        self, request: Visit, session: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Post the attendance to the ledger."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked, now = read(PostingIn, given), clock.now()
            await classes.post(session, asked, by=caller, on=clock.today(), now=now)
            return Redirect(f"/classes/{session}", status_code=303)

        return await submitted(request, CLASS, act, **await self._shown(session, caller))


def _sheet(given: dict[str, Any]) -> SheetIn:
    """The attendance sheet of a form: `minutes-<enrolment>` and `score-<enrolment>` for each."""
    lines: dict[str, dict[str, Any]] = {}
    for name, value in given.items():
        kind, _, enrolment = name.partition("-")
        if kind in {"minutes", "score"} and enrolment and value != "":
            lines.setdefault(enrolment, {"enrolment": enrolment})[kind] = value
        elif kind == "minutes" and enrolment:
            lines.setdefault(enrolment, {"enrolment": enrolment})
    return read(SheetIn, {"lines": tuple(lines.values())})
