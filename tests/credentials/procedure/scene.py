"""The service as the walk meets it: real people, the gate of each route, and its use case."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import chinese_calendar

from credentials import applications, decisions
from credentials.applications import DraftIn, StatementIn
from credentials.decisions import GroundsIn, ProposalIn
from credentials.intake import claims, employers, formal_check
from credentials.intake.claims import AccountIn, AchievementIn, EmployerIn, FunctionsIn
from credentials.intake.formal_check import ItemIn, NoticeIn
from credentials.intake.routes import EmployerController, FilingController
from credentials.intake.words import WorkFunction
from credentials.jobs import jobs
from credentials.panels import (
    abandonment,
    appointments,
    draws,
    meetings,
    objections,
    publicity,
    reviews,
    rulings,
    scoring,
    sheets,
)
from credentials.panels.appointments import TieIn
from credentials.panels.assessor_routes import AssessorController
from credentials.panels.draws import CommitmentIn, SecretIn, WordIn
from credentials.panels.meetings import AttendanceIn, VoteIn
from credentials.panels.objections import ObjectionIn, ReasonsIn
from credentials.panels.routes import PanelController, ResultController
from credentials.panels.rulings import RulingIn
from credentials.panels.sheets import ScoreIn, SheetIn
from credentials.panels.words import Choice, Outcome, Part, Ruling
from credentials.routes import ApplicationController, DecisionController
from credentials.standing import proposals
from credentials.standing.proposals import StandingIn
from credentials.standing.routes import StandingController
from credentials.words import Level
from registry import people
from registry.platform import outbox
from registry.platform.db import rows
from registry.platform.permissions import check_permission
from registry.tables import Account
from seeds.evaluation import SECRET, WORD
from tests.credentials.intake.stage import FIRST
from tests.factories import vault

A, D, R, S = ApplicationController, DecisionController, ResultController, StandingController
E, F, P = EmployerController, FilingController, PanelController
DAYS = [
    day
    for number in range(210)
    if chinese_calendar.is_workday(day := date(2026, 6, 1) + timedelta(days=number))
]
"""Every working day of the walk."""
BEGIN = DAYS.index(FIRST)
"""The whole procedure is followed from here on, before July the simple one."""
SIMPLE_DAYS = DAYS.index(date(2026, 6, 30)) + 1
ROUTE: dict[str, Any] = {
    "draft": A.draft, "save": A.save, "fill": F.claim, "employ": F.employ, "submit": A.submit,
    "withdraw": A.withdraw, "ask-review": R.ask_review, "put-up": E.publish, "confirm": E.confirm,
    "decline": E.decline, "ask": F.ask, "accept": F.accept, "publish": R.publish,
    "grant?": D.propose,
    "refuse?": D.propose, "return": D.return_for_supplement, "send-back": D.send_back,
    "grant": D.grant, "refuse": D.refuse,
    "commit": P.commit, "word": P.add_word, "reveal": P.reveal, "abandon": P.abandon,
    "open": P.open_meeting, "close": P.close_meeting, "score": P.hand_in, "yes": P.vote,
    "no": P.vote, "tie": AssessorController.declare, "object": R.object_to,
    "take-up": R.take_up, "decline-objection": R.decline,
    "dismiss": R.decide, "recheck": R.decide, "uphold": R.decide, "stand?": R.propose_review,
    "reopen?": R.propose_review, "hand-back": R.send_back_review,
    "let-stand": R.decide_review, "reopen": R.decide_review,
    "suspend?": S.propose, "lift?": S.propose, "revoke?": S.propose, "decide": S.decide,
    "drop": S.drop,
}  # fmt: skip
CRITERIA = scoring.criteria(dict.fromkeys(Part, 1), ["trading"])
WORDS = "经核对材料，情况属实，依程序办理。"
OK, REASONS = GroundsIn(grounds=WORDS), ReasonsIn(reasons=WORDS)


class Scene:
    """The people of one walk and what they have before them."""

    def __init__(self, people: dict[str, Account | None], day: int) -> None:
        self.people, self.day, self.employed = people, day, False
        self.names = {account.id: name for name, account in people.items() if account}
        self.credential, self.asked = uuid4(), uuid4()
        self.begin(uuid4())

    def begin(self, case: UUID) -> None:
        """A new application, and nothing yet of what may come of it."""
        self.case, self.filled, self.employed = case, False, False
        self.secret = SECRET
        self.panel, self.before, self.shown, self.review = uuid4(), uuid4(), uuid4(), uuid4()
        self.objections: list[UUID] = []

    @property
    def on(self) -> date:
        """The day."""
        return DAYS[self.day]

    async def do(self, act: str, who: str, place: int) -> None:
        """One act by one person, through the gate of its route; `place` names an objection."""
        if act == "work":
            await outbox.empty(jobs())
            return
        by: Any = self.people[who]
        check_permission(by, ROUTE[act].opt)
        await getattr(self, "_" + act.rstrip("?").replace("-", "_"))(act, by, place)

    async def _draft(self, act: str, by: Account, place: int) -> None:
        made = await applications.draft(DraftIn(level=Level.JUNIOR), by=by, on=self.on)
        self.begin(made.id)

    async def _save(self, act: str, by: Account, place: int) -> None:
        await applications.save(self.case, StatementIn(statement="工作说明"), by=by)

    async def _fill(self, act: str, by: Account, place: int) -> None:
        await claims.claim(self.case, FunctionsIn(functions=(WorkFunction.TRADING,)), by=by)
        if self.filled:
            return
        self.filled = True
        told, done = AccountIn(account="谈判"), AchievementIn(text="转让", day=date(2026, 5, 6))
        await claims.describe(self.case, "trading", told, by=by)
        await claims.add(self.case, "trading", done, by=by, on=self.on)
        if not self.employed:
            await claims.employ(self.case, EmployerIn(self_employed=True), by=by)

    async def _employ(self, act: str, by: Account, place: int) -> None:
        employer = self.people["employer"]
        assert employer is not None
        asked = {"self_employed": True} if self.employed else {"employer": employer.organisation}
        await claims.employ(self.case, EmployerIn.model_validate(asked), by=by)
        self.employed = not self.employed

    async def _submit(self, act: str, by: Account, place: int) -> None:
        await applications.submit(self.case, by=by, on=self.on)

    async def _withdraw(self, act: str, by: Account, place: int) -> None:
        await applications.withdraw(self.case, by=by)

    async def _put_up(self, act: str, by: Account, place: int) -> None:
        asked = employers.PublicationIn(first_day=self.on, place="公告栏")
        await employers.publish(self.case, asked, by=by, on=self.on)

    async def _confirm(self, act: str, by: Account, place: int) -> None:
        await employers.confirm(self.case, by=by, on=self.on)

    async def _decline(self, act: str, by: Account, place: int) -> None:
        await employers.decline(self.case, employers.ReasonIn(reason=WORDS), by=by)

    async def _ask(self, act: str, by: Account, place: int) -> None:
        items = (ItemIn(field="statement", words=WORDS),)
        await formal_check.ask(self.case, NoticeIn(items=items), by=by)

    async def _return(self, act: str, by: Account, place: int) -> None:
        await decisions.return_for_supplement(self.case, OK, by=by)

    async def _accept(self, act: str, by: Account, place: int) -> None:
        await formal_check.accept(self.case, by=by)

    async def _publish(self, act: str, by: Account, place: int) -> None:
        self.shown = (await publicity.publish(self.case, by=by, on=self.on)).id

    async def _grant(self, act: str, by: Account, place: int) -> None:
        if act == "grant":
            self.credential = (await decisions.grant(self.case, OK, by=by, on=self.on)).id
            self.asked = uuid4()
        elif act == "refuse":
            await decisions.refuse(self.case, OK, by=by, on=self.on)
        else:
            asked = {"proposal": act.rstrip("?"), "grounds": WORDS}
            await decisions.propose(self.case, ProposalIn.model_validate(asked), by=by)

    _refuse = _grant

    async def _send_back(self, act: str, by: Account, place: int) -> None:
        await decisions.send_back(self.case, OK, by=by)

    async def _commit(self, act: str, by: Account, place: int) -> None:
        secret = f"{SECRET} {uuid4()}"
        asked = CommitmentIn(level=Level.JUNIOR, applications=[self.case], secret=secret)
        self.panel, self.secret = (await draws.commit(asked, by=by, on=self.on)).id, secret
        found = await rows("SELECT id FROM panel_case WHERE panel = {}", self.panel)
        self.before = UUID(str(found[0]["id"]))

    async def _word(self, act: str, by: Account, place: int) -> None:
        await draws.add_word(self.panel, WordIn(word=WORD), by=by)

    async def _reveal(self, act: str, by: Account, place: int) -> None:
        await draws.reveal(self.panel, SecretIn(secret=self.secret), by=by, on=self.on)

    async def _abandon(self, act: str, by: Account, place: int) -> None:
        await abandonment.abandon(self.panel, abandonment.ReasonIn(reason=WORDS), by=by)

    async def sitting(self) -> list[str]:
        """Who was drawn, in order."""
        found = await rows(
            "SELECT a.account FROM panel_seat s JOIN assessor a ON a.id = s.assessor"
            " WHERE s.panel = {} AND s.state = 'seated' ORDER BY s.place",
            self.panel,
        )
        return [self.names[UUID(str(row["account"]))] for row in found]

    async def _open(self, act: str, by: Account, place: int) -> None:
        there = (await self.sitting())[: {"o3": 1, "o2": 2}.get(self.names[by.id], 3)]
        accounts = [account for name in there if (account := self.people[name])]
        asked = AttendanceIn(present=[account.id for account in accounts])
        await meetings.open_meeting(self.panel, asked, by=by, on=self.on, vault=vault())

    async def _close(self, act: str, by: Account, place: int) -> None:
        await meetings.close_meeting(self.panel, by=by, on=self.on, vault=vault())

    async def _score(self, act: str, by: Account, place: int) -> None:
        given = {line.code: ScoreIn(points=80) for line in CRITERIA}
        await sheets.hand_in(self.before, SheetIn(scores=given), by=by, on=self.on)

    async def _yes(self, act: str, by: Account, place: int) -> None:
        await meetings.vote(self.before, VoteIn(choice=Choice(act)), by=by, on=self.on)

    _no = _yes

    async def _tie(self, act: str, by: Account, place: int) -> None:
        applicant = self.people["applicant"]
        assert applicant is not None
        name = (await people.row(applicant.person)).name or ""
        await appointments.declare(TieIn(name=name, reason=WORDS), by=by, on=self.on)

    async def _object(self, act: str, by: Account, place: int) -> None:
        asked = ObjectionIn(publication=self.shown, anonymous=True, grounds=WORDS)
        made, _ = await objections.object_to(asked, vault=vault(), on=self.on)
        self.objections.append(made.id)

    def _about(self, place: int) -> UUID:
        return self.objections[place] if self.objections else uuid4()

    async def _take_up(self, act: str, by: Account, place: int) -> None:
        await rulings.take_up(self._about(place), by=by)

    async def _decline_objection(self, act: str, by: Account, place: int) -> None:
        await rulings.decline(self._about(place), REASONS, by=by, on=self.on)

    async def _dismiss(self, act: str, by: Account, place: int) -> None:
        asked = RulingIn(ruling=Ruling("refuse" if act == "uphold" else act), reasons=WORDS)
        await rulings.decide(self._about(place), asked, by=by, on=self.on)

    _recheck = _uphold = _dismiss

    async def _ask_review(self, act: str, by: Account, place: int) -> None:
        asked = reviews.ReviewIn(grounds=WORDS)
        case = self.case
        made = await reviews.ask(case, asked, by=by, on=self.on)
        # Beside it the next application may have been drafted; that one has no review.
        self.review = made.id if self.case == case else self.review

    async def _stand(self, act: str, by: Account, place: int) -> None:
        outcome = Outcome.REOPEN if act.startswith("reopen") else Outcome.STAND
        asked = reviews.OutcomeIn(outcome=outcome, reasons=WORDS)
        if act.endswith("?"):
            await reviews.propose(self.review, asked, by=by)
        else:
            await reviews.decide(self.review, asked, by=by, on=self.on)

    _reopen = _let_stand = _stand

    async def _hand_back(self, act: str, by: Account, place: int) -> None:
        await reviews.send_back(self.review, REASONS, by=by)

    async def _suspend(self, act: str, by: Account, place: int) -> None:
        until = DAYS[self.day + 3] if act == "suspend?" else None
        asked = {"act": act.rstrip("?"), "reason": "request", "until": until, "grounds": WORDS}
        wanted = StandingIn.model_validate(asked)
        self.asked = (await proposals.propose(self.credential, wanted, by=by, on=self.on)).id

    _lift = _revoke = _suspend

    async def _decide(self, act: str, by: Account, place: int) -> None:
        await proposals.decide(self.asked, OK, by=by, on=self.on)

    async def _drop(self, act: str, by: Account, place: int) -> None:
        await proposals.drop(self.asked, OK, by=by)
