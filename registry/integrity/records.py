"""Records of decided breaches: who sees them and who looked, the public extract."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from registry.integrity import merits
from registry.integrity.tables import IntegrityCase, IntegrityRecord, RecordRequest
from registry.integrity.words import (
    RequestKind,
    RequestStatus,
)
from registry.platform import audit
from registry.platform.db import transaction
from registry.platform.errors import NotFound
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.platform.tables import AuditEntry
from registry.tables import Account, Person

READ, EXPORT = "integrity.read", "integrity.export"
"""Acts by which others come to know of the records on a person."""


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
        objected = await disputed(row["id"] for row in found)
        await audit.record(READ, f"person:{person}")
    return [{**row, "disputed": row["id"] in objected} for row in found]


async def disputed(records: Iterable[UUID]) -> set[UUID]:
    """Which of some records are objected to, and not decided upon yet."""
    found = await RecordRequest.select(RecordRequest.record).where(
        RecordRequest.record.is_in([*records] or [uuid4()]),
        RecordRequest.kind == RequestKind.OBJECTION,
        RecordRequest.status.is_in([RequestStatus.ASKED, RequestStatus.PROPOSED]),
    )
    return {row["record"] for row in found}


async def looked(person: UUID, *, by: Account) -> list[dict[str, Any]]:
    """Who looked at the records on the caller or exported one, newest first: when, in which role.

    Raises:
        NotFound: the caller is somebody else.
    """
    if by.person != person:
        raise NotFound(N_("没有这条诚信记录。"))
    found: list[dict[str, Any]] = await (
        AuditEntry.select(AuditEntry.at, AuditEntry.role, AuditEntry.action)
        .where(AuditEntry.action.is_in([READ, EXPORT]), AuditEntry.subject == f"person:{person}")
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
    objected = await disputed(row["id"] for row in rows)
    person = await Person.objects().get(Person.number == number.upper())
    shown = [{**row, "disputed": row.pop("id") in objected} for row in rows]
    return {
        "number": number.upper(),
        "records": shown,
        "merits": await merits.published(person.id) if person else [],
    }


async def of_case(case: IntegrityCase) -> IntegrityRecord | None:
    """The record a decided case left, or None."""
    found: IntegrityRecord | None = await IntegrityRecord.objects().get(
        IntegrityRecord.case == case.id
    )
    return found
