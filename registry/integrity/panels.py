"""The panel of an integrity case: it alone decides, on a draft with basis and measure, by vote.

The vote is secret (`registry.ballots`). It ends when every member has voted; the chair, who is the
first named of those who have, may close it without the absent ones once there is a quorum.
"""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4

from registry import ballots, notices
from registry.integrity import cases, drafts, seats
from registry.integrity.cases import OwnCase
from registry.integrity.drafts import DraftIn
from registry.integrity.seats import NotOnPanel
from registry.integrity.tables import CaseMember, IntegrityCase, IntegrityRecord
from registry.integrity.words import (
    CONVENE,
    DECIDE,
    DISMISS,
    MEASURE_DECIDED,
    MEASURE_ENDS,
    SERVE,
    Measure,
)
from registry.notices import About
from registry.platform import audit, clock, outbox, steps, workdays
from registry.platform.db import transaction
from registry.platform.errors import RuleNotMet
from registry.platform.fields import Flag, Input
from registry.platform.i18n import N_
from registry.platform.vault import Vault
from registry.regulations import Body
from registry.tables import Account
from registry.voting import least, reaches

DAY = timedelta(days=1)
AGREES, DISAGREES = "yes", "no"


class VoteIn(Input):
    """One member's vote on the draft."""

    agrees: Flag


class NoQuorum(RuleNotMet):
    """Too few members have voted to decide."""


class VotesMissing(RuleNotMet):
    """Somebody has not voted, and the chair has not closed the vote."""


async def convene(
    case: UUID, asked: DraftIn, *, by: Account, on: date, vault: Vault
) -> IntegrityCase:
    """Put a draft decision before a panel, once the person has had their say.

    Raises:
        OwnCase: the caller reported the case.
        NotNoticed: see there.
        RightOpen: the period to defend oneself or ask for a hearing still runs.
        PanelRefused: even size, too few, or somebody who has a part in the case or a tie to it.
        NotProportional: see there.
        StepNotPossible: notice was not given, or a panel sits already.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        cases.uninvolved(row, by)
        await drafts.check(row, asked, by=by, on=on)
        draft = asked.model_dump(exclude={"members", "alternates"})
        await steps.take(CONVENE, row, by=by.id, only_if=cases.as_noticed(row), **draft)
        await seats.fill(row.id, asked.members, asked.alternates)
        await ballots.open_box(row.id, vault=vault)
        await audit.record(
            "integrity.convene", f"integrity_case:{row.id}", members=len(asked.members)
        )
        return row


async def vote(case: UUID, asked: VoteIn, *, by: Account) -> None:
    """Vote on the draft, once, as a member of the panel.

    Raises:
        NotFound: no such case for this caller.
        NotOnPanel: the caller is no member.
        OwnCase: it has come out that the case is about the caller.
        StepNotPossible: no panel sits, they have voted, or the chair has closed the vote.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        if by.id not in {each["account"] for each in await seats.members(row.id)}:
            raise NotOnPanel(N_("您不是这个案件的审议组成员。"))
        cases.uninvolved(row, by)
        voted = await seats.held(
            row, IntegrityCase.vote_closed_by.is_null()
        ) and await CaseMember.update({CaseMember.voted_at: clock.now()}).where(
            CaseMember.case == row.id, CaseMember.account == by.id
        ).where(CaseMember.voted_at.is_null(), CaseMember.recused_because.is_null()).returning(
            CaseMember.id
        )
        if not voted:
            raise steps.StepNotPossible(N_("表决已经结束，或者您已经表决。"), status=row.status)
        await ballots.cast(row.id, AGREES if asked.agrees else DISAGREES)
        await audit.record("integrity.vote", f"integrity_case:{row.id}")


