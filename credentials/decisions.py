"""Evaluation applications, from the bureau's side: return, prepare, decide.

Nobody decides alone: one officer prepares, another decides, and neither about themselves.
"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import Field

from credentials import applications, deadlines, determinations, policy, procedure
from credentials.deadlines import Mover
from credentials.intake import contents, overdue
from credentials.rules.documents import Document
from credentials.standing import barring, changes, measures
from credentials.tables import Application, Credential, Determination
from credentials.words import (
    GRANT,
    PROPOSE,
    REFUSE,
    RETURN,
    SEND_BACK,
    SEND_BACK_TO_PANEL,
    SEND_BACK_TO_VOTE,
    Proposal,
    Standing,
    Status,
)
from registry import notices
from registry.notices import About
from registry.platform import audit, clock, steps
from registry.platform.db import transaction
from registry.platform.errors import NotAllowed, RuleNotMet
from registry.platform.fields import AskedBy, Input
from registry.platform.i18n import N_
from registry.platform.workdays import Deadline, months_after
from registry.tables import Account
from training import statements
from training.words import Level as TrainingLevel

REASONED = AskedBy("参照《行政许可法》第三十八条：应当说明理由")
OFFICE_MOVES = frozenset(each for each, whose in deadlines.MOVER.items() if whose == Mover.OFFICE)


class GroundsIn(Input):
    """Why: kept in the history and told to the applicant."""

    grounds: Annotated[str, REASONED] = Field(min_length=2, max_length=2000)


class ProposalIn(GroundsIn):
    """What an officer proposes, and why."""

    proposal: Proposal


class SamePerson(NotAllowed):
    """Whoever prepared a decision does not make it."""


class VoteDecides(RuleNotMet):
    """The panel's vote decides what may be proposed."""


class NoticeAsked(RuleNotMet):
    """The procedure asks for one notice that names every field; free words reopen none."""


class NotAsProposed(RuleNotMet):
    """A decision is what two officers hold; against the proposal it would be one officer's."""


async def queue(*, by: Account, on: date) -> list[dict[str, Any]]:
    """What waits for an officer, soonest due first, with whether this officer may decide it.

    `until` is the last day of the stage, `left` the days to it, `provisional` as of `Deadline`.
    """
    found: list[dict[str, Any]] = await (
        Application.select(
            Application.id,
            Application.reference,
            Application.level,
            Application.status,
            Application.submitted_on,
            Application.proposal,
            Application.prepared_by,
            Application.person.name.as_alias("person_name"),
            Application.person.number.as_alias("person_number"),
        )
        .where(Application.status.is_in([*OFFICE_MOVES]))
        .order_by(Application.submitted_on)
        .order_by(Application.reference)
    )
    stepped = await steps.histories([r["id"] for r in found if r["status"] != Status.SUBMITTED])
    known: dict[tuple[str, date | None], Deadline | None] = {}
    for row in found:
        since = deadlines.began(row["status"], row["submitted_on"], stepped.get(row["id"], []))
        row["may_decide"] = row["status"] == Status.PROPOSED and row["prepared_by"] != by.id
        stage = row["status"], since
        if stage not in known:
            known[stage] = await deadlines.due(*stage)
        until = known[stage]
        assert until is not None, "what waits for the office has a period"
        row |= {"until": until.day, "left": until.left(on), "provisional": until.provisional}
    return sorted(found, key=lambda row: (row["until"], row["reference"]))


async def return_for_supplement(application: UUID, asked: GroundsIn, *, by: Account) -> Application:
    """Ask the applicant for everything that is missing, in one notice.

    Raises:
        NotFound: no such application.
        NoticeAsked: its procedure asks for a notice that names the fields.
        StepNotPossible: it is not waiting for an officer.
    """
    async with transaction():
        case = await applications.find(application, by=by)
        if await contents.whole(case, clock.today()):
            raise NoticeAsked(N_("请用补正通知逐项写明需要补正的内容。"))
        await steps.take(RETURN, case, by=by.id, note=asked.grounds, supplement_asked=asked.grounds)
        await overdue.watch(case)
        await notices.tell(case.person, About.RETURNED, case.reference)
        await audit.record("application.return", f"application:{case.id}")
        return case


async def propose(application: UUID, asked: ProposalIn, *, by: Account) -> Application:
    """Prepare a decision for a second officer.

    Where the procedure has a panel, its vote comes first: what it passed is published before it is
    granted (`credentials.panels.publicity`); here a refusal is prepared of what it did not pass.
    What an objection has shown is for who decides on it (`credentials.panels.rulings`).

    Raises:
        NotFound: no such application.
        VoteDecides: the panel has not voted, or otherwise.
        StepNotPossible: it is not waiting for an officer.
    """
    async with transaction():
        case = await applications.find(application, by=by)
        await _vote_decides(case, asked.proposal)
        await steps.take(
            PROPOSE,
            case,
            by=by.id,
            note=asked.grounds,
            proposal=asked.proposal,
            grounds=asked.grounds,
            prepared_by=by.id,
        )
        await audit.record("application.propose", f"application:{case.id}", proposal=asked.proposal)
        return case


async def _vote_decides(case: Application, proposal: Proposal) -> None:
    if case.status == Status.SUBMITTED:
        if procedure.has_panel(await procedure.of(case), case.level):
            raise VoteDecides(N_("这一等级须先经评审组表决。"))
    elif case.status == Status.HELD:
        raise VoteDecides(N_("先决定异议，再拟定意见。"))
    elif case.status in PROPOSE.starts and (
        proposal is Proposal.GRANT
        or (case.status == Status.VOTED and case.vote_passed and not await _barred(case))
    ):
        raise VoteDecides(N_("评审组已通过的，公示期满后才能授予；未通过的，不能建议授予。"))


