"""Integrity cases from report to notice and defence: nothing here is a record, nothing blocks.

Figures are those of the regulation in force on the day of the report, to the case's end.
"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import Field

from registry import notices, regulations
from registry.integrity.tables import CaseMember, IntegrityCase
from registry.integrity.words import (
    ACCEPT,
    ASK_HEARING,
    DECLINE,
    DEFEND,
    KNOWN_TO_PERSON,
    NOTIFY,
    NOTIFY_AGAIN,
    CaseStatus,
    Measure,
    Source,
)
from registry.notices import About
from registry.platform import audit, steps, workdays
from registry.platform.counters import next_number
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid, NotAllowed, NotFound, RuleNotMet
from registry.platform.fields import AskedBy, Day, Input
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.platform.workdays import Deadline
from registry.regulations import Body, Kind
from registry.tables import Account, Person

LONGEST = 5000
REASONED = AskedBy("参照《行政处罚法》第四十四条：告知事实、理由和依据")
BASED = AskedBy("《上海市社会信用条例》第三十二条：措施须有依据并说明理由")


class ReportIn(Input):
    """What somebody reports, or the office has found."""

    person: str = Field(min_length=1, max_length=20, description="Registry number.")
    source: Source
    alleged: str = Field(min_length=2, max_length=LONGEST)
    ended_on: Day = Field(description="The day the conduct ended.")


class ReasonsIn(Input):
    """Why."""

    reasons: str = Field(min_length=2, max_length=LONGEST)


class NoticeIn(Input):
    """What the person is told before anything is decided (after 行政处罚法 Art. 44)."""

    facts: str = Field(min_length=2, max_length=LONGEST)
    basis: Annotated[str, BASED] = Field(min_length=2, max_length=LONGEST)
    measure: Measure


class DefenceIn(Input):
    """What the person says in their defence."""

    defence: str = Field(min_length=2, max_length=LONGEST)


class OwnCase(NotAllowed):
    """Nobody has a part in a case about themselves, or in one they reported."""


class TooLate(RuleNotMet):
    """The period is over; the refusal names its last day and the rule."""


class Lapsed(RuleNotMet):
    """The conduct ended too long ago."""


async def report(asked: ReportIn, *, by: Account, on: date) -> IntegrityCase:
    """Put a report or a finding on file.

    Raises:
        FieldsInvalid: nobody has that number, or the conduct has not ended yet.
        NotAllowed: a finding is the office's to make.
    """
    if asked.source is Source.FINDING and by.role not in OFFICERS:
        raise NotAllowed(N_("只有登记机构可以依职权立案；您可以举报。"))
    async with transaction():
        person = await Person.objects().get(Person.number == asked.person.upper())
        if person is None:
            raise FieldsInvalid([FieldError("person", "unknown", N_("没有这个登记号。"))])
        if asked.ended_on > on:
            raise FieldsInvalid([FieldError("ended_on", "future", N_("不能晚于今天。"))])
        rules = await regulations.edition(Kind.INTEGRITY, on)
        number = await next_number(f"integrity-case-{on.year}")
        case = IntegrityCase(
            id=uuid4(),
            reference=f"CX-{on.year}-{number:06d}",
            person=person.id,
            status=CaseStatus.REPORTED,
            source=asked.source,
            alleged=asked.alleged,
            ended_on=asked.ended_on,
            reported_by=by.id,
            reported_on=on,
            rules=rules.id,
        )
        await case.save()
        await audit.record("integrity.report", f"integrity_case:{case.id}", source=asked.source)
        return case


async def visible(to: Account) -> Any:
    """Second gate: officers see all, members their cases, the person theirs from the notice on."""
    if to.role in OFFICERS:
        return IntegrityCase.id.is_not_null()
    if to.person is not None:
        return (IntegrityCase.person == to.person) & IntegrityCase.status.is_in([*KNOWN_TO_PERSON])
    sits = await CaseMember.select(CaseMember.case).where(
        CaseMember.account == to.id,
        CaseMember.recused_because.is_null(),
        CaseMember.waits.is_null() | CaseMember.waits.eq(False),
    )
    return IntegrityCase.id.is_in([row["case"] for row in sits] or [uuid4()])


async def find(case: UUID, *, by: Account) -> IntegrityCase:
    """Return one case the caller may see.

    Raises:
        NotFound: there is none, or not for this caller.
    """
    rows = IntegrityCase.objects().where(await visible(by), IntegrityCase.id == case)
    row: IntegrityCase | None = await rows.first()
    if row is None:
        raise NotFound(N_("没有这个案件。"))
    return row


async def seen(*, by: Account) -> list[IntegrityCase]:
    """Every case the caller may see, newest first."""
    rows = IntegrityCase.objects().where(await visible(by))
    return list(await rows.order_by(IntegrityCase.reference, ascending=False))


async def rules_of(case: IntegrityCase) -> Body:
    """The procedure a case is handled under."""
    return regulations.read((await regulations.by_id(case.rules)).text)


def uninvolved(case: IntegrityCase, by: Account) -> None:
    """Refuse whoever reported the case or is its subject, under whichever account.

    Raises:
        OwnCase: the caller is either.
    """
    themselves = case.person in {by.person, by.same_as}
    if (by.id == case.reported_by and case.source == Source.REPORT) or themselves:
        raise OwnCase(N_("举报人和当事人不能办理这个案件。"))


async def accept(case: UUID, *, by: Account, on: date) -> IntegrityCase:
    """Take a case on.

    Raises:
        OwnCase: the caller reported it.
        Lapsed: the conduct ended longer ago than the limitation.
        StepNotPossible: it is no fresh report.
    """
    async with transaction():
        row = await find(case, by=by)
        uninvolved(row, by)
        rules = await rules_of(row)
        last = workdays.months_after(row.ended_on, rules["limitation_months"])
        if on > last:
            cite = rules.figures["limitation_months"].cite
            raise Lapsed(N_("行为终了已超过追究期限（{cite}）。"), cite=cite, day=str(last))
        await steps.take(ACCEPT, row, by=by.id, handled_by=by.id, accepted_on=on)
        await audit.record("integrity.accept", f"integrity_case:{row.id}")
        return row


async def decline(case: UUID, asked: ReasonsIn, *, by: Account) -> IntegrityCase:
    """Close a report that gives nothing to look into.

    Raises:
        OwnCase: the caller reported it.
        StepNotPossible: it is no fresh report.
    """
    async with transaction():
        row = await find(case, by=by)
        uninvolved(row, by)
        await steps.take(DECLINE, row, by=by.id, note=asked.reasons)
        await audit.record("integrity.decline", f"integrity_case:{row.id}")
        return row


async def notify(case: UUID, asked: NoticeIn, *, by: Account, on: date) -> IntegrityCase:
    """Tell the person facts, basis, measure considered, and rights; again where more is found.

    Raises:
        OwnCase: the caller reported it.
        StepNotPossible: it is not accepted, waits for a hearing, a panel sits, or this very notice
            was given.
    """
    async with transaction():
        row = await find(case, by=by)
        uninvolved(row, by)
        await steps.take(
            NOTIFY_AGAIN if row.status in NOTIFY_AGAIN.starts else NOTIFY,
            row,
            by=by.id,
            note=row.notice_facts,
            only_if=_says_otherwise(asked),
            noticed_on=on,
            notice_facts=asked.facts,
            notice_basis=asked.basis,
            notice_measure=asked.measure,
        )
        await notices.tell(row.person, About.CASE_NOTICED, row.reference)
        await audit.record("integrity.notify", f"integrity_case:{row.id}")
        return row


def _says_otherwise(asked: NoticeIn) -> Any:
    """That the notice on record, if there is one, is another: a second click gives none."""
    return (
        IntegrityCase.notice_facts.is_null()
        | (IntegrityCase.notice_facts != asked.facts)
        | (IntegrityCase.notice_basis != asked.basis)
        | (IntegrityCase.notice_measure != asked.measure)
    )


def as_noticed(case: IntegrityCase) -> Any:
    """That the notice on record is still the one this row tells of: nobody has given another."""
    return (IntegrityCase.noticed_on == case.noticed_on) & (
        (IntegrityCase.notice_facts == case.notice_facts)
        & (IntegrityCase.notice_basis == case.notice_basis)
        & (IntegrityCase.notice_measure == case.notice_measure)
    )


async def reply_until(case: IntegrityCase) -> Deadline:
    """The last day to defend oneself and to ask for a hearing."""
    return workdays.after(case.noticed_on, (await rules_of(case))["notice_reply_working_days"])


async def _in_time(case: IntegrityCase, on: date) -> None:
    if case.noticed_on is None:
        return
    until = await reply_until(case)
    if until.passed(on):
        rule = (await rules_of(case)).figures["notice_reply_working_days"]
        raise TooLate(N_("期限已于 {day} 届满（{cite}）。"), day=str(until.day), cite=rule.cite)


def _own(case: IntegrityCase, by: Account) -> None:
    if by.person != case.person:
        raise OwnCase(N_("只有当事人可以陈述申辩。"))


async def defend(case: UUID, asked: DefenceIn, *, by: Account, on: date) -> IntegrityCase:
    """Say something in one's own defence, within the period of the notice.

    Raises:
        OwnCase: the caller is not the person.
        TooLate: the period is over.
        StepNotPossible: no notice was given, or it was answered.
    """
    async with transaction():
        row = await find(case, by=by)
        _own(row, by)
        await _in_time(row, on)
        said = "\n\n".join(each for each in (row.defence, asked.defence) if each)
        await steps.take(DEFEND, row, by=by.id, defence=said)
        await audit.record("integrity.defend", f"integrity_case:{row.id}")
        return row


async def ask_hearing(case: UUID, *, by: Account, on: date) -> IntegrityCase:
    """Ask for a hearing, within the period of the notice.

    Raises:
        OwnCase: the caller is not the person.
        TooLate: the period is over.
        StepNotPossible: no notice was given, or a hearing was asked for before.
    """
    async with transaction():
        row = await find(case, by=by)
        _own(row, by)
        await _in_time(row, on)
        await steps.take(ASK_HEARING, row, by=by.id)
        await audit.record("integrity.ask-hearing", f"integrity_case:{row.id}")
        return row
