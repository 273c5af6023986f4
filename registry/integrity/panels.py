"""The panel of an integrity case: it alone decides, on a draft with basis and measure, by vote."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import Field

from registry import notices
from registry.integrity import cases
from registry.integrity.cases import BASED, REASONED, OwnCase
from registry.integrity.tables import CaseMember, IntegrityCase, IntegrityRecord
from registry.integrity.words import (
    CONVENE,
    DECIDE,
    DISMISS,
    MEASURE_DECIDED,
    MEASURE_ENDS,
    SERVE,
    CaseStatus,
    Measure,
    Severity,
)
from registry.notices import About
from registry.platform import audit, clock, outbox, steps, workdays
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid, RuleNotMet
from registry.platform.fields import Day, Flag, Input
from registry.platform.i18n import N_
from registry.platform.permissions import Role
from registry.regulations import Body
from registry.tables import Account
from registry.voting import reaches

SITS = frozenset({Role.OFFICER, Role.CHIEF_OFFICER, Role.ASSESSOR})
"""Who may sit on a panel."""
DAY = timedelta(days=1)


class DraftIn(Input):
    """The decision a panel votes on."""

    finding: str = Field(min_length=2, max_length=5000)
    reasons: Annotated[str, REASONED] = Field(min_length=2, max_length=5000)
    basis: Annotated[str, BASED] = Field(
        min_length=2, max_length=2000, description="Legal or charter basis."
    )
    severity: Severity
    measure: Measure
    until: Day | None = Field(default=None, description="Last day, where the measure has one.")
    publish: Flag = False
    members: list[UUID] = Field(min_length=1, max_length=25, description="Accounts.")


class VoteIn(Input):
    """One member's vote on the draft."""

    agrees: Flag


class RightOpen(RuleNotMet):
    """The person may still speak or ask for a hearing."""


class PanelRefused(RuleNotMet):
    """The panel is too small, of even size, or somebody may not sit on it."""


class NotProportional(RuleNotMet):
    """The measure is heavier or longer than the class of the breach allows."""


class NotOnPanel(OwnCase):
    """Only the members of the panel vote."""


class NoQuorum(RuleNotMet):
    """Too few members have voted to decide."""


