"""Pages of a person: what their hours count for, their classes, and mentored practice."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from registry.platform import clock
from registry.platform.fields import chosen, read
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.sessions import address_of
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from training import attendance, mentoring, policy, practice, statements
from training.mentoring import MentorIn, OutcomeIn, PairingIn
from training.practice import ConfirmationIn, PracticeIn

House = NamedDependency[Installation]
COUNTING, PRACTICE = "training/counting.html", "training/practice.html"
MENTORING, MENTOR_FORM = "training/mentoring.html", "training/mentor_form.html"
PAIRING_FORM = "training/pairing_form.html"


class CountingPages(Controller):
    """What hours count for."""

    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/hours/counting", permission=Permission.CLASS_ATTEND)
    async def own(self, request: Visit, caller: Caller) -> Response[Any]:
        """What one's own hours count for, and what is missing."""
        return await self._statement(request, caller.person, caller, "/hours")

    @get("/people/{person:uuid}/hours", permission=Permission.HOURS_READ)
    async def of_person(
        self, request: Visit, person: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """The same of somebody else, for bureau and base."""
        return await self._statement(request, person, caller, "")

    async def _statement(
        self, request: Visit, person: UUID, caller: Any, back: str
    ) -> Response[Any]:
        today = clock.today()
        found = await statements.statement(person, by=caller, on=today)
        return page(
            request,
            COUNTING,
            statement=found,
            class_hour_minutes=await policy.class_hour(today),
            back=back,
        )

    @get("/my-classes", permission=Permission.CLASS_ATTEND)
    async def my_classes(self, request: Visit, caller: Caller) -> Response[Any]:
        """One's own classes, and signing in to those under way."""
        now = clock.now()
        found = await attendance.mine(by=caller)
        return page(request, "training/my_classes.html", classes=found, now=now)

    @post("/my-classes/{session:uuid}/sign-in", permission=Permission.CLASS_ATTEND)
    async def sign_in(
        self, request: Visit, session: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Sign in to an online class."""
        await attendance.sign_in(session, by=caller, address=address_of(request), now=clock.now())
        return Redirect("/my-classes", status_code=303)


class PracticePages(Controller):
    """Mentored practice, for the two who do it."""

    path = "/practice"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.PRACTICE_REPORT)
    async def show(self, request: Visit, caller: Caller) -> Response[Any]:
        """One's own pairings, with what waits for confirmation."""
        found = await mentoring.pairings(by=caller)
        return page(request, PRACTICE, form=Form(), sent="", pairings=found)

    @post("/{pairing:uuid}", permission=Permission.PRACTICE_REPORT)
    async def report(
        self, request: Visit, pairing: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Report a stretch of practice."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await practice.report(pairing, read(PracticeIn, given), by=caller, on=clock.today())
            return Redirect("/practice", status_code=303)

        found = await mentoring.pairings(by=caller)
        return await submitted(request, PRACTICE, act, sent="", pairings=found)

    @post("/stretches/{stretch:uuid}", permission=Permission.PRACTICE_REPORT)
    async def confirm(
        self, request: Visit, stretch: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Confirm or dispute what the other reported."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            if chosen(given, "answer", ("confirm", "dispute")) == "dispute":
                note = str(given.get("reason", "")).strip()[:500] or "-"
                await practice.dispute(stretch, note=note, by=caller)
            else:
                asked = read(ConfirmationIn, given)
                on, now = clock.today(), clock.now()
                await practice.confirm(stretch, asked, by=caller, on=on, now=now)
            return Redirect("/practice", status_code=303)

        found = await mentoring.pairings(by=caller)
        return await submitted(request, PRACTICE, act, sent=str(stretch), pairings=found)


class MentorPages(Controller):
    """The register of mentors and their pairings, for bases and the bureau."""

    path = "/mentors"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.MENTOR_REGISTER)
    async def listed(self, request: Visit, caller: Caller) -> Response[Any]:
        """Mentors, and the pairings the caller may see."""
        found, pairs = await mentoring.mentors(), await mentoring.pairings(by=caller)
        return page(request, MENTORING, form=Form(), sent="", mentors=found, pairings=pairs)

    @get("/new", permission=Permission.MENTOR_REGISTER)
    async def mentor_form(self, request: Visit) -> Response[Any]:
        """Ask for a mentor."""
        return page(request, MENTOR_FORM, form=Form(), back="/mentors")

    @post("/new", permission=Permission.MENTOR_REGISTER)
    async def register(self, request: Visit, caller: Caller, here: House) -> Response[Any]:
        """Put a mentor on the register."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(MentorIn, {"terms": False, **given})
            await mentoring.register(asked, by=caller, vault=here.vault)
            return Redirect("/mentors", status_code=303)

        return await submitted(request, MENTOR_FORM, act, back="/mentors")

    @get("/pairings/new", permission=Permission.CLASS_HOLD)
    async def pairing_form(self, request: Visit) -> Response[Any]:
        """Ask for a pairing."""
        return page(request, PAIRING_FORM, form=Form(), **await self._choices())

    async def _choices(self) -> dict[str, Any]:
        found = await mentoring.mentors()
        names = {str(row["id"]): f"{row['name']} {row['number']}" for row in found}
        return {"mentors": names, "back": "/mentors"}

    @post("/pairings/new", permission=Permission.CLASS_HOLD)
    async def pair(self, request: Visit, caller: Caller, here: House) -> Response[Any]:
        """Pair a mentor with a junior manager."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await mentoring.pair(read(PairingIn, given), by=caller, vault=here.vault)
            return Redirect("/mentors", status_code=303)

        return await submitted(request, PAIRING_FORM, act, **await self._choices())

    @post("/pairings/{pairing:uuid}/outcome", permission=Permission.CLASS_HOLD)
    async def finish(
        self, request: Visit, pairing: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """End a pairing with a note of its outcome."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            how = chosen(given, "how", ("completed", "ended"), beside="outcome")
            completed = how == "completed"
            await mentoring.finish(pairing, read(OutcomeIn, given), completed=completed, by=caller)
            return Redirect("/mentors", status_code=303)

        found, pairs = await mentoring.mentors(), await mentoring.pairings(by=caller)
        shown = {"sent": str(pairing), "mentors": found, "pairings": pairs}
        return await submitted(request, MENTORING, act, **shown)
