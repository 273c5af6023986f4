"""HTTP of mentors: the register, pairings, and practice that two people confirm."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.platform import clock
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.web import Caller
from training import mentoring, practice
from training.mentoring import MentorIn, OutcomeIn, PairingIn
from training.practice import ConfirmationIn, DisputeIn, PracticeIn
from training.schemas import MentorOut, PairedOut, PairingOut, PracticeOut, RegisteredOut

House = NamedDependency[Installation]


class MentorController(Controller):
    """The register of mentors, and whom they take along."""

    path = "/api/training/mentors"
    tags = ("training",)

    @get(permission=Permission.MENTOR_REGISTER, responses=problems(401, 403))
    async def listed(self) -> list[MentorOut]:
        """The register of mentors."""
        return [MentorOut.model_validate(row) for row in await mentoring.mentors()]

    @post(permission=Permission.MENTOR_REGISTER, responses=problems(400, 422))
    async def register(
        self, data: JSONBody[MentorIn], caller: Caller, here: House
    ) -> RegisteredOut:
        """Put a mentor on the register."""
        row = await mentoring.register(data, by=caller, vault=here.vault)
        return RegisteredOut.model_validate(row)

    @get("/pairings", permission=Permission.MENTOR_REGISTER, responses=problems(401, 403))
    async def pairings(self, caller: Caller) -> list[PairingOut]:
        """The pairings you may see, newest first, with their practice."""
        return [PairingOut.model_validate(row) for row in await mentoring.pairings(by=caller)]

    @post("/pairings", permission=Permission.CLASS_HOLD, responses=problems(400, 404, 422))
    async def pair(self, data: JSONBody[PairingIn], caller: Caller, here: House) -> PairedOut:
        """Pair a mentor with a junior manager, with a plan."""
        row = await mentoring.pair(data, by=caller, vault=here.vault)
        return PairedOut.model_validate(row)

    @post(
        "/pairings/{pairing:uuid}/outcome",
        permission=Permission.CLASS_HOLD,
        responses=problems(400, 404, 409),
        status_code=204,
    )
    async def finish(
        self,
        pairing: FromPath[UUID],
        data: JSONBody[OutcomeIn],
        caller: Caller,
        completed: FromQuery[bool] = True,
    ) -> None:
        """End a pairing with a note of its outcome: as planned, or (`completed=false`) before."""
        await mentoring.finish(pairing, data, completed=completed, by=caller)


class PracticeController(Controller):
    """Mentored practice, for the two who do it."""

    path = "/api/training/practice"
    tags = ("training",)

    @get(permission=Permission.PRACTICE_REPORT, responses=problems(401, 403))
    async def listed(self, caller: Caller) -> list[PairingOut]:
        """Your own pairings, with what was practised."""
        return [PairingOut.model_validate(row) for row in await mentoring.pairings(by=caller)]

    @post(
        "/{pairing:uuid}",
        permission=Permission.PRACTICE_REPORT,
        responses=problems(400, 404, 422),
    )
    async def report(
        self, pairing: FromPath[UUID], data: JSONBody[PracticeIn], caller: Caller
    ) -> PracticeOut:
        """Report a stretch of practice of your pairing; the other of the two is to confirm it."""
        made = await practice.report(pairing, data, by=caller, on=clock.today())
        return PracticeOut.model_validate(made)

    @post(
        "/stretches/{stretch:uuid}/confirmation",
        permission=Permission.PRACTICE_REPORT,
        responses=problems(400, 404, 409, 422),
        status_code=204,
    )
    async def confirm(
        self, stretch: FromPath[UUID], data: JSONBody[ConfirmationIn], caller: Caller
    ) -> None:
        """Confirm what the other reported; its hours are then in the ledger."""
        on, now = clock.today(), clock.now()
        await practice.confirm(stretch, data, by=caller, on=on, now=now)

    @post(
        "/stretches/{stretch:uuid}/dispute",
        permission=Permission.PRACTICE_REPORT,
        responses=problems(400, 404, 409),
        status_code=204,
    )
    async def dispute(
        self, stretch: FromPath[UUID], data: JSONBody[DisputeIn], caller: Caller
    ) -> None:
        """Say that what the other reported is not so; it does not count."""
        await practice.dispute(stretch, note=data.note, by=caller)
