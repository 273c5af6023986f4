"""HTTP of policies and eligibility. A handler reads, calls one use case, and answers."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from credentials import declarations, determinations, policy
from credentials.declarations import ConfirmationIn as SeenIn
from credentials.declarations import DeclarationIn
from credentials.determinations import ConfirmationIn
from credentials.eligibility import assessments, lists
from credentials.eligibility.schemas import (
    AssessmentOut,
    BatchOut,
    CalculationIn,
    ConfirmationOut,
    DeclarationOut,
    DeterminationIn,
    DeterminationOut,
    ListIn,
    PolicyOut,
)
from credentials.rules import documents
from registry.platform import clock
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.web import Caller


class PolicyController(Controller):
    """Policies, for everybody; nothing asked here is stored."""

    path = "/api/policies"
    tags = ("policies",)
    opt = {"public": True}  # noqa: RUF012 (Litestar reads it from the class)
    security = []  # noqa: RUF012 (Litestar reads it from the class)

    @get()
    async def current(self) -> list[PolicyOut]:
        """The editions in force today."""
        found = await policy.current(clock.today())
        return [PolicyOut.of(each, documents.digest(each.document)) for each in found]

    @post("/{document:str}/calculation", status_code=200, responses=problems(400, 404, 422))
    async def calculate(
        self, document: FromPath[str], data: JSONBody[CalculationIn]
    ) -> AssessmentOut:
        """Answer for facts you give; nothing is stored, and no account is needed."""
        found = await assessments.calculate(
            document, data.facts, on=clock.today(), grade=data.grade
        )
        return AssessmentOut.of(found)


class EligibilityController(Controller):
    """Where people stand, and what was determined about them."""

    path = "/api"
    tags = ("eligibility",)

    @get("/eligibility", permission=Permission.DECLARATION_WRITE, responses=problems(401, 403))
    async def mine(self, caller: Caller) -> list[AssessmentOut]:
        """Where you stand under every policy in force."""
        found = await assessments.overview(caller.person, by=caller, on=clock.today())
        return [AssessmentOut.of(each) for each in found]

    @get(
        "/eligibility/{document:str}",
        permission=Permission.DECLARATION_WRITE,
        responses=problems(401, 403, 404, 422),
    )
    async def my_answer(
        self, document: FromPath[str], caller: Caller, grade: FromQuery[str | None] = None
    ) -> AssessmentOut:
        """Where you stand under one policy."""
        found = await assessments.assess(
            caller.person, document, by=caller, on=clock.today(), grade=grade
        )
        return AssessmentOut.of(found)

    @get(
        "/people/{person:uuid}/eligibility",
        permission=Permission.DETERMINATION_MAKE,
        responses=problems(401, 403, 404),
    )
    async def of_person(self, person: FromPath[UUID], caller: Caller) -> list[AssessmentOut]:
        """Where one person stands under every policy in force."""
        found = await assessments.overview(person, by=caller, on=clock.today())
        return [AssessmentOut.of(each) for each in found]

    @post(
        "/eligibility/list",
        permission=Permission.DETERMINATION_MAKE,
        status_code=200,
        responses=problems(400, 404, 422),
    )
    async def check_list(self, data: JSONBody[ListIn], caller: Caller) -> BatchOut:
        """Check a list of registry numbers against one policy."""
        found = await lists.check_list(
            data.numbers, data.document, by=caller, on=clock.today(), grade=data.grade
        )
        return BatchOut.of(found)

    @post(
        "/declarations", permission=Permission.DECLARATION_WRITE, responses=problems(400, 404, 422)
    )
    async def declare(self, data: JSONBody[DeclarationIn], caller: Caller) -> DeclarationOut:
        """Declare a fact about yourself."""
        line = await declarations.declare(data, by=caller, on=clock.today())
        return DeclarationOut.of(line)

    @post(
        "/declarations/{declaration:uuid}/confirmation",
        permission=Permission.DECLARATION_CONFIRM,
        responses=problems(400, 403, 404),
    )
    async def confirm_declaration(
        self, declaration: FromPath[UUID], data: JSONBody[SeenIn], caller: Caller
    ) -> DeclarationOut:
        """Note that you have seen what stands behind a declared fact."""
        line = await declarations.confirm(declaration, data, by=caller, on=clock.today())
        return DeclarationOut.of(line)

    @post(
        "/determinations",
        permission=Permission.DETERMINATION_MAKE,
        responses=problems(400, 404, 422),
    )
    async def determine(self, data: JSONBody[DeterminationIn], caller: Caller) -> DeterminationOut:
        """Make a determination about a person, to be confirmed."""
        kept, _ = await determinations.propose(
            data.person, data.document, by=caller, on=clock.today(), grade=data.grade
        )
        return DeterminationOut.of(kept)

    @get(
        "/determinations/{determination:uuid}",
        permission=Permission.DETERMINATION_READ,
        responses=problems(401, 403, 404),
    )
    async def show(self, determination: FromPath[UUID], caller: Caller) -> DeterminationOut:
        """One determination, as it was made."""
        return DeterminationOut.of(await determinations.find(determination, by=caller))

    @post(
        "/determinations/{determination:uuid}/confirmation",
        permission=Permission.DETERMINATION_MAKE,
        responses=problems(400, 403, 404, 409),
    )
    async def confirm(
        self, determination: FromPath[UUID], data: JSONBody[ConfirmationIn], caller: Caller
    ) -> ConfirmationOut:
        """Confirm a determination, by name."""
        line = await determinations.confirm(determination, data, by=caller)
        return ConfirmationOut.model_validate(line)
