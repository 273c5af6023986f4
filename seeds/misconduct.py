"""Integrity cases of the demonstration: one in every state, and the measures its papers show."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from credentials.standing import measures
from registry.integrity import cases, hearings, panels, records, requests, reviews, seats
from registry.integrity.cases import DefenceIn, NoticeIn, ReasonsIn, ReportIn
from registry.integrity.drafts import DraftIn
from registry.integrity.hearings import MinutesIn
from registry.integrity.panels import VoteIn
from registry.integrity.requests import Answer, AnswerIn, RequestIn
from registry.integrity.reviews import Outcome, OutcomeIn
from registry.integrity.seats import RecusalIn
from registry.integrity.tables import IntegrityRecord
from registry.integrity.words import (
    CaseStatus,
    Measure,
    RequestKind,
    RequestStatus,
    Severity,
    Source,
)
from registry.platform import clock
from registry.platform.permissions import Role
from registry.platform.vault import Vault
from registry.tables import Account, Person

S = CaseStatus
UNTIL_DECIDED = timedelta(days=30)
"""From the report to the panel's decision."""
ENDED_BEFORE = timedelta(days=60)
OPEN = (
    S.REPORTED, S.DECLINED, S.ACCEPTED, S.NOTICED, S.DEFENDED, S.HEARING, S.HEARD, S.WITH_PANEL,
    S.DISMISSED, S.DECIDED, S.SERVED, S.REVIEW, S.REVIEW_PROPOSED, S.UPHELD, S.ANNULLED,
)  # fmt: skip
WITHOUT_SAY = frozenset({S.REPORTED, S.DECLINED, S.ACCEPTED, S.NOTICED})
AFTER_HEARING = frozenset({S.HEARING, S.HEARD})
REVIEWED = frozenset({S.REVIEW, S.REVIEW_PROPOSED, S.UPHELD, S.ANNULLED})


@dataclass(frozen=True)
class Told:
    """What a case of the demonstration is about."""

    facts: str
    measure: Measure
    severity: Severity
    until: date | None = None
    publish: bool = False


REMINDED = Told("未在约定时间向当事人告知合同进展。", Measure.REMINDER, Severity.MINOR)
CRITICISED = Told(
    "在宣传材料中夸大合作项目的成果。", Measure.CRITICISM, Severity.MINOR, publish=True
)
BARRED = "提交的两份工作证明系伪造。"
BASIS = "登记机构章程第八条；《技术经理人执业准则》"


async def decided(account: Account, told: Told, on: date, *, vault: Vault) -> None:
    """Somebody's case from the report to a served decision on a day, with what follows from it."""
    await bring(account, S.SERVED, told, on, vault=vault)


async def open_cases(people: list[Account], today: date, *, vault: Vault) -> None:
    """One case in every state, about people to whom nothing else happens."""
    for account, status in zip(people * len(OPEN), OPEN, strict=False):
        await bring(account, status, REMINDED, today - timedelta(days=5), vault=vault)


async def object_to_records(today: date) -> None:
    """An objection to a record in every state, each by the person a record is on."""
    on_record = (
        await IntegrityRecord.objects()
        .where(IntegrityRecord.measure == Measure.REMINDER, IntegrityRecord.annulled.is_null())
        .order_by(IntegrityRecord.case.reference)
    )
    asked = RequestIn(kind=RequestKind.OBJECTION, grounds="当天已用邮件告知进展，附往来邮件。")
    for row, to in zip(on_record, RequestStatus, strict=False):
        await _ask(row, asked, to, today)


async def criticise(people: list[Account], today: date, *, vault: Vault) -> None:
    """Published criticisms, each with an application for repair in another state."""
    asked = RequestIn(
        kind=RequestKind.REPAIR, grounds="已更正宣传材料并向合作方说明。", undertaking=True
    )
    for account, to in zip(people, RequestStatus, strict=False):
        await decided(account, CRITICISED, today - timedelta(days=20), vault=vault)
        record = await IntegrityRecord.objects().get(
            (IntegrityRecord.person == account.person)
            & (IntegrityRecord.measure == Measure.CRITICISM)
        )
        assert record is not None, "it was decided"
        await _ask(record, asked, to, today)


async def bar(account: Account, today: date, *, vault: Vault) -> None:
    """Somebody barred from applying, published and in force."""
    told = Told(
        BARRED, Measure.BAR, Severity.SERIOUS, until=today + timedelta(days=700), publish=True
    )
    await decided(account, told, today - timedelta(days=25), vault=vault)


