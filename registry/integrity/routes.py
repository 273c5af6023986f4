"""HTTP of integrity. A handler reads, calls one use case, and answers."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.integrity import cases, hearings, panels, practice, records, requests, reviews, seats
from registry.integrity.cases import DefenceIn, NoticeIn, ReasonsIn, ReportIn
from registry.integrity.drafts import DraftIn
from registry.integrity.hearings import MinutesIn
from registry.integrity.panels import VoteIn
from registry.integrity.requests import AnswerIn, RequestIn
from registry.integrity.reviews import OutcomeIn
from registry.integrity.schemas import (
    CaseOut,
    ExtractOut,
    LookOut,
    RecordOut,
    RequestOut,
    SignatureOut,
    WaitingRequestOut,
)
from registry.integrity.seats import AlternateIn, RecusalIn
from registry.integrity.words import Occasion
from registry.platform import clock
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.web import Caller

P = Permission
Here = NamedDependency[Installation]
OWN, HANDLE, SEE = P.INTEGRITY_OWN, P.INTEGRITY_HANDLE, P.INTEGRITY_SEE


class IntegrityController(Controller):
    """Integrity cases, from the report to the review."""

    path = "/api/integrity/cases"
    tags = ("integrity",)

    @get(permission=SEE, responses=problems(401, 403))
    async def seen(self, caller: Caller) -> list[CaseOut]:
        """Every case you may see."""
        return [await CaseOut.of(case, to=caller) for case in await cases.seen(by=caller)]

    @post(permission=SEE, responses=problems(400, 403, 422))
    async def report(self, data: JSONBody[ReportIn], caller: Caller) -> dict[str, str]:
        """Report conduct, or open a case upon a finding."""
        case = await cases.report(data, by=caller, on=clock.today())
        return {"reference": case.reference, "id": str(case.id)}

    @get("/{case:uuid}", permission=SEE, responses=problems(401, 403, 404))
    async def show(self, case: FromPath[UUID], caller: Caller) -> CaseOut:
        """One case."""
        return await CaseOut.of(await cases.find(case, by=caller), to=caller)

    @post("/{case:uuid}/acceptance", permission=HANDLE, responses=problems(403, 404, 409, 422))
    async def accept(self, case: FromPath[UUID], caller: Caller) -> CaseOut:
        """Take a case on."""
        row = await cases.accept(case, by=caller, on=clock.today())
        return await CaseOut.of(row, to=caller)

    @post("/{case:uuid}/declination", permission=HANDLE, responses=problems(400, 403, 404, 409))
    async def decline(
        self, case: FromPath[UUID], data: JSONBody[ReasonsIn], caller: Caller
    ) -> CaseOut:
        """Close a report with nothing to look into."""
        return await CaseOut.of(await cases.decline(case, data, by=caller), to=caller)

    @post("/{case:uuid}/notice", permission=HANDLE, responses=problems(400, 403, 404, 409))
    async def notify(
        self, case: FromPath[UUID], data: JSONBody[NoticeIn], caller: Caller
    ) -> CaseOut:
        """Give notice, with the rights of the person."""
        row = await cases.notify(case, data, by=caller, on=clock.today())
        return await CaseOut.of(row, to=caller)

    @post("/{case:uuid}/defence", permission=OWN, responses=problems(400, 404, 409, 422))
    async def defend(
        self, case: FromPath[UUID], data: JSONBody[DefenceIn], caller: Caller
    ) -> CaseOut:
        """Defend yourself."""
        row = await cases.defend(case, data, by=caller, on=clock.today())
        return await CaseOut.of(row, to=caller)

    @post("/{case:uuid}/hearing", permission=OWN, responses=problems(404, 409, 422))
    async def ask_hearing(self, case: FromPath[UUID], caller: Caller) -> CaseOut:
        """Ask for a hearing."""
        row = await cases.ask_hearing(case, by=caller, on=clock.today())
        return await CaseOut.of(row, to=caller)

    @post("/{case:uuid}/minutes", permission=HANDLE, responses=problems(400, 403, 404, 409))
    async def hold_hearing(
        self, case: FromPath[UUID], data: JSONBody[MinutesIn], caller: Caller
    ) -> CaseOut:
        """Keep the minutes of the hearing."""
        row = await hearings.hold(case, data, by=caller, on=clock.today())
        return await CaseOut.of(row, to=caller)

    @post("/{case:uuid}/panel", permission=HANDLE, responses=problems(400, 403, 404, 409, 422))
    async def convene(
        self, case: FromPath[UUID], data: JSONBody[DraftIn], caller: Caller, here: Here
    ) -> CaseOut:
        """Put a draft decision before a panel."""
        row = await panels.convene(case, data, by=caller, on=clock.today(), vault=here.vault)
        return await CaseOut.of(row, to=caller)

    @post("/{case:uuid}/vote", permission=P.INTEGRITY_VOTE, responses=problems(403, 404, 409))
    async def vote(self, case: FromPath[UUID], data: JSONBody[VoteIn], caller: Caller) -> None:
        """Vote, as a member of the panel."""
        await panels.vote(case, data, by=caller)

    @post(
        "/{case:uuid}/vote/end", permission=P.INTEGRITY_VOTE, responses=problems(403, 404, 409, 422)
    )
    async def close(self, case: FromPath[UUID], caller: Caller) -> None:
        """Close the vote without who has not voted, as the chair."""
        await panels.close(case, by=caller)

    @post("/{case:uuid}/recusal", permission=P.INTEGRITY_VOTE, responses=problems(403, 404, 409))
    async def recuse(self, case: FromPath[UUID], data: JSONBody[RecusalIn], caller: Caller) -> None:
        """Stand aside, as a member of the panel who has not voted."""
        await seats.recuse(case, data, by=caller)

    @post("/{case:uuid}/alternates", permission=HANDLE, responses=problems(400, 403, 404, 409, 422))
    async def alternate(
        self, case: FromPath[UUID], data: JSONBody[AlternateIn], caller: Caller
    ) -> CaseOut:
        """Name another alternate; an empty seat is theirs at once."""
        await seats.add(case, data, by=caller)
        return await CaseOut.of(await cases.find(case, by=caller), to=caller)

    @post("/{case:uuid}/count", permission=HANDLE, responses=problems(403, 404, 409, 422))
    async def count(self, case: FromPath[UUID], caller: Caller, here: Here) -> CaseOut:
        """Count the votes."""
        row = await panels.count(case, by=caller, on=clock.today(), vault=here.vault)
        return await CaseOut.of(row, to=caller)

    @post("/{case:uuid}/service", permission=HANDLE, responses=problems(403, 404, 409))
    async def serve(self, case: FromPath[UUID], caller: Caller) -> CaseOut:
        """Record that the decision was handed over."""
        row = await panels.serve(case, by=caller, on=clock.today())
        return await CaseOut.of(row, to=caller)

    @post("/{case:uuid}/review", permission=OWN, responses=problems(400, 404, 409, 422))
    async def ask_review(
        self, case: FromPath[UUID], data: JSONBody[ReasonsIn], caller: Caller
    ) -> CaseOut:
        """Ask for a review of a decision about you."""
        row = await reviews.ask(case, data, by=caller, on=clock.today())
        return await CaseOut.of(row, to=caller)

    @post("/{case:uuid}/review/proposal", permission=HANDLE, responses=problems(403, 404, 409))
    async def propose_review(
        self, case: FromPath[UUID], data: JSONBody[OutcomeIn], caller: Caller
    ) -> CaseOut:
        """Propose the outcome of a review."""
        return await CaseOut.of(await reviews.propose(case, data, by=caller), to=caller)

    @post("/{case:uuid}/review/decision", permission=HANDLE, responses=problems(403, 404, 409, 422))
    async def decide_review(
        self, case: FromPath[UUID], data: JSONBody[OutcomeIn], caller: Caller
    ) -> CaseOut:
        """Decide a review as proposed."""
        row = await reviews.decide(case, data, by=caller, on=clock.today())
        return await CaseOut.of(row, to=caller)

    @post("/{case:uuid}/review/return", permission=HANDLE, responses=problems(403, 404, 409))
    async def return_review(
        self, case: FromPath[UUID], data: JSONBody[ReasonsIn], caller: Caller
    ) -> CaseOut:
        """Give a proposed outcome back."""
        return await CaseOut.of(await reviews.send_back(case, data, by=caller), to=caller)


class RecordController(Controller):
    """Records of decided breaches, and what may be asked about them."""

    path = "/api/integrity"
    tags = ("integrity",)

    @get("/people/{person:uuid}/records", permission=SEE, responses=problems(401, 403, 404))
    async def on_person(self, person: FromPath[UUID], caller: Caller) -> list[RecordOut]:
        """Every record on a person; each look is kept."""
        found = await records.on_person(person, by=caller)
        return [RecordOut.model_validate(row) for row in found]

    @get("/people/{person:uuid}/looks", permission=OWN, responses=problems(401, 403, 404))
    async def looked(self, person: FromPath[UUID], caller: Caller) -> list[LookOut]:
        """Who looked at the records on you."""
        return [LookOut.model_validate(row) for row in await records.looked(person, by=caller)]

    @post("/records/{record:uuid}/requests", permission=OWN, responses=problems(404, 409, 422))
    async def ask(
        self, record: FromPath[UUID], data: JSONBody[RequestIn], caller: Caller
    ) -> RequestOut:
        """Object to a record on you, or apply for its repair."""
        row = await requests.ask(record, data, by=caller, on=clock.today())
        return RequestOut.model_validate(row)

    @get("/requests", permission=HANDLE, responses=problems(401, 403))
    async def waiting(self) -> list[WaitingRequestOut]:
        """Requests that wait for an officer, soonest due first."""
        return [WaitingRequestOut.model_validate(row) for row in await requests.waiting()]

    @post("/requests/{asked:uuid}/proposal", permission=HANDLE, responses=problems(404, 409))
    async def propose(
        self, asked: FromPath[UUID], data: JSONBody[AnswerIn], caller: Caller
    ) -> RequestOut:
        """Prepare the answer to a request."""
        return RequestOut.model_validate(await requests.propose(asked, data, by=caller))

    @post(
        "/requests/{asked:uuid}/decision",
        permission=HANDLE,
        responses=problems(403, 404, 409, 422),
    )
    async def decide(
        self, asked: FromPath[UUID], data: JSONBody[AnswerIn], caller: Caller
    ) -> RequestOut:
        """Decide a request as proposed."""
        row = await requests.decide(asked, data, by=caller, on=clock.today())
        return RequestOut.model_validate(row)

    @post("/requests/{asked:uuid}/return", permission=HANDLE, responses=problems(403, 404, 409))
    async def send_back(
        self, asked: FromPath[UUID], data: JSONBody[ReasonsIn], caller: Caller
    ) -> RequestOut:
        """Give a prepared answer back."""
        return RequestOut.model_validate(await requests.send_back(asked, data, by=caller))

    @post("/practice-code/signature", permission=OWN, responses=problems(422))
    async def sign(self, caller: Caller) -> None:
        """Sign the practice code in force."""
        await practice.sign(Occasion.APPLICATION, by=caller, on=clock.today())

    @get("/practice-code/signatures", permission=OWN, responses=problems(401, 403))
    async def signatures(self, caller: Caller) -> list[SignatureOut]:
        """What you have signed."""
        found = await practice.signatures(caller.person)
        return [SignatureOut.model_validate(row) for row in found]

    @get("/extract/{number:str}", public=True)
    async def extract(self, number: FromPath[str]) -> ExtractOut:
        """What everybody may see about a registered person."""
        return ExtractOut.model_validate(await records.extract(number, on=clock.today()))
