"""What leaves for an outside credit platform: nothing, unless it is on, named and undisputed."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from datetime import date, timedelta
from html import unescape

import httpx
import pytest

from registry import people, regulations
from registry.app import create_app
from registry.integrity import exports, panels, records, requests, reviews
from registry.integrity.cases import ReasonsIn
from registry.integrity.exports import (
    AlreadyExported,
    ExportOff,
    NotInCatalogue,
    NotInEffect,
    ObjectedTo,
    PeriodOver,
)
from registry.integrity.requests import Answer, AnswerIn, RequestIn
from registry.integrity.tables import IntegrityRecord, RecordExport
from registry.integrity.words import Measure, RequestKind, Severity
from registry.platform import audit
from registry.platform.audit import Actor
from registry.platform.errors import NotFound, Refusal
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.platform.tables import AuditEntry
from registry.regulations import Kind
from registry.tables import Account
from registry.words import OrganisationKind
from tests import forms
from tests.conftest import NewClient
from tests.factories import Clock, make_account, make_applicant, make_organisation, sign_in
from tests.registry.integrity.cases import LATER, decided

pytestmark = pytest.mark.anyio
alone = pytest.mark.usefixtures("connected")
PLATFORM = "市科技信用平台（测试）"


async def served(
    person: Account, measure: Measure = Measure.BAR, **other: object
) -> IntegrityRecord:
    case, record = await decided(person, measure, LATER, **other)
    await panels.serve(case.id, by=await make_account(Role.OFFICER), on=LATER)
    return record


async def export(
    record: IntegrityRecord, *, platform: str = PLATFORM, on: date = LATER
) -> RecordExport:
    officer = await make_account(Role.OFFICER)
    token = audit.acting.set(Actor(officer.id, officer.role, "-"))
    try:
        return await exports.export(record.id, platform=platform, by=officer, on=on)
    finally:
        audit.acting.reset(token)


async def refused(kind: type[Refusal], record: IntegrityRecord, cite: str, **how: object) -> None:
    with pytest.raises(kind) as refusal:
        await export(record, **how)  # type: ignore[arg-type]
    assert cite in refusal.value.facts["cite"]
    assert await RecordExport.count() == 0
    assert not await AuditEntry.exists().where(AuditEntry.action == records.EXPORT)


@alone
async def test_it_is_off_by_default() -> None:
    assert Settings.from_env({}).credit_platform == ""
    record = await served(await make_applicant())
    await refused(ExportOff, record, "第十一条", platform=Settings.from_env().credit_platform)


@alone
@pytest.mark.parametrize(
    ("measure", "severity"),
    [
        (Measure.REMINDER, Severity.MINOR),
        (Measure.CRITICISM, Severity.MINOR),
        (Measure.SUSPENSION, Severity.GENERAL),
    ],
)
async def test_what_no_catalogue_names_does_not_leave(measure: Measure, severity: Severity) -> None:
    record = await served(await make_applicant(), measure, severity=severity)
    await refused(NotInCatalogue, record, "第十一条")


@alone
async def test_before_there_was_a_catalogue_nothing_left() -> None:
    record = await served(await make_applicant())
    with pytest.raises(regulations.NoRegulation):
        await export(record, on=date(2024, 12, 31))
    entry = (await regulations.in_force(Kind.CREDIT_CATALOGUE, LATER)).catalogue["science-credit"]
    earlier = {"science-credit": entry.model_copy(update={"effective_from": LATER})}
    assert exports._entry(earlier, "bar", LATER) == "science-credit"
    assert exports._entry(earlier, "bar", LATER - timedelta(days=1)) is None


@alone
async def test_a_decision_that_is_not_served_or_is_reviewed_rests() -> None:
    person = await make_applicant()
    case, record = await decided(person)
    await refused(NotInEffect, record, "第三十七")
    await panels.serve(case.id, by=await make_account(Role.OFFICER), on=LATER)
    await reviews.ask(case.id, ReasonsIn(reasons="过重"), by=person, on=LATER)
    await refused(NotInEffect, record, "第三十七")


@alone
async def test_a_record_objected_to_rests_until_that_is_decided() -> None:
    await make_organisation(OrganisationKind.BUREAU)
    person = await make_applicant()
    record = await served(person)
    asked = RequestIn(kind=RequestKind.OBJECTION, grounds="不是本人")
    request = await requests.ask(record.id, asked, by=person, on=LATER)
    await refused(ObjectedTo, record, "第三十六条")
    said = AnswerIn(answer=Answer.REFUSE, reasons="属实")
    await requests.propose(request.id, said, by=await make_account(Role.OFFICER))
    await refused(ObjectedTo, record, "第三十六条")
    second = await make_account(Role.OFFICER)
    await requests.decide(request.id, said, by=second, on=LATER)
    assert (await export(record)).entry == "science-credit"


@alone
async def test_what_is_over_or_was_never_published_does_not_leave() -> None:
    record, quiet = (
        await served(await make_applicant()),
        await served(await make_applicant(name="李明"), publish=False),
    )
    assert record.published_until is not None
    await refused(PeriodOver, quiet, "信用修复")
    await refused(PeriodOver, record, "信用修复", on=record.published_until + timedelta(days=1))
    await IntegrityRecord.update({IntegrityRecord.queried_until: LATER - timedelta(days=1)}).where(
        IntegrityRecord.id == record.id
    )
    await refused(PeriodOver, record, "第三十五条")


@alone
async def test_what_leaves_is_seven_fields_and_the_person_sees_it() -> None:
    await make_organisation(OrganisationKind.BUREAU)
    person = await make_applicant()
    record = await served(person)
    made = await export(record)
    left = json.loads(made.content)
    assert left["catalogue"] == {
        "entry": "science-credit",
        "edition": "2025-01-01",
        "cite": "沪科规〔2024〕12号",
        "status": "illustrative",
    }
    assert set(left["record"]) == {
        "subject", "behaviour", "result", "deciding_unit", "basis", "effective_on",
        "penalty_until",
    }  # fmt: skip
    number = (await people.find(person.person, by=person)).number
    assert left["record"]["subject"] == {"name": "陈思远", "number": number}
    assert (left["record"]["result"], left["record"]["effective_on"]) == ("bar", str(LATER))
    (look,) = await records.looked(person.person, by=person)
    assert (look["action"], look["role"]) == ("integrity.export", "officer")
    (told,) = await exports.of_person(person.person)
    assert (told["record"], told["platform"]) == (record.id, PLATFORM)
    with pytest.raises(AlreadyExported):
        await export(record)
    stranger = await make_applicant(name="李明")
    with pytest.raises(NotFound):
        await exports.export(record.id, platform=PLATFORM, by=stranger, on=LATER)


@alone
async def test_of_exports_at_once_one_is_made() -> None:
    await make_organisation(OrganisationKind.BUREAU)
    record = await served(await make_applicant())
    done = await asyncio.gather(*(export(record) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, RecordExport) for each in done) == 1
    assert await RecordExport.count() == 1


@alone
async def test_a_record_lifted_afterwards_is_to_be_deleted_there_within_three_working_days() -> (
    None
):
    await make_organisation(OrganisationKind.BUREAU)
    person = await make_applicant()
    record = await served(person)
    await export(record)
    (row,) = await exports.made(on=LATER)
    assert row["remove_by"] is None
    asked = RequestIn(kind=RequestKind.OBJECTION, grounds="不是本人")
    request = await requests.ask(record.id, asked, by=person, on=LATER)
    said = AnswerIn(answer=Answer.GRANT, reasons="确非本人")
    await requests.propose(request.id, said, by=await make_account(Role.OFFICER))
    await requests.decide(request.id, said, by=await make_account(Role.OFFICER), on=LATER)
    (row,) = await exports.made(on=LATER)
    assert row["remove_by"] == date(2026, 7, 17)


@pytest.fixture
async def exporting(database: None) -> AsyncIterator[NewClient]:
    """Clients of an installation that has a platform."""
    environ = {**os.environ, "REGISTRY_CREDIT_PLATFORM": PLATFORM}
    site = create_app(Settings.from_env(environ))
    clients: list[httpx.AsyncClient] = []

    def make() -> httpx.AsyncClient:
        transport = httpx.ASGITransport(site, raise_app_exceptions=False)
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000"))
        return clients[-1]

    async with site.lifespan():
        yield make
        for client in clients:
            await client.aclose()


async def test_an_officer_exports_where_it_is_on(exporting: NewClient, time: Clock) -> None:
    time.pass_by(days=14)
    await make_organisation(OrganisationKind.BUREAU)
    person = await make_applicant()
    record = await served(person)
    light = await served(
        await make_applicant(name="李明"), Measure.CRITICISM, severity=Severity.MINOR
    )
    officer, holder = exporting(), exporting()
    await sign_in(officer, await make_account(Role.OFFICER))
    await sign_in(holder, person)
    page = "/integrity/exports"
    shown = unescape((await officer.get(page)).text)
    assert PLATFORM in shown
    assert "沪科规〔2024〕12号" in shown
    assert f'action="{page}/{record.id}"' in shown
    assert f'action="{page}/{light.id}"' not in shown
    assert "不在已公布的目录内" in shown
    answer = await forms.send(officer, page, {}, f"{page}/{light.id}")
    assert answer.status_code == 422
    answer = await forms.send(officer, page, {}, f"{page}/{record.id}")
    assert answer.status_code == 303
    (made,) = await RecordExport.select()
    file = await officer.get(f"{page}/{made['id']}/content")
    assert file.text == made["content"]
    mine = unescape((await holder.get("/integrity")).text)
    assert "推送至外部信用平台" in mine
    assert PLATFORM in mine
    again = await officer.post(f"/api/integrity/records/{record.id}/export")
    assert again.status_code == 409
    looks = (await holder.get(f"/api/integrity/people/{person.person}/looks")).json()
    assert [look["action"] for look in looks] == ["integrity.read", "integrity.export"]


async def test_where_it_is_off_the_page_says_so(new_client: NewClient, time: Clock) -> None:
    time.pass_by(days=14)
    record = await served(await make_applicant())
    officer = new_client()
    await sign_in(officer, await make_account(Role.OFFICER))
    shown = unescape((await officer.get("/integrity/exports")).text)
    assert "没有设置推送对象" in shown
    assert f'action="/integrity/exports/{record.id}"' not in shown
    answer = await officer.post(f"/api/integrity/records/{record.id}/export")
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/export-off"
    assert "第十一条" in answer.json()["detail"]
