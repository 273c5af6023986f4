"""HTTP of the credentials package. A handler reads, calls one use case, and answers."""

from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from credentials import applications, decisions, determinations, progress
from credentials.applications import DraftIn, StatementIn
from credentials.decisions import GroundsIn, ProposalIn
from credentials.rules.explain import Answer
from credentials.schemas import ApplicationOut, CredentialOut, QueueOut
from credentials.words import Level
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.installation import Installation
from registry.platform.permissions import OFFICERS, Permission
from registry.platform.problems import problems
from registry.platform.sessions import address_of
from registry.platform.web import Caller, Visit

Here = NamedDependency[Installation]


class ApplicationController(Controller):
    """Evaluation applications, from the applicant's side."""

    path = "/api/applications"
    tags = ("applications",)

    @get(permission=Permission.APPLICATION_WRITE, responses=problems(401, 403))
    async def mine(self, caller: Caller) -> list[ApplicationOut]:
        """Your applications, newest first."""
        return [
            await ApplicationOut.of(case, to=caller) for case in await applications.mine(by=caller)
        ]

    @post(permission=Permission.APPLICATION_WRITE, responses=problems(400, 409))
    async def draft(self, data: JSONBody[DraftIn], caller: Caller) -> ApplicationOut:
        """Begin an application."""
        case = await applications.draft(data, by=caller, on=clock.today())
        return await ApplicationOut.of(case, to=caller)

    @get("/eligibility", permission=Permission.APPLICATION_WRITE, responses=problems(400, 422))
    async def eligibility(self, level: FromQuery[Level], caller: Caller) -> Answer:
        """Where you stand for a level today; nothing is kept."""
        return await determinations.evaluate(caller.person, level, clock.today())

    @get(
        "/{application:uuid}",
        permission=Permission.APPLICATION_READ,
        responses=problems(401, 403, 404),
    )
    async def show(self, application: FromPath[UUID], caller: Caller) -> ApplicationOut:
        """Show one application."""
        async with transaction():
            case = await ApplicationOut.of(
                await applications.find(application, by=caller), to=caller
            )
            if caller.role in OFFICERS:
                await audit.record("application.read", f"application:{application}")
        return case

    @put(
        "/{application:uuid}/statement",
        permission=Permission.APPLICATION_WRITE,
        responses=problems(400, 404, 409),
    )
    async def save(
        self, application: FromPath[UUID], data: JSONBody[StatementIn], caller: Caller
    ) -> ApplicationOut:
        """Keep what you have written so far."""
        return await ApplicationOut.of(
            await applications.save(application, data, by=caller), to=caller
        )

    @post(
        "/{application:uuid}/submission",
        permission=Permission.APPLICATION_WRITE,
        responses=problems(404, 409, 422),
    )
    async def submit(self, application: FromPath[UUID], caller: Caller) -> ApplicationOut:
        """Hand the application to the bureau."""
        case = await applications.submit(application, by=caller, on=clock.today())
        return await ApplicationOut.of(case, to=caller)

    @post(
        "/{application:uuid}/withdrawal",
        permission=Permission.APPLICATION_WRITE,
        responses=problems(404, 409),
    )
    async def withdraw(self, application: FromPath[UUID], caller: Caller) -> ApplicationOut:
        """Take the application back before it is decided."""
        return await ApplicationOut.of(
            await applications.withdraw(application, by=caller), to=caller
        )


class ProgressController(Controller):
    """How far an application is, for anybody with its reference number."""

    path = "/api/progress"
    tags = ("applications",)

    @get("/{reference:str}", public=True, responses=problems(404, 429))
    async def stage(self, request: Visit, reference: FromPath[str], here: Here) -> dict[str, str]:
        """The stage, and nothing else."""
        limit = here.by_number if progress.guessable(reference) else here.by_name
        await limit.count(address_of(request))
        return {"stage": await progress.stage(reference)}


class DecisionController(Controller):
    """Evaluation applications, from the bureau's side."""

    path = "/api/applications"
    tags = ("decisions",)

    @get("/queue", permission=Permission.APPLICATION_DECIDE, responses=problems(401, 403))
    async def queue(self, caller: Caller) -> list[QueueOut]:
        """What waits for an officer, soonest due first."""
        return [
            QueueOut.model_validate(row)
            for row in await decisions.queue(by=caller, on=clock.today())
        ]

    @post(
        "/{application:uuid}/return",
        permission=Permission.APPLICATION_DECIDE,
        responses=problems(400, 404, 409),
    )
    async def return_for_supplement(
        self, application: FromPath[UUID], data: JSONBody[GroundsIn], caller: Caller
    ) -> ApplicationOut:
        """Ask the applicant to supplement."""
        case = await decisions.return_for_supplement(application, data, by=caller)
        return await ApplicationOut.of(case, to=caller)

    @post(
        "/{application:uuid}/proposal",
        permission=Permission.APPLICATION_DECIDE,
        responses=problems(400, 404, 409),
    )
    async def propose(
        self, application: FromPath[UUID], data: JSONBody[ProposalIn], caller: Caller
    ) -> ApplicationOut:
        """Prepare a decision for a second officer."""
        return await ApplicationOut.of(
            await decisions.propose(application, data, by=caller), to=caller
        )

    @post(
        "/{application:uuid}/grant",
        permission=Permission.APPLICATION_DECIDE,
        responses=problems(400, 403, 404, 409, 422),
    )
    async def grant(
        self, application: FromPath[UUID], data: JSONBody[GroundsIn], caller: Caller
    ) -> CredentialOut:
        """Decide in favour; never by whoever prepared it."""
        granted = await decisions.grant(application, data, by=caller, on=clock.today())
        return CredentialOut.model_validate(granted)

    @post(
        "/{application:uuid}/refusal",
        permission=Permission.APPLICATION_DECIDE,
        responses=problems(400, 403, 404, 409, 422),
    )
    async def refuse(
        self, application: FromPath[UUID], data: JSONBody[GroundsIn], caller: Caller
    ) -> ApplicationOut:
        """Decide against; never by whoever prepared it."""
        case = await decisions.refuse(application, data, by=caller, on=clock.today())
        return await ApplicationOut.of(case, to=caller)

    @post(
        "/{application:uuid}/send-back",
        permission=Permission.APPLICATION_DECIDE,
        responses=problems(400, 403, 404, 409),
    )
    async def send_back(
        self, application: FromPath[UUID], data: JSONBody[GroundsIn], caller: Caller
    ) -> ApplicationOut:
        """Give a prepared decision back to be prepared again."""
        return await ApplicationOut.of(
            await decisions.send_back(application, data, by=caller), to=caller
        )
