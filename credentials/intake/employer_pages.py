"""Pages of employers: their people's applications, publication and confirmation."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from credentials import procedure
from credentials.intake import contents, employers, submissions
from credentials.intake.employers import PublicationIn, ReasonIn
from credentials.intake.readiness import PUBLICATION
from credentials.words import Status
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.fields import read
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from registry.tables import Account, Person

CONFIRM = Permission.APPLICATION_CONFIRM
ONE = "credentials/intake/handed.html"
Id = FromPath[UUID]


class EmployerPages(Controller):
    """Applications handed to the caller's organisation."""

    path = "/employer"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=CONFIRM)
    async def listing(self, request: Visit, caller: Caller) -> Response[Any]:
        """What has been handed over, what waits first."""
        rows = await employers.listing(by=caller)
        return page(
            request, "credentials/intake/employer_list.html", cases=rows, today=clock.today()
        )

    @get("/{application:uuid}", permission=CONFIRM)
    async def show(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """One application, as it was handed over."""
        async with transaction():
            context = await _context(application, caller)
            await audit.record("application.read", f"application:{application}")
        return page(request, ONE, form=Form(), asked="", **context)

    @post("/{application:uuid}/publication", permission=CONFIRM)
    async def publish(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """Record the first day of the publication."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(PublicationIn, given)
            await employers.publish(application, asked, by=caller, on=clock.today())
            return Redirect(f"/employer/{application}", status_code=303)

        context = await _context(application, caller)
        return await submitted(request, ONE, act, asked="publication", **context)

    @post("/{application:uuid}/confirmation", permission=CONFIRM)
    async def confirm(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """Confirm."""

        async def act(_: dict[str, Any]) -> Response[Any]:
            await employers.confirm(application, by=caller, on=clock.today())
            return Redirect(f"/employer/{application}", status_code=303)

        context = await _context(application, caller)
        return await submitted(request, ONE, act, asked="confirmation", **context)

    @post("/{application:uuid}/refusal", permission=CONFIRM)
    async def decline(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """Not confirm, with the reason."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await employers.decline(application, read(ReasonIn, given), by=caller)
            return Redirect("/employer", status_code=303)

        context = await _context(application, caller)
        return await submitted(request, ONE, act, asked="refusal", **context)


async def _context(application: UUID, caller: Account) -> dict[str, Any]:
    case, filing = await employers.find(application, by=caller)
    person = await Person.objects().get(Person.id == case.person)
    assert person is not None, "foreign keys hold people in place"
    newest = await contents.last(case)
    assert newest is not None, "it was handed over"
    rules = await procedure.of(case)
    last = employers.period(rules, filing.published_on) if filing.published_on else None
    start = None if last else employers.due(rules, case, None)
    return {
        "case": case,
        "filing": filing,
        "person": person,
        "said": submissions.read(newest),
        "rule": rules.figures[PUBLICATION],
        "last": last,
        "start": start,
        "over": last is not None and last.passed(clock.today()),
        "waiting": case.status == Status.CONFIRMING,
        "today": clock.today(),
    }
