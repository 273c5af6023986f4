"""Records of decided breaches: who sees them, objections and repair, the public extract."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from registry import regulations
from registry.integrity.tables import IntegrityCase, IntegrityRecord, Merit, RecordRequest
from registry.integrity.words import (
    RequestKind,
    RequestStatus,
)
from registry.platform import audit
from registry.platform.db import transaction
from registry.platform.errors import NotFound, RuleNotMet
from registry.platform.fields import Flag, Input
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.platform.tables import AuditEntry
from registry.regulations import Kind
from registry.tables import Account, Person

READ = "integrity.read"


class ExportOff(RuleNotMet):
    """Nothing leaves for outside credit platforms: it is off, or not in a published catalogue."""


def visible(to: Account) -> Any:
    """Second gate: officers see all, a person those on them."""
    if to.role in OFFICERS:
        return IntegrityRecord.id.is_not_null()
    return IntegrityRecord.person == to.person


async def find(record: UUID, *, by: Account) -> IntegrityRecord:
    """Return one record the caller may see.

    Raises:
        NotFound: there is none, or not for this caller.
    """
    row: IntegrityRecord | None = await (
        IntegrityRecord.objects().where(visible(by), IntegrityRecord.id == record).first()
    )
    if row is None:
        raise NotFound(N_("没有这条诚信记录。"))
    return row


async def on_person(person: UUID, *, by: Account) -> list[dict[str, Any]]:
    """Every record on a person, newest first, for them or an officer; the look is on record.

    Raises:
        NotFound: not for this caller.
    """
    if by.role not in OFFICERS and by.person != person:
        raise NotFound(N_("没有这条诚信记录。"))
    async with transaction():
        found = await (
            IntegrityRecord.select()
            .where(IntegrityRecord.person == person)
            .order_by(IntegrityRecord.bars_from, ascending=False)
        )
        disputed = {row["record"] for row in await _open(RequestKind.OBJECTION, found)}
        await audit.record(READ, f"person:{person}")
    return [{**row, "disputed": row["id"] in disputed} for row in found]


async def _open(kind: RequestKind, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await RecordRequest.select(RecordRequest.record).where(
        RecordRequest.record.is_in([row["id"] for row in records] or [uuid4()]),
        RecordRequest.kind == kind,
        RecordRequest.status.is_in([RequestStatus.ASKED, RequestStatus.PROPOSED]),
    )
    return found


async def looked(person: UUID, *, by: Account) -> list[dict[str, Any]]:
    """Who looked at the records on the caller, newest first: when, and in which role.

    Raises:
        NotFound: the caller is somebody else.
    """
    if by.person != person:
        raise NotFound(N_("没有这条诚信记录。"))
    found: list[dict[str, Any]] = await (
        AuditEntry.select(AuditEntry.at, AuditEntry.role)
        .where(AuditEntry.action == READ, AuditEntry.subject == f"person:{person}")
        .where(AuditEntry.account.is_null() | (AuditEntry.account != by.id))
        .order_by(AuditEntry.sequence, ascending=False)
    )
    return found


async def extract(number: str, *, on: date) -> dict[str, Any]:
    """What everybody may see about a registered person on a day.

    Records whose decision ordered publication, while it lasts, and merits the person agreed to have
    published. An unknown number gives the same empty answer, so that nobody can be searched for.
    """
    record = IntegrityRecord
    rows = await (
        record.select(
            record.behaviour,
            record.measure,
            record.decided_on,
            record.until,
            record.published_until,
            record.basis,
            record.id,
        )
        .where(record.person.number == number.upper())
        .where(record.published_until >= on, record.queried_until >= on)
        .where(record.decided_on <= on, record.lifted_on.is_null() | (record.lifted_on > on))
        .order_by(record.decided_on, ascending=False)
    )
    disputed = {row["record"] for row in await _open(RequestKind.OBJECTION, rows)}
    merits = await (
        Merit.select(Merit.title, Merit.given_by, Merit.given_on)
        .where(Merit.person.number == number.upper(), Merit.publish.eq(True))
        .order_by(Merit.given_on, ascending=False)
    )
    shown = [{**row, "disputed": row.pop("id") in disputed} for row in rows]
    return {"number": number.upper(), "records": shown, "merits": merits}


class MeritIn(Input):
    """An award or a contribution."""

    person: str = Field(min_length=1, max_length=20, description="Registry number.")
    title: str = Field(min_length=2, max_length=200)
    given_by: str = Field(min_length=2, max_length=200)
    given_on: date
    basis: str = Field(min_length=2, max_length=2000)
    publish: Flag = Field(default=False, description="The person agreed.")


async def praise(asked: MeritIn, *, by: Account, at: Any) -> Merit:
    """Put a positive record on file.

    Raises:
        NotFound: nobody has that number.
    """
    async with transaction():
        person = await Person.objects().get(Person.number == asked.person.upper())
        if person is None:
            raise NotFound(N_("没有这个登记号。"))
        said = asked.model_dump(exclude={"person"})
        merit = Merit(id=uuid4(), person=person.id, recorded_by=by.id, recorded_at=at, **said)
        await merit.save()
        await audit.record("integrity.praise", f"integrity_merit:{merit.id}")
        return merit


async def export(record: UUID, *, by: Account, on: date) -> None:
    """Send a record to an outside credit platform: off unless a regulation turns it on.

    Nothing may be sent that is in no published catalogue (上海市社会信用条例 Art. 11); as long as
    no platform is agreed with, turning it on changes nothing but the words of the refusal.

    Raises:
        ExportOff: always, at present.
    """
    await find(record, by=by)
    rules = await regulations.in_force(Kind.INTEGRITY, on)
    cite = rules.figures["outside_export"].cite
    if not rules["outside_export"]:
        raise ExportOff(N_("没有开启向外部信用平台推送（{cite}）。"), cite=cite)
    raise ExportOff(N_("这一事项不在已公布的目录内，不能推送（{cite}）。"), cite=cite)


async def of_case(case: IntegrityCase) -> IntegrityRecord | None:
    """The record a decided case left, or None."""
    found: IntegrityRecord | None = await IntegrityRecord.objects().get(
        IntegrityRecord.case == case.id
    )
    return found
