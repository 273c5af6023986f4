"""HTTP of the intake. A handler reads, calls one use case, and answers."""

from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from credentials import applications
from credentials.intake import claims, contents, employers, formal_check, rounds
from credentials.intake.claims import (
    AccountIn,
    AchievementIn,
    ContractEvidenceIn,
    EmployerIn,
    FunctionsIn,
    NewAchievementIn,
    RecommendationIn,
)
from credentials.intake.employers import PublicationIn, ReasonIn
from credentials.intake.formal_check import NoticeIn
from credentials.intake.rounds import EndIn, RoundIn
from credentials.intake.schemas import (
    ConfirmingOut,
    EmployerOut,
    EvidenceOut,
    FilingOut,
    HandedOut,
    RoundOut,
)
from credentials.schemas import ApplicationOut
from registry import organisations
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.permissions import OFFICERS, Permission
from registry.platform.problems import problems
from registry.platform.web import Caller
from registry.schemas import CreatedOut
from registry.words import OrganisationKind

WRITE = Permission.APPLICATION_WRITE
Id = FromPath[UUID]


class RoundController(Controller):
    """Rounds and continuous intake."""

    path = "/api/rounds"
    tags = ("rounds",)

    @get(permission=Permission.ROUND_READ, responses=problems(401, 403))
    async def known(self) -> list[RoundOut]:
        """Every round, the newest first."""
        return [RoundOut.of(row) for row in await rounds.known()]

    @post(permission=Permission.ROUND_OPEN, responses=problems(400, 422))
    async def open_one(self, data: JSONBody[RoundIn], caller: Caller) -> RoundOut:
        """Open a round, or continuous intake by giving no last day."""
        return RoundOut.of(await rounds.open_one(data, by=caller))

    @post("/{intake:uuid}/end", permission=Permission.ROUND_OPEN, responses=problems(404, 409, 422))
    async def end(self, intake: Id, data: JSONBody[EndIn], caller: Caller) -> RoundOut:
        """Give continuous intake its last day."""
        return RoundOut.of(await rounds.end(intake, data, by=caller, on=clock.today()))


class FilingController(Controller):
    """What is filed with an application: functions, evidence, employer."""

    path = "/api/applications/{application:uuid}"
    tags = ("applications",)

    @get("/filing", permission=Permission.APPLICATION_READ, responses=problems(401, 403, 404))
    async def show(self, application: Id, caller: Caller) -> FilingOut:
        """Show everything, with the checklist of materials."""
        async with transaction():
            case = await applications.find(application, by=caller)
            answer = await FilingOut.of(case, clock.today())
            if caller.role in OFFICERS:
                await audit.record("application.read", f"application:{application}")
        return answer

    @put("/functions", permission=WRITE, responses=problems(400, 404, 409, 422))
    async def claim(
        self, application: Id, data: JSONBody[FunctionsIn], caller: Caller
    ) -> FilingOut:
        """Claim exactly these functions; the evidence of others goes."""
        case = await claims.claim(application, data, by=caller)
        return await FilingOut.of(case, clock.today())

    @put("/functions/{function:str}", permission=WRITE, responses=problems(400, 404, 409, 422))
    async def describe(
        self, application: Id, function: FromPath[str], data: JSONBody[AccountIn], caller: Caller
    ) -> FilingOut:
        """Say what you did in a claimed function."""
        await claims.describe(application, function, data, by=caller)
        case = await applications.find(application, by=caller)
        return await FilingOut.of(case, clock.today())

    @post(
        "/functions/{function:str}/contracts",
        permission=WRITE,
        responses=problems(400, 404, 409, 422),
    )
    async def contract(
        self,
        application: Id,
        function: FromPath[str],
        data: JSONBody[ContractEvidenceIn],
        caller: Caller,
    ) -> CreatedOut:
        """Give a technology contract of your profile as evidence."""
        row = await claims.add(application, function, data, by=caller, on=clock.today())
        return CreatedOut(id=row.id)

    @post(
        "/functions/{function:str}/achievements",
        permission=WRITE,
        responses=problems(400, 404, 409, 422),
    )
    async def achievement(
        self,
        application: Id,
        function: FromPath[str],
        data: JSONBody[AchievementIn],
        caller: Caller,
    ) -> CreatedOut:
        """Give an achievement as evidence."""
        row = await claims.add(application, function, data, by=caller, on=clock.today())
        return CreatedOut(id=row.id)

    @post(
        "/functions/{function:str}/recommendations",
        permission=WRITE,
        responses=problems(400, 404, 409, 422),
    )
    async def recommendation(
        self,
        application: Id,
        function: FromPath[str],
        data: JSONBody[RecommendationIn],
        caller: Caller,
    ) -> CreatedOut:
        """Give a recommendation as evidence."""
        row = await claims.add(application, function, data, by=caller, on=clock.today())
        return CreatedOut(id=row.id)

    @get("/evidence", permission=Permission.APPLICATION_READ, responses=problems(401, 403, 404))
    async def evidence(self, application: Id, caller: Caller) -> list[EvidenceOut]:
        """Every piece of evidence that stands."""
        case = await applications.find(application, by=caller)
        return [EvidenceOut.of(row) for row in await contents.evidence(case)]

    @delete(
        "/evidence/{evidence:uuid}",
        permission=WRITE,
        responses=problems(404, 409),
        status_code=204,
    )
    async def withdraw(self, application: Id, evidence: Id, caller: Caller) -> None:
        """Take evidence out; what was handed in stays on record."""
        await claims.withdraw(application, evidence, by=caller)

    @put("/employer", permission=WRITE, responses=problems(400, 404, 409, 422))
    async def employ(
        self, application: Id, data: JSONBody[EmployerIn], caller: Caller
    ) -> FilingOut:
        """Name the employer that is to confirm, or say that there is none."""
        await claims.employ(application, data, by=caller)
        case = await applications.find(application, by=caller)
        return await FilingOut.of(case, clock.today())

    @put("/achievement", permission=WRITE, responses=problems(400, 404, 409, 422))
    async def declare(
        self, application: Id, data: JSONBody[NewAchievementIn], caller: Caller
    ) -> FilingOut:
        """Declare a major new achievement since the last refusal."""
        await claims.declare(application, data, by=caller)
        case = await applications.find(application, by=caller)
        return await FilingOut.of(case, clock.today())

    @post(
        "/acceptance",
        permission=Permission.APPLICATION_DECIDE,
        responses=problems(400, 404, 409, 422),
    )
    async def accept(self, application: Id, caller: Caller) -> ApplicationOut:
        """Accept an application that is complete."""
        case = await formal_check.accept(application, by=caller)
        return await ApplicationOut.of(case, to=caller)

    @post(
        "/notice",
        permission=Permission.APPLICATION_DECIDE,
        responses=problems(400, 404, 409, 422),
    )
    async def ask(
        self, application: Id, data: JSONBody[NoticeIn], caller: Caller
    ) -> ApplicationOut:
        """Ask in one notice for everything that is missing; only what it names reopens."""
        await formal_check.ask(application, data, by=caller)
        case = await applications.find(application, by=caller)
        return await ApplicationOut.of(case, to=caller)


