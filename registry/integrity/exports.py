"""Giving a record to an outside credit platform: off by default, and only what a catalogue names.

What is in no published catalogue may not be collected there (上海市社会信用条例 Art. 11). Nothing
leaves that the public may not read here: the decision orders publication and its period runs.
"""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from registry import organisations, people, regulations
from registry.integrity import records
from registry.integrity.tables import IntegrityCase, IntegrityRecord, RecordExport
from registry.integrity.words import CaseStatus, Measure
from registry.platform import audit, clock, workdays
from registry.platform.db import transaction
from registry.platform.errors import Conflict, NotFound, Refusal, RuleNotMet, of_unique_index
from registry.platform.i18n import N_
from registry.regulations import Entry, Kind
from registry.tables import Account, Regulation

ART_11 = "《上海市社会信用条例》第十一条"
ART_36 = "《上海市社会信用条例》第三十六条"
ART_37 = "《上海市社会信用条例》第三十七、三十八条"
IN_EFFECT = frozenset({CaseStatus.SERVED, CaseStatus.UPHELD})


class ExportOff(RuleNotMet):
    """This installation exports nothing: no platform is named in its settings."""


class NotInCatalogue(RuleNotMet):
    """No entry of the catalogue in force covers the measure."""


class NotInEffect(RuleNotMet):
    """The decision is not served, a review of it is open, or the record no longer counts."""


class ObjectedTo(RuleNotMet):
    """The record is objected to; it rests until that is decided."""


class PeriodOver(RuleNotMet):
    """It is not published, or the time to publish or to query it is over."""


class AlreadyExported(Conflict):
    """This platform has this record already."""


async def export(record: UUID, *, platform: str, by: Account, on: date) -> RecordExport:
    """Give a record to a platform, on record; the person sees that it was.

    `platform` is the setting; the answer's `content` is what to hand over. It says under which
    entry, and whether that entry is only illustrative.

    Raises:
        NotFound: no such record for this caller.
        ExportOff: `platform` is empty.
        NotInCatalogue: see there.
        NotInEffect: see there.
        ObjectedTo: see there.
        PeriodOver: see there.
        AlreadyExported: see there.
    """
    try:
        async with transaction():
            row = await records.find(record, by=by)
            edition, name = await permitted(row, platform=platform, on=on)
            entry = regulations.read(edition.text).catalogue[name]
            under = {
                "entry": name,
                "edition": edition.effective_from.isoformat(),
                **entry.model_dump(include={"cite", "status"}),
            }
            made = RecordExport(
                id=uuid4(),
                record=row.id,
                platform=platform,
                catalogue=edition.id,
                entry=name,
                content=json.dumps(
                    {"catalogue": under, "record": await _fields(row)},
                    ensure_ascii=False,
                    indent=2,
                ),
                exported_by=by.id,
                exported_at=clock.now(),
            )
            await made.save()
            await audit.record(
                records.EXPORT, f"person:{row.person}", record=row.id, export=made.id, entry=name
            )
            return made
    except Exception as error:
        if of_unique_index(error, "integrity_export", "record"):
            raise AlreadyExported(N_("这条记录已经推送过。")) from None
        raise


async def permitted(record: IntegrityRecord, *, platform: str, on: date) -> tuple[Regulation, str]:
    """The edition of the catalogue and its entry under which a record may leave on a day.

    Raises:
        ExportOff, NotInCatalogue, NotInEffect, ObjectedTo, PeriodOver: see there.
    """
    if not platform:
        raise ExportOff(N_("没有开启向外部信用平台推送（{cite}）。"), cite=ART_11)
    edition = await regulations.edition(Kind.CREDIT_CATALOGUE, on)
    name = _entry(regulations.read(edition.text).catalogue, record.measure, on)
    if name is None:
        raise NotInCatalogue(N_("这一事项不在已公布的目录内，不能推送（{cite}）。"), cite=ART_11)
    case = await IntegrityCase.objects().get(IntegrityCase.id == record.case)
    lifted = record.lifted_on is not None and record.lifted_on <= on
    if case is None or case.status not in IN_EFFECT or lifted:
        raise NotInEffect(
            N_("决定尚未送达、正在复核，或者记录已经撤销、修复，不能推送（{cite}）。"), cite=ART_37
        )
    if await records.disputed([record.id]):
        raise ObjectedTo(N_("这条记录有异议，尚未处理完毕，不能推送（{cite}）。"), cite=ART_36)
    await _clocks_run(record, on)
    return edition, name


