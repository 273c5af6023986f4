"""What goes over the wire about integrity."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from registry.integrity import cases, seats
from registry.integrity.tables import IntegrityCase
from registry.integrity.words import (
    CaseStatus,
    Measure,
    MeritKind,
    RequestKind,
    RequestStatus,
    Severity,
)
from registry.platform.permissions import OFFICERS
from registry.schemas import Out
from registry.tables import Account


class MemberOut(Out):
    """A member of a panel; how they voted is nobody's to see."""

    account: UUID
    name: str
    voted_at: datetime | None
    alternate: bool
    waits: bool
    recused: bool


class CaseOut(Out):
    """A case, as far as the reader may see it."""

    id: UUID
    reference: str
    person: UUID
    status: CaseStatus
    alleged: str | None
    ended_on: date
    reported_on: date
    noticed_on: date | None
    notice_facts: str | None
    notice_basis: str | None
    notice_measure: Measure | None
    reply_until: date | None = None
    reply_provisional: bool = False
    defence: str | None
    hearing_minutes: str | None
    finding: str | None
    reasons: str | None
    basis: str | None
    severity: Severity | None
    measure: Measure | None
    until: date | None
    publish: bool | None
    decided_on: date | None
    served_on: date | None
    review_grounds: str | None
    review_reasons: str | None
    members: tuple[MemberOut, ...] = ()

    @classmethod
    async def of(cls, case: IntegrityCase, *, to: Account) -> Self:
        """The person reads the notice and, once it is made, the decision: not the draft."""
        update: dict[str, Any] = {}
        if case.noticed_on is not None:
            until = await cases.reply_until(case)
            update |= {"reply_until": until.day, "reply_provisional": until.provisional}
        if to.person is not None:
            update["alleged"] = None
            if case.decided_on is None or case.status == CaseStatus.DISMISSED:
                draft = ("finding", "reasons", "basis", "severity", "measure", "until", "publish")
                update |= dict.fromkeys(draft)
            if case.status not in {CaseStatus.UPHELD, CaseStatus.ANNULLED}:
                update["review_reasons"] = None
        elif to.role in OFFICERS:
            found = await seats.named(case.id)
            update["members"] = tuple(MemberOut.model_validate(row) for row in found)
        return cls.model_validate(case).model_copy(update=update)


class RecordOut(Out):
    """A record on somebody, with its four clocks."""

    id: UUID
    behaviour: str
    basis: str
    decided_by: str
    decided_on: date | None
    severity: Severity | None
    measure: Measure | None
    until: date | None
    bars_from: date
    bars_until: date | None
    published_until: date | None
    queried_until: date | None
    kept_until: date | None
    lifted_on: date | None
    annulled: bool | None
    disputed: bool = False


class LookOut(Out):
    """One look somebody else took at the records on a person, or an export of one."""

    at: datetime
    role: str
    action: str


class RecordExportOut(Out):
    """What left for an outside credit platform: the seven fields, and under which entry."""

    id: UUID
    record: UUID
    platform: str
    entry: str
    content: str
    exported_at: datetime


class PublicRecordOut(Out):
    """A record that a decision ordered published."""

    behaviour: str
    measure: Measure
    basis: str
    decided_on: date
    until: date | None
    published_until: date
    disputed: bool


class MeritOut(Out):
    """A merit, for its holder: and since when it is published, if it is."""

    id: UUID
    kind: MeritKind | None
    title: str
    given_by: str
    given_on: date
    basis: str
    published_since: datetime | None


class PublicMeritOut(Out):
    """A merit whose holder agrees to its publication."""

    kind: MeritKind | None
    title: str
    given_by: str
    given_on: date


class ExtractOut(Out):
    """What everybody may see about a registered person."""

    number: str
    records: list[PublicRecordOut]
    merits: list[PublicMeritOut]


class RequestOut(Out):
    """An objection to a record, or an application for its repair."""

    id: UUID
    record: UUID
    kind: RequestKind
    status: RequestStatus
    grounds: str
    asked_on: date
    reasons: str | None


class WaitingRequestOut(RequestOut):
    """One that waits for an officer."""

    behaviour: str
    person_name: str | None
    proposal: str | None
    until: date


class SignatureOut(Out):
    """One signature under the practice code."""

    occasion: str
    title: str
    effective_from: date
    signed_at: datetime
