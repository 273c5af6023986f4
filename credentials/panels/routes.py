"""HTTP of panels and publications. A handler reads, calls one use case, and answers."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from credentials.panels import (
    abandonment,
    blind,
    draws,
    dues,
    meetings,
    objections,
    pools,
    publicity,
    recusals,
    reviews,
    rulings,
    seats,
    sheets,
)
from credentials.panels.abandonment import ReasonIn
from credentials.panels.draws import CommitmentIn, SecretIn, WordIn
from credentials.panels.meetings import AttendanceIn, VoteIn
from credentials.panels.objections import CodeIn, ObjectionIn, ReasonsIn
from credentials.panels.recusals import RecusalIn
from credentials.panels.reviews import OutcomeIn, ReviewIn
from credentials.panels.rulings import RulingIn
from credentials.panels.schemas import (
    AnswerOut,
    DrawOut,
    EvidenceOut,
    ObjectionOut,
    PanelLineOut,
    PanelOut,
    PublicationOut,
    PublishedOut,
    ReceiptOut,
    ReviewOut,
    WaitingOut,
)
from credentials.panels.sheets import SheetIn
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.sessions import address_of
from registry.platform.web import Caller, Visit

Here = NamedDependency[Installation]
P = Permission
HOLD, SEE, SIT, ANSWER = P.PANEL_HOLD, P.PANEL_SEE, P.PANEL_SIT, P.OBJECTION_ANSWER


class PanelController(Controller):
    """Panels: draw, sheets, meeting."""

    path = "/api/panels"
    tags = ("panels",)

    @get(permission=HOLD, responses=problems(401, 403))
    async def listed(self) -> list[PanelLineOut]:
        """Every panel, those that wait first, soonest due first."""
        found = await dues.listed_panels(clock.today())
        return [PanelLineOut.model_validate({**row["panel"].to_dict(), **row}) for row in found]

    @post(permission=HOLD, responses=problems(400, 409, 422))
    async def commit(self, data: JSONBody[CommitmentIn], caller: Caller) -> PanelOut:
        """Freeze the pool for some applications and publish the commitment."""
        return await PanelOut.of(await draws.commit(data, by=caller, on=clock.today()), to=caller)

    @get("/{panel:uuid}", permission=SEE, responses=problems(401, 403, 404))
    async def show(self, panel: FromPath[UUID], caller: Caller) -> PanelOut:
        """One panel."""
        return await PanelOut.of(await seats.find(panel, by=caller), to=caller)

    @post("/{panel:uuid}/word", permission=HOLD, responses=problems(400, 403, 404, 409))
    async def add_word(
        self, panel: FromPath[UUID], data: JSONBody[WordIn], caller: Caller
    ) -> PanelOut:
        """Add another officer's word."""
        return await PanelOut.of(await draws.add_word(panel, data, by=caller), to=caller)

    @post("/{panel:uuid}/draw", permission=HOLD, responses=problems(400, 403, 404, 409, 422))
    async def reveal(
        self, panel: FromPath[UUID], data: JSONBody[SecretIn], caller: Caller
    ) -> PanelOut:
        """Reveal the secret, and draw."""
        row = await draws.reveal(panel, data, by=caller, on=clock.today())
        return await PanelOut.of(row, to=caller)

    @post("/{panel:uuid}/abandonment", permission=HOLD, responses=problems(400, 403, 404, 409))
    async def abandon(
        self, panel: FromPath[UUID], data: JSONBody[ReasonIn], caller: Caller
    ) -> PanelOut:
        """Give the panel up; once there is a word, two officers without a part in the draw do."""
        return await PanelOut.of(await abandonment.abandon(panel, data, by=caller), to=caller)

    @post("/{panel:uuid}/meeting", permission=HOLD, responses=problems(400, 404, 409, 422))
    async def open_meeting(
        self, panel: FromPath[UUID], data: JSONBody[AttendanceIn], caller: Caller, here: Here
    ) -> PanelOut:
        """Record who attends, and open the meeting."""
        today = clock.today()
        row = await meetings.open_meeting(panel, data, by=caller, on=today, vault=here.vault)
        return await PanelOut.of(row, to=caller)

    @post("/{panel:uuid}/count", permission=HOLD, responses=problems(404, 409, 422))
    async def close_meeting(self, panel: FromPath[UUID], caller: Caller, here: Here) -> PanelOut:
        """Count the votes and keep the minutes."""
        row = await meetings.close_meeting(panel, by=caller, on=clock.today(), vault=here.vault)
        return await PanelOut.of(row, to=caller)

    @get("/{panel:uuid}/scores", permission=SEE, responses=problems(401, 403, 404))
    async def comparison(self, panel: FromPath[UUID], caller: Caller) -> list[dict[str, object]]:
        """What all sheets came to; it advises, the vote decides."""
        return await sheets.comparison(panel, by=caller)

    @get("/cases/{case:uuid}", permission=SIT, responses=problems(401, 403, 404))
    async def evidence(self, case: FromPath[UUID], caller: Caller) -> EvidenceOut:
        """An application, without whose it is."""
        row, panel = await seats.case_of(case, by=caller)
        own, _ = await seats.member(row, by=caller, on=clock.today())
        lines = await sheets.criteria(panel, row)
        return EvidenceOut(
            place=row.place,
            criteria=[{"code": each.code, "weight": float(each.weight)} for each in lines],
            evidence=await blind.evidence(row),
            handed_in=await sheets.own(row.id, own.id) is not None,
        )

    @post("/cases/{case:uuid}/sheet", permission=SIT, responses=problems(403, 404, 409, 422))
    async def hand_in(
        self, case: FromPath[UUID], data: JSONBody[SheetIn], caller: Caller
    ) -> dict[str, float]:
        """Hand in your sheet; it is final."""
        sheet = await sheets.hand_in(case, data, by=caller, on=clock.today())
        return {"total": sheet.total / 100}

    @post("/cases/{case:uuid}/recusal", permission=SIT, responses=problems(403, 404, 409))
    async def recuse(self, case: FromPath[UUID], data: JSONBody[RecusalIn], caller: Caller) -> None:
        """Withdraw from an application."""
        await recusals.recuse(case, data, by=caller, on=clock.today())

    @post("/cases/{case:uuid}/vote", permission=SIT, responses=problems(403, 404, 409))
    async def vote(self, case: FromPath[UUID], data: JSONBody[VoteIn], caller: Caller) -> None:
        """Vote, in secret."""
        await meetings.vote(case, data, by=caller, on=clock.today())