def _entry(catalogue: dict[str, Entry], measure: str | None, on: date) -> str | None:
    """The first entry in force on a day that covers a measure."""
    fits = (n for n, e in catalogue.items() if measure in e.covers and e.effective_from <= on)
    return next(fits, None)


async def _clocks_run(record: IntegrityRecord, on: date) -> None:
    rules = await regulations.in_force(Kind.INTEGRITY, on)
    published = rules.figures[f"publication_most_months_{record.severity}"].cite
    if record.published_until is None:
        raise PeriodOver(N_("决定没有要求公示，不能推送（{cite}）。"), cite=published)
    for last, cite in (
        (record.published_until, published),
        (record.queried_until, rules.figures["query_months"].cite),
    ):
        if last is None or on > last:
            raise PeriodOver(N_("公示期或者可查询的期限已满，不能推送（{cite}）。"), cite=cite)


async def _fields(record: IntegrityRecord) -> dict[str, Any]:
    """The seven fields of the science credit rules (沪科规〔2024〕12号), and nothing else."""
    return {
        "subject": await people.named(record.person),
        "behaviour": record.behaviour,
        "result": Measure(record.measure),
        "deciding_unit": f"{(await organisations.bureau()).name}（{record.decided_by}）",
        "basis": record.basis,
        "effective_on": record.decided_on.isoformat(),
        "penalty_until": record.until.isoformat() if record.until else None,
    }


async def candidates(*, platform: str, on: date) -> list[dict[str, Any]]:
    """Records that are before the public on a day, each with why it may not leave, if so."""
    found = await (
        IntegrityRecord.objects(IntegrityRecord.person)
        .where(IntegrityRecord.published_until >= on)
        .order_by(IntegrityRecord.decided_on, ascending=False)
    )
    given = {row["record"] for row in await _given(platform)}
    listed = []
    for row in found:
        number, row.person = row.person.number, row.person.id
        if row.id in given:
            continue
        why: Refusal | None = None
        try:
            await permitted(row, platform=platform, on=on)
        except Refusal as refusal:
            why = refusal
        listed.append({"record": row, "number": number, "why": why})
    return listed


async def _given(platform: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await RecordExport.select(RecordExport.record).where(
        RecordExport.platform == platform
    )
    return found


async def made(*, on: date) -> list[dict[str, Any]]:
    """Every export, newest first; with the day by which the platform must be told to delete it."""
    here = RecordExport
    found: list[dict[str, Any]] = await here.select(
        here.id,
        here.platform,
        here.entry,
        here.exported_at,
        here.record.case.reference.as_alias("reference"),
        here.record.person.number.as_alias("number"),
        here.record.lifted_on.as_alias("lifted_on"),
    ).order_by(here.exported_at, ascending=False)
    days = (await regulations.in_force(Kind.INTEGRITY, on))["removal_working_days"]
    for row in found:
        over = row["lifted_on"]
        row["remove_by"] = workdays.after(over, days).day if over else None
    return found


async def of_person(person: UUID) -> list[dict[str, Any]]:
    """To which platforms records on a person went, newest first."""
    here = RecordExport
    found: list[dict[str, Any]] = await (
        here.select(here.platform, here.exported_at, here.record)
        .where(here.record.person == person)
        .order_by(here.exported_at, ascending=False)
    )
    return found


async def find(export: UUID) -> RecordExport:
    """One export, as it left; the look at it is on record.

    Raises:
        NotFound: there is none.
    """
    async with transaction():
        row = await RecordExport.objects(RecordExport.record).get(RecordExport.id == export)
        if row is None:
            raise NotFound(N_("没有这次推送。"))
        await audit.record(records.READ, f"person:{row.record.person}")
        return row