class EmployerController(Controller):
    """Applications handed to the caller's organisation to be confirmed."""

    path = "/api/employers"
    tags = ("employers",)

    @get(permission=Permission.ROUND_READ, responses=problems(401, 403))
    async def known(self) -> list[EmployerOut]:
        """The employers that can be named."""
        return EmployerOut.all_of(await organisations.of_kind(OrganisationKind.EMPLOYER))

    @get("/applications", permission=Permission.APPLICATION_CONFIRM, responses=problems(401, 403))
    async def handed(self, caller: Caller) -> list[HandedOut]:
        """What has been handed to your organisation."""
        return [HandedOut.model_validate(row) for row in await employers.listing(by=caller)]

    @get(
        "/applications/{application:uuid}",
        permission=Permission.APPLICATION_CONFIRM,
        responses=problems(401, 403, 404),
    )
    async def show(self, application: Id, caller: Caller) -> ConfirmingOut:
        """One of them, as it was handed over."""
        async with transaction():
            answer = await ConfirmingOut.of(*await employers.find(application, by=caller))
            await audit.record("application.read", f"application:{application}")
        return answer

    @post(
        "/applications/{application:uuid}/publication",
        permission=Permission.APPLICATION_CONFIRM,
        responses=problems(400, 404, 409, 422),
    )
    async def publish(
        self, application: Id, data: JSONBody[PublicationIn], caller: Caller
    ) -> ConfirmingOut:
        """Record the first day of the publication inside the unit."""
        await employers.publish(application, data, by=caller, on=clock.today())
        return await ConfirmingOut.of(*await employers.find(application, by=caller))

    @post(
        "/applications/{application:uuid}/confirmation",
        permission=Permission.APPLICATION_CONFIRM,
        responses=problems(404, 409, 422),
    )
    async def confirm(self, application: Id, caller: Caller) -> ConfirmingOut:
        """Confirm it once the publication has ended."""
        await employers.confirm(application, by=caller, on=clock.today())
        return await ConfirmingOut.of(*await employers.find(application, by=caller))

    @post(
        "/applications/{application:uuid}/refusal",
        permission=Permission.APPLICATION_CONFIRM,
        responses=problems(400, 404, 409, 422),
    )
    async def decline(
        self, application: Id, data: JSONBody[ReasonIn], caller: Caller
    ) -> ConfirmingOut:
        """Not confirm it, with the reason."""
        await employers.decline(application, data, by=caller)
        return await ConfirmingOut.of(*await employers.find(application, by=caller))