async def convene(case: UUID, asked: DraftIn, *, by: Account, on: date) -> IntegrityCase:
    """Put a draft decision before a panel, once the person has had their say.

    Raises:
        OwnCase: the caller reported the case.
        RightOpen: the period to defend oneself or ask for a hearing still runs.
        PanelRefused: even size, too few, or a member who reported, handles or is the subject.
        NotProportional: see there.
        StepNotPossible: notice was not given, or a panel sits already.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        cases.uninvolved(row, by)
        if row.status in CONVENE.starts:
            await _rights_used(row, on)
        rules = await cases.rules_of(row)
        _proportional(asked, rules, on)
        await _may_sit(row, asked.members, rules, by)
        draft = asked.model_dump(exclude={"members"})
        await steps.take(CONVENE, row, by=by.id, **draft)
        for member in asked.members:
            await CaseMember(id=uuid4(), case=row.id, account=member).save()
        await audit.record(
            "integrity.convene", f"integrity_case:{row.id}", members=len(asked.members)
        )
        return row


async def _rights_used(case: IntegrityCase, on: date) -> None:
    if case.status == CaseStatus.HEARD:
        return
    until = await cases.reply_until(case)
    if not until.provisional and on > until.day:
        return
    cite = (await cases.rules_of(case)).figures["notice_reply_working_days"].cite
    raise RightOpen(
        N_("当事人陈述申辩和申请听证的期限到 {day} 为止（{cite}）。"), day=str(until.day), cite=cite
    )


def _proportional(asked: DraftIn, rules: Body, on: date) -> None:
    strongest, longest = f"strongest_{asked.severity}", f"longest_months_{asked.severity}"
    if asked.measure.rank > rules[strongest]:
        cite = rules.figures[strongest].cite
        raise NotProportional(N_("措施超过这一程度失信可以采取的范围（{cite}）。"), cite=cite)
    if not asked.measure.has_end:
        if asked.until is not None:
            message = N_("这种措施没有期限。")
            raise FieldsInvalid([FieldError("until", "no-end", message)])
        return
    if asked.until is None or asked.until <= on:
        message = N_("请填写措施的最后一天，须晚于今天。")
        raise FieldsInvalid([FieldError("until", "required", message)])
    last = workdays.months_after(on, rules[longest])
    if asked.until > last:
        cite = rules.figures[longest].cite
        raise NotProportional(N_("措施最长到 {day}（{cite}）。"), day=str(last), cite=cite)


async def _may_sit(case: IntegrityCase, members: Sequence[UUID], rules: Body, by: Account) -> None:
    least = rules["panel_least"]
    if len(set(members)) < least or len(members) % 2 == 0 or len(set(members)) < len(members):
        cite = rules.figures["panel_least"].cite
        raise PanelRefused(
            N_("审议组须为单数，至少 {least} 人（{cite}）。"), least=least, cite=cite
        )
    found = await Account.objects().where(Account.id.is_in([*members]))
    involved = {case.reported_by, case.handled_by, by.id}
    if len(found) < len(members) or any(
        each.role not in SITS or not each.active or each.id in involved for each in found
    ):
        raise PanelRefused(N_("举报人、承办人和没有资格的人不能参加审议。"))


async def vote(case: UUID, asked: VoteIn, *, by: Account) -> None:
    """Vote on the draft, once, as a member of the panel.

    Raises:
        NotFound: no such case for this caller.
        NotOnPanel: the caller is no member.
        StepNotPossible: no panel sits, or they have voted.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        mine = (CaseMember.case == row.id) & (CaseMember.account == by.id)
        if not await CaseMember.exists().where(mine):
            raise NotOnPanel(N_("您不是这个案件的审议组成员。"))
        voted = await _sits(row) and await CaseMember.update(
            {CaseMember.agrees: asked.agrees, CaseMember.voted_at: clock.now()}
        ).where(mine, CaseMember.agrees.is_null()).returning(CaseMember.id)
        if not voted:
            raise steps.StepNotPossible(N_("表决已经结束，或者您已经表决。"), status=row.status)
        await audit.record("integrity.vote", f"integrity_case:{row.id}")


async def _sits(case: IntegrityCase) -> bool:
    """Whether a panel sits on a case; until the commit neither a vote nor the count can cross."""
    found = await (
        IntegrityCase.update({IntegrityCase.status: CaseStatus.WITH_PANEL})
        .where(IntegrityCase.id == case.id, IntegrityCase.status == CaseStatus.WITH_PANEL)
        .returning(IntegrityCase.id)
    )
    return bool(found)


async def count(case: UUID, *, by: Account, on: date) -> IntegrityCase:
    """Close the vote: with quorum and share the draft is decided and a record exists from now on.

    Without the share the case is dismissed, for good: nobody is looked into twice for the same.

    Raises:
        NotFound: no such case for this caller.
        NoQuorum: too few have voted.
        StepNotPossible: no panel sits.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        rules = await cases.rules_of(row)
        sits = await _sits(row)
        members = await CaseMember.objects().where(CaseMember.case == row.id)
        voted = [each for each in members if each.agrees is not None]
        if sits and not reaches(
            len(voted), len(members), rules["quorum_parts"], rules["quorum_whole"]
        ):
            cite = rules.figures["quorum_parts"].cite
            raise NoQuorum(N_("表决人数不足三分之二（{cite}）。"), cite=cite)
        agreed = sum(bool(each.agrees) for each in voted)
        if not reaches(agreed, len(voted), rules["pass_parts"], rules["pass_whole"]):
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
            voted=len(voted),
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


async def members(case: UUID) -> list[dict[str, Any]]:
    """Who sits on the panel and whether they have voted, never how."""
    found: list[dict[str, Any]] = await (
        CaseMember.select(
            CaseMember.account,
            CaseMember.account.display_name.as_alias("name"),
            CaseMember.voted_at,
        )
        .where(CaseMember.case == case)
        .order_by(CaseMember.account)
    )
    return found