async def close(case: UUID, *, by: Account) -> None:
    """Close the vote without the members who have not voted, as the chair of those who have.

    Raises:
        NotFound: no such case for this caller.
        NotOnPanel: the caller is not the first named member who has voted.
        SeatEmpty: see there.
        NoQuorum: too few have voted.
        StepNotPossible: no panel sits, or it is closed.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        sits = await seats.held(row, IntegrityCase.vote_closed_by.is_null())
        named = await seats.members(row.id)
        voted = [each for each in named if each["voted_at"] is not None]
        if by.id not in {each["account"] for each in named}:
            raise NotOnPanel(N_("您不是这个案件的审议组成员。"))
        if not sits:
            raise steps.StepNotPossible(N_("表决已经结束。"), status=row.status)
        await seats.must_be_full(row.id)
        _quorum(len(voted), len(named), await cases.rules_of(row))
        if voted[0]["account"] != by.id:
            raise NotOnPanel(N_("只有已表决成员中列名最先的一位可以主持结束表决。"))
        await IntegrityCase.update({IntegrityCase.vote_closed_by: by.id}).where(
            IntegrityCase.id == row.id
        )
        await audit.record("integrity.close-vote", f"integrity_case:{row.id}", voted=len(voted))


def _quorum(voted: int, members: int, rules: Body) -> None:
    if not reaches(voted, members, rules["quorum_parts"], rules["quorum_whole"]):
        cite = rules.figures["quorum_parts"].cite
        raise NoQuorum(
            N_("已有 {voted} 人表决，至少须有 {least} 人（{cite}）。"),
            voted=voted,
            least=least(members, rules["quorum_parts"], rules["quorum_whole"]),
            cite=cite,
        )


async def count(case: UUID, *, by: Account, on: date, vault: Vault) -> IntegrityCase:
    """Count the votes: with quorum and share the draft is decided and a record exists from now on.

    Without the share the case is dismissed, for good: nobody is looked into twice for the same.

    Raises:
        NotFound: no such case for this caller.
        OwnCase: the caller reported the case, is its subject, or sits on the panel.
        NoQuorum: too few have voted.
        SeatEmpty: see there.
        VotesMissing: see there.
        StepNotPossible: no panel sits.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        cases.uninvolved(row, by)
        rules = await cases.rules_of(row)
        sits = await seats.held(row)
        named = await seats.members(row.id)
        if by.id in {each["account"] for each in await seats.named(row.id)}:
            raise OwnCase(N_("审议组成员不能计票。"))
        said: Counter[str] = Counter()
        if sits:
            await seats.must_be_full(row.id)
            absent = sum(each["voted_at"] is None for each in named)
            _quorum(len(named) - absent, len(named), rules)
            row = await cases.find(case, by=by)
            if absent and row.vote_closed_by is None:
                raise VotesMissing(
                    N_("还有 {left} 位成员没有表决，主持人也没有结束表决。"), left=absent
                )
            said = await ballots.count(row.id, vault=vault)
        agreed, voted = said[AGREES], said.total()
        if not reaches(agreed, voted, rules["pass_parts"], rules["pass_whole"]):
            await steps.take(DISMISS, row, by=by.id, decided_on=on)
            await audit.record("integrity.dismiss", f"integrity_case:{row.id}")
            return row
        await steps.take(DECIDE, row, by=by.id, decided_on=on)
        record = await _enter(row, rules, on)
        await outbox.put(MEASURE_DECIDED, str(record.id))
        if row.until is not None:
            await outbox.put(MEASURE_ENDS, str(record.id), clock.morning(row.until + DAY))
        await audit.record(
            "integrity.decide",
            f"integrity_case:{row.id}",
            record=record.id,
            measure=row.measure,
            agreed=agreed,
            voted=voted,
        )
        return row


async def _enter(case: IntegrityCase, rules: Body, on: date) -> IntegrityRecord:
    measure = Measure(case.measure)
    published = rules[f"publication_most_months_{case.severity}"]
    record = IntegrityRecord(
        id=uuid4(),
        person=case.person,
        behaviour=case.finding,
        decided_by=case.reference,
        basis=case.basis,
        bars_from=on,
        bars_until=case.until if measure.bars else on - DAY,
        case=case.id,
        severity=case.severity,
        measure=measure,
        decided_on=on,
        until=case.until,
        published_until=workdays.months_after(on, published) if case.publish else None,
        queried_until=workdays.months_after(case.ended_on, rules["query_months"]),
        kept_until=workdays.months_after(on, rules["keep_months"]),
    )
    await record.save()
    return record


async def serve(case: UUID, *, by: Account, on: date) -> IntegrityCase:
    """Put on record that the person has been handed the decision.

    Raises:
        OwnCase: the caller reported the case.
        StepNotPossible: nothing is decided, or it was served.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        cases.uninvolved(row, by)
        await steps.take(SERVE, row, by=by.id, served_on=on)
        await notices.tell(row.person, About.CASE_SERVED, row.reference)
        await audit.record("integrity.serve", f"integrity_case:{row.id}")
        return row
