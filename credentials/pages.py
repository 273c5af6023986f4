"""Pages of the credentials package: the applicant's side and the officers'."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from credentials import applications, determinations, policy, timeline
from credentials.applications import DraftIn, StatementIn
from credentials.intake import overview
from credentials.tables import Application, Determination
from credentials.words import OPEN, SUBMIT, WITHDRAW, Level, Status
from registry import people, profile
from registry.platform import clock, steps
from registry.platform.fields import read
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from registry.tables import Account
from training import ledger

APPLICATION = "credentials/application.html"
TASKS = "credentials/intake/tasks.html"
STATEMENT = "credentials/intake/statement.html"


class ApplicationPages(Controller):
    """Applications, from the applicant's side."""

    path = "/applications"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.APPLICATION_WRITE)
    async def mine(self, request: Visit, caller: Caller) -> Response[Any]:
        """The caller's applications, and a form for another."""
        return page(request, "credentials/applications.html", form=Form(), **await _mine(caller))

    @post(permission=Permission.APPLICATION_WRITE)
    async def draft(self, request: Visit, caller: Caller) -> Response[Any]:
        """Begin an application."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            case = await applications.draft(read(DraftIn, given), by=caller, on=clock.today())
            return _to(case)

        context = await _mine(caller)
        return await submitted(request, "credentials/applications.html", act, **context)

    @get("/{application:uuid}", permission=Permission.APPLICATION_WRITE)
    async def show(
        self, request: Visit, application: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """One application: what is done, what is missing, where it stands."""
        context = await own(application, caller)
        form = Form({"statement": context["case"].statement})
        return page(request, _template(context), form=form, **context)

    @get("/{application:uuid}/statement", permission=Permission.APPLICATION_WRITE)
    async def statement(
        self, request: Visit, application: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """The statement alone, where the application has other parts."""
        context = await own(application, caller)
        if not (context["editable"] and context["intake"]):
            return _to(context["case"])
        form = Form({"statement": context["case"].statement})
        return page(request, STATEMENT, form=form, **context)

    @post("/{application:uuid}/statement", permission=Permission.APPLICATION_WRITE)
    async def save(
        self, request: Visit, application: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Keep what the applicant has written so far."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            case = await applications.save(application, read(StatementIn, given), by=caller)
            return _to(case)

        context = await own(application, caller)
        template = STATEMENT if context["editable"] and context["intake"] else APPLICATION
        return await submitted(request, template, act, **context)

    @post("/{application:uuid}/submission", permission=Permission.APPLICATION_WRITE)
    async def submit(
        self, request: Visit, application: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Hand the application to the bureau; a statement sent along is kept first."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            if "statement" in given:
                await applications.save(application, read(StatementIn, given), by=caller)
            case = await applications.submit(application, by=caller, on=clock.today())
            return Redirect(f"/applications/{case.id}/confirmation", status_code=303)

        context = await own(application, caller)
        return await submitted(request, _template(context), act, **context)

    @post("/{application:uuid}/withdrawal", permission=Permission.APPLICATION_WRITE)
    async def withdraw(
        self, request: Visit, application: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Take the application back."""

        async def act(_: dict[str, Any]) -> Response[Any]:
            return _to(await applications.withdraw(application, by=caller))

        context = await own(application, caller)
        return await submitted(request, _template(context), act, **context)

    @get("/{application:uuid}/confirmation", permission=Permission.APPLICATION_WRITE)
    async def confirmation(
        self, request: Visit, application: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """What has been handed in, and what happens next."""
        case = await applications.find(application, by=caller)
        if case.status == Status.DRAFT:
            return _to(case)
        return page(request, "credentials/confirmation.html", **await own(application, caller))


def _template(context: dict[str, Any]) -> str:
    return TASKS if context["editable"] and context["intake"] else APPLICATION


def _to(case: Application) -> Response[Any]:
    return Redirect(f"/applications/{case.id}", status_code=303)


async def _mine(caller: Account) -> dict[str, Any]:
    found = await applications.mine(by=caller)
    taken = {case.level for case in found if case.status in OPEN}
    return {"cases": found, "levels": [level for level in Level if level not in taken]}


async def own(application: UUID, caller: Account) -> dict[str, Any]:
    """What the pages of one's own application are given; `intake`: of the whole procedure."""
    case = await applications.find(application, by=caller)
    kept = await determinations.newest(case.id)
    editable = case.status in SUBMIT.starts
    found = await found_with(kept)
    if editable:
        answer = await determinations.evaluate(case.person, Level(case.level), clock.today())
        edition = await policy.in_force(determinations.EVALUATION, clock.today())
        found = {"answer": answer, "rules": edition.document}
    parts = await profile.whole(case.person)
    history = await steps.history(case.id)
    return {
        "case": case,
        "intake": await overview.of(case, clock.today()),
        "person": await people.find(case.person, by=caller),
        "counts": {kind: len(rows) for kind, rows in parts.items()},
        "class_hours": await ledger.class_hours(case.person, clock.today()),
        **found,
        "history": history,
        "present": await timeline.present(case, history),
        "editable": editable,
        "withdrawable": case.status in WITHDRAW.starts,
    }


async def found_with(kept: Determination | None) -> dict[str, Any]:
    """The findings a case was last submitted with, and the edition they rest on."""
    if kept is None:
        return {"answer": None, "rules": None}
    edition = await policy.edition(kept.edition)
    return {"answer": determinations.answer_of(kept), "rules": edition.document}