async def _ask(row: IntegrityRecord, asked: RequestIn, to: RequestStatus, today: date) -> None:
    """What the person a record is on asks about it, as far as `to`."""
    first, second, *_ = await _staff()
    owner = await Account.objects().get(Account.person == row.person)
    assert owner is not None, "applicants have accounts"
    request = await requests.ask(row.id, asked, by=owner, on=today)
    if to is RequestStatus.ASKED:
        return
    answer = Answer.GRANT if to is RequestStatus.GRANTED else Answer.REFUSE
    said = AnswerIn(answer=answer, reasons="经核对往来邮件和更正材料。")
    await requests.propose(request.id, said, by=first)
    if to is not RequestStatus.PROPOSED:
        await requests.decide(request.id, said, by=second, on=today)


async def bring(account: Account, to: CaseStatus, told: Told, on: date, *, vault: Vault) -> None:
    """A case from its report to a status; the panel, where it comes to that, decides on `on`."""
    first, second, third, chief = await _staff()
    panel = (
        await Account.objects()
        .where(Account.role == Role.ASSESSOR)
        .order_by(Account.login)
        .limit(6)
    )
    *members, alternate = panel
    began = on - UNTIL_DECIDED
    # What only waits for somebody has come in lately, so that its periods still run.
    if to in WITHOUT_SAY or to in {S.DEFENDED, S.HEARING}:
        began = clock.today() - timedelta(days=2)
    with clock.morning_of(began):
        row = await cases.report(
            ReportIn(
                person=await _number(account.person),
                source=Source.FINDING,
                alleged=told.facts,
                ended_on=began - ENDED_BEFORE,
            ),
            by=first,
            on=began,
        )
        if to is S.REPORTED:
            return
        if to is S.DECLINED:
            await cases.decline(row.id, ReasonsIn(reasons="反映的情况与记录不符。"), by=second)
            return
        await cases.accept(row.id, by=first, on=began)
        if to is S.ACCEPTED:
            return
        notice = NoticeIn(facts=told.facts, basis=BASIS, measure=told.measure)
        await cases.notify(row.id, notice, by=first, on=began)
        if to is S.NOTICED:
            return
        said = DefenceIn(defence="情况属实，当时出差在外，已向当事人说明。")
        await cases.defend(row.id, said, by=account, on=began)
        if to in AFTER_HEARING:
            await cases.ask_hearing(row.id, by=account, on=began)
    if to in {S.DEFENDED, S.HEARING}:
        return
    with clock.morning_of(on):
        if to is S.HEARD:
            minutes = MinutesIn(attended=True, minutes="当事人到场，重申申辩意见。")
            await hearings.hold(row.id, minutes, by=first, on=on)
            return
        draft = DraftIn(
            finding=told.facts,
            reasons="经核对往来记录属实，当事人无异议。",
            basis=BASIS,
            severity=told.severity,
            measure=told.measure,
            until=told.until,
            publish=told.publish,
            members=[member.id for member in members],
            alternates=[alternate.id],
        )
        await panels.convene(row.id, draft, by=first, on=on, vault=vault)
        for member in members[:4]:
            await panels.vote(row.id, VoteIn(agrees=to is not S.DISMISSED), by=member)
        if to is S.WITH_PANEL:
            aside = RecusalIn(because="三年前与当事人合作过一个项目。")
            await seats.recuse(row.id, aside, by=members[4])
            return
        await panels.close(row.id, by=members[0])
        row = await panels.count(row.id, by=first, on=on, vault=vault)
        if (record := await records.of_case(row)) is not None:
            await measures.follow(record.id, on=on)
        if to in {S.DECIDED, S.DISMISSED}:
            return
        await panels.serve(row.id, by=second, on=on)
        if to not in REVIEWED:
            return
        await reviews.ask(row.id, ReasonsIn(reasons="认为程度认定过重。"), by=account, on=on)
        if to is S.REVIEW:
            return
        outcome = Outcome.ANNUL if to is S.ANNULLED else Outcome.UPHOLD
        said_so = OutcomeIn(outcome=outcome, reasons="经重新核对往来记录。")
        await reviews.propose(row.id, said_so, by=third)
        if to is not S.REVIEW_PROPOSED:
            await reviews.decide(row.id, said_so, by=chief, on=on)


async def _staff() -> list[Account]:
    roles = [Role.OFFICER, Role.CHIEF_OFFICER]
    found = await Account.objects().where(Account.role.is_in(roles)).order_by(Account.login)
    chief, *officers = found
    return [*officers, chief]


async def _number(person: UUID) -> str:
    found = await Person.objects().get(Person.id == person)
    assert found is not None, "foreign keys hold people in place"
    return str(found.number)