class ResultController(Controller):
    """Published results and draws, objections, reviews."""

    path = "/api"
    tags = ("results",)

    @get("/draws/{reference:str}", public=True, responses=problems(404))
    async def draw(self, reference: FromPath[str]) -> DrawOut:
        """All you need to draw a panel again."""
        return DrawOut.model_validate(await pools.published(reference))

    @get("/results", public=True)
    async def listed(self) -> list[PublicationOut]:
        """Results before the public."""
        return [PublicationOut.model_validate(row) for row in await publicity.listed()]

    @post(
        "/applications/{application:uuid}/publication",
        permission=P.APPLICATION_DECIDE,
        responses=problems(404, 409, 422),
    )
    async def publish(self, application: FromPath[UUID], caller: Caller) -> PublishedOut:
        """Publish a result."""
        row = await publicity.publish(application, by=caller, on=clock.today())
        return PublishedOut.model_validate(row)

    @post(
        "/objections",
        public=True,
        anonymous=True,
        security=[],
        responses=problems(400, 404, 422, 429),
    )
    async def object_to(
        self, request: Visit, data: JSONBody[ObjectionIn], here: Here
    ) -> ReceiptOut:
        """Object to a result; keep the code you are given."""
        here.objections.count(address_of(request))
        row, code = await objections.object_to(data, vault=here.vault, on=clock.today())
        return ReceiptOut(reference=row.reference, code=code)

    @post(
        "/objections/status",
        public=True,
        anonymous=True,
        security=[],
        status_code=200,
        responses=problems(400, 404, 429),
    )
    async def by_code(self, request: Visit, data: JSONBody[CodeIn], here: Here) -> AnswerOut:
        """How the objection of a code stands."""
        here.objections.count(address_of(request))
        return AnswerOut.model_validate(await objections.by_code(data))

    @get("/objections", permission=ANSWER, responses=problems(401, 403))
    async def waiting(self) -> list[WaitingOut]:
        """Every objection, those that wait first, soonest due first."""
        found = await dues.listed_objections(clock.today())
        return [WaitingOut.model_validate(row) for row in found]

    @get("/objections/{objection:uuid}", permission=ANSWER, responses=problems(401, 403, 404))
    async def objection(self, objection: FromPath[UUID], here: Here) -> ObjectionOut:
        """One objection, with who objects unless they would not say; each look is kept."""
        async with transaction():
            row, _, case = await objections.find(objection)
            await audit.record("objection.read", f"result_objection:{objection}")
        who = objections.objector(row, here.vault)
        return ObjectionOut.model_validate(
            {**row.to_dict(), "application": case.id, "objector": who}
        )

    @get("/reviews", permission=ANSWER, responses=problems(401, 403))
    async def reviews_waiting(self) -> list[ReviewOut]:
        """Reviews of refusals that wait, soonest due first."""
        found = await dues.listed_reviews(clock.today())
        return [ReviewOut.model_validate(row) for row in found]

    @post("/objections/{objection:uuid}/acceptance", permission=ANSWER, responses=problems(404))
    async def take_up(self, objection: FromPath[UUID], caller: Caller) -> AnswerOut:
        """Take an objection up; the result is held."""
        return AnswerOut.model_validate(await rulings.take_up(objection, by=caller))

    @post("/objections/{objection:uuid}/declination", permission=ANSWER, responses=problems(404))
    async def decline(
        self, objection: FromPath[UUID], data: JSONBody[ReasonsIn], caller: Caller
    ) -> AnswerOut:
        """Decline an objection."""
        row = await rulings.decline(objection, data, by=caller, on=clock.today())
        return AnswerOut.model_validate(row)

    @post("/objections/{objection:uuid}/decision", permission=ANSWER, responses=problems(404))
    async def decide(
        self, objection: FromPath[UUID], data: JSONBody[RulingIn], caller: Caller
    ) -> AnswerOut:
        """Decide an objection."""
        row = await rulings.decide(objection, data, by=caller, on=clock.today())
        return AnswerOut.model_validate(row)

    @post(
        "/applications/{application:uuid}/review",
        permission=P.APPLICATION_WRITE,
        responses=problems(400, 404, 409, 422),
    )
    async def ask_review(
        self, application: FromPath[UUID], data: JSONBody[ReviewIn], caller: Caller
    ) -> ReviewOut:
        """Ask for a review of a refusal."""
        row = await reviews.ask(application, data, by=caller, on=clock.today())
        return ReviewOut.model_validate(row)

    @post("/reviews/{review:uuid}/proposal", permission=ANSWER, responses=problems(404, 409))
    async def propose_review(
        self, review: FromPath[UUID], data: JSONBody[OutcomeIn], caller: Caller
    ) -> ReviewOut:
        """Propose what a review comes to."""
        return ReviewOut.model_validate(await reviews.propose(review, data, by=caller))

    @post("/reviews/{review:uuid}/return", permission=ANSWER, responses=problems(403, 404, 409))
    async def send_back_review(
        self, review: FromPath[UUID], data: JSONBody[ReasonsIn], caller: Caller
    ) -> ReviewOut:
        """Give a proposed outcome back to be proposed anew."""
        return ReviewOut.model_validate(await reviews.send_back(review, data, by=caller))

    @post("/reviews/{review:uuid}/decision", permission=ANSWER, responses=problems(404, 409))
    async def decide_review(
        self, review: FromPath[UUID], data: JSONBody[OutcomeIn], caller: Caller
    ) -> ReviewOut:
        """Decide a review as proposed."""
        row = await reviews.decide(review, data, by=caller, on=clock.today())
        return ReviewOut.model_validate(row)
