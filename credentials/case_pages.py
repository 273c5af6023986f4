"""Pages of applications, from the officers' side."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from credentials import applications, decisions, determinations
from credentials.decisions import GroundsIn, ProposalIn
from credentials.intake import formal_check, overview
from credentials.pages import found_with
from credentials.panels import publicity
from credentials.papers import Papers
from credentials.tables import Credential
from credentials.words import Status
from registry import people, profile
from registry.platform import audit, clock, steps
from registry.platform.db import transaction
from registry.platform.fields import chosen, read
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import GRANTS, Permission, Role
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from registry.tables import Account
from training import ledger, lines

Here = NamedDependency[Installation]
Id = FromPath[UUID]
Paperwork = NamedDependency[Papers]
CASE = "credentials/case.html"
DECISIONS = ("grant", "refuse", "send-back")
WHICH = N_("请选择授予、不予授予或退回重拟。")


class CasePages(Controller):
    """Applications, from the officers' side."""

    path = "/queue"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.APPLICATION_DECIDE)
    async def queue(self, request: Visit, caller: Caller) -> Response[Any]:
        """What waits for an officer, soonest due first."""
        waiting = await decisions.queue(by=caller, on=clock.today())
        return page(request, "credentials/queue.html", cases=waiting, today=clock.today())

    @get("/{application:uuid}", permission=Permission.APPLICATION_DECIDE)
    async def show(
        self,
        request: Visit,
        application: Id,
        caller: Caller,
        here: Here,
        papers: Paperwork,
    ) -> Response[Any]:
        """One case: evidence and findings beside what can be decided."""
        async with transaction():
            context = await whole_case(application, caller, here, papers)
            await audit.record("application.read", f"application:{application}")
        return page(request, CASE, form=Form(), asked="", **context)

    @post("/{application:uuid}/return", permission=Permission.APPLICATION_DECIDE)
    async def return_for_supplement(
        self,
        request: Visit,
        application: Id,
        caller: Caller,
        here: Here,
        papers: Paperwork,
    ) -> Response[Any]:
        """Ask the applicant to supplement."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(GroundsIn, given)
            await decisions.return_for_supplement(application, asked, by=caller)
            return Redirect(f"/queue/{application}", status_code=303)

        return await self._decided(request, application, caller, here, papers, act, "return")

    @post("/{application:uuid}/proposal", permission=Permission.APPLICATION_DECIDE)
    async def propose(
        self,
        request: Visit,
        application: Id,
        caller: Caller,
        here: Here,
        papers: Paperwork,
    ) -> Response[Any]:
        """Prepare a decision for a second officer."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await decisions.propose(application, read(ProposalIn, given), by=caller)
            return Redirect(f"/queue/{application}", status_code=303)

        return await self._decided(request, application, caller, here, papers, act, "proposal")

    @post("/{application:uuid}/publication", permission=Permission.APPLICATION_DECIDE)
    async def publish(
        self,
        request: Visit,
        application: Id,
        caller: Caller,
        here: Here,
        papers: Paperwork,
    ) -> Response[Any]:
        """Put the panel's result before the public."""

        async def act(_: dict[str, Any]) -> Response[Any]:
            await publicity.publish(application, by=caller, on=clock.today())
            return Redirect(f"/queue/{application}", status_code=303)

        return await self._decided(request, application, caller, here, papers, act, "")

    @post("/{application:uuid}/decision", permission=Permission.APPLICATION_DECIDE)
    async def decide(
        self,
        request: Visit,
        application: Id,
        caller: Caller,
        here: Here,
        papers: Paperwork,
    ) -> Response[Any]:
        """Grant, refuse, or send back, as the button says."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            decision = chosen(given, "decision", DECISIONS, beside="grounds", words=WHICH)
            asked = read(GroundsIn, given)
            if decision == "grant":
                await decisions.grant(application, asked, by=caller, on=clock.today())
            elif decision == "refuse":
                await decisions.refuse(application, asked, by=caller, on=clock.today())
            else:
                await decisions.send_back(application, asked, by=caller)
            return Redirect(f"/queue/{application}", status_code=303)

        return await self._decided(request, application, caller, here, papers, act, "decision")

    async def _decided(
        self,
        request: Visit,
        application: UUID,
        caller: Account,
        here: Installation,
        papers: Papers,
        act: Callable[[dict[str, Any]], Awaitable[Response[Any]]],
        asked: str,
    ) -> Response[Any]:
        context = await whole_case(application, caller, here, papers)
        return await submitted(request, CASE, act, asked=asked, **context)


async def whole_case(
    application: UUID, caller: Account, here: Installation, papers: Papers
) -> dict[str, Any]:
    """What an officer's page of a case is given; `intake`: of the whole procedure."""
    case = await applications.find(application, by=caller)
    person = await people.find(case.person, by=caller)
    waiting = case.status == Status.PROPOSED
    held = await Credential.objects().get(Credential.application == case.id)
    return {
        "case": case,
        "intake": await overview.of(case, clock.today()),
        "askable": await formal_check.open_to_ask(case),
        "person": person,
        "identity_masked": people.masked_identity(person, here.vault),
        "parts": await profile.whole(person.id),
        "lines": (await lines.of_person(person.id, by=caller))[0],
        "class_hours": await ledger.class_hours(person.id, clock.today()),
        **await found_with(await determinations.newest(case.id)),
        "history": await steps.history(case.id),
        "may_prepare": case.status == Status.SUBMITTED,
        "may_publish": case.status == Status.VOTED and bool(case.vote_passed),
        "may_refuse": case.status == Status.VOTED and not case.vote_passed,
        "may_decide": waiting and case.prepared_by != caller.id,
        "upheld": await decisions.upheld(case),
        "prepared_by_me": waiting and case.prepared_by == caller.id,
        "may_issue": Permission.CERTIFICATE_ISSUE in GRANTS[Role(caller.role)],
        "credential": held,
        "papers": await papers.of(held.id) if held else [],
    }
