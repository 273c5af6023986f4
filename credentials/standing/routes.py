"""HTTP of standing. A handler reads, calls one use case, and answers."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from credentials.decisions import GroundsIn, ProposalIn
from credentials.standing import overview, proposals, requests
from credentials.standing.proposals import StandingIn
from credentials.standing.requests import NameIn, RenewalIn
from credentials.standing.schemas import (
    CredentialStandingOut,
    HeldOut,
    HolderRequestOut,
    StandingProposalOut,
    WaitingOut,
)
from credentials.standing.words import ANSWERED
from credentials.tables import HolderRequest
from registry.platform import clock
from registry.platform.permissions import OFFICERS, Permission
from registry.platform.problems import problems
from registry.platform.web import Caller
from registry.tables import Account

P = Permission


def _request(row: HolderRequest, to: Account) -> HolderRequestOut:
    """A request as its holder or an officer may see it: reasons come with the decision."""
    out = HolderRequestOut.model_validate(row)
    told = row.status in ANSWERED or to.role in OFFICERS
    return out if told else out.model_copy(update={"reasons": None})


class StandingController(Controller):
    """What a person holds, and what two officers decide about it."""

    path = "/api"
    tags = ("standing",)

    @get(
        "/people/{person:uuid}/standing",
        permission=P.STANDING_READ,
        responses=problems(401, 403, 404),
    )
    async def held_on(
        self,
        person: FromPath[UUID],
        caller: Caller,
        on: FromQuery[date | None] = None,
        known_by: FromQuery[date | None] = None,
    ) -> list[HeldOut]:
        """What a person held on a day, as known on a day; both default to today."""
        today = clock.today()
        found = await overview.held_on(person, on or today, known_by or today, by=caller)
        return [HeldOut.model_validate(each) for each in found]

    @get(
        "/people/{person:uuid}/credentials",
        permission=P.STANDING_READ,
        responses=problems(401, 403, 404),
    )
    async def credentials(
        self, person: FromPath[UUID], caller: Caller
    ) -> list[CredentialStandingOut]:
        """Every level a person was granted, newest first, with its present standing."""
        found = await overview.of_person(person, by=caller, on=clock.today())
        return [CredentialStandingOut.model_validate(each.held) for each in found.levels]

    @get("/standing-proposals", permission=P.STANDING_DECIDE, responses=problems(401, 403))
    async def waiting(self, caller: Caller) -> list[dict[str, Any]]:
        """Proposed decisions about levels, oldest first."""
        return await proposals.waiting(by=caller)

    @post(
        "/credentials/{credential:uuid}/standing-proposals",
        permission=P.STANDING_DECIDE,
        responses=problems(400, 403, 404, 409, 422),
    )
    async def propose(
        self, credential: FromPath[UUID], data: JSONBody[StandingIn], caller: Caller
    ) -> StandingProposalOut:
        """Propose to suspend, restore or revoke a level."""
        row = await proposals.propose(credential, data, by=caller, on=clock.today())
        return StandingProposalOut.model_validate(row)

    @post(
        "/standing-proposals/{decision:uuid}/decision",
        permission=P.STANDING_DECIDE,
        responses=problems(400, 403, 404, 409),
    )
    async def decide(
        self, decision: FromPath[UUID], data: JSONBody[GroundsIn], caller: Caller
    ) -> CredentialStandingOut:
        """Decide as another officer proposed."""
        held = await proposals.decide(decision, data, by=caller, on=clock.today())
        return CredentialStandingOut.model_validate(held)

    @post(
        "/standing-proposals/{decision:uuid}/dropping",
        permission=P.STANDING_DECIDE,
        responses=problems(400, 403, 404, 409),
    )
    async def drop(
        self, decision: FromPath[UUID], data: JSONBody[GroundsIn], caller: Caller
    ) -> StandingProposalOut:
        """Let another officer's proposal drop."""
        row = await proposals.drop(decision, data, by=caller)
        return StandingProposalOut.model_validate(row)


class HolderRequestController(Controller):
    """Renewals and corrections of names."""

    path = "/api"
    tags = ("standing",)

    @get("/holder-requests", permission=P.STANDING_DECIDE, responses=problems(401, 403))
    async def waiting(self, caller: Caller) -> list[WaitingOut]:
        """Requests that wait for an officer, soonest due first."""
        return [
            WaitingOut(
                id=each["request"].id,
                reference=each["request"].reference,
                kind=each["request"].kind,
                status=each["request"].status,
                asked_on=each["request"].asked_on,
                proposal=each["request"].proposal,
                person_name=each["request"].person.name or "",
                until=each["until"].day,
                left=each["left"],
                provisional=each["until"].provisional,
                may_decide=each["may_decide"],
            )
            for each in await requests.waiting(by=caller, on=clock.today())
        ]

    @post(
        "/credentials/{credential:uuid}/renewal",
        permission=P.STANDING_ASK,
        responses=problems(400, 403, 404, 409, 422),
    )
    async def ask_renewal(
        self, credential: FromPath[UUID], data: JSONBody[RenewalIn], caller: Caller
    ) -> HolderRequestOut:
        """Ask for renewal of a level; signs the practice code in force."""
        row = await requests.ask_renewal(credential, data, by=caller, on=clock.today())
        return _request(row, caller)

    @post(
        "/name-corrections",
        permission=P.STANDING_ASK,
        responses=problems(400, 403, 404, 409, 422),
    )
    async def ask_name(self, data: JSONBody[NameIn], caller: Caller) -> HolderRequestOut:
        """Ask for your name on record to be corrected, with an uploaded document."""
        return _request(await requests.ask_name(data, by=caller, on=clock.today()), caller)

    @get(
        "/holder-requests/{asked:uuid}",
        permission=P.STANDING_READ,
        responses=problems(401, 403, 404),
    )
    async def show(self, asked: FromPath[UUID], caller: Caller) -> HolderRequestOut:
        """One request."""
        return _request(await requests.find(asked, by=caller), caller)

    @post(
        "/holder-requests/{asked:uuid}/withdrawal",
        permission=P.STANDING_ASK,
        responses=problems(403, 404, 409),
    )
    async def withdraw(self, asked: FromPath[UUID], caller: Caller) -> HolderRequestOut:
        """Take your request back."""
        return _request(await requests.withdraw(asked, by=caller), caller)

    @post(
        "/holder-requests/{asked:uuid}/proposal",
        permission=P.STANDING_DECIDE,
        responses=problems(400, 403, 404, 409),
    )
    async def propose(
        self, asked: FromPath[UUID], data: JSONBody[ProposalIn], caller: Caller
    ) -> HolderRequestOut:
        """Prepare the reply to a request."""
        return _request(await requests.propose(asked, data, by=caller), caller)

    @post(
        "/holder-requests/{asked:uuid}/decision",
        permission=P.STANDING_DECIDE,
        responses=problems(400, 403, 404, 409, 422),
    )
    async def decide(
        self, asked: FromPath[UUID], data: JSONBody[ProposalIn], caller: Caller
    ) -> HolderRequestOut:
        """Decide a request as another officer proposed."""
        row = await requests.decide(asked, data, by=caller, on=clock.today())
        return _request(row, caller)

    @post(
        "/holder-requests/{asked:uuid}/returning",
        permission=P.STANDING_DECIDE,
        responses=problems(400, 403, 404, 409),
    )
    async def send_back(
        self, asked: FromPath[UUID], data: JSONBody[GroundsIn], caller: Caller
    ) -> HolderRequestOut:
        """Give another officer's prepared reply back."""
        return _request(await requests.send_back(asked, data, by=caller), caller)
