"""HTTP of accreditations, reviews, closed months, and what hours count for."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from registry.platform import clock
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.web import Caller
from training import bases, findings, periods, statements, statistics
from training.bases import AccreditationIn, AssessmentIn, SuspensionIn
from training.findings import GroundsIn, ReviewIn
from training.periods import ClosingIn
from training.schemas import (
    AccreditationOut,
    ChangedOut,
    CountingOut,
    FindingOut,
    PeriodOut,
    SchemeOut,
    TallyOut,
)
from training.statements import Statement


class AccreditationController(Controller):
    """Training bases and their accreditations."""

    path = "/api/training/accreditations"
    tags = ("training",)

    @get(permission=Permission.BASE_READ, responses=problems(401, 403))
    async def listed(self, caller: Caller) -> list[AccreditationOut]:
        """The accreditations you may see."""
        found = await bases.listed(by=caller, on=clock.today())
        return [AccreditationOut.model_validate(row) for row in found]

    @post(permission=Permission.BASE_DECIDE, responses=problems(400, 409, 422))
    async def accredit(self, data: JSONBody[AccreditationIn], caller: Caller) -> AccreditationOut:
        """Accredit a base."""
        row = await bases.accredit(data, by=caller)
        return await self._one(row.id, caller)

    async def _one(self, accreditation: UUID, caller: Any) -> AccreditationOut:
        row = await bases.glance(accreditation, by=caller, on=clock.today())
        return AccreditationOut.model_validate(row)

    @post(
        "/{accreditation:uuid}/suspension",
        permission=Permission.BASE_DECIDE,
        responses=problems(400, 404),
        status_code=200,
    )
    async def suspend(
        self, accreditation: FromPath[UUID], data: JSONBody[SuspensionIn], caller: Caller
    ) -> AccreditationOut:
        """Suspend an accreditation for some days."""
        await bases.suspend(accreditation, data, by=caller)
        return await self._one(accreditation, caller)

    @post(
        "/{accreditation:uuid}/assessment",
        permission=Permission.BASE_DECIDE,
        responses=problems(400, 404, 409),
        status_code=200,
    )
    async def assess(
        self, accreditation: FromPath[UUID], data: JSONBody[AssessmentIn], caller: Caller
    ) -> AccreditationOut:
        """Put a year's assessment on record."""
        await bases.assess(accreditation, data, by=caller)
        return await self._one(accreditation, caller)


class ReviewController(Controller):
    """Findings, closed months and statistics."""

    path = "/api/training"
    tags = ("training",)

    @get("/findings", permission=Permission.HOURS_REVIEW, responses=problems(401, 403))
    async def findings(self, caller: Caller) -> list[FindingOut]:
        """Open findings, surest first."""
        return [FindingOut.model_validate(row) for row in await findings.listed(by=caller)]

    @post("/reviews", permission=Permission.HOURS_REVIEW, responses=problems(400, 422))
    async def review(self, data: JSONBody[ReviewIn], caller: Caller) -> ChangedOut:
        """Look at the lines of some days; answers how many findings are new."""
        return ChangedOut(changed=await findings.review(data, by=caller, on=clock.today()))

    @post(
        "/findings/{finding:uuid}/clearing",
        permission=Permission.HOURS_REVIEW,
        responses=problems(400, 404, 409),
        status_code=204,
    )
    async def clear(
        self, finding: FromPath[UUID], data: JSONBody[GroundsIn], caller: Caller
    ) -> None:
        """Decide that nothing is wrong."""
        await findings.clear(finding, data, by=caller)

    @post(
        "/findings/{finding:uuid}/upholding",
        permission=Permission.HOURS_REVIEW,
        responses=problems(400, 404, 409),
        status_code=204,
    )
    async def uphold(
        self, finding: FromPath[UUID], data: JSONBody[GroundsIn], caller: Caller
    ) -> None:
        """Decide that something is wrong."""
        await findings.uphold(finding, data, by=caller)

    @post("/periods", permission=Permission.HOURS_CLOSE, responses=problems(400, 409, 422))
    async def close(self, data: JSONBody[ClosingIn], caller: Caller) -> PeriodOut:
        """Close a month of the ledger."""
        return PeriodOut.model_validate(await periods.close(data, by=caller, on=clock.today()))

    @get("/statistics", permission=Permission.STATISTICS_READ, responses=problems(401, 403))
    async def statistics(self, caller: Caller) -> dict[str, list[dict[str, Any]]]:
        """All tables; a base is told of itself."""
        return {name: await table(by=caller) for name, table in statistics.TABLES.items()}

    @get(
        "/people/{person:uuid}/counting",
        permission=Permission.HOURS_READ,
        responses=problems(401, 403, 404),
    )
    async def counting(self, person: FromPath[UUID], caller: Caller) -> CountingOut:
        """What somebody's hours count for, as you may see them."""
        return _out(await statements.statement(person, by=caller, on=clock.today()))


def _out(found: Statement) -> CountingOut:
    return CountingOut(
        person_number=found.person.number,
        on=found.on,
        total_minutes=found.total,
        schemes=[
            SchemeOut(
                document=one.figures.document,
                edition=one.figures.edition,
                status=one.figures.status,
                illustrative=one.figures.illustrative,
                tallies=[
                    TallyOut(
                        target=tally.target.name,
                        needed=tally.target.needed,
                        counted=tally.counted,
                        missing=tally.missing,
                        used_before=tally.used_before,
                        complete=tally.complete,
                        parts={name: part.counted for name, part in tally.parts.items()},
                    )
                    for tally in one.tallies
                ],
            )
            for one in found.counted
        ],
    )