async def _barred(case: Application) -> bool:
    _, rules = await _determined(case)
    return await barring.cite(case.person, rules, clock.today()) is not None


async def _determined(case: Application) -> tuple[Determination, Document]:
    kept = await determinations.newest(case.id)
    assert kept is not None, "what was submitted was determined"
    return kept, (await policy.edition(kept.edition)).document


async def grant(application: UUID, asked: GroundsIn, *, by: Account, on: date) -> Credential:
    """Decide in favour: close the application and give the person the level, from `on`.

    Whether the person is barred is asked again that day, and what is granted while a measure
    suspends is suspended at once. How long the level is valid stands in the policy edition the
    application was checked against. The hours that counted are from then on used for the level;
    lower levels in force are superseded by it.

    Raises:
        NotFound: no such application.
        SamePerson: the caller prepared it.
        NotAsProposed: the other was proposed; it can be sent back.
        Barred: a measure of integrity decided since it was submitted bars the person.
        StepNotPossible: it is not waiting for a decision.
    """
    async with transaction():
        case = await _to_decide(application, by, Proposal.GRANT)
        kept, rules = await _determined(case)
        await barring.must_be_free(case.person, rules, on)
        await _second(
            GRANT, case, asked, by, decided_by=by.id, decided_on=on, grounds=asked.grounds
        )
        credential = Credential(
            id=uuid4(),
            person=case.person,
            level=case.level,
            application=case.id,
            determination=kept.id,
            granted_on=on,
            valid_until=last_day(on, rules.parameter("validity_months").value),
            status=Standing.IN_FORCE,
            status_since=on,
        )
        await credential.save()
        await _use_hours(kept, case.level, on)
        await changes.begin(credential, by=by.id, on=on)
        await measures.settle(case.person, on=on)
        await notices.tell(case.person, About.GRANTED, case.reference)
        await audit.record("application.grant", f"application:{case.id}", credential=credential.id)
        return credential


async def _use_hours(kept: Determination, level: str, on: date) -> None:
    """Put on record which lines of the ledger counted when the application was checked."""
    taught = TrainingLevel(level)
    lines = await statements.counted(kept.person, taught, on=kept.day, known_at=kept.made_at)
    await statements.use(lines, taught, on=on)


def last_day(first: date, months: int) -> date:
    """The last day of a period of whole months: the day before the same date, months later."""
    return months_after(first, months) - date.resolution


async def refuse(application: UUID, asked: GroundsIn, *, by: Account, on: date) -> Application:
    """Decide against, with grounds that the applicant is told.

    Raises:
        NotFound: no such application.
        SamePerson: the caller prepared it.
        NotAsProposed: the other was proposed; it can be sent back.
        StepNotPossible: it is not waiting for a decision.
    """
    async with transaction():
        case = await _to_decide(application, by, Proposal.REFUSE)
        await _second(
            REFUSE, case, asked, by, decided_by=by.id, decided_on=on, grounds=asked.grounds
        )
        await notices.tell(case.person, About.REFUSED, case.reference)
        await audit.record("application.refuse", f"application:{case.id}")
        return case


async def send_back(application: UUID, asked: GroundsIn, *, by: Account) -> Application:
    """Give a prepared decision back to be prepared again.

    A refusal that follows from an upheld objection does not fall back on the vote objected to: a
    new panel looks at the application. What the earlier one did stays on record with that panel.

    Raises:
        NotFound: no such application.
        SamePerson: the caller prepared it.
        StepNotPossible: it is not waiting for a decision.
    """
    async with transaction():
        case = await _to_decide(application, by)
        anew: dict[str, Any] = {"proposal": None, "prepared_by": None}
        if await upheld(case):
            await _second(SEND_BACK_TO_PANEL, case, asked, by, grounds=None, **anew)
            await notices.tell(case.person, About.RECHECKED, case.reference)
        else:
            back = SEND_BACK if case.vote_passed is None else SEND_BACK_TO_VOTE
            await _second(back, case, asked, by, **anew)
        await audit.record("application.send-back", f"application:{case.id}")
        return case


async def upheld(case: Application) -> bool:
    """Whether what is proposed follows from an upheld objection: a panel's vote that is void."""
    if case.status != Status.PROPOSED or case.vote_passed is not None:
        return False
    return procedure.has_panel(await procedure.of(case), case.level)


async def _to_decide(
    application: UUID, by: Account, decision: Proposal | None = None
) -> Application:
    case = await applications.find(application, by=by)
    if case.status == Status.PROPOSED and case.prepared_by == by.id:
        raise SamePerson(N_("这份意见由您拟定，须由另一位经办人决定。"))
    if case.status == Status.PROPOSED and decision not in {None, case.proposal}:
        raise NotAsProposed(N_("决定须与拟定的意见一致；如不同意，请退回重新拟定。"))
    return case


async def _second(
    step: steps.Step, case: Application, asked: GroundsIn, by: Account, **values: Any
) -> None:
    """Take the second officer's step, unless the caller has meanwhile become the first."""
    other = Application.prepared_by != by.id
    await steps.take(step, case, by=by.id, note=asked.grounds, only_if=other, **values)
